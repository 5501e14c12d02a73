// SPDX-License-Identifier: BSD-2-Clause
//! What a target loses just while it is reached: pages that become somebody else's, an address space that everybody leaves. With
//! a module that waits on purpose (`kpi/src/race.rs`) many rounds hit that moment, with any other few.

use super::lengthen;
use crate::console::remark;
use crate::device::{Direction, Moved, Request};
use crate::path::PATHS;
use crate::random::Random;
use crate::sys::file::Fd;
use crate::sys::memory::{PAGE, Region, shared_object};
use crate::sys::offspring::{Descriptors, share_memory, unshare_memory};
use crate::sys::process::{self, Ended, Patience};
use crate::sys::{Errno, node, time};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::{PATIENCE, Target};
use core::hint::spin_loop;
use core::sync::atomic::{AtomicBool, Ordering};

pub const CASES: &[Case] = &[
    Case::transfers(
        "pages that a file loses show and change nothing of what they hold next",
        pages,
    ),
    Case::everyone(
        "an address space that all who share it leave is had whole, or not at all",
        address_space,
    ),
];

/// How long each goes on, in milliseconds, with a module that does not wait; and how many rounds there are at least.
const DURATION: u64 = 500;
const ROUNDS: u64 = 20;

/// How long the target's file is, and how many pages at most the other has once it has lost that.
const SIZE: usize = 4 * PAGE;
const STOCK: usize = 16;
/// What the target's file or memory holds, what the pages hold that it has lost, and what is written.
const THEIRS: u64 = 0x1111_1111_1111_1111;
const OTHERS: u64 = 0xc3c3_c3c3_c3c3_c3c3;
const OURS: u64 = 0x2222_2222_2222_2222;

/// Where a target counts, in memory that it shares: its rounds, and what went wrong in them.
const TIMES: usize = 0;
const WRONG: usize = 8;

/// The first word with a byte that is not 0, and that none of `words` has.
fn stranger(region: &Region, len: usize, words: &[u64]) -> Option<(usize, u64)> {
    let known = |byte: u8| byte == 0 || words.iter().any(|&word| word as u8 == byte);
    (0..len)
        .step_by(8)
        .map(|place| (place, region.word(place)))
        .find(|&(_, word)| !word.to_ne_bytes().into_iter().all(known))
}

/// Whether a test that began then is to go on: until its time is over, the target has had its rounds, and a read was whole.
fn unfinished(
    t: &mut Test,
    begun: u64,
    duration: u64,
    board: &Region,
    whole: u64,
) -> Result<bool, Stop> {
    let rounds = board.word(TIMES);
    if time::now() >= begun + duration && rounds >= ROUNDS && whole > 0 {
        remark!("{whole} reads of what there was in {rounds} rounds");
        return Ok(false);
    }
    let patient = time::now() < begun + PATIENCE;
    t.holds("the target goes on, and is reached", patient)?;
    Ok(true)
}

/// A file in memory, mapped. Its pages are allocated one by one; those of private memory may come from a reserved large page.
struct Mapped {
    file: Fd,
    region: Region,
}

impl Mapped {
    fn new(len: usize) -> Result<Mapped, Errno> {
        let file = shared_object(len)?;
        let region = Region::of_object(&file, len)?;
        Ok(Mapped { file, region })
    }

    fn hold(&self, len: usize, word: u64) -> Result<(), Errno> {
        node::resize(&self.file, len)?;
        self.region.put_words(len, word);
        Ok(())
    }

    /// Cuts the file off, which frees its pages.
    fn lose(&self) -> Result<(), Errno> {
        node::resize(&self.file, 0)
    }
}

/// Loses the pages of one file, has others for another, and looks whether they are as it made them; over and over.
fn lose_pages(
    reached: &Mapped,
    other: &Mapped,
    board: &Region,
    random: &mut Random,
) -> Result<(), Errno> {
    loop {
        reached.hold(SIZE, THEIRS)?;
        time::spin(random.below(1_000_000));
        reached.lose()?;
        // The kernel does not give out first what it got back last.
        let len = (1 + random.below(STOCK as u64) as usize) * PAGE;
        other.hold(len, OTHERS)?;
        let until = time::nanoseconds() + random.below(1_000_000);
        while time::nanoseconds() < until {
            if stranger(&other.region, len, &[OTHERS]).is_some() {
                board.count(WRONG);
                other.region.put_words(len, OTHERS);
            }
        }
        other.lose()?;
        board.count(TIMES);
    }
}

