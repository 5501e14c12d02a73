// SPDX-License-Identifier: BSD-2-Clause
//! Pages of memory (`vm/vm_page.h`): wired, busy, and mapped into the kernel for a moment.
//!
//! A page that is in memory is found by its place in an object, without any lock of the page tables: busy, it stays what it
//! is; wired, it stays in memory.
use core::ffi::c_int;
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ptr::{self, NonNull};
use core::sync::atomic::{self, AtomicU32, AtomicU64, Ordering};

use crate::copy::PAGE_SIZE;
use crate::race::{self, Point};
use crate::sys;
use crate::vm_map::Place;
use crate::vmspace::VmspaceRef;

const READ: sys::vm_prot_t = sys::kpi_vm_prot_KPI_VM_PROT_READ as _;
const COPY: sys::vm_prot_t = sys::kpi_vm_prot_KPI_VM_PROT_COPY as _;

/// A page that stays in memory, though not in its object.
///
/// # Invariants
/// Owns one wiring of it.
#[repr(transparent)]
pub struct WiredPage(NonNull<sys::vm_page>);

/// What a page is faulted in for.
#[derive(Clone, Copy)]
pub enum Want {
    /// To be read, unless it would be made of zeros (VM_FAULT_NOFILL).
    Read,
    /// To be written to, as `proc_rwmem` does it: as a private copy where the mapping is not shared, even if it is read-only
    /// (VM_PROT_COPY, VM_FAULT_DIRTY).
    Write,
}

/// Why `vm_fault` has no page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum NoPage {
    /// KERN_OUT_OF_BOUNDS: it would be made of zeros, or lies behind the end of its file.
    OutOfBounds,
    /// KERN_RESOURCE_SHORTAGE.
    ResourceShortage,
    /// Another one of KERN_….
    Refused,
}

impl WiredPage {
    /// `vm_fault`: the page at `address`, in memory, as a process that touches it would have it. May sleep; no lock is held.
    #[optimize(size)]
    pub fn fault(vm: &VmspaceRef, address: u64, want: Want) -> Result<WiredPage, NoPage> {
        let (prot, flags) = match want {
            Want::Read => (READ, sys::VM_FAULT_NOFILL),
            Want::Write => (READ | COPY, sys::VM_FAULT_DIRTY),
        };
        let start = address & !(PAGE_SIZE as u64 - 1);
        let mut m = ptr::null_mut();
        // SAFETY: the reference keeps the map; no lock is held.
        let error = unsafe { sys::vm_fault(vm.map(), start, prot, flags as _, &mut m) };
        match (error as u32, NonNull::new(m)) {
            // INVARIANT: vm_fault wired it for us.
            (sys::KERN_SUCCESS, Some(m)) => Ok(WiredPage(m)),
            (sys::KERN_OUT_OF_BOUNDS, _) => Err(NoPage::OutOfBounds),
            (sys::KERN_RESOURCE_SHORTAGE, _) => Err(NoPage::ResourceShortage),
            _ => Err(NoPage::Refused),
        }
    }

    /// The page, which nobody else has wired, if its count says so. If not, `ref_count` lies elsewhere in this kernel: the page
    /// is unwired by the kernel alone.
    #[optimize(size)]
    pub fn counted(self) -> Option<WiredPage> {
        // SAFETY: the page is wired; what is looked at is part of it, whatever it is.
        if unsafe { self.count().read_volatile() } == LAST {
            return Some(self);
        }
        // SAFETY: it is dropped by nobody.
        unsafe { ManuallyDrop::new(self).unwire() };
        None
    }

    /// # Safety
    /// The wiring is given up by nothing else.
    #[inline(always)]
    unsafe fn unwire(&self) {
        // SAFETY: the type's invariant.
        unsafe { sys::vm_page_unwire(self.0.as_ptr(), sys::PQ_ACTIVE as _) }
    }

    #[inline(always)]
    fn count(&self) -> *mut u32 {
        // SAFETY: the page is wired.
        unsafe { &raw mut (*self.0.as_ptr()).ref_count }
    }

    /// The kernel's pointer.
    #[inline(always)]
    pub fn as_ptr(&self) -> NonNull<sys::vm_page> {
        self.0
    }

    /// Whether [`WiredPage::map`] can map it: on arm64, memory, but no device's.
    pub fn is_mappable(&self) -> bool {
        // SAFETY: the page is wired.
        unsafe { sys::kpi_vm_page_is_mappable(self.0.as_ptr()) }
    }

    /// Whether it is the kernel's to manage: memory, but no device's.
    pub fn is_managed(&self) -> bool {
        // SAFETY: the page is wired; whether it is managed never changes.
        u32::from(unsafe { (*self.0.as_ptr()).oflags }) & sys::VPO_UNMANAGED == 0
    }

