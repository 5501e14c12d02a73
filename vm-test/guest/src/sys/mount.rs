// SPDX-License-Identifier: BSD-2-Clause
//! File systems.

use super::{Errno, number, syscall};
use core::ffi::CStr;

/// Mounts a file system that needs no device.
pub fn mount(kind: &CStr, place: &CStr) -> Result<(), Errno> {
    mount_with([c"fstype", kind, c"fspath", place])
}

/// Mounts the file system that is on a disk.
pub fn mount_disk(kind: &CStr, disk: &CStr, place: &CStr) -> Result<(), Errno> {
    mount_with([c"fstype", kind, c"fspath", place, c"from", disk])
}

/// Pairs of an option's name and its value.
fn mount_with<const N: usize>(options: [&CStr; N]) -> Result<(), Errno> {
    let options = options.map(|text| [text.as_ptr() as usize, text.count_bytes() + 1]);
    // SAFETY: the kernel reads the iovecs and the strings they describe.
    unsafe {
        syscall(
            number::NMOUNT,
            [options.as_ptr() as usize, options.len(), 0, 0, 0, 0],
        )
    }
    .map(drop)
}

/// Takes away what is mounted there; EBUSY while it is in use.
pub fn unmount(place: &CStr) -> Result<(), Errno> {
    // SAFETY: the path ends with a NUL.
    unsafe { syscall(number::UNMOUNT, [place.as_ptr() as usize, 0, 0, 0, 0, 0]) }.map(drop)
}

/// Takes a file system away from its place, also while files of it are open.
pub fn unmount_forcibly(place: &CStr) -> Result<(), Errno> {
    const MNT_FORCE: usize = 0x80000;
    // SAFETY: the path ends with a NUL.
    unsafe {
        syscall(
            number::UNMOUNT,
            [place.as_ptr() as usize, MNT_FORCE, 0, 0, 0, 0],
        )
    }
    .map(drop)
}
