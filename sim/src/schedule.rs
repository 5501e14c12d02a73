// SPDX-License-Identifier: BSD-2-Clause
//! Which thread runs: one at a time, the next chosen by a seeded generator at every kernel call.
use std::sync::{Condvar, PoisonError};

use crate::sim::{Guard, Sim, current};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Runnable,
    Blocked,
    Done,
}

pub struct Schedule {
    generator: fastrand::Rng,
    turn: usize,
    states: Vec<State>,
    waits_for: Vec<String>,
    /// How often the turn has passed.
    pub switches: usize,
}

static PASSED: Condvar = Condvar::new();

impl Schedule {
    pub fn new(seed: u64, threads: usize) -> Schedule {
        Schedule {
            generator: fastrand::Rng::with_seed(seed),
            turn: 0,
            states: vec![State::Runnable; threads],
            waits_for: vec![String::new(); threads],
            switches: 0,
        }
    }

    fn pass(&mut self) -> bool {
        let ready: Vec<_> = (0..self.states.len())
            .filter(|&t| self.states[t] == State::Runnable)
            .collect();
        let Some(next) = self.generator.choice(ready) else {
            return false;
        };
        self.switches += usize::from(next != self.turn);
        self.turn = next;
        PASSED.notify_all();
        true
    }
}

fn wait_for_turn(mut sim: Guard) -> Guard {
    let me = current();
    while sim
        .schedule
        .as_ref()
        .is_some_and(|schedule| schedule.turn != me)
    {
        sim = PASSED.wait(sim).unwrap_or_else(PoisonError::into_inner);
    }
    sim
}

/// A preemption point: perhaps another thread runs first.
pub fn preempt(mut sim: Guard) -> Guard {
    // A thread that has just started waits here for its first turn.
    sim = wait_for_turn(sim);
    if let Some(schedule) = &mut sim.schedule
        && schedule.generator.u8(..3) == 0
    {
        schedule.pass();
    }
    wait_for_turn(sim)
}

/// Waits until something has changed.
pub fn block(mut sim: Guard, what: &str) -> Guard {
    let me = current();
    let Some(schedule) = &mut sim.schedule else {
        sim.fatal(format!("deadlock: the only thread waits for {what}"));
    };
    schedule.states[me] = State::Blocked;
    schedule.waits_for[me] = what.to_owned();
    if !schedule.pass() {
        let waits = schedule.waits_for.join(", ");
        sim.fatal(format!("deadlock: every thread waits: {waits}"));
    }
    wait_for_turn(sim)
}

/// Something changed that threads may be waiting for.
pub fn wake(sim: &mut Sim) {
    if let Some(schedule) = &mut sim.schedule {
        for state in &mut schedule.states {
            if *state == State::Blocked {
                *state = State::Runnable;
            }
        }
    }
}

/// The thread has nothing more to do.
pub fn finish(mut sim: Guard) {
    let me = current();
    wake(&mut sim);
    if let Some(schedule) = &mut sim.schedule {
        schedule.states[me] = State::Done;
        schedule.waits_for[me] = "nothing".into();
        schedule.pass();
    }
}
