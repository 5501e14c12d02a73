// SPDX-License-Identifier: BSD-2-Clause
//! What each open file of the device has (devfs_set_cdevpriv(9)): the address space it is attached to. And how many
//! files there are, for the module must stay while one is open.
use core::cell::UnsafeCell;
use core::ffi::c_void;
use core::mem::{self, ManuallyDrop, MaybeUninit};
use core::ops::Deref;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

use crate::buffer::Buffer;
use crate::counters;
use crate::errno::Errno;
use crate::kld::Shared;
use crate::kpi;
use crate::lock::{mtx_lock, mtx_unlock};
use crate::process::CurThread;
use crate::target::Attachment;
use crate::vmspace::VmspaceRef;

/// Files that have been opened and whose destructor has not been counted by [`collect`] yet. [`UNLOADING`] once the module
/// is being unloaded: then no file can be opened any more.
static OPEN_FILES: AtomicU32 = AtomicU32::new(0);
const UNLOADING: u32 = u32::MAX;

/// Has a unit for each destructor that has run: the last thing that one does is to post it, by a jump into the kernel, so
/// that whoever has taken the unit knows that no destructor's code is needed any more.
static CLOSED: Shared<MaybeUninit<kpi::sema>> = Shared::new(MaybeUninit::uninit());

/// The count of open files, while the module is loaded.
pub struct OpenFiles(());

impl OpenFiles {
    /// A new module has none. There is one of these at a time, and longer than there is a device.
    pub fn new() -> OpenFiles {
        OPEN_FILES.store(0, Ordering::Relaxed);
        // SAFETY: nobody uses it before there is a device.
        unsafe { kpi::sema_init(CLOSED.get().cast(), 0, c"rwmem files".as_ptr()) };
        OpenFiles(())
    }
}

impl Drop for OpenFiles {
    fn drop(&mut self) {
        // SAFETY: made by `new`; the device is gone, and every destructor has been collected.
        unsafe { kpi::sema_destroy(CLOSED.get().cast()) }
    }
}

/// Takes the units of destructors that are through out of the count.
fn collect() {
    // SAFETY: the semaphore exists as long as there is a device or somebody asks about its files.
    while unsafe { kpi::_sema_trywait(CLOSED.get().cast(), c"rwmem".as_ptr(), 0) } != 0 {
        OPEN_FILES.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Whether a file is open.
pub fn any_open() -> bool {
    collect();
    !matches!(OPEN_FILES.load(Ordering::Relaxed), 0 | UNLOADING)
}

/// Refuses further opens; EBUSY while a file is open.
pub fn refuse_opens() -> Result<(), Errno> {
    collect();
    match OPEN_FILES.compare_exchange(0, UNLOADING, Ordering::AcqRel, Ordering::Relaxed) {
        Ok(_) | Err(UNLOADING) => Ok(()),
        Err(_) => Err(Errno::EBUSY),
    }
}

/// A file's private data. The kernel passes the pointer about; threads may be inside at the same time.
///
/// # Invariants
/// Every access to `attached` holds `mutex`. `spare` is 0, or the address of the vmspace in `attached`: with [`HERE`]
/// while it stands for a reference of its own, without while a transfer has borrowed this reference.
/// While a File exists it is counted in [`OPEN_FILES`].
#[repr(C)]
pub struct File {
    /// What the shim's destructor finds: [`destroy`] and [`CLOSED`].
    dtor: kpi::kpi_cdevpriv,
    mutex: UnsafeCell<kpi::mtx>,
    attached: UnsafeCell<Option<Attachment>>,
    spare: AtomicUsize,
}

/// Marks the address of a spare reference that is not borrowed: no vmspace is at an odd address.
const HERE: usize = 1;

/// The address space that a file was attached to when a transfer began.
pub struct Attached<'call> {
    vm: ManuallyDrop<VmspaceRef>,
    /// Whose spare reference it is; None for one of its own.
    lender: Option<&'call AtomicUsize>,
}

impl Deref for Attached<'_> {
    type Target = VmspaceRef;

    #[inline(always)]
    fn deref(&self) -> &VmspaceRef {
        &self.vm
    }
}

