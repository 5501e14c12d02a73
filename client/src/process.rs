// SPDX-License-Identifier: BSD-2-Clause
//! A process whose memory can be reached.
use std::io;
use std::mem::MaybeUninit;
use std::ops::Range;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::sync::Arc;

use zerocopy::{FromBytes, Immutable, IntoBytes};

use crate::access::{Access, Direction};
use crate::batch::{ReadBatch, WriteBatch};
use crate::data::Data;
use crate::device::Device;
use crate::error::{Error, Result};
use crate::features::Features;
use crate::mapping::Mappings;
use crate::requests::{Moved, move_all};
use crate::scan::Scan;

/// A process whose memory can be read and, if it was opened for that, written.
///
/// It is attached (RWMEM_ATTACH): permission was checked when it was opened, and it stays with the address space that
/// the process had then. After the process has executed another program or exited, it still reaches the old memory
/// (which it keeps alive) and never the new one; [`is_current`](RemoteProcess::is_current) tells. Dropping it releases that
/// memory.
///
/// It can be sent to and shared between threads. A clone shares the descriptor, and with it the attachment: it costs
/// nothing, and the last one that is dropped closes it.
#[derive(Clone, Debug)]
pub struct RemoteProcess {
    device: Arc<Device>,
    pid: i32,
    access: Access,
    features: Features,
}

impl RemoteProcess {
    /// Opens the device for reading, and attaches to the process `pid`.
    ///
    /// # Errors
    /// [`Error::NotLoaded`], [`Error::DevicePermission`] and [`Error::Device`] where the device cannot be opened;
    /// [`Error::NoSuchProcess`], [`Error::NotPermitted`], [`Error::Executing`] and [`Error::SystemProcess`] where the
    /// process cannot be had; [`Error::Request`] for anything else.
    pub fn open(pid: i32) -> Result<RemoteProcess> {
        RemoteProcess::open_for(pid, Access::Read)
    }

    /// Like [`RemoteProcess::open`], for reading and writing.
    ///
    /// # Errors
    /// As for [`RemoteProcess::open`].
    pub fn open_writable(pid: i32) -> Result<RemoteProcess> {
        RemoteProcess::open_for(pid, Access::ReadWrite)
    }

    /// Like [`RemoteProcess::open`], for what `access` says.
    ///
    /// # Errors
    /// As for [`RemoteProcess::open`].
    pub fn open_for(pid: i32, access: Access) -> Result<RemoteProcess> {
        let device = Device::open(access)?;
        device
            .attach(pid)
            .map_err(|cause| Error::of_target("RWMEM_ATTACH", pid, cause))?;
        Ok(RemoteProcess {
            features: device.features(),
            device: Arc::new(device),
            pid,
            access,
        })
    }

    /// A copy of the process's memory as it is at this instant (RWMEM_SNAPSHOT), for reading: nothing that the process does
    /// later changes it, and it is kept until this is dropped.
    ///
    /// It is made as fork(2) makes one, so the process runs on, and pages are copied when it writes to them. What is private to
    /// it is of the instant; memory and files that it has mapped shared stay shared. The swap that the copy may come to need is
    /// charged to the caller.
    ///
    /// # Errors
    /// As for [`RemoteProcess::open`]; [`Error::Unsupported`] where the loaded module cannot do it, [`Error::NoSwap`] where
    /// the swap cannot be reserved.
    pub fn snapshot(pid: i32) -> Result<RemoteProcess> {
        let device = Device::open(Access::Read)?;
        let features = device.features();
        if !features.contains(Features::SNAPSHOT) {
            let what = "RWMEM_SNAPSHOT, which copies the memory of a process at one instant";
            return Err(Error::Unsupported { what });
        }
        device
            .snapshot(pid)
            .map_err(|cause| match cause.raw_os_error() {
                Some(libc::ENOMEM) => Error::NoSwap { pid },
                _ => Error::of_target("RWMEM_SNAPSHOT", pid, cause),
            })?;
        Ok(RemoteProcess {
            features,
            device: Arc::new(device),
            pid,
            access: Access::Read,
        })
    }

