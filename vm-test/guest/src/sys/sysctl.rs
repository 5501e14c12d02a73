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

/// The major version of the kernel that runs.
pub fn major() -> u32 {
    const OSRELDATE: &CStr = c"kern.osreldate";
    number(OSRELDATE).map_or(0, |version| version as u32 / 100_000)
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

/// Where each thread of a process is in the kernel, as `procstat -kk` shows it: `tell` gets thread and calls.
pub fn kernel_stacks(pid: i32, mut tell: impl FnMut(i32, &str)) -> Result<(), Errno> {
    // struct kinfo_kstack: the thread, a state, text.
    const SIZE: usize = 1096;
    const TEXT: usize = 8;
    const KERN_PROC_KSTACK: [i32; 3] = [1, 14, 15];
    let mut raw = [0u8; 16 * SIZE];
    let [kern, proc, kstack] = KERN_PROC_KSTACK;
    let len = read(&[kern, proc, kstack, pid], raw.as_mut_ptr(), raw.len())?;
    for one in raw[..len].chunks_exact(SIZE) {
        let thread = i32::from_ne_bytes([one[0], one[1], one[2], one[3]]);
        let text = CStr::from_bytes_until_nul(&one[TEXT..]).unwrap_or_default();
        tell(thread, text.to_str().unwrap_or("?"));
    }
    Ok(())
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
    waits_for: [u8; 9],
    parent: i32,
    vmspace: u64,
}

impl Kinfo {
    const P_SYSTEM: u64 = 0x200;
    const P_WEXIT: u64 = 0x2000;
    const SSTOP: u8 = 4;
    const SZOMB: u8 = 5;

    pub fn of(pid: i32) -> Result<Kinfo, Errno> {
        // sizeof(struct kinfo_proc), and the places of ki_vmspace, ki_ppid, ki_flag, ki_stat and ki_wmesg in it (sys/user.h).
        const SIZE: usize = 1088;
        const VMSPACE: usize = 56;
        const PPID: usize = 76;
        const FLAG: usize = 368;
        const STAT: usize = 388;
        const WMESG: usize = 411;
        let mut raw = [0u64; SIZE / 8];
        let len = read(&[1, 14, 1, pid], raw.as_mut_ptr().cast(), SIZE)?;
        if len != SIZE {
            return Err(Errno::ESRCH);
        }
        Ok(Kinfo {
            flags: raw[FLAG / 8],
            state: (raw[STAT / 8] >> (STAT % 8 * 8)) as u8,
            waits_for: core::array::from_fn(|index| {
                let at = WMESG + index;
                (raw[at / 8] >> (at % 8 * 8)) as u8
            }),
            parent: (raw[PPID / 8] >> (PPID % 8 * 8)) as i32,
            vmspace: raw[VMSPACE / 8],
        })
    }

    /// The name of what it sleeps on; empty where it does not.
    pub fn waits_for(&self) -> &str {
        CStr::from_bytes_until_nul(&self.waits_for)
            .ok()
            .and_then(|name| name.to_str().ok())
            .unwrap_or_default()
    }

    /// The parent's pid.
    pub fn parent(self) -> i32 {
        self.parent
    }

    /// Which address space it has: where the kernel keeps its `struct vmspace`. A number to compare, no more.
    pub fn vmspace(self) -> u64 {
        self.vmspace
    }

    pub fn is_zombie(self) -> bool {
        self.state == Self::SZOMB
    }

    pub fn is_stopped(self) -> bool {
        self.state == Self::SSTOP
    }

    /// The kernel's own, which has no program of its own (init counts as one).
    pub fn is_of_the_kernel(self) -> bool {
        self.flags & Self::P_SYSTEM != 0
    }

    /// On its way out (P_WEXIT), but still a process and not only its remains.
    pub fn is_exiting(self) -> bool {
        self.flags & Self::P_WEXIT != 0 && !self.is_zombie()
    }
}
