// SPDX-License-Identifier: BSD-2-Clause
//! What the kernel tells of itself and of processes.

use super::{Errno, number, syscall};
use core::ffi::CStr;

/// Fills `buffer` with a sysctl's value; the length it has.
fn read(name: &[i32], buffer: *mut u8, room: usize) -> Result<usize, Errno> {
    let mut len = room;
    // SAFETY: the kernel reads `name` and writes at most `room` bytes to `buffer`, which the callers own.
    unsafe {
        syscall(
            number::SYSCTL,
            [
                name.as_ptr() as usize,
                name.len(),
                buffer as usize,
                core::ptr::from_mut(&mut len) as usize,
                0,
                0,
            ],
        )
    }?;
    Ok(len)
}

/// The same by name. Without a buffer (`None`) the length that it would have.
pub fn by_name(name: &CStr, buffer: Option<&mut [u8]>) -> Result<usize, Errno> {
    let (address, mut len) = match buffer {
        Some(buffer) => (buffer.as_mut_ptr() as usize, buffer.len()),
        None => (0, 0),
    };
    // SAFETY: the kernel reads the name and writes at most `len` bytes to the buffer.
    unsafe {
        syscall(
            number::SYSCTLBYNAME,
            [
                name.as_ptr() as usize,
                name.count_bytes(),
                address,
                core::ptr::from_mut(&mut len) as usize,
                0,
                0,
            ],
        )
    }?;
    Ok(len)
}

/// A sysctl of 4 or 8 bytes.
pub fn number(name: &CStr) -> Result<u64, Errno> {
    let mut value = [0u8; 8];
    match by_name(name, Some(&mut value))? {
        4 | 8 => Ok(u64::from_ne_bytes(value)),
        _ => Err(Errno::EINVAL),
    }
}

/// Sets a sysctl of 4 bytes.
pub fn set(name: &CStr, value: i32) -> Result<(), Errno> {
    // SAFETY: the kernel reads the name and the value; the old value is not asked for.
    unsafe {
        syscall(
            number::SYSCTLBYNAME,
            [
                name.as_ptr() as usize,
                name.count_bytes(),
                0,
                0,
                core::ptr::from_ref(&value) as usize,
                size_of::<i32>(),
            ],
        )
    }
    .map(drop)
}

/// The path of this program's file, NUL included, into `buffer`.
pub fn own_path(buffer: &mut [u8]) -> Result<&CStr, Errno> {
    const KERN_PROC_PATHNAME: [i32; 4] = [1, 14, 12, -1];
    let len = read(&KERN_PROC_PATHNAME, buffer.as_mut_ptr(), buffer.len())?;
    CStr::from_bytes_with_nul(&buffer[..len]).map_err(|_| Errno::ENOENT)
}

/// The address of the code that a signal handler returns to.
pub fn signal_trampoline() -> Result<u64, Errno> {
    // struct kinfo_sigtramp: its first address, the one behind its last, and four spare words.
    let mut raw = [0u64; 6];
    const KERN_PROC_SIGTRAMP: [i32; 3] = [1, 14, 41];
    let [kern, proc, sigtramp] = KERN_PROC_SIGTRAMP;
    let name = [kern, proc, sigtramp, super::process::own_pid()];
    read(&name, raw.as_mut_ptr().cast(), size_of_val(&raw))?;
    Ok(raw[0])
}

/// What the kernel's `struct kinfo_proc` says of a process, as far as it is used here.
#[derive(Clone, Copy, Debug)]
pub struct Kinfo {
    flags: u64,
    state: u8,
}

impl Kinfo {
    const P_WEXIT: u64 = 0x2000;
    const SZOMB: u8 = 5;

    pub fn of(pid: i32) -> Result<Kinfo, Errno> {
        // sizeof(struct kinfo_proc), and the places of ki_flag and ki_stat in it (sys/user.h).
        const SIZE: usize = 1088;
        const FLAG: usize = 368;
        const STAT: usize = 388;
        let mut raw = [0u64; SIZE / 8];
        let len = read(&[1, 14, 1, pid], raw.as_mut_ptr().cast(), SIZE)?;
        if len != SIZE {
            return Err(Errno::ESRCH);
        }
        Ok(Kinfo {
            flags: raw[FLAG / 8],
            state: (raw[STAT / 8] >> (STAT % 8 * 8)) as u8,
        })
    }

    pub fn is_zombie(self) -> bool {
        self.state == Self::SZOMB
    }

    /// On its way out (P_WEXIT), but still a process and not only its remains.
    pub fn is_exiting(self) -> bool {
        self.flags & Self::P_WEXIT != 0 && !self.is_zombie()
    }
}