    /// Copies the bytes at `offset` to `to`, which they fill.
    ///
    /// # Safety
    /// They do not leave the page, which is mappable, and stays what it is.
    #[inline(never)]
    #[optimize(size)]
    pub unsafe fn read(&self, offset: usize, to: &mut [MaybeUninit<u8>]) {
        let page = self.map(DirectMap::get());
        // SAFETY: the page is mapped, and the bytes are within it.
        unsafe {
            ptr::copy_nonoverlapping(page.at(offset), to.as_mut_ptr().cast(), to.len());
        }
    }

    /// Where the page is in the direct map, if that is known.
    ///
    /// # Safety
    /// It is memory, and no device's.
    #[inline(always)]
    pub unsafe fn address_of_memory(&self, direct_map: DirectMap) -> Option<u64> {
        // SAFETY: the page is wired.
        unsafe { direct_map.address_of_memory(self.0) }
    }

    /// The page, which is mappable, mapped into the kernel.
    #[inline(always)]
    pub fn map(&self, direct_map: DirectMap) -> Mapped<'_> {
        // SAFETY: the page is wired, for as long as it is borrowed.
        unsafe { Mapped::new(self.0, direct_map) }
    }

    /// Stores `bytes` at `offset`, and marks nothing dirty.
    ///
    /// # Safety
    /// As for [`WiredPage::read`].
    pub unsafe fn store(&self, offset: usize, bytes: &[u8]) {
        // SAFETY: the caller's promise; it is wired.
        unsafe { store(self.0, offset, bytes) }
    }
}

impl Drop for WiredPage {
    /// Gives up the last wiring of a page in an object by `vm_page_unwire`, any other by changing the count alone.
    ///
    /// That function first sees to the page's queue, as for a last wiring or for another one, and then swaps the count, if it is
    /// still the same. If a second thread wires the page in between, and unwires it by the same function, not as the last,
    /// then it is left marked to be taken from its queue; the count is as before, and the first one lets go of it. So no two of
    /// us may be in that function for one page: whoever has it wired is the reason that no other has the last wiring. (A page
    /// that has lost its object meanwhile is in no queue, and has no such mark.)
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the type's invariant. While it is wired, only atomic operations are used on its count.
        let count = unsafe { AtomicU32::from_ptr(self.count()) };
        let others =
            |count: u32| (count & !sys::VPRC_BLOCKED > LAST).then(|| count.wrapping_sub(1));
        // Most often there is no other. What the others have done to the page's queue comes before what we do.
        if count.load(Ordering::Acquire) == LAST
            || count
                .fetch_update(Ordering::Release, Ordering::Acquire, others)
                .is_err()
        {
            race::spin(Point::LastUnwire);
            // SAFETY: this is where it is dropped.
            unsafe { self.unwire() }
        }
    }
}

/// `ref_count` of a page that is in an object, and wired once.
const LAST: u32 = sys::VPRC_OBJREF + 1;

/// A page that nobody frees, moves or pages out, but others may read too (`vm_page_trysbusy`). A thread that has
/// one must not sleep.
///
/// # Invariants
/// This thread has it shared busy.
pub struct SharedBusyPage(NonNull<sys::vm_page>);

impl SharedBusyPage {
    /// The resident page at `place`, unless somebody has it exclusively busy. No lock is taken.
    #[inline(always)]
    pub fn new(place: &Place<'_>) -> Option<SharedBusyPage> {
        // INVARIANT: just made so.
        busy_resident(place, sys::vm_page_trysbusy).map(SharedBusyPage)
    }

    /// `m`, unless somebody has it exclusively busy.
    ///
    /// # Safety
    /// It is a page, of whatever object.
    #[inline(always)]
    pub unsafe fn try_busy(m: NonNull<sys::vm_page>) -> Option<SharedBusyPage> {
        // SAFETY: the caller's promise.
        let busy = unsafe { sys::vm_page_trysbusy(m.as_ptr()) } != 0;
        // INVARIANT: just made so. Where it is not, no value may be made: dropping it would release another thread's.
        busy.then(|| SharedBusyPage(m))
    }

    /// Whether all of it is valid.
    #[inline(always)]
    pub fn is_valid(&self) -> bool {
        // SAFETY: the type's invariant.
        unsafe { is_valid(self.0) }
    }

    /// `vm_page_none_valid`: the page is as one that is not there, but for its memory.
    pub fn none_valid(&self) -> bool {
        // SAFETY: the type's invariant.
        unsafe { (*self.0.as_ptr()).valid == 0 }
    }

    /// `vm_page_wire`.
    #[inline(always)]
    pub fn wire(&self) -> WiredPage {
        // SAFETY: the type's invariant.
        unsafe { sys::vm_page_wire(self.0.as_ptr()) };
        // INVARIANT: just wired.
        WiredPage(self.0)
    }

