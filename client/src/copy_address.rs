// SPDX-License-Identifier: BSD-2-Clause
//! The trait of the crate read-process-memory, so that tools written for it can use rwmem instead. Its versions have the
//! same trait under two names, and types that implement one are nothing to a tool that knows the other.
use std::io;

use crate::process::RemoteProcess;

#[cfg(feature = "read-process-memory")]
impl read_process_memory::CopyAddress for RemoteProcess {
    fn copy_address(&self, addr: usize, buf: &mut [u8]) -> io::Result<()> {
        Ok(self.read_exact_at(addr as u64, buf)?)
    }
}

#[cfg(feature = "read-process-memory-0_1")]
impl read_process_memory_0_1::CopyAddress for RemoteProcess {
    fn copy_address(&self, addr: usize, buf: &mut [u8]) -> io::Result<()> {
        Ok(self.read_exact_at(addr as u64, buf)?)
    }
}

/// As for read-process-memory's `ProcessHandle`: opens it for reading.
impl TryFrom<libc::pid_t> for RemoteProcess {
    type Error = io::Error;

    fn try_from(pid: libc::pid_t) -> io::Result<RemoteProcess> {
        Ok(RemoteProcess::open(pid)?)
    }
}

/// As for read-process-memory's `ProcessHandle`: opens it for reading.
impl TryFrom<&std::process::Child> for RemoteProcess {
    type Error = io::Error;

    fn try_from(child: &std::process::Child) -> io::Result<RemoteProcess> {
        RemoteProcess::try_from(child.id() as libc::pid_t)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What tools want of a handle: it is made from a pid, cloned, and sent to the threads that sample.
    #[test]
    fn it_is_all_that_a_process_handle_is() {
        fn handle<T: TryFrom<libc::pid_t, Error = io::Error> + Clone + Send + Sync + 'static>() {}
        handle::<RemoteProcess>();
        #[cfg(feature = "read-process-memory")]
        {
            fn reads<T: read_process_memory::CopyAddress>() {}
            reads::<RemoteProcess>();
        }
        #[cfg(feature = "read-process-memory-0_1")]
        {
            fn reads<T: read_process_memory_0_1::CopyAddress>() {}
            reads::<RemoteProcess>();
        }
    }
}
