// SPDX-License-Identifier: BSD-2-Clause
//! Page tables, read while the pmap is locked (`machine/pmap.h`).
//!
//! A managed mapping seen under that lock keeps its page from being freed: every way to free it removes the mapping
//! first, under the lock. Setting the modified bit is what the CPU does on a write through the mapping.
/// A mapping: the addresses from `start` to `start + size`, and where the kernel's direct map has the first of them.
/// Empty where `size` is 0.
#[derive(Clone, Copy)]
pub struct Mapping {
    pub start: u64,
    pub size: u64,
    pub first: *mut u8,
    /// The physical address of the first.
    pub physical: u64,
}

impl Mapping {
    pub const NONE: Mapping = Mapping {
        start: 0,
        size: 0,
        first: core::ptr::null_mut(),
        physical: 0,
    };

    /// The physical address of `address`, which is in the mapping.
    pub fn physical_of(&self, address: u64) -> u64 {
        self.physical.wrapping_add(address.wrapping_sub(self.start))
    }
}

/// Other architectures' tables are not known here: every page takes the way of `page`.
#[cfg(not(target_arch = "x86_64"))]
pub struct Walker;

#[cfg(not(target_arch = "x86_64"))]
impl Walker {
    pub const fn new(_pmap: *mut crate::kpi::pmap) -> Walker {
        Walker
    }

    /// # Safety
    /// None is needed: nothing is found.
    pub unsafe fn find(&mut self, _address: u64, _write: bool) -> Option<Mapping> {
        None
    }
}

#[cfg(target_arch = "x86_64")]
pub use amd64::Walker;

#[cfg(target_arch = "x86_64")]
mod amd64 {
    use core::ptr;
    use core::sync::atomic::{AtomicU64, Ordering};

    use super::Mapping;
    use crate::kpi;

    const VALID: u64 = kpi::X86_PG_V as u64;
    const LARGE: u64 = kpi::X86_PG_PS as u64;
    const WRITABLE: u64 = kpi::X86_PG_RW as u64;
    const ACCESSED: u64 = kpi::X86_PG_A as u64;
    const MODIFIED: u64 = kpi::X86_PG_M as u64;
    /// Of user mode, and of a page that the kernel manages.
    const OURS: u64 = VALID | (kpi::X86_PG_U | kpi::PG_MANAGED) as u64;
    const FRAME: u64 = kpi::PG_FRAME;

    /// What a level's table maps with one entry, as a shift.
    const PAGE: u32 = kpi::PAGE_SHIFT;
    const DIRECTORY: u32 = kpi::PDRSHIFT;
    const POINTER: u32 = kpi::PDPSHIFT;
    const LEVEL4: u32 = kpi::PML4SHIFT;
    const LEVEL5: u32 = kpi::PML5SHIFT;

    type Table = *const AtomicU64;

    /// Finds mappings, and keeps the page directory that it used last.
    pub struct Walker {
        pmap: *mut kpi::pmap,
        directory: Table,
        /// The addresses' first that `directory` maps; it maps 1 GiB.
        reach: u64,
    }

    impl Walker {
        #[inline(always)]
        pub const fn new(pmap: *mut kpi::pmap) -> Walker {
            Walker {
                pmap,
                directory: ptr::null(),
                reach: 0,
            }
        }

        /// The mapping that holds `address`; for a write, only one that is writable, which is marked as modified.
        /// None where there is none, or none of memory that the kernel manages.
        ///
        /// # Safety
        /// The pmap is a process's, has been locked since this Walker was made, and `address` is one that its map
        /// has. What is found is good as long as the lock is held.
        #[inline(always)]
        pub unsafe fn find(&mut self, address: u64, write: bool) -> Option<Mapping> {
            // SAFETY: the tables of a locked pmap stay, and the direct map has them.
            unsafe {
                // The direct map's start differs between releases of one major. The top table tells it: both of its
                // addresses are known.
                let direct_map = ((*self.pmap).pm_pmltop as u64).wrapping_sub((*self.pmap).pm_cr3);
                let table = |entry: u64| {
                    ptr::with_exposed_provenance(direct_map.wrapping_add(entry & FRAME) as usize)
                };
                if self.directory.is_null() || address.wrapping_sub(self.reach) >> POINTER != 0 {
                    self.directory = self.directory_of(address, table)?;
                    self.reach = address >> POINTER << POINTER;
                }
                let (mut at, mut entry) = read(self.directory, address, DIRECTORY);
                let shift = if entry & LARGE != 0 {
                    DIRECTORY
                } else {
                    if entry & VALID == 0 {
                        return None;
                    }
                    (at, entry) = read(table(entry), address, PAGE);
                    PAGE
                };
                let needed = if write { OURS | WRITABLE } else { OURS };
                let size = 1 << shift;
                let physical = entry & FRAME & !(size - 1);
                if entry & needed != needed || physical.wrapping_add(size) > kpi::dmaplimit {
                    return None;
                }
                if write && entry & MODIFIED == 0 {
                    // A clean large page is the kernel's to break up.
                    if shift != PAGE {
                        return None;
                    }
                    (*at).fetch_or(ACCESSED | MODIFIED, Ordering::Relaxed);
                }
                let first =
                    ptr::with_exposed_provenance_mut(direct_map.wrapping_add(physical) as usize);
                Some(Mapping {
                    start: address & !(size - 1),
                    size,
                    first,
                    physical,
                })
            }
        }

        /// The page directory for `address`.
        #[inline(always)]
        unsafe fn directory_of(&self, address: u64, table: impl Fn(u64) -> Table) -> Option<Table> {
            // SAFETY: as in `find`.
            unsafe {
                let mut top: Table = (*self.pmap).pm_pmltop.cast();
                if kpi::la57 != 0 {
                    let (_, entry) = read(top, address, LEVEL5);
                    if entry & VALID == 0 {
                        return None;
                    }
                    top = table(entry);
                }
                let (_, entry) = read(top, address, LEVEL4);
                if entry & VALID == 0 {
                    return None;
                }
                let (_, entry) = read(table(entry), address, POINTER);
                if entry & (VALID | LARGE) != VALID {
                    return None;
                }
                Some(table(entry))
            }
        }
    }

    /// The entry for `address` in a table whose entries map `1 << shift` bytes.
    #[inline(always)]
    unsafe fn read(table: Table, address: u64, shift: u32) -> (Table, u64) {
        // SAFETY: a table has 512 entries, and the caller's is in the direct map. Only the CPU changes it now, and
        // only the bits that say accessed and modified.
        unsafe {
            let at = table.add((address >> shift) as usize % 512);
            (at, (*at).load(Ordering::Relaxed))
        }
    }
}
