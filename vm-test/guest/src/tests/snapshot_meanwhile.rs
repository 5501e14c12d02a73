// SPDX-License-Identifier: BSD-2-Clause
//! Snapshots of a target that changes all the time what it has mapped, and of one that is nearly gone or not in memory.

use super::attach::expect_byte;
use super::little_memory::with_little_memory;
use super::snapshot::snapshot;
use super::snapshot_instant::Counters;
use crate::sys::mapping::{Inherit, Memory, READ, WRITE};
use crate::sys::memory::{PAGE, Region, pattern};
use crate::sys::{Errno, process, sysctl, thread, time};
use crate::tap::{Case, Outcome, Test};
use crate::target::{PATIENCE, Target};

pub const CASES: &[Case] = &[
    Case::everyone(
        "a snapshot has as much of a stack as had grown",
        grown_stack,
    ),
    Case::everyone(
        "snapshots of threads that map, lock, inherit, fork and grow a stack are of one instant",
        everything_at_once,
    ),
    Case::everyone("SNAPSHOT of targets that exit meanwhile", exiting),
    Case::root("a snapshot has what was swapped out", swapped_out),
];

/// A stack, which grows by 128 KiB at a time.
const STACK: usize = 1 << 20;

fn grown_stack(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::private(STACK))?;
    let target = Target::spawn(
        || {
            region.map_over(0, STACK, READ | WRITE, Memory::Stack)?;
            region.fill(STACK - PAGE, PAGE, pattern(1));
            Ok(())
        },
        |place| {
            region.put(place as usize, 2);
            0
        },
    );
    let target = t.can("fork", target)?;
    let (deep, top) = (STACK / 2, STACK - 9);
    let refused = |t: &mut Test, what: &str, at: usize| {
        let got = t.device().fd().read_at(&mut [0], region.at(at));
        t.refused(what, got, Errno::EFAULT)
    };
    snapshot(t, target.pid())?;
    refused(t, "what has not grown", deep)?;
    t.can("growing", target.ask(deep as u64))?;
    t.can("changing the top", target.ask(top as u64))?;
    // Neither has the target's growing made it grow, nor does a read.
    refused(t, "what has grown since", deep)?;
    expect_byte(t, "the top", region.at(top), pattern(1)(top))?;
    snapshot(t, target.pid())?;
    expect_byte(t, "what has grown", region.at(deep), 2)?;
    expect_byte(t, "the top now", region.at(top), 2)?;
    refused(t, "what has not grown yet", PAGE)
}

/// What each thread beside the counting ones does, over and over, with a range of its own.
const DEEDS: [Deed; 5] = [map, lock, inherit, grow, fork];
type Deed = fn(&Region, usize) -> Result<(), Errno>;
/// Pages of such a range.
const RANGE: usize = 256;

fn map(region: &Region, at: usize) -> Result<(), Errno> {
    region.map_over(at, RANGE * PAGE, READ | WRITE, Memory::Private)?;
    ascend(region, at);
    region.unmap(at + RANGE / 2 * PAGE, RANGE / 4 * PAGE)
}

fn lock(region: &Region, at: usize) -> Result<(), Errno> {
    ascend(region, at);
    region.lock(at, 16 * PAGE)?;
    region.unlock(at, 16 * PAGE)
}

fn inherit(region: &Region, at: usize) -> Result<(), Errno> {
    ascend(region, at);
    for how in [Inherit::None, Inherit::Zero, Inherit::Share, Inherit::Copy] {
        region.inherit(at, RANGE / 2 * PAGE, how)?;
    }
    // What was shared stays so.
    region.renew(at, RANGE * PAGE)
}

fn grow(region: &Region, at: usize) -> Result<(), Errno> {
    region.map_over(at, RANGE * PAGE, READ | WRITE, Memory::Stack)?;
    // Its last page stays a guard.
    (1..RANGE)
        .rev()
        .for_each(|page| region.put(at + page * PAGE, FILLED));
    Ok(())
}

fn fork(region: &Region, at: usize) -> Result<(), Errno> {
    match process::fork()? {
        0 => process::exit(0),
        child => {
            ascend(region, at);
            process::reap(child, process::Patience::Wait).map(drop)
        }
    }
}

/// What a range's pages begin with, or zero.
const FILLED: u8 = 3;

fn ascend(region: &Region, at: usize) {
    (0..RANGE).for_each(|page| region.put(at + page * PAGE, FILLED));
}

