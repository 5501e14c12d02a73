// SPDX-License-Identifier: BSD-2-Clause
//! Processes: their making, their end, their credentials.

use super::{Errno, number, syscall};
use core::ffi::{CStr, c_char};

pub fn exit(code: i32) -> ! {
    loop {
        // SAFETY: ends this process.
        let _ = unsafe { syscall(number::EXIT, [code as usize, 0, 0, 0, 0, 0]) };
    }
}

/// 0 in the child, the child's pid in the parent.
pub fn fork() -> Result<i32, Errno> {
    // SAFETY: this program has one thread and no locks, so the copy can go on as it is.
    unsafe { syscall(number::FORK, [0; 6]) }.map(|pid| pid as i32)
}

pub fn own_pid() -> i32 {
    // SAFETY: no arguments. The call cannot fail.
    unsafe { syscall(number::GETPID, [0; 6]) }.map_or(-1, |pid| pid as i32)
}

/// The parent's pid.
pub fn parent() -> i32 {
    // SAFETY: no arguments. The call cannot fail.
    unsafe { syscall(number::GETPPID, [0; 6]) }.map_or(-1, |pid| pid as i32)
}

pub fn effective_uid() -> u32 {
    // SAFETY: no arguments. The call cannot fail.
    unsafe { syscall(number::GETEUID, [0; 6]) }.map_or(u32::MAX, |uid| uid as u32)
}

/// The id of the calling thread, which is a number beyond all pids.
pub fn own_thread() -> Result<i32, Errno> {
    let mut id = 0i64;
    // SAFETY: the kernel fills a long.
    unsafe {
        syscall(
            number::THR_SELF,
            [core::ptr::from_mut(&mut id) as usize, 0, 0, 0, 0, 0],
        )
    }?;
    Ok(id as i32)
}

/// Replaces this image; returns only what went wrong. The new image has no environment.
pub fn execute<const N: usize>(path: &CStr, arguments: [&CStr; N]) -> Errno {
    const ROOM: usize = 8;
    assert!(N < ROOM);
    let mut pointers = [core::ptr::null::<c_char>(); ROOM];
    for (pointer, argument) in pointers.iter_mut().zip(arguments) {
        *pointer = argument.as_ptr();
    }
    let environment = [core::ptr::null::<c_char>()];
    // SAFETY: the strings end with a NUL, the arrays with a null pointer.
    let result = unsafe {
        syscall(
            number::EXECVE,
            [
                path.as_ptr() as usize,
                pointers.as_ptr() as usize,
                environment.as_ptr() as usize,
                0,
                0,
                0,
            ],
        )
    };
    result.err().unwrap_or(Errno::NONE)
}

/// How a process ended, as `wait4(2)` tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    Exit(i32),
    Signal(i32),
}

/// Whether a wait blocks until there is something to tell.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    Look,
    Wait,
}

/// Takes the remains of a child (-1: of any); `None` if none has ended yet.
pub fn reap(pid: i32, patience: Patience) -> Result<Option<(i32, Ended)>, Errno> {
    const WNOHANG: usize = 1;
    let mut status = 0i32;
    let options = if patience == Patience::Look {
        WNOHANG
    } else {
        0
    };
    // SAFETY: the kernel fills an int; no rusage is asked for.
    let reaped = unsafe {
        syscall(
            number::WAIT4,
            [
                pid as usize,
                core::ptr::from_mut(&mut status) as usize,
                options,
                0,
                0,
                0,
            ],
        )
    }? as i32;
    let ended = match status & 0x7f {
        0 => Ended::Exit(status >> 8 & 0xff),
        signal => Ended::Signal(signal),
    };
    Ok((reaped != 0).then_some((reaped, ended)))
}

pub fn kill(pid: i32, signal: i32) -> Result<(), Errno> {
    // SAFETY: numbers only.
    unsafe { syscall(number::KILL, [pid as usize, signal as usize, 0, 0, 0, 0]) }.map(drop)
}

/// Gives up root for good: all user and group ids become `id`.
pub fn become_user(id: u32) -> Result<(), Errno> {
    let groups = [id];
    let id = id as usize;
    // SAFETY: the kernel reads an array of one gid.
    unsafe { syscall(number::SETGROUPS, [1, groups.as_ptr() as usize, 0, 0, 0, 0]) }?;
    // SAFETY: numbers only.
    unsafe { syscall(number::SETRESGID, [id, id, id, 0, 0, 0]) }?;
    // SAFETY: numbers only.
    unsafe { syscall(number::SETRESUID, [id, id, id, 0, 0, 0]) }.map(drop)
}

/// Enters capability mode for good.
pub fn enter_capability_mode() -> Result<(), Errno> {
    // SAFETY: no arguments.
    unsafe { syscall(number::CAP_ENTER, [0; 6]) }.map(drop)
}

/// Moves this process into a new jail that sees all files and ends with its last process.
pub fn enter_jail() -> Result<(), Errno> {
    const CREATE_AND_ATTACH: usize = 1 | 4;
    let part = |text: &CStr| [text.as_ptr() as usize, text.count_bytes() + 1];
    // Pairs of iovecs: a parameter's name, its value.
    let parameters = [part(c"path"), part(c"/")];
    // SAFETY: the kernel reads the iovecs and the strings they describe.
    unsafe {
        syscall(
            number::JAIL_SET,
            [
                parameters.as_ptr() as usize,
                parameters.len(),
                CREATE_AND_ATTACH,
                0,
                0,
                0,
            ],
        )
    }
    .map(drop)
}

const PROC_REAP_ACQUIRE: usize = 2;
const PROC_REAP_STATUS: usize = 4;
const PROC_REAP_KILL: usize = 6;
const PROC_TRACE_CTL: usize = 7;

/// `procctl(2)` on this process. A command without a structure takes a null pointer.
fn control_self<T>(command: usize, data: Option<&mut T>) -> Result<(), Errno> {
    const P_PID: usize = 0;
    let data = data.map_or(core::ptr::null_mut(), core::ptr::from_mut);
    // SAFETY: each command below is given the structure that it reads or fills.
    unsafe {
        syscall(
            number::PROCCTL,
            [P_PID, own_pid() as usize, command, data as usize, 0, 0],
        )
    }
    .map(drop)
}

/// Forbids everybody who is not privileged to debug this process.
pub fn forbid_tracing() -> Result<(), Errno> {
    let mut disable = 2i32;
    control_self(PROC_TRACE_CTL, Some(&mut disable))
}

/// Has every descendant that loses its parent become a child of this process.
pub fn adopt_descendants() -> Result<(), Errno> {
    control_self::<i32>(PROC_REAP_ACQUIRE, None)
}

/// How many descendants there are, zombies included.
pub fn descendants() -> Result<u32, Errno> {
    // struct procctl_reaper_status: flags, children, descendants, ...
    let mut status = [0u32; 20];
    control_self(PROC_REAP_STATUS, Some(&mut status))?;
    Ok(status[2])
}

/// Sends every descendant a signal. ESRCH if there is none.
pub fn kill_descendants(signal: i32) -> Result<(), Errno> {
    // struct procctl_reaper_kill: the signal, flags, ...
    let mut request = [0i32; 20];
    request[0] = signal;
    control_self(PROC_REAP_KILL, Some(&mut request))
}

/// Ends the machine's run. Returns only what went wrong.
pub fn power_off() -> Errno {
    const RB_POWEROFF: usize = 0x4000;
    // SAFETY: a number only.
    let result = unsafe { syscall(number::REBOOT, [RB_POWEROFF, 0, 0, 0, 0, 0]) };
    result.err().unwrap_or(Errno::NONE)
}