impl Drop for Attached<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        let address = self.vm.as_ptr().addr();
        // If the file has been attached to something else meanwhile, it has nowhere to go back to.
        let returned = self.lender.is_some_and(|spare| {
            spare
                .compare_exchange(
                    address,
                    address | HERE,
                    Ordering::Release,
                    Ordering::Relaxed,
                )
                .is_ok()
        });
        if !returned {
            // SAFETY: dropped once, here.
            unsafe { ManuallyDrop::drop(&mut self.vm) }
        }
    }
}

impl File {
    /// Makes the data of the file that this thread is opening. ENXIO while the module is being unloaded, ENOMEM.
    #[optimize(size)]
    pub fn open() -> Result<(), Errno> {
        collect();
        OPEN_FILES
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, |n| match n {
                UNLOADING => None,
                n => n.checked_add(1).filter(|&more| more != UNLOADING),
            })
            .map_err(|_| Errno::ENXIO)?;
        let file = File::allocate().inspect_err(|_| {
            OPEN_FILES.fetch_sub(1, Ordering::AcqRel);
        })?;
        let data = file.as_ptr().cast();
        // SAFETY: called inside d_open, where the file is known. From here on the kernel has the pointer, and gives
        // it back to the destructor once; if it refuses it, nobody else has it and we do the same.
        Errno::check(unsafe { kpi::devfs_set_cdevpriv(data, Some(kpi::kpi_cdevpriv_dtor)) })
            // SAFETY: nobody else has it.
            .inspect_err(|_| unsafe { kpi::kpi_cdevpriv_dtor(data) })
    }

    fn allocate() -> Result<NonNull<File>, Errno> {
        let file = Buffer::new(size_of::<File>())?.into_raw().cast::<File>();
        let empty = File {
            dtor: kpi::kpi_cdevpriv {
                destroy: Some(destroy),
                closed: CLOSED.get().cast(),
            },
            // SAFETY: a mutex is initialised from zeroes.
            mutex: UnsafeCell::new(unsafe { MaybeUninit::zeroed().assume_init() }),
            attached: UnsafeCell::new(None),
            spare: AtomicUsize::new(0),
        };
        // SAFETY: fresh memory of that size, aligned by malloc(9); initialised before anybody sees it.
        unsafe {
            file.write(empty);
            kpi::_mtx_init(
                (&raw mut (*(*file).mutex.get()).mtx_lock).cast(),
                c"rwmem file".as_ptr(),
                ptr::null(),
                kpi::MTX_DEF as _,
            );
        }
        NonNull::new(file).ok_or(Errno::ENOMEM)
    }

    /// The file that `td`'s present call of the device is about.
    pub fn current<'call>(_td: CurThread<'call>) -> Result<&'call File, Errno> {
        let mut data = ptr::null_mut();
        // SAFETY: asks for curthread's own call.
        Errno::check(unsafe { kpi::devfs_get_cdevpriv(&mut data) })?;
        // SAFETY: it was set by `open`, and is not destroyed before the file is closed, which waits for the call.
        unsafe { data.cast::<File>().as_ref() }.ok_or(Errno::ENXIO)
    }

    /// The attached address space; ENXIO where there is none. Usually lends the spare reference, which costs two
    /// atomic operations; while that is out, takes another.
    #[inline(always)]
    pub fn attached(&self) -> Result<Attached<'_>, Errno> {
        let spare = self.spare.load(Ordering::Relaxed);
        if spare & HERE != 0
            && self
                .spare
                .compare_exchange(spare, spare & !HERE, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
            // SAFETY: the address of a vmspace with a reference, which is ours now.
            && let Some(vm) = unsafe { VmspaceRef::from_address(spare & !HERE) }
        {
            return Ok(Attached {
                vm: ManuallyDrop::new(vm),
                lender: Some(&self.spare),
            });
        }
        self.another_attached()
    }

    #[inline(never)]
    #[optimize(size)]
    fn another_attached(&self) -> Result<Attached<'_>, Errno> {
        let vm = self
            .locked(|attached| attached.as_ref()?.vm.another())
            .ok_or(Errno::ENXIO)?;
        Ok(Attached {
            vm: ManuallyDrop::new(vm),
            lender: None,
        })
    }

    /// Attaches the file to an address space, instead of what it was attached to. ENFILE where it was attached to
    /// nothing, and as many files as may be are attached already.
    pub fn attach(&self, attachment: Attachment) -> Result<(), Errno> {
        self.exchange(Some(attachment)).map(drop)
    }

    /// What [`Attachment::check_current`] says of what the file is attached to; ENXIO where that is nothing.
    #[optimize(size)]
    pub fn check_current(&self) -> Result<(), Errno> {
        let attachment = self.locked(|attached| {
            let Attachment { vm, process } = attached.as_ref()?;
            let (vm, process) = (vm.another()?, *process);
            Some(Attachment { vm, process })
        });
        attachment.ok_or(Errno::ENXIO)?.check_current()
    }

    /// The process that the file is attached to, for those who trace transfers. It may have another address space now, or
    /// be gone.
    pub fn pid(&self) -> i32 {
        self.locked(|attached| attached.as_ref().map_or(0, |it| it.process.pid))
    }

    /// Lets go of what the file is attached to. Answers whether it was.
    pub fn detach(&self) -> bool {
        // Nothing refuses that.
        self.exchange(None).unwrap_or(false)
    }

    /// Attaches the file to an address space, or to nothing. Returns whether it was attached before.
    #[optimize(size)]
    fn exchange(&self, mut attachment: Option<Attachment>) -> Result<bool, Errno> {
        let mut spare = attachment
            .as_ref()
            .and_then(|attachment| attachment.vm.another())
            .map_or(0, |vm| vm.into_address() | HERE);
        // Counted under the mutex too: whether this is one more is decided by what happens to the file just now.
        let was = self.locked(|attached| {
            let was = attached.is_some();
            match (was, attachment.is_some()) {
                (false, true) => counters::count_attached()?,
                (true, false) => counters::uncount_attached(),
                _ => (),
            }
            mem::swap(attached, &mut attachment);
            spare = self.spare.swap(spare, Ordering::AcqRel);
            Ok(was)
        });
        if spare & HERE != 0 {
            // SAFETY: it was not borrowed, so the reference is ours now.
            drop(unsafe { VmspaceRef::from_address(spare & !HERE) });
        }
        // What the file was attached to, or what it was refused, goes with `attachment`.
        was
    }

    /// Runs `f`, which neither sleeps nor drops a reference, under the mutex.
    fn locked<T>(&self, f: impl FnOnce(&mut Option<Attachment>) -> T) -> T {
        // SAFETY: initialised in `allocate`; the mutex makes the access exclusive, and `f` does not come back here.
        unsafe {
            mtx_lock(self.mutex.get());
            let answer = f(&mut *self.attached.get());
            mtx_unlock(self.mutex.get());
            answer
        }
    }
}

/// Frees a file's data. The kernel runs this once, by the destructor of the shim, when the last descriptor of the file is
/// closed. It waits for that where it runs inside d_close, but not where the file was revoked: so the destructor ends by
/// a jump into the kernel, which posts [`CLOSED`].
#[optimize(size)]
unsafe extern "C" fn destroy(data: *mut c_void) {
    if let Some(file) = NonNull::new(data.cast::<File>()) {
        // SAFETY: made by `allocate`, and nobody uses it any more: the kernel runs this once, after the last call.
        unsafe {
            file.as_ref().detach();
            kpi::_mtx_destroy((&raw mut (*file.as_ref().mutex.get()).mtx_lock).cast());
            drop(Buffer::from_raw(file.cast(), size_of::<File>()));
        }
    }
}

/// Destroys the data of the file that this thread is closing, inside the call. Not if it was revoked (revoke(2), a forced
/// unmount of devfs): then the kernel does not say which file it is, and runs the destructor when that is closed.
pub fn close() {
    // SAFETY: acts on curthread's own call.
    unsafe { kpi::devfs_clear_cdevpriv() };
}
