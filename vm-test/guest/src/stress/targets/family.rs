// SPDX-License-Identifier: BSD-2-Clause
//! Targets that multiply: by fork, with copies of their pages; by vfork, whose child executes another image; by rfork,
//! with a child that has the very same memory, changes it, and may outlive its parent.

use super::image::{Begin, arguments};
use super::mapper;
use super::stage::{Stage, touch};
use crate::random::Random;
use crate::stress::board::{Board, Slot};
use crate::stress::count::Event;
use crate::sys::memory::Region;
use crate::sys::offspring::{Descriptors, share_memory, vfork_and_execute};
use crate::sys::process::{self, Patience};
use crate::sys::{Errno, thread, time};

const PAGES: usize = 32;
const STACK: usize = 64 << 10;

pub fn live(
    stage: Stage<'_>,
    slot: &Slot,
    index: usize,
    random: &mut Random,
    end: u64,
) -> Result<(), Errno> {
    touch(0, PAGES, b'p');
    slot.publish(process::own_pid(), 0, PAGES);
    // Each way once at least, in another order each time.
    let first = random.below(3);
    for turn in first.. {
        match turn % 3 {
            0 => fork(stage, slot, random)?,
            1 => vfork(stage, index, random)?,
            _ => rfork(stage, slot, random)?,
        }
        if turn >= first + 2 && (time::now() >= end || stage.board.over()) {
            break;
        }
    }
    if random.one_in(2) {
        end_among_threads(stage.board)?;
    }
    Ok(())
}

fn fork(stage: Stage<'_>, slot: &Slot, random: &mut Random) -> Result<(), Errno> {
    let published = random.one_in(2);
    let child = process::fork()?;
    if child == 0 {
        if published {
            slot.publish(process::own_pid(), 0, PAGES);
        }
        touch(0, PAGES, b'c');
        time::pause(random.below(2000) as u32);
        process::exit(0);
    }
    stage.board.count(Event::Fork);
    touch(0, PAGES, b'p');
    // It may be an image's or a sharer's end that is seen first.
    process::reap(child, Patience::Wait).map(drop)
}

fn vfork(stage: Stage<'_>, index: usize, random: &mut Random) -> Result<(), Errno> {
    let begin = Begin {
        object: stage.object,
        slot: index,
        seed: random.next(),
        left: random.below(3),
    };
    let texts = arguments(&begin);
    let child = vfork_and_execute(stage.plain, texts.list(stage.plain, stage.set_uid))?;
    stage.board.count(Event::Vfork);
    stage.board.count(Event::Exec);
    process::reap(child, Patience::Wait).map(drop)
}

/// What a process that shares this memory needs.
struct Sharer {
    board: &'static Board,
    object: i32,
    seed: u64,
    end: u64,
}

extern "C" fn share(argument: usize) -> ! {
    // SAFETY: `rfork` passes the address of a Sharer in a mapping that is never taken away.
    let sharer = unsafe { &*(argument as *const Sharer) };
    let stage = Stage {
        board: sharer.board,
        object: sharer.object,
        plain: c"",
        set_uid: c"",
    };
    let mut random = Random::new(sharer.seed);
    while time::now() < sharer.end && !sharer.board.over() {
        let _ = mapper::change(stage, &mut random);
    }
    process::exit(0)
}

fn rfork(stage: Stage<'_>, slot: &Slot, random: &mut Random) -> Result<(), Errno> {
    let stack = Region::private(STACK)?;
    let sharer = stack.at(0) as *mut Sharer;
    let longer = random.below(30);
    // SAFETY: the start of a fresh mapping, which is page-aligned, large enough, and never taken away (see below).
    unsafe {
        sharer.write(Sharer {
            board: stage.board,
            object: stage.object,
            seed: random.next(),
            end: time::now() + longer,
        });
    }
    let descriptors = random.pick(&[Descriptors::Shared, Descriptors::Copied]);
    let child = share_memory(&stack, descriptors, share, sharer as usize)?;
    stage.board.count(Event::Rfork);
    // The child may use it longer than this process lives.
    core::mem::forget(stack);
    if random.one_in(2) {
        slot.publish(child, 0, PAGES);
    }
    if random.one_in(3) {
        // Leaves it alone with the memory.
        process::exit(0);
    }
    process::reap(child, Patience::Wait).map(drop)
}

/// Exits while other threads run.
fn end_among_threads(board: &'static Board) -> Result<(), Errno> {
    board.count(Event::ThreadedExec);
    let end = time::now() + 5;
    thread::run::<3>(&|index| {
        while !board.over() {
            if index == 0 && time::now() >= end {
                process::exit(0);
            }
            let _ = process::parent();
            time::pause(100 * index as u32);
        }
    })
}
