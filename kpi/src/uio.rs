// SPDX-License-Identifier: BSD-2-Clause
//! `uio(9)`: what read(2) and its like hand to the device.
use core::mem::MaybeUninit;
use core::slice;

use crate::copy::{copyin, copyout};
use crate::errno::Errno;
use crate::sys;
use crate::thread::CurThread;

/// The caller's side of a read(2) or write(2): where its buffers are and what they have got so far.
///
/// # Invariants
/// `uio` is the kernel's own for this call, its buffers are in user space, and its thread is curthread.
pub struct UserIo<'call> {
    uio: &'call mut sys::uio,
    td: CurThread<'call>,
}

impl<'call> UserIo<'call> {
    /// EINVAL where the buffers are not the caller's memory.
    ///
    /// # Safety
    /// `uio` is the kernel's own for the present call of the device, with `uio_iovcnt` iovecs.
    #[inline(always)]
    pub unsafe fn new(uio: *mut sys::uio) -> Result<UserIo<'call>, Errno> {
        // SAFETY: the caller's promise.
        let uio = unsafe { &mut *uio };
        if uio.uio_segflg != sys::uio_seg_UIO_USERSPACE {
            return Err(Errno::EINVAL);
        }
        // SAFETY: a uio of the device's call is made by the thread that calls.
        let td = unsafe { CurThread::new(uio.uio_td) };
        // INVARIANT: checked, and promised.
        Ok(UserIo { uio, td })
    }

    /// The thread that calls.
    #[inline]
    pub fn td(&self) -> CurThread<'call> {
        self.td
    }

    /// How many bytes are left to transfer.
    #[inline(always)]
    pub fn resid(&self) -> u64 {
        self.uio.uio_resid as u64
    }

    /// Where in the device what is left begins, as pread(2) takes it.
    #[inline]
    pub fn offset(&self) -> u64 {
        self.uio.uio_offset as u64
    }

    /// Runs `f` for one of the caller's buffers after the other, with the offset, and the buffer's address and length; until
    /// it fails. It returns how many bytes it has transferred, at most that length, and why not all.
    #[inline(always)]
    pub fn each_buffer<E>(
        &mut self,
        mut f: impl FnMut(u64, u64, u64) -> (u64, Result<(), E>),
    ) -> Result<(), E> {
        while self.uio.uio_resid > 0 && self.uio.uio_iovcnt > 0 {
            // SAFETY: uio_iovcnt iovecs are left at uio_iov.
            let iov = unsafe { &mut *self.uio.uio_iov };
            if iov.iov_len == 0 {
                // SAFETY: one iovec is left at least, so this is at most one past the last.
                self.uio.uio_iov = unsafe { self.uio.uio_iov.add(1) };
                self.uio.uio_iovcnt = self.uio.uio_iovcnt.wrapping_sub(1);
                continue;
            }
            let (done, stopped) = f(
                self.uio.uio_offset as u64,
                iov.iov_base as u64,
                iov.iov_len as _,
            );
            iov.iov_base = iov.iov_base.wrapping_byte_add(done as usize);
            iov.iov_len = iov.iov_len.wrapping_sub(done as _);
            self.uio.uio_resid = self.uio.uio_resid.wrapping_sub(done as _);
            self.uio.uio_offset = self.uio.uio_offset.wrapping_add(done as _);
            stopped?;
        }
        Ok(())
    }

    /// Takes all that a writer gives, without looking at it.
    pub fn skip(&mut self) {
        self.uio.uio_offset = self.uio.uio_offset.wrapping_add(self.uio.uio_resid as _);
        self.uio.uio_resid = 0;
    }

    /// Gives a reader `bytes`, as many as it has asked for. EFAULT where its memory ends before.
    pub fn put(&mut self, mut bytes: &[u8]) -> Result<(), Errno> {
        let stopped = self.each_buffer(|_, address, len| {
            let piece = bytes.get(..len as usize).unwrap_or(bytes);
            // SAFETY: a slice is initialised.
            let done = unsafe { copyout(piece.as_ptr(), address, piece.len()) };
            bytes = bytes.get(done..).unwrap_or_default();
            (done as u64, step(done == piece.len(), bytes.is_empty()))
        });
        done(stopped)
    }

    /// Takes from a writer what it gives, until `room` is full, and returns that. EFAULT where its memory ends before.
    pub fn take<'a>(&mut self, room: &'a mut [MaybeUninit<u8>]) -> Result<&'a [u8], Errno> {
        let mut taken: usize = 0;
        let stopped = self.each_buffer(|_, address, len| {
            let rest = room.get_mut(taken..).unwrap_or_default();
            let len = rest.len().min(len as usize);
            let bytes = copyin(address, rest.get_mut(..len).unwrap_or_default());
            taken = taken.wrapping_add(bytes.len());
            (
                bytes.len() as u64,
                step(bytes.len() == len, taken == room.len()),
            )
        });
        done(stopped)?;
        // SAFETY: the first `taken` bytes have been written.
        Ok(unsafe { slice::from_raw_parts(room.as_ptr().cast(), taken) })
    }
}

/// What [`UserIo::each_buffer`] is to do after a buffer: `whole` says that it was all accessible, `last` that nothing else is
/// wanted.
fn step(whole: bool, last: bool) -> Result<(), Option<Errno>> {
    match (whole, last) {
        (false, _) => Err(Some(Errno::EFAULT)),
        (true, true) => Err(None),
        (true, false) => Ok(()),
    }
}

fn done(stopped: Result<(), Option<Errno>>) -> Result<(), Errno> {
    stopped.or_else(|errno| errno.map_or(Ok(()), Err))
}
