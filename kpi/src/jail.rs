// SPDX-License-Identifier: BSD-2-Clause
//! Jails (`jail(9)`).
use core::ptr::NonNull;

use crate::sys;
use crate::thread::CurThread;

/// A reference on a jail: its storage stays, though the jail may die meanwhile. Two are equal that are on the same jail.
///
/// # Invariants
/// Owns one count of `pr_ref`.
#[derive(PartialEq, Eq)]
pub struct PrisonRef {
    pr: NonNull<sys::prison>,
}

// SAFETY: the count is atomic, and may be given back by any thread.
unsafe impl Send for PrisonRef {}

impl PrisonRef {
    /// `prison_hold` of the outermost of the jails that the thread is in, the one that is the host's; None outside of jails.
    pub fn outermost(td: CurThread<'_>) -> Option<PrisonRef> {
        // SAFETY: the thread's credentials stay for the call, and refer to its jail, which refers to those around it.
        let pr = unsafe { sys::kpi_prison_outermost((*td.as_ptr()).td_ucred) };
        // INVARIANT: taken here.
        NonNull::new(pr).map(|pr| {
            // SAFETY: as above.
            unsafe { sys::prison_hold(pr.as_ptr()) };
            PrisonRef { pr }
        })
    }
}

impl Drop for PrisonRef {
    fn drop(&mut self) {
        // SAFETY: the type's invariant. The last reference is given up by a thread of the kernel's own.
        unsafe { sys::prison_free(self.pr.as_ptr()) }
    }
}
