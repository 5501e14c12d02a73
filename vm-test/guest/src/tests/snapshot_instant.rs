// SPDX-License-Identifier: BSD-2-Clause
//! What a snapshot is of: one instant of private memory, shared memory as it goes on, and nothing of what the target keeps
//! to itself.

use super::attach::{attach, expect_byte};
use super::snapshot::snapshot;
use crate::sys::mapping::{Inherit, Memory, READ, WRITE};
use crate::sys::memory::{PAGE, Region, pattern};
use crate::sys::{Errno, process, thread, time};
use crate::tap::{Case, Outcome, Test};
use crate::target::{PATIENCE, Target};
use core::sync::atomic::{AtomicU64, Ordering};

pub const CASES: &[Case] = &[
    Case::everyone(
        "in a snapshot, threads that count on many pages in turn are at one instant",
        counting,
    ),
    Case::everyone("a snapshot has what minherit(2) leaves", inheritance),
    Case::everyone(
        "a snapshot has memory that is locked, and no more of it",
        locked,
    ),
    Case::everyone("a snapshot has holes where the target had them", holes),
    Case::everyone(
        "snapshots of a target that forks, maps and unmaps all the time",
        busy,
    ),
];

const PAGES: usize = 200;
const THREADS: usize = 3;
const ROUNDS: usize = 60;

/// How often a thread counts before the next one does.
const TURN: u64 = 20;

/// Threads take turns: each that has the token counts on every page, in order, some times, and hands it on. How far they
/// are is in `progress`, which others see.
fn count(region: &Region, progress: &Region) -> ! {
    let token = AtomicU64::new(0);
    let _ = thread::run::<THREADS>(&|index| {
        loop {
            let now = token.load(Ordering::Acquire);
            if (now / TURN) as usize % THREADS != index {
                thread::give_way();
                continue;
            }
            (0..PAGES).for_each(|page| region.put_word(page * PAGE, now + 1));
            progress.put_word(0, now + 1);
            token.store(now + 1, Ordering::Release);
        }
    });
    process::exit(1)
}

/// Whether that is a state that there was: the first pages have one number, the others the one before.
fn existed(local: &Region) -> bool {
    let word = |page: usize| local.word(page * PAGE);
    let first = word(0);
    let changed = (0..PAGES).take_while(|&page| word(page) == first).count();
    (changed..PAGES).all(|page| word(page) + 1 == first)
}

fn counting(t: &mut Test) -> Outcome {
    const LEN: usize = PAGES * PAGE;
    let region = t.can("mmap", Region::private(LEN))?;
    let local = t.can("mmap", Region::private(LEN))?;
    let progress = t.can("mmap", Region::shared(PAGE))?;
    let target = Target::start(|link| {
        region.fill(0, LEN, |_| 0);
        link.say(0);
        count(&region, &progress);
    });
    let target = t.can("fork", target)?;
    let read = |t: &mut Test| -> Outcome {
        let got = t
            .device()
            .fd()
            .read_to(local.at(0), LEN as u64, region.at(0));
        t.equal("pread", got, Ok(LEN as u64))
    };
    for round in 0..ROUNDS {
        // Each page that the target writes to after a snapshot is copied first: it needs some time to get on.
        let before = progress.word(0);
        let went_on = time::wait_until(PATIENCE, || progress.word(0) > before + 1);
        t.holds("the target goes on", went_on)?;
        snapshot(t, target.pid())?;
        read(t)?;
        t.holds(
            format_args!("snapshot {round} is of one instant"),
            existed(&local) && local.word(0) > before,
        )?;
    }
    // Read from the process itself, the same is a smear: so it is that this test can tell.
    attach(t, target.pid())?;
    let end = time::now() + PATIENCE;
    let mut smeared = false;
    while !smeared && time::now() < end {
        read(t)?;
        smeared = !existed(&local);
    }
    t.holds("what is read of the process itself is none", smeared)
}

