// SPDX-License-Identifier: BSD-2-Clause
//! The reference path: transfers with a process that must run the image that was checked, from beginning to end.
//!
//! A read is `proc_rwmem`'s. It looks the process's address space up by itself, so an execve that comes in between
//! would lead it into the new image, which nobody has checked. Hence the bounded buffer, and the test of
//! [`Target::check_image`] before a chunk of it reaches the caller.
//!
//! For a write that test comes too late, and one before it too early: `proc_rwmem` would change the new image, perhaps
//! of a set-uid program. So a write goes to the address space that is referenced, which is the one that was checked,
//! with `proc_rwmem`'s semantics (`page`); the tests around it only tell the caller that the process has gone on.
use crate::buffer::{Buffer, PAGE_SIZE};
use crate::counters::{self, Counter};
use crate::errno::Errno;
use crate::pinned;
use crate::process::CurThread;
use crate::request::{Direction, Range};
use crate::target::Target;

/// The most kernel memory that a request uses, in bytes, and how much it moves between two looks for signals.
const CHUNK: u64 = 64 * 1024;

/// How far a transfer came.
pub struct Outcome {
    /// Bytes transferred.
    pub done: u64,
    /// Why not all: EFAULT, ESTALE, ESRCH, EINTR, ENOMEM.
    pub stopped: Result<(), Errno>,
}

impl Outcome {
    /// All of `range` was transferred.
    #[inline(always)]
    pub fn all(range: Range) -> Outcome {
        Outcome {
            done: range.len(),
            stopped: Ok(()),
        }
    }

    /// Nothing was.
    #[inline(always)]
    pub fn none(errno: Errno) -> Outcome {
        Outcome {
            done: 0,
            stopped: Err(errno),
        }
    }

    /// Enters it in the statistics.
    pub fn count(&self, direction: Direction) {
        counters::add(bytes(direction), self.done);
        match self.stopped {
            Err(Errno::EFAULT) => counters::add(Counter::Faults, 1),
            Err(Errno::ESTALE) => counters::add(Counter::Stale, 1),
            _ => (),
        }
    }
}

/// What counts the bytes.
#[inline(always)]
pub fn bytes(direction: Direction) -> Counter {
    match direction {
        Direction::Read => Counter::BytesRead,
        Direction::Write => Counter::BytesWritten,
    }
}

/// Transfers `range`. Fails, with nothing done, only where there is no memory for the buffer (ENOMEM).
pub fn transfer(
    td: CurThread,
    target: &Target,
    direction: Direction,
    range: Range,
) -> Result<Outcome, Errno> {
    let mut buffer = match direction {
        Direction::Read if range.len() > 0 => Some(Buffer::new(range.len().min(CHUNK) as usize)?),
        _ => None,
    };
    Ok(in_chunks(td, range, |chunk| match &mut buffer {
        Some(buffer) => read_chunk(td, target, buffer, chunk),
        None => write_chunk(td, target, chunk),
    }))
}

/// Transfers one chunk after the other until one stops early; each ends where a page of the target ends, or the range.
fn in_chunks(
    td: CurThread,
    range: Range,
    mut transfer: impl FnMut(Range) -> Result<Outcome, Errno>,
) -> Outcome {
    let mut total = Outcome {
        done: 0,
        stopped: Ok(()),
    };
    while total.stopped.is_ok() && total.done < range.len() {
        if total.done > 0
            && let Err(errno) = td.pause()
        {
            total.stopped = Err(errno);
            break;
        }
        let rest = range.after(total.done);
        let chunk = rest.first(CHUNK - rest.remote() % PAGE_SIZE as u64);
        match transfer(chunk) {
            Ok(outcome) => {
                total.done = total.done.saturating_add(outcome.done);
                total.stopped = outcome.stopped;
            }
            Err(errno) => total.stopped = Err(errno),
        }
    }
    total
}

fn read_chunk(
    td: CurThread,
    target: &Target,
    buffer: &mut Buffer,
    chunk: Range,
) -> Result<Outcome, Errno> {
    let (got, stopped) = target.proc_rwmem(td, chunk.remote(), buffer, chunk.len());
    target.check_image()?;
    let done = buffer.copyout(chunk.local(), got);
    let stopped = if done < got {
        Err(Errno::EFAULT)
    } else {
        stopped
    };
    Ok(Outcome {
        done: done as u64,
        stopped,
    })
}

fn write_chunk(td: CurThread, target: &Target, chunk: Range) -> Result<Outcome, Errno> {
    target.check_image()?;
    let outcome = pinned::transfer(td, target.vmspace(), Direction::Write, chunk);
    target.check_image()?;
    Ok(outcome)
}
