// SPDX-License-Identifier: BSD-2-Clause
//! Pages from Linux: in the low 2 GiB for what the kernel code model must reach, at fixed places, shared with
//! other processes, and allocations that end at a guard page.
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::mem::ManuallyDrop;
use std::os::fd::{AsRawFd, FromRawFd};
use std::ptr;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub const PAGE: usize = 4096;

/// Bytes rounded up to whole pages.
pub fn pages(bytes: usize) -> usize {
    bytes.div_ceil(PAGE) * PAGE
}

/// What a mapping may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    None,
    Read,
    ReadWrite,
    ReadExecute,
}

impl Access {
    pub fn prot(self) -> i32 {
        match self {
            Access::None => libc::PROT_NONE,
            Access::Read => libc::PROT_READ,
            Access::ReadWrite => libc::PROT_READ | libc::PROT_WRITE,
            Access::ReadExecute => libc::PROT_READ | libc::PROT_EXEC,
        }
    }
}

/// A range of pages, unmapped when dropped.
pub struct Mapping {
    addr: usize,
    len: usize,
}

impl Mapping {
    fn map(
        addr: usize,
        len: usize,
        access: Access,
        flags: i32,
        fd: i32,
        offset: i64,
    ) -> io::Result<Mapping> {
        let len = pages(len);
        // SAFETY: never replaces a mapping (MAP_FIXED is not among the flags), so no memory in use changes.
        let place = unsafe { libc::mmap(addr as *mut _, len, access.prot(), flags, fd, offset) };
        if place == libc::MAP_FAILED {
            return Err(io::Error::last_os_error());
        }
        Ok(Mapping {
            addr: place as usize,
            len,
        })
    }

    /// Anonymous memory, readable and writable.
    pub fn anywhere(len: usize) -> io::Result<Mapping> {
        Self::map(
            0,
            len,
            Access::ReadWrite,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    }

    /// The same in the low 2 GiB, where sign-extended 32-bit addresses reach.
    pub fn low(len: usize) -> io::Result<Mapping> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_32BIT;
        Self::map(0, len, Access::ReadWrite, flags, -1, 0)
    }

    /// The same at `addr`, if nobody is there yet.
    pub fn low_at(addr: usize, len: usize) -> io::Result<Mapping> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED_NOREPLACE;
        Self::map(addr, len, Access::ReadWrite, flags, -1, 0).or_else(|_| Self::low(len))
    }

    /// Addresses that nobody may touch, exactly at `addr`.
    pub fn reserve(addr: usize, len: usize) -> io::Result<Mapping> {
        let flags = libc::MAP_PRIVATE
            | libc::MAP_ANONYMOUS
            | libc::MAP_FIXED_NOREPLACE
            | libc::MAP_NORESERVE;
        Self::map(addr, len, Access::None, flags, -1, 0)
    }

    /// A file's memory, shared with whoever else maps it; at `addr`, or anywhere for 0.
    pub fn shared(
        file: &File,
        addr: usize,
        offset: usize,
        len: usize,
        access: Access,
    ) -> io::Result<Mapping> {
        let fixed = if addr == 0 {
            0
        } else {
            libc::MAP_FIXED_NOREPLACE
        };
        Self::map(
            addr,
            len,
            access,
            libc::MAP_SHARED | fixed,
            file.as_raw_fd(),
            offset as i64,
        )
    }

    /// Anonymous memory at `addr`.
    pub fn private(addr: usize, len: usize) -> io::Result<Mapping> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED_NOREPLACE;
        Self::map(addr, len, Access::ReadWrite, flags, -1, 0)
    }

    pub fn addr(&self) -> usize {
        self.addr
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn contains(&self, addr: usize, len: usize) -> bool {
        addr >= self.addr
            && addr
                .checked_add(len)
                .is_some_and(|end| end <= self.addr + self.len)
    }

    /// Sets what `len` bytes of whole pages from `offset` on may be used for.
    pub fn protect(&self, offset: usize, len: usize, access: Access) {
        self.protect_raw(offset, len, access.prot());
    }

    pub fn protect_raw(&self, offset: usize, len: usize, prot: i32) {
        assert!(offset.is_multiple_of(PAGE) && offset + len <= self.len);
        // SAFETY: inside this mapping; nothing of Rust's lives in it, it is only reached by raw address.
        let answer = unsafe { libc::mprotect((self.addr + offset) as *mut _, len, prot) };
        assert_eq!(
            answer,
            0,
            "mprotect({:#x}, {len}): {}",
            self.addr + offset,
            io::Error::last_os_error()
        );
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: our own mapping, and whoever had its address has let it go.
        unsafe { libc::munmap(self.addr as *mut _, self.len) };
    }
}

