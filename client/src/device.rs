// SPDX-License-Identifier: BSD-2-Clause
//! `/dev/rwmem` itself: opening it, and its requests.
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::AsRawFd;

use rwmem_abi::{
    Batch, RWMEM_ATTACH, RWMEM_CURRENT, RWMEM_INFO, RWMEM_READV, RWMEM_SNAPSHOT, RWMEM_WRITEV, Seg,
};

use crate::DEVICE;
use crate::access::{Access, Direction};
use crate::error::{Error, Result};
use crate::info::Features;

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
        let mut info = rwmem_abi::Info {
            abi_version: 0,
            features: 0,
            max_segs: 0,
            page_size: 0,
            max_len: 0,
            version: [0; 40],
        };
        // SAFETY: the request fills an Info, which `info` is.
        check(unsafe { libc::ioctl(self.0.as_raw_fd(), request(RWMEM_INFO), &raw mut info) })?;
        Ok(info)
    }

    /// What the module can do; nothing, as far as can be told, where it does not say.
    pub fn features(&self) -> Features {
        self.info().map_or(Features::empty(), |info| {
            Features::from_bits_retain(info.features)
        })
    }

    /// RWMEM_ATTACH.
    pub fn attach(&self, pid: i32) -> io::Result<()> {
        // SAFETY: the request reads an i32, which `pid` is.
        check(unsafe { libc::ioctl(self.0.as_raw_fd(), request(RWMEM_ATTACH), &raw const pid) })
    }

    /// RWMEM_SNAPSHOT.
    pub fn snapshot(&self, pid: i32) -> io::Result<()> {
        // SAFETY: the request reads an i32, which `pid` is.
        check(unsafe { libc::ioctl(self.0.as_raw_fd(), request(RWMEM_SNAPSHOT), &raw const pid) })
    }

    /// RWMEM_CURRENT.
    pub fn current(&self) -> io::Result<()> {
        // SAFETY: the request takes nothing.
        check(unsafe { libc::ioctl(self.0.as_raw_fd(), request(RWMEM_CURRENT)) })
    }

    /// lseek(2) of the attached memory, with SEEK_DATA or SEEK_HOLE.
    pub fn seek(&self, address: u64, whence: std::ffi::c_int) -> io::Result<u64> {
        // SAFETY: the offset of the descriptor is used by nobody.
        match unsafe { libc::lseek(self.0.as_raw_fd(), address as libc::off_t, whence) } {
            -1 => Err(io::Error::last_os_error()),
            address => Ok(address as u64),
        }
    }

    /// RWMEM_READV or RWMEM_WRITEV with a process, or with the attached one (PID_ATTACHED). Answers what the kernel wrote
    /// into the batch.
    ///
    /// # Safety
    /// Each segment's `local` and `len` describe memory that the caller may write (to read) or read (to write).
    pub unsafe fn batch(
        &self,
        direction: Direction,
        pid: i32,
        segs: &mut [Seg],
    ) -> io::Result<Batch> {
        let mut batch = Batch {
            pid,
            segs: segs.as_mut_ptr() as u64,
            nsegs: u32::try_from(segs.len()).unwrap_or(u32::MAX),
            ..Batch::default()
        };
        let number = request(match direction {
            Direction::Read => RWMEM_READV,
            Direction::Write => RWMEM_WRITEV,
        });
        // SAFETY: the request takes a Batch, which `batch` is; its array is `segs`, of that length (a longer one than
        // the kernel takes is refused), and the rest is the caller's promise.
        check(unsafe { libc::ioctl(self.0.as_raw_fd(), number, &raw mut batch) })?;
        Ok(batch)
    }
}

/// ioctl(2)'s second argument is an unsigned long in FreeBSD's libc and glibc, and an int in others.
fn request(number: std::ffi::c_ulong) -> Request {
    number as Request
}

#[cfg(any(target_os = "freebsd", target_env = "gnu"))]
type Request = std::ffi::c_ulong;
#[cfg(not(any(target_os = "freebsd", target_env = "gnu")))]
type Request = std::ffi::c_int;

fn check(answer: std::ffi::c_int) -> io::Result<()> {
    if answer == -1 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}
