// SPDX-License-Identifier: BSD-2-Clause
//! Processes (`sys/proc.h`). Each step of an acquisition is a type, so that a wrong order does not
//! compile: a [`LockedProc`] from `pget`, from it a [`VmspaceRef`] or a [`HeldProc`].
use core::ffi::c_int;
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicPtr, Ordering};

use crate::errno::Errno;
use crate::lock::{mtx_lock, mtx_unlock};
use crate::race::{self, Point};
use crate::sys;
use crate::thread::CurThread;
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

/// A process that is locked. From [`LockedProc::pget`]: not exiting, and what was checked.
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

    /// Whether it has begun to exit: possible only where it was held before it was locked.
    #[inline]
    pub fn is_exiting(&self) -> bool {
        self.flag() & sys::P_WEXIT != 0
    }

    /// `PHOLD`, then unlocks. May sleep to bring the process in.
    #[inline]
    pub fn hold(self) -> HeldProc {
        // SAFETY: locked and not exiting, as _PHOLD wants; a swapped-out process may make it drop the lock and
        // take it again, so nothing read under the lock before is relied on after this.
        unsafe { sys::kpi_phold_locked(self.p.as_ptr()) };
        // INVARIANT: the hold just taken is the value's own; `self` unlocks as it goes.
        HeldProc { p: self.p }
    }
}

impl Drop for LockedProc {
    #[inline(always)]
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
    p: NonNull<sys::proc_>,
}

impl HeldProc {
    /// `proc_rwmem(9)` of a kernel whose own takes a reference: reads to `room` from `remote` on, after it has checked
    /// permission anew, and with execve(2) kept out meanwhile. Returns what was read, and why that is not all:
    /// EFAULT, ENOMEM, ESRCH, or what p_candebug says.
    pub fn proc_rwmem<'a>(
        &self,
        td: CurThread<'_>,
        remote: u64,
        room: &'a mut [MaybeUninit<u8>],
    ) -> (&'a [u8], Result<(), Errno>) {
        let mut iov = sys::iovec {
            iov_base: room.as_mut_ptr().cast(),
            iov_len: room.len() as _,
        };
        // SAFETY: a uio is integers and pointers, for which zero is a value.
        let mut uio: sys::uio = unsafe { MaybeUninit::zeroed().assume_init() };
        uio.uio_iov = &mut iov;
        uio.uio_iovcnt = 1;
        uio.uio_offset = remote as i64;
        uio.uio_resid = room.len() as _;
        uio.uio_segflg = sys::uio_seg_UIO_SYSSPACE;
        uio.uio_rw = sys::uio_rw_UIO_READ;
        uio.uio_td = td.as_ptr();
        // SAFETY: the process is held and not locked by us; the one iovec describes `room`, which outlives the call.
        let error = unsafe { sys::kpi_proc_rwmem(self.p.as_ptr(), &mut uio) };
        // uio_resid only goes down, by what has been copied.
        let read = room.len().saturating_sub(uio.uio_resid as usize);
        // SAFETY: the first `read` bytes have been written.
        let bytes = unsafe { core::slice::from_raw_parts(room.as_ptr().cast(), read) };
        (bytes, Errno::check(error))
    }

    /// Locks the process. It may have begun to exit.
    #[inline]
    pub fn lock(&self) -> LockedProc {
        // SAFETY: the hold keeps it, and this thread has not locked it.
        unsafe { mtx_lock(&raw mut (*self.p.as_ptr()).p_mtx) };
        // INVARIANT: just locked.
        LockedProc { p: self.p }
    }
}

impl Drop for HeldProc {
    fn drop(&mut self) {
        // SAFETY: the type's invariant.
        unsafe { sys::kpi_prele(self.p.as_ptr()) }
    }
}
