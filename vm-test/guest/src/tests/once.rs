// SPDX-License-Identifier: BSD-2-Clause
//! A write lands once, and in the target alone, whatever becomes of the caller's memory and of the target's meanwhile.

use crate::sys::Errno;
use crate::sys::memory::{PAGE, Region};
use crate::sys::process::{self, Patience};
use crate::sys::time;
use crate::tap::{Case, Outcome, Test};
use crate::target::{PATIENCE, Target};

pub const CASES: &[Case] = &[
    Case::transfers(
        "a target finds in its mailbox what was written once, though the caller's memory ends behind it",
        mailbox,
    ),
    Case::transfers(
        "a write to a process that forks over and over is in it, and in no child",
        forking,
    ),
];

const ROUNDS: u64 = 40;

/// Takes each word that it finds, and counts them in `taken`.
fn take_mail(mailbox: &Region, taken: &Region) -> ! {
    loop {
        if mailbox.word(0) != 0 {
            mailbox.put_word(0, 0);
            taken.count(0);
        }
    }
}

fn mailbox(t: &mut Test) -> Outcome {
    let taken = t.can("mmap", Region::shared(PAGE))?;
    let remote = t.can("mmap", Region::private(2 * PAGE))?;
    let local = t.can("mmap", Region::private(2 * PAGE))?;
    t.can("making a hole", local.guard(PAGE, PAGE))?;
    local.fill(0, PAGE, |_| 0);
    let target = Target::start(|link| {
        remote.fill(0, 2 * PAGE, |_| 0);
        link.say(0);
        take_mail(&remote, &taken)
    });
    let target = t.can("fork", target)?;
    for round in 1..=ROUNDS {
        local.put_word(0, round);
        let moved = t.write(target.pid(), remote.at(0), local.at(0), 2 * PAGE as u64);
        t.moved("a write of a page and a hole", moved, PAGE, Errno::EFAULT)?;
        let found = time::wait_until(PATIENCE, || taken.word(0) >= round);
        t.holds(format_args!("word {round} arrived"), found)?;
    }
    time::pause(20_000);
    t.equal("words found", taken.word(0), ROUNDS)
}

/// The word of the target, as it publishes it.
const SEEN: usize = 0;
/// How many children have seen theirs change.
const CHANGED: usize = 8;

/// Forks children that look at their word for a while.
fn fork_for_ever(word: &Region, board: &Region) -> ! {
    loop {
        let Ok(child) = process::fork() else { continue };
        if child == 0 {
            let before = word.word(0);
            for _ in 0..20 {
                time::pause(50);
                if word.word(0) != before {
                    board.count(CHANGED);
                    break;
                }
            }
            process::exit(0);
        }
        // While the child is there, too.
        board.put_word(SEEN, word.word(0));
        let _ = process::reap(child, Patience::Wait);
        board.put_word(SEEN, word.word(0));
    }
}

fn forking(t: &mut Test) -> Outcome {
    let board = t.can("mmap", Region::shared(PAGE))?;
    let remote = t.can("mmap", Region::private(PAGE))?;
    let local = t.can("mmap", Region::private(PAGE))?;
    let target = Target::start(|link| {
        remote.fill(0, PAGE, |_| 0);
        link.say(0);
        fork_for_ever(&remote, &board)
    });
    let target = t.can("fork", target)?;
    for round in 1..=ROUNDS {
        local.put_word(0, round);
        let moved = t.write(target.pid(), remote.at(0), local.at(0), 8);
        t.moved_all("a write of a word", moved, 8)?;
        let found = time::wait_until(PATIENCE, || board.word(SEEN) == round);
        t.holds(format_args!("word {round} is the target's"), found)?;
    }
    t.equal("children whose word changed", board.word(CHANGED), 0)
}
