// SPDX-License-Identifier: BSD-2-Clause
//! Threads: the same descriptors and the same target used by several threads at a time, one of which does things to the
//! target, all in an order that a seed decides.
use std::thread;

use fastrand::Rng;

use crate::call::Event;
use crate::object_file::ObjectFile;
use crate::perform::{Slots, perform};
use crate::processes::TARGET;
use crate::regions::{ARGUMENTS, BUFFER, MAIN};
use crate::run::{READ_WRITE, attach, prepare};
use crate::schedule::{self, Schedule};
use crate::setting::Setting;
use crate::sim::lock;
use crate::step::{Outcome, SLOTS, Step};

const WORKERS: usize = 3;
const STEPS: usize = 6;
const P: u64 = 4096;
/// Each thread has a part of the caller's memory to itself.
const PART: u64 = 24 * P;

/// What a schedule covered.
#[derive(Default)]
pub struct Covered {
    pub calls: usize,
    pub switches: usize,
    pub violations: usize,
}

/// A step of thread `thread`, on a file that all of them share.
fn step(generator: &mut Rng, thread: u64) -> Step {
    let slot = generator.usize(..2);
    let remote = MAIN.start + generator.u64(..60 * P);
    let local = BUFFER.start + thread * PART + generator.u64(..4 * P);
    let len = *generator
        .choice(&[1, 8, 100, P, 3 * P, 18 * P])
        .unwrap_or(&8);
    let write = generator.bool();
    let pid = if generator.bool() { TARGET } else { -1 };
    match generator.u8(..12) {
        0..=2 => Step::xfer(slot, write, pid, remote, local, len),
        3..=4 => {
            let parts = [
                (remote, local, len.min(P)),
                (remote + P, local + 5 * P, 8),
                (remote, local + 7 * P, 9),
            ];
            Step::batch(slot, write, pid, ARGUMENTS.start + thread * 2 * P, &parts)
        }
        5..=6 if write => Step::pwrite(slot, remote, local, len),
        5..=6 => Step::pread(slot, remote, local, len),
        7..=8 => Step::attach(slot, TARGET),
        9 => Step::detach(slot),
        10 => Step::Close { slot: 2 + slot },
        _ => Step::Unload { force: write },
    }
}

/// One run under the schedule of `seed`.
pub fn run(object: &ObjectFile, seed: u64) -> Covered {
    let mut generator = Rng::with_seed(seed);
    let title = format!("threads --seed {seed} --rounds 1");
    prepare(Setting::default(), None, title);
    let mut slots: Slots = [None; SLOTS];
    perform(object, &mut slots, &Step::Load);
    for slot in 0..SLOTS {
        perform(
            object,
            &mut slots,
            &Step::Open {
                slot,
                flags: READ_WRITE,
            },
        );
    }
    let mut programs: Vec<Vec<Step>> = (0..WORKERS)
        .map(|worker| {
            (0..STEPS)
                .map(|_| step(&mut generator, worker as u64))
                .collect()
        })
        .collect();
    let mut events = [
        Event::Unmap,
        Event::Exec,
        Event::Exec,
        Event::Exit,
        Event::Fork,
        Event::PageOut,
    ]
    .map(Step::Happen)
    .to_vec();
    generator.shuffle(&mut events);
    events.truncate(generator.usize(..5));
    programs.push(events);
    lock().schedule = Some(Schedule::new(generator.u64(..), WORKERS + 1));

    thread::scope(|scope| {
        for (thread, program) in programs.iter().enumerate() {
            scope.spawn(move || {
                attach(&mut lock(), thread);
                for step in program {
                    // A turn before each step, also for what makes no kernel call.
                    drop(schedule::preempt(lock()));
                    let outcome = perform(object, &mut { slots }, step);
                    judge(step, &outcome);
                }
                schedule::finish(lock());
            });
        }
    });
    let mut sim = lock();
    let switches = sim.schedule.take().map_or(0, |schedule| schedule.switches);
    attach(&mut sim, 0);
    drop(sim);
    for slot in 0..SLOTS {
        perform(object, &mut slots, &Step::Close { slot });
    }
    let errno = crate::linker::unload(false);
    let mut sim = lock();
    if errno != 0 {
        sim.violation(format!(
            "with every file closed, kldunload returned {errno}"
        ));
    }
    for violation in &sim.violations {
        eprintln!("VIOLATION {violation}");
    }
    Covered {
        calls: sim.calls.len(),
        switches,
        violations: sim.violations.len(),
    }
}

/// What may be returned, whatever the others do meanwhile. The last descriptors may be closed by anybody.
fn judge(step: &Step, outcome: &Outcome) {
    use crate::layout::{EBADF, EBUSY, EFAULT, ENXIO, ESRCH, ESTALE};
    let mut sim = lock();
    let known = [EBADF, EBUSY, EFAULT, ENXIO, ESRCH, ESTALE];
    if outcome.errors().iter().any(|errno| !known.contains(errno))
        || matches!(step, Step::Unload { .. }) && outcome.errno != EBUSY
    {
        sim.violation(format!("{step:x?} returned {outcome:?}"));
    }
}
