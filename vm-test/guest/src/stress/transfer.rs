// SPDX-License-Identifier: BSD-2-Clause
//! One request of any kind, and whether its ending is one that is promised.

use super::board::Board;
use super::count::{Ending, Way};
use crate::random::Random;
use crate::sys::Errno;
use crate::sys::file::{Fd, Vectored};
use crate::sys::memory::Region;
use core::ffi::c_ulong;
use rwmem_abi::{
    Batch, MAX_SEGS, PID_ATTACHED, RWMEM_READ, RWMEM_READV, RWMEM_WRITE, RWMEM_WRITEV, Seg, Xfer,
};

/// What is in the caller's memory before a read. Nobody's playground has a byte of that kind: see [`TAME`].
const STAIN: u8 = 0xee;
const STAINS: u64 = 0xeeee_eeee_eeee_eeee;
/// All that targets fill their playgrounds with, and callers write to them, is without these bits.
pub const TAME: u64 = 0x8080_8080_8080_8080;

/// Pieces of one preadv or pwritev.
const PIECES: usize = 8;

/// What to ask for.
#[derive(Clone, Copy, Debug)]
pub struct Wish {
    pub way: Way,
    pub pid: i32,
    pub remote: u64,
    /// Where in the caller's region.
    pub local: usize,
    pub len: usize,
    /// Segments of a batch.
    pub segs: usize,
}

/// How a request came out. `done` counts from the start, except for a batch: there it is a sum.
#[derive(Clone, Copy, Debug)]
pub struct Reply {
    pub done: u64,
    pub error: Errno,
}

/// Room for the segments of a thread's batches.
pub type Segs = [Seg; MAX_SEGS as usize];

impl Wish {
    /// The requests, as the kernel is asked. What is not told (`Err`) has moved nothing.
    pub fn ask(&self, fd: &Fd, region: &Region, segs: &mut Segs) -> Reply {
        let pid = if self.way.is_attached() {
            PID_ATTACHED
        } else {
            self.pid
        };
        let local = region.at(self.local);
        let len = self.len as u64;
        let result = match self.way {
            Way::Read | Way::AttachedRead => xfer(fd, RWMEM_READ, pid, self.remote, local, len),
            Way::Write | Way::AttachedWrite => xfer(fd, RWMEM_WRITE, pid, self.remote, local, len),
            Way::Readv | Way::AttachedReadv => self.batch(fd, RWMEM_READV, pid, local, segs),
            Way::Writev | Way::AttachedWritev => self.batch(fd, RWMEM_WRITEV, pid, local, segs),
            Way::Pread => short(fd.read_to(local, len, self.remote), len),
            Way::Pwrite => short(fd.write_from(local, len, self.remote), len),
            Way::Preadv => self.pieces(fd, Vectored::Read, local),
            Way::Pwritev => self.pieces(fd, Vectored::Write, local),
        };
        result.unwrap_or_else(|error| Reply { done: 0, error })
    }

    /// A batch in which each segment is all of it. Also how many of them were finished.
    pub fn ask_repeatedly(&self, fd: &Fd, region: &Region, segs: &mut Segs) -> (Reply, usize) {
        let request = match self.way.reads() {
            true => RWMEM_READV,
            false => RWMEM_WRITEV,
        };
        let pid = if self.way.is_attached() {
            PID_ATTACHED
        } else {
            self.pid
        };
        let segs = &mut segs[..self.segs];
        segs.fill(Seg {
            remote: self.remote,
            local: region.at(self.local),
            len: self.len as u64,
            ..Seg::default()
        });
        let reply = run(fd, request, pid, segs).unwrap_or_else(|error| Reply { done: 0, error });
        let unfinished = segs.iter().position(|seg| seg.error == Errno::EINTR.0);
        (reply, unfinished.unwrap_or(self.segs))
    }

    /// The length of each segment; what is left over is not asked for.
    fn seg_len(&self) -> usize {
        self.len / self.segs
    }

    fn batch(
        &self,
        fd: &Fd,
        request: c_ulong,
        pid: i32,
        local: u64,
        segs: &mut Segs,
    ) -> Result<Reply, Errno> {
        let each = self.seg_len();
        let segs = &mut segs[..self.segs];
        for (index, seg) in segs.iter_mut().enumerate() {
            *seg = Seg {
                remote: self.remote + (index * each) as u64,
                local: local + (index * each) as u64,
                len: each as u64,
                done: 0xdead,
                error: 0xdead,
                ..Seg::default()
            };
        }
        run(fd, request, pid, segs)
    }

