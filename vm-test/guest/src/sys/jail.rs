// SPDX-License-Identifier: BSD-2-Clause
//! jail(2).

use super::{Errno, number, syscall};
use core::ffi::CStr;

/// A parameter of a jail.
#[derive(Clone, Copy)]
pub enum Parameter {
    /// One that is on by being named.
    Flag(&'static CStr),
    Number(&'static CStr, &'static i32),
    Text(&'static CStr, &'static CStr),
}

/// Moves this process into a new jail, which ends with its last process; its id. Without a `path` among the
/// parameters it sees all files.
pub fn enter_new(parameters: &[Parameter]) -> Result<i32, Errno> {
    const CREATE_AND_ATTACH: usize = 1 | 4;
    const ROOM: usize = 16;
    let text = |text: &CStr| [text.as_ptr() as usize, text.count_bytes() + 1];
    let is_path =
        |parameter: &Parameter| matches!(parameter, Parameter::Text(name, _) if *name == c"path");
    let everything = Parameter::Text(c"path", c"/");
    let default = (!parameters.iter().any(is_path)).then_some(&everything);
    // Pairs of iovecs: a parameter's name, its value.
    let mut iovecs = [[0; 2]; ROOM];
    let mut used = 0;
    for (pair, parameter) in iovecs
        .chunks_exact_mut(2)
        .zip(parameters.iter().chain(default))
    {
        let (name, value) = match *parameter {
            Parameter::Flag(name) => (name, [0, 0]),
            Parameter::Number(name, value) => (name, [core::ptr::from_ref(value) as usize, 4]),
            Parameter::Text(name, value) => (name, text(value)),
        };
        pair.copy_from_slice(&[text(name), value]);
        used += 2;
    }
    // SAFETY: the kernel reads the iovecs, and the strings and numbers they describe.
    unsafe {
        syscall(
            number::JAIL_SET,
            [iovecs.as_ptr() as usize, used, CREATE_AND_ATTACH, 0, 0, 0],
        )
    }
    .map(|id| id as i32)
}

/// Moves this process into a jail that there is.
pub fn enter(id: i32) -> Result<(), Errno> {
    // SAFETY: numbers only.
    unsafe { syscall(number::JAIL_ATTACH, [id as usize, 0, 0, 0, 0, 0]) }.map(drop)
}
