// SPDX-License-Identifier: BSD-2-Clause
//! What is asked of each process: a few transfers in one direction, with addresses that meet every edge.

use super::large::{self, LARGE};
use super::layout::PAGES;
use crate::device::Direction;
use crate::patch;
use crate::random::Random;
use crate::sys::file::Fd;
use crate::sys::mapping::{Memory, READ, WRITE};
use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, sysctl};
use crate::tests::holes::FAR;

/// The most transfers that are asked for together.
pub const MOST: usize = 10;

/// One transfer.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    pub direction: Direction,
    pub remote: u64,
    /// Where in the caller's memory.
    pub local: usize,
    pub len: usize,
}

/// Where the target's memory is.
pub struct Areas {
    pub mosaic: u64,
    /// The start of two large pages, and the page of them that is mapped otherwise.
    pub large: Option<(u64, u64)>,
    pub stack: u64,
    /// The code that signals return to, on a page that all processes share with the kernel. The time is there
    /// too, further on, and does not stand still.
    pub trampoline: u64,
}

const TRAMPOLINE: usize = 24;
/// The bytes of the stack that may be read and written.
pub const STACK: usize = 3 * PAGE;

impl Areas {
    pub fn new(mosaic: &Region, large: Option<&Region>, stack: u64) -> Areas {
        Areas {
            mosaic: mosaic.at(0),
            large: large.map(|region| {
                (
                    region.at(large::start(region)),
                    region.at(large::middle(region)),
                )
            }),
            stack,
            trampoline: sysctl::signal_trampoline().unwrap_or_default(),
        }
    }

    /// A range of at most `len` bytes.
    fn range(&self, random: &mut Random, direction: Direction, len: usize) -> (u64, usize) {
        let within = |random: &mut Random, start: u64, room: usize| {
            let len = len.min(room);
            let offset = edge(random, room - len);
            (start + offset as u64, len)
        };
        match random.below(24) {
            0 => within(random, self.stack, STACK),
            // Of text, a page that nobody runs may be written.
            1 => match direction {
                Direction::Read => within(random, patch::page() - 4 * PAGE as u64, 9 * PAGE),
                Direction::Write => within(random, patch::page(), PAGE),
            },
            2 => within(random, self.trampoline, TRAMPOLINE),
            3 => {
                let far = random.pick(&FAR);
                (far, len.min(PAGE - 1))
            }
            4..12 => match self.large {
                Some((start, _)) if random.one_in(2) => within(random, start, 2 * LARGE),
                Some((_, middle)) => {
                    // Over its start or its end.
                    let len = len.min(LARGE / 4);
                    let border = middle + random.pick(&[0, PAGE as u64]);
                    (border - random.below(len as u64 + 1), len)
                }
                None => within(random, self.mosaic, PAGES * PAGE),
            },
            _ => within(random, self.mosaic, PAGES * PAGE),
        }
    }
}

/// A number up to `limit`, more often than not close to a page's edge.
fn edge(random: &mut Random, limit: usize) -> usize {
    let anywhere = random.below(limit as u64 + 1) as usize;
    match random.below(3) {
        0 => anywhere,
        1 => anywhere & !(PAGE - 1),
        _ => ((anywhere & !(PAGE - 1)) + random.below(24) as usize)
            .saturating_sub(12)
            .min(limit),
    }
}

fn length(random: &mut Random) -> usize {
    let limit = match random.below(16) {
        0 => return 0,
        1..7 => 16,
        7..11 => PAGE,
        11..15 => 6 * PAGE,
        _ => 40 * PAGE,
    };
    1 + edge(random, limit - 1)
}

/// Some transfers of one direction.
pub fn some(random: &mut Random, areas: &Areas) -> ([Option<Demand>; MOST], usize) {
    let direction = match random.below(2) {
        0 => Direction::Read,
        _ => Direction::Write,
    };
    let count = match random.below(4) {
        0 => 1 + random.below(MOST as u64) as usize,
        _ => 1,
    };
    let mut demands = [None; MOST];
    for demand in demands.iter_mut().take(count) {
        let wanted = length(random);
        let (remote, len) = areas.range(random, direction, wanted);
        *demand = Some(Demand {
            direction,
            remote,
            local: Local::range(random, len),
            len,
        });
    }
    (demands, count)
}

/// The caller's memory: mostly writable, with some obstacles.
pub struct Local(pub Region);

impl Local {
    pub const PAGES: usize = 160;
    const HOLE: usize = 16;
    const READ_ONLY: usize = 31;
    const GUARD: usize = 48;
    const FILE: core::ops::Range<usize> = 50..56;

    pub fn new(file: &Fd) -> Result<Local, Errno> {
        let region = Region::private(Self::PAGES * PAGE)?;
        region.unmap(Self::HOLE * PAGE, PAGE)?;
        region.map_over(Self::READ_ONLY * PAGE, PAGE, READ, Memory::Private)?;
        region.guard(Self::GUARD * PAGE, PAGE)?;
        let (at, len) = (Self::FILE.start * PAGE, Self::FILE.len() * PAGE);
        region.map_over(at, len, READ | WRITE, Memory::PrivateFile(file, 0))?;
        Ok(Local(region))
    }

    /// A place for so many bytes: now and then among the obstacles.
    fn range(random: &mut Random, len: usize) -> usize {
        let first = if random.one_in(4) {
            0
        } else {
            Self::FILE.start
        };
        let room = (Self::PAGES - first) * PAGE;
        first * PAGE + edge(random, room - len)
    }

    pub fn is_readable(page: usize) -> bool {
        page != Self::HOLE && page != Self::GUARD
    }

    /// Puts new bytes where the demand takes its bytes from.
    pub fn refresh(&self, demand: &Demand, salt: u64) {
        let end = demand.local + demand.len;
        for place in (demand.local.next_multiple_of(8)..end).step_by(8).take(512) {
            let page = place / PAGE;
            if Self::is_readable(page) && page != Self::READ_ONLY {
                self.0.put_word(place, salt ^ place as u64);
            }
        }
    }

    /// Clears what a read that came only so far may have left in the rest of its place: copyout(9) does not go from
    /// the first byte to the last, and so may have delivered some bytes behind one that it could not.
    pub fn settle(&self, demand: &Demand, done: usize) {
        let mut place = demand.local + done;
        let end = demand.local + demand.len;
        while place < end {
            let page = place / PAGE;
            if !Self::is_readable(page) || page == Self::READ_ONLY {
                place = (page + 1) * PAGE;
            } else if place.is_multiple_of(8) && end - place >= 8 {
                self.0.put_word(place, 0);
                place += 8;
            } else {
                self.0.put(place, 0);
                place += 1;
            }
        }
    }

    /// The first place around the demand where two callers' memories differ.
    pub fn difference(&self, other: &Local, demand: &Demand) -> Option<usize> {
        let start = demand.local.saturating_sub(24) & !7;
        let end = (demand.local + demand.len + 24).min(Self::PAGES * PAGE) & !7;
        self.difference_within(other, start, end)
    }

    pub fn difference_within(&self, other: &Local, start: usize, end: usize) -> Option<usize> {
        (start..end).step_by(8).find(|&place| {
            Self::is_readable(place / PAGE) && self.0.word(place) != other.0.word(place)
        })
    }
}
