// SPDX-License-Identifier: BSD-2-Clause
//! Parts of a region mapped anew, in every way that the kernel has.

use super::file::Fd;
use super::memory::Region;
use super::{Errno, number, syscall};

/// `PROT_READ`, `PROT_WRITE` and `PROT_EXEC`, to be combined.
pub const READ: usize = 1;
pub const WRITE: usize = 2;
pub const EXECUTE: usize = 4;

/// `PROT_MAX`: protections that no later mprotect may go beyond, to be combined with the first ones.
pub const fn at_most(protection: usize) -> usize {
    protection << 16
}

/// What is behind a mapping.
#[derive(Clone, Copy)]
pub enum Memory<'a> {
    Private,
    Shared,
    /// Grows down from its end.
    Stack,
    PrivateFile(&'a Fd, usize),
    SharedFile(&'a Fd, usize),
}

/// As `minherit(2)` takes it.
#[derive(Clone, Copy)]
pub enum Inherit {
    Share = 0,
    Copy = 1,
    None = 2,
    Zero = 3,
}

/// As `madvise(2)` takes it: the contents may be forgotten.
const MADV_FREE: usize = 5;

impl Region {
    /// Maps the range anew, with PROT bits.
    pub fn map_over(
        &self,
        offset: usize,
        len: usize,
        protection: usize,
        memory: Memory<'_>,
    ) -> Result<(), Errno> {
        const MAP_SHARED: usize = 0x1;
        const MAP_PRIVATE: usize = 0x2;
        const MAP_FIXED: usize = 0x10;
        const MAP_STACK: usize = 0x400;
        const MAP_ANONYMOUS: usize = 0x1000;
        let (flags, file, file_offset) = match memory {
            Memory::Private => (MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            Memory::Shared => (MAP_SHARED | MAP_ANONYMOUS, -1, 0),
            Memory::Stack => (MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0),
            Memory::PrivateFile(file, at) => (MAP_PRIVATE, file.number(), at),
            Memory::SharedFile(file, at) => (MAP_SHARED, file.number(), at),
        };
        assert!(offset + len <= self.len());
        // SAFETY: replaces a part of this region, which is only accessed by `get` and `put`; who takes access
        // away does not call them.
        unsafe {
            syscall(
                number::MMAP,
                [
                    self.at(offset) as usize,
                    len,
                    protection,
                    flags | MAP_FIXED,
                    file as usize,
                    file_offset,
                ],
            )
        }
        .map(drop)
    }

    /// What a child gets of the range: `minherit(2)`.
    pub fn inherit(&self, offset: usize, len: usize, how: Inherit) -> Result<(), Errno> {
        assert!(offset + len <= self.len());
        self.call(number::MINHERIT, offset, len, how as usize)
    }

    /// Keeps the pages in memory, `mlock(2)`.
    pub fn lock(&self, offset: usize, len: usize) -> Result<(), Errno> {
        assert!(offset + len <= self.len());
        self.call(number::MLOCK, offset, len, 0)
    }

    /// Lets them go again, `munlock(2)`.
    pub fn unlock(&self, offset: usize, len: usize) -> Result<(), Errno> {
        assert!(offset + len <= self.len());
        self.call(number::MUNLOCK, offset, len, 0)
    }

    /// Writes what was changed to the file, `msync(2)`, and waits for that.
    pub fn sync(&self, offset: usize, len: usize) -> Result<(), Errno> {
        const MS_SYNC: usize = 0;
        assert!(offset + len <= self.len());
        self.call(number::MSYNC, offset, len, MS_SYNC)
    }

    /// Gives their contents up: until they are written again, the pages are as good as clean.
    pub fn forget_contents(&self, offset: usize, len: usize) -> Result<(), Errno> {
        assert!(offset + len <= self.len());
        self.call(number::MADVISE, offset, len, MADV_FREE)
    }

    /// What `mincore(2)` says of each page from `offset` on. It tells of this process's own mapping only, unless
    /// vm.mincore_mapped is 0.
    pub fn residency(&self, offset: usize, pages: &mut [Residency]) -> Result<(), Errno> {
        let len = pages.len() * super::memory::PAGE;
        assert!(offset + len <= self.len());
        // A Residency is one byte.
        self.call(number::MINCORE, offset, len, pages.as_mut_ptr() as usize)
    }

    fn call(&self, call: usize, offset: usize, len: usize, argument: usize) -> Result<(), Errno> {
        // SAFETY: these change no byte that is in use, but for mincore(2), which fills a byte per page of the
        // slice it is given.
        unsafe { syscall(call, [self.at(offset) as usize, len, argument, 0, 0, 0]) }.map(drop)
    }
}

/// A page, as `mincore(2)` sees it.
#[derive(Clone, Copy, Default)]
#[repr(transparent)]
pub struct Residency(u8);

impl Residency {
    /// Whether the kernel knows that the page was written, by us or by others.
    pub fn is_modified(self) -> bool {
        const MODIFIED: u8 = 0x4 | 0x10;
        self.0 & MODIFIED != 0
    }

    /// Whether it is in memory.
    pub fn is_resident(self) -> bool {
        self.0 & 0x1 != 0
    }

    /// Whether it is a part of a large page.
    pub fn is_large(self) -> bool {
        const SUPER: u8 = 0x60;
        self.0 & SUPER != 0
    }
}
