// SPDX-License-Identifier: BSD-2-Clause
//! The kernel's linker.

use super::{Errno, number, syscall};
use core::ffi::{CStr, c_char};

/// `LINKER_UNLOAD_NORMAL` and `LINKER_UNLOAD_FORCE`.
#[derive(Clone, Copy, Debug)]
pub enum Unload {
    Normal = 0,
    Force = 1,
}

/// Loads a module; its file id.
pub fn load(path: &CStr) -> Result<i32, Errno> {
    // SAFETY: `path` ends with a NUL.
    unsafe { syscall(number::KLDLOAD, [path.as_ptr() as usize, 0, 0, 0, 0, 0]) }.map(|id| id as i32)
}

/// The id of a loaded file, by its name.
pub fn find(file: &CStr) -> Result<i32, Errno> {
    // SAFETY: `file` ends with a NUL.
    unsafe { syscall(number::KLDFIND, [file.as_ptr() as usize, 0, 0, 0, 0, 0]) }.map(|id| id as i32)
}

pub fn unload(id: i32, how: Unload) -> Result<(), Errno> {
    // SAFETY: numbers only.
    unsafe { syscall(number::KLDUNLOADF, [id as usize, how as usize, 0, 0, 0, 0]) }.map(drop)
}

/// The id of a module within a file, by the name it declared.
pub fn find_module(name: &CStr) -> Result<i32, Errno> {
    // SAFETY: `name` ends with a NUL.
    unsafe { syscall(number::MODFIND, [name.as_ptr() as usize, 0, 0, 0, 0, 0]) }.map(|id| id as i32)
}

/// `struct kld_sym_lookup`.
#[repr(C)]
struct Lookup {
    version: i32,
    name: *const c_char,
    value: u64,
    size: u64,
}

/// Where a symbol of the kernel is, and how many bytes it has.
pub fn symbol(name: &CStr) -> Result<(u64, usize), Errno> {
    const ANY_FILE: usize = 0;
    const KLDSYM_LOOKUP: usize = 1;
    let mut lookup = Lookup {
        version: size_of::<Lookup>() as i32,
        name: name.as_ptr(),
        value: 0,
        size: 0,
    };
    // SAFETY: the kernel reads the name and fills the structure.
    unsafe {
        syscall(
            number::KLDSYM,
            [
                ANY_FILE,
                KLDSYM_LOOKUP,
                core::ptr::from_mut(&mut lookup) as usize,
                0,
                0,
                0,
            ],
        )
    }?;
    Ok((lookup.value, lookup.size as usize))
}
