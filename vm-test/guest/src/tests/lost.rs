// SPDX-License-Identifier: BSD-2-Clause
//! What a target loses just while it is reached: pages that become somebody else's, an address space that everybody leaves. A
//! module that waits on purpose (`kpi/src/race.rs`) is hit in the right moment by many of the rounds, one that does not by few.

use super::lengthen;
use crate::console::remark;
use crate::device::{Direction, Moved, Request};
use crate::path::PATHS;
use crate::random::Random;
use crate::sys::file::Fd;
use crate::sys::memory::{PAGE, Region, shared_object};
use crate::sys::offspring::{Descriptors, share_memory, unshare_memory};
use crate::sys::process::{self, Patience};
use crate::sys::{Errno, node, time};
use crate::tap::{Case, Outcome, Test};
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

/// Where a target counts, in memory that it shares.
const TIMES: usize = 0;
const CHANGED: usize = 8;

fn add(board: &Region, place: usize, more: u64) {
    board.put_word(place, board.word(place) + more);
}

fn fill(region: &Region, len: usize, word: u64) {
    (0..len)
        .step_by(8)
        .for_each(|place| region.put_word(place, word));
}

/// The first word with a byte that is not 0, and that none of `words` has.
fn stranger(region: &Region, len: usize, words: &[u64]) -> Option<(usize, u64)> {
    let known = |byte: u8| byte == 0 || words.iter().any(|&word| word as u8 == byte);
    (0..len)
        .step_by(8)
        .map(|place| (place, region.word(place)))
        .find(|&(_, word)| !word.to_ne_bytes().into_iter().all(known))
}

/// A file in memory, mapped. Its pages are single ones from the kernel's stock, as they are not of private memory.
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
        fill(&self.region, len, word);
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
                add(board, CHANGED, 1);
                fill(&other.region, len, OTHERS);
            }
        }
        other.lose()?;
        add(board, TIMES, 1);
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
    while time::now() < begun + duration || board.word(TIMES) < ROUNDS || whole == 0 {
        t.holds(
            "the target goes on, and is reached",
            time::now() < begun + PATIENCE,
        )?;
        for len in [8, SIZE] {
            fill(&local, SIZE, 0);
            let moved = t.read(target.pid(), remote.at(0), local.at(0), len as u64);
            let moved = t.can("read", moved)?;
            t.holds(format_args!("a read, got {moved:?}"), is_promised(moved))?;
            whole += u64::from(moved.done == len as u64);
            let never = stranger(&local, SIZE, &[THEIRS, OURS]);
            t.equal("a word that the file never had", never, None)?;
            fill(&local, SIZE, OURS);
            let moved = t.write(target.pid(), remote.at(0), local.at(0), len as u64);
            let moved = t.can("write", moved)?;
            t.holds(format_args!("a write, got {moved:?}"), is_promised(moved))?;
        }
    }
    remark!(
        "{whole} reads of what there was in {} rounds",
        board.word(TIMES)
    );
    t.equal(
        "pages changed that the file had lost",
        board.word(CHANGED),
        0,
    )
}

/// What a child is told that shares its parent's memory.
struct Child {
    /// It is to end after so many nanoseconds,
    after: u64,
    /// from now on.
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
        unshare_memory()?;
        took = time::nanoseconds() - begun;
        process::reap(pid, Patience::Wait)?;
        add(board, TIMES, 1);
    }
}

fn address_space(t: &mut Test) -> Outcome {
    let board = t.can("mmap", Region::shared(PAGE))?;
    let remote = t.can("mmap", Region::private(PAGE))?;
    let local = t.can("mmap", Region::private(PAGE))?;
    fill(&remote, PAGE, THEIRS);
    let seed = t.seed;
    let target = Target::start(|link| {
        link.say(0);
        let _ = share_and_leave(&mut Random::new(seed), &board);
    });
    let target = t.can("fork", target)?;
    let pid = target.pid();
    let (begun, duration, mut whole) = (time::now(), lengthen(DURATION), 0);
    while time::now() < begun + duration || board.word(TIMES) < ROUNDS || whole == 0 {
        t.holds(
            "the target goes on, and is reached",
            time::now() < begun + PATIENCE,
        )?;
        for path in PATHS {
            fill(&local, PAGE, 0);
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
            match moved {
                Ok(Moved {
                    error: Errno::NONE, ..
                }) => whole += 1,
                Ok(Moved {
                    error: Errno::ESTALE,
                    ..
                })
                | Err(Errno::ESRCH) => (),
                got => t.equal(path.name, got, Err(Errno::ESRCH))?,
            }
            let never = stranger(&local, PAGE, &[THEIRS]);
            t.equal("a word that the target never had", never, None)?;
        }
        match t.device().snapshot(pid) {
            Ok(()) => t.can("DETACH", t.device().detach())?,
            Err(Errno::ESRCH | Errno::ESTALE) => (),
            got => t.equal("SNAPSHOT", got, Err(Errno::ESTALE))?,
        }
    }
    remark!(
        "{whole} reads of what there was in {} rounds",
        board.word(TIMES)
    );
    Ok(())
}
