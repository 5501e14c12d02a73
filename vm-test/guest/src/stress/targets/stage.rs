// SPDX-License-Identifier: BSD-2-Clause
//! What all targets have.

use crate::stress::board::Board;
use crate::sys::memory::{PAGE, Region};
use core::ffi::CStr;

/// Where a target finds what it needs.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    pub board: &'static Board,
    /// The board's descriptor, for images executed later.
    pub object: i32,
    /// This program: a copy on a file system that allows set-uid programs, and one that is root's and set-uid.
    pub plain: &'a CStr,
    pub set_uid: &'a CStr,
}

/// Writes a byte of each page.
pub fn touch(first: usize, pages: usize, byte: u8) {
    let arena = Region::arena();
    for page in first..first + pages {
        arena.put(page * PAGE + page % PAGE, byte);
    }
}