    fn pieces(&self, fd: &Fd, direction: Vectored, local: u64) -> Result<Reply, Errno> {
        let each = (self.len / PIECES) as u64;
        let buffers: [_; PIECES] =
            core::array::from_fn(|index| [local + index as u64 * each, each]);
        let done = fd.vectored(direction, &buffers, self.remote);
        short(done, each * PIECES as u64)
    }

    /// Stains what a read will fill, or fills what a write will bring.
    pub fn prepare(&self, region: &Region, random: &mut Random) {
        let word = match self.way.reads() {
            true => STAINS,
            false => random.next() & !TAME,
        };
        for place in (self.local & !7..self.local + self.len).step_by(8) {
            region.put_word(place, word);
        }
    }

    /// The first byte that a read must not have left so: what was read is tame, what was not is stained. Where it is,
    /// and which it is.
    pub fn blemish(&self, region: &Region, segs: &Segs, reply: &Reply) -> Option<(usize, u8)> {
        match self.way {
            Way::Readv | Way::AttachedReadv if told(reply.error) => {
                let each = self.seg_len();
                let wrong = |(index, seg): (usize, &Seg)| {
                    blemish(region, self.local + index * each, each, seg.done as usize)
                };
                segs[..self.segs].iter().enumerate().find_map(wrong)
            }
            _ => blemish(region, self.local, self.len, reply.done as usize),
        }
    }

    /// Counts the ending, and reports it as wrong where it is none of those promised.
    pub fn judge(&self, board: &Board, reply: &Reply) {
        let mut ending = Ending::of(reply.error);
        // Where no target has been yet, the kernel's own process 0 is asked for.
        let asked_for_it = self.pid == 0 && !self.way.is_attached();
        let unexpected =
            ending == Ending::Unexpected || (ending == Ending::System && !asked_for_it);
        if unexpected || reply.done > self.len as u64 {
            ending = Ending::Unexpected;
            board.wrong(format_args!("{self:x?}: returned {reply:?}"));
        }
        board.count_ending(self.way, ending, reply.done);
    }
}

fn run(fd: &Fd, request: c_ulong, pid: i32, segs: &mut [Seg]) -> Result<Reply, Errno> {
    let mut batch = Batch {
        pid,
        segs: segs.as_mut_ptr() as u64,
        nsegs: segs.len() as u32,
        ..Batch::default()
    };
    fd.ioctl(request, &mut batch)?;
    let error = segs.iter().map(|seg| seg.error).find(|&error| error != 0);
    Ok(Reply {
        done: batch.done,
        error: Errno(error.unwrap_or(0)),
    })
}

/// Whether a batch with this error in a segment has told about each segment.
fn told(error: Errno) -> bool {
    matches!(
        error,
        Errno::NONE | Errno::EFAULT | Errno::EINTR | Errno::ENOMEM
    )
}

fn xfer(
    fd: &Fd,
    request: c_ulong,
    pid: i32,
    remote: u64,
    local: u64,
    len: u64,
) -> Result<Reply, Errno> {
    let mut xfer = Xfer {
        pid,
        remote,
        local,
        len,
        done: 0xdead,
        error: 0xdead,
        ..Xfer::default()
    };
    fd.ioctl(request, &mut xfer)?;
    Ok(Reply {
        done: xfer.done,
        error: Errno(xfer.error),
    })
}

/// read(2) and its like do not tell why they stopped.
fn short(done: Result<u64, Errno>, len: u64) -> Result<Reply, Errno> {
    done.map(|done| Reply {
        done,
        error: if done < len {
            Errno::EFAULT
        } else {
            Errno::NONE
        },
    })
}

/// See [`Wish::blemish`]; by words where that is possible.
fn blemish(region: &Region, local: usize, len: usize, done: usize) -> Option<(usize, u8)> {
    let done = done.min(len);
    let mut place = local;
    while place < local + len {
        let arrived = place < local + done;
        let end = if arrived { local + done } else { local + len };
        if place.is_multiple_of(8) && place + 8 <= end {
            let word = region.word(place);
            let good = match arrived {
                true => word & TAME == 0,
                false => word == STAINS,
            };
            if good {
                place += 8;
                continue;
            }
        }
        let byte = region.get(place);
        let good = match arrived {
            true => byte < 0x80,
            false => byte == STAIN,
        };
        if !good {
            return Some((place - local, byte));
        }
        place += 1;
    }
    None
}
