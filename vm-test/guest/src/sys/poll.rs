// SPDX-License-Identifier: BSD-2-Clause
//! Waiting until one of several descriptors has something to read.

use super::file::Fd;
use super::{number, syscall};

/// `struct pollfd`.
#[repr(C)]
struct Pollfd {
    fd: i32,
    events: i16,
    revents: i16,
}

/// Which of the descriptors can be read, or are at their end, within so many milliseconds. `None` is one that
/// is not waited for.
pub fn readable<const N: usize>(fds: [Option<&Fd>; N], milliseconds: u32) -> [bool; N] {
    const POLLIN: i16 = 1;
    let mut polled = fds.map(|fd| Pollfd {
        // The kernel passes over negative ones.
        fd: fd.map_or(-1, Fd::number),
        events: POLLIN,
        revents: 0,
    });
    // SAFETY: the kernel reads and writes N of them.
    let ready = unsafe {
        syscall(
            number::POLL,
            [
                polled.as_mut_ptr() as usize,
                N,
                milliseconds as usize,
                0,
                0,
                0,
            ],
        )
    };
    // Interrupted: nothing is known.
    polled.map(|one| ready.is_ok() && one.revents != 0)
}