    /// Copies the bytes at `offset` to `to`, which they fill.
    ///
    /// # Safety
    /// They do not leave the page, which is memory.
    #[inline(always)]
    pub unsafe fn read(&self, offset: usize, to: &mut [MaybeUninit<u8>]) {
        // SAFETY: the type's invariant, and the caller's promise.
        unsafe {
            let page = Mapped::new(self.0, DirectMap::get());
            let from = page.at(offset);
            if to.len() == 8 {
                // What most ask for, and in one piece where it is aligned.
                to.as_mut_ptr()
                    .cast::<u64>()
                    .write_unaligned(from.cast::<u64>().read_unaligned());
            } else {
                ptr::copy_nonoverlapping(from, to.as_mut_ptr().cast(), to.len());
            }
        }
    }
}

impl Drop for SharedBusyPage {
    #[inline(always)]
    fn drop(&mut self) {
        // vm_page_sunbusy orders nothing where others share it, too: what was done to the page comes first.
        atomic::fence(Ordering::Release);
        // SAFETY: the type's invariant.
        unsafe { sys::vm_page_sunbusy(self.0.as_ptr()) }
    }
}

/// A page that only this thread uses: no paging, no copying and no other change of its contents but by those who have it
/// mapped (`vm_page_tryxbusy`).
///
/// # Invariants
/// This thread has it exclusively busy.
pub struct BusyPage(NonNull<sys::vm_page>);

impl BusyPage {
    /// The resident page at `place`, if it is valid and not busy.
    pub fn new(place: &Place<'_>) -> Option<BusyPage> {
        // INVARIANT: just made so; from here on, dropping it ends that.
        let page = busy_resident(place, sys::vm_page_tryxbusy).map(BusyPage)?;
        // SAFETY: the page is busy.
        unsafe { is_valid(page.0) }.then_some(page)
    }

    /// Stores `bytes` at `offset`, then marks the page dirty: after the store, for what is dirty before may be cleaned
    /// before it.
    ///
    /// # Safety
    /// They do not leave the page, which is the one at `place`.
    pub unsafe fn store(&self, place: &Place<'_>, offset: usize, bytes: &[u8]) {
        // SAFETY: the caller's promise; the page is busy, valid, and in the object, which the map keeps.
        unsafe {
            store(self.0, offset, bytes);
            race::spin(Point::StoreDirty);
            sys::vm_page_dirty_KBI(self.0.as_ptr());
            sys::vm_object_set_writeable_dirty(place.object());
        }
    }
}

impl Drop for BusyPage {
    fn drop(&mut self) {
        // SAFETY: the type's invariant.
        unsafe { sys::kpi_vm_page_xunbusy(self.0.as_ptr()) }
    }
}

/// `vm_page_lookup_unlocked`, then busies the page by `try_busy`, one of vm_page_trysbusy and vm_page_tryxbusy. A busy page
/// keeps its object, index and validity, so only then it is known whether it is still the one at `place`.
#[inline(always)]
fn busy_resident(
    place: &Place<'_>,
    try_busy: unsafe extern "C" fn(sys::vm_page_t) -> c_int,
) -> Option<NonNull<sys::vm_page>> {
    // SAFETY: the map keeps the object, and a vm_page's storage stays for ever.
    unsafe {
        let m = NonNull::new(sys::vm_page_lookup_unlocked(place.object(), place.pindex()))?;
        race::spin(Point::FoundBusy);
        if try_busy(m.as_ptr()) == 0 {
            return None;
        }
        race::spin(Point::FoundBusy);
        if !place.has(m) {
            // It was freed before it was busy, and may be another's now, who may free it again.
            sys::kpi_vm_page_busy_release(m.as_ptr());
            return None;
        }
        Some(m)
    }
}

/// # Safety
/// The bytes do not leave the page, which stays where it is.
#[inline(never)]
#[optimize(size)]
unsafe fn store(m: NonNull<sys::vm_page>, offset: usize, bytes: &[u8]) {
    // SAFETY: the caller's promise. Its process may look at the bytes or change them meanwhile, as with any other's store;
    // nobody else holds a reference to them.
    unsafe {
        let page = Mapped::new(m, DirectMap::get());
        ptr::copy_nonoverlapping(bytes.as_ptr(), page.at(offset).cast_mut(), bytes.len());
    }
}

/// # Safety
/// The page is busy.
#[inline(always)]
unsafe fn is_valid(m: NonNull<sys::vm_page>) -> bool {
    // SAFETY: the caller's promise.
    unsafe { u32::from((*m.as_ptr()).valid) == sys::VM_PAGE_BITS_ALL }
}

