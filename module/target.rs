// SPDX-License-Identifier: BSD-2-Clause
//! Who may reach which process: the acquisition of an address space, by pid.
use freebsd_kpi::errno::Errno;
use freebsd_kpi::process::{Check, Identity, LockedProc};
use freebsd_kpi::race::{self, Point};
use freebsd_kpi::thread::CurThread;
use freebsd_kpi::vmspace::VmspaceRef;

use crate::counters::{self, Counter};

/// An address space to keep, and the process that it was acquired from.
pub struct Acquired {
    pub vm: VmspaceRef,
    pub process: Identity,
    /// Whether it is a copy, which can only be read.
    pub is_snapshot: bool,
}

impl Acquired {
    /// Whether the process still has this address space. ESTALE where it has another, after execve(2) or rfork(2); ESRCH
    /// where it is gone, a zombie or exiting, or where the caller may not see it any more: to that one, ptrace(2) would say
    /// no more either. Being allowed to debug it is not asked for again: the attachment outlives that, too. EOPNOTSUPP of
    /// a snapshot.
    pub fn check_current(&self) -> Result<(), Errno> {
        if self.is_snapshot {
            return Err(Errno::EOPNOTSUPP);
        }
        let locked = LockedProc::pget(self.process.pid, Check::CanSee)?;
        expect_same(self.process, locked.identity(), || locked.is_in(&self.vm))
    }
}

/// ESRCH where the process that was `found` by the pid of another is not that one any more, ESTALE where it has left the
/// address space that it was acquired with.
#[inline(always)]
fn expect_same(
    acquired: Identity,
    found: Identity,
    has_vm: impl FnOnce() -> bool,
) -> Result<(), Errno> {
    if found != acquired {
        Err(Errno::ESRCH)
    } else if has_vm() {
        Ok(())
    } else {
        Err(Errno::ESTALE)
    }
}

/// Finds the process `pid`, checks that `td` may debug it, and takes a reference on its present address space, whatever
/// the process does later.
///
/// ECAPMODE for another process from capability mode; otherwise as [`get`]. ESRCH where the address space is just being torn
/// down or replaced.
#[inline(always)]
pub fn acquire(td: CurThread<'_>, pid: i32) -> Result<VmspaceRef, Errno> {
    acquire_by(td, pid, |locked| {
        locked.acquire_vmspace().ok_or(Errno::ESRCH)
    })
}

/// As [`acquire`], for an address space that is kept: with the identity of its process.
#[inline(never)]
#[optimize(size)]
pub fn acquire_to_keep(td: CurThread<'_>, pid: i32) -> Result<Acquired, Errno> {
    acquire_by(td, pid, |locked| {
        let process = locked.identity();
        let vm = locked.acquire_vmspace().ok_or(Errno::ESRCH)?;
        Ok(Acquired {
            vm,
            process,
            is_snapshot: false,
        })
    })
}

/// As [`acquire_to_keep`], and copies the address space as it is at this instant. ENOMEM where there is no memory or swap.
///
/// The copy is of the address space that was checked: it is referenced, so execve(2) makes the process leave it. Still, all
/// is checked again when it is there: ESTALE where the process has another address space by then, ESRCH where it is another
/// process, otherwise as [`acquire`].
#[inline(never)]
#[optimize(size)]
pub fn snapshot(td: CurThread<'_>, pid: i32) -> Result<Acquired, Errno> {
    let Acquired { vm, process, .. } = acquire_to_keep(td, pid)?;
    let copy = vm.fork(td).ok_or(Errno::ENOMEM)?;
    race::sleep(Point::SnapshotCheck);
    let again = acquire_to_keep(td, pid)?;
    expect_same(process, again.process, || again.vm.as_ptr() == vm.as_ptr())?;
    Ok(Acquired {
        vm: copy,
        process,
        is_snapshot: true,
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
        get(pid).and_then(acquire)
    };
    if let Err(errno) = &acquired
        && !matches!(*errno, Errno::ESRCH | Errno::EBUSY | Errno::EINVAL)
    {
        counters::add(Counter::Denied, 1);
    }
    acquired
}

/// Finds and locks the process. ESRCH if there is none, or it is a zombie or exiting, or not visible to this
/// thread, or `pid` is a thread's id; EBUSY while it is in execve; EINVAL for a system process; otherwise what
/// `p_candebug` says.
#[inline(always)]
fn get(pid: i32) -> Result<LockedProc, Errno> {
    let locked = LockedProc::pget(pid, Check::CanDebug).map_err(|errno| refusal(pid, errno))?;
    if locked.is_system() {
        return Err(Errno::EINVAL);
    }
    Ok(locked)
}

/// What to return where `p_candebug` said `errno`. It may say so, before it has looked, of a process that this thread may
/// not even see (another jail, security.bsd.see_other_uids) or that is exiting: then, as `ptrace(2)`, ESRCH, which would
/// otherwise tell that it exists.
#[cold]
fn refusal(pid: i32, errno: Errno) -> Errno {
    LockedProc::pget(pid, Check::CanSee).map_or_else(|hidden| hidden, |_| errno)
}

/// Finds and locks a process for which this thread had permission before. ESRCH if there is none, or it is a zombie
/// or exiting.
pub fn find(pid: i32) -> Result<LockedProc, Errno> {
    LockedProc::pget(pid, Check::No)
}
