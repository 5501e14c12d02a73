// SPDX-License-Identifier: BSD-2-Clause
//! `/dev/rwmem`, and the ways to move bytes through it.

use crate::sys::Errno;
use crate::sys::file::{self, Fd};
use core::ffi::{CStr, c_ulong};
use rwmem_abi::{
    Batch, Info, RWMEM_ATTACH, RWMEM_CURRENT, RWMEM_DETACH, RWMEM_INFO, RWMEM_SNAPSHOT, Xfer,
};
pub use rwmem_vm_protocol::bench::Direction;

pub const NODE: &CStr = c"/dev/rwmem";

pub struct Device(Fd);

impl Device {
    pub fn open() -> Result<Device, Errno> {
        Self::open_for(file::READ_WRITE)
    }

    pub fn open_for(access: usize) -> Result<Device, Errno> {
        file::open(NODE, access).map(Device)
    }

    pub fn from_fd(fd: Fd) -> Device {
        Device(fd)
    }

    pub fn into_fd(self) -> Fd {
        self.0
    }

    pub fn fd(&self) -> &Fd {
        &self.0
    }

    pub fn info(&self) -> Result<Info, Errno> {
        // What no module returns, so that a field left alone is noticed.
        let mut info = Info {
            abi_version: 0xdead,
            features: 0xdead,
            max_segs: 0xdead,
            page_size: 0xdead,
            max_len: 0xdead,
            version: [0xdd; 40],
        };
        self.0.ioctl(RWMEM_INFO, &mut info)?;
        Ok(info)
    }

    /// `RWMEM_READ` or `RWMEM_WRITE` as it is.
    pub fn transfer(&self, request: c_ulong, xfer: &mut Xfer) -> Result<(), Errno> {
        self.0.ioctl(request, xfer)
    }

    /// `RWMEM_READV` or `RWMEM_WRITEV` as it is.
    pub fn batch(&self, request: c_ulong, batch: &mut Batch) -> Result<(), Errno> {
        self.0.ioctl(request, batch)
    }

    pub fn attach(&self, mut pid: i32) -> Result<(), Errno> {
        self.0.ioctl(RWMEM_ATTACH, &mut pid)
    }

    pub fn detach(&self) -> Result<(), Errno> {
        self.0.ioctl_at(RWMEM_DETACH, 0)
    }

    pub fn snapshot(&self, mut pid: i32) -> Result<(), Errno> {
        self.0.ioctl(RWMEM_SNAPSHOT, &mut pid)
    }

    pub fn current(&self) -> Result<(), Errno> {
        self.0.ioctl_at(RWMEM_CURRENT, 0)
    }
}

/// How far a transfer came, and what stopped it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    pub done: u64,
    pub error: Errno,
}

/// What to move.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    pub direction: Direction,
    pub pid: i32,
    pub remote: u64,
    pub local: u64,
    pub len: u64,
}
