// SPDX-License-Identifier: BSD-2-Clause
//! The thread that runs (`sys/proc.h`).
use core::ffi::c_int;
use core::marker::PhantomData;
use core::ptr::NonNull;

use crate::errno::Errno;
use crate::sys;

/// The thread that runs this code, as the kernel handed it to a device.
///
/// # Invariants
/// It is `curthread` for all of `'call`, one call of a device; so its process and credentials stay.
#[derive(Clone, Copy)]
pub struct CurThread<'call> {
    td: NonNull<sys::thread>,
    _call: PhantomData<&'call *mut ()>,
}

impl<'call> CurThread<'call> {
    /// The thread of a call.
    ///
    /// # Safety
    /// `td` is `curthread`, and `'call` does not outlast the kernel's call.
    #[inline(always)]
    pub unsafe fn new(td: *mut sys::thread) -> CurThread<'call> {
        // INVARIANT: the caller's promise.
        CurThread {
            // SAFETY: there is always a thread.
            td: unsafe { NonNull::new_unchecked(td) },
            _call: PhantomData,
        }
    }

    /// The kernel's pointer.
    #[inline]
    pub fn as_ptr(self) -> *mut sys::thread {
        self.td.as_ptr()
    }

    /// The id of its process.
    #[inline]
    pub fn pid(self) -> i32 {
        // SAFETY: the type's invariant; td_proc never changes, the process of a running thread stays, nor does p_pid change.
        unsafe { (*(*self.td.as_ptr()).td_proc).p_pid }
    }

    /// `priv_check(9)` of PRIV_PROC_MEM_WRITE, as this kernel's `proc_rwmem` asks before it writes (EPERM, from a MAC policy,
    /// mac_veriexec(4) for one). Ok where it asks for nothing, in 14.
    #[inline]
    pub fn priv_proc_mem_write(self) -> Result<(), Errno> {
        // SAFETY: asks about curthread, which this is.
        Errno::check(unsafe { sys::kpi_priv_proc_mem_write() })
    }

    /// Whether `priv_check(9)` grants PRIV_MAXFILES: to exceed a limit on open files, which root may outside of jails, by its
    /// real user id.
    pub fn priv_maxfiles(self) -> bool {
        // SAFETY: asks about curthread, which this is.
        unsafe { sys::priv_check(self.td.as_ptr(), sys::PRIV_MAXFILES as c_int) == 0 }
    }

    /// The real user id.
    pub fn ruid(self) -> u32 {
        // SAFETY: the type's invariant; td_ucred is a thread's own, and changes only when it enters the kernel.
        unsafe { (*(*self.td.as_ptr()).td_ucred).cr_ruid }
    }

    /// Whether the process has entered capability mode (capsicum(4)).
    #[inline]
    pub fn in_capability_mode(self) -> bool {
        // SAFETY: the type's invariant; td_ucred is a thread's own, and changes only when it enters the kernel.
        let flags = unsafe { (*(*self.td.as_ptr()).td_ucred).cr_flags };
        flags & sys::CRED_FLAG_CAPMODE != 0
    }

    /// Sleeps for a millisecond; no lock may be held.
    #[cold]
    pub fn pause(self) {
        // SAFETY: curthread, which this is, sleeps.
        unsafe { sys::pause_sbt(c"pause".as_ptr(), sys::kpi_sbt_KPI_SBT_1MS as _, 0, 0) };
    }

    /// Gives way to others. EINTR if this thread should return to user mode: for a signal, to be suspended, or to die.
    /// May sleep; no lock may be held.
    #[inline]
    pub fn yield_or_eintr(self) -> Result<(), Errno> {
        // SAFETY: both act on curthread, which this is, without locks.
        let interrupted = unsafe {
            sys::maybe_yield();
            sys::sig_intr()
        };
        if interrupted == 0 {
            Ok(())
        } else {
            Err(Errno::EINTR)
        }
    }
}