/// A file in memory without a name.
pub fn memory_file(len: usize) -> io::Result<File> {
    // SAFETY: a NUL-terminated name; the result is a new descriptor or -1. Not close-on-exec: a child maps it.
    let fd = unsafe { libc::memfd_create(c"rwmem-sim".as_ptr(), 0) };
    if fd < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: new, and nobody else's.
    let file = unsafe { File::from_raw_fd(fd) };
    file.set_len(len as u64)?;
    Ok(file)
}

/// What fresh kernel memory is filled with, so that reading what was never written shows.
pub const FRESH: u8 = 0xa5;
/// What the bytes between an object's end and the guard page hold.
const SLACK: u8 = 0x5c;

/// An object that ends at a guard page, and that nobody can touch after it was retired.
pub struct Guarded {
    /// Taken away only when it is dropped.
    mapping: ManuallyDrop<Mapping>,
    addr: usize,
    size: usize,
    retired: Cell<bool>,
}

/// Mappings of objects that are gone, by length, and whether they were retired: made again, they cost half of the
/// system calls, of which runs consist.
static SPARE: Mutex<BTreeMap<usize, Vec<(Mapping, bool)>>> = Mutex::new(BTreeMap::new());

fn spare() -> MutexGuard<'static, BTreeMap<usize, Vec<(Mapping, bool)>>> {
    SPARE.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the field is not used again.
        let mapping = unsafe { ManuallyDrop::take(&mut self.mapping) };
        spare()
            .entry(mapping.len())
            .or_default()
            .push((mapping, self.retired.get()));
    }
}

impl Guarded {
    /// `size` bytes of `fill`, aligned to 16.
    pub fn new(size: usize, fill: u8) -> Guarded {
        let inner = pages(size.max(1));
        let known = spare().get_mut(&(inner + PAGE)).and_then(Vec::pop);
        let mapping = match known {
            Some((mapping, retired)) => {
                if retired {
                    mapping.protect(0, inner, Access::ReadWrite);
                }
                mapping
            }
            None => {
                let mapping = Mapping::anywhere(inner + PAGE).expect("mmap of a guarded object");
                mapping.protect(inner, PAGE, Access::None);
                mapping
            }
        };
        let addr = mapping.addr() + (inner - size.max(1)) / 16 * 16;
        // SAFETY: both ranges are inside the writable pages just mapped.
        unsafe {
            ptr::write_bytes(addr as *mut u8, fill, size);
            ptr::write_bytes(
                (addr + size) as *mut u8,
                SLACK,
                mapping.addr() + inner - addr - size,
            );
        }
        Guarded {
            mapping: ManuallyDrop::new(mapping),
            addr,
            size,
            retired: Cell::new(false),
        }
    }

    /// A zeroed object of a kernel type.
    pub fn zeroed<T>() -> Guarded {
        Guarded::new(size_of::<T>(), 0)
    }

    pub fn addr(&self) -> usize {
        self.addr
    }

    pub fn size(&self) -> usize {
        self.size
    }

    pub fn as_ptr<T>(&self) -> *mut T {
        self.addr as *mut T
    }

    pub fn contains(&self, addr: usize, len: usize) -> bool {
        addr >= self.addr
            && addr
                .checked_add(len)
                .is_some_and(|end| end <= self.addr + self.size)
    }

    /// Whether `addr` is anywhere in its pages, the guard page included.
    pub fn near(&self, addr: usize) -> bool {
        self.mapping.contains(addr, 1)
    }

    /// Whether something was written behind its end.
    pub fn overrun(&self) -> bool {
        let end = self.mapping.addr() + self.mapping.len() - PAGE;
        // SAFETY: the slack is inside the mapping, which is readable until `retire`.
        (self.addr + self.size..end).any(|at| unsafe { *(at as *const u8) } != SLACK)
    }

    /// Ends that again.
    pub fn restore(&self) {
        self.mapping
            .protect(0, self.mapping.len() - PAGE, Access::ReadWrite);
        self.retired.set(false);
    }

    /// From now on every access faults.
    pub fn retire(&self) {
        self.mapping
            .protect(0, self.mapping.len() - PAGE, Access::None);
        self.retired.set(true);
    }
}
