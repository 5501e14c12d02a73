// SPDX-License-Identifier: BSD-2-Clause
//! The memory of one process: which ranges it has, what is in them, and, where a scenario wants it, x86 page tables
//! in front of "physical" memory that the process shares with the simulator.
use std::collections::BTreeSet;
use std::fs::File;
use std::io;

use crate::child::Child;
use crate::layout::*;
use crate::memory::{Access, Mapping, PAGE, memory_file};
use crate::paging;
pub use crate::regions::*;

const P: u64 = PAGE as u64;
const DRAM: usize = 0x40_0000;

/// One process's memory.
pub struct Space {
    dram: File,
    /// The simulator's view of physical memory, always there.
    alias: Mapping,
    /// The kernel's direct map: only while a thread has the page tables locked.
    dmap: Mapping,
    child: Option<Child>,
    /// Keeps everybody, also a module that forgets copyin, off the caller's addresses.
    _reserved: Vec<Mapping>,
    layout: &'static [Region],
    /// What each region starts with. The upper two bits of each byte tell the image.
    patterns: Vec<Vec<u8>>,
    unmapped: bool,
    private_dirty: bool,
    /// Whether a process ran in it since it was reset.
    pub used: bool,
    /// Pages of the caller that a fault must bring in first.
    pub absent: BTreeSet<u64>,
}

impl Space {
    /// A target whose program is `image` (1 to 3), a real process.
    pub fn of_child(image: u8, live: Option<fn() -> !>) -> io::Result<Space> {
        let dram = memory_file(DRAM)?;
        let child = Child::fork(&LAYOUT, &dram, live)?;
        let mut space = Self::new(image, dram, Some(child), &LAYOUT)?;
        if live.is_none() {
            space.reset(false)?;
        } else {
            // It has its own ideas of what is in its memory.
            paging::build(space.alias.addr(), space.layout);
        }
        Ok(space)
    }

    /// The simulator's own process as the caller.
    pub fn of_caller() -> io::Result<Space> {
        let mut space = Self::new(0, memory_file(DRAM)?, None, &CALLER_LAYOUT)?;
        for region in &CALLER_LAYOUT {
            space._reserved.push(Mapping::reserve(
                region.start as usize,
                region.len as usize,
            )?);
        }
        Ok(space)
    }

