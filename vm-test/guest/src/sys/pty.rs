// SPDX-License-Identifier: BSD-2-Clause
//! A pseudo-terminal: closing its terminal side waits for the other to read what was written, up to a
//! second. That holds an exiting process in the middle of its exit, for everybody to look at.

use super::file::{self, Fd};
use super::{Errno, number, syscall};
use core::ffi::{CStr, c_ulong};

/// `FIODGNAME`, `_IOW('f', 120, struct fiodgname_arg)`.
const FIODGNAME: c_ulong = 0x8010_6678;

#[repr(C)]
struct DeviceName {
    len: i32,
    buffer: u64,
}

/// The controlling side of a new pseudo-terminal.
pub fn open_controller() -> Result<Fd, Errno> {
    // SAFETY: numbers only.
    unsafe {
        syscall(
            number::POSIX_OPENPT,
            [
                file::READ_WRITE | file::NO_CONTROLLING_TERMINAL,
                0,
                0,
                0,
                0,
                0,
            ],
        )
    }
    .map(|fd| Fd::from_number(fd as i32))
}

/// Opens the terminal that belongs to `controller`.
pub fn open_terminal(controller: &Fd) -> Result<Fd, Errno> {
    const DIRECTORY: &[u8] = b"/dev/";
    let mut path = [0u8; 64];
    path[..DIRECTORY.len()].copy_from_slice(DIRECTORY);
    let name = &mut path[DIRECTORY.len()..];
    let mut argument = DeviceName {
        len: name.len() as i32,
        buffer: name.as_mut_ptr() as u64,
    };
    controller.ioctl(FIODGNAME, &mut argument)?;
    let path = CStr::from_bytes_until_nul(&path).map_err(|_| Errno::EINVAL)?;
    file::open(path, file::READ_WRITE | file::NO_CONTROLLING_TERMINAL)
}
