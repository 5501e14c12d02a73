// SPDX-License-Identifier: BSD-2-Clause
//! Both sides of the transfers: a process whose memory is read and written, and this process's own.

use super::work::{REGION, Work};
use crate::device::Direction;
use crate::sys::Errno;
use crate::sys::memory::{Region, pattern};
use crate::target::{Link, Target};

/// A byte is written at each multiple of this; zeros are between them.
pub const GRAIN: u64 = 64;

/// A child that wrote its memory itself.
pub struct Subject {
    target: Target,
    base: u64,
}

impl Subject {
    /// One that sleeps.
    pub fn start() -> Result<Subject, Errno> {
        Self::start_and_do(|link| while link.listen().is_some() {})
    }

    /// One that does something with the rest of its life.
    pub fn start_and_do(body: impl FnOnce(&Link)) -> Result<Subject, Errno> {
        let target = Target::start(|link| {
            if let Ok(region) = Region::private(REGION as usize) {
                write(&region);
                link.say(0);
                link.say(region.at(0));
                body(&link);
            }
        })?;
        let base = target.hear()?;
        Ok(Subject { target, base })
    }

    pub fn pid(&self) -> i32 {
        self.target.pid()
    }

    /// The address of a place in its memory.
    pub fn at(&self, offset: u64) -> u64 {
        self.base + offset
    }
}

fn write(region: &Region) {
    for place in (0..REGION).step_by(GRAIN as usize) {
        region.put(place as usize, byte_at(place));
    }
}

/// What is at a multiple of [`GRAIN`].
fn byte_at(offset: u64) -> u8 {
    pattern(0)((offset / GRAIN) as usize)
}

pub struct Sides<'a> {
    pub subject: &'a Subject,
    /// What is read comes here.
    sink: Region,
    /// The same as the target has: what is written changes nothing, and is what later reads expect.
    source: Region,
}

impl<'a> Sides<'a> {
    pub fn new(subject: &'a Subject) -> Result<Sides<'a>, Errno> {
        let source = Region::private(REGION as usize)?;
        write(&source);
        Ok(Sides {
            subject,
            sink: Region::private(REGION as usize)?,
            source,
        })
    }

    /// The address here for an element that is at `offset` there.
    pub fn local(&self, work: &Work, offset: u64, element: u64) -> u64 {
        match work.direction {
            Direction::Read => self.sink.at((element * work.bytes) as usize),
            Direction::Write => self.source.at(offset as usize),
        }
    }

    /// Has what the last operation shall read differ from what it should be.
    pub fn spoil(&self, work: &Work, operations: u64) {
        self.compare(work, operations, |place, right| {
            self.sink.put(place, !right);
            true
        });
    }

    /// Whether the last operation read what the target has.
    pub fn is_right(&self, work: &Work, operations: u64) -> bool {
        self.compare(work, operations, |place, right| {
            self.sink.get(place) == right
        })
    }

    /// Whether `holds` for all places here that the last operation reads something to, with what that is.
    fn compare(
        &self,
        work: &Work,
        operations: u64,
        mut holds: impl FnMut(usize, u8) -> bool,
    ) -> bool {
        work.direction == Direction::Write
            || (0..work.elements).all(|element| {
                let offset = work.offset(operations - 1, element);
                (0..work.bytes).step_by(GRAIN as usize).all(|place| {
                    let here = element * work.bytes + place;
                    holds(here as usize, byte_at(offset + place))
                })
            })
    }
}
