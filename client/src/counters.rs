// SPDX-License-Identifier: BSD-2-Clause
//! What the module has done since it was loaded.
use crate::error::{Error, Result};

/// The sysctls `kern.rwmem`. They can be read by everybody, and without the device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Counters {
    /// Read requests with an acquired target.
    pub reads: u64,
    /// Write requests with an acquired target.
    pub writes: u64,
    /// Bytes read from other address spaces.
    pub bytes_read: u64,
    /// Bytes written to other address spaces.
    pub bytes_written: u64,
    /// Transfers stopped by an inaccessible address.
    pub faults: u64,
    /// Requests refused for lack of permission.
    pub denied: u64,
    /// Transfers stopped by the target's execve.
    pub stale: u64,
    /// Descriptors that are attached now.
    pub attached: u64,
}

impl Counters {
    /// Reads them all, one after the other.
    ///
    /// # Errors
    /// [`Error::NotLoaded`] where there are none; [`Error::Request`] for anything else.
    pub fn query() -> Result<Counters> {
        Ok(Counters {
            reads: read(c"kern.rwmem.reads")?,
            writes: read(c"kern.rwmem.writes")?,
            bytes_read: read(c"kern.rwmem.bytes_read")?,
            bytes_written: read(c"kern.rwmem.bytes_written")?,
            faults: read(c"kern.rwmem.faults")?,
            denied: read(c"kern.rwmem.denied")?,
            stale: read(c"kern.rwmem.stale")?,
            attached: read(c"kern.rwmem.attached")?,
        })
    }
}

#[cfg(target_os = "freebsd")]
fn read(name: &std::ffi::CStr) -> Result<u64> {
    crate::sysctl::value(name).map_err(|cause| match cause.raw_os_error() {
        Some(libc::ENOENT) => Error::NotLoaded,
        _ => Error::Request {
            what: "sysctl kern.rwmem",
            cause,
        },
    })
}

#[cfg(not(target_os = "freebsd"))]
fn read(_name: &std::ffi::CStr) -> Result<u64> {
    Err(Error::NotLoaded)
}
