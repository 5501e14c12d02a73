// SPDX-License-Identifier: BSD-2-Clause
//! Who may reach which process: the acquisition of an address space, by pid.
use crate::counters::{self, Counter};
use crate::errno::Errno;
use crate::process::{CurThread, Identity, LockedProc};
use crate::vmspace::VmspaceRef;

/// An address space, and the process that it was acquired from.
pub struct Attachment {
    pub vm: VmspaceRef,
    pub process: Identity,
}

impl Attachment {
    /// Whether the process still has this address space. ESTALE where it has another, after execve(2) or rfork(2); ESRCH
    /// where it is gone, a zombie or exiting, or where the caller may not see it any more: to that one, ptrace(2) would say
    /// no more either. Being allowed to debug it is not asked for again: the attachment outlives that, too.
    pub fn check_current(&self) -> Result<(), Errno> {
        if LockedProc::find_again(self.process)?.is_in(&self.vm) {
            Ok(())
        } else {
            Err(Errno::ESTALE)
        }
    }
}

/// Finds the process `pid`, checks that `td` may debug it, and takes a reference on its present address space, whatever
/// the process does later.
///
/// ECAPMODE for another process from capability mode; otherwise as [`LockedProc::get`].
#[inline(always)]
pub fn acquire(td: CurThread<'_>, pid: i32) -> Result<VmspaceRef, Errno> {
    acquire_by(td, pid, LockedProc::acquire_vmspace)
}

/// The same, to keep: with which process that is.
#[inline(never)]
#[optimize(size)]
pub fn attach(td: CurThread<'_>, pid: i32) -> Result<Attachment, Errno> {
    acquire_by(td, pid, |locked| {
        let process = locked.identity();
        let vm = locked.acquire_vmspace()?;
        Ok(Attachment { vm, process })
    })
}

#[inline(always)]
fn acquire_by<T>(
    td: CurThread<'_>,
    pid: i32,
    acquire: impl FnOnce(LockedProc) -> Result<T, Errno>,
) -> Result<T, Errno> {
    let acquired = if td.in_capability_mode() && pid != td.pid() {
        Err(Errno::ECAPMODE)
    } else {
        LockedProc::get(pid).and_then(acquire)
    };
    if let Err(errno) = &acquired
        && !matches!(*errno, Errno::ESRCH | Errno::EBUSY | Errno::EINVAL)
    {
        counters::add(Counter::Denied, 1);
    }
    acquired
}
