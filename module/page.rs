// SPDX-License-Identifier: BSD-2-Clause
//! Pages of another address space (`vm/vm_page.h`): found in the objects that it maps, without any lock of its page
//! tables, or faulted in.
//!
//! A page that the entry's own object has is what a fault would map, and most are there. Behind it are the objects that
//! it shadows (after fork(2)), each asked under its lock; and what nobody has yet is zeros, and stays untouched.
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};
use core::slice;
use core::sync::atomic::{self, Ordering};

use freebsd_kpi::copy::PAGE_SIZE;
use freebsd_kpi::errno::Errno;
use freebsd_kpi::vm_map::{LockedMap, LockedObject, Place};
use freebsd_kpi::vmspace::VmspaceRef;

use crate::kpi;
use crate::sink::Sink;

/// The most pages that are wired at a time.
pub const RUN: usize = 32;

/// How many objects behind each other are looked at, first; what lies deeper is faulted in.
pub const SHALLOW: u32 = 16;
/// Once a fault has gone through all of them for nothing.
pub const DEEP: u32 = u32::MAX;

const READ: kpi::vm_prot_t = kpi::kpi_vm_prot_KPI_VM_PROT_READ as _;
const COPY: kpi::vm_prot_t = kpi::kpi_vm_prot_KPI_VM_PROT_COPY as _;

/// Pages that follow each other in an address space, and stay in memory.
///
/// # Invariants
/// Owns one wiring of each of the first `count` pages.
pub struct Run {
    pages: [MaybeUninit<kpi::vm_page_t>; RUN],
    count: usize,
}

/// What [`Run::fill`] has found.
#[derive(PartialEq, Eq)]
pub enum Found {
    /// At least one page, now in the run.
    Pages,
    /// Nothing has been written to the first page yet: it reads as zeros.
    Zeros,
    /// The first page is not in memory, or not to be had without a fault.
    Absent,
    /// Nothing that may be read is mapped there.
    Unreadable,
}

/// Why a page could not be faulted in.
pub enum Fault {
    /// It would be made of zeros, or lies behind the end of its file.
    Nothing,
    /// EFAULT or ENOMEM.
    Error(Errno),
}

impl Run {
    #[inline(always)]
    pub fn new() -> Run {
        Run {
            pages: [const { MaybeUninit::uninit() }; RUN],
            count: 0,
        }
    }

    /// Wires the pages that hold the first of `len` bytes at `address`, until one is not at hand, the map's entry ends,
    /// or the run is full. It is empty before. At most `deepest` objects behind each other are looked at.
    #[inline(always)]
    pub fn fill(&mut self, map: &LockedMap<'_>, address: u64, len: u64, deepest: u32) -> Found {
        let Some(entry) = map.readable(address) else {
            return Found::Unreadable;
        };
        let Some(mut place) = entry.place(address) else {
            return Found::Zeros;
        };
        if !place.is_managed() {
            return Found::Absent;
        }
        // The request does not wrap.
        let end = address.wrapping_add(len).min(entry.end());
        let mut at = address;
        loop {
            let page = match wire_resident(&place) {
                Some(page) => page,
                None => match wire_behind(&place, deepest) {
                    Behind::Page(page) => page,
                    _ if self.count > 0 => break,
                    Behind::Zeros => return Found::Zeros,
                    Behind::Absent => return Found::Absent,
                },
            };
            self.push(page);
            at = (at | (PAGE_SIZE as u64 - 1)).wrapping_add(1);
            if at >= end || self.count == RUN {
                break;
            }
            place.next();
        }
        Found::Pages
    }

