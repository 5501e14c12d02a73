// SPDX-License-Identifier: BSD-2-Clause
//! Descriptors: files, pipes, ioctls.

use super::{Errno, number, syscall};
use core::ffi::{CStr, c_ulong};

pub const READ_ONLY: usize = 0;
pub const WRITE_ONLY: usize = 1;
pub const READ_WRITE: usize = 2;
/// Do not make a terminal the controlling one.
pub const NO_CONTROLLING_TERMINAL: usize = 0x8000;

/// `AT_FDCWD`.
const CURRENT_DIRECTORY: isize = -100;

/// The two vectored calls.
#[derive(Clone, Copy)]
pub enum Vectored {
    Read = number::PREADV as isize,
    Write = number::PWRITEV as isize,
}

/// An open descriptor, closed on drop.
#[derive(Debug)]
pub struct Fd(i32);

impl Fd {
    /// Takes over a descriptor that was handed to this program by number.
    pub fn from_number(number: i32) -> Fd {
        Fd(number)
    }

    pub fn number(&self) -> i32 {
        self.0
    }

    /// Reads until `buffer` is full or the other end closed; the count read.
    pub fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        let mut have = 0;
        while have < buffer.len() {
            let rest = &mut buffer[have..];
            // SAFETY: `rest` is a writable slice of the length given.
            let got = unsafe {
                syscall(
                    number::READ,
                    [
                        self.0 as usize,
                        rest.as_mut_ptr() as usize,
                        rest.len(),
                        0,
                        0,
                        0,
                    ],
                )
            }?;
            if got == 0 {
                break;
            }
            have += got;
        }
        Ok(have)
    }

    /// Reads what is there now, up to `buffer`'s length, waiting for the first byte.
    pub fn read_some(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        // SAFETY: `buffer` is a writable slice of the length given.
        unsafe {
            syscall(
                number::READ,
                [
                    self.0 as usize,
                    buffer.as_mut_ptr() as usize,
                    buffer.len(),
                    0,
                    0,
                    0,
                ],
            )
        }
    }

    /// Reads at a place of the file.
    pub fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        // SAFETY: `buffer` is a writable slice of the length given.
        unsafe {
            syscall(
                number::PREAD,
                [
                    self.0 as usize,
                    buffer.as_mut_ptr() as usize,
                    buffer.len(),
                    offset as usize,
                    0,
                    0,
                ],
            )
        }
    }

    /// `pread(2)` to an address that may well be wrong.
    pub fn read_to(&self, address: u64, len: u64, offset: u64) -> Result<u64, Errno> {
        self.positioned(number::PREAD, address, len, offset)
    }

    /// `pwrite(2)` from an address that may well be wrong.
    pub fn write_from(&self, address: u64, len: u64, offset: u64) -> Result<u64, Errno> {
        self.positioned(number::PWRITE, address, len, offset)
    }

    fn positioned(&self, call: usize, at: u64, len: u64, offset: u64) -> Result<u64, Errno> {
        // SAFETY: the kernel checks the addresses; those given are of mappings made for that purpose, or of none.
        unsafe {
            syscall(
                call,
                [
                    self.0 as usize,
                    at as usize,
                    len as usize,
                    offset as usize,
                    0,
                    0,
                ],
            )
        }
        .map(|done| done as u64)
    }

    /// `preadv(2)` or `pwritev(2)` with buffers given as address and length.
    pub fn vectored(
        &self,
        direction: Vectored,
        buffers: &[[u64; 2]],
        offset: u64,
    ) -> Result<u64, Errno> {
        // SAFETY: the kernel reads the array, and checks the addresses in it, which are of mappings made for
        // that purpose.
        unsafe {
            syscall(
                direction as usize,
                [
                    self.0 as usize,
                    buffers.as_ptr() as usize,
                    buffers.len(),
                    offset as usize,
                    0,
                    0,
                ],
            )
        }
        .map(|done| done as u64)
    }

    /// lseek(2) with SEEK_SET.
    pub fn seek(&self, offset: u64) -> Result<u64, Errno> {
        self.seek_by(offset, 0)
    }

    /// lseek(2) with SEEK_DATA: the first place from there on that has contents.
    pub fn seek_data(&self, offset: u64) -> Result<u64, Errno> {
        self.seek_by(offset, 3)
    }

    /// lseek(2) with SEEK_HOLE: the first place from there on that has none.
    pub fn seek_hole(&self, offset: u64) -> Result<u64, Errno> {
        self.seek_by(offset, 4)
    }

    fn seek_by(&self, offset: u64, whence: usize) -> Result<u64, Errno> {
        // SAFETY: numbers only.
        unsafe {
            syscall(
                number::LSEEK,
                [self.0 as usize, offset as usize, whence, 0, 0, 0],
            )
        }
        .map(|offset| offset as u64)
    }

    /// One `write(2)`.
    pub fn write(&self, bytes: &[u8]) -> Result<usize, Errno> {
        // SAFETY: `bytes` is a readable slice of the length given.
        unsafe {
            syscall(
                number::WRITE,
                [
                    self.0 as usize,
                    bytes.as_ptr() as usize,
                    bytes.len(),
                    0,
                    0,
                    0,
                ],
            )
        }
    }

    /// An ioctl whose argument the kernel copies in and out.
    pub fn ioctl<T>(&self, request: c_ulong, argument: &mut T) -> Result<(), Errno> {
        self.ioctl_at(request, core::ptr::from_mut(argument) as u64)
    }

    /// An ioctl whose argument is at an address that may well be wrong.
    pub fn ioctl_at(&self, request: c_ulong, argument: u64) -> Result<(), Errno> {
        // SAFETY: the requests used copy their argument through the kernel, which checks the address; those
        // that touch memory beyond it (rwmem's) are given addresses of mappings made for that purpose.
        unsafe {
            syscall(
                number::IOCTL,
                [
                    self.0 as usize,
                    request as usize,
                    argument as usize,
                    0,
                    0,
                    0,
                ],
            )
        }
        .map(drop)
    }

    /// Closes the descriptor before its time: until another is made to have its number, it is bad.
    pub fn close_early(&self) {
        // SAFETY: the descriptor is this value's own; what uses it meanwhile is told so (EBADF).
        let _ = unsafe { syscall(number::CLOSE, [self.0 as usize, 0, 0, 0, 0, 0]) };
    }

    /// Makes `target` another name of this descriptor.
    pub fn duplicate_to(&self, target: i32) -> Result<(), Errno> {
        // SAFETY: changes the descriptor table only.
        unsafe { syscall(number::DUP2, [self.0 as usize, target as usize, 0, 0, 0, 0]) }.map(drop)
    }
}

