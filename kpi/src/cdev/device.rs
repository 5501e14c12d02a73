// SPDX-License-Identifier: BSD-2-Clause
//! A device node.
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_int};
use core::ptr::{self, NonNull};
use core::sync::atomic::Ordering;

use super::cdevsw::{Inner, cdevsw, si_drv1};
use super::driver::Cdev;
use super::open_file::OpenFiles;
use crate::errno::Errno;
use crate::malloc::Box;
use crate::sys;

/// A device node, while it exists. Its files keep the module loaded: [`Device::quiesce`] and [`Device::refuse_opens`] go
/// into those of [`Kld`](crate::kld::Kld).
///
/// # Invariants
/// `dev` was made by `make_dev_p` and not destroyed since.
pub struct Device<D: Cdev> {
    dev: NonNull<sys::cdev>,
    inner: Box<Inner<D>, D::Malloc>,
}

// SAFETY: the kernel guards what `dev` points to.
unsafe impl<D: Cdev> Send for Device<D> {}
// SAFETY: as above.
unsafe impl<D: Cdev> Sync for Device<D> {}

impl<D: Cdev> Device<D> {
    /// Makes `/dev/NAME`, of root:wheel, with `mode`. From here on it can be opened. Fails with what `make_dev_p` returns, or
    /// ENOMEM.
    #[optimize(size)]
    pub fn new(name: &'static CStr, mode: c_int, device: D) -> Result<Device<D>, Errno> {
        let inner = Box::new_with(|| Inner {
            cdevsw: UnsafeCell::new(cdevsw::<D>(name)),
            files: OpenFiles::new(),
            device,
        })?;
        inner.files.init();
        let mut dev = ptr::null_mut();
        // SAFETY: the cdevsw stays where it is until the device is destroyed; the name has no conversions: "%s" does.
        Errno::check(unsafe {
            sys::make_dev_p(
                (sys::MAKEDEV_CHECKNAME | sys::MAKEDEV_WAITOK) as c_int,
                &mut dev,
                inner.cdevsw.get(),
                ptr::null_mut(),
                sys::UID_ROOT as _,
                sys::GID_WHEEL as _,
                mode,
                c"%s".as_ptr(),
                name.as_ptr(),
            )
        })?;
        // INVARIANT: make_dev_p returned 0.
        let dev = NonNull::new(dev).ok_or(Errno::ENXIO)?;
        // Until here, nobody can open it: see `open`.
        // SAFETY: the field is the driver's.
        unsafe { si_drv1(dev.as_ptr()) }
            .store((&raw const *inner).cast_mut().cast(), Ordering::Release);
        Ok(Device { dev, inner })
    }

    /// EBUSY while a file is open.
    pub fn quiesce(&self) -> Result<(), Errno> {
        if self.inner.files.any_open() {
            Err(Errno::EBUSY)
        } else {
            Ok(())
        }
    }

    /// Refuses further opens, with ENXIO; EBUSY while a file is open. To be called by [`Kld::unload`](crate::kld::Kld::unload):
    /// code of a module that is gone cannot close a file.
    pub fn refuse_opens(&self) -> Result<(), Errno> {
        self.inner.files.refuse_opens()
    }
}

impl<D: Cdev> Drop for Device<D> {
    fn drop(&mut self) {
        // SAFETY: the type's invariant. It waits for every thread that is inside one of the functions below, and destroys
        // the data of files that are open still; but does not wait for somebody who is destroying them already.
        unsafe { sys::destroy_dev(self.dev.as_ptr()) }
        while self.inner.files.any_open() {
            // SAFETY: unloading a module holds no lock that forbids it.
            unsafe { sys::maybe_yield() }
        }
    }
}
