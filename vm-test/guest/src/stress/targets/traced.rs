// SPDX-License-Identifier: BSD-2-Clause
//! A target that a debugger attaches to, looks into and detaches from, over and over.

use super::stage::{Stage, touch};
use crate::random::Random;
use crate::stress::board::Slot;
use crate::stress::count::Event;
use crate::sys::memory::Region;
use crate::sys::process::{self, Patience};
use crate::sys::ptrace::{Io, Stopped};
use crate::sys::{Errno, signal, time};

const PAGES: usize = 16;

pub fn live(stage: Stage<'_>, slot: &Slot, random: &mut Random, end: u64) -> Result<(), Errno> {
    let debuggee = process::fork()?;
    if debuggee == 0 {
        while !stage.board.over() && time::now() < end + 1000 {
            touch(0, PAGES, b't');
            time::pause(300);
        }
        process::exit(0);
    }
    slot.publish(debuggee, 0, PAGES);
    let local = Region::private(crate::sys::memory::PAGE)?;
    while time::now() < end && !stage.board.over() {
        // It may be killed at any moment: then it is gone, and has been reaped.
        let Ok(stopped) = Stopped::attach(debuggee) else {
            return Ok(());
        };
        for io in [Io::Read, Io::Write] {
            let _ = stopped.io(io, Region::arena().at(0), local.at(0), 100);
        }
        local.fill(0, 100, |place| local.get(place) & 0x7f);
        time::pause(random.below(2000) as u32);
        drop(stopped);
        stage.board.count(Event::Trace);
        time::pause(random.below(1000) as u32);
    }
    let _ = process::kill(debuggee, signal::SIGKILL);
    process::reap(debuggee, Patience::Wait).map(drop)
}
