// SPDX-License-Identifier: BSD-2-Clause
//! What the author of a device writes: [`Cdev`], and what its functions are called with.
use core::ffi::{c_char, c_ulong};
use core::marker::PhantomData;
use core::ptr;

use super::open_file::OpenFile;
use crate::errno::Errno;
use crate::malloc::MallocType;
use crate::sys;
use crate::thread::CurThread;
use crate::uio::UserIo;

/// What a device does. Its value is what all its open files share (`si_drv1`).
///
/// Threads may be in any of these at the same time, with the same file too.
pub trait Cdev: Sized + Send + Sync {
    /// What each open file has (devfs_set_cdevpriv(9)). It is dropped when the last descriptor of the file is closed: that is
    /// what `d_close` would do.
    type File: Send + Sync;

    /// What each open file has under a mutex: `()`, where that is nothing. Dropped before [`Cdev::File`].
    type Locked: Send;

    /// The type of memory that this lives in.
    type Malloc: MallocType;

    /// open(2). May sleep.
    fn open(&self, td: CurThread<'_>) -> Result<(Self::File, Self::Locked), Errno>;

    /// read(2), pread(2) and their like. What `io` has left afterwards was not read.
    fn read(&self, _call: Call<'_, Self>, _io: UserIo<'_>) -> Result<(), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    /// write(2), pwrite(2) and their like. What `io` has left afterwards was not written.
    fn write(&self, _call: Call<'_, Self>, _io: UserIo<'_>) -> Result<(), Errno> {
        Err(Errno::EOPNOTSUPP)
    }

    /// ioctl(2). ENOTTY for a request that it does not know.
    fn ioctl(&self, _call: Call<'_, Self>, _request: Ioctl<'_>) -> Result<(), Errno> {
        Err(Errno::ENOTTY)
    }
}

/// A call of a device that a thread makes.
pub struct Call<'call, D: Cdev> {
    pub(super) td: CurThread<'call>,
    pub(super) _device: PhantomData<D>,
}

impl<D: Cdev> Clone for Call<'_, D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: Cdev> Copy for Call<'_, D> {}

impl<'call, D: Cdev> Call<'call, D> {
    /// The thread.
    #[inline(always)]
    pub fn td(self) -> CurThread<'call> {
        self.td
    }

    /// What the file that the call is about has. Looked up in the kernel each time. An error where it was revoked.
    #[inline(always)]
    pub fn file(self) -> Result<&'call OpenFile<D::File, D::Locked>, Errno> {
        // SAFETY: this is a call of a device of that kind.
        unsafe { current(self.td) }
    }
}

/// What the file has that `td`'s present call of a device is about.
///
/// # Safety
/// Its [`Cdev::File`] is `F`, its [`Cdev::Locked`] `L`.
pub unsafe fn current<'call, F, L>(_td: CurThread<'call>) -> Result<&'call OpenFile<F, L>, Errno> {
    let mut data = ptr::null_mut();
    // SAFETY: asks for curthread's own call.
    Errno::check(unsafe { sys::devfs_get_cdevpriv(&mut data) })?;
    // SAFETY: it was set by `open`, and is not destroyed before the file is closed, which waits for the call.
    unsafe { data.cast::<OpenFile<F, L>>().as_ref() }.ok_or(Errno::ENXIO)
}

/// A request of ioctl(2), with its argument.
///
/// # Invariants
/// `data` is the kernel's copy of the argument, as long as `number` says, aligned for any integer; nobody else has it.
pub struct Ioctl<'call> {
    pub(super) number: c_ulong,
    pub(super) data: *mut c_char,
    pub(super) fflag: u32,
    pub(super) _call: PhantomData<&'call mut ()>,
}

impl Ioctl<'_> {
    /// The request's number, as _IO, _IOR, _IOW or _IOWR makes it.
    #[inline(always)]
    pub fn number(&self) -> c_ulong {
        self.number
    }

    /// Whether the descriptor is open for reading.
    #[inline(always)]
    pub fn may_read(&self) -> bool {
        self.fflag & sys::FREAD != 0
    }

    /// Whether the descriptor is open for writing.
    #[inline(always)]
    pub fn may_write(&self) -> bool {
        self.fflag & sys::FWRITE != 0
    }

    /// The argument: the caller's, zeros for one of _IOR. What is in it afterwards reaches the caller, but only where the
    /// device returns Ok, and not for one of _IOW.
    ///
    /// # Safety
    /// The number is one that encodes the size of `T`, which is made of integers, has no padding, and is aligned to 8 at most.
    #[inline(always)]
    pub unsafe fn argument<T>(&mut self) -> &mut T {
        // SAFETY: the type's invariant; every bit pattern is a value.
        unsafe { &mut *self.data.cast::<T>() }
    }
}
