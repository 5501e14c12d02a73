// SPDX-License-Identifier: BSD-2-Clause
//! The ways to move bytes that the module offers, all in one shape, so that the same tests judge them all.

use crate::device::{Device, Direction, Moved, Request};
use crate::sys::Errno;
use rwmem_abi::{
    Batch, MAX_LEN, PID_ATTACHED, RWMEM_READ, RWMEM_READV, RWMEM_WRITE, RWMEM_WRITEV, Seg, Xfer,
};

/// A way to move bytes.
pub struct Path {
    /// As the name of a test tells it.
    pub name: &'static str,
    /// The longest transfer that is not refused.
    pub longest: u64,
    /// Whether it holds on to the address space it began with, whatever becomes of the process.
    pub pinned: bool,
    /// Whether it attaches the descriptor to the target first.
    pub attaches: bool,
    /// Whether it says what stopped a transfer. `read(2)` and its like only tell how far it came.
    pub tells_why: bool,
    /// `Err` where nothing was attempted.
    pub transfer: fn(&Device, Request) -> Result<Moved, Errno>,
}

/// The first is the checked path.
pub const PATHS: &[Path] = &[
    Path {
        name: "READ/WRITE",
        longest: MAX_LEN,
        pinned: false,
        attaches: false,
        tells_why: true,
        transfer: single,
    },
    Path {
        name: "READV/WRITEV",
        longest: MAX_LEN,
        pinned: true,
        attaches: false,
        tells_why: true,
        transfer: one_segment,
    },
    Path {
        name: "attached READ/WRITE",
        longest: MAX_LEN,
        pinned: true,
        attaches: true,
        tells_why: true,
        transfer: attached_single,
    },
    Path {
        name: "pread/pwrite",
        // What the kernel lets any device be asked for (debug.devfs_iosize_max_clamp).
        longest: i32::MAX as u64,
        pinned: true,
        attaches: true,
        tells_why: false,
        transfer: attached_io,
    },
];

fn single(device: &Device, request: Request) -> Result<Moved, Errno> {
    let mut xfer = Xfer {
        pid: request.pid,
        remote: request.remote,
        local: request.local,
        len: request.len,
        // Outputs only: what is in them must not matter.
        done: 0xdead,
        error: 0xdead,
        ..Xfer::default()
    };
    let command = match request.direction {
        Direction::Read => RWMEM_READ,
        Direction::Write => RWMEM_WRITE,
    };
    device.transfer(command, &mut xfer)?;
    Ok(Moved {
        done: xfer.done,
        error: Errno(xfer.error),
    })
}

/// A batch of one. A malformed segment is told in the segment; here it counts as a refusal.
fn one_segment(device: &Device, request: Request) -> Result<Moved, Errno> {
    let mut seg = Seg {
        remote: request.remote,
        local: request.local,
        len: request.len,
        done: 0xdead,
        error: 0xdead,
        ..Seg::default()
    };
    let mut batch = Batch {
        pid: request.pid,
        segs: core::ptr::from_mut(&mut seg) as u64,
        nsegs: 1,
        ..Batch::default()
    };
    let command = match request.direction {
        Direction::Read => RWMEM_READV,
        Direction::Write => RWMEM_WRITEV,
    };
    device.batch(command, &mut batch)?;
    match Errno(seg.error) {
        Errno::EINVAL => Err(Errno::EINVAL),
        error => Ok(Moved {
            done: seg.done,
            error,
        }),
    }
}

/// Attaches, runs the transfer on the attached address space, and detaches. A request that is for the attached
/// process already is left to what there is.
fn attached(
    device: &Device,
    request: Request,
    transfer: impl FnOnce(Request) -> Result<Moved, Errno>,
) -> Result<Moved, Errno> {
    if request.pid == PID_ATTACHED {
        return transfer(request);
    }
    device.attach(request.pid)?;
    let result = transfer(Request {
        pid: PID_ATTACHED,
        ..request
    });
    device.detach()?;
    result
}

fn attached_single(device: &Device, request: Request) -> Result<Moved, Errno> {
    attached(device, request, |request| single(device, request))
}

fn attached_io(device: &Device, request: Request) -> Result<Moved, Errno> {
    attached(device, request, |request| seek_io(device, request))
}

/// `pread(2)` or `pwrite(2)`. A short count does not say what stopped it; asking for the next byte does, unless
/// that byte can be had: then it was a signal.
fn seek_io(device: &Device, request: Request) -> Result<Moved, Errno> {
    let transfer = |remote, local, len| match request.direction {
        Direction::Read => device.fd().read_to(local, len, remote),
        Direction::Write => device.fd().write_from(local, len, remote),
    };
    match transfer(request.remote, request.local, request.len) {
        Ok(done) if done == request.len => Ok(Moved {
            done,
            error: Errno::NONE,
        }),
        Ok(done) => match transfer(request.remote + done, request.local + done, 1) {
            Ok(more) => Ok(Moved {
                done: done + more,
                error: Errno::EINTR,
            }),
            Err(error) => Ok(Moved { done, error }),
        },
        Err(error @ (Errno::EFAULT | Errno::EINTR)) => Ok(Moved { done: 0, error }),
        Err(error) => Err(error),
    }
}
