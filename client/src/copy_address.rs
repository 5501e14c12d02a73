// SPDX-License-Identifier: BSD-2-Clause
//! The trait of the crate read-process-memory, so that tools written for it can use rwmem instead.
use std::io;

use read_process_memory::{CopyAddress, Pid};

use crate::process::RemoteProcess;

impl CopyAddress for RemoteProcess {
    fn copy_address(&self, addr: usize, buf: &mut [u8]) -> io::Result<()> {
        Ok(self.read_exact_at(addr as u64, buf)?)
    }
}

/// As for read-process-memory's `ProcessHandle`: opens it for reading.
impl TryFrom<Pid> for RemoteProcess {
    type Error = io::Error;

    fn try_from(pid: Pid) -> io::Result<RemoteProcess> {
        Ok(RemoteProcess::open(pid)?)
    }
}

/// As for read-process-memory's `ProcessHandle`: opens it for reading.
impl TryFrom<&std::process::Child> for RemoteProcess {
    type Error = io::Error;

    fn try_from(child: &std::process::Child) -> io::Result<RemoteProcess> {
        RemoteProcess::try_from(child.id() as Pid)
    }
}
