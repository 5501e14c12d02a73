// SPDX-License-Identifier: BSD-2-Clause
//! Requests to `/dev/rwmem` and what must come of them, as data.
//!
//! The guest's tests ask them of the module in a FreeBSD kernel, and sim of the same file over the simulated kernel. The
//! results are written down once: where the two kernels return different ones, one of the runs is red.
#![no_std]

mod attached;
mod batches;
mod malformed;
mod targets;
mod transfers;

use core::ffi::c_ulong;

/// FreeBSD's error numbers that are returned.
pub mod errno {
    pub const NONE: i32 = 0;
    pub const ESRCH: i32 = 3;
    pub const ENXIO: i32 = 6;
    pub const EBADF: i32 = 9;
    pub const EFAULT: i32 = 14;
    pub const EINVAL: i32 = 22;
    pub const ENOTTY: i32 = 25;
    pub const ESTALE: i32 = 70;
    pub const ECANCELED: i32 = 85;
    pub const ECAPMODE: i32 = 94;
}

pub const PAGE: u64 = 4096;

/// A range of memory with one protection throughout, but for a page. Before and after it there is nothing.
pub struct Area {
    pub pages: u64,
    /// PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4.
    pub protection: u8,
    /// A page of it that may not be accessed at all.
    pub forbidden: Option<u64>,
}

const fn area(pages: u64, protection: u8, forbidden: Option<u64>) -> Area {
    Area {
        pages,
        protection,
        forbidden,
    }
}

/// The target's memory, its text, its constants, and memory with a page that may not be accessed.
pub const MEMORY: Area = area(64, 3, None);
pub const TEXT: Area = area(4, 5, None);
pub const CONSTANTS: Area = area(4, 1, None);
pub const BROKEN: Area = area(4, 3, Some(2));
/// The caller's memory, and what it may only read.
pub const OURS: Area = area(96, 3, None);
pub const OURS_READ_ONLY: Area = area(2, 1, None);
/// The pages of [`MEMORY`] that [`Event::Unmap`] takes away.
pub const UNMAPPED: core::ops::Range<u64> = 16..32;

/// The ends of [`MEMORY`] and of [`OURS`], in bytes from their starts.
pub const MEMORY_END: u64 = MEMORY.pages * PAGE;
pub const OURS_END: u64 = OURS.pages * PAGE;
/// The start of the page of [`BROKEN`] that may not be accessed.
pub const BREAK: u64 = 2 * PAGE;

/// An address: so many bytes from the start of an area, which may be beyond its end, or just a number.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    Memory(u64),
    Text(u64),
    Constants(u64),
    Broken(u64),
    Ours(u64),
    OursReadOnly(u64),
    At(u64),
}

/// Whose memory: a pid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// A process that waits.
    Target,
    /// The process that the descriptor is attached to.
    Attached,
    /// The caller.
    Own,
    /// One that has exited and was waited for.
    Gone,
    /// One that has exited and was not.
    Zombie,
    /// A process of the kernel's kind: pid 1.
    System,
    Pid(i32),
}

#[derive(Clone, Copy, Debug)]
pub struct Transfer {
    pub write: bool,
    pub who: Who,
    pub remote: Place,
    pub local: Place,
    pub len: u64,
}

/// What must come of a transfer.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// Nothing was attempted, for this reason.
    Refused(i32),
    /// So many bytes were moved, and then this stopped it.
    Moved(u64, i32),
}

/// A segment, and its `done` and `error`.
#[derive(Clone, Copy, Debug)]
pub struct Segment {
    pub remote: Place,
    pub local: Place,
    pub len: u64,
    pub reserved: u32,
    pub done: u64,
    pub error: i32,
}

/// A batch. Its segments are put into the caller's memory, and its address and number are theirs unless something else is
/// said.
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    pub write: bool,
    pub who: Who,
    pub flags: u32,
    pub reserved: u32,
    pub address: Option<Place>,
    pub number: Option<u32>,
    pub segments: &'static [Segment],
    /// What the request itself fails with.
    pub errno: i32,
}

/// What happens to the target, or to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The target runs another program.
    Exec,
    /// It exits, and is waited for.
    Exit,
    /// It unmaps [`UNMAPPED`].
    Unmap,
    /// The caller attaches a debugger to it, and it stops.
    Trace,
    /// It is let go on again.
    Untrace,
    /// The caller enters capability mode.
    Capability,
}

#[derive(Clone, Copy, Debug)]
pub enum Step {
    /// By every path: READ and WRITE, READV and WRITEV of one segment, READ and WRITE on a descriptor that is attached
    /// for this, pread and pwrite on one.
    Transfer(Transfer, Answer),
    /// READ or WRITE, with flags and the reserved field.
    Single(Transfer, [u32; 2], Answer),
    Batch(Batch),
    /// preadv or pwritev: bytes moved or, if there are none, an errno. The offset is the remote address; the buffers
    /// are the caller's.
    Io {
        write: bool,
        remote: Place,
        buffers: &'static [(Place, u64)],
        answer: Answer,
    },
    Attach(Who, i32),
    Detach(i32),
    /// Any request, with zeros as its argument.
    Raw(c_ulong, i32),
    /// The device is opened again and used from now on: for reading only, or for writing only.
    Reopen {
        write: bool,
    },
    Happen(Event),
}

/// Steps that a caller goes through with one open descriptor, and a target that is new.
pub struct Case {
    pub name: &'static str,
    /// Whether only root can expect these results.
    pub only_root: bool,
    pub steps: &'static [Step],
}

const fn case(name: &'static str, steps: &'static [Step]) -> Case {
    Case {
        name,
        only_root: false,
        steps,
    }
}

/// All of them, by topic.
pub const GROUPS: [&[Case]; 5] = [
    transfers::CASES,
    malformed::CASES,
    targets::CASES,
    batches::CASES,
    attached::CASES,
];

const fn transfer(write: bool, who: Who, remote: Place, local: Place, len: u64) -> Transfer {
    Transfer {
        write,
        who,
        remote,
        local,
        len,
    }
}

/// A transfer with the target that goes through.
const fn all(write: bool, remote: Place, local: Place, len: u64) -> Step {
    Step::Transfer(
        transfer(write, Who::Target, remote, local, len),
        Answer::Moved(len, errno::NONE),
    )
}

/// One that an address stops after `done` bytes.
const fn stops(write: bool, remote: Place, local: Place, len: u64, done: u64) -> Step {
    Step::Transfer(
        transfer(write, Who::Target, remote, local, len),
        Answer::Moved(done, errno::EFAULT),
    )
}

const fn refused(write: bool, who: Who, remote: Place, local: Place, len: u64, errno: i32) -> Step {
    Step::Transfer(
        transfer(write, who, remote, local, len),
        Answer::Refused(errno),
    )
}

const READ: bool = false;
const WRITE: bool = true;
