// SPDX-License-Identifier: BSD-2-Clause
//! x86 page tables, four levels, in a process's physical memory.
use crate::layout::*;
use crate::memory::PAGE;
use crate::space::{Backing, LARGE, LARGE_REST, MAIN, Region};

/// The physical address of the top table; those below it follow.
pub const TOP: usize = 0x1000;
const TABLES_END: usize = 0x1_0000;
const LARGE_PAGE: u64 = 0x20_0000;
const FRAME: u64 = 0x000f_ffff_ffff_f000;

/// Pages of [`MAIN`] whose entries are special: one that is not there, one that may not be written (as before a copy on
/// write), one of memory that the kernel does not manage (a device's), two that were not modified yet.
const NOT_PRESENT: u64 = 5;
const NOT_WRITABLE: u64 = 7;
const NOT_MANAGED: u64 = 9;
const CLEAN: [u64; 2] = [11, 12];

fn at(dram: usize, table: u64, index: u64) -> *mut u64 {
    (dram + table as usize + index as usize * 8) as *mut u64
}

fn index(va: u64, level: u32) -> u64 {
    va >> (12 + 9 * level) & 511
}

/// The entry for `va` at `level` (0 is a page's, 1 a large page's), making the tables above it with `next`.
fn entry(dram: usize, va: u64, level: u32, mut next: Option<&mut u64>) -> Option<*mut u64> {
    let mut table = TOP as u64;
    for above in (level + 1..4).rev() {
        let place = at(dram, table, index(va, above));
        // SAFETY: every table is a page of the physical memory mapped at `dram`.
        unsafe {
            if *place & PG_V == 0 {
                let new = next.as_deref_mut()?;
                *place = *new | PG_V | PG_RW | PG_U | PG_A;
                *new += PAGE as u64;
                assert!(*new <= TABLES_END as u64, "no room for another page table");
            } else if *place & PG_PS != 0 {
                return Some(place);
            }
            table = *place & FRAME;
        }
    }
    Some(at(dram, table, index(va, level)))
}

/// Empties the tables and enters the physical memory of `regions`.
pub fn build(dram: usize, regions: &[Region]) {
    // SAFETY: the tables' own pages, which the caller has mapped at `dram`.
    unsafe { std::ptr::write_bytes((dram + TOP) as *mut u8, 0, TABLES_END - TOP) };
    let mut next = (TOP + PAGE) as u64;
    for region in regions {
        let Backing::Physical(pa) = region.backing else {
            continue;
        };
        let pa = pa as u64;
        // The large page lies under both its map entries.
        let large = region.start == LARGE.start;
        if region.start == LARGE_REST.start {
            continue;
        }
        let (size, level) = if large {
            (LARGE_PAGE, 1)
        } else {
            (PAGE as u64, 0)
        };
        for page in 0..region.len.div_ceil(size) {
            let mut flags = PG_V | PG_U | PG_A | PG_MANAGED;
            if large {
                flags |= PG_PS;
            }
            if region.prot & WRITE != 0 {
                flags |= PG_RW | PG_M;
            }
            if region.start == MAIN.start {
                match page {
                    NOT_PRESENT => continue,
                    NOT_WRITABLE => flags &= !(PG_RW | PG_M),
                    NOT_MANAGED => flags &= !PG_MANAGED,
                    page if CLEAN.contains(&page) => flags &= !PG_M,
                    _ => (),
                }
            }
            if let Some(place) = entry(dram, region.start + page * size, level, Some(&mut next)) {
                // SAFETY: an entry of a table just made.
                unsafe { *place = (pa + page * size) | flags };
            }
        }
    }
}

/// Takes a page's entry away.
pub fn clear(dram: usize, va: u64) {
    if let Some(place) = entry(dram, va, 0, None) {
        // SAFETY: an entry of a table that exists.
        unsafe { *place = 0 };
    }
}

/// Enters the page that a fault brought in. Nothing where the space has no tables, and for large pages.
pub fn enter(dram: usize, va: u64, write: bool) {
    let page = va.wrapping_sub(MAIN.start) / PAGE as u64;
    let Backing::Physical(base) = MAIN.backing else {
        return;
    };
    if page < MAIN.len / PAGE as u64
        && let Some(place) = entry(dram, va, 0, None)
    {
        let managed = if page == NOT_MANAGED { 0 } else { PG_MANAGED };
        let writable = if write { PG_RW | PG_M } else { 0 };
        // SAFETY: an entry of a table that exists.
        unsafe {
            let kept = *place & (PG_RW | PG_M);
            *place =
                (base as u64 + page * PAGE as u64) | PG_V | PG_U | PG_A | managed | writable | kept;
        }
    }
}

/// The physical address of the page at `va`, and whether the kernel manages it; nothing where it has no entry.
pub fn mapping(dram: usize, va: u64) -> Option<(u64, bool)> {
    let place = entry(dram, va, 0, None)?;
    // SAFETY: an entry of a table that exists.
    let value = unsafe { *place };
    let size = if value & PG_PS != 0 {
        LARGE_PAGE
    } else {
        PAGE as u64
    };
    let page = (va % size) & !(PAGE as u64 - 1);
    let physical = (value & FRAME & !(size - 1)) + page;
    (value & PG_V != 0).then_some((physical, value & PG_MANAGED != 0))
}

/// Whether the page is marked as modified; nothing where it has no entry.
pub fn modified(dram: usize, va: u64) -> Option<bool> {
    let place = entry(dram, va, 0, None)?;
    // SAFETY: an entry of a table that exists.
    let value = unsafe { *place };
    (value & PG_V != 0).then_some(value & PG_M != 0)
}
