// SPDX-License-Identifier: BSD-2-Clause
//! What a scan reads from.
use std::ops::Range;

/// What is looked at for its own sake where something cannot be read. All kernels' pages are multiples of it.
pub const PAGE: u64 = 4096;

/// Memory that a [`Scan`](crate::Scan) can read: a process's, or another's for tests and comparisons.
pub trait Memory {
    /// Why nothing can be read from it any more.
    type Error;

    /// Reads from `address` on, and returns how many bytes that were: fewer than what fits only where the next one cannot
    /// be read, 0 where the first cannot.
    ///
    /// # Errors
    /// Where reading failed for another reason than that nothing can be read there.
    fn read_at(&self, address: u64, buffer: &mut [u8]) -> Result<usize, Self::Error>;

    /// The first addresses from `address` on that may have contents; `None` where there are none. What is before them need
    /// not be read: it is zeros, or cannot be.
    fn next_contents(&self, address: u64) -> Option<Range<u64>> {
        Some(address..u64::MAX)
    }

    /// The first address of `range` that may be readable, or its end. What is at its beginning was found not to be.
    fn end_of_hole(&self, range: Range<u64>) -> u64 {
        next_page(range.start).min(range.end)
    }
}

/// The first address of the page after the one of `address`.
pub fn next_page(address: u64) -> u64 {
    (address / PAGE + 1).saturating_mul(PAGE)
}