impl Drop for Fd {
    fn drop(&mut self) {
        // SAFETY: the descriptor is this value's own.
        let _ = unsafe { syscall(number::CLOSE, [self.0 as usize, 0, 0, 0, 0, 0]) };
    }
}

pub fn open(path: &CStr, flags: usize) -> Result<Fd, Errno> {
    // SAFETY: `path` ends with a NUL.
    unsafe { syscall(number::OPEN, [path.as_ptr() as usize, flags, 0, 0, 0, 0]) }
        .map(|fd| Fd(fd as i32))
}

/// Makes every descriptor of a device useless.
pub fn revoke(path: &CStr) -> Result<(), Errno> {
    // SAFETY: `path` ends with a NUL.
    unsafe { syscall(number::REVOKE, [path.as_ptr() as usize, 0, 0, 0, 0, 0]) }.map(drop)
}

/// A pipe: the end to read from, the end to write to.
pub fn pipe() -> Result<(Fd, Fd), Errno> {
    let mut ends = [0i32; 2];
    // SAFETY: the kernel fills two ints.
    unsafe { syscall(number::PIPE2, [ends.as_mut_ptr() as usize, 0, 0, 0, 0, 0]) }?;
    Ok((Fd(ends[0]), Fd(ends[1])))
}

/// What `stat(2)` says of a path.
#[derive(Debug, PartialEq, Eq)]
pub struct Stat {
    pub mode: u16,
    pub uid: u32,
    pub gid: u32,
}

/// `struct stat` of FreeBSD 12 and later (sys/stat.h), the fields read here.
#[repr(C, align(8))]
struct RawStat {
    dev_ino_nlink: [u64; 3],
    mode: u16,
    padding: u16,
    uid: u32,
    gid: u32,
    rest: [u8; 188],
}
const _: () = assert!(size_of::<RawStat>() == 224);

pub fn stat(path: &CStr) -> Result<Stat, Errno> {
    let mut raw = RawStat {
        dev_ino_nlink: [0; 3],
        mode: 0,
        padding: 0,
        uid: 0,
        gid: 0,
        rest: [0; 188],
    };
    // SAFETY: `path` ends with a NUL; the kernel fills a `struct stat`.
    unsafe {
        syscall(
            number::FSTATAT,
            [
                CURRENT_DIRECTORY as usize,
                path.as_ptr() as usize,
                core::ptr::from_mut(&mut raw) as usize,
                0,
                0,
                0,
            ],
        )
    }?;
    Ok(Stat {
        mode: raw.mode,
        uid: raw.uid,
        gid: raw.gid,
    })
}
