// SPDX-License-Identifier: BSD-2-Clause
//! Which ranges of memory the processes have, and what is behind them.
use crate::layout::*;
use crate::memory::PAGE;

/// What a region's bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backing {
    /// Physical memory from this address on, shared with the process.
    Physical(usize),
    /// The process's own, reached through Linux.
    Private,
}

/// A range that one protection holds for. Linux's PROT_* and FreeBSD's VM_PROT_* are the same bits.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    pub start: u64,
    pub len: u64,
    pub prot: u8,
    pub backing: Backing,
}

const fn region(start: u64, len: u64, prot: u8, backing: Backing) -> Region {
    Region {
        start,
        len,
        prot,
        backing,
    }
}

impl Region {
    pub fn end(&self) -> u64 {
        self.start + self.len
    }
}

const P: u64 = PAGE as u64;

/// The target's memory: more than three chunks of ordinary memory with holes on both sides,
pub const MAIN: Region = region(
    0x1000_0000_0000,
    64 * P,
    READ | WRITE,
    Backing::Physical(0x10_0000),
);
/// its text,
pub const TEXT: Region = region(0x1000_1000_0000, 4 * P, READ | EXECUTE, Backing::Private);
/// its constants,
pub const CONSTANTS: Region = region(0x1000_2000_0000, 4 * P, READ, Backing::Private);
/// two pages of memory, one that it may not touch itself, another of memory,
pub const BEFORE: Region = region(0x1000_3000_0000, 2 * P, READ | WRITE, Backing::Private);
pub const FORBIDDEN: Region = region(0x1000_3000_2000, P, 0, Backing::Private);
pub const AFTER: Region = region(0x1000_3000_3000, P, READ | WRITE, Backing::Private);
/// and a large page, of whose two map entries the second may not be touched.
pub const LARGE: Region = region(
    0x1000_4000_0000,
    256 * P,
    READ | WRITE,
    Backing::Physical(0x20_0000),
);
pub const LARGE_REST: Region = region(0x1000_4010_0000, 256 * P, 0, Backing::Physical(0x30_0000));
pub const LAYOUT: [Region; 8] = [
    MAIN, TEXT, CONSTANTS, BEFORE, FORBIDDEN, AFTER, LARGE, LARGE_REST,
];
/// What an unmap event takes away.
pub const UNMAPPED: Region = region(
    MAIN.start + 16 * P,
    16 * P,
    READ | WRITE,
    Backing::Physical(0x11_0000),
);

/// The caller's memory: where it reads to and writes from, with holes on both sides,
pub const BUFFER: Region = region(
    0x2000_0000_0000,
    96 * P,
    READ | WRITE,
    Backing::Physical(0x10_0000),
);
/// what it may only read,
pub const ONLY_READ: Region = region(0x2000_1000_0000, 2 * P, READ, Backing::Physical(0x16_0000));
/// and where its arguments are.
pub const ARGUMENTS: Region = region(
    0x2000_2000_0000,
    16 * P,
    READ | WRITE,
    Backing::Physical(0x17_0000),
);
pub const CALLER_LAYOUT: [Region; 3] = [BUFFER, ONLY_READ, ARGUMENTS];
