// SPDX-License-Identifier: BSD-2-Clause
//! A real Linux process whose memory is pages of the simulated machine.
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::FromRawFd;

use crate::memory::{Access, Mapping, PAGE};

/// A child process; killed when dropped.
pub struct Child {
    pid: libc::pid_t,
}

impl Child {
    /// Forks a process that maps pages of a file, each at an address, and then does `live`, which does not return.
    pub fn fork(pages: &[(u64, usize)], dram: &File, live: fn() -> !) -> io::Result<Child> {
        let mut fds = [0; 2];
        // SAFETY: an array of two descriptors, as pipe wants.
        if unsafe { libc::pipe(fds.as_mut_ptr()) } != 0 {
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
            serve(pages, dram, unsafe { File::from_raw_fd(fds[1]) }, live);
        }
        // SAFETY: our own end, and the other that is the child's alone.
        let mut pipe = unsafe {
            libc::close(fds[1]);
            File::from_raw_fd(fds[0])
        };
        let child = Child { pid };
        pipe.read_exact(&mut [0])?;
        Ok(child)
    }

    pub fn pid(&self) -> libc::pid_t {
        self.pid
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
fn serve(pages: &[(u64, usize)], dram: &File, mut pipe: File, live: fn() -> !) -> ! {
    // SAFETY: so that no child survives the simulator, however that ends.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    let map = |(at, frame): &(u64, usize)| {
        Mapping::shared(dram, *at as usize, frame * PAGE, PAGE, Access::ReadWrite)
            .map(std::mem::forget)
    };
    if pages.iter().try_for_each(map).is_ok() && pipe.write_all(&[0]).is_ok() {
        live();
    }
    // SAFETY: ends the forked process without running the parent's exit handlers.
    unsafe { libc::_exit(1) }
}
