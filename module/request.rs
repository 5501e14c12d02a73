// SPDX-License-Identifier: BSD-2-Clause
//! A request as the caller wrote it, judged before anything is done.
use freebsd_kpi::errno::Errno;
use rwmem_abi::{BATCH_STOP, Batch, MAX_LEN, MAX_SEGS, Seg, Xfer};

/// Which way the bytes go, seen from the caller.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Read,
    Write,
}

/// One range to transfer.
///
/// # Invariants
/// `len` is at most [`MAX_LEN`], and neither `remote + len` nor `local + len` wraps.
#[derive(Clone, Copy)]
pub struct Range {
    remote: u64,
    local: u64,
    len: u64,
}

impl Range {
    /// EINVAL where the invariant does not hold.
    pub fn new(remote: u64, local: u64, len: u64) -> Result<Range, Errno> {
        let wraps = remote.checked_add(len).is_none() || local.checked_add(len).is_none();
        // INVARIANT: checked here.
        if wraps || len > MAX_LEN {
            Err(Errno::EINVAL)
        } else {
            Ok(Range { remote, local, len })
        }
    }

    /// The range of an ioctl's argument; EINVAL also for flags and reserved fields that are not zero.
    pub fn of_xfer(xfer: &Xfer) -> Result<Range, Errno> {
        if xfer.flags != 0 || xfer.reserved != 0 {
            return Err(Errno::EINVAL);
        }
        Range::new(xfer.remote, xfer.local, xfer.len)
    }

    /// The range of an element of a batch; EINVAL as for [`Range::of_xfer`].
    pub fn of_seg(seg: &Seg) -> Result<Range, Errno> {
        if seg.reserved != 0 {
            return Err(Errno::EINVAL);
        }
        Range::new(seg.remote, seg.local, seg.len)
    }

    pub fn remote(&self) -> u64 {
        self.remote
    }

    pub fn local(&self) -> u64 {
        self.local
    }

    pub fn len(&self) -> u64 {
        self.len
    }

    /// The same remote range, with its local side at offset 0 of a buffer.
    pub fn to_offset(self) -> Range {
        // INVARIANT: no end moves away from its start.
        Range { local: 0, ..self }
    }

    /// What is left of it after the first `done` bytes.
    pub fn after(&self, done: u64) -> Range {
        let done = done.min(self.len);
        // INVARIANT: the ends stay where they were, and no start moves past its end.
        Range {
            remote: self.remote.wrapping_add(done),
            local: self.local.wrapping_add(done),
            len: self.len.wrapping_sub(done),
        }
    }

    /// Its first `len` bytes, or all of them.
    pub fn first(&self, len: u64) -> Range {
        // INVARIANT: no end moves away from its start.
        Range {
            len: self.len.min(len),
            ..*self
        }
    }
}

/// The number of segments in a batch; EINVAL for more than [`MAX_SEGS`], an array that wraps, and flags and reserved
/// fields that are not zero.
pub fn nsegs(batch: &Batch) -> Result<usize, Errno> {
    let bytes = u64::from(batch.nsegs).wrapping_mul(size_of::<Seg>() as u64);
    let wraps = batch.segs.checked_add(bytes).is_none();
    if batch.flags != 0 || batch.reserved != 0 || batch.nsegs > MAX_SEGS || wraps {
        return Err(Errno::EINVAL);
    }
    Ok(batch.nsegs as usize)
}

/// The same of a batch with a flag, of which there is one: [`BATCH_STOP`].
pub fn nsegs_stopping(batch: &Batch) -> Result<usize, Errno> {
    match batch.flags {
        BATCH_STOP => nsegs(&Batch { flags: 0, ..*batch }),
        _ => Err(Errno::EINVAL),
    }
}
