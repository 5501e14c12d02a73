// SPDX-License-Identifier: BSD-2-Clause
//! What the crate read-process-memory calls a process, so that tools written for it can use rwmem instead. Its versions have
//! the same trait under two names, and types that implement one are nothing to a tool that knows the other.
use std::io;
use std::sync::Arc;

use rwmem_abi::Seg;

use crate::access::{Access, Direction};
use crate::device::Device;
use crate::error::{Error, Result};

/// A process that is read by its number, as by read-process-memory's own `ProcessHandle`, in whose place this goes.
///
/// Each read is of the program that the process runs then, also after an execve(2), and permission is checked anew. (A
/// [`RemoteProcess`](crate::RemoteProcess) stays with the memory that there was when it was opened.) When the process is
/// gone, reads fail, and its memory is not kept.
///
/// A clone shares the descriptor of the device; it costs nothing.
#[derive(Clone, Debug)]
pub struct ProcessHandle {
    device: Arc<Device>,
    pid: i32,
}

impl ProcessHandle {
    /// Opens the device, and sees whether the process `pid` may be read.
    ///
    /// # Errors
    /// As for [`RemoteProcess::open`](crate::RemoteProcess::open).
    pub fn open(pid: i32) -> Result<ProcessHandle> {
        let device = Arc::new(Device::open(Access::Read)?);
        let handle = ProcessHandle { device, pid };
        handle.request(&mut []).map(|()| handle)
    }

    /// Fills `buffer` with what is at `address` and after it.
    ///
    /// # Errors
    /// [`Error::Transfer`] where a byte of it cannot be read; as for [`ProcessHandle::open`] where the process cannot be
    /// had any more.
    pub fn read_exact_at(&self, address: u64, buffer: &mut [u8]) -> Result<()> {
        let mut segs = [Seg {
            remote: address,
            local: buffer.as_mut_ptr() as u64,
            len: buffer.len() as u64,
            ..Seg::default()
        }];
        self.request(&mut segs)?;
        match segs[0] {
            Seg { error: 0, .. } => Ok(()),
            Seg { done, error, .. } => Err(Error::Transfer {
                direction: Direction::Read,
                pid: self.pid,
                address,
                len: buffer.len() as u64,
                done,
                cause: io::Error::from_raw_os_error(error),
            }),
        }
    }

    fn request(&self, segs: &mut [Seg]) -> Result<()> {
        // SAFETY: a segment is the slice that `read_exact_at` borrows, or there is none.
        unsafe { self.device.batch(Direction::Read, self.pid, segs) }
            .map_err(|cause| Error::of_target("RWMEM_READV", self.pid, cause))
    }
}

#[cfg(feature = "read-process-memory")]
impl read_process_memory::CopyAddress for ProcessHandle {
    fn copy_address(&self, addr: usize, buf: &mut [u8]) -> io::Result<()> {
        Ok(self.read_exact_at(addr as u64, buf)?)
    }
}

#[cfg(feature = "read-process-memory-0_1")]
impl read_process_memory_0_1::CopyAddress for ProcessHandle {
    fn copy_address(&self, addr: usize, buf: &mut [u8]) -> io::Result<()> {
        Ok(self.read_exact_at(addr as u64, buf)?)
    }
}

impl TryFrom<libc::pid_t> for ProcessHandle {
    type Error = io::Error;

    fn try_from(pid: libc::pid_t) -> io::Result<ProcessHandle> {
        Ok(ProcessHandle::open(pid)?)
    }
}

impl TryFrom<&std::process::Child> for ProcessHandle {
    type Error = io::Error;

    fn try_from(child: &std::process::Child) -> io::Result<ProcessHandle> {
        ProcessHandle::try_from(child.id() as libc::pid_t)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What tools want of a handle: it is made from a pid, cloned, and sent to the threads that sample.
    #[test]
    fn it_is_all_that_a_process_handle_is() {
        fn handle<T: TryFrom<libc::pid_t, Error = io::Error> + Clone + Send + Sync + 'static>() {}
        handle::<ProcessHandle>();
        #[cfg(feature = "read-process-memory")]
        {
            fn reads<T: read_process_memory::CopyAddress>() {}
            reads::<ProcessHandle>();
        }
        #[cfg(feature = "read-process-memory-0_1")]
        {
            fn reads<T: read_process_memory_0_1::CopyAddress>() {}
            reads::<ProcessHandle>();
        }
    }
}
