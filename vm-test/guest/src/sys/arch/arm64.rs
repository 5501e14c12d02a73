// SPDX-License-Identifier: BSD-2-Clause
//! arm64. The kernel takes the number in x8, reports an error in the carry flag with the errno in x0, and returns a
//! second value in x1; all other registers stay (`cpu_set_syscall_retval`).

use super::result;
use crate::sys::errno::Errno;
use crate::sys::number;
use core::arch::{asm, naked_asm};
use core::ffi::c_char;

/// None that could be read: it is outside the kernel's direct map.
pub const FIRMWARE: Option<u64> = None;
/// The registers of the serial port.
pub const OUTSIDE_DIRECT_MAP: Option<u64> = Some(0x900_0000);

/// A function whose second byte is its return value, as text for the assembler: bits 5 to 20 of the first
/// instruction are its operand.
macro_rules! value_in_second_byte {
    () => {
        "mov w0, #({original} << 3)\nlsr w0, w0, #3\nret"
    };
}
pub(crate) use value_in_second_byte as VALUE_IN_SECOND_BYTE;

/// Where the kernel enters: x0 points to the argument count, the arguments follow it. The stack is aligned
/// (`exec_setregs`).
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn _start() -> ! {
    naked_asm!("mov x29, xzr", "mov x30, xzr", "bl begin", "brk #1",)
}

/// One system call with up to six arguments.
///
/// # Safety
/// As the call itself: pointers among the arguments must be valid for what the kernel does with them, and
/// what it does to this process (mappings, credentials, descriptors) must not break code that goes on.
pub unsafe fn syscall(number: usize, arguments: [usize; 6]) -> Result<usize, Errno> {
    let value: usize;
    let failed: u32;
    // SAFETY: the registers that the kernel changes are declared, memory counts as changed (no `nomem`),
    // and the caller is responsible for the call's own effect.
    unsafe {
        asm!(
            "svc #0",
            "cset {failed:w}, cs",
            failed = lateout(reg) failed,
            in("x8") number,
            inlateout("x0") arguments[0] => value,
            inlateout("x1") arguments[1] => _,
            in("x2") arguments[2],
            in("x3") arguments[3],
            in("x4") arguments[4],
            in("x5") arguments[5],
            options(nostack),
        );
    }
    result(value, failed)
}

/// `vfork(2)`; the child writes its pid to `answers`, twice, and ends when `questions` has something for it or is
/// closed. Returns after that.
///
/// # Safety
/// `pids` has room for two words and is the child's alone meanwhile.
pub unsafe fn vfork_and_wait(pids: *mut u64, questions: i32, answers: i32) {
    // SAFETY: parent and child go on with the same stack, so the child must not return from here or write to the
    // stack: it does nothing but the system calls below, with all it needs in registers that the kernel keeps; they
    // fill `pids` with 16 bytes at most. The registers that change are declared.
    unsafe {
        asm!(
            "svc #0",
            "cbnz x0, 2f",
            "mov x8, #{getpid}",
            "svc #0",
            "stp x0, x0, [x20]",
            "mov x8, #{write}",
            "mov w0, w22",
            "mov x1, x20",
            "mov x2, #16",
            "svc #0",
            "mov x8, #{read}",
            "mov w0, w21",
            "mov x1, x20",
            "mov x2, #8",
            "svc #0",
            "mov x8, #{exit}",
            "mov x0, xzr",
            "svc #0",
            "2:",
            getpid = const number::GETPID,
            write = const number::WRITE,
            read = const number::READ,
            exit = const number::EXIT,
            in("x20") pids,
            in("x21") questions,
            in("x22") answers,
            inlateout("x8") number::VFORK => _,
            lateout("x0") _,
            lateout("x1") _,
            lateout("x2") _,
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
    let failed: u32;
    // SAFETY: the child, which has this very stack, runs nothing but the instructions below, which write no memory;
    // the kernel keeps the registers that it reads.
    unsafe {
        asm!(
            "svc #0",
            "cset {failed:w}, cs",
            "b.cs 2f",
            "cbnz x0, 2f",
            "mov x8, #{execve}",
            "mov x0, x20",
            "mov x1, x21",
            "mov x2, x22",
            "svc #0",
            "mov x8, #{exit}",
            "mov x0, #127",
            "svc #0",
            "brk #1",
            "2:",
            failed = out(reg) failed,
            execve = const number::EXECVE,
            exit = const number::EXIT,
            inlateout("x8") number::VFORK => _,
            in("x20") path,
            in("x21") arguments,
            in("x22") environment,
            out("x0") value,
            out("x1") _,
            out("x2") _,
            options(nostack),
        );
    }
    result(value, failed)
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
    let failed: u32;
    // SAFETY: the child leaves this stack before it writes anything; `body` never returns to here.
    unsafe {
        asm!(
            "svc #0",
            "cset {failed:w}, cs",
            "b.cs 2f",
            "cbnz x0, 2f",
            "mov sp, x20",
            "mov x29, xzr",
            "mov x0, x22",
            "blr x21",
            "brk #1",
            "2:",
            failed = out(reg) failed,
            in("x8") number::RFORK,
            inlateout("x0") flags => value,
            in("x20") stack,
            in("x21") body,
            in("x22") argument,
            lateout("x1") _,
        );
    }
    result(value, failed)
}
