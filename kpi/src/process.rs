// SPDX-License-Identifier: BSD-2-Clause
//! Processes (`sys/proc.h`). Each step of an acquisition is a type, so that a wrong order does not
//! compile: a [`LockedProc`] from `pget`, from it a [`VmspaceRef`].
use core::ffi::c_int;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicPtr, Ordering};

use crate::errno::Errno;
use crate::lock::mtx_unlock;
use crate::race::{self, Point};
use crate::sys;
use crate::vmspace::VmspaceRef;

/// What [`LockedProc::pget`] asks of the process.
#[derive(Clone, Copy)]
pub enum Check {
    /// Nothing.
    No,
    /// PGET_CANSEE: `p_cansee(9)`.
    CanSee,
    /// PGET_CANDEBUG: `p_candebug(9)`, which is also EBUSY while the process is inside execve(2). It may refuse a process
    /// before it has looked whether this thread may see that at all.
    CanDebug,
}

/// Which process that is, or was: no other has or had the same, whatever its pid.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// Its id.
    pub pid: i32,
    /// When it was made, in microseconds since the boot.
    start: i64,
}

/// A process that is locked: not exiting, and what [`LockedProc::pget`] has checked.
///
/// # Invariants
/// `p` points to a live process whose mutex this thread holds.
pub struct LockedProc {
    p: NonNull<sys::proc_>,
}

impl LockedProc {
    /// `pget(9)`: finds the process `pid` and locks it. ESRCH if there is none, or it is a zombie or exiting, or `pid` is a
    /// thread's id; otherwise what `check` says.
    #[inline(always)]
    pub fn pget(pid: i32, check: Check) -> Result<LockedProc, Errno> {
        let check = match check {
            Check::No => 0,
            Check::CanSee => sys::PGET_CANSEE,
            Check::CanDebug => sys::PGET_CANDEBUG,
        };
        let flags = (check | sys::PGET_NOTWEXIT | sys::PGET_NOTID) as c_int;
        let mut p = ptr::null_mut();
        // SAFETY: no process is locked by this thread; `p` is written only on success.
        Errno::check(unsafe { sys::pget(pid, flags, &mut p) })?;
        // INVARIANT: pget returned 0, so `p` is locked. From here on, dropping the value unlocks it.
        let p = NonNull::new(p).ok_or(Errno::ESRCH)?;
        Ok(LockedProc { p })
    }

    /// Whether it is one of the kernel's own (P_SYSTEM).
    #[inline(always)]
    pub fn is_system(&self) -> bool {
        self.flag() & sys::P_SYSTEM != 0
    }

    #[inline(always)]
    fn flag(&self) -> u32 {
        // SAFETY: p_flag is protected by the process lock.
        unsafe { (*self.p.as_ptr()).p_flag as u32 }
    }

    /// Unlocks, with a reference on the present address space; None where that is just being torn down or replaced.
    ///
    /// The process lock keeps the image from being replaced by execve(2), which takes it first, but not the address space
    /// from being replaced by rfork(2) without RFPROC. So, as in `vmspace_acquire_ref`, a second look shows that it was not:
    /// then the process and we held two references, and nobody who shares it can have executed another program in place.
    /// `vmspace_acquire_ref` itself is not called, for where the second look fails it releases its reference, which may
    /// tear a whole address space down, under the process lock.
    #[inline(always)]
    pub fn acquire_vmspace(self) -> Option<VmspaceRef> {
        let vm = NonNull::new(self.vmspace())?;
        race::spin(Point::PgetReference);
        // SAFETY: the kernel keeps the storage of a vmspace.
        let vm = unsafe { VmspaceRef::acquire(vm) }?;
        race::spin(Point::ReferenceSecondLook);
        let same = self.is_in(&vm);
        // Before the reference, which may be the last one: freeing an address space sleeps.
        drop(self);
        same.then_some(vm)
    }

    #[inline(always)]
    fn vmspace(&self) -> *mut sys::vmspace {
        // SAFETY: the process stays; the kernel replaces the pointer as a whole.
        unsafe { AtomicPtr::from_ptr(&raw mut (*self.p.as_ptr()).p_vmspace) }
            .load(Ordering::Acquire)
    }

    /// Whether the process has the address space `vm`. As long as somebody holds a reference, the kernel does not use it
    /// for another image: so then it runs the image that it ran when the reference was taken.
    #[inline]
    pub fn is_in(&self, vm: &VmspaceRef) -> bool {
        self.vmspace() == vm.as_ptr()
    }

    /// Which process it is.
    #[inline]
    pub fn identity(&self) -> Identity {
        // SAFETY: the process is locked; what it was made with stays.
        unsafe {
            Identity {
                pid: (*self.p.as_ptr()).p_pid,
                start: sys::kpi_proc_start(self.p.as_ptr()),
            }
        }
    }
}

impl Drop for LockedProc {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the type's invariant.
        unsafe { mtx_unlock(&raw mut (*self.p.as_ptr()).p_mtx) }
    }
}
