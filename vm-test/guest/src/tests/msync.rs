// SPDX-License-Identifier: BSD-2-Clause
//! What is written to a file that the target has mapped is in the file, whatever the target does with it meanwhile. Only a
//! file system with a disk tells: what is not marked dirty in time is there until it is unmounted, and no longer.

use crate::path::PATHS;
use crate::sys::disk::Disk;
use crate::sys::mapping::{Memory, READ, WRITE};
use crate::sys::memory::{PAGE, Region};
use crate::sys::process::{self, Patience};
use crate::sys::{Errno, fat, file, mount, node, time};
use crate::tap::{Case, Outcome, Test};
use crate::target::{PATIENCE, Target};
use core::ffi::CStr;

pub const CASES: &[Case] = &[
    Case::root(
        "what is written to a mapped file while its process syncs it is in the file",
        syncing,
    ),
    Case::root(
        "what is written to a mapped file while its process syncs, forks and protects it is in the file",
        restless,
    ),
];

const PLACE: &CStr = c"/mnt";
const FILE: &CStr = c"/mnt/file";
const PAGES: usize = 64;
const SIZE: usize = PAGES * PAGE;
/// How often each page is written to.
const ROUNDS: u64 = 40;
/// After so many rounds of them, the target has synced again.
const PART: u64 = 10;

/// What the target does with its mapping, over and over.
type Habit = fn(&Region) -> Result<(), Errno>;

fn sync(mapped: &Region) -> Result<(), Errno> {
    mapped.sync(0, SIZE)
}

/// Half of the pages at a time cannot be written by the target itself; a child has them all copy-on-write, if they were
/// private, and is gone again.
fn sync_fork_and_protect(mapped: &Region) -> Result<(), Errno> {
    mapped.protect(0, SIZE / 2, READ)?;
    let child = process::fork()?;
    if child == 0 {
        process::exit(0);
    }
    mapped.sync(0, SIZE)?;
    process::reap(child, Patience::Wait)?;
    mapped.protect(0, SIZE / 2, READ | WRITE)
}

fn syncing(t: &mut Test) -> Outcome {
    with_file_system(t, sync)
}

fn restless(t: &mut Test) -> Outcome {
    with_file_system(t, sync_fork_and_protect)
}

fn with_file_system(t: &mut Test, habit: Habit) -> Outcome {
    let disk = t.can("making a disk", Disk::make(fat::SIZE, fat::SECTOR))?;
    t.can("making a file system", fat::make(&disk))?;
    let outcome = PATHS.iter().try_for_each(|path| {
        t.path = path;
        in_the_file(t, &disk, habit)
    });
    if outcome.is_err() {
        // Where it is not mounted, there is nothing to undo.
        let _ = mount::unmount_forcibly(PLACE);
    }
    t.can("giving the disk back", disk.end())?;
    outcome
}

/// Where the word of this round is in its page: each round has its own, so that none hides what became of another.
fn place(page: usize, round: u64) -> usize {
    page * PAGE + round as usize * 8
}

fn in_the_file(t: &mut Test, disk: &Disk, habit: Habit) -> Outcome {
    let mounted = mount::mount_disk(c"msdosfs", disk.path(), PLACE);
    t.can("mounting it", mounted)?;
    write_while(t, habit)?;
    t.can("unmounting it", mount::unmount(PLACE))?;

    let mounted = mount::mount_disk(c"msdosfs", disk.path(), PLACE);
    t.can("mounting it again", mounted)?;
    check(t)?;
    t.can("removing the file", node::remove(FILE))?;
    t.can("unmounting it again", mount::unmount(PLACE))
}

fn write_while(t: &mut Test, habit: Habit) -> Outcome {
    let file = t.can("making a file", node::create(FILE, 0o600))?;
    t.can("its size", node::resize(&file, SIZE))?;
    let remote = t.can("mmap", Region::private(SIZE))?;
    let board = t.can("mmap", Region::shared(PAGE))?;
    let local = t.can("mmap", Region::private(PAGE))?;
    const STOP: usize = 0;
    const TIMES: usize = 8;
    let target = Target::start(|link| {
        let mapped = Memory::SharedFile(&file, 0);
        if remote.map_over(0, SIZE, READ | WRITE, mapped).is_err() {
            return;
        }
        link.say(0);
        let mut done = Ok(());
        while done.is_ok() && board.word(STOP) == 0 {
            done = habit(&remote);
            board.count(TIMES);
        }
        let done = done.and_then(|()| remote.sync(0, SIZE));
        link.say(done.map_or_else(|error| error.0 as u64, |()| 0));
    });
    let mut target = t.can("fork", target)?;
    for round in 0..ROUNDS {
        // On a busy machine, too, it comes to sync between what is written.
        if round % PART == 0 {
            let before = board.word(TIMES);
            let synced = time::wait_until(PATIENCE, || board.word(TIMES) > before);
            t.holds("it syncs meanwhile", synced)?;
        }
        for page in 0..PAGES {
            let at = place(page, round);
            local.put_word(0, at as u64 + 1);
            let moved = t.write(target.pid(), remote.at(at), local.at(0), 8);
            t.moved_all(format_args!("round {round}, page {page}"), moved, 8)?;
        }
    }
    board.put_word(STOP, 1);
    t.equal("the target's syncing", target.hear(), Ok(0))?;
    let ended = t.can("the target's end", target.wait(PATIENCE))?;
    t.equal("the target's end", ended, process::Ended::Exit(0))
}

fn check(t: &mut Test) -> Outcome {
    let file = t.can("opening the file", file::open(FILE, file::READ_ONLY))?;
    let found = t.can("mmap", Region::private(SIZE))?;
    let have = t.can("reading it", file.read_to(found.at(0), SIZE as u64, 0))?;
    t.equal("bytes read", have, SIZE as u64)?;
    for page in 0..PAGES {
        for round in 0..ROUNDS {
            let at = place(page, round);
            let what = format_args!("{}: word of round {round} in page {page}", t.path.name);
            t.equal(what, found.word(at), at as u64 + 1)?;
        }
    }
    Ok(())
}
