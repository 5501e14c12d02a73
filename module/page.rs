// SPDX-License-Identifier: BSD-2-Clause
//! Pages of another address space (`vm/vm_page.h`): found in the objects that it maps, without any lock of its page
//! tables, or faulted in.
//!
//! A page that the entry's own object has is what a fault would map, and most are there. Backing it are the objects that
//! it shadows (after fork(2)), each looked at under its lock; and what none of them has is zeros, and stays untouched.
use core::mem::MaybeUninit;
use core::slice;

use freebsd_kpi::copy::PAGE_SIZE;
use freebsd_kpi::errno::Errno;
use freebsd_kpi::race::{self, Point};
use freebsd_kpi::vm_map::{LockedMap, LockedObject, Place};
use freebsd_kpi::vm_page::{DirectMap, NoPage, SharedBusyPage, Want, WiredPage, in_page};
use freebsd_kpi::vmspace::VmspaceRef;

use crate::sink::Sink;

/// The most pages that are wired at a time.
pub const RUN: usize = 32;

/// How many objects behind each other are looked at, first; what lies deeper is faulted in.
pub const SHALLOW: u32 = 16;
/// Once a fault has gone through all of them for nothing.
pub const DEEP: u32 = u32::MAX;

/// Pages that follow each other in an address space, and stay in memory.
///
/// # Invariants
/// The first `count` pages are there, and where they are more than one, all are memory.
pub struct Run {
    pages: [MaybeUninit<WiredPage>; RUN],
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
        let first = address & !(PAGE_SIZE as u64 - 1);
        let wanted = end.wrapping_sub(first).div_ceil(PAGE_SIZE as u64) as usize;
        race::sleep(Point::LookupBusy);
        let mut count: usize = 0;
        for slot in self.pages.get_mut(..wanted.min(RUN)).unwrap_or_default() {
            let page = match wire_resident(&place) {
                Some(page) => page,
                None => match wire_backing(&place, deepest) {
                    Backing::Page(page) => page,
                    _ if count > 0 => break,
                    Backing::Zeros => return Found::Zeros,
                    Backing::Absent => return Found::Absent,
                },
            };
            slot.write(page);
            count = count.wrapping_add(1);
            place.next();
        }
        // INVARIANT: so many were written, and each is memory.
        self.count = count;
        Found::Pages
    }

    /// Faults the page at `address` in, wired: for a read unless it would be made of zeros; for a write as
    /// `proc_rwmem` does it, as a private copy where the mapping is not shared, even if it is read-only.
    #[optimize(size)]
    pub fn fault(vm: &VmspaceRef, address: u64, want: Want) -> Result<Run, Fault> {
        match WiredPage::fault(vm, address, want) {
            Ok(page) if page.is_mappable() => {
                let mut run = Run::new();
                if let Some(first) = run.pages.first_mut() {
                    // INVARIANT: it is there now.
                    first.write(page);
                    run.count = 1;
                }
                Ok(run)
            }
            Err(NoPage::OutOfBounds) => Err(Fault::Nothing),
            Err(NoPage::ResourceShortage) => Err(Fault::Error(Errno::ENOMEM)),
            Ok(_) | Err(NoPage::Refused) => Err(Fault::Error(Errno::EFAULT)),
        }
    }

    #[inline(always)]
    fn pages(&self) -> &[WiredPage] {
        // SAFETY: `count` is at most RUN, and the first `count` are initialised (the type's invariant).
        unsafe { slice::from_raw_parts(self.pages.as_ptr().cast(), self.count) }
    }

    /// Whether the only page of a run that came from a fault is the kernel's to manage.
    pub fn is_managed(&self) -> bool {
        self.first().is_some_and(WiredPage::is_managed)
    }

    /// Copies the bytes at `offset` of a device's page that was faulted in, and is `place`'s still, to `room`, which they
    /// fill without leaving the page. Whether it is.
    pub fn peek_device(
        &self,
        place: &Place<'_>,
        offset: usize,
        room: &mut [MaybeUninit<u8>],
    ) -> bool {
        let Some(page) = self.first().filter(|page| place.has(page.as_ptr())) else {
            return false;
        };
        // SAFETY: the bytes are within the page, which stays the device's as long as the map keeps its object.
        unsafe { page.read(offset, room) };
        true
    }

    /// The only page of a run that came from a fault.
    pub fn first(&self) -> Option<&WiredPage> {
        self.pages().first()
    }

    /// Puts `len` bytes, `offset` bytes into the first page, which they do not leave, to `local` of `sink`. Returns how many.
    pub fn put_of_page(&self, sink: &mut dyn Sink, offset: usize, len: usize, local: u64) -> usize {
        self.first().map_or(0, |page| {
            let page = page.map(DirectMap::get());
            // SAFETY: the page is mapped, and the bytes are within it.
            unsafe { sink.put(in_page(page.address(), offset), local, len) }
        })
    }

    /// Puts up to `len` bytes, `offset` bytes into the first page, to `local` of `sink`. Returns how many, exact to the byte
    /// where that ends: fewer than are in the run only there.
    #[inline(always)]
    pub fn put(&self, sink: &mut dyn Sink, offset: usize, len: usize, local: u64) -> usize {
        let direct_map = DirectMap::get();
        let mut pages = self.pages().iter().peekable();
        let (mut done, mut offset) = (0, offset);
        while let Some(page) = pages.next() {
            let page = page.map(direct_map);
            let mut end = page.address().wrapping_add(PAGE_SIZE as u64);
            // Pages of a superpage follow each other in memory, too.
            while pages
                // SAFETY: it is memory, by the type's invariant.
                .next_if(|next| unsafe { next.address_of_memory(direct_map) } == Some(end))
                .is_some()
            {
                end = end.wrapping_add(PAGE_SIZE as u64);
            }
            let here = (end.wrapping_sub(page.address()) as usize).wrapping_sub(offset);
            let piece = here.min(len.wrapping_sub(done));
            let from = in_page(page.address(), offset);
            // SAFETY: the pages are mapped one behind the other, and `piece` bytes at `offset` are within them.
            let copied = unsafe { sink.put(from, local.wrapping_add(done as u64), piece) };
            done = done.wrapping_add(copied);
            if copied < piece || done == len {
                break;
            }
            offset = 0;
        }
        done
    }
}

