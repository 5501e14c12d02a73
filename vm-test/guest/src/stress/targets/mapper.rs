// SPDX-License-Identifier: BSD-2-Clause
//! Targets that change their mappings: every way to map, unmap, protect, wire and forget pages, and files that become
//! shorter under their mappings.

use super::stage::{Stage, touch};
use crate::random::Random;
use crate::stress::board::Slot;
use crate::stress::count::Event;
use crate::stress::ground::FOLDER;
use crate::sys::mapping::{EXECUTE, Memory, READ, WRITE};
use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, node, process, time};
use crate::text::Text;

const PAGES: usize = 64;

const PROTECTIONS: [usize; 6] = [
    0,
    READ,
    WRITE,
    READ | WRITE,
    READ | EXECUTE,
    READ | WRITE | EXECUTE,
];

pub fn live(stage: Stage<'_>, slot: &Slot, random: &mut Random, end: u64) -> Result<(), Errno> {
    touch(0, PAGES, b'm');
    slot.publish(process::own_pid(), 0, PAGES);
    while time::now() < end && !stage.board.over() {
        change(stage, random)?;
        // It leaves some of the processors to the transfers.
        if random.one_in(4) {
            time::pause(100);
        }
    }
    Ok(())
}

/// One change of some pages, at random.
pub fn change(stage: Stage<'_>, random: &mut Random) -> Result<(), Errno> {
    let arena = Region::arena();
    let page = random.below(PAGES as u64) as usize;
    let count = 1 + random.below((PAGES - page) as u64).min(random.below(16)) as usize;
    let (at, len) = (page * PAGE, count * PAGE);
    let protection = random.pick(&PROTECTIONS);
    match random.below(9) {
        0 => arena.unmap(at, len)?,
        1 => arena.guard(at, len)?,
        2 => arena.map_over(at, len, protection, Memory::Private)?,
        3 => arena.map_over(at, len, protection, Memory::Shared)?,
        // Holes cannot be protected, nor locked, nor forgotten.
        4 => drop(arena.protect(at, len, protection)),
        5 => {
            if arena.lock(at, len).is_ok() {
                stage.board.count(Event::Lock);
            }
            if random.one_in(2) {
                let _ = arena.unlock(at, len);
            }
        }
        6 => drop(arena.forget_contents(at, len)),
        _ => {
            arena.renew(at, len)?;
            touch(page, count, b'm');
        }
    }
    stage.board.count(Event::Remap);
    Ok(())
}

/// A file, mapped shared and private, that is truncated and grows again. Its owner does not touch the mappings: what
/// is beyond the file's end would kill it.
pub fn truncate(
    stage: Stage<'_>,
    slot: &Slot,
    random: &mut Random,
    end: u64,
    index: usize,
) -> Result<(), Errno> {
    let path = Text::<64>::of(format_args!(
        "{}/file-{index}",
        FOLDER.to_str().unwrap_or_default()
    ));
    let file = node::create(path.as_c_str(), 0o600)?;
    let arena = Region::arena();
    let half = PAGES / 2;
    node::resize(&file, half * PAGE)?;
    arena.map_over(0, half * PAGE, READ | WRITE, Memory::SharedFile(&file, 0))?;
    let private = Memory::PrivateFile(&file, 0);
    arena.map_over(half * PAGE, half * PAGE, READ | WRITE, private)?;
    slot.publish(process::own_pid(), 0, PAGES);
    while time::now() < end && !stage.board.over() {
        // By whole pages: a page that is wired when the file is cut before it (by a transfer, or by PT_IO) stays there
        // invalid, and tmpfs in FreeBSD 14.2 asserts the contrary where it later cuts the file within that page.
        node::resize(&file, random.below(half as u64) as usize * PAGE)?;
        if random.one_in(3) {
            time::pause(random.below(2000) as u32);
        }
        node::resize(&file, half * PAGE)?;
        let at = random.below((half * PAGE) as u64);
        file.write_from(b"file".as_ptr() as u64, 4, at)?;
        stage.board.count(Event::Truncate);
        if random.one_in(2) {
            arena.sync(0, half * PAGE)?;
            stage.board.count(Event::Sync);
        }
    }
    Ok(())
}
