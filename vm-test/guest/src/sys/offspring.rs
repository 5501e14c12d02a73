// SPDX-License-Identifier: BSD-2-Clause
//! Children that have their parent's address space: `vfork(2)` and `rfork(2)` with RFMEM.

use super::memory::Region;
use super::{Errno, number};
use core::arch::asm;
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
    let value: usize;
    let failed: u8;
    // SAFETY: the child, which has this very stack, runs nothing but the instructions below, which write no memory;
    // the kernel keeps the registers that it reads (see `syscall` for those that it does not).
    unsafe {
        asm!(
            "syscall",
            "setc {failed}",
            "jc 2f",
            "test rax, rax",
            "jnz 2f",
            "mov eax, {execve}",
            "mov rdx, r12",
            "syscall",
            "mov eax, {exit}",
            "mov edi, 127",
            "syscall",
            "ud2",
            "2:",
            failed = out(reg_byte) failed,
            execve = const number::EXECVE,
            exit = const number::EXIT,
            inlateout("rax") number::VFORK => value,
            in("rdi") path.as_ptr(),
            in("rsi") pointers.as_ptr(),
            in("r12") environment.as_ptr(),
            out("rdx") _,
            out("rcx") _,
            out("r8") _,
            out("r9") _,
            out("r10") _,
            out("r11") _,
            options(nostack),
        );
    }
    pid(value, failed)
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
    let value: usize;
    let failed: u8;
    // SAFETY: the child leaves this stack before it writes anything; `body` never returns to here. The caller keeps
    // `stack`, or lets it go with the whole address space.
    unsafe {
        asm!(
            "syscall",
            "setc {failed}",
            "jc 2f",
            "test rax, rax",
            "jnz 2f",
            "mov rsp, r12",
            "xor ebp, ebp",
            "mov rdi, r14",
            "call r13",
            "ud2",
            "2:",
            failed = out(reg_byte) failed,
            inlateout("rax") number::RFORK => value,
            in("rdi") flags,
            in("r12") stack.at(stack.len()) & !15,
            in("r13") body,
            in("r14") argument,
            out("rdx") _,
            out("rcx") _,
            out("r8") _,
            out("r9") _,
            out("r10") _,
            out("r11") _,
        );
    }
    pid(value, failed)
}

fn pid(value: usize, failed: u8) -> Result<i32, Errno> {
    match failed {
        0 => Ok(value as i32),
        _ => Err(Errno(value as i32)),
    }
}
