// SPDX-License-Identifier: BSD-2-Clause
//! Both sides of the transfers: a process whose memory is read and written, and this process's own.

use super::work::{GRAIN, REGION, Work};
use crate::device::Direction;
use crate::sys::Errno;
use crate::sys::memory::{Region, pattern};
use crate::target::{Link, Target};

/// A child that wrote its memory itself.
pub struct Subject {
    target: Target,
    base: u64,
}

impl Subject {
    /// One that sleeps, but for [`Subject::spoil`] and its like.
    pub fn start() -> Result<Subject, Errno> {
        Self::start_and_do(|link, region| {
            while let Some(question) = link.listen() {
                link.say(match question {
                    SPOIL => fill(region, |byte| !byte),
                    RESTORE => fill(region, |byte| byte),
                    len => count_wrong(region, len),
                });
            }
        })
    }

    /// One that does something with the rest of its life.
    pub fn start_and_do(body: impl FnOnce(&Link, &Region)) -> Result<Subject, Errno> {
        let target = Target::start(|link| {
            if let Ok(region) = Region::private(REGION as usize) {
                fill(&region, |byte| byte);
                link.say(0);
                link.say(region.at(0));
                body(&link, &region);
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

/// What a subject is asked; any other number has it count, among so many of its first bytes, those that are wrong.
const SPOIL: u64 = 0;
const RESTORE: u64 = 1;

/// Writes what `change` makes of each byte that should be there; returns 0.
fn fill(region: &Region, change: impl Fn(u8) -> u8) -> u64 {
    for place in (0..REGION).step_by(GRAIN as usize) {
        region.put(place as usize, change(byte_at(place)));
    }
    0
}

fn count_wrong(region: &Region, len: u64) -> u64 {
    let grains = (0..len.min(REGION)).step_by(GRAIN as usize);
    grains
        .filter(|&place| region.get(place as usize) != byte_at(place))
        .count() as u64
}

/// What is at a multiple of [`GRAIN`].
fn byte_at(offset: u64) -> u8 {
    pattern(0)((offset / GRAIN) as usize)
}

pub struct Sides<'a> {
    pub subject: &'a Subject,
    /// What is read comes here.
    sink: Region,
    /// What the target should have, and what is written there.
    source: Region,
}

impl<'a> Sides<'a> {
    pub fn new(subject: &'a Subject) -> Result<Sides<'a>, Errno> {
        let source = Region::private(REGION as usize)?;
        fill(&source, |byte| byte);
        Ok(Sides {
            subject,
            sink: Region::private(REGION as usize)?,
            source,
        })
    }

    /// The address here for an element that is at `offset` there.
    pub fn local(&self, work: &Work, offset: u64, element: u64) -> u64 {
        match work.direction {
            Direction::Read => self.sink.at((element * work.row.bytes) as usize),
            Direction::Write => self.source.at(offset as usize),
        }
    }

    /// Makes what the last operation is to read, or what all are to write, differ from what it should be.
    pub fn spoil(&self, work: &Work, operations: u64) -> Result<(), Errno> {
        if work.direction == Direction::Write {
            return self.subject.target.ask(SPOIL).map(drop);
        }
        self.compare(work, operations, |place, right| {
            self.sink.put(place, !right);
            true
        });
        Ok(())
    }

    /// EIO unless the last operation read what the target has, or the target has what was written; it has it in any case
    /// afterwards.
    pub fn check(&self, work: &Work, operations: u64) -> Result<(), Errno> {
        let is_right = match work.direction {
            Direction::Read => self.compare(work, operations, |place, right| {
                self.sink.get(place) == right
            }),
            Direction::Write => {
                // Single transfers, which go on from one place to the next.
                let end = work.offset(operations - 1, 0) + work.row.bytes;
                let wrong = self.subject.target.ask(end)?;
                self.subject.target.ask(RESTORE)?;
                wrong == 0
            }
        };
        is_right.then_some(()).ok_or(Errno::EIO)
    }

    /// Whether `holds` for all places here that the last operation reads something to, with what that is.
    fn compare(
        &self,
        work: &Work,
        operations: u64,
        mut holds: impl FnMut(usize, u8) -> bool,
    ) -> bool {
        (0..work.row.elements).all(|element| {
            let offset = work.offset(operations - 1, element);
            (0..work.row.bytes).step_by(GRAIN as usize).all(|place| {
                let here = element * work.row.bytes + place;
                holds(here as usize, byte_at(offset + place))
            })
        })
    }
}
