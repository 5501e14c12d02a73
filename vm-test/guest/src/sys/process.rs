// SPDX-License-Identifier: BSD-2-Clause
//! Processes: their making, their end, their credentials.

use super::{Errno, arch, number, syscall};
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

/// Becomes the suspended parent of a child that shares this process's memory (`vfork(2)`), writes its pid to `answers`,
/// twice, and ends when `questions` has something for it or is closed. Returns after that.
pub fn vfork_and_wait(questions: i32, answers: i32) {
    let mut pids = [0u64; 2];
    // SAFETY: two words, which nobody else knows.
    unsafe { arch::vfork_and_wait(pids.as_mut_ptr(), questions, answers) }
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

pub fn real_uid() -> u32 {
    // SAFETY: no arguments. The call cannot fail.
    unsafe { syscall(number::GETUID, [0; 6]) }.map_or(u32::MAX, |uid| uid as u32)
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
    execute_in(path, arguments, [])
}

/// The same with an environment, of texts `NAME=value`.
pub fn execute_in<const N: usize, const M: usize>(
    path: &CStr,
    arguments: [&CStr; N],
    environment: [&CStr; M],
) -> Errno {
    const ROOM: usize = 8;
    const { assert!(N < ROOM && M < ROOM) };
    let mut pointers = [core::ptr::null::<c_char>(); ROOM];
    for (pointer, argument) in pointers.iter_mut().zip(arguments) {
        *pointer = argument.as_ptr();
    }
    let mut variables = [core::ptr::null::<c_char>(); ROOM];
    for (pointer, variable) in variables.iter_mut().zip(environment) {
        *pointer = variable.as_ptr();
    }
    // SAFETY: the strings end with a NUL, the arrays with a null pointer.
    let result = unsafe {
        syscall(
            number::EXECVE,
            [
                path.as_ptr() as usize,
                pointers.as_ptr() as usize,
                variables.as_ptr() as usize,
                0,
                0,
                0,
            ],
        )
    };
    result.err().unwrap_or(Errno::NONE)
}

/// Becomes the leader of a new session, without a terminal.
pub fn begin_session() -> Result<(), Errno> {
    // SAFETY: no arguments.
    unsafe { syscall(number::SETSID, [0; 6]) }.map(drop)
}

/// Makes `path` the folder that relative paths begin at.
pub fn change_directory(path: &CStr) -> Result<(), Errno> {
    // SAFETY: `path` ends with a NUL.
    unsafe { syscall(number::CHDIR, [path.as_ptr() as usize, 0, 0, 0, 0, 0]) }.map(drop)
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

/// Takes the remains of a child (-1: of any); `None` if none has ended yet. A wait goes on where a signal has ended it, or a
/// debugger that let this process go (FreeBSD 15).
pub fn reap(pid: i32, patience: Patience) -> Result<Option<(i32, Ended)>, Errno> {
    const WNOHANG: usize = 1;
    let mut status = 0i32;
    let options = if patience == Patience::Look {
        WNOHANG
    } else {
        0
    };
    let place = core::ptr::from_mut(&mut status) as usize;
    let reaped = loop {
        // SAFETY: the kernel fills an int; no rusage is asked for.
        match unsafe { syscall(number::WAIT4, [pid as usize, place, options, 0, 0, 0]) } {
            Err(Errno::EINTR) => (),
            reaped => break reaped? as i32,
        }
    };
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
    set_groups(&[id])?;
    set_group_ids([id; 3])?;
    set_user_ids([id; 3])
}

/// The access list of groups. Its first also becomes the effective group.
pub fn set_groups(groups: &[u32]) -> Result<(), Errno> {
    // SAFETY: the kernel reads an array of that many gids.
    unsafe {
        syscall(
            number::SETGROUPS,
            [groups.len(), groups.as_ptr() as usize, 0, 0, 0, 0],
        )
    }
    .map(drop)
}

/// The real, effective and saved user id.
pub fn set_user_ids(ids: [u32; 3]) -> Result<(), Errno> {
    let [real, effective, saved] = ids.map(|id| id as usize);
    // SAFETY: numbers only.
    unsafe { syscall(number::SETRESUID, [real, effective, saved, 0, 0, 0]) }.map(drop)
}

/// The real, effective and saved group id.
pub fn set_group_ids(ids: [u32; 3]) -> Result<(), Errno> {
    let [real, effective, saved] = ids.map(|id| id as usize);
    // SAFETY: numbers only.
    unsafe { syscall(number::SETRESGID, [real, effective, saved, 0, 0, 0]) }.map(drop)
}

const PROC_SPROTECT: usize = 1;
const PROC_REAP_ACQUIRE: usize = 2;
const PROC_REAP_STATUS: usize = 4;
const PROC_REAP_GETPIDS: usize = 5;
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

/// Who may debug this process (`PROC_TRACE_CTL`): a ban holds for everybody who is not privileged.
#[derive(Clone, Copy)]
pub enum Tracing {
    Enabled = 1,
    /// Until the next execve.
    Disabled = 2,
    /// Also after it.
    DisabledForGood = 3,
}

pub fn allow_tracing(tracing: Tracing) -> Result<(), Errno> {
    let mut word = tracing as i32;
    control_self(PROC_TRACE_CTL, Some(&mut word))
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

/// The pids of the descendants, as many as there is room for.
pub fn descendant_pids(pids: &mut [i32]) -> Result<&[i32], Errno> {
    // struct procctl_reaper_pidinfo: pid, subtree, flags, padding; and procctl_reaper_pids: how many there is room
    // for, padding, where.
    const MOST: usize = 64;
    const VALID: i32 = 1;
    let mut infos = [[0i32; 18]; MOST];
    let mut request = [0u64; 9];
    request[0] = MOST as u64;
    request[8] = infos.as_mut_ptr() as u64;
    control_self(PROC_REAP_GETPIDS, Some(&mut request))?;
    let mut count = 0;
    let valid = infos.iter().filter(|info| info[2] & VALID != 0);
    for (pid, info) in pids.iter_mut().zip(valid) {
        *pid = info[0];
        count += 1;
    }
    Ok(&pids[..count])
}

/// Keeps this process from being killed for want of memory.
pub fn protect() -> Result<(), Errno> {
    let mut set = 1i32;
    control_self(PROC_SPROTECT, Some(&mut set))
}

/// The nice value of this process, from -20 to 20.
pub fn set_priority(nice: i32) -> Result<(), Errno> {
    // SAFETY: numbers only; which = 0 is PRIO_PROCESS, who = 0 this one.
    unsafe { syscall(number::SETPRIORITY, [0, 0, nice as usize, 0, 0, 0]) }.map(drop)
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
