// SPDX-License-Identifier: BSD-2-Clause
//! Threads and processes (`sys/proc.h`). Each step of an acquisition is a type, so that a wrong order does not
//! compile: a [`LockedProc`] from `pget`, from it a [`VmspaceRef`], then a [`HeldProc`].
use core::ffi::c_int;
use core::ptr::{self, NonNull};

use crate::errno::Errno;
use crate::kpi;
use crate::lock::mtx_unlock;
use crate::vmspace::VmspaceRef;

/// The thread that runs this code, as the kernel handed it to the device.
///
/// # Invariants
/// It is `curthread`, for as long as this value lives; so its process and credentials stay.
#[derive(Clone, Copy)]
pub struct CurThread(NonNull<kpi::thread>);

impl CurThread {
    /// # Safety
    /// `td` is `curthread`, and the value does not outlive the kernel's call.
    pub unsafe fn new(td: *mut kpi::thread) -> Result<CurThread, Errno> {
        // INVARIANT: the caller's promise.
        NonNull::new(td).map(CurThread).ok_or(Errno::EINVAL)
    }

    pub fn as_ptr(self) -> *mut kpi::thread {
        self.0.as_ptr()
    }

    pub fn process(self) -> *mut kpi::proc_ {
        // SAFETY: the type's invariant; td_proc never changes.
        unsafe { (*self.0.as_ptr()).td_proc }
    }

    pub fn pid(self) -> i32 {
        // SAFETY: the process of a running thread stays, and p_pid never changes.
        unsafe { (*self.process()).p_pid }
    }

    /// Whether the process has entered capability mode (capsicum(4)).
    pub fn in_capability_mode(self) -> bool {
        // SAFETY: the type's invariant; td_ucred is a thread's own, and changes only when it enters the kernel.
        let flags = unsafe { (*(*self.0.as_ptr()).td_ucred).cr_flags };
        flags & kpi::CRED_FLAG_CAPMODE != 0
    }

    /// `vm_fault_disable_pagefaults`: from here on, a page fault on a user address fails a copy instead of being
    /// handled. Answers what [`CurThread::enable_pagefaults`] wants.
    #[inline(always)]
    pub fn disable_pagefaults(self) -> c_int {
        const FLAGS: c_int = (kpi::TDP_NOFAULTING | kpi::TDP_RESETSPUR) as c_int;
        // SAFETY: a thread's td_pflags are private to it.
        let flags = unsafe { &mut (*self.0.as_ptr()).td_pflags };
        let save = !FLAGS | (*flags & FLAGS);
        *flags |= FLAGS;
        save
    }

    /// `vm_fault_enable_pagefaults`: as they were before.
    #[inline(always)]
    pub fn enable_pagefaults(self, save: c_int) {
        // SAFETY: as above.
        unsafe { (*self.0.as_ptr()).td_pflags &= save }
    }

    /// Gives way to others, and answers EINTR if this thread should return to user mode: for a signal, to be
    /// suspended, or to die. May sleep; no lock may be held.
    pub fn pause(self) -> Result<(), Errno> {
        // SAFETY: both act on curthread, which this is, without locks.
        let interrupted = unsafe {
            kpi::maybe_yield();
            kpi::sig_intr()
        };
        if interrupted == 0 {
            Ok(())
        } else {
            Err(Errno::EINTR)
        }
    }
}

/// `pget(9)`, with `check` beside what holds for all: neither a zombie nor exiting, and no thread's id.
#[inline(always)]
fn pget(pid: i32, check: u32) -> Result<LockedProc, Errno> {
    let flags = (check | kpi::PGET_NOTWEXIT | kpi::PGET_NOTID) as c_int;
    let mut p = ptr::null_mut();
    // SAFETY: no process is locked by this thread; `p` is written only on success.
    Errno::check(unsafe { kpi::pget(pid, flags, &mut p) })?;
    // INVARIANT: pget answered 0, so `p` is locked. From here on, dropping the value unlocks it.
    let p = NonNull::new(p).ok_or(Errno::ESRCH)?;
    Ok(LockedProc { p })
}

/// What to answer where `p_candebug` said `errno`. It may say so, before it has looked, of a process that this thread may
/// not even see (another jail, security.bsd.see_other_uids) or that is exiting: then, as `ptrace(2)`, ESRCH, or its
/// existence would be told.
#[cold]
fn refusal(pid: i32, errno: Errno) -> Errno {
    pget(pid, kpi::PGET_CANSEE).map_or_else(|hidden| hidden, |_| errno)
}

/// A process that is locked; from [`LockedProc::get`]: found, visible to and debuggable by this thread, not exiting, not
/// a system process.
///
/// # Invariants
/// `p` points to a live process whose mutex this thread holds.
pub struct LockedProc {
    p: NonNull<kpi::proc_>,
}

impl LockedProc {
    /// Finds and locks the process. ESRCH if there is none, or it is a zombie or exiting, or not visible to this
    /// thread, or `pid` is a thread's id; EBUSY while it is in execve; EINVAL for a system process; otherwise what
    /// `p_candebug` says.
    pub fn get(pid: i32) -> Result<LockedProc, Errno> {
        let locked = pget(pid, kpi::PGET_CANDEBUG).map_err(|errno| refusal(pid, errno))?;
        // SAFETY: p_flag is protected by the lock that `locked` holds.
        if unsafe { (*locked.p.as_ptr()).p_flag } as u32 & kpi::P_SYSTEM != 0 {
            return Err(Errno::EINVAL);
        }
        Ok(locked)
    }

    /// `vmspace_reference_live`: a reference on the present address space, unless it is being torn down (ESRCH).
    pub fn reference_vmspace(&self) -> Result<VmspaceRef, Errno> {
        // SAFETY: p_vmspace is protected by the process lock, which the type's invariant says we hold; it points
        // to a vmspace whose storage stays while the lock is held.
        unsafe {
            let vm = (*self.p.as_ptr()).p_vmspace;
            NonNull::new(vm)
                .and_then(|vm| VmspaceRef::reference_live(vm))
                .ok_or(Errno::ESRCH)
        }
    }

    pub fn is(&self, p: *mut kpi::proc_) -> bool {
        self.p.as_ptr() == p
    }

    /// `PHOLD`, then unlocks. May sleep to bring the process in.
    pub fn hold(self) -> HeldProc {
        // SAFETY: locked and not exiting, as _PHOLD wants; a swapped-out process may make it drop the lock and
        // take it again, so nothing read under the lock before is relied on after this.
        unsafe { kpi::kpi_phold_locked(self.p.as_ptr()) };
        // INVARIANT: the hold just taken is the value's own; `self` unlocks as it goes.
        HeldProc { p: self.p }
    }
}

impl Drop for LockedProc {
    fn drop(&mut self) {
        // SAFETY: the type's invariant.
        unsafe { mtx_unlock(&raw mut (*self.p.as_ptr()).p_mtx) }
    }
}

/// A process that cannot finish exiting (`p_lock`); it can still execve.
///
/// # Invariants
/// Owns one hold on `p`, which is not locked by this thread.
pub struct HeldProc {
    p: NonNull<kpi::proc_>,
}

impl HeldProc {
    pub fn as_ptr(&self) -> *mut kpi::proc_ {
        self.p.as_ptr()
    }
}

impl Drop for HeldProc {
    fn drop(&mut self) {
        // SAFETY: the type's invariant.
        unsafe { kpi::kpi_prele(self.p.as_ptr()) }
    }
}
