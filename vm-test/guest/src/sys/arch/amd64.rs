// SPDX-License-Identifier: BSD-2-Clause
//! amd64. The kernel takes the number in rax, reports an error in the carry flag with the errno in rax, returns a
//! second value in rdx, and clears r8, r9 and r10 (`fast_syscall_common` in amd64/exception.S).

use super::result;
use crate::sys::errno::Errno;
use crate::sys::number;
use core::arch::{asm, naked_asm};
use core::ffi::c_char;

/// The BIOS: in the first megabyte, among the kernel's pages, but none of them.
pub const FIRMWARE: Option<u64> = Some(0xf_0000);
/// The direct map has devices as well.
pub const OUTSIDE_DIRECT_MAP: Option<u64> = None;

/// A function whose second byte is its return value, as text for the assembler.
macro_rules! value_in_second_byte {
    () => {
        "mov eax, {original}\nret"
    };
}
pub(crate) use value_in_second_byte as VALUE_IN_SECOND_BYTE;

/// Where the kernel enters: rdi points to the argument count, the arguments follow it. The stack is aligned as
/// after a call (`exec_setregs`); a call from here needs it aligned as before one.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn _start() -> ! {
    naked_asm!("xor ebp, ebp", "and rsp, -16", "call begin", "ud2",)
}

/// One system call with up to six arguments.
///
/// # Safety
/// As the call itself: pointers among the arguments must be valid for what the kernel does with them, and
/// what it does to this process (mappings, credentials, descriptors) must not break code that goes on.
pub unsafe fn syscall(number: usize, arguments: [usize; 6]) -> Result<usize, Errno> {
    let value: usize;
    let failed: u8;
    // SAFETY: the registers that the kernel changes are declared, memory counts as changed (no `nomem`),
    // and the caller is responsible for the call's own effect.
    unsafe {
        asm!(
            "syscall",
            "setc {failed}",
            failed = lateout(reg_byte) failed,
            inlateout("rax") number => value,
            in("rdi") arguments[0],
            in("rsi") arguments[1],
            inlateout("rdx") arguments[2] => _,
            inlateout("r10") arguments[3] => _,
            inlateout("r8") arguments[4] => _,
            inlateout("r9") arguments[5] => _,
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack),
        );
    }
    result(value, failed.into())
}

/// `vfork(2)`; the child writes its pid to `answers`, twice, and ends when `questions` has something for it or is
/// closed. Returns after that.
///
/// # Safety
/// `pids` has room for two words and is the child's alone meanwhile.
pub unsafe fn vfork_and_wait(pids: *mut u64, questions: i32, answers: i32) {
    // SAFETY: parent and child go on with the same stack, so the child must not return from here or write to the
    // stack: it does nothing but the system calls below, with all it needs in registers that the kernel keeps; they
    // fill `pids` with 16 bytes at most. The registers that a system call changes are declared.
    unsafe {
        asm!(
            "syscall",
            "test rax, rax",
            "jnz 2f",
            "mov eax, {getpid}",
            "syscall",
            "mov [r12], rax",
            "mov [r12 + 8], rax",
            "mov eax, {write}",
            "mov edi, r14d",
            "mov rsi, r12",
            "mov edx, 16",
            "syscall",
            "mov eax, {read}",
            "mov edi, r13d",
            "mov rsi, r12",
            "mov edx, 8",
            "syscall",
            "mov eax, {exit}",
            "xor edi, edi",
            "syscall",
            "2:",
            getpid = const number::GETPID,
            write = const number::WRITE,
            read = const number::READ,
            exit = const number::EXIT,
            in("r12") pids,
            in("r13") questions,
            in("r14") answers,
            inlateout("rax") number::VFORK => _,
            lateout("rcx") _,
            lateout("rdx") _,
            lateout("rsi") _,
            lateout("rdi") _,
            lateout("r8") _,
            lateout("r9") _,
            lateout("r10") _,
            lateout("r11") _,
            options(nostack),
        );
    }
}

/// `vfork(2)`, then `execve(2)` in the child, which ends with 127 where that fails. The child's pid.
///
/// # Safety
/// As `execve(2)`: a string that ends with a NUL, and arrays of such that end with a null pointer.
pub unsafe fn vfork_and_execute(
    path: *const c_char,
    arguments: *const *const c_char,
    environment: *const *const c_char,
) -> Result<usize, Errno> {
    let value: usize;
    let failed: u8;
    // SAFETY: the child, which has this very stack, runs nothing but the instructions below, which write no memory;
    // the kernel keeps the registers that it reads (see the head of this file for those that it does not).
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
            in("rdi") path,
            in("rsi") arguments,
            in("r12") environment,
            out("rdx") _,
            out("rcx") _,
            out("r8") _,
            out("r9") _,
            out("r10") _,
            out("r11") _,
            options(nostack),
        );
    }
    result(value, failed.into())
}

/// `rfork(2)` with RFMEM: the child goes on in `body`, on a stack of its own that ends at `stack`. Its pid.
///
/// # Safety
/// `stack` is aligned to 16 bytes; what is below it stays the child's for as long as that runs.
pub unsafe fn rfork_onto(
    flags: usize,
    stack: u64,
    body: extern "C" fn(usize) -> !,
    argument: usize,
) -> Result<usize, Errno> {
    let value: usize;
    let failed: u8;
    // SAFETY: the child leaves this stack before it writes anything; `body` never returns to here.
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
            in("r12") stack,
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
    result(value, failed.into())
}
