// SPDX-License-Identifier: BSD-2-Clause
//! What a transfer acts on: an address space and the process it belongs to, acquired together.
use crate::counters::{self, Counter};
use crate::errno::Errno;
use crate::kpi;
use crate::lock::{mtx_lock, mtx_unlock};
use crate::process::{CurThread, HeldProc, LockedProc};
use crate::vmspace::VmspaceRef;

/// The process whose memory is meant. A thread's own process needs no hold: it cannot exit under its own thread.
enum Process {
    Own(CurThread),
    Other(HeldProc),
}

/// An acquired target. The hold is let go first: an exiting process waits for it, nobody waits for the reference.
pub struct Target {
    process: Process,
    vm: VmspaceRef,
}

impl Target {
    /// Finds the process `pid`, checks that `td` may debug it, and takes what `proc_rwmem` needs: a reference on
    /// its address space and, unless it is the caller's own, a hold.
    ///
    /// ECAPMODE for another process from capability mode; otherwise as [`LockedProc::get`].
    pub fn acquire(td: CurThread, pid: i32) -> Result<Target, Errno> {
        let Found { locked, vm } = find(td, pid)?;
        // The reference came first, so that it belongs to the image whose permission was checked: hold() may drop
        // the lock.
        let process = if locked.is(td.process()) {
            drop(locked);
            Process::Own(td)
        } else {
            Process::Other(locked.hold())
        };
        Ok(Target { process, vm })
    }

    /// The process, for `proc_rwmem`: held, or the caller's own.
    pub fn process(&self) -> *mut kpi::proc_ {
        match &self.process {
            Process::Own(td) => td.process(),
            Process::Other(held) => held.as_ptr(),
        }
    }

    /// The address space, for what must not reach any other.
    pub fn vmspace(&self) -> &VmspaceRef {
        &self.vm
    }

    /// Whether the process still runs in the address space that was acquired. ESTALE if it has replaced it
    /// (execve): while we hold a reference the kernel never reuses it, so the comparison is sound. ESRCH if it
    /// has begun to exit, which waits for our hold.
    pub fn check_image(&self) -> Result<(), Errno> {
        let p = self.process();
        // SAFETY: `p` stays (it is held, or our own) and is not locked by us; both fields are read under its lock.
        let (vm, flag) = unsafe {
            mtx_lock(&raw mut (*p).p_mtx);
            let seen = ((*p).p_vmspace, (*p).p_flag as u32);
            mtx_unlock(&raw mut (*p).p_mtx);
            seen
        };
        if vm != self.vm.as_ptr() {
            Err(Errno::ESTALE)
        } else if flag & kpi::P_WEXIT != 0 {
            Err(Errno::ESRCH)
        } else {
            Ok(())
        }
    }
}

/// Finds the process `pid`, checks that `td` may debug it, and pins its present address space, whatever the process
/// does later. Errors as for [`Target::acquire`].
pub fn pin(td: CurThread, pid: i32) -> Result<VmspaceRef, Errno> {
    let Found { locked, vm } = find(td, pid)?;
    drop(locked);
    Ok(vm)
}

/// A process and the address space that it has. Dropped in this order: the lock must go before the reference.
struct Found {
    locked: LockedProc,
    vm: VmspaceRef,
}

fn find(td: CurThread, pid: i32) -> Result<Found, Errno> {
    let found = if td.in_capability_mode() && pid != td.pid() {
        Err(Errno::ECAPMODE)
    } else {
        LockedProc::get(pid).and_then(|locked| match locked.reference_vmspace() {
            Ok(vm) => Ok(Found { locked, vm }),
            Err(errno) => Err(errno),
        })
    };
    if let Err(errno) = &found
        && !matches!(*errno, Errno::ESRCH | Errno::EBUSY | Errno::EINVAL)
    {
        counters::add(Counter::Denied, 1);
    }
    found
}