    /// The number that it was opened with.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// What it was opened for.
    pub fn access(&self) -> Access {
        self.access
    }

    /// What the module could do when it was opened.
    pub fn features(&self) -> Features {
        self.features
    }

    /// Reads into `buffer` what is at `address` and after it, up to the first byte that cannot be had, and returns how
    /// many bytes that were: fewer than asked for means that the byte at `address + n` cannot be read.
    ///
    /// # Errors
    /// [`Error::Transfer`] where not even the first byte can be read. An empty buffer always succeeds.
    pub fn read_at(&self, address: u64, buffer: &mut [u8]) -> Result<usize> {
        // SAFETY: a slice may be written.
        let moved = unsafe { self.read_raw(address, buffer.as_mut_ptr(), buffer.len()) };
        self.partly(Direction::Read, address, buffer.len(), moved)
    }

    /// Fills `buffer` with what is at `address` and after it.
    ///
    /// # Errors
    /// [`Error::Transfer`] where a byte of it cannot be read; [`Error::done`] says how many could, and they are in
    /// `buffer`.
    pub fn read_exact_at(&self, address: u64, buffer: &mut [u8]) -> Result<()> {
        // SAFETY: a slice may be written.
        let moved = unsafe { self.read_raw(address, buffer.as_mut_ptr(), buffer.len()) };
        self.wholly(Direction::Read, address, buffer.len(), moved)
    }

    /// Reads a value of a type for which every pattern of bytes is a value: integers, floats, arrays of them, and
    /// structures that derive [`zerocopy::FromBytes`].
    ///
    /// # Errors
    /// As for [`RemoteProcess::read_exact_at`].
    pub fn read_value<T: FromBytes>(&self, address: u64) -> Result<T> {
        let mut value = MaybeUninit::<T>::uninit();
        // SAFETY: the memory is `value`'s own, and nothing reads it before it was filled.
        let moved = unsafe { self.read_raw(address, value.as_mut_ptr().cast(), size_of::<T>()) };
        self.wholly(Direction::Read, address, size_of::<T>(), moved)?;
        // SAFETY: all its bytes were filled, and any bytes are a value (FromBytes).
        Ok(unsafe { value.assume_init() })
    }

    /// Writes `bytes` to `address` and after it, up to the first byte that cannot be written, and returns how many were
    /// written. Read-only private mappings are written to as a debugger does: the process gets a copy of its own.
    ///
    /// # Errors
    /// [`Error::Transfer`] where not even the first byte can be written, or the process was opened for reading only
    /// (EBADF).
    pub fn write_at(&self, address: u64, bytes: &[u8]) -> Result<usize> {
        let moved = self.write_raw(address, bytes);
        self.partly(Direction::Write, address, bytes.len(), moved)
    }

    /// Writes all of `bytes` to `address` and after it.
    ///
    /// # Errors
    /// [`Error::Transfer`] where a byte cannot be written, or the process was opened for reading only (EBADF).
    /// [`Error::done`] says how many were written; they stay.
    pub fn write_all_at(&self, address: u64, bytes: &[u8]) -> Result<()> {
        let moved = self.write_raw(address, bytes);
        self.wholly(Direction::Write, address, bytes.len(), moved)
    }

    /// Writes a value of a type without padding.
    ///
    /// # Errors
    /// As for [`RemoteProcess::write_all_at`].
    pub fn write_value<T: IntoBytes + Immutable + ?Sized>(
        &self,
        address: u64,
        value: &T,
    ) -> Result<()> {
        self.write_all_at(address, value.as_bytes())
    }

    /// Whether the process still has the address space that was attached (RWMEM_CURRENT): not after it has executed another
    /// program or exited, nor where it has taken a copy for itself (rfork(2)). What is read and written here does not
    /// reach the process any more then.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the loaded module cannot tell; [`Error::Request`] for anything else, and for a snapshot
    /// (EOPNOTSUPP).
    pub fn is_current(&self) -> Result<bool> {
        if !self.features.contains(Features::CURRENT) {
            let what = "RWMEM_CURRENT, which says whether a process still has the memory that was attached";
            return Err(Error::Unsupported { what });
        }
        match self.device.current() {
            Ok(()) => Ok(true),
            Err(cause) => match cause.raw_os_error() {
                Some(libc::ESTALE | libc::ESRCH) => Ok(false),
                _ => Err(Error::Request {
                    what: "RWMEM_CURRENT",
                    cause,
                }),
            },
        }
    }

