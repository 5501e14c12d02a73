// SPDX-License-Identifier: BSD-2-Clause
//! A real Linux process whose memory the simulated kernel hands out: it maps what it is told and then waits.
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::FromRawFd;
use std::os::unix::fs::FileExt;

use crate::memory::{Access, Mapping};
use crate::space::{Backing, Region};

/// A child process; killed when dropped.
pub struct Child {
    pid: libc::pid_t,
    pipe: File,
    memory: File,
}

/// Maps or unmaps `len` bytes at `start`; 0 and 0 mean the whole layout is in place.
#[derive(Clone, Copy)]
struct Command {
    unmap: bool,
    start: u64,
    len: u64,
}

impl Child {
    /// Forks a process that maps `regions`, those of physical memory from `dram`, and then does as told, or
    /// `live` instead, which does not return.
    pub fn fork(regions: &[Region], dram: &File, live: Option<fn() -> !>) -> io::Result<Child> {
        let mut fds = [0; 2];
        // SAFETY: an array of two descriptors, as socketpair wants.
        if unsafe { libc::socketpair(libc::AF_UNIX, libc::SOCK_STREAM, 0, fds.as_mut_ptr()) } != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the child only makes system calls and touches memory of its own until it exits or, in `live`,
        // was forked while this process had one thread.
        let pid = unsafe { libc::fork() };
        if pid < 0 {
            return Err(io::Error::last_os_error());
        }
        if pid == 0 {
            // SAFETY: the new process's own copy of the descriptor.
            serve(regions, dram, unsafe { File::from_raw_fd(fds[1]) }, live);
        }
        // SAFETY: our own end, and the other that is the child's alone.
        let mut pipe = unsafe {
            libc::close(fds[1]);
            File::from_raw_fd(fds[0])
        };
        pipe.read_exact(&mut [0])?;
        let memory = OpenOptions::new()
            .read(true)
            .write(true)
            .open(format!("/proc/{pid}/mem"))?;
        Ok(Child { pid, pipe, memory })
    }

    pub fn pid(&self) -> libc::pid_t {
        self.pid
    }

    fn tell(&mut self, command: Command) -> io::Result<()> {
        let mut bytes = [0; 17];
        bytes[0] = u8::from(command.unmap);
        bytes[1..9].copy_from_slice(&command.start.to_le_bytes());
        bytes[9..].copy_from_slice(&command.len.to_le_bytes());
        self.pipe.write_all(&bytes)?;
        self.pipe.read_exact(&mut [0])
    }

    /// Makes the process unmap a range that was mapped.
    pub fn unmap(&mut self, start: u64, len: u64) -> io::Result<()> {
        self.tell(Command {
            unmap: true,
            start,
            len,
        })
    }

    /// Makes it map the range again.
    pub fn map(&mut self, start: u64, len: u64) -> io::Result<()> {
        self.tell(Command {
            unmap: false,
            start,
            len,
        })
    }

    /// process_vm_readv(2); whether all of it could be read.
    pub fn read(&self, at: u64, to: &mut [u8]) -> bool {
        let local = libc::iovec {
            iov_base: to.as_mut_ptr().cast(),
            iov_len: to.len(),
        };
        let remote = libc::iovec {
            iov_base: at as *mut _,
            iov_len: to.len(),
        };
        // SAFETY: the local iovec is the slice; the remote one is the kernel's to check.
        let got = unsafe { libc::process_vm_readv(self.pid, &local, 1, &remote, 1, 0) };
        got == to.len() as isize
    }

    /// A write that makes a private copy where the mapping is read-only, as FreeBSD's proc_rwmem does.
    pub fn write(&self, at: u64, from: &[u8]) -> bool {
        self.memory.write_all_at(from, at).is_ok()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // SAFETY: our own child, not waited for before.
        unsafe {
            libc::kill(self.pid, libc::SIGKILL);
            libc::waitpid(self.pid, std::ptr::null_mut(), 0);
        }
    }
}

/// The child's life.
fn serve(regions: &[Region], dram: &File, mut pipe: File, live: Option<fn() -> !>) -> ! {
    // SAFETY: so that no child survives the simulator, however that ends.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    for region in regions {
        std::mem::forget(map(region, dram));
    }
    if pipe.write_all(&[0]).is_ok() {
        if let Some(live) = live {
            live();
        }
        let mut bytes = [0; 17];
        while pipe.read_exact(&mut bytes).is_ok() {
            let number = |at: usize| u64::from_le_bytes(std::array::from_fn(|i| bytes[at + i]));
            let (start, len) = (number(1), number(9));
            if bytes[0] == 1 {
                // SAFETY: a range of the layout, in which nothing of this program's lives.
                unsafe { libc::munmap(start as *mut _, len as usize) };
            } else if let Some(region) = regions
                .iter()
                .find(|r| r.start <= start && start + len <= r.end())
                && let Backing::Physical(offset) = region.backing
            {
                let offset = offset + (start - region.start) as usize;
                let again = Mapping::shared(
                    dram,
                    start as usize,
                    offset,
                    len as usize,
                    Access::ReadWrite,
                );
                std::mem::forget(again);
            }
            if pipe.write_all(&[0]).is_err() {
                break;
            }
        }
    }
    // SAFETY: ends the forked process without running the parent's exit handlers.
    unsafe { libc::_exit(0) }
}

fn map(region: &Region, dram: &File) -> io::Result<Mapping> {
    let (start, len) = (region.start as usize, region.len as usize);
    match region.backing {
        Backing::Physical(offset) => Mapping::shared(dram, start, offset, len, Access::ReadWrite),
        Backing::Private => {
            let mapping = Mapping::private(start, len)?;
            mapping.protect_raw(0, len, i32::from(region.prot));
            Ok(mapping)
        }
    }
}
