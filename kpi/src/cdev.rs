// SPDX-License-Identifier: BSD-2-Clause
//! Devices in /dev (`make_dev(9)`): a type that implements [`Cdev`] is what one does, a [`Device`] is the node while it exists.
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_char, c_int, c_ulong, c_void};
use core::marker::PhantomData;
use core::mem::MaybeUninit;
use core::ops::Deref;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

use crate::errno::{Errno, answer};
use crate::kpi;
use crate::linker_set::Shared;
use crate::lock::{Mutex, MutexGuard};
use crate::malloc::{Box, MallocType};
use crate::process::CurThread;
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
    td: CurThread<'call>,
    _device: PhantomData<D>,
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
    Errno::check(unsafe { kpi::devfs_get_cdevpriv(&mut data) })?;
    // SAFETY: it was set by `open`, and is not destroyed before the file is closed, which waits for the call.
    unsafe { data.cast::<OpenFile<F, L>>().as_ref() }.ok_or(Errno::ENXIO)
}

/// A request of ioctl(2), with its argument.
///
/// # Invariants
/// `data` is the kernel's copy of the argument, as long as `number` says, aligned for any integer; nobody else has it.
pub struct Ioctl<'call> {
    number: c_ulong,
    data: *mut c_char,
    fflag: u32,
    _call: PhantomData<&'call mut ()>,
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
        self.fflag & kpi::FREAD != 0
    }

    /// Whether the descriptor is open for writing.
    #[inline(always)]
    pub fn may_write(&self) -> bool {
        self.fflag & kpi::FWRITE != 0
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

/// A device node, while it exists. Its files keep the module loaded: [`Device::quiesce`] and [`Device::refuse_opens`] go
/// into those of [`Kld`](crate::kld::Kld).
///
/// # Invariants
/// `dev` was made by `make_dev_p` and not destroyed since.
pub struct Device<D: Cdev> {
    dev: NonNull<kpi::cdev>,
    inner: Box<Inner<D>, D::Malloc>,
}

// SAFETY: the kernel guards what `dev` points to.
unsafe impl<D: Cdev> Send for Device<D> {}
// SAFETY: as above.
unsafe impl<D: Cdev> Sync for Device<D> {}

struct Inner<D> {
    /// The kernel keeps its own list in it.
    cdevsw: UnsafeCell<kpi::cdevsw>,
    files: OpenFiles,
    device: D,
}

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
            kpi::make_dev_p(
                (kpi::MAKEDEV_CHECKNAME | kpi::MAKEDEV_WAITOK) as c_int,
                &mut dev,
                inner.cdevsw.get(),
                ptr::null_mut(),
                kpi::UID_ROOT as _,
                kpi::GID_WHEEL as _,
                mode,
                c"%s".as_ptr(),
                name.as_ptr(),
            )
        })?;
        // INVARIANT: make_dev_p returned 0.
        let dev = NonNull::new(dev).ok_or(Errno::ENXIO)?;
        // Until here, nobody can open it: see `open`.
        // SAFETY: the field is the driver's.
        unsafe { drv1(dev.as_ptr()) }
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
        unsafe { kpi::destroy_dev(self.dev.as_ptr()) }
        while self.inner.files.any_open() {
            // SAFETY: unloading a module holds no lock that forbids it.
            unsafe { kpi::maybe_yield() }
        }
    }
}

/// The driver's own pointer of a device.
///
/// # Safety
/// `dev` is one.
unsafe fn drv1<'a>(dev: *mut kpi::cdev) -> &'a AtomicPtr<c_void> {
    // SAFETY: the caller's promise.
    unsafe { AtomicPtr::from_ptr(&raw mut (*dev).si_drv1) }
}

/// Files that have been opened, whose destructor has not been counted yet.
struct OpenFiles {
    /// [`UNLOADING`] once the module is being unloaded: then no file can be opened any more.
    count: AtomicU32,
    /// Has a unit for each destructor that has run: the last thing that one does is to post it, by a jump into the kernel,
    /// so that whoever has taken the unit knows that no destructor's code is needed any more.
    closed: Shared<MaybeUninit<kpi::sema>>,
}

const UNLOADING: u32 = u32::MAX;