    /// Faults the page at `address` in, wired: for a read unless it would be made of zeros; for a write as
    /// `proc_rwmem` does it, as a private copy where the mapping is not shared, even if it is read-only.
    #[optimize(size)]
    pub fn fault(vm: &VmspaceRef, address: u64, write: bool) -> Result<Run, Fault> {
        let (prot, flags) = match write {
            false => (READ, kpi::VM_FAULT_NOFILL),
            true => (READ | COPY, kpi::VM_FAULT_DIRTY),
        };
        let start = address & !(PAGE_SIZE as u64 - 1);
        let mut m = ptr::null_mut();
        // SAFETY: the reference keeps the map; no lock is held.
        let error = unsafe { kpi::vm_fault(vm.map(), start, prot, flags as _, &mut m) };
        match (error as u32, NonNull::new(m)) {
            (kpi::KERN_SUCCESS, Some(m)) => {
                let mut run = Run::new();
                // INVARIANT: vm_fault wired it for us.
                run.push(m);
                // SAFETY: the page is wired.
                if unsafe { kpi::kpi_vm_page_is_mappable(m.as_ptr()) } {
                    Ok(run)
                } else {
                    Err(Fault::Error(Errno::EFAULT))
                }
            }
            (kpi::KERN_OUT_OF_BOUNDS, _) => Err(Fault::Nothing),
            (kpi::KERN_RESOURCE_SHORTAGE, _) => Err(Fault::Error(Errno::ENOMEM)),
            _ => Err(Fault::Error(Errno::EFAULT)),
        }
    }

    /// The caller has wired `m` for the run, which has room.
    #[inline(always)]
    fn push(&mut self, m: NonNull<kpi::vm_page>) {
        if let Some(slot) = self.pages.get_mut(self.count) {
            // INVARIANT: the caller's promise.
            slot.write(m.as_ptr());
            self.count = self.count.wrapping_add(1);
        }
    }

    #[inline(always)]
    fn pages(&self) -> &[kpi::vm_page_t] {
        // SAFETY: `count` is at most RUN, and so many are initialised (the type's invariant).
        unsafe { slice::from_raw_parts(self.pages.as_ptr().cast(), self.count) }
    }

    /// Whether the only page of a run that came from a fault is the kernel's to manage.
    pub fn is_managed(&self) -> bool {
        // SAFETY: the page is wired; whether it is managed never changes.
        self.first()
            .is_some_and(|m| u32::from(unsafe { (*m.as_ptr()).oflags }) & kpi::VPO_UNMANAGED == 0)
    }

    /// Copies the bytes at `offset` of a device's page that was faulted in, and is `place`'s still, to `room`, which they
    /// fill without leaving the page. Whether it is.
    pub fn peek_device(
        &self,
        place: &Place<'_>,
        offset: usize,
        room: &mut [MaybeUninit<u8>],
    ) -> bool {
        let Some(m) = self.first().filter(|&m| place.has(m)) else {
            return false;
        };
        with_mapped::<1, _>(&[m.as_ptr()], |addresses| {
            for &address in addresses {
                // SAFETY: the page is mapped at `address`, and the bytes are within it.
                unsafe {
                    ptr::copy_nonoverlapping(
                        in_page(address, offset),
                        room.as_mut_ptr().cast(),
                        room.len(),
                    )
                }
            }
        });
        true
    }

    /// The only page of a run that came from a fault.
    pub fn first(&self) -> Option<NonNull<kpi::vm_page>> {
        self.pages().first().and_then(|&m| NonNull::new(m))
    }

    /// Puts up to `len` bytes, `offset` bytes into the first page, to `local` of `sink`. Returns how many, exact to the byte
    /// where that ends: fewer than are in the run only there.
    #[inline(always)]
    pub fn put(&self, sink: &mut dyn Sink, offset: usize, len: usize, local: u64) -> usize {
        with_mapped::<RUN, _>(self.pages(), |addresses| {
            let mut done = 0;
            let mut offset = offset;
            let mut addresses = addresses.iter().copied().peekable();
            while let Some(address) = addresses.next() {
                let mut end = address.wrapping_add(PAGE_SIZE as u64);
                // Pages of a superpage follow each other in memory, too.
                while addresses.next_if_eq(&end).is_some() {
                    end = end.wrapping_add(PAGE_SIZE as u64);
                }
                let here = (end.wrapping_sub(address) as usize).wrapping_sub(offset);
                let piece = here.min(len.wrapping_sub(done));
                // SAFETY: the pages are mapped from `address` to `end`, and `piece` bytes at `offset` are within that.
                let copied = unsafe {
                    sink.put(
                        in_page(address, offset),
                        local.wrapping_add(done as u64),
                        piece,
                    )
                };
                done = done.wrapping_add(copied);
                if copied < piece || done == len {
                    break;
                }
                offset = 0;
            }
            done
        })
    }
}

