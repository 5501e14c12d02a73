// SPDX-License-Identifier: BSD-2-Clause
//! Files as they are in their file system: made, resized, given a mode and an owner, removed.

use super::file::Fd;
use super::{Errno, number, syscall};
use core::ffi::CStr;

const READ_WRITE: usize = 2;
const CREATE: usize = 0x200;
const TRUNCATE: usize = 0x400;
const EXCLUSIVE: usize = 0x800;

/// Makes a file, or empties the one that is there, and opens it for reading and writing.
pub fn create(path: &CStr, mode: usize) -> Result<Fd, Errno> {
    open(path, CREATE | TRUNCATE, mode)
}

/// Makes a file that only its owner may use. EEXIST if there is one of that name already.
pub fn create_new(path: &CStr) -> Result<Fd, Errno> {
    open(path, CREATE | EXCLUSIVE, 0o600)
}

fn open(path: &CStr, how: usize, mode: usize) -> Result<Fd, Errno> {
    let flags = READ_WRITE | how;
    // SAFETY: `path` ends with a NUL.
    unsafe { syscall(number::OPEN, [path.as_ptr() as usize, flags, mode, 0, 0, 0]) }
        .map(|fd| Fd::from_number(fd as i32))
}

/// Sets a file's mode, whatever the umask.
pub fn set_mode(path: &CStr, mode: usize) -> Result<(), Errno> {
    // SAFETY: `path` ends with a NUL.
    unsafe { syscall(number::CHMOD, [path.as_ptr() as usize, mode, 0, 0, 0, 0]) }.map(drop)
}

/// Changes a file's owner, which clears its set-id bits.
pub fn set_owner(path: &CStr, uid: u32, gid: u32) -> Result<(), Errno> {
    let (uid, gid) = (uid as usize, gid as usize);
    // SAFETY: `path` ends with a NUL.
    unsafe { syscall(number::CHOWN, [path.as_ptr() as usize, uid, gid, 0, 0, 0]) }.map(drop)
}

pub fn remove(path: &CStr) -> Result<(), Errno> {
    // SAFETY: `path` ends with a NUL.
    unsafe { syscall(number::UNLINK, [path.as_ptr() as usize, 0, 0, 0, 0, 0]) }.map(drop)
}

pub fn resize(file: &Fd, len: usize) -> Result<(), Errno> {
    // SAFETY: numbers only.
    unsafe { syscall(number::FTRUNCATE, [file.number() as usize, len, 0, 0, 0, 0]) }.map(drop)
}

/// Copies a file and gives the copy a mode.
pub fn copy(from: &CStr, to: &CStr, mode: usize) -> Result<(), Errno> {
    copy_to(from, &create(to, 0o600)?)?;
    set_mode(to, mode)
}

/// Copies what is in a file.
pub fn copy_to(from: &CStr, target: &Fd) -> Result<(), Errno> {
    let source = super::file::open(from, super::file::READ_ONLY)?;
    let mut buffer = [0u8; 16 << 10];
    loop {
        let len = source.read(&mut buffer)?;
        if len == 0 {
            return Ok(());
        }
        let mut rest = &buffer[..len];
        while !rest.is_empty() {
            let written = target.write(rest)?;
            rest = &rest[written..];
        }
    }
}
