// SPDX-License-Identifier: BSD-2-Clause
//! `uio(9)`: what `proc_rwmem(9)` takes, and what read(2) and its like hand to the device.
use core::mem::MaybeUninit;

use crate::buffer::Buffer;
use crate::errno::Errno;
use crate::kpi;
use crate::process::CurThread;
use crate::request::{Direction, Range};
use crate::target::Target;

impl Target {
    /// Reads up to `len` bytes at `remote` in the target to the start of `buffer`. Answers how many were read, and
    /// why it stopped where that is fewer: EFAULT or ENOMEM.
    pub fn proc_rwmem(
        &self,
        td: CurThread,
        remote: u64,
        buffer: &mut Buffer,
        len: u64,
    ) -> (usize, Result<(), Errno>) {
        let len = buffer.len().min(len as usize);
        let mut iov = kpi::iovec {
            iov_base: buffer.as_ptr().cast(),
            iov_len: len as _,
        };
        // SAFETY: a uio is integers and pointers, for which zero is a value.
        let mut uio: kpi::uio = unsafe { MaybeUninit::zeroed().assume_init() };
        uio.uio_iov = &mut iov;
        uio.uio_iovcnt = 1;
        uio.uio_offset = remote as i64;
        uio.uio_resid = len as _;
        uio.uio_segflg = kpi::uio_seg_UIO_SYSSPACE;
        uio.uio_rw = Direction::Read.uio_rw();
        uio.uio_td = td.as_ptr();
        // SAFETY: the process is held or our own and not locked by us (Target); the one iovec describes the
        // buffer's allocation, which outlives the call.
        let error = unsafe { kpi::proc_rwmem(self.process(), &mut uio) };
        // uio_resid only goes down from `len`.
        let left = (uio.uio_resid as usize).min(len);
        (len - left, Errno::check(error))
    }
}

/// The caller's side of a read(2) or write(2): where its buffers are and what they have got so far.
///
/// # Invariants
/// `uio` is the kernel's own for this call, its buffers are in user space, and its thread is curthread.
pub struct UserIo<'call> {
    uio: &'call mut kpi::uio,
    td: CurThread,
}

impl<'call> UserIo<'call> {
    /// EINVAL where the buffers are not the caller's memory.
    ///
    /// # Safety
    /// `uio` is the kernel's own for the present call of the device, with `uio_iovcnt` iovecs.
    #[inline(always)]
    pub unsafe fn new(uio: *mut kpi::uio) -> Result<UserIo<'call>, Errno> {
        // SAFETY: the caller's promise.
        let uio = unsafe { &mut *uio };
        if uio.uio_segflg != kpi::uio_seg_UIO_USERSPACE {
            return Err(Errno::EINVAL);
        }
        // SAFETY: a uio of the device's call is made by the thread that calls.
        let td = unsafe { CurThread::new(uio.uio_td) }?;
        // INVARIANT: checked, and promised.
        Ok(UserIo { uio, td })
    }

    pub fn td(&self) -> CurThread {
        self.td
    }

    /// How many bytes are left to transfer.
    #[inline(always)]
    pub fn left(&self) -> u64 {
        self.uio.uio_resid as u64
    }

    /// The remote address of what is left.
    pub fn offset(&self) -> u64 {
        self.uio.uio_offset as u64
    }

    /// All that is left to transfer, if it is one buffer. None, too, where that would wrap or there is nothing.
    #[inline(always)]
    pub fn single(&self) -> Option<Range> {
        // SAFETY: uio_iovcnt iovecs are left at uio_iov.
        let iov = (self.uio.uio_iovcnt == 1).then(|| unsafe { &*self.uio.uio_iov })?;
        Range::new(self.uio.uio_offset as u64, iov.iov_base as u64, self.left()).ok()
    }

    /// What to transfer next, if anything is left. EINVAL where that would wrap.
    #[inline(always)]
    pub fn next(&mut self) -> Option<Result<Range, Errno>> {
        while self.uio.uio_resid > 0 && self.uio.uio_iovcnt > 0 {
            // SAFETY: uio_iovcnt iovecs are left at uio_iov.
            let iov = unsafe { &*self.uio.uio_iov };
            if iov.iov_len > 0 {
                return Some(Range::new(
                    self.uio.uio_offset as u64,
                    iov.iov_base as u64,
                    iov.iov_len as _,
                ));
            }
            // SAFETY: one iovec is left at least, so this is at most one past the last.
            self.uio.uio_iov = unsafe { self.uio.uio_iov.add(1) };
            self.uio.uio_iovcnt = self.uio.uio_iovcnt.wrapping_sub(1);
        }
        None
    }

    /// `done` bytes of what [`UserIo::next`] answered have been transferred.
    #[inline(always)]
    pub fn advance(&mut self, done: u64) {
        // SAFETY: `next` answered, so an iovec is left.
        let iov = unsafe { &mut *self.uio.uio_iov };
        iov.iov_base = iov.iov_base.wrapping_byte_add(done as usize);
        iov.iov_len = iov.iov_len.wrapping_sub(done as _);
        self.uio.uio_resid = self.uio.uio_resid.wrapping_sub(done as _);
        self.uio.uio_offset = self.uio.uio_offset.wrapping_add(done as _);
    }
}