impl Drop for Run {
    #[inline(always)]
    fn drop(&mut self) {
        for &m in self.pages() {
            // SAFETY: the type's invariant.
            unsafe { kpi::vm_page_unwire(m, kpi::PQ_ACTIVE as _) }
        }
    }
}

/// The resident page at `place`, wired, if it is valid and nobody is about to change it. No lock is taken: a page that is
/// shared busy stays what it is.
#[inline(always)]
fn wire_resident(place: &Place<'_>) -> Option<NonNull<kpi::vm_page>> {
    // SAFETY: once a page is busy, its object, index and validity stay.
    unsafe {
        let m = share_busy(place)?;
        let usable = is_valid(m);
        if usable {
            kpi::vm_page_wire(m.as_ptr());
        }
        end_shared_busy(m);
        usable.then_some(m)
    }
}

/// The resident page at `place`, shared busy by this thread, if nobody has it exclusively.
///
/// # Safety
/// [`end_shared_busy`] follows, before anything that sleeps.
#[inline(always)]
unsafe fn share_busy(place: &Place<'_>) -> Option<NonNull<kpi::vm_page>> {
    // SAFETY: the map keeps the object, and a vm_page's storage stays for ever.
    unsafe {
        let m = NonNull::new(kpi::vm_page_lookup_unlocked(place.object(), place.pindex()))?;
        if kpi::vm_page_trysbusy(m.as_ptr()) == 0 {
            return None;
        }
        if !place.has(m) {
            // It has been freed since, and may be somebody else's, who may free it again.
            kpi::kpi_vm_page_busy_release(m.as_ptr());
            return None;
        }
        Some(m)
    }
}

/// # Safety
/// This thread has `m` shared busy.
#[inline(always)]
unsafe fn end_shared_busy(m: NonNull<kpi::vm_page>) {
    // vm_page_sunbusy orders nothing where others share it, too: what was done to the page comes first.
    atomic::fence(Ordering::Release);
    // SAFETY: the caller's promise.
    unsafe { kpi::vm_page_sunbusy(m.as_ptr()) }
}

/// Copies the bytes at `offset` of the resident page at `place` to `to`, which they fill without leaving the page. Whether
/// it is there, as for [`wire_resident`]: for few bytes, wiring it would cost more than copying them.
#[inline(always)]
pub fn peek(place: &Place<'_>, offset: usize, to: &mut [MaybeUninit<u8>]) -> bool {
    // SAFETY: as in wire_resident; the page is mapped while it is busy, and the bytes are within it.
    unsafe {
        let Some(m) = share_busy(place) else {
            return false;
        };
        let usable = is_valid(m);
        if usable {
            with_mapped::<1, _>(&[m.as_ptr()], |addresses| {
                for &address in addresses {
                    let from = in_page(address, offset);
                    if to.len() == 8 {
                        // What most ask for, and in one piece where it is aligned.
                        to.as_mut_ptr()
                            .cast::<u64>()
                            .write_unaligned(from.cast::<u64>().read_unaligned());
                    } else {
                        ptr::copy_nonoverlapping(from, to.as_mut_ptr().cast(), to.len());
                    }
                }
            });
        }
        end_shared_busy(m);
        usable
    }
}

/// # Safety
/// The page is busy.
#[inline(always)]
unsafe fn is_valid(m: NonNull<kpi::vm_page>) -> bool {
    // SAFETY: the caller's promise.
    unsafe { u32::from((*m.as_ptr()).valid) == kpi::VM_PAGE_BITS_ALL }
}

enum Behind {
    /// Wired.
    Page(NonNull<kpi::vm_page>),
    Zeros,
    Absent,
}

/// What a read fault would map at `place`, where the object itself may not have it: the front-most page of the objects
/// that it shadows, unless it is swapped out or has to be read from a file.
#[cold]
#[inline(never)]
#[optimize(size)]
fn wire_behind(place: &Place<'_>, deepest: u32) -> Behind {
    let mut object = LockedObject::new(place);
    let mut pindex = place.pindex();
    for _ in 0..deepest {
        if let Some(m) = object.page(pindex) {
            // SAFETY: its object is locked, so the page stays there; busy, it stays valid.
            unsafe {
                if kpi::vm_page_trysbusy(m.as_ptr()) == 0 {
                    return Behind::Absent;
                }
                let usable = is_valid(m);
                if usable {
                    kpi::vm_page_wire(m.as_ptr());
                }
                end_shared_busy(m);
                return if usable {
                    Behind::Page(m)
                } else {
                    Behind::Absent
                };
            }
        }
        if object.is_dead() || !object.is_memory() || object.has_paged_out(pindex) {
            return Behind::Absent;
        }
        let size = object.size();
        match object.backing() {
            Some((next, first)) => {
                object = next;
                pindex = pindex.wrapping_add(first);
            }
            None if pindex < size => return Behind::Zeros,
            None => return Behind::Absent,
        }
    }
    Behind::Absent
}

