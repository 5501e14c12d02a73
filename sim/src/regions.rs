// SPDX-License-Identifier: BSD-2-Clause
//! Which ranges of memory the processes have, and what is behind them.
use crate::layout::*;
use crate::memory::PAGE;

/// What a region's entry maps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contents {
    /// Memory of its own, all of it resident.
    Resident,
    /// Memory of its own of every kind: see `build`.
    Mixed,
    /// What the region before it has.
    Continued,
    /// Memory that nobody has touched: there is no object yet.
    Nothing,
    /// What was forked and written to, twice: the first of three objects is its own.
    Shadowed,
    /// What many generations have forked and written to.
    Deep,
    /// What has just been forked: its object is somebody else's too.
    Forked,
    /// A private mapping of a file, to which nothing was written.
    PrivateFile,
    /// One to which something was.
    ChangedFile,
    /// A shared mapping of a file that ends before it.
    SharedFile,
    /// Shared memory.
    Shared,
    /// A device's.
    Device,
}

/// A range that one protection holds for. Linux's PROT_* and FreeBSD's VM_PROT_* are the same bits.
#[derive(Clone, Copy, Debug)]
pub struct Region {
    pub start: u64,
    pub len: u64,
    pub prot: u8,
    /// What it could be made by mprotect(2).
    pub max: u8,
    pub contents: Contents,
}

const fn region(start: u64, len: u64, prot: u8, max: u8, contents: Contents) -> Region {
    Region {
        start,
        len,
        prot,
        max,
        contents,
    }
}

impl Region {
    pub const fn end(&self) -> u64 {
        self.start + self.len
    }
}

const P: u64 = PAGE as u64;
const RW: u8 = READ | WRITE;
const ALL: u8 = READ | WRITE | EXECUTE;

/// The target's memory: more than three chunks of ordinary memory with holes on both sides,
pub const MAIN: Region = region(0x1000_0000_0000, 64 * P, RW, ALL, Contents::Mixed);
/// its text,
pub const TEXT: Region = region(
    0x1000_1000_0000,
    4 * P,
    READ | EXECUTE,
    ALL,
    Contents::PrivateFile,
);
/// its constants,
pub const CONSTANTS: Region = region(0x1000_2000_0000, 4 * P, READ, ALL, Contents::ChangedFile);
/// two pages of memory, one that it may not touch itself, another of memory,
pub const BEFORE: Region = region(0x1000_3000_0000, 2 * P, RW, ALL, Contents::Resident);
pub const FORBIDDEN: Region = region(0x1000_3000_2000, P, 0, ALL, Contents::Continued);
pub const AFTER: Region = region(0x1000_3000_3000, P, RW, ALL, Contents::Continued);
/// what it has not touched,
pub const NOTHING: Region = region(0x1000_4000_0000, 20 * P, RW, ALL, Contents::Nothing);
/// what it has from its parents,
pub const SHADOWED: Region = region(0x1000_5000_0000, 8 * P, RW, ALL, Contents::Shadowed);
/// what its children have, too,
pub const FORKED: Region = region(0x1000_6000_0000, 4 * P, RW, ALL, Contents::Forked);
/// files that others have mapped, one of them opened for reading only,
pub const FILE: Region = region(0x1000_7000_0000, 4 * P, RW, ALL, Contents::SharedFile);
pub const ONLY_READABLE: Region = region(0x1000_8000_0000, 4 * P, READ, READ, Contents::SharedFile);
/// shared memory that it has protected,
pub const SHARED: Region = region(0x1000_9000_0000, 2 * P, READ, RW, Contents::Shared);
/// a device's memory, and right behind it some of its own.
pub const DEVICE: Region = region(0x1000_a000_0000, 2 * P, RW, RW, Contents::Device);
pub const BEHIND: Region = region(0x1000_a000_2000, 2 * P, RW, ALL, Contents::Resident);
/// And what came down to it from its first ancestors.
pub const DEEP: Region = region(0x1000_b000_0000, 4 * P, RW, ALL, Contents::Deep);
pub const LAYOUT: [Region; 15] = [
    MAIN,
    TEXT,
    CONSTANTS,
    BEFORE,
    FORBIDDEN,
    AFTER,
    NOTHING,
    SHADOWED,
    FORKED,
    FILE,
    ONLY_READABLE,
    SHARED,
    DEVICE,
    BEHIND,
    DEEP,
];
/// What an unmap event takes away.
pub const UNMAPPED: (u64, u64) = (MAIN.start + 16 * P, MAIN.start + 32 * P);

/// The caller's memory: where it reads to and writes from, with holes on both sides,
pub const BUFFER: Region = region(0x2000_0000_0000, 96 * P, RW, ALL, Contents::Resident);
/// what it may only read,
pub const ONLY_READ: Region = region(0x2000_1000_0000, 2 * P, READ, ALL, Contents::Resident);
/// and where its arguments are.
pub const ARGUMENTS: Region = region(0x2000_2000_0000, 16 * P, RW, ALL, Contents::Resident);
pub const CALLER_LAYOUT: [Region; 3] = [BUFFER, ONLY_READ, ARGUMENTS];
