// SPDX-License-Identifier: BSD-2-Clause
//! `/dev/rwmem` itself: opening it, and its requests.
use std::ffi::c_int;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;

use rwmem_abi::{RWMEM_READV, RWMEM_WRITEV, Seg};

use crate::DEVICE;
use crate::access::{Access, Direction};
use crate::error::{Error, Result};
use crate::features::Features;
use crate::requests;

/// An open file of the device.
#[derive(Debug)]
pub struct Device(File);

impl Device {
    /// Opens it, close-on-exec (as std does everywhere).
    pub fn open(access: Access) -> Result<Device> {
        let mut options = OpenOptions::new();
        options.read(true).write(access == Access::ReadWrite);
        match options.open(DEVICE) {
            Ok(file) => Ok(Device(file)),
            Err(cause) => Err(match cause.raw_os_error() {
                Some(libc::ENOENT) => Error::NotLoaded,
                Some(libc::EACCES | libc::EPERM) => Error::DevicePermission { access, cause },
                _ => Error::Device { access, cause },
            }),
        }
    }

    pub fn file(&self) -> &File {
        &self.0
    }

    /// RWMEM_INFO.
    pub fn info(&self) -> io::Result<rwmem_abi::Info> {
        requests::info(self.fd()).map_err(io::Error::from_raw_os_error)
    }

    /// What the module can do; nothing, where it does not say.
    pub fn features(&self) -> Features {
        self.info().map_or(Features::empty(), |info| {
            Features::from_bits_retain(info.features)
        })
    }

    /// RWMEM_ATTACH.
    pub fn attach(&self, pid: i32) -> io::Result<()> {
        requests::attach(self.fd(), pid).map_err(io::Error::from_raw_os_error)
    }

    /// RWMEM_SNAPSHOT.
    pub fn snapshot(&self, pid: i32) -> io::Result<()> {
        requests::snapshot(self.fd(), pid).map_err(io::Error::from_raw_os_error)
    }

    /// RWMEM_CURRENT.
    pub fn current(&self) -> io::Result<()> {
        requests::current(self.fd()).map_err(io::Error::from_raw_os_error)
    }

    /// lseek(2) of the attached memory, with SEEK_DATA or SEEK_HOLE.
    pub fn seek(&self, address: u64, whence: c_int) -> io::Result<u64> {
        // SAFETY: the offset of the descriptor is used by nobody.
        match unsafe { libc::lseek(self.fd(), address as libc::off_t, whence) } {
            -1 => Err(io::Error::last_os_error()),
            address => Ok(address as u64),
        }
    }

    /// RWMEM_READV or RWMEM_WRITEV of any number of segments, with a process or with the attached memory (PID_ATTACHED). No
    /// signal ends it.
    ///
    /// # Safety
    /// As for [`requests::batch`].
    pub unsafe fn batch(&self, direction: Direction, pid: i32, segs: &mut [Seg]) -> io::Result<()> {
        let request = match direction {
            Direction::Read => RWMEM_READV,
            Direction::Write => RWMEM_WRITEV,
        };
        requests::in_requests(segs, |segs| {
            // SAFETY: the caller's promise; a part of what a segment describes, too, is such memory.
            unsafe { requests::batch(self.fd(), request, pid, 0, segs) }
        })
        .map_err(io::Error::from_raw_os_error)
    }

    fn fd(&self) -> c_int {
        self.0.as_raw_fd()
    }
}