    fn new(
        image: u8,
        dram: File,
        child: Option<Child>,
        layout: &'static [Region],
    ) -> io::Result<Space> {
        let alias = Mapping::shared(&dram, 0, 0, DRAM, Access::ReadWrite)?;
        let dmap = Mapping::shared(&dram, 0, 0, DRAM, Access::None)?;
        let pattern =
            |at: u64| (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as u8 & 0x3f | image << 6;
        let patterns = layout
            .iter()
            .map(|region| (region.start..region.end()).map(pattern).collect())
            .collect();
        Ok(Space {
            dram,
            alias,
            dmap,
            child,
            _reserved: Vec::new(),
            layout,
            patterns,
            unmapped: false,
            private_dirty: true,
            used: true,
            absent: BTreeSet::new(),
        })
    }

    /// What the program has at an address when it starts.
    pub fn pristine(&self, at: u64) -> u8 {
        let region = self
            .layout
            .iter()
            .position(|region| region.start <= at && at < region.end());
        region.map_or(0, |index| {
            self.patterns[index][(at - self.layout[index].start) as usize]
        })
    }

    /// The same for a whole page.
    pub fn pristine_page(&self, page: u64) -> [u8; PAGE] {
        let mut bytes = [0; PAGE];
        if let Some(index) = self
            .layout
            .iter()
            .position(|region| region.start <= page && page < region.end())
        {
            let offset = (page - self.layout[index].start) as usize;
            bytes.copy_from_slice(&self.patterns[index][offset..offset + PAGE]);
        }
        bytes
    }

    /// Which image a byte comes from, if the program has not changed it.
    pub fn image_of(byte: u8) -> u8 {
        byte >> 6
    }

    /// As when the program started; with page tables for the direct map, or empty ones.
    pub fn reset(&mut self, tables: bool) -> io::Result<()> {
        paging::build(self.alias.addr(), if tables { self.layout } else { &[] });
        if !std::mem::take(&mut self.used) {
            return Ok(());
        }
        self.absent.clear();
        if std::mem::take(&mut self.unmapped)
            && let Some(child) = &mut self.child
        {
            child.map(UNMAPPED.start, UNMAPPED.len)?;
        }
        let private_dirty = std::mem::take(&mut self.private_dirty);
        for (region, pattern) in self.layout.iter().zip(&self.patterns) {
            match region.backing {
                Backing::Physical(at) => {
                    let place = (self.alias.addr() + at) as *mut u8;
                    // SAFETY: the region's physical memory, mapped here and used by nobody now.
                    unsafe {
                        if std::slice::from_raw_parts(place, pattern.len()) != pattern {
                            std::ptr::copy_nonoverlapping(pattern.as_ptr(), place, pattern.len());
                        }
                    }
                }
                Backing::Private if private_dirty => {
                    if let Some(child) = &self.child {
                        child.write(region.start, pattern);
                    }
                }
                Backing::Private => (),
            }
        }
        Ok(())
    }

    /// The region that has an address now.
    pub fn find(&self, at: u64) -> Option<Region> {
        let region = self
            .layout
            .iter()
            .find(|region| region.start <= at && at < region.end())?;
        if !self.unmapped || region.start != MAIN.start {
            return Some(*region);
        }
        let Backing::Physical(physical) = region.backing else {
            return None;
        };
        let skipped = UNMAPPED.end() - region.start;
        if at < UNMAPPED.start {
            Some(Region {
                len: UNMAPPED.start - region.start,
                ..*region
            })
        } else if at < UNMAPPED.end() {
            None
        } else {
            let backing = Backing::Physical(physical + skipped as usize);
            Some(Region {
                start: UNMAPPED.end(),
                len: region.len - skipped,
                backing,
                ..*region
            })
        }
    }

    /// The process unmaps [`UNMAPPED`].
    pub fn unmap(&mut self) {
        if !self.unmapped
            && let Some(child) = &mut self.child
        {
            child
                .unmap(UNMAPPED.start, UNMAPPED.len)
                .expect("the target process answers");
            self.unmapped = true;
            for page in 0..UNMAPPED.len / P {
                paging::clear(self.alias.addr(), UNMAPPED.start + page * P);
            }
        }
    }

    /// Reads what is there, whatever the protection; the range is inside one region.
    pub fn read(&self, at: u64, to: &mut [u8]) -> bool {
        let Some(region) = self.find(at) else {
            return false;
        };
        match (&self.child, region.backing) {
            (Some(child), _) if region.prot & READ != 0 => child.read(at, to),
            (_, Backing::Physical(base)) => {
                let place = self.alias.addr() + base + (at - region.start) as usize;
                // SAFETY: inside the region's physical memory.
                unsafe {
                    std::ptr::copy_nonoverlapping(place as *const u8, to.as_mut_ptr(), to.len())
                };
                true
            }
            _ => false,
        }
    }

    /// Writes, whatever the protection; the range is inside one region.
    pub fn write(&mut self, at: u64, from: &[u8]) -> bool {
        let Some(region) = self.find(at) else {
            return false;
        };
        match (&self.child, region.backing) {
            (Some(child), backing) => {
                self.private_dirty |= backing == Backing::Private;
                child.write(at, from)
            }
            (None, Backing::Physical(base)) => {
                let place = self.alias.addr() + base + (at - region.start) as usize;
                // SAFETY: inside the region's physical memory, to which no Rust reference exists.
                unsafe {
                    std::ptr::copy_nonoverlapping(from.as_ptr(), place as *mut u8, from.len())
                };
                true
            }
            (None, Backing::Private) => false,
        }
    }

    /// After a fault the page tables have the page.
    pub fn enter_page(&mut self, at: u64, write: bool) {
        paging::enter(self.alias.addr(), at, write);
    }

    /// The physical address behind one of the direct map.
    pub fn physical(&self, addr: usize) -> u64 {
        (addr - self.dmap.addr()) as u64
    }

    /// At which address the page tables have a physical one, and whether as memory that the kernel manages.
    pub fn mapped_at(&self, physical: u64) -> Option<(u64, bool)> {
        let physical = physical & !(P - 1);
        self.layout.iter().find_map(|region| {
            let Backing::Physical(base) = region.backing else {
                return None;
            };
            let offset = physical
                .checked_sub(base as u64)
                .filter(|offset| *offset < region.len)?;
            let at = region.start + offset;
            let (mapped, managed) = paging::mapping(self.alias.addr(), at)?;
            (mapped == physical).then_some((at, managed))
        })
    }

    /// Whether the page tables have the page marked as modified.
    pub fn modified(&self, at: u64) -> Option<bool> {
        paging::modified(self.alias.addr(), at)
    }

    /// Opens or closes the direct map.
    pub fn open_direct_map(&self, open: bool) {
        let access = if open {
            Access::ReadWrite
        } else {
            Access::None
        };
        self.dmap.protect(0, self.dmap.len(), access);
    }

    pub fn in_direct_map(&self, addr: usize, len: usize) -> bool {
        self.dmap.contains(addr, len)
    }

    /// Where the top page table is in the direct map, and its physical address.
    pub fn top_table(&self) -> (usize, usize) {
        (self.dmap.addr() + paging::TOP, paging::TOP)
    }

    pub fn dram_len() -> u64 {
        DRAM as u64
    }

    /// The Linux process, where there is one.
    pub fn linux_pid(&self) -> Option<i32> {
        self.child.as_ref().map(Child::pid)
    }

    /// The file that is its physical memory.
    pub fn dram(&self) -> &File {
        &self.dram
    }
}