/// A page that is mapped into the kernel: in the direct map, or, what is not there, for this (`pmap_map_io_transient`).
pub struct Mapped<'page> {
    address: u64,
    /// The page, where it has to be unmapped.
    transient: Option<NonNull<sys::vm_page>>,
    _page: PhantomData<&'page WiredPage>,
}

impl Mapped<'_> {
    /// # Safety
    /// The page stays where it is.
    #[inline(always)]
    unsafe fn new(m: NonNull<sys::vm_page>, direct_map: DirectMap) -> Self {
        // SAFETY: the caller's promise.
        let (address, transient) = match unsafe { direct_map.address(m) } {
            Some(address) => (address, None),
            // SAFETY: as above.
            None => unsafe { map_transient(m) },
        };
        Mapped {
            address,
            transient,
            _page: PhantomData,
        }
    }

    /// Its address in the kernel.
    #[inline(always)]
    pub fn address(&self) -> u64 {
        self.address
    }

    #[inline(always)]
    fn at(&self, offset: usize) -> *const u8 {
        in_page(self.address, offset)
    }
}

impl Drop for Mapped<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(m) = self.transient {
            unmap_transient(m, self.address);
        }
    }
}

/// `pmap_map_io_transient` of one page: where it is, and itself if it has to be unmapped. May sleep.
///
/// # Safety
/// The page stays where it is.
#[cold]
#[inline(never)]
#[optimize(size)]
unsafe fn map_transient(m: NonNull<sys::vm_page>) -> (u64, Option<NonNull<sys::vm_page>>) {
    let (mut page, mut address) = (m.as_ptr(), 0);
    // SAFETY: an array of one page, and room for one address.
    let transient = unsafe { sys::pmap_map_io_transient(&mut page, &mut address, 1, true) };
    (address, transient.then_some(m))
}

#[cold]
#[inline(never)]
#[optimize(size)]
fn unmap_transient(m: NonNull<sys::vm_page>, mut address: u64) {
    let mut page = m.as_ptr();
    // SAFETY: what was mapped.
    unsafe { sys::pmap_unmap_io_transient(&mut page, &mut address, 1, true) }
}

/// What [`DirectMap::find`] has found.
static DIRECT_MAP: AtomicU64 = AtomicU64::new(0);

/// Where the kernel has all memory mapped, one page after the other: what is added to a page's physical address to have its
/// address there. 0 as long as that is not known: then each page's is asked for.
#[derive(Clone, Copy)]
pub struct DirectMap(u64);

impl DirectMap {
    /// What is known of it.
    #[inline(always)]
    pub fn get() -> DirectMap {
        DirectMap(DIRECT_MAP.load(Ordering::Relaxed))
    }

    /// Finds it by the addresses that the kernel gives to two pages of memory. Returns false, and has found nothing, where they
    /// lie otherwise than their physical addresses say: this is not the kernel that the bindings are for.
    #[optimize(size)]
    pub fn find(one: &WiredPage, other: &WiredPage) -> bool {
        let [first, second] = [one, other].map(|page| {
            let mapped = page.map(DirectMap(0));
            // SAFETY: the page is wired.
            let distance = mapped
                .address
                .wrapping_sub(unsafe { (*page.0.as_ptr()).phys_addr });
            mapped.transient.is_none().then_some(distance)
        });
        if let Some(distance) = first.filter(|_| first == second) {
            DIRECT_MAP.store(distance, Ordering::Relaxed);
        }
        first == second
    }

    /// The address of a page of memory; None for a device's, and while nothing is known.
    ///
    /// # Safety
    /// It is a page.
    #[inline(always)]
    unsafe fn address(self, m: NonNull<sys::vm_page>) -> Option<u64> {
        // SAFETY: the caller's promise; what is looked at never changes while the page is what it is.
        unsafe {
            let (oflags, flags) = (
                u32::from((*m.as_ptr()).oflags),
                u32::from((*m.as_ptr()).flags),
            );
            let is_memory = oflags & sys::VPO_UNMANAGED == 0 && flags & sys::PG_FICTITIOUS == 0;
            self.address_of_memory(m).filter(|_| is_memory)
        }
    }

    /// # Safety
    /// It is a page, of memory.
    #[inline(always)]
    unsafe fn address_of_memory(self, m: NonNull<sys::vm_page>) -> Option<u64> {
        // SAFETY: the caller's promise.
        (self.0 != 0).then(|| unsafe { (*m.as_ptr()).phys_addr }.wrapping_add(self.0))
    }
}

/// A place in a page that is mapped at `address`.
#[inline(always)]
pub fn in_page(address: u64, offset: usize) -> *const u8 {
    ptr::with_exposed_provenance((address as usize).wrapping_add(offset))
}
