// SPDX-License-Identifier: BSD-2-Clause
//! `uio(9)`: what read(2) and its like hand to the device.
use crate::errno::Errno;
use crate::kpi;
use crate::process::CurThread;
use crate::request::Range;
use crate::transfer::{CHUNK, Outcome};

/// The caller's side of a read(2) or write(2): where its buffers are and what they have got so far.
///
/// # Invariants
/// `uio` is the kernel's own for this call, its buffers are in user space, and its thread is curthread.
pub struct UserIo<'call> {
    uio: &'call mut kpi::uio,
    td: CurThread<'call>,
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

    pub fn td(&self) -> CurThread<'call> {
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

    /// Runs `transfer` for one of the caller's buffers after the other, until one stops early. EINVAL where addresses would
    /// wrap; EINTR between buffers.
    #[inline(always)]
    pub fn transfer(&mut self, transfer: impl Fn(Range) -> Outcome) -> Result<(), Errno> {
        let mut paused = self.left();
        while self.uio.uio_resid > 0 && self.uio.uio_iovcnt > 0 {
            // A single buffer's transfer looks for signals by itself; many small ones do not.
            if paused.wrapping_sub(self.left()) >= CHUNK {
                paused = self.left();
                self.td.yield_or_eintr()?;
            }
            // SAFETY: uio_iovcnt iovecs are left at uio_iov.
            let iov = unsafe { &mut *self.uio.uio_iov };
            if iov.iov_len == 0 {
                // SAFETY: one iovec is left at least, so this is at most one past the last.
                self.uio.uio_iov = unsafe { self.uio.uio_iov.add(1) };
                self.uio.uio_iovcnt = self.uio.uio_iovcnt.wrapping_sub(1);
                continue;
            }
            let outcome = transfer(Range::new(
                self.uio.uio_offset as u64,
                iov.iov_base as u64,
                iov.iov_len as _,
            )?);
            let done = outcome.done;
            iov.iov_base = iov.iov_base.wrapping_byte_add(done as usize);
            iov.iov_len = iov.iov_len.wrapping_sub(done as _);
            self.uio.uio_resid = self.uio.uio_resid.wrapping_sub(done as _);
            self.uio.uio_offset = self.uio.uio_offset.wrapping_add(done as _);
            outcome.stopped?;
        }
        Ok(())
    }
}
