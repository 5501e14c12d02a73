// SPDX-License-Identifier: BSD-2-Clause
//! What there is at the addresses that a scan has come to.
use std::ops::Range;

/// Neighbouring addresses of a range.
#[derive(Debug)]
pub struct Part {
    pub range: Range<u64>,
    pub what: What,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// To be read.
    Contents,
    /// Readable, and never touched.
    Zeros,
    /// Not readable.
    Hole,
}

impl Part {
    pub const UNKNOWN: Part = Part {
        range: 0..0,
        what: What::Contents,
    };

    /// Of zeros that were never touched: up to where they are returned from `at` on, as many on either side as the overlap has;
    /// or how many are skipped.
    pub fn zeros_to_give(&self, at: u64, overlap: u64) -> Result<u64, u64> {
        let Range { start, end } = self.range;
        let left = end - at;
        if at - start < overlap {
            Ok(start.saturating_add(overlap).min(end))
        } else if left > overlap || overlap == 0 {
            Err(left - overlap)
        } else {
            Ok(end)
        }
    }
}
