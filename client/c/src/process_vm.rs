// SPDX-License-Identifier: BSD-2-Clause
//! process_vm_readv and process_vm_writev, as Linux has them.
use libc::{c_int, c_ulong, iovec, pid_t, ssize_t};
use rwmem_abi::Seg;

use crate::descriptor::{self, Direction};
use crate::errno::{Errno, returned};
use crate::pieces::Pieces;

/// The most pieces of one request. They are on the stack, which may be a small one.
const MOST: usize = 64;

/// Reads `remote` in process `pid` into `local`. See librwmem(3).
///
/// # Safety
/// `local` has `liovcnt` elements, `remote` `riovcnt`, and those of `local` describe memory that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn process_vm_readv(
    pid: pid_t,
    local: *const iovec,
    liovcnt: c_ulong,
    remote: *const iovec,
    riovcnt: c_ulong,
    flags: c_ulong,
) -> ssize_t {
    let (local, remote) = ((local, liovcnt), (remote, riovcnt));
    // SAFETY: the caller's promise.
    unsafe { process_vm(Direction::Read, pid, local, remote, flags) }
}

/// Writes `local` to `remote` in process `pid`. See librwmem(3).
///
/// # Safety
/// `local` has `liovcnt` elements, `remote` `riovcnt`, and those of `local` describe memory that may be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn process_vm_writev(
    pid: pid_t,
    local: *const iovec,
    liovcnt: c_ulong,
    remote: *const iovec,
    riovcnt: c_ulong,
    flags: c_ulong,
) -> ssize_t {
    let (local, remote) = ((local, liovcnt), (remote, riovcnt));
    // SAFETY: the caller's promise.
    unsafe { process_vm(Direction::Write, pid, local, remote, flags) }
}

/// # Safety
/// As for [`process_vm_readv`] or [`process_vm_writev`].
unsafe fn process_vm(
    direction: Direction,
    pid: pid_t,
    local: (*const iovec, c_ulong),
    remote: (*const iovec, c_ulong),
    flags: c_ulong,
) -> ssize_t {
    // SAFETY: the caller's promise.
    let pieces = unsafe { pieces(local, remote, flags) };
    returned(pieces.and_then(|pieces| {
        // SAFETY: the caller's promise.
        run(pieces, |segs| unsafe { transfer(direction, pid, segs) })
    }))
}

/// Checks the arguments. EINVAL and EFAULT as in the manual page.
///
/// # Safety
/// As for `Pieces::new`.
unsafe fn pieces<'v>(
    local: (*const iovec, c_ulong),
    remote: (*const iovec, c_ulong),
    flags: c_ulong,
) -> Result<Pieces<'v>, Errno> {
    if flags != 0 {
        return Err(Errno(libc::EINVAL));
    }
    // SAFETY: the caller's promise.
    unsafe { Pieces::new(local, remote) }
}

/// # Safety
/// As for `descriptor::transfer`.
unsafe fn transfer(direction: Direction, pid: c_int, segs: &mut [Seg]) -> Result<usize, Errno> {
    // The kernel's own process, and what means another thing to the device.
    if pid <= 0 {
        return Err(Errno(libc::ESRCH));
    }
    // SAFETY: the caller's promise.
    unsafe { descriptor::transfer(direction, pid, segs) }.map_err(Errno::of_process_vm)
}

/// Calls `transfer`, which returns how many it has tried, for all pieces, until one stops early. Returns how many bytes
/// were transferred before that; the error if there were none.
fn run(
    mut pieces: Pieces<'_>,
    mut transfer: impl FnMut(&mut [Seg]) -> Result<usize, Errno>,
) -> Result<ssize_t, Errno> {
    let mut total = 0u64;
    let mut segs = [Seg::default(); MOST];
    let error = loop {
        let mut after = pieces.clone();
        let mut count = 0;
        for seg in &mut segs {
            let Some(piece) = after.take(u64::MAX) else {
                break;
            };
            *seg = Seg {
                remote: piece.remote,
                local: piece.local,
                len: piece.len,
                ..Seg::default()
            };
            count += 1;
        }
        let Some(segs @ [_, ..]) = segs.get_mut(..count) else {
            break None;
        };
        let tried = match transfer(segs) {
            Ok(tried) => tried,
            Err(errno) => break Some(errno),
        };
        let (done, error) = outcome(segs.get(..tried).unwrap_or(segs));
        total = total.saturating_add(done);
        match error {
            0 if tried == count => pieces = after,
            // The rest were not tried; or a signal came, and Linux does not stop for that.
            0 | libc::EINTR => pieces.skip(done),
            // The range goes around the end of an address space.
            libc::EINVAL => break Some(Errno(libc::EFAULT)),
            error => break Some(Errno(error)),
        }
    };
    match error {
        Some(errno) if total == 0 => Err(errno),
        _ => Ok(ssize_t::try_from(total).unwrap_or(ssize_t::MAX)),
    }
}

/// How many bytes were transferred up to the first segment that stopped early, and what stopped it.
fn outcome(segs: &[Seg]) -> (u64, c_int) {
    let mut done = 0u64;
    for seg in segs {
        done = done.saturating_add(seg.done.min(seg.len));
        if seg.error != 0 {
            return (done, seg.error);
        }
    }
    (done, 0)
}

#[cfg(test)]
mod tests;