impl Drop for Run {
    #[inline(never)]
    fn drop(&mut self) {
        for page in self.pages.get_mut(..self.count).unwrap_or_default() {
            // SAFETY: the type's invariant.
            unsafe { page.assume_init_drop() }
        }
    }
}

/// The resident page at `place`, wired, if it is valid and nobody is about to change it.
#[inline(always)]
fn wire_resident(place: &Place<'_>) -> Option<WiredPage> {
    let page = SharedBusyPage::new(place)?;
    page.is_valid().then(|| page.wire())
}

/// Copies the bytes at `offset` of the resident page at `place` to `to`, which they fill without leaving the page. Whether
/// it is there, as for [`wire_resident`]: for few bytes, wiring it would cost more than copying them.
#[inline(always)]
pub fn peek(place: &Place<'_>, offset: usize, to: &mut [MaybeUninit<u8>]) -> bool {
    let Some(page) = SharedBusyPage::new(place) else {
        return false;
    };
    let usable = page.is_valid();
    if usable {
        // SAFETY: the bytes are within the page.
        unsafe { page.read(offset, to) };
    }
    usable
}

enum Backing {
    /// Wired.
    Page(WiredPage),
    Zeros,
    Absent,
}

/// What a read fault would map at `place`, where the object itself may not have it: the front-most page of the objects
/// that it shadows, unless it is swapped out or has to be read from a file.
#[cold]
#[inline(never)]
#[optimize(size)]
fn wire_backing(place: &Place<'_>, deepest: u32) -> Backing {
    let mut object = LockedObject::new(place);
    let mut pindex = place.pindex();
    let mut is_empty = false;
    for _ in 0..deepest {
        if !object.is_managed() {
            return Backing::Absent;
        }
        if let Some(m) = object.page(pindex) {
            // SAFETY: its object is locked, so the page stays there.
            match unsafe { SharedBusyPage::try_busy(m) } {
                Some(page) if page.is_valid() => return Backing::Page(page.wire()),
                // Where an object was cut off, a page that is locked in memory stays, without contents: behind the end, too.
                Some(page) if page.none_valid() => is_empty = true,
                _ => return Backing::Absent,
            }
        }
        if object.is_dead() || !object.is_memory() || object.pager_has_page(pindex) {
            return Backing::Absent;
        }
        let size = object.size();
        match object.backing() {
            Some((next, first)) => {
                object = next;
                pindex = pindex.wrapping_add(first);
            }
            None if pindex < size || is_empty => return Backing::Zeros,
            None => return Backing::Absent,
        }
    }
    Backing::Absent
}
