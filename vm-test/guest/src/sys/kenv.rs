// SPDX-License-Identifier: BSD-2-Clause
//! The kernel's environment, which the loader fills.

use super::{Errno, number, syscall};
use core::ffi::CStr;

const KENV_SET: usize = 1;
const KENV_UNSET: usize = 2;

pub fn set(name: &CStr, value: &CStr) -> Result<(), Errno> {
    call(KENV_SET, name, value)
}

pub fn unset(name: &CStr) -> Result<(), Errno> {
    call(KENV_UNSET, name, c"")
}

fn call(what: usize, name: &CStr, value: &CStr) -> Result<(), Errno> {
    let len = value.count_bytes() + 1;
    // SAFETY: the kernel reads two strings that end with a NUL.
    unsafe {
        syscall(
            number::KENV,
            [
                what,
                name.as_ptr() as usize,
                value.as_ptr() as usize,
                len,
                0,
                0,
            ],
        )
    }
    .map(drop)
}
