// SPDX-License-Identifier: BSD-2-Clause
//! `ptrace(2)`: the kernel's own way to another process's memory, which needs that process stopped.

use super::{Errno, number, syscall};

/// What `PT_IO` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Io {
    Read = 1,
    Write = 2,
}

const PT_ATTACH: usize = 10;

/// A process that is traced by this one, and stopped. Dropping it lets it go on: a process that is killed
/// while it is stopped here never ends.
pub struct Stopped {
    pid: i32,
}

/// `struct ptrace_io_desc` (sys/ptrace.h).
#[repr(C)]
struct IoDescriptor {
    operation: i32,
    remote: u64,
    local: u64,
    len: u64,
}

/// Attaches without waiting for the process to stop, which lasts until this process ends, and then that one does.
pub fn seize(pid: i32) -> Result<(), Errno> {
    ptrace(PT_ATTACH, pid, 0)
}

impl Stopped {
    /// Attaches to a process and waits until it has stopped.
    pub fn attach(pid: i32) -> Result<Stopped, Errno> {
        const WIFSTOPPED: i32 = 0x7f;
        seize(pid)?;
        let stopped = Stopped { pid };
        let mut status = 0i32;
        // SAFETY: the kernel fills an int; no rusage is asked for.
        unsafe {
            syscall(
                number::WAIT4,
                [
                    pid as usize,
                    core::ptr::from_mut(&mut status) as usize,
                    0,
                    0,
                    0,
                    0,
                ],
            )
        }?;
        match status & 0x7f {
            WIFSTOPPED => Ok(stopped),
            _ => Err(Errno::ESRCH),
        }
    }

    /// `PT_IO`, between addresses that may well be wrong. How far it came; an error where that is nowhere.
    pub fn io(&self, operation: Io, remote: u64, local: u64, len: u64) -> Result<u64, Errno> {
        const PT_IO: usize = 12;
        let mut descriptor = IoDescriptor {
            operation: operation as i32,
            remote,
            local,
            len,
        };
        ptrace(PT_IO, self.pid, core::ptr::from_mut(&mut descriptor) as u64)?;
        Ok(descriptor.len)
    }

    /// Lets it run, still traced. Then it ends when this process does.
    pub fn go_on(&self) -> Result<(), Errno> {
        const PT_CONTINUE: usize = 7;
        ptrace(PT_CONTINUE, self.pid, WHERE_IT_STOPPED)
    }
}

/// As an address: go on from where it stopped.
const WHERE_IT_STOPPED: u64 = 1;

impl Drop for Stopped {
    fn drop(&mut self) {
        const PT_DETACH: usize = 11;
        // A process that is gone needs no detaching.
        let _ = ptrace(PT_DETACH, self.pid, WHERE_IT_STOPPED);
    }
}

fn ptrace(request: usize, pid: i32, address: u64) -> Result<(), Errno> {
    let arguments = [request, pid as usize, address as usize, 0, 0, 0];
    // SAFETY: the requests above change another process only, but for PT_IO, which is given a descriptor and
    // moves bytes to and from mappings made for that purpose.
    unsafe { syscall(number::PTRACE, arguments) }.map(drop)
}
