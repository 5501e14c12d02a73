// SPDX-License-Identifier: BSD-2-Clause
//! The requests of the device, for a descriptor that the program holds itself.
use core::ffi::{c_int, c_void};

use libc::{off_t, pid_t, size_t, ssize_t};
use rwmem_abi::{Info, MAX_SEGS, RWMEM_ATTACH, RWMEM_CURRENT, RWMEM_DETACH, RWMEM_SNAPSHOT, Seg};

use crate::descriptor::{self, DEVICE, Direction};
use crate::errno::{Errno, answer};

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
    answer(descriptor::info(fd).map(|found| {
        // SAFETY: the caller's promise.
        unsafe { info.write_unaligned(found) };
        0
    }))
}

/// RWMEM_ATTACH.
#[unsafe(no_mangle)]
pub extern "C" fn rwmem_attach(fd: c_int, pid: pid_t) -> c_int {
    // SAFETY: the request reads an int32_t.
    unsafe { libc::ioctl(fd, RWMEM_ATTACH as _, &raw const pid) }
}

/// RWMEM_SNAPSHOT.
#[unsafe(no_mangle)]
pub extern "C" fn rwmem_snapshot(fd: c_int, pid: pid_t) -> c_int {
    // SAFETY: the request reads an int32_t.
    unsafe { libc::ioctl(fd, RWMEM_SNAPSHOT as _, &raw const pid) }
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
    // SAFETY: the request takes nothing.
    unsafe { libc::ioctl(fd, RWMEM_CURRENT as _) }
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
    answer(move_all(len, |done, len| {
        let offset = address.wrapping_add(done as u64) as off_t;
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
    answer(move_all(len, |done, len| {
        let offset = address.wrapping_add(done as u64) as off_t;
        // SAFETY: the caller's promise; `done + len` is at most its `len`.
        unsafe { libc::pwrite(fd, buffer.byte_add(done), len, offset) }
    }))
}

/// As many bytes go in one system call: the kernel refuses more than INT_MAX to a device.
const MOST: usize = 1 << 30;

fn move_all(len: usize, mut step: impl FnMut(usize, usize) -> ssize_t) -> Result<ssize_t, Errno> {
    if len > isize::MAX as usize {
        return Err(Errno(libc::EINVAL));
    }
    let mut done = 0;
    while done < len {
        let want = (len - done).min(MOST);
        match step(done, want) {
            n @ 1.. => done += want.min(n as usize),
            0 => break,
            _ => match Errno::last() {
                Errno(libc::EINTR) => (),
                errno if done == 0 => return Err(errno),
                _ => break,
            },
        }
    }
    Ok(done as ssize_t)
}

/// RWMEM_READV for any number of segments. Answers how many stopped early.
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
    answer(unsafe { batches(fd, Direction::Read, pid, segs, count) })
}

/// RWMEM_WRITEV for any number of segments. Answers how many stopped early.
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
    answer(unsafe { batches(fd, Direction::Write, pid, segs, count) })
}

/// MAX_SEGS at a time. Fails only where the first request does; a later failure, or a signal, is entered in the segments
/// that it kept from running.
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
    let mut rest: &mut [Seg] = match count {
        0 => &mut [],
        // SAFETY: the caller's promise; a Seg is integers throughout.
        _ => unsafe { core::slice::from_raw_parts_mut(segs, count) },
    };
    let mut failed = 0;
    let mut stopped: Option<Errno> = None;
    // Once also for no segment at all: that checks the target.
    for request in 0.. {
        let (segs, after) = rest.split_at_mut(rest.len().min(MAX_SEGS as usize));
        if stopped.is_none() {
            // SAFETY: the caller's promise.
            stopped = unsafe { descriptor::batch(fd, direction, pid, 0, segs) }.err();
            match stopped {
                Some(errno) if request == 0 => return Err(errno),
                Some(errno) => enter(segs, errno),
                None if segs.iter().any(|seg| seg.error == libc::EINTR) => {
                    stopped = Some(Errno(libc::EINTR));
                }
                None => (),
            }
        } else if let Some(errno) = stopped {
            enter(segs, errno);
        }
        failed += segs.iter().filter(|seg| seg.error != 0).count();
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    Ok(failed as ssize_t)
}

/// Nothing of these was transferred, and why.
fn enter(segs: &mut [Seg], errno: Errno) {
    for seg in segs {
        (seg.done, seg.error) = (0, errno.0);
    }
}
