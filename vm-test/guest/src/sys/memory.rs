// SPDX-License-Identifier: BSD-2-Clause
//! Mappings to transfer from and to. Every access is volatile: other processes and the module change them.

use super::file::Fd;
use super::{Errno, number, syscall};
use core::cell::UnsafeCell;

pub const PAGE: usize = 4096;

pub const NO_ACCESS: usize = 0;
pub const READABLE: usize = 1;
pub const WRITABLE: usize = 3;

const MAP_SHARED: usize = 0x1;
const MAP_PRIVATE: usize = 0x2;
const MAP_FIXED: usize = 0x10;
const MAP_ANONYMOUS: usize = 0x1000;
const MAP_GUARD: usize = 0x2000;
const MAP_ALIGNED_SUPER: usize = 1 << 24;

/// How much of the memory of an aliased region is real.
pub const ALIAS: usize = 2 << 20;

/// A range of this process's addresses, given back on drop. A forked child has its own of the same
/// addresses: shared or copied, as it was mapped.
pub struct Region {
    base: usize,
    len: usize,
    mapped: bool,
}

impl Region {
    /// Private zeros.
    pub fn private(len: usize) -> Result<Region, Errno> {
        Self::map(len, WRITABLE, MAP_PRIVATE | MAP_ANONYMOUS, -1)
    }

    /// Private zeros from where a large page may begin.
    pub fn private_aligned(len: usize) -> Result<Region, Errno> {
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_ALIGNED_SUPER;
        Self::map(len, WRITABLE, flags, -1)
    }

    /// Zeros that stay shared with children forked later.
    pub fn shared(len: usize) -> Result<Region, Errno> {
        Self::map(len, WRITABLE, MAP_SHARED | MAP_ANONYMOUS, -1)
    }

    /// The start of a file, shared with it and read-only.
    pub fn of_file(file: &Fd, len: usize) -> Result<Region, Errno> {
        Self::map(len, READABLE, MAP_SHARED, file.number())
    }

    /// The start of a file or shared memory object, shared with it and writable.
    pub fn of_object(object: &Fd, len: usize) -> Result<Region, Errno> {
        Self::map(len, WRITABLE, MAP_SHARED, object.number())
    }

    /// Any length of addresses (a multiple of [`ALIAS`]) that all lead to the same [`ALIAS`] bytes of shared
    /// memory: long transfers that cost time but no memory.
    pub fn aliased(len: usize) -> Result<Region, Errno> {
        let region = Self::map(len, NO_ACCESS, MAP_GUARD | MAP_ALIGNED_SUPER, -1)?;
        region.alias()?;
        Ok(region)
    }

    /// Replaces the whole region by what [`Region::aliased`] describes.
    pub fn alias(&self) -> Result<(), Errno> {
        let memory = shared_object(ALIAS)?;
        let fd = memory.number() as usize;
        for start in (0..self.len).step_by(ALIAS) {
            let flags = MAP_SHARED | MAP_FIXED;
            // SAFETY: as in `protect`; the range is within this region, whose length is a multiple of ALIAS.
            unsafe {
                syscall(
                    number::MMAP,
                    [self.base + start, ALIAS, WRITABLE, flags, fd, 0],
                )
            }?;
        }
        Ok(())
    }

    /// The program's own zero-initialised data ([`ARENA`]): a new image of this program has it at the same
    /// addresses, filled with zeros again.
    pub fn arena() -> Region {
        Region {
            base: ARENA.0.get() as usize,
            len: ARENA_LEN,
            mapped: false,
        }
    }

    fn map(len: usize, protection: usize, flags: usize, fd: i32) -> Result<Region, Errno> {
        // SAFETY: without MAP_FIXED the kernel chooses addresses that are free.
        let base = unsafe { syscall(number::MMAP, [0, len, protection, flags, fd as usize, 0]) }?;
        Ok(Region {
            base,
            len,
            mapped: true,
        })
    }

