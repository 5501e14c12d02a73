// SPDX-License-Identifier: BSD-2-Clause
//! FreeBSD's system calls on amd64, without a C library: this program must run as pid 1 of a disc that
//! holds nothing else.

pub mod capability;
pub mod directory;
pub mod disk;
mod errno;
pub mod file;
pub mod jail;
pub mod kenv;
pub mod kld;
pub mod mapping;
pub mod memory;
pub mod mount;
pub mod node;
mod number;
pub mod offspring;
pub mod poll;
pub mod process;
pub mod ptrace;
pub mod pty;
pub mod signal;
pub mod socket;
pub mod sysctl;
pub mod thread;
pub mod time;

pub use errno::Errno;

use core::arch::asm;

/// Eight bytes that nobody can foresee.
pub fn random_word() -> Result<u64, Errno> {
    let mut word = 0u64;
    let at = core::ptr::from_mut(&mut word) as usize;
    // SAFETY: the kernel fills as many bytes as the word has.
    unsafe { syscall(number::GETRANDOM, [at, size_of::<u64>(), 0, 0, 0, 0]) }?;
    Ok(word)
}

/// One system call with up to six arguments.
///
/// The kernel reports an error in the carry flag, with the errno in rax. It returns a second value in
/// rdx and clears r8, r9, r10 (`fast_syscall_common` in amd64/exception.S), so all of them are lost.
///
/// # Safety
/// As the call itself: pointers among the arguments must be valid for what the kernel does with them, and
/// what it does to this process (mappings, credentials, descriptors) must not break code that goes on.
unsafe fn syscall(number: usize, arguments: [usize; 6]) -> Result<usize, Errno> {
    let value: usize;
    let failed: u8;
    // SAFETY: the registers that the kernel changes are declared, memory counts as changed (no `nomem`),
    // and the caller answers for the call's own effect.
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
    if failed == 0 {
        Ok(value)
    } else {
        Err(Errno(value as i32))
    }
}
