// SPDX-License-Identifier: BSD-2-Clause
//! FreeBSD's system calls, without a C library: this program must run as pid 1 of a disc that holds nothing else.
//! `std` would bring libc with it, and every fork, vfork and execve of the tests must be exactly one system call.

pub mod arch;
pub mod capability;
pub mod cpu;
pub mod directory;
pub mod disk;
mod errno;
pub mod fat;
pub mod file;
pub mod jail;
pub mod kenv;
pub mod kld;
pub mod mac;
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
pub mod resource;
pub mod shm;
pub mod signal;
pub mod socket;
pub mod sysctl;
pub mod thread;
pub mod time;

pub use errno::Errno;

use arch::syscall;

/// Eight random bytes of the kernel's.
pub fn random_word() -> Result<u64, Errno> {
    let mut word = 0u64;
    let at = core::ptr::from_mut(&mut word) as usize;
    // SAFETY: the kernel fills as many bytes as the word has.
    unsafe { syscall(number::GETRANDOM, [at, size_of::<u64>(), 0, 0, 0, 0]) }?;
    Ok(word)
}
