// SPDX-License-Identifier: BSD-2-Clause
//! lseek(2) with SEEK_DATA and SEEK_HOLE: where an address space has contents, found from entry to entry of its map, and
//! from page to page of its objects, never address by address.
//!
//! Contents are what may be read and is resident, swapped out, or within its file; a device's memory is. Anonymous memory that
//! nobody has touched is a hole, and so is what is not mapped, may not be read, or lies behind the end of its file.
use freebsd_kpi::copy::PAGE_SIZE;
use freebsd_kpi::errno::Errno;
use freebsd_kpi::race::{self, Point};
use freebsd_kpi::thread::CurThread;
use freebsd_kpi::vm_map::{Entry, LockedMap, LockedObject, Place};
use freebsd_kpi::vmspace::VmspaceRef;

const PAGE: u64 = PAGE_SIZE as u64;
/// How many entries, objects and pages are looked at before the locks are released for a moment.
const STEPS: u64 = 512;

/// What is sought.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Contents {
    Data,
    Hole,
}

/// The first address from `address` on that has contents, or has none. ENXIO where none follows, and for addresses behind
/// all that can be mapped; EINTR.
#[inline(never)]
#[optimize(size)]
pub fn seek(
    td: CurThread<'_>,
    vm: &VmspaceRef,
    address: u64,
    sought: Contents,
) -> Result<u64, Errno> {
    if address >= vm.max() {
        return Err(Errno::ENXIO);
    }
    let mut at = address;
    loop {
        let mut search = Search {
            sought,
            steps: STEPS,
        };
        let progress = search.piece(&LockedMap::new(vm), at);
        at = match progress {
            Progress::Found(found) => return Ok(found),
            Progress::End => return Err(Errno::ENXIO),
            Progress::Continue(next) => next,
            Progress::Merging(next) => {
                // As vm_fault does it.
                td.pause();
                next
            }
        };
        race::sleep(Point::SearchOn);
        td.yield_or_eintr()?;
    }
}

/// How far a search came while the map was locked.
enum Progress {
    /// There it is.
    Found(u64),
    /// It goes on from there.
    Continue(u64),
    /// It goes on from there once objects have been merged, which are just being.
    Merging(u64),
    /// Nothing follows.
    End,
}

/// A search while the map is locked.
struct Search {
    sought: Contents,
    /// How many more steps there may be.
    steps: u64,
}

impl Search {
    #[optimize(size)]
    fn piece(&mut self, map: &LockedMap<'_>, mut at: u64) -> Progress {
        let mut next = map.first_from(at);
        while let Some(entry) = next {
            // What is between two entries, or before the first.
            if entry.start() > at {
                if self.sought == Contents::Hole {
                    return Progress::Found(at);
                }
                at = entry.start();
            }
            match self.entry(&entry, at) {
                Progress::Continue(on) if on == entry.end() => at = on,
                progress => return progress,
            }
            if self.steps == 0 {
                return Progress::Continue(at);
            }
            next = map.next(entry);
        }
        match self.sought {
            Contents::Data => Progress::End,
            Contents::Hole => Progress::Found(at),
        }
    }

    /// Searches one entry, from an address in it. Continues at its end, where what is sought is not in it.
    fn entry(&mut self, entry: &Entry<'_>, at: u64) -> Progress {
        self.step();
        let place = entry.place(at).filter(|_| entry.is_readable());
        let Some(place) = place else {
            return match self.sought {
                Contents::Data => Progress::Continue(entry.end()),
                Contents::Hole => Progress::Found(at),
            };
        };
        let first = at & !PAGE.wrapping_sub(1);
        let pages = entry.end().wrapping_sub(first) / PAGE;
        let in_entry = match self.sought {
            Contents::Data => self.data(&place, pages),
            Contents::Hole => self.hole(&place, pages),
        };
        // The first page may have been entered in its middle.
        let address = |page: u64| at.max(first.wrapping_add(page.wrapping_mul(PAGE)));
        match in_entry {
            InEntry::Found(page) => Progress::Found(address(page)),
            InEntry::Continue(page) => Progress::Continue(address(page)),
            InEntry::Merging(page) => Progress::Merging(address(page)),
        }
    }

    /// Looks for the first of `pages` pages from `place` on that has contents.
    fn data(&mut self, place: &Place<'_>, pages: u64) -> InEntry {
        let mut object = LockedObject::new(place);
        let mut pindex = place.pindex();
        // Pages before the first that was found, and before the end of an object: of those behind it, none can be read.
        let (mut before, mut within) = (pages, pages);
        loop {
            self.step();
            within = within.min(object.size().saturating_sub(pindex));
            let here = match Layer::of(&object) {
                Layer::Some => object.next_page(pindex).saturating_sub(pindex),
                Layer::Merging => return InEntry::Merging(0),
                Layer::All => 0,
            };
            if here < within {
                before = before.min(here);
            }
            if before == 0 || within == 0 {
                break;
            }
            match object.backing() {
                Some((next, first)) => {
                    object = next;
                    pindex = pindex.wrapping_add(first);
                }
                None => break,
            }
        }
        if before < pages {
            InEntry::Found(before)
        } else {
            InEntry::Continue(pages)
        }
    }

    /// Looks for the first of `pages` pages from `place` on that has none.
    fn hole(&mut self, place: &Place<'_>, pages: u64) -> InEntry {
        let mut page = 0;
        while page < pages {
            if self.steps == 0 {
                return InEntry::Continue(page);
            }
            match self.row(place, page, pages.wrapping_sub(page)) {
                Some(0) => return InEntry::Found(page),
                Some(row) => page = page.wrapping_add(row),
                None => return InEntry::Merging(page),
            }
        }
        InEntry::Continue(pages)
    }

    /// How many of `pages` pages, from the one of number `page` on, have contents, one behind the other; at least one if
    /// the first has. None where objects are being merged.
    fn row(&mut self, place: &Place<'_>, page: u64, pages: u64) -> Option<u64> {
        let mut object = LockedObject::new(place);
        let mut pindex = place.pindex().wrapping_add(page);
        loop {
            self.step();
            let within = pages.min(object.size().saturating_sub(pindex));
            let row = match Layer::of(&object) {
                Layer::Some => object.pages_in_a_row(pindex, within.min(self.steps.max(1))),
                Layer::Merging => return None,
                Layer::All => within,
            };
            if row > 0 || within == 0 {
                self.steps = self.steps.saturating_sub(row);
                return Some(row);
            }
            match object.backing() {
                Some((next, first)) => {
                    object = next;
                    pindex = pindex.wrapping_add(first);
                }
                None => return Some(0),
            }
        }
    }

    fn step(&mut self) {
        self.steps = self.steps.saturating_sub(1);
    }
}

/// How far a search came in an entry, in pages.
enum InEntry {
    Found(u64),
    Continue(u64),
    Merging(u64),
}

/// What an object has of what it holds.
enum Layer {
    /// All of it: a file, a device.
    All,
    /// The pages that somebody has touched: anonymous memory.
    Some,
    /// It is being merged into the object that shadows it: for a while, neither may have what was swapped out.
    Merging,
}

impl Layer {
    fn of(object: &LockedObject) -> Layer {
        if !object.is_memory() {
            Layer::All
        } else if object.is_dead() {
            Layer::Merging
        } else {
            Layer::Some
        }
    }
}
