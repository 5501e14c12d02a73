// SPDX-License-Identifier: BSD-2-Clause
//! Want of memory: most of what is free becomes a disk to swap to. (A disk in memory, so that the machine needs none.)

use super::board::Board;
use super::count::Event;
use crate::sys::disk::Swap;
use crate::sys::memory::PAGE;
use crate::sys::{Errno, sysctl};
use core::ffi::CStr;

/// What is left free, in bytes. A few hogs want more.
const LEFT: u64 = 64 << 20;
/// Where more than MOST would have to be taken, only LEAST is, and nothing is swapped out: a large disk takes long to give
/// back, above all under a kernel with a sanitizer.
const MOST: u64 = 1 << 30;
const LEAST: u64 = 1 << 20;

pub struct Pressure {
    swap: Swap,
    before: [u64; 2],
}

const SWAPPED: [(&CStr, Event); 2] = [
    (c"vm.stats.vm.v_swappgsout", Event::SwappedOut),
    (c"vm.stats.vm.v_swappgsin", Event::SwappedIn),
];

fn swapped() -> Result<[u64; 2], Errno> {
    Ok([sysctl::number(SWAPPED[0].0)?, sysctl::number(SWAPPED[1].0)?])
}

impl Pressure {
    pub fn begin() -> Result<Pressure, Errno> {
        let free = sysctl::number(c"vm.stats.vm.v_free_count")? * PAGE as u64;
        let size = match free.saturating_sub(LEFT) {
            size @ LEAST..=MOST => size,
            _ => LEAST,
        };
        Ok(Pressure {
            swap: Swap::begin(size)?,
            before: swapped()?,
        })
    }

    pub fn end(self, board: &Board) -> Result<(), Errno> {
        let after = swapped()?;
        for ((_, event), (before, after)) in SWAPPED.iter().zip(self.before.iter().zip(after)) {
            board.add(*event, after - before);
        }
        self.swap.end()
    }
}