fn inheritance(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::private(6 * PAGE))?;
    let target = Target::spawn(
        || {
            region.map_over(4 * PAGE, PAGE, READ | WRITE, Memory::Shared)?;
            region.fill(0, 6 * PAGE, pattern(1));
            region.inherit(PAGE, PAGE, Inherit::None)?;
            region.inherit(2 * PAGE, PAGE, Inherit::Zero)?;
            region.inherit(3 * PAGE, PAGE, Inherit::Share)
        },
        |seed| {
            region.fill(0, 6 * PAGE, pattern(seed as u8));
            0
        },
    );
    let target = t.can("fork", target)?;
    snapshot(t, target.pid())?;
    t.can("changing all", target.ask(2))?;
    let at = |page: usize| page * PAGE + 9;
    let mut byte = [0];
    let got = t.device().fd().read_at(&mut byte, region.at(at(1)));
    t.refused("what it keeps from children", got, Errno::EFAULT)?;
    for (what, page, expected) in [
        ("private memory", 0, pattern(1)(at(0))),
        ("what children get zeroed", 2, 0),
        ("what children share", 3, pattern(2)(at(3))),
        ("shared memory", 4, pattern(2)(at(4))),
        ("private memory behind it", 5, pattern(1)(at(5))),
    ] {
        expect_byte(t, what, region.at(at(page)), expected)?;
    }
    // The target is as it was.
    attach(t, target.pid())?;
    for page in 0..6 {
        expect_byte(t, "the target", region.at(at(page)), pattern(2)(at(page)))?;
    }
    Ok(())
}

fn locked(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::private(4 * PAGE))?;
    let target = Target::spawn(
        || {
            region.fill(0, 4 * PAGE, pattern(1));
            region.lock(PAGE, 2 * PAGE)
        },
        |seed| {
            region.fill(0, 4 * PAGE, pattern(seed as u8));
            0
        },
    );
    let target = t.can("fork", target)?;
    for seed in [2, 3] {
        snapshot(t, target.pid())?;
        t.can("changing all", target.ask(seed))?;
        for page in 0..4 {
            let at = page * PAGE + 9;
            let expected = pattern(seed as u8 - 1)(at);
            expect_byte(t, "the snapshot", region.at(at), expected)?;
        }
    }
    Ok(())
}

fn holes(t: &mut Test) -> Outcome {
    const MANY: usize = 1 << 38;
    let region = t.can("mmap", Region::private(MANY))?;
    t.can("munmap", region.unmap(MANY - PAGE, PAGE))?;
    let target = Target::spawn(
        || {
            region.put(MANY / 2, 1);
            Ok(())
        },
        |place| {
            region.put(place as usize, 1);
            0
        },
    );
    let target = t.can("fork", target)?;
    snapshot(t, target.pid())?;
    t.can("touching another", target.ask(MANY as u64 / 4))?;
    let fd = t.device().fd();
    let data = fd.seek_data(region.at(0));
    t.equal("SEEK_DATA", data, Ok(region.at(MANY / 2)))?;
    let hole = t.device().fd().seek_hole(region.at(MANY / 2));
    t.equal("SEEK_HOLE", hole, Ok(region.at(MANY / 2 + PAGE)))?;
    expect_byte(t, "what nobody had touched", region.at(MANY / 4), 0)
}

fn busy(t: &mut Test) -> Outcome {
    const MILLISECONDS: u64 = 1500;
    const LEN: usize = 64 * PAGE;
    let region = t.can("mmap", Region::private(LEN))?;
    let target = Target::start(|link| {
        region.fill(0, PAGE, pattern(1));
        link.say(0);
        loop {
            match process::fork() {
                Ok(0) => process::exit(0),
                Ok(child) => {
                    region.fill(PAGE, LEN - PAGE, |_| 3);
                    let _ = process::reap(child, process::Patience::Wait);
                }
                Err(_) => return,
            }
            if region
                .map_over(PAGE, LEN - PAGE, READ | WRITE, Memory::Private)
                .is_err()
            {
                return;
            }
        }
    });
    let target = t.can("fork", target)?;
    let before = time::now();
    let mut taken = 0;
    while time::now() - before < MILLISECONDS {
        snapshot(t, target.pid())?;
        taken += 1;
        expect_byte(t, "what stays", region.at(9), pattern(1)(9))?;
        let mut pages = [0; LEN - PAGE];
        let got = t.device().fd().read_at(&mut pages, region.at(PAGE));
        // All of it, or what is there while it maps anew.
        let good = match got {
            Ok(len) => pages[..len].iter().all(|&byte| byte == 3 || byte == 0),
            Err(errno) => errno == Errno::EFAULT,
        };
        t.holds(format_args!("what comes and goes: {got:?}"), good)?;
        // Filled from the front: a zero is not followed by anything.
        let filled = pages.iter().take_while(|&&byte| byte == 3).count();
        let rest = pages[filled..].iter().all(|&byte| byte == 0);
        t.holds("it is of one instant", rest)?;
    }
    t.holds("there were several", taken > 3)
}