fn everything_at_once(t: &mut Test) -> Outcome {
    const ROUNDS: usize = 25;
    /// Fewer where that takes too long, in milliseconds.
    const LEAST: usize = 3;
    const ENOUGH: u64 = 4_000;
    /// For each round: on a busy host nine threads on two processors take their time.
    const PATIENCE: u64 = 90_000;
    const THREADS: usize = Counters::THREADS + DEEDS.len();
    let counters = t.can("mmap", Counters::new())?;
    let region = t.can("mmap", Region::private(DEEDS.len() * RANGE * PAGE))?;
    let laps = t.can("mmap", Region::shared(PAGE))?;
    let target = Target::start(|link| {
        link.say(0);
        // It ends only if something has failed, and then some deed is not done any more.
        let _ = thread::run::<THREADS>(&|index| {
            let Some(deed) = index.checked_sub(Counters::THREADS) else {
                counters.count(index);
            };
            let at = deed * RANGE * PAGE;
            while DEEDS[deed](&region, at).is_ok() {
                laps.count(deed * 8);
            }
        });
    });
    let target = t.can("fork", target)?;
    let end = time::now() + ENOUGH;
    for round in 0..ROUNDS {
        if round >= LEAST && time::now() > end {
            break;
        }
        let done = || -> [u64; DEEDS.len()] { core::array::from_fn(|deed| laps.word(deed * 8)) };
        let before = done();
        let went_on = time::wait_until(PATIENCE, || {
            done().iter().zip(before).all(|(now, before)| *now > before)
        });
        let laps = done();
        t.holds(
            format_args!("everybody goes on ({before:?}, {laps:?})"),
            went_on,
        )?;
        counters.wait(t)?;
        snapshot(t, target.pid())?;
        counters.judge(t, round)?;
        let mut byte = [0];
        for page in 0..DEEDS.len() * RANGE {
            let got = t.device().fd().read_at(&mut byte, region.at(page * PAGE));
            let good = matches!(got, Ok(1) | Err(Errno::EFAULT)) && matches!(byte, [0 | FILLED]);
            t.holds(format_args!("page {page}: {got:?} {byte:?}"), good)?;
        }
    }
    Ok(())
}

fn exiting(t: &mut Test) -> Outcome {
    const TARGETS: u32 = 40;
    let region = t.can("mmap", Region::private(64 * PAGE))?;
    let before = t.can("the number", sysctl::number(c"kern.rwmem.attached"))?;
    let (mut had, mut lost) = (0, 0);
    for index in 0..TARGETS {
        let target = Target::start(|link| {
            region.fill(0, PAGE, pattern(1));
            link.say(0);
            // It exits soon, each a little later.
            time::pause(index * 200);
        });
        let mut target = t.can("fork", target)?;
        let end = time::now() + PATIENCE;
        loop {
            match t.device().snapshot(target.pid()) {
                Ok(()) => {
                    had += 1;
                    expect_byte(t, "what it had", region.at(9), pattern(1)(9))?;
                }
                Err(Errno::ESRCH) => break,
                Err(errno) => return t.can("SNAPSHOT", Err(errno)),
            }
            t.holds("it exits", time::now() < end)?;
        }
        lost += 1;
        let ended = target.wait(PATIENCE);
        t.equal("its end", ended, Ok(process::Ended::Exit(0)))?;
    }
    t.holds(format_args!("{had} had, {lost} lost"), had > 0 && lost > 0)?;
    let _ = t.device().detach();
    let after = sysctl::number(c"kern.rwmem.attached");
    t.equal("kern.rwmem.attached", after, Ok(before))
}

fn swapped_out(t: &mut Test) -> Outcome {
    const PAGES: usize = (100 << 20) / PAGE;
    /// So many are touched again: some of each that are swapped out together.
    const EACH: usize = 13;
    let byte = |page: usize, seed: u64| (page as u64 % 251 + seed) as u8;
    with_little_memory(t, |t| {
        let region = t.can("mmap", Region::private(PAGES * PAGE))?;
        let write = |seed: u64, step: usize| {
            (0..PAGES)
                .step_by(step)
                .for_each(|page| region.put(page * PAGE, byte(page, seed)));
        };
        let target = Target::spawn(
            || {
                write(1, 1);
                Ok(())
            },
            |seed| {
                write(seed, EACH);
                0
            },
        );
        let target = t.can("fork", target)?;
        snapshot(t, target.pid())?;
        let check = |t: &mut Test, seed: u64| -> Outcome {
            for page in (0..PAGES).step_by(EACH) {
                let mut got = [0];
                let read = t.device().fd().read_at(&mut got, region.at(page * PAGE));
                t.equal(format_args!("page {page}"), read, Ok(1))?;
                t.equal(format_args!("page {page}"), got[0], byte(page, seed))?;
            }
            Ok(())
        };
        check(t, 1)?;
        t.can("changing some", target.ask(2))?;
        check(t, 1)?;
        snapshot(t, target.pid())?;
        check(t, 2)
    })
}
