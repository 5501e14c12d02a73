// SPDX-License-Identifier: BSD-2-Clause
//! What is measured by moving bytes: where, and how often.

use rwmem_vm_protocol::bench::{Direction, Operation, ROWS, Row, Spread, Way};

/// The target's memory, and as much of this process's.
pub const REGION: u64 = 16 << 20;
/// In it, a byte is written at each multiple of this; zeros are between them.
pub const GRAIN: u64 = 64;
const PAGE: u64 = 4096;

/// One page fault for each page: tens of thousands of instructions.
fn is_slow(way: Way) -> bool {
    matches!(way, Way::Checked | Way::PtIo | Way::Procfs)
}

/// A row of the table that moves bytes.
pub struct Work {
    pub row: Row,
    /// The row's index.
    pub index: usize,
    pub direction: Direction,
    spread: Spread,
}

impl Work {
    /// Where an element of an operation is in the region. A batch asks for the same places again and again,
    /// as a program does that watches something; single transfers go on from one place to the next.
    pub fn offset(&self, operation: u64, element: u64) -> u64 {
        let index = if self.row.elements == 1 {
            operation
        } else {
            element
        };
        match self.spread {
            Spread::Stride(stride) => (index * stride) % REGION,
            // Fibonacci hashing: far from each other.
            Spread::Scattered => {
                const PLACES: u64 = REGION / GRAIN;
                (index.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - PLACES.ilog2())) * GRAIN
            }
        }
    }

    /// How many operations are timed together: enough that the clock's own cost does not count.
    pub fn operations(&self, way: Way) -> u64 {
        let pages = self.row.elements * self.row.bytes.div_ceil(PAGE);
        let most = if is_slow(way) { 2000 } else { 20_000 };
        (most / pages).clamp(1, 2000)
    }
}

/// All of them, in the table's order.
pub fn works() -> impl Iterator<Item = Work> {
    ROWS.iter()
        .enumerate()
        .filter_map(|(index, row)| match row.operation {
            Operation::Move(direction, spread) => Some(Work {
                row: *row,
                index,
                direction,
                spread,
            }),
            Operation::Floor | Operation::Search | Operation::Copy(_) => None,
        })
}
