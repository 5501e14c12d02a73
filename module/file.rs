// SPDX-License-Identifier: BSD-2-Clause
//! What each open file of the device has: the address space that it is attached to.
use core::mem::{self, ManuallyDrop};
use core::ops::Deref;
use core::sync::atomic::{AtomicUsize, Ordering};

use freebsd_kpi::cdev::{self, OpenFile};
use freebsd_kpi::errno::Errno;
use freebsd_kpi::race::{self, Point};
use freebsd_kpi::thread::CurThread;
use freebsd_kpi::vmspace::VmspaceRef;

use crate::share::{self, Charge};
use crate::target::Acquired;

/// An open file of the device. Threads may be inside at the same time.
#[derive(Clone, Copy)]
pub struct File<'call>(&'call OpenFile<Shared, Attachment>);

/// What a file is attached to, under the file's mutex.
#[derive(Default)]
pub struct Attachment(Option<Kept>);

struct Kept {
    acquired: Acquired,
    charge: Charge,
}

fn charge(kept: &mut Option<Kept>) -> Option<&mut Charge> {
    kept.as_mut().map(|kept| &mut kept.charge)
}

/// What transfers use without the mutex.
///
/// # Invariants
/// `spare` is 0, or the address of the vmspace that the file is attached to: with [`AVAILABLE`] while it owns
/// a reference, without while a transfer has borrowed that; with [`SNAPSHOT`] where it is a copy.
#[derive(Default)]
pub struct Shared {
    spare: AtomicUsize,
}

impl Drop for Shared {
    fn drop(&mut self) {
        release(*self.spare.get_mut());
    }
}

/// Releases a spare reference, unless it is borrowed.
fn release(spare: usize) {
    if spare & AVAILABLE != 0 {
        // SAFETY: it is not borrowed, so the reference is the caller's.
        drop(unsafe { VmspaceRef::from_address(spare & !TAGS) });
    }
}

/// Marks the address of a spare reference that is not borrowed: no vmspace is at an odd address.
const AVAILABLE: usize = 1;
/// Marks the address of an address space that can only be read.
const SNAPSHOT: usize = 2;
const TAGS: usize = AVAILABLE | SNAPSHOT;

/// The address space that a file was attached to when a transfer began.
pub struct Attached<'call> {
    vm: ManuallyDrop<VmspaceRef>,
    /// Whose spare reference it is; None for one of its own.
    lender: Option<&'call AtomicUsize>,
    /// What the lender has meanwhile: the address, and whether it is a snapshot.
    lent: usize,
}

impl Attached<'_> {
    /// Whether it is a copy, which can only be read.
    #[inline(always)]
    pub fn is_snapshot(&self) -> bool {
        self.lent & SNAPSHOT != 0
    }
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
        let lent = self.lent;
        // If the file has been attached to something else meanwhile, the reference is released instead.
        let returned = self.lender.is_some_and(|spare| {
            spare
                .compare_exchange(lent, lent | AVAILABLE, Ordering::Release, Ordering::Relaxed)
                .is_ok()
        });
        if !returned {
            // SAFETY: dropped once, here.
            unsafe { ManuallyDrop::drop(&mut self.vm) }
        }
    }
}

impl<'call> File<'call> {
    /// The file that `td`'s present call of the device is about.
    #[inline(always)]
    pub fn current(td: CurThread<'call>) -> Result<File<'call>, Errno> {
        // SAFETY: this module has one device, and this is what its files have.
        unsafe { cdev::current(td) }.map(File)
    }

    /// The attached address space; ENXIO where there is none. Usually lends the spare reference, which costs two
    /// atomic operations; while that is out, takes another.
    #[inline(always)]
    pub fn attached(self) -> Result<Attached<'call>, Errno> {
        let Shared { spare: place, .. } = &**self.0;
        let spare = place.load(Ordering::Relaxed);
        race::sleep(Point::AttachExchange);
        if spare & AVAILABLE != 0
            && place
                .compare_exchange(spare, spare & !AVAILABLE, Ordering::Acquire, Ordering::Relaxed)
                .is_ok()
            // SAFETY: the address of a vmspace with a reference, which is ours now.
            && let Some(vm) = unsafe { VmspaceRef::from_address(spare & !TAGS) }
        {
            return Ok(Attached {
                vm: ManuallyDrop::new(vm),
                lender: Some(place),
                lent: spare & !AVAILABLE,
            });
        }
        self.attached_anew()
    }

    #[inline(never)]
    #[optimize(size)]
    fn attached_anew(self) -> Result<Attached<'call>, Errno> {
        let Acquired {
            vm, is_snapshot, ..
        } = self.try_clone_acquired().ok_or(Errno::ENXIO)?;
        Ok(Attached {
            vm: ManuallyDrop::new(vm),
            lender: None,
            lent: if is_snapshot { SNAPSHOT } else { 0 },
        })
    }

    /// Attaches the file to an address space, instead of what it was attached to. ENFILE where that would be more than
    /// there may be, in all or of this thread's; ENOMEM.
    pub fn attach(self, td: CurThread<'_>, acquired: Acquired) -> Result<(), Errno> {
        let charge = Charge::new(td)?;
        self.exchange(Some(Kept { acquired, charge })).map(drop)
    }

    /// What [`Acquired::check_current`] says of what the file is attached to; ENXIO where that is nothing.
    #[optimize(size)]
    pub fn check_current(self) -> Result<(), Errno> {
        self.try_clone_acquired()
            .ok_or(Errno::ENXIO)?
            .check_current()
    }

    fn try_clone_acquired(self) -> Option<Acquired> {
        let attached = self.0.lock();
        let acquired = &attached.0.as_ref()?.acquired;
        let vm = acquired.vm.try_clone()?;
        Some(Acquired { vm, ..*acquired })
    }

    /// The process that the file is attached to, for those who trace transfers. It may have another address space now, or
    /// be gone.
    pub fn pid(self) -> i32 {
        let attached = self.0.lock();
        attached
            .0
            .as_ref()
            .map_or(0, |kept| kept.acquired.process.pid)
    }

    /// Detaches the file. Returns whether it was attached.
    pub fn detach(self) -> bool {
        // Attaching to nothing never fails.
        self.exchange(None).unwrap_or(false)
    }

    /// Attaches the file to an address space, or to nothing. Returns whether it was attached before.
    #[optimize(size)]
    fn exchange(self, mut kept: Option<Kept>) -> Result<bool, Errno> {
        let mut spare = kept.as_ref().map_or(0, |Kept { acquired, .. }| {
            let tags = if acquired.is_snapshot {
                TAGS
            } else {
                AVAILABLE
            };
            let spare = acquired.vm.try_clone();
            spare.map_or(0, |vm| vm.into_address() | tags)
        });
        // Counted under the mutex too: whether this is one more is decided by what happens to the file just now.
        race::sleep(Point::AttachExchange);
        let was = self.replace(&mut kept, &mut spare);
        release(spare);
        // `kept` has what the file was attached to, or what it was refused; dropping it releases that.
        was
    }

    /// Puts `kept` and `spare` in the place of what the file has, and that into these, all at once. Returns whether it was
    /// attached before.
    fn replace(self, kept: &mut Option<Kept>, spare: &mut usize) -> Result<bool, Errno> {
        let mut attached = self.0.lock();
        share::exchange(charge(&mut attached.0), charge(kept))?;
        mem::swap(&mut attached.0, kept);
        *spare = self.0.spare.swap(*spare, Ordering::AcqRel);
        Ok(kept.is_some())
    }
}
