// SPDX-License-Identifier: BSD-2-Clause
//! The interface between `/dev/rwmem` and programs, ABI version 1.
//!
//! The structures are laid out the same for 32- and 64-bit callers; user pointers travel as `u64`.
//! `include/rwmem/abi.h` says the same thing in C, and `tests/layout` proves that the two agree.
#![no_std]

use core::ffi::c_ulong;
use core::mem::size_of;

/// The version in [`Info::abi_version`].
pub const ABI_VERSION: u32 = 1;
/// As a `pid`: the process that this descriptor is attached to ([`RWMEM_ATTACH`]).
pub const PID_ATTACHED: i32 = -1;
/// The largest [`Batch::nsegs`].
pub const MAX_SEGS: u32 = 1024;
/// The largest `len` of a transfer or of a segment, in bytes (`SSIZE_MAX`, as for `pread(2)`).
pub const MAX_LEN: u64 = i64::MAX as u64;

/// [`Info::features`]: [`RWMEM_READ`] and [`RWMEM_WRITE`] exist.
pub const FEATURE_XFER: u32 = 0x1;
/// [`Info::features`]: [`RWMEM_READV`] and [`RWMEM_WRITEV`] exist.
pub const FEATURE_BATCH: u32 = 0x2;
/// [`Info::features`]: [`RWMEM_ATTACH`], [`RWMEM_DETACH`] and I/O on an attached descriptor exist.
pub const FEATURE_ATTACH: u32 = 0x4;
/// [`Info::features`]: `lseek(2)` with SEEK_DATA and SEEK_HOLE works on an attached descriptor.
pub const FEATURE_SEEK: u32 = 0x8;
/// [`Info::features`]: [`RWMEM_CURRENT`] exists.
pub const FEATURE_CURRENT: u32 = 0x10;
/// [`Info::features`]: [`BATCH_STOP`] is known.
pub const FEATURE_STOP: u32 = 0x20;
/// [`Info::features`]: [`RWMEM_SNAPSHOT`] exists.
pub const FEATURE_SNAPSHOT: u32 = 0x40;

/// [`Batch::flags`]: the first segment that stops early ends the batch. The ones behind it are not tried, are returned
/// with `done` 0 and ECANCELED, and are not counted in [`Batch::failed`].
pub const BATCH_STOP: u32 = 0x1;

/// What the loaded module is and can do.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// [`ABI_VERSION`].
    pub abi_version: u32,
    /// `FEATURE_*` bits.
    pub features: u32,
    /// [`MAX_SEGS`].
    pub max_segs: u32,
    /// The kernel's page size in bytes.
    pub page_size: u32,
    /// [`MAX_LEN`], in bytes.
    pub max_len: u64,
    /// The module's version, NUL-padded text.
    pub version: [u8; 40],
}

/// One transfer between the caller's memory and a process's.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Xfer {
    /// The target, or [`PID_ATTACHED`].
    pub pid: i32,
    /// Must be zero.
    pub flags: u32,
    /// Address in the target.
    pub remote: u64,
    /// Address in the caller.
    pub local: u64,
    /// Bytes to transfer, at most [`MAX_LEN`].
    pub len: u64,
    /// Out: bytes transferred.
    pub done: u64,
    /// Out: 0, or the errno that stopped the transfer at `done`.
    pub error: i32,
    /// Must be zero.
    pub reserved: u32,
}

/// One element of a [`Batch`].
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seg {
    /// Address in the target.
    pub remote: u64,
    /// Address in the caller.
    pub local: u64,
    /// Bytes to transfer, at most [`MAX_LEN`].
    pub len: u64,
    /// Out: bytes transferred.
    pub done: u64,
    /// Out: 0, or the errno that stopped this segment at `done`.
    pub error: i32,
    /// Must be zero.
    pub reserved: u32,
}

/// Up to [`MAX_SEGS`] transfers with one process, in order; independent of each other unless [`BATCH_STOP`] is set.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The target, or [`PID_ATTACHED`].
    pub pid: i32,
    /// [`BATCH_STOP`], or zero.
    pub flags: u32,
    /// Address in the caller of an array of [`Seg`].
    pub segs: u64,
    /// Its number of elements, at most [`MAX_SEGS`].
    pub nsegs: u32,
    /// Out: how many of them stopped early.
    pub failed: u32,
    /// Out: the sum of their `done`.
    pub done: u64,
    /// Out: 0, or the errno that kept the rest of the batch from running (EINTR); what [`BATCH_STOP`] ends has 0.
    pub error: i32,
    /// Must be zero.
    pub reserved: u32,
}

const IOC_VOID: u32 = 0x2000_0000;
const IOC_OUT: u32 = 0x4000_0000;
const IOC_IN: u32 = 0x8000_0000;

/// FreeBSD's `_IOC` for group `'R'` (`sys/ioccom.h`).
const fn ioc(direction: u32, number: u32, len: usize) -> c_ulong {
    (direction | ((len as u32 & 0x1fff) << 16) | ((b'R' as u32) << 8) | number) as c_ulong
}

/// Fills an [`Info`].
pub const RWMEM_INFO: c_ulong = ioc(IOC_OUT, 0, size_of::<Info>());
/// Reads `len` bytes at `remote` into `local` ([`Xfer`]).
pub const RWMEM_READ: c_ulong = ioc(IOC_IN | IOC_OUT, 1, size_of::<Xfer>());
/// Writes `len` bytes from `local` to `remote` ([`Xfer`]).
pub const RWMEM_WRITE: c_ulong = ioc(IOC_IN | IOC_OUT, 2, size_of::<Xfer>());
/// Reads each segment of a [`Batch`].
pub const RWMEM_READV: c_ulong = ioc(IOC_IN | IOC_OUT, 3, size_of::<Batch>());
/// Writes each segment of a [`Batch`].
pub const RWMEM_WRITEV: c_ulong = ioc(IOC_IN | IOC_OUT, 4, size_of::<Batch>());
/// Pins the present address space of the process whose pid is the argument (`i32`) to this open file, instead of what
/// it was attached to.
///
/// ENFILE where it was not attached, and as many files as may be, in the whole system, are attached already (the sysctl
/// `kern.rwmem.max_attached`, 256 unless it is set, there or by the loader; 0 allows none; lowering it takes nothing
/// away), or the caller's user or jail has its share of those. An attached file keeps the whole memory of its target, even after that has exited.
pub const RWMEM_ATTACH: c_ulong = ioc(IOC_IN, 5, size_of::<i32>());
/// Detaches it, and releases that address space.
pub const RWMEM_DETACH: c_ulong = ioc(IOC_VOID, 6, 0);
/// Succeeds where the process that this descriptor was attached to still has the address space it had then. ESTALE where
/// it has another, after execve(2) or rfork(2); ESRCH where it is gone; ENXIO where the descriptor is attached to nothing;
/// EOPNOTSUPP where it holds a snapshot.
pub const RWMEM_CURRENT: c_ulong = ioc(IOC_VOID, 7, 0);
/// As [`RWMEM_ATTACH`], but to a copy of the address space as it is at this instant, made copy-on-write as fork(2) makes
/// one. It can only be read: a write is EROFS. ENOMEM where the swap that it might come to need cannot be reserved.
pub const RWMEM_SNAPSHOT: c_ulong = ioc(IOC_IN, 8, size_of::<i32>());
