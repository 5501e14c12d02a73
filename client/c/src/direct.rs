// SPDX-License-Identifier: BSD-2-Clause
//! The requests of the device, for a descriptor that the program holds itself.
use core::ffi::{c_int, c_void};

use libc::{off_t, pid_t, size_t, ssize_t};
use rwmem_abi::{Info, RWMEM_DETACH, Seg};

use crate::descriptor::{DEVICE, Direction};
use crate::errno::{Errno, returned};
use crate::requests::{self, Moved};

/// Opens the device, close-on-exec. `flags` as for open(2).
#[unsafe(no_mangle)]
pub extern "C" fn rwmem_open(flags: c_int) -> c_int {
    // SAFETY: the path ends with NUL.
    unsafe { libc::open(DEVICE.as_ptr(), flags | libc::O_CLOEXEC) }
}

/// Closes it.
#[unsafe(no_mangle)]
pub extern "C" fn rwmem_close(fd: c_int) -> c_int {
    // SAFETY: closes what the caller names.
    unsafe { libc::close(fd) }
}

/// RWMEM_INFO.
///
/// # Safety
/// `info` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rwmem_get_info(fd: c_int, info: *mut Info) -> c_int {
    returned(requests::info(fd).map_err(Errno).map(|found| {
        // SAFETY: the caller's promise.
        unsafe { info.write_unaligned(found) };
        0
    }))
}

/// RWMEM_ATTACH.
#[unsafe(no_mangle)]
pub extern "C" fn rwmem_attach(fd: c_int, pid: pid_t) -> c_int {
    returned(requests::attach(fd, pid).map_err(Errno).map(|()| 0))
}

/// RWMEM_SNAPSHOT.
#[unsafe(no_mangle)]
pub extern "C" fn rwmem_snapshot(fd: c_int, pid: pid_t) -> c_int {
    returned(requests::snapshot(fd, pid).map_err(Errno).map(|()| 0))
}

/// RWMEM_DETACH.
#[unsafe(no_mangle)]
pub extern "C" fn rwmem_detach(fd: c_int) -> c_int {
    // SAFETY: the request takes nothing.
    unsafe { libc::ioctl(fd, RWMEM_DETACH as _) }
}

/// RWMEM_CURRENT.
#[unsafe(no_mangle)]
pub extern "C" fn rwmem_current(fd: c_int) -> c_int {
    returned(requests::current(fd).map_err(Errno).map(|()| 0))
}

/// Reads from the attached process, up to the first byte that cannot be had.
///
/// # Safety
/// `len` bytes at `buffer` may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rwmem_read(
    fd: c_int,
    address: u64,
    buffer: *mut c_void,
    len: size_t,
) -> ssize_t {
    returned(moved(address, len, |done, len, offset| {
        // SAFETY: the caller's promise; `done + len` is at most its `len`.
        unsafe { libc::pread(fd, buffer.byte_add(done), len, offset) }
    }))
}

/// Writes to the attached process, up to the first byte that cannot be written.
///
/// # Safety
/// `len` bytes at `buffer` may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rwmem_write(
    fd: c_int,
    address: u64,
    buffer: *const c_void,
    len: size_t,
) -> ssize_t {
    returned(moved(address, len, |done, len, offset| {
        // SAFETY: the caller's promise; `done + len` is at most its `len`.
        unsafe { libc::pwrite(fd, buffer.byte_add(done), len, offset) }
    }))
}

/// How many bytes were moved; an error where there are none, though some were wanted.
fn moved(
    address: u64,
    len: usize,
    step: impl FnMut(usize, usize, off_t) -> ssize_t,
) -> Result<ssize_t, Errno> {
    if len > isize::MAX as usize {
        return Err(Errno(libc::EINVAL));
    }
    match requests::move_all(address, len, step) {
        Moved {
            done: 0,
            stopped: Some(errno),
        } => Err(Errno(errno)),
        Moved { done, .. } => Ok(done as ssize_t),
    }
}

/// RWMEM_READV for any number of segments. Returns how many stopped early.
///
/// # Safety
/// `count` segments are at `segs`, and describe memory that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rwmem_batch_read(
    fd: c_int,
    pid: pid_t,
    segs: *mut Seg,
    count: size_t,
) -> ssize_t {
    // SAFETY: the caller's promise.
    returned(unsafe { batches(fd, Direction::Read, pid, segs, count) })
}

/// RWMEM_WRITEV for any number of segments. Returns how many stopped early.
///
/// # Safety
/// `count` segments are at `segs`, and describe memory that may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rwmem_batch_write(
    fd: c_int,
    pid: pid_t,
    segs: *mut Seg,
    count: size_t,
) -> ssize_t {
    // SAFETY: the caller's promise.
    returned(unsafe { batches(fd, Direction::Write, pid, segs, count) })
}

/// As [`requests::in_requests`].
///
/// # Safety
/// As for `rwmem_batch_read`.
unsafe fn batches(
    fd: c_int,
    direction: Direction,
    pid: pid_t,
    segs: *mut Seg,
    count: size_t,
) -> Result<ssize_t, Errno> {
    if count > 0 && (segs.is_null() || !segs.is_aligned()) {
        return Err(Errno(libc::EFAULT));
    }
    if count > isize::MAX as usize / size_of::<Seg>() {
        return Err(Errno(libc::EINVAL));
    }
    let segs: &mut [Seg] = match count {
        0 => &mut [],
        // SAFETY: the caller's promise; a Seg is integers throughout.
        _ => unsafe { core::slice::from_raw_parts_mut(segs, count) },
    };
    requests::in_requests(segs, |segs| {
        // SAFETY: the caller's promise; a part of what a segment describes, too, is such memory.
        unsafe { requests::batch(fd, direction.batch_request(), pid, 0, segs) }
    })
    .map_err(Errno)?;
    Ok(segs.iter().filter(|seg| seg.error != 0).count() as ssize_t)
}
