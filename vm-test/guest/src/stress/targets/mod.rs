// SPDX-License-Identifier: BSD-2-Clause
//! The processes that are transferred with. Each does one of the things that processes do to their memory and to
//! themselves, as fast as it can, in its playground: the first pages of the arena, which every image has.

mod family;
mod image;
mod mapper;
mod stage;
mod traced;

pub use image::{IMAGE, play as play_image};
pub use stage::Stage;

use super::board::Slot;
use super::count::Event;
use crate::random::Random;
use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, process, time};
use crate::tap::USER;
use stage::touch;

/// What a target does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Changes its mappings.
    Mapper,
    /// Maps files that it truncates.
    Files,
    /// Makes and breaks up large pages.
    Large,
    /// Writes more memory than there is, all together.
    Hog,
    /// Executes itself, and set-uid programs.
    Image,
    /// Forks, vforks and shares its memory.
    Family,
    /// Is stopped and looked into by a debugger.
    Traced,
    /// Ends at once.
    Brief,
}

impl Kind {
    pub const ALL: [Kind; 8] = [
        Kind::Mapper,
        Kind::Files,
        Kind::Large,
        Kind::Hog,
        Kind::Image,
        Kind::Family,
        Kind::Traced,
        Kind::Brief,
    ];

    /// Whether a fault of its own is no wonder: a child that shares its memory unmaps it.
    pub fn may_crash(self) -> bool {
        self == Kind::Family
    }
}

/// How long a target lives at most, in milliseconds, and a hog: it has more to do.
const LIFE: u64 = 400;
const HOGS_LIFE: u64 = 5000;

/// The playground of a hog: so much that a few have more than there is.
const HOGS: core::ops::Range<usize> = 4096..4096 + 10_240;
/// That of one with large pages.
const LARGE: core::ops::Range<usize> = 1024..2048;

/// Does what its kind does, until its time is over.
pub fn live(stage: Stage<'_>, index: usize, kind: Kind, as_user: bool, seed: u64) {
    let slot = stage.board.slot(index);
    let mut random = Random::new(seed);
    let life = if kind == Kind::Hog { HOGS_LIFE } else { LIFE };
    let end = time::now() + random.below(life);
    if as_user && process::become_user(USER).is_err() {
        return;
    }
    let result = match kind {
        Kind::Mapper => mapper::live(stage, slot, &mut random, end),
        Kind::Files => mapper::truncate(stage, slot, &mut random, end, index),
        Kind::Large => large(stage, slot, &mut random, end),
        Kind::Hog => hog(stage, slot, end),
        // The only kind that an unprivileged caller may touch: see `image`.
        Kind::Image => image::begin(stage, slot, index, &mut random),
        Kind::Family => family::live(stage, slot, index, &mut random, end),
        Kind::Traced => traced::live(stage, slot, &mut random, end),
        Kind::Brief => {
            touch(0, 4, b'b');
            slot.publish(process::own_pid(), 0, 4);
            time::pause(random.below(3000) as u32);
            Ok(())
        }
    };
    if let Err(error) = result {
        stage
            .board
            .wrong(format_args!("a target, {kind:?}: {error}"));
    }
}

fn hog(stage: Stage<'_>, slot: &Slot, end: u64) -> Result<(), Errno> {
    slot.publish(process::own_pid(), HOGS.start, HOGS.len());
    for page in HOGS.cycle() {
        touch(page, 1, b'h');
        if page % 64 == 0 {
            if time::now() >= end || stage.board.over() {
                break;
            }
            time::pause(1000);
        }
    }
    Ok(())
}

/// Large pages: whole, written, protected in part, mapped anew.
fn large(stage: Stage<'_>, slot: &Slot, random: &mut Random, end: u64) -> Result<(), Errno> {
    let arena = Region::arena();
    slot.publish(process::own_pid(), LARGE.start, LARGE.len());
    while time::now() < end && !stage.board.over() {
        touch(LARGE.start, LARGE.len(), b'l');
        for _ in 0..random.below(6) {
            let page = LARGE.start + random.below(LARGE.len() as u64) as usize;
            let at = page * PAGE;
            match random.below(3) {
                0 => arena.protect(at, PAGE, crate::sys::memory::READABLE)?,
                1 => arena.renew(at, PAGE)?,
                _ => arena.forget_contents(at, PAGE)?,
            }
            stage.board.count(Event::Remap);
        }
        time::pause(1000);
        arena.renew(LARGE.start * PAGE, LARGE.len() * PAGE)?;
        stage.board.count(Event::Remap);
    }
    Ok(())
}