impl OpenFiles {
    const fn new() -> OpenFiles {
        OpenFiles {
            count: AtomicU32::new(0),
            closed: Shared::new(MaybeUninit::uninit()),
        }
    }

    /// To be called once it has its place.
    fn init(&self) {
        // SAFETY: nobody uses it before.
        unsafe { kpi::sema_init(self.closed.get().cast(), 0, c"open files".as_ptr()) };
    }

    /// Takes the units of destructors that are through out of the count.
    fn collect(&self) {
        // SAFETY: it was initialised before there was a device.
        while unsafe { kpi::_sema_trywait(self.closed.get().cast(), c"freebsd-kpi".as_ptr(), 0) }
            != 0
        {
            self.count.fetch_sub(1, Ordering::AcqRel);
        }
    }

    /// Whether a file is open.
    fn any_open(&self) -> bool {
        self.collect();
        !matches!(self.count.load(Ordering::Relaxed), 0 | UNLOADING)
    }

    fn refuse_opens(&self) -> Result<(), Errno> {
        self.collect();
        match self
            .count
            .compare_exchange(0, UNLOADING, Ordering::AcqRel, Ordering::Relaxed)
        {
            Ok(_) | Err(UNLOADING) => Ok(()),
            Err(_) => Err(Errno::EBUSY),
        }
    }

    /// Counts one more. ENXIO while the module is being unloaded.
    fn count(&self) -> Result<(), Errno> {
        self.collect();
        self.count
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, |n| match n {
                UNLOADING => None,
                n => n.checked_add(1).filter(|&more| more != UNLOADING),
            })
            .map(drop)
            .map_err(|_| Errno::ENXIO)
    }

    /// One that came to nothing.
    fn uncount(&self) {
        self.count.fetch_sub(1, Ordering::AcqRel);
    }
}

impl<D> Drop for Inner<D> {
    fn drop(&mut self) {
        // SAFETY: made by `init`; the device is gone, and every destructor has been collected.
        unsafe { kpi::sema_destroy(self.files.closed.get().cast()) }
    }
}