fn pages(t: &mut Test) -> Outcome {
    let reached = t.can("a file", Mapped::new(SIZE))?;
    let other = t.can("another", Mapped::new(STOCK * PAGE))?;
    let remote = &reached.region;
    let local = t.can("mmap", Region::private(SIZE))?;
    let board = t.can("mmap", Region::shared(PAGE))?;
    let seed = t.seed;
    let target = Target::start(|link| {
        link.say(0);
        let _ = lose_pages(&reached, &other, &board, &mut Random::new(seed));
    });
    let target = t.can("fork", target)?;
    let tells_why = t.path.tells_why;
    let is_promised = |moved: Moved| match moved.error {
        Errno::NONE | Errno::EFAULT => true,
        // What is behind the end looks like a signal where it can be had when it is asked for again.
        error => !tells_why && error == Errno::EINTR,
    };
    let (begun, duration, mut whole) = (time::now(), lengthen(DURATION), 0);
    while unfinished(t, begun, duration, &board, whole)? {
        for len in [8, SIZE] {
            local.put_words(SIZE, 0);
            let moved = t.read(target.pid(), remote.at(0), local.at(0), len as u64);
            let moved = t.can("read", moved)?;
            t.holds(format_args!("a read, got {moved:?}"), is_promised(moved))?;
            whole += u64::from(moved.done == len as u64);
            let never = stranger(&local, SIZE, &[THEIRS, OURS]);
            t.equal("a word that the file never had", never, None)?;
            local.put_words(SIZE, OURS);
            let moved = t.write(target.pid(), remote.at(0), local.at(0), len as u64);
            let moved = t.can("write", moved)?;
            t.holds(format_args!("a write, got {moved:?}"), is_promised(moved))?;
        }
    }
    t.equal("pages changed that the file had lost", board.word(WRONG), 0)
}

/// What a child is told that shares its parent's memory.
struct Child {
    /// Nanoseconds from `leave` until it exits.
    after: u64,
    /// Set by the parent when it is about to leave.
    leave: AtomicBool,
}

extern "C" fn leave_by_exit(argument: usize) -> ! {
    // SAFETY: `share_and_leave` passes the address of a Child, which stays mapped here until this process ends.
    let child = unsafe { &*(argument as *const Child) };
    while !child.leave.load(Ordering::Acquire) {
        spin_loop();
    }
    time::spin(child.after);
    process::exit(0)
}

/// Shares its memory with a child, and leaves it as that one ends, over and over. Returns only what went wrong.
fn share_and_leave(random: &mut Random, board: &Region) -> Result<(), Errno> {
    const STACK: usize = 16 * PAGE;
    let mut took = 0;
    loop {
        let stack = Region::shared(STACK)?;
        let place = stack.at(0) as *mut Child;
        // SAFETY: the start of a fresh mapping, which both have for as long as either uses it.
        let child = unsafe {
            place.write(Child {
                after: random.below(2 * took + 1),
                leave: AtomicBool::new(false),
            });
            &*place
        };
        let pid = share_memory(&stack, Descriptors::Copied, leave_by_exit, place as usize)?;
        child.leave.store(true, Ordering::Release);
        let begun = time::nanoseconds();
        if let Err(error) = unshare_memory() {
            // It is the child's too.
            core::mem::forget(stack);
            return Err(error);
        }
        took = time::nanoseconds() - begun;
        match process::reap(pid, Patience::Wait)? {
            Some((_, Ended::Exit(0))) => board.count(TIMES),
            _ => board.count(WRONG),
        }
    }
}

fn address_space(t: &mut Test) -> Outcome {
    let board = t.can("mmap", Region::shared(PAGE))?;
    let remote = t.can("mmap", Region::private(PAGE))?;
    let local = t.can("mmap", Region::private(PAGE))?;
    remote.put_words(PAGE, THEIRS);
    let seed = t.seed;
    let target = Target::start(|link| {
        link.say(0);
        let _ = share_and_leave(&mut Random::new(seed), &board);
    });
    let mut target = t.can("fork", target)?;
    let pid = target.pid();
    let (begun, duration, mut whole) = (time::now(), lengthen(DURATION), 0);
    while unfinished(t, begun, duration, &board, whole)? {
        for path in PATHS {
            local.put_words(PAGE, OURS);
            let moved = (path.transfer)(
                t.device(),
                Request {
                    direction: Direction::Read,
                    pid,
                    remote: remote.at(0),
                    local: local.at(0),
                    len: PAGE as u64,
                },
            );
            let held = match moved {
                Ok(Moved {
                    error: Errno::NONE, ..
                }) => {
                    whole += 1;
                    THEIRS
                }
                Ok(Moved {
                    done: 0,
                    error: Errno::ESTALE,
                })
                | Err(Errno::ESRCH) => OURS,
                got => return t.equal(path.name, got, Err(Errno::ESRCH)),
            };
            t.same(path.name, &local, 0, PAGE, |_| held as u8)?;
        }
        match t.device().snapshot(pid) {
            Ok(()) => t.can("DETACH", t.device().detach())?,
            Err(Errno::ESRCH | Errno::ESTALE) => (),
            got => t.equal("SNAPSHOT", got, Err(Errno::ESTALE))?,
        }
    }
    t.equal("children that ended badly", board.word(WRONG), 0)?;
    t.refused("the target's end", target.wait(0), Errno::ETIMEDOUT)
}
