// SPDX-License-Identifier: BSD-2-Clause
//! The number in `errno`.
use std::ffi::c_int;
use std::io;

/// After a call of libc has failed.
pub fn last_errno() -> c_int {
    io::Error::last_os_error()
        .raw_os_error()
        .unwrap_or(libc::EIO)
}