    /// The parts of `range` that have contents, in the order of their addresses: what is mapped readable, and is in memory,
    /// in the swap area, or within its file. Nothing else is to be read there but zeros, where memory was never touched.
    ///
    /// Nothing is read, and what is empty takes no longer the larger it is. A module that cannot tell
    /// ([`Features::SEEK`] is missing) gives the range as it is.
    pub fn data(&self, range: Range<u64>) -> Data<'_> {
        Data::new(self, range)
    }

    /// Begins a batch of reads: many small reads at once cost far less than one by one.
    pub fn read_batch<'buffers>(&self) -> ReadBatch<'_, 'buffers> {
        ReadBatch::new(self)
    }

    /// Begins a batch of writes.
    pub fn write_batch<'buffers>(&self) -> WriteBatch<'_, 'buffers> {
        WriteBatch::new(self)
    }

    /// The mappings of the process, in the order of their addresses.
    ///
    /// They are those that the process with this pid has now, also of a snapshot. After it has executed another program they
    /// no longer say anything about the memory that is read here, and after it has exited they cannot be had.
    ///
    /// # Errors
    /// As for [`Mappings::of`].
    pub fn mappings(&self) -> Result<Mappings> {
        Mappings::of(self.pid)
    }

    /// Begins to read all of the process's memory that is mapped readable and has contents, piece by piece.
    /// ([`Mapping::is_scannable`](crate::Mapping::is_scannable) says which mappings those are, [`RemoteProcess::data`] what
    /// of them has contents.)
    ///
    /// # Errors
    /// As for [`Mappings::of`].
    pub fn scan(&self) -> Result<Scan<'_>> {
        let mappings = self.mappings()?.filter(crate::Mapping::is_scannable);
        Ok(self.scan_ranges(mappings.map(|mapping| mapping.start..mapping.end)))
    }

    /// Begins to read these ranges of addresses, piece by piece, in this order. What is not mapped, or has no contents, is
    /// skipped.
    pub fn scan_ranges(&self, ranges: impl IntoIterator<Item = Range<u64>>) -> Scan<'_> {
        Scan::new(self, ranges)
    }

    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    /// How many bytes were moved; an error where there are none, though some were wanted.
    fn partly(&self, way: Direction, address: u64, len: usize, moved: Moved) -> Result<usize> {
        let done = moved.done;
        match done {
            0 => self.wholly(way, address, len, moved).map(|()| done),
            _ => Ok(done),
        }
    }

    fn wholly(&self, way: Direction, address: u64, len: usize, moved: Moved) -> Result<()> {
        match moved.stopped {
            None => Ok(()),
            Some(errno) => Err(Error::Transfer {
                direction: way,
                pid: self.pid,
                address,
                len: len as u64,
                done: moved.done as u64,
                cause: io::Error::from_raw_os_error(errno),
            }),
        }
    }

    /// # Safety
    /// `len` bytes at `buffer` may be written.
    unsafe fn read_raw(&self, address: u64, buffer: *mut u8, len: usize) -> Moved {
        let fd = self.device.file().as_raw_fd();
        move_all(address, len, |done, len, offset| {
            // SAFETY: the caller's promise; `done + len` is at most its `len`.
            unsafe { libc::pread(fd, buffer.add(done).cast(), len, offset) }
        })
    }

    fn write_raw(&self, address: u64, bytes: &[u8]) -> Moved {
        let fd = self.device.file().as_raw_fd();
        move_all(address, bytes.len(), |done, len, offset| {
            let rest = &bytes[done..done + len];
            // SAFETY: a slice may be read.
            unsafe { libc::pwrite(fd, rest.as_ptr().cast(), rest.len(), offset) }
        })
    }
}

impl AsFd for RemoteProcess {
    /// The attached descriptor, for requests of your own.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.device.file().as_fd()
    }
}
