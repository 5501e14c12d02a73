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

/// Memory on which threads count in turn, so that there is a state that it has at each instant: each thread that has the
/// token counts on every page, in order, some times, and hands it on.
pub struct Counters {
    counts: Region,
    local: Region,
    /// How far they are: others see it.
    progress: Region,
    token: AtomicU64,
}

impl Counters {
    pub const THREADS: usize = 3;
    const PAGES: usize = 200;
    const LEN: usize = Self::PAGES * PAGE;
    /// How often a thread counts before the next one does.
    const TURN: u64 = 200;
    /// How long one sleeps until it looks again whether it is its turn, in microseconds.
    const NAP: u32 = 100;

    /// To be shared with children forked later, but for the counts.
    pub fn new() -> Result<Counters, Errno> {
        let counts = Region::private(Self::LEN)?;
        counts.fill(0, Self::LEN, |_| 0);
        Ok(Counters {
            counts,
            local: Region::private(Self::LEN)?,
            progress: Region::shared(PAGE)?,
            token: AtomicU64::new(0),
        })
    }

    /// What the thread of that number does.
    pub fn count(&self, thread: usize) -> ! {
        loop {
            let now = self.token.load(Ordering::Acquire);
            if (now / Self::TURN) as usize % Self::THREADS != thread {
                time::pause(Self::NAP);
                continue;
            }
            (0..Self::PAGES).for_each(|page| self.counts.put_word(page * PAGE, now + 1));
            self.progress.put_word(0, now + 1);
            self.token.store(now + 1, Ordering::Release);
        }
    }

    /// Waits until they have counted on. Each page that they write to after a snapshot is copied first: it takes some time.
    pub fn wait(&self, t: &mut Test) -> Outcome {
        let before = self.progress.word(0);
        let went_on = time::wait_until(PATIENCE, || self.progress.word(0) > before + 1);
        t.holds("the target goes on", went_on)
    }

    fn read(&self, t: &mut Test) -> Outcome {
        let fd = t.device().fd();
        let got = fd.read_to(self.local.at(0), Self::LEN as u64, self.counts.at(0));
        t.equal("pread", got, Ok(Self::LEN as u64))
    }

    /// Whether what was read is a state that there was: the first pages have one number, the others the one before.
    fn existed(&self) -> bool {
        let word = |page: usize| self.local.word(page * PAGE);
        let first = word(0);
        let changed = (0..Self::PAGES).take_while(|&page| word(page) == first);
        (changed.count()..Self::PAGES).all(|page| word(page) + 1 == first)
    }

    /// That the snapshot has a state that there was.
    pub fn judge(&self, t: &mut Test, round: usize) -> Outcome {
        self.read(t)?;
        let what = format_args!("snapshot {round} is of one instant");
        t.holds(what, self.existed() && self.local.word(0) > 0)
    }
}

fn counting(t: &mut Test) -> Outcome {
    const ROUNDS: usize = 20;
    let counters = t.can("mmap", Counters::new())?;
    let target = Target::start(|link| {
        link.say(0);
        let _ = thread::run::<{ Counters::THREADS }>(&|index| counters.count(index));
    });
    let target = t.can("fork", target)?;
    for round in 0..ROUNDS {
        counters.wait(t)?;
        snapshot(t, target.pid())?;
        counters.judge(t, round)?;
    }
    // Read from the process itself, the same is a smear: so it is that this test can tell.
    attach(t, target.pid())?;
    let end = time::now() + PATIENCE;
    let mut smeared = false;
    while !smeared && time::now() < end {
        counters.read(t)?;
        smeared = !counters.existed();
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
    const SEVERAL: u32 = 4;
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
    while time::now() - before < MILLISECONDS || taken < SEVERAL {
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
    Ok(())
}
