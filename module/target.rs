// SPDX-License-Identifier: BSD-2-Clause
//! Who may reach which process: the acquisition of an address space, by pid.
use crate::counters::{self, Counter};
use crate::errno::Errno;
use crate::process::{CurThread, LockedProc};
use crate::vmspace::VmspaceRef;

/// Finds the process `pid`, checks that `td` may debug it, and takes a reference on its present address space, whatever
/// the process does later.
///
/// ECAPMODE for another process from capability mode; otherwise as [`LockedProc::get`].
#[inline(always)]
pub fn acquire(td: CurThread<'_>, pid: i32) -> Result<VmspaceRef, Errno> {
    let acquired = if td.in_capability_mode() && pid != td.pid() {
        Err(Errno::ECAPMODE)
    } else {
        LockedProc::get(pid).and_then(LockedProc::acquire_vmspace)
    };
    if let Err(errno) = &acquired
        && !matches!(*errno, Errno::ESRCH | Errno::EBUSY | Errno::EINVAL)
    {
        counters::add(Counter::Denied, 1);
    }
    acquired
}