    /// The address `offset` bytes in (or just past the end, or beyond).
    pub fn at(&self, offset: usize) -> u64 {
        (self.base + offset) as u64
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Where in physical memory a page of it is that was touched, as mem(4) tells.
    pub fn physical(&self, offset: usize, memory: &Fd) -> Result<u64, Errno> {
        /// `struct mem_extract`, and `_IOWR('m', 52, struct mem_extract)` (sys/memrange.h).
        #[derive(Default)]
        #[repr(C)]
        struct Extract {
            address: u64,
            physical: u64,
            domain_and_state: [i32; 2],
            padding: [u64; 5],
        }
        const _: () = assert!(size_of::<Extract>() == 64);
        const MEM_EXTRACT_PADDR: core::ffi::c_ulong = 0xc040_6d34;
        let mut extract = Extract {
            address: self.at(offset),
            ..Extract::default()
        };
        memory.ioctl(MEM_EXTRACT_PADDR, &mut extract)?;
        match extract.physical {
            0 => Err(Errno::ENOENT),
            physical => Ok(physical),
        }
    }

    pub fn protect(&self, offset: usize, len: usize, protection: usize) -> Result<(), Errno> {
        assert!(offset + len <= self.len);
        // SAFETY: the range is within this region, which is only accessed by `get` and `put`; a test that
        // takes access away does not call them.
        unsafe {
            syscall(
                number::MPROTECT,
                [self.base + offset, len, protection, 0, 0, 0],
            )
        }
        .map(drop)
    }

    /// Makes a hole.
    pub fn unmap(&self, offset: usize, len: usize) -> Result<(), Errno> {
        assert!(offset + len <= self.len);
        // SAFETY: as in `protect`.
        unsafe { syscall(number::MUNMAP, [self.base + offset, len, 0, 0, 0, 0]) }.map(drop)
    }

    /// Makes the pages in the range ones that no access may touch and nothing is allocated for.
    pub fn guard(&self, offset: usize, len: usize) -> Result<(), Errno> {
        assert!(offset + len <= self.len);
        // SAFETY: as in `protect`; the range is within this region.
        unsafe {
            syscall(
                number::MMAP,
                [
                    self.base + offset,
                    len,
                    NO_ACCESS,
                    MAP_GUARD | MAP_FIXED,
                    usize::MAX,
                    0,
                ],
            )
        }
        .map(drop)
    }

    /// Maps the pages in the range anew: private, zero.
    pub fn renew(&self, offset: usize, len: usize) -> Result<(), Errno> {
        assert!(offset + len <= self.len);
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
        // SAFETY: as in `protect`; the range is within this region.
        unsafe {
            syscall(
                number::MMAP,
                [self.base + offset, len, WRITABLE, flags, usize::MAX, 0],
            )
        }
        .map(drop)
    }

    pub fn get(&self, offset: usize) -> u8 {
        assert!(offset < self.len);
        // SAFETY: within the region; see `protect` for its being readable.
        unsafe { ((self.base + offset) as *const u8).read_volatile() }
    }

    pub fn put(&self, offset: usize, byte: u8) {
        assert!(offset < self.len);
        // SAFETY: within the region; see `protect` for its being writable.
        unsafe { ((self.base + offset) as *mut u8).write_volatile(byte) }
    }

    /// Eight bytes; `offset` is a multiple of that.
    pub fn word(&self, offset: usize) -> u64 {
        assert!(offset + 8 <= self.len && offset.is_multiple_of(8));
        // SAFETY: within the region, and aligned; see `protect` for its being readable.
        unsafe { ((self.base + offset) as *const u64).read_volatile() }
    }

    pub fn put_word(&self, offset: usize, word: u64) {
        assert!(offset + 8 <= self.len && offset.is_multiple_of(8));
        // SAFETY: within the region, and aligned; see `protect` for its being writable.
        unsafe { ((self.base + offset) as *mut u64).write_volatile(word) }
    }

    /// Adds one to the word at `offset`, which nobody else changes.
    pub fn count(&self, offset: usize) {
        self.put_word(offset, self.word(offset) + 1);
    }

    /// Sets the first `len` bytes to the same word over and over.
    pub fn put_words(&self, len: usize, word: u64) {
        for place in (0..len).step_by(8) {
            self.put_word(place, word);
        }
    }

    /// Sets the bytes of the range to what `content` says of each offset.
    pub fn fill(&self, offset: usize, len: usize, content: impl Fn(usize) -> u8) {
        for place in offset..offset + len {
            self.put(place, content(place));
        }
    }

    /// Has the kernel fill the region, as it fills a buffer.
    pub fn fill_with<T>(&self, fill: impl FnOnce(&mut [u8]) -> T) -> T {
        // SAFETY: the region is writable, this process's own, and accessed through this slice only as long as
        // the slice lives.
        fill(unsafe { core::slice::from_raw_parts_mut(self.base as *mut u8, self.len) })
    }

    /// The first byte of the range that is not what `content` says: its offset, and what it is.
    pub fn difference(
        &self,
        offset: usize,
        len: usize,
        content: impl Fn(usize) -> u8,
    ) -> Option<(usize, u8)> {
        (offset..offset + len)
            .map(|place| (place, self.get(place)))
            .find(|&(place, byte)| byte != content(place))
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        if self.mapped {
            // SAFETY: the range is this region's; nobody refers to it any more.
            let _ = unsafe { syscall(number::MUNMAP, [self.base, self.len, 0, 0, 0, 0]) };
        }
    }
}

/// Memory without a name that can be mapped through its descriptor, by images executed later too.
pub fn shared_object(len: usize) -> Result<Fd, Errno> {
    let object = object(0)?;
    super::node::resize(&object, len)?;
    Ok(object)
}

/// The same, made of so many pages of a large size of this machine's: they stay in memory, and whole.
pub fn large_object(size: LargeSize, pages: usize) -> Result<Fd, Errno> {
    /// `SHM_LARGEPAGE`, and `_IOW('f', 100, struct shm_largepage_conf)`.
    const LARGEPAGE: usize = 0x4;
    const FIOSSHMLPGCNF: core::ffi::c_ulong = 0x8030_6664;
    let object = object(LARGEPAGE)?;
    // Which size, how it is allocated (as usual), spare words.
    let mut configuration = [0i32; 12];
    configuration[0] = size.index as i32;
    object.ioctl(FIOSSHMLPGCNF, &mut configuration)?;
    super::node::resize(&object, size.bytes * pages)?;
    Ok(object)
}

/// A size of pages that the machine has beside its usual one.
#[derive(Clone, Copy)]
pub struct LargeSize {
    index: usize,
    pub bytes: usize,
}

/// The smallest of them.
pub fn large_size() -> Option<LargeSize> {
    let mut sizes = [[0u8; 8]; 8];
    super::sysctl::by_name(c"hw.pagesizes", Some(sizes.as_flattened_mut())).ok()?;
    let bytes = u64::from_ne_bytes(sizes[1]) as usize;
    (bytes > 0).then_some(LargeSize { index: 1, bytes })
}

fn object(flags: usize) -> Result<Fd, Errno> {
    const SHM_ANON: usize = 1;
    const READ_WRITE: usize = 2;
    // SAFETY: SHM_ANON stands for a path; there is no name.
    unsafe {
        syscall(
            number::SHM_OPEN2,
            [SHM_ANON, READ_WRITE, 0o600, flags, 0, 0],
        )
    }
    .map(|fd| Fd::from_number(fd as i32))
}

/// Bytes that are well mixed over offsets, and different for each `seed`.
pub fn pattern(seed: u8) -> impl Fn(usize) -> u8 + Copy {
    move |offset| ((offset as u32).wrapping_mul(0x9e37_79b1) >> 24) as u8 ^ seed
}

/// The length of the arena: a transfer of it takes long enough for an execve in the middle.
pub const ARENA_LEN: usize = 64 << 20;

#[repr(C, align(4096))]
struct Arena(UnsafeCell<[u8; ARENA_LEN]>);

// SAFETY: only accessed by volatile reads and writes of single bytes through `Region`.
unsafe impl Sync for Arena {}

static ARENA: Arena = Arena(UnsafeCell::new([0; ARENA_LEN]));
