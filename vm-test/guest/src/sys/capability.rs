// SPDX-License-Identifier: BSD-2-Clause
//! capsicum(4): capability mode, and descriptors that may do less.

use super::file::Fd;
use super::{Errno, number, syscall};
use core::ffi::c_ulong;

/// Enters capability mode for good.
pub fn enter() -> Result<(), Errno> {
    // SAFETY: no arguments.
    unsafe { syscall(number::CAP_ENTER, [0; 6]) }.map(drop)
}

/// What a descriptor may be used for: `CAP_…` of sys/capsicum.h, as bits of the two words of a `cap_rights_t`.
#[derive(Clone, Copy)]
pub struct Rights(pub [u64; 2]);

impl Rights {
    pub const READ: Rights = Rights([0x1, 0]);
    pub const WRITE: Rights = Rights([0x2, 0]);
    /// `pread(2)` wants it beside READ, `pwrite(2)` beside WRITE.
    pub const SEEK: Rights = Rights([0xc, 0]);
    pub const IOCTL: Rights = Rights([0, 0x80]);

    pub const fn and(self, more: Rights) -> Rights {
        Rights([self.0[0] | more.0[0], self.0[1] | more.0[1]])
    }
}

/// `cap_rights_limit(2)`. ENOTCAPABLE where the descriptor had less.
pub fn limit_rights(fd: &Fd, rights: Rights) -> Result<(), Errno> {
    // Each word says which it is, in a bit from 57 up.
    let words = [rights.0[0] | 1 << 57, rights.0[1] | 1 << 58];
    // SAFETY: the kernel reads a `cap_rights_t` of version 0, which is two words.
    unsafe {
        syscall(
            number::CAP_RIGHTS_LIMIT,
            [fd.number() as usize, words.as_ptr() as usize, 0, 0, 0, 0],
        )
    }
    .map(drop)
}

/// `cap_ioctls_limit(2)`.
pub fn limit_ioctls(fd: &Fd, requests: &[c_ulong]) -> Result<(), Errno> {
    // SAFETY: the kernel reads an array of that many requests.
    unsafe {
        syscall(
            number::CAP_IOCTLS_LIMIT,
            [
                fd.number() as usize,
                requests.as_ptr() as usize,
                requests.len(),
                0,
                0,
                0,
            ],
        )
    }
    .map(drop)
}
