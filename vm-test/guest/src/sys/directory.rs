// SPDX-License-Identifier: BSD-2-Clause
//! Folders: what is in them, making and removing them.

use super::file::{self, Fd};
use super::{Errno, number, syscall};
use core::ffi::CStr;

/// Makes a folder.
pub fn make(path: &CStr, mode: u16) -> Result<(), Errno> {
    // SAFETY: `path` ends with a NUL.
    unsafe {
        syscall(
            number::MKDIR,
            [path.as_ptr() as usize, usize::from(mode), 0, 0, 0, 0],
        )
    }
    .map(drop)
}

/// Removes an empty folder.
pub fn remove(path: &CStr) -> Result<(), Errno> {
    // SAFETY: `path` ends with a NUL.
    unsafe { syscall(number::RMDIR, [path.as_ptr() as usize, 0, 0, 0, 0, 0]) }.map(drop)
}

/// Calls `with` for the name of each entry but `.` and `..`, in the folder's own order.
pub fn each_name(path: &CStr, mut with: impl FnMut(&[u8])) -> Result<(), Errno> {
    const O_DIRECTORY: usize = 0x2_0000;
    let folder = file::open(path, file::READ_ONLY | O_DIRECTORY)?;
    let mut block = Block([0; BLOCK]);
    loop {
        let len = entries(&folder, &mut block)?;
        if len == 0 {
            return Ok(());
        }
        let mut rest = &block.0[..len];
        while let Some(entry) = rest.first_chunk::<NAME>() {
            // struct dirent of FreeBSD 12 and later: the length of the entry at 16, that of the name at 20.
            let length = usize::from(u16::from_ne_bytes([entry[16], entry[17]]));
            let name = usize::from(u16::from_ne_bytes([entry[20], entry[21]]));
            match rest.get(NAME..NAME + name) {
                Some(b"." | b"..") => {}
                Some(name) => with(name),
                None => return Err(Errno::EINVAL),
            }
            rest = rest.get(length.max(NAME)..).unwrap_or_default();
        }
    }
}

/// Where the name begins in a `struct dirent`.
const NAME: usize = 24;
const BLOCK: usize = 4096;

#[repr(align(8))]
struct Block([u8; BLOCK]);

fn entries(folder: &Fd, block: &mut Block) -> Result<usize, Errno> {
    // SAFETY: the kernel fills at most BLOCK bytes of the buffer; where the block began is not asked for.
    unsafe {
        syscall(
            number::GETDIRENTRIES,
            [
                folder.number() as usize,
                block.0.as_mut_ptr() as usize,
                BLOCK,
                0,
                0,
                0,
            ],
        )
    }
}
