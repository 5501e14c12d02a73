// SPDX-License-Identifier: BSD-2-Clause
//! A device's functions as the kernel calls them (`struct cdevsw`), one set for all kinds of devices.
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char, c_int, c_ulong, c_void};
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ptr::NonNull;
use core::sync::atomic::{AtomicPtr, Ordering};

use super::driver::{Call, Cdev, Ioctl};
use super::open_file::{OpenFile, OpenFiles};
use crate::errno::{Errno, errno_or_zero};
use crate::lock::Mutex;
use crate::malloc::Box;
use crate::race::{self, Point};
use crate::sys;
use crate::thread::CurThread;
use crate::uio::UserIo;

/// What a device node refers to (`si_drv1`).
pub struct Inner<D> {
    /// The kernel keeps its own list in it.
    pub cdevsw: UnsafeCell<sys::cdevsw>,
    pub files: OpenFiles,
    pub device: D,
}

/// The driver's own pointer of a device.
///
/// # Safety
/// `dev` is one.
pub unsafe fn si_drv1<'a>(dev: *mut sys::cdev) -> &'a AtomicPtr<c_void> {
    // SAFETY: the caller's promise.
    unsafe { AtomicPtr::from_ptr(&raw mut (*dev).si_drv1) }
}

#[optimize(size)]
unsafe extern "C" fn open<D: Cdev>(
    dev: *mut sys::cdev,
    _flags: c_int,
    _type: c_int,
    td: *mut sys::thread,
) -> c_int {
    // SAFETY: the kernel passes the device and curthread, for the time of this call; `new` has set its pointer, or is about to.
    errno_or_zero(unsafe { try_open::<D>(dev, td) })
}

unsafe fn try_open<D: Cdev>(dev: *mut sys::cdev, td: *mut sys::thread) -> Result<(), Errno> {
    // SAFETY: the device and what it points to stay for the time of this call.
    let inner = unsafe {
        si_drv1(dev)
            .load(Ordering::Acquire)
            .cast::<Inner<D>>()
            .as_ref()
    };
    let inner = inner.ok_or(Errno::ENXIO)?;
    // SAFETY: the kernel passes curthread, for the time of this call.
    let td = unsafe { CurThread::new(td) };
    inner.files.count()?;
    race::sleep(Point::CountFile);
    let made = inner.device.open(td).and_then(|(file, locked)| {
        let made = Box::<_, D::Malloc>::new_with(|| OpenFile {
            dtor: sys::kpi_cdevpriv {
                destroy: Some(destroy::<D>),
                closed: inner.files.closed.get().cast(),
            },
            // SAFETY: placed below, before anybody else has it.
            locked: unsafe { Mutex::uninit(locked) },
            file,
        })?;
        // SAFETY: just made, and in its place.
        unsafe { made.locked.init(c"open file") };
        Ok(made)
    });
    let data = made.inspect_err(|_| inner.files.uncount())?.into_raw();
    let data = data.as_ptr().cast();
    // SAFETY: called inside d_open, where the file is known. From here on the kernel has the pointer, and passes
    // it to the destructor once; if it refuses it, we do that.
    Errno::check(unsafe { sys::devfs_set_cdevpriv(data, Some(sys::kpi_cdevpriv_dtor)) })
        // SAFETY: nobody else has it.
        .inspect_err(|_| unsafe { sys::kpi_cdevpriv_dtor(data) })
}

/// Frees a file's data. The kernel runs this once, by the destructor of the shim, when the last descriptor of the file is
/// closed. It waits for that where it runs inside d_close, but not where the file was revoked: so the destructor ends by
/// a jump into the kernel, which posts the semaphore.
#[optimize(size)]
unsafe extern "C" fn destroy<D: Cdev>(data: *mut c_void) {
    race::sleep(Point::CountFile);
    if let Some(file) = NonNull::new(data.cast::<OpenFile<D::File, D::Locked>>()) {
        // SAFETY: made by `open`, and nobody uses it any more: the kernel runs this once, after the last call.
        drop(unsafe { Box::<_, D::Malloc>::from_raw(file) });
    }
}

