// SPDX-License-Identifier: BSD-2-Clause
//! What is measured: pieces of work, and the ways to do them.

use super::subject::GRAIN;
use crate::device::Direction;
use Direction::{Read, Write};
use Spread::{Scattered, Stride};

/// The target's memory, and as much of this process's.
pub const REGION: u64 = 16 << 20;
const PAGE: u64 = 4096;
const KIB_64: u64 = 64 << 10;

/// A way to do a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// READV and WRITEV with a pid; a single transfer is a batch of one.
    ByPid,
    /// `pread` and `pwrite` on an attached descriptor; a batch is READV for RWMEM_PID_ATTACHED.
    Attached,
    /// RWMEM_READ with a pid, one element after the other.
    Reference,
    /// `ptrace(PT_IO)`, one element after the other; the target is stopped.
    PtIo,
    /// `pread` on /proc/PID/mem, one element after the other.
    Procfs,
}

impl Way {
    pub const ALL: [Way; 5] = [
        Way::ByPid,
        Way::Attached,
        Way::Reference,
        Way::PtIo,
        Way::Procfs,
    ];

    /// As a measurement tells it.
    pub fn name(self) -> &'static str {
        match self {
            Way::ByPid => "pid",
            Way::Attached => "attached",
            Way::Reference => "reference",
            Way::PtIo => "pt_io",
            Way::Procfs => "procfs",
        }
    }

    /// One page fault for each page: tens of thousands of instructions.
    fn is_slow(self) -> bool {
        matches!(self, Way::Reference | Way::PtIo | Way::Procfs)
    }
}

/// Where the elements are, in the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// So many bytes from one to the next.
    Stride(u64),
    /// Pseudo-randomly over the whole region.
    Scattered,
}

/// One row of the table.
#[derive(Debug)]
pub struct Work {
    pub name: &'static str,
    pub direction: Direction,
    /// Of one element.
    pub bytes: u64,
    /// Of one operation.
    pub elements: u64,
    pub spread: Spread,
}

impl Work {
    /// Where an element of an operation is in the region. A batch asks for the same places again and again,
    /// as a program does that watches something; single transfers go on from one place to the next.
    pub fn offset(&self, operation: u64, element: u64) -> u64 {
        let index = if self.elements == 1 {
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
        let pages = self.elements * self.bytes.div_ceil(PAGE);
        let most = if way.is_slow() { 2000 } else { 20_000 };
        (most / pages).clamp(1, 2000)
    }

    pub fn is_possible(&self, way: Way) -> bool {
        match self.direction {
            Direction::Read => true,
            Direction::Write => !matches!(way, Way::Reference | Way::Procfs),
        }
    }
}

const fn single(direction: Direction, name: &'static str, bytes: u64, stride: u64) -> Work {
    Work {
        name,
        direction,
        bytes,
        elements: 1,
        spread: Spread::Stride(stride),
    }
}

const fn batch(name: &'static str, elements: u64, spread: Spread) -> Work {
    Work {
        name,
        direction: Read,
        bytes: 8,
        elements,
        spread,
    }
}

pub const WORKS: &[Work] = &[
    single(Read, "read 8 bytes", 8, 64),
    single(Read, "read 64 bytes", 64, 64),
    single(Read, "read a page", PAGE, PAGE),
    single(Read, "read 64 KiB", KIB_64, KIB_64),
    single(Read, "read 16 MiB", REGION, REGION),
    batch("read 100 x 8 bytes, scattered", 100, Scattered),
    batch("read 1000 x 8 bytes, scattered", 1000, Scattered),
    batch("read 100 x 8 bytes, stride 64", 100, Stride(64)),
    batch("read 1000 x 8 bytes, stride 64", 1000, Stride(64)),
    single(Write, "write 8 bytes", 8, 64),
    single(Write, "write a page", PAGE, PAGE),
    single(Write, "write 16 MiB", REGION, REGION),
];