/// A page that only this thread uses: no paging, no copying and no other change of its contents but by those who have it
/// mapped.
///
/// # Invariants
/// This thread has `m` exclusively busy.
pub struct BusyPage {
    m: NonNull<kpi::vm_page>,
}

impl BusyPage {
    /// The resident page at `place`, if it is valid and not busy.
    pub fn new(place: &Place<'_>) -> Option<BusyPage> {
        // SAFETY: as in wire_resident.
        unsafe {
            let m = NonNull::new(kpi::vm_page_lookup_unlocked(place.object(), place.pindex()))?;
            if kpi::vm_page_tryxbusy(m.as_ptr()) == 0 {
                return None;
            }
            if !place.has(m) {
                // As in share_busy.
                kpi::kpi_vm_page_busy_release(m.as_ptr());
                return None;
            }
            // INVARIANT: just done; from here on, dropping it ends that.
            let page = BusyPage { m };
            is_valid(m).then_some(page)
        }
    }

    /// Stores `bytes` at `offset` of the page, which they do not leave, then marks it dirty: after the store, for what is
    /// dirty before may be cleaned before it.
    pub fn store(&self, place: &Place<'_>, offset: usize, bytes: &[u8]) {
        store(self.m, offset, bytes);
        // SAFETY: the page is busy, valid, and in the object, which the map keeps.
        unsafe {
            kpi::vm_page_dirty_KBI(self.m.as_ptr());
            kpi::vm_object_set_writeable_dirty(place.object());
        }
    }
}

impl Drop for BusyPage {
    fn drop(&mut self) {
        // SAFETY: the type's invariant.
        unsafe { kpi::kpi_vm_page_xunbusy(self.m.as_ptr()) }
    }
}

/// Stores `bytes` at `offset` of the page `m`, which stays, and which they do not leave.
#[inline(never)]
pub fn store(m: NonNull<kpi::vm_page>, offset: usize, bytes: &[u8]) {
    with_mapped::<1, _>(&[m.as_ptr()], |addresses| {
        for &address in addresses {
            let len = bytes.len().min(PAGE_SIZE.wrapping_sub(offset));
            // SAFETY: the page is mapped at `address`, and `len` bytes at `offset` are within it. Its process may look at
            // them or change them meanwhile, as with any other's store; nobody else holds a reference to them.
            unsafe {
                ptr::copy_nonoverlapping(bytes.as_ptr(), in_page(address, offset).cast_mut(), len)
            }
        }
    });
}

/// A place in a page that is mapped at `address`.
#[inline(always)]
fn in_page(address: u64, offset: usize) -> *const u8 {
    ptr::with_exposed_provenance((address as usize).wrapping_add(offset))
}

/// `pmap_map_io_transient`: runs `f` with the addresses in the kernel of `pages`, which stay and are at most N: of the
/// direct map, or, for memory outside it, made for this. May sleep.
#[inline(always)]
fn with_mapped<const N: usize, T>(pages: &[kpi::vm_page_t], f: impl FnOnce(&[u64]) -> T) -> T {
    let mut addresses = [const { MaybeUninit::<u64>::uninit() }; N];
    let pages = pages.get(..N).unwrap_or(pages);
    let (ma, va) = (pages.as_ptr().cast_mut(), addresses.as_mut_ptr().cast());
    // SAFETY: as many addresses are written as there are pages, whose array is only read; all is undone with the same.
    unsafe {
        let transient = kpi::pmap_map_io_transient(ma, va, pages.len() as _, true);
        let result = f(slice::from_raw_parts(va, pages.len()));
        if transient {
            kpi::pmap_unmap_io_transient(ma, va, pages.len() as _, true);
        }
        result
    }
}