/// Runs for every file (D_TRACKCLOSE), to destroy its data here, where `destroy_dev` waits for the thread. Not if it was
/// revoked (revoke(2), a forced unmount of devfs): then the kernel does not say which file it is, and runs the destructor when
/// that is closed.
unsafe extern "C" fn close(
    _dev: *mut sys::cdev,
    _flags: c_int,
    _type: c_int,
    _td: *mut sys::thread,
) -> c_int {
    // SAFETY: acts on curthread's own call.
    unsafe { sys::devfs_clear_cdevpriv() };
    0
}

/// What all files of the device share.
///
/// # Safety
/// `dev` is a device of kind `D` in a call of it other than its first open.
#[inline(always)]
unsafe fn shared<'call, D: Cdev>(dev: *mut sys::cdev) -> &'call D {
    // SAFETY: a file has been opened, so the pointer is there; the device is destroyed only after the call.
    unsafe { &(*(*dev).si_drv1.cast::<Inner<D>>()).device }
}

#[inline(always)]
unsafe fn io<D: Cdev>(
    dev: *mut sys::cdev,
    uio: *mut sys::uio,
    f: impl FnOnce(&D, Call<'_, D>, UserIo<'_>) -> Result<(), Errno>,
) -> c_int {
    // SAFETY: the kernel passes a uio of its own for the time of this call, made by curthread.
    errno_or_zero(unsafe { UserIo::new(uio) }.and_then(|io| {
        let call = Call {
            td: io.td(),
            _device: PhantomData,
        };
        // SAFETY: the kernel's call of such a device.
        f(unsafe { shared(dev) }, call, io)
    }))
}

unsafe extern "C" fn read<D: Cdev>(
    dev: *mut sys::cdev,
    uio: *mut sys::uio,
    _flags: c_int,
) -> c_int {
    // SAFETY: the kernel's call.
    unsafe { io(dev, uio, D::read) }
}

unsafe extern "C" fn write<D: Cdev>(
    dev: *mut sys::cdev,
    uio: *mut sys::uio,
    _flags: c_int,
) -> c_int {
    // SAFETY: the kernel's call.
    unsafe { io(dev, uio, D::write) }
}

unsafe extern "C" fn ioctl<D: Cdev>(
    dev: *mut sys::cdev,
    number: c_ulong,
    data: *mut c_char,
    fflag: c_int,
    td: *mut sys::thread,
) -> c_int {
    let call = Call {
        // SAFETY: the kernel passes curthread, for the time of this call.
        td: unsafe { CurThread::new(td) },
        _device: PhantomData,
    };
    // INVARIANT: sys_ioctl hands over as many bytes as the number encodes, aligned.
    let request = Ioctl {
        number,
        data,
        fflag: fflag as u32,
        _call: PhantomData,
    };
    // SAFETY: the kernel's call of such a device.
    errno_or_zero(unsafe { shared::<D>(dev) }.ioctl(call, request))
}

/// The device's functions, one set for all kinds of devices.
pub const fn cdevsw<D: Cdev>(name: &'static CStr) -> sys::cdevsw {
    // SAFETY: integers, pointers and optional functions, for which zero is a value.
    let mut cdevsw: sys::cdevsw = unsafe { MaybeUninit::zeroed().assume_init() };
    cdevsw.d_version = sys::D_VERSION as c_int;
    cdevsw.d_flags = sys::D_TRACKCLOSE;
    cdevsw.d_name = name.as_ptr();
    cdevsw.d_open = Some(open::<D>);
    cdevsw.d_close = Some(close);
    cdevsw.d_read = Some(read::<D>);
    cdevsw.d_write = Some(write::<D>);
    cdevsw.d_ioctl = Some(ioctl::<D>);
    cdevsw
}