/// What an open file has: a [`Cdev::File`], which this dereferences to, and a [`Cdev::Locked`]. The kernel passes the pointer
/// about; while it exists it is counted.
#[repr(C)]
pub struct OpenFile<F, L> {
    /// What the shim's destructor finds: [`destroy`] and the semaphore that it posts.
    dtor: kpi::kpi_cdevpriv,
    locked: Mutex<L>,
    file: F,
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

#[optimize(size)]
unsafe extern "C" fn open<D: Cdev>(
    dev: *mut kpi::cdev,
    _flags: c_int,
    _type: c_int,
    td: *mut kpi::thread,
) -> c_int {
    // SAFETY: the kernel passes the device and curthread, for the time of this call; `new` has set its pointer, or is about to.
    answer(unsafe { try_open::<D>(dev, td) })
}

unsafe fn try_open<D: Cdev>(dev: *mut kpi::cdev, td: *mut kpi::thread) -> Result<(), Errno> {
    // SAFETY: the device and what it points to stay for the time of this call.
    let inner = unsafe {
        drv1(dev)
            .load(Ordering::Acquire)
            .cast::<Inner<D>>()
            .as_ref()
    };
    let inner = inner.ok_or(Errno::ENXIO)?;
    // SAFETY: the kernel passes curthread, for the time of this call.
    let td = unsafe { CurThread::new(td) };
    inner.files.count()?;
    let made = inner.device.open(td).and_then(|(file, locked)| {
        let made = Box::<_, D::Malloc>::new_with(|| OpenFile {
            dtor: kpi::kpi_cdevpriv {
                destroy: Some(destroy::<D>),
                closed: inner.files.closed.get().cast(),
            },
            // SAFETY: placed below, before anybody else has it.
            locked: unsafe { Mutex::unplaced(locked) },
            file,
        })?;
        // SAFETY: just made, and in its place.
        unsafe { made.locked.place(c"open file") };
        Ok(made)
    });
    let data = made.inspect_err(|_| inner.files.uncount())?.into_raw();
    let data = data.as_ptr().cast();
    // SAFETY: called inside d_open, where the file is known. From here on the kernel has the pointer, and gives
    // it back to the destructor once; if it refuses it, nobody else has it and we do the same.
    Errno::check(unsafe { kpi::devfs_set_cdevpriv(data, Some(kpi::kpi_cdevpriv_dtor)) })
        // SAFETY: nobody else has it.
        .inspect_err(|_| unsafe { kpi::kpi_cdevpriv_dtor(data) })
}

/// Frees a file's data. The kernel runs this once, by the destructor of the shim, when the last descriptor of the file is
/// closed. It waits for that where it runs inside d_close, but not where the file was revoked: so the destructor ends by
/// a jump into the kernel, which posts the semaphore.
#[optimize(size)]
unsafe extern "C" fn destroy<D: Cdev>(data: *mut c_void) {
    if let Some(file) = NonNull::new(data.cast::<OpenFile<D::File, D::Locked>>()) {
        // SAFETY: made by `open`, and nobody uses it any more: the kernel runs this once, after the last call.
        drop(unsafe { Box::<_, D::Malloc>::from_raw(file) });
    }
}

/// Runs for every file (D_TRACKCLOSE), to destroy its data here, where `destroy_dev` waits for the thread. Not if it was
/// revoked (revoke(2), a forced unmount of devfs): then the kernel does not say which file it is, and runs the destructor when
/// that is closed.
unsafe extern "C" fn close(
    _dev: *mut kpi::cdev,
    _flags: c_int,
    _type: c_int,
    _td: *mut kpi::thread,
) -> c_int {
    // SAFETY: acts on curthread's own call.
    unsafe { kpi::devfs_clear_cdevpriv() };
    0
}

/// What all files of the device share.
///
/// # Safety
/// `dev` is a device of kind `D` in a call of it other than its first open.
#[inline(always)]
unsafe fn shared<'call, D: Cdev>(dev: *mut kpi::cdev) -> &'call D {
    // SAFETY: a file has been opened, so the pointer is there; the device is destroyed only after the call.
    unsafe { &(*(*dev).si_drv1.cast::<Inner<D>>()).device }
}

#[inline(always)]
unsafe fn io<D: Cdev>(
    dev: *mut kpi::cdev,
    uio: *mut kpi::uio,
    f: impl FnOnce(&D, Call<'_, D>, UserIo<'_>) -> Result<(), Errno>,
) -> c_int {
    // SAFETY: the kernel passes a uio of its own for the time of this call, made by curthread.
    answer(unsafe { UserIo::new(uio) }.and_then(|io| {
        let call = Call {
            td: io.td(),
            _device: PhantomData,
        };
        // SAFETY: the kernel's call of such a device.
        f(unsafe { shared(dev) }, call, io)
    }))
}

unsafe extern "C" fn read<D: Cdev>(
    dev: *mut kpi::cdev,
    uio: *mut kpi::uio,
    _flags: c_int,
) -> c_int {
    // SAFETY: the kernel's call.
    unsafe { io(dev, uio, D::read) }
}

unsafe extern "C" fn write<D: Cdev>(
    dev: *mut kpi::cdev,
    uio: *mut kpi::uio,
    _flags: c_int,
) -> c_int {
    // SAFETY: the kernel's call.
    unsafe { io(dev, uio, D::write) }
}

unsafe extern "C" fn ioctl<D: Cdev>(
    dev: *mut kpi::cdev,
    number: c_ulong,
    data: *mut c_char,
    fflag: c_int,
    td: *mut kpi::thread,
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
    answer(unsafe { shared::<D>(dev) }.ioctl(call, request))
}

/// The device's functions, one set for all kinds of devices.
const fn cdevsw<D: Cdev>(name: &'static CStr) -> kpi::cdevsw {
    // SAFETY: integers, pointers and optional functions, for which zero is a value.
    let mut cdevsw: kpi::cdevsw = unsafe { MaybeUninit::zeroed().assume_init() };
    cdevsw.d_version = kpi::D_VERSION as c_int;
    cdevsw.d_flags = kpi::D_TRACKCLOSE;
    cdevsw.d_name = name.as_ptr();
    cdevsw.d_open = Some(open::<D>);
    cdevsw.d_close = Some(close);
    cdevsw.d_read = Some(read::<D>);
    cdevsw.d_write = Some(write::<D>);
    cdevsw.d_ioctl = Some(ioctl::<D>);
    cdevsw
}
