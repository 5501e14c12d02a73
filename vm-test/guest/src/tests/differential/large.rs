// SPDX-License-Identifier: BSD-2-Clause
//! Large pages: the kernel makes them by itself of memory that is aligned, whole, and mapped alike.

use crate::sys::Errno;
use crate::sys::mapping::{Memory, READ, Residency, WRITE};
use crate::sys::memory::{PAGE, Region};

/// The bytes of a large page.
pub const LARGE: usize = 2 << 20;
/// The length of a region that has room for two of them.
pub const REGION: usize = 3 * LARGE;

/// Where in such a region the first one is.
pub fn start(region: &Region) -> usize {
    region.at(0).next_multiple_of(LARGE as u64) as usize - region.at(0) as usize
}

/// Where in the region the page is that is mapped otherwise: in the second of the large pages.
pub fn middle(region: &Region) -> usize {
    start(region) + LARGE + LARGE / 2
}

/// Fills two large pages. A page in the middle of the second has this protection; the first stays whole.
pub fn make(region: &Region, protection: usize) -> Result<(), Errno> {
    let start = start(region);
    region.map_over(start, 2 * LARGE, READ | WRITE, Memory::Private)?;
    for page in (start / PAGE..).take(2 * LARGE / PAGE) {
        region.put(page * PAGE + page % PAGE, page as u8);
    }
    let middle = middle(region);
    region.protect(middle, PAGE, protection)?;
    // Gives the kernel reason to look whether the second can be whole again: where only reading was forbidden, the
    // page tables do not know of it.
    region.protect(middle + PAGE, PAGE, READ)?;
    region.protect(middle + PAGE, PAGE, READ | WRITE)?;
    region.put(middle + PAGE, 1);
    Ok(())
}

/// How many small pages of the region are parts of large ones.
pub fn count(region: &Region) -> u64 {
    let mut pages = [Residency::default(); 2 * LARGE / PAGE];
    match region.residency(start(region), &mut pages) {
        Ok(()) => pages.iter().filter(|page| page.is_large()).count() as u64,
        Err(_) => 0,
    }
}
