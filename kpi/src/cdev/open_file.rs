// SPDX-License-Identifier: BSD-2-Clause
//! What each open file has, and how many there are: the code of a module that is gone could not close one.
use core::mem::MaybeUninit;
use core::ops::Deref;
use core::sync::atomic::{AtomicU32, Ordering};

use crate::errno::Errno;
use crate::linker_set::Shared;
use crate::lock::{Mutex, MutexGuard};
use crate::race::{self, Point};
use crate::sys;

/// Files that have been opened, whose destructor has not been counted yet.
pub struct OpenFiles {
    /// [`UNLOADING`] once the module is being unloaded: then no file can be opened any more.
    count: AtomicU32,
    /// Posted once for each destructor that has run: by its last instruction, a jump into the kernel, so that after
    /// `sema_trywait` none of that destructor's code is needed any more.
    pub closed: Shared<MaybeUninit<sys::sema>>,
}

const UNLOADING: u32 = u32::MAX;

impl OpenFiles {
    pub const fn new() -> OpenFiles {
        OpenFiles {
            count: AtomicU32::new(0),
            closed: Shared::new(MaybeUninit::uninit()),
        }
    }

    /// `sema_init`, to be called once it does not move any more.
    pub fn init(&self) {
        // SAFETY: nobody uses it before.
        unsafe { sys::sema_init(self.closed.get().cast(), 0, c"open files".as_ptr()) };
    }

    /// Takes the destructors that have returned out of the count.
    fn collect(&self) {
        // SAFETY: it was initialised before there was a device.
        while unsafe { sys::_sema_trywait(self.closed.get().cast(), c"freebsd-kpi".as_ptr(), 0) }
            != 0
        {
            self.count.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Whether a file is open.
    pub fn any_open(&self) -> bool {
        self.collect();
        !matches!(self.count.load(Ordering::Relaxed), 0 | UNLOADING)
    }

    pub fn refuse_opens(&self) -> Result<(), Errno> {
        self.collect();
        race::sleep(Point::CountUnload);
        match self
            .count
            .compare_exchange(0, UNLOADING, Ordering::AcqRel, Ordering::Relaxed)
        {
            Ok(_) | Err(UNLOADING) => Ok(()),
            Err(_) => Err(Errno::EBUSY),
        }
    }

    /// Counts one more. ENXIO while the module is being unloaded.
    pub fn count(&self) -> Result<(), Errno> {
        self.collect();
        self.count
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, |n| match n {
                UNLOADING => None,
                n => n.checked_add(1).filter(|&more| more != UNLOADING),
            })
            .map(drop)
            .map_err(|_| Errno::ENXIO)
    }

    /// Takes back a count whose open failed.
    pub fn uncount(&self) {
        self.count.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for OpenFiles {
    fn drop(&mut self) {
        // SAFETY: made by `init`; the device is gone, and every destructor has been collected.
        unsafe { sys::sema_destroy(self.closed.get().cast()) }
    }
}

/// What an open file has: a [`Cdev::File`](super::Cdev::File), which this dereferences to, and a
/// [`Cdev::Locked`](super::Cdev::Locked). The kernel keeps the pointer to it; it is counted
/// while it exists.
#[repr(C)]
pub struct OpenFile<F, L> {
    /// What the shim's destructor finds: [`destroy`] and the semaphore that it posts.
    pub(super) dtor: sys::kpi_cdevpriv,
    pub(super) locked: Mutex<L>,
    pub(super) file: F,
}

impl<F, L> OpenFile<F, L> {
    /// `mtx_lock`, as [`Mutex::lock`].
    pub fn lock(&self) -> MutexGuard<'_, L> {
        self.locked.lock()
    }
}

impl<F, L> Deref for OpenFile<F, L> {
    type Target = F;

    #[inline(always)]
    fn deref(&self) -> &F {
        &self.file
    }
}
