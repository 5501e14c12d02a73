// SPDX-License-Identifier: BSD-2-Clause
//! Children that have their parent's address space: `vfork(2)` and `rfork(2)` with RFMEM; and its end.

use super::memory::Region;
use super::{Errno, arch, number, syscall};
use core::ffi::{CStr, c_char};

/// Whether a child of [`share_memory`] also has its parent's descriptors.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Descriptors {
    Shared,
    Copied,
}

/// `vfork(2)`, then `execve(2)` in the child, which ends with 127 where that fails. The child's pid.
pub fn vfork_and_execute<const N: usize>(path: &CStr, arguments: [&CStr; N]) -> Result<i32, Errno> {
    const ROOM: usize = 8;
    assert!(N < ROOM);
    let mut pointers = [core::ptr::null::<c_char>(); ROOM];
    for (pointer, argument) in pointers.iter_mut().zip(arguments) {
        *pointer = argument.as_ptr();
    }
    let environment = [core::ptr::null::<c_char>()];
    // SAFETY: the strings end with a NUL, the arrays with a null pointer.
    let pid =
        unsafe { arch::vfork_and_execute(path.as_ptr(), pointers.as_ptr(), environment.as_ptr()) };
    pid.map(|pid| pid as i32)
}

/// `rfork(2)`: a process that runs `body` in this address space, on a stack of its own. Its pid.
pub fn share_memory(
    stack: &Region,
    descriptors: Descriptors,
    body: extern "C" fn(usize) -> !,
    argument: usize,
) -> Result<i32, Errno> {
    const RFFDG: usize = 1 << 2;
    const RFPROC: usize = 1 << 4;
    const RFMEM: usize = 1 << 5;
    let flags = match descriptors {
        Descriptors::Shared => RFPROC | RFMEM,
        Descriptors::Copied => RFPROC | RFMEM | RFFDG,
    };
    let end = stack.at(stack.len()) & !15;
    // SAFETY: aligned; the caller keeps `stack`, or lets it go with the whole address space.
    let pid = unsafe { arch::rfork_onto(flags, end, body, argument) };
    pid.map(|pid| pid as i32)
}

/// `rfork(2)` without RFPROC and RFMEM: this process goes on in a copy of its address space, if others share that. What
/// they do to theirs from then on is not seen here. It must have no other threads.
pub fn unshare_memory() -> Result<(), Errno> {
    // SAFETY: flags only, and none. All mappings stay where they are, with the same contents.
    unsafe { syscall(number::RFORK, [0; 6]) }.map(drop)
}
