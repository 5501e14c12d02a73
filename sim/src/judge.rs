// SPDX-License-Identifier: BSD-2-Clause
//! Whether a step returned what it must: exactly what the model says or, where something was made to happen in it,
//! one of the returns that this allows, with the data that go with it.
mod afterwards;

pub use afterwards::{log, memory, others};
use afterwards::{new_image, told};

use crate::call::{Action, Call, Event};
use crate::layout::{EFAULT, ENOEXEC, KERN_OUT_OF_BOUNDS, WRITE};
use crate::model::{Move, Prediction};
use crate::regions::{BUFFER, LAYOUT, MAIN, ONLY_READ};
use crate::shadow::Shadow;
use crate::sim::{Record, Sim};
use crate::space::{Access, Space};
use crate::step::{Outcome, Step};

/// As much of a request as is looked at where it was not predicted.
const LOOK: u64 = 1 << 20;

pub fn exactly(
    sim: &mut Sim,
    shadow: &mut Shadow,
    step: &Step,
    outcome: &Outcome,
    before: &Prediction,
) {
    if *outcome != before.outcome {
        sim.violation(format!(
            "{step:x?}\n  returned {outcome:?}\n  but must {:?}",
            before.outcome
        ));
        accept(sim, shadow, before, u64::MAX);
        return;
    }
    // What a segment onto itself leaves behind is nobody's promise, nor is what another takes from there.
    let mut unknown: Vec<Side> = Vec::new();
    let (mut known, mut others) = (Vec::new(), Vec::new());
    for moved in &before.moves {
        let (from, to) = moved.sides();
        if from.meets(&to) || unknown.iter().any(|side| side.meets(&from)) {
            unknown.push(to);
            others.push(moved);
        } else {
            carry_over(sim, shadow, moved);
            known.push(moved);
        }
    }
    // All of it first: one segment's end may be the page of another.
    for moved in others {
        accept_move(sim, shadow, moved, moved.len);
    }
    for moved in known {
        expect(sim, shadow, moved);
    }
}

/// Where a move takes from, or puts to: an address space, and a range in it.
struct Side {
    space: usize,
    start: u64,
    len: u64,
}

impl Side {
    fn meets(&self, other: &Side) -> bool {
        self.space == other.space
            && self.start < other.start.saturating_add(other.len)
            && other.start < self.start.saturating_add(self.len)
    }
}

impl Move {
    fn sides(&self) -> (Side, Side) {
        let side = |space, start| Side {
            space,
            start,
            len: self.len,
        };
        let (remote, local) = (side(self.space, self.remote), side(0, self.local));
        match self.write {
            true => (local, remote),
            false => (remote, local),
        }
    }
}

/// What the move does to the memory that should be.
fn carry_over(sim: &Sim, shadow: &mut Shadow, moved: &Move) {
    let spaces = &sim.processes.spaces;
    if moved.len > 0 {
        let (from, to) = moved.sides();
        let bytes = shadow.read(spaces, from.space, from.start, from.len);
        shadow.write(spaces, to.space, to.start, &bytes);
    }
}

/// Whether both sides are as they should be, to the ends of their pages.
fn expect(sim: &mut Sim, shadow: &mut Shadow, moved: &Move) {
    for (space, start) in [(moved.space, moved.remote), (0, moved.local)] {
        if let Some(at) = shadow.difference(&sim.processes.spaces, space, start, moved.len) {
            let side = if space == 0 { "caller" } else { "target" };
            sim.violation(format!(
                "{moved:x?}: the {side}'s memory is wrong at {at:#x}"
            ));
            accept_move(sim, shadow, moved, moved.len);
            return;
        }
    }
}

fn accept_move(sim: &Sim, shadow: &mut Shadow, moved: &Move, len: u64) {
    let spaces = &sim.processes.spaces;
    shadow.accept(spaces, 0, moved.local, len);
    shadow.accept(spaces, moved.space, moved.remote, len);
}

fn accept(sim: &Sim, shadow: &mut Shadow, prediction: &Prediction, limit: u64) {
    for moved in &prediction.moves {
        accept_move(sim, shadow, moved, moved.asked.min(limit).min(LOOK));
    }
}

/// A step in which `action` was injected at call `at`; its own calls begin with `first`.
pub fn loosely(
    sim: &mut Sim,
    shadow: &mut Shadow,
    step: &Step,
    outcome: &Outcome,
    [before, after]: [&Prediction; 2],
    (at, first, action): (usize, usize, Action),
) {
    let allowed = match action {
        // The look at the kernel refuses it, whatever fails.
        Action::Fail(_) if looks(sim, step, at) => Some(ENOEXEC),
        Action::Fail(failure) => sim.calls[at].call.stops_with(failure),
        Action::FailSomehow(_) => None,
        Action::Happen(event) => Some(event.errno()),
    };
    let call = sim
        .calls
        .get(at)
        .map_or("nothing", |record| record.call.name());
    let unnoticed = *outcome == before.outcome && wanted(before) && !may_succeed(sim, at, action);
    if unnoticed {
        sim.violation(format!(
            "{step:x?}\n  does not notice that {call} (call {at}) failed: {action:x?}"
        ));
    } else if *outcome != before.outcome && *outcome != after.outcome {
        let mut known = before.outcome.errors();
        known.extend(after.outcome.errors());
        known.extend(allowed);
        let strange = outcome.errors().iter().any(|errno| !known.contains(errno));
        let more = outcome.done > before.outcome.done.max(after.outcome.done);
        // Only read(2) and its like say by a short count that they stopped. An entry that a search does not find is a hole.
        let seek =
            matches!(step, Step::Ioctl { request, .. } if crate::syscalls::is_seek(*request));
        let overlooked = seek && call == Call::LookupEntry.name();
        let silent = outcome.errors().is_empty() && !matches!(step, Step::Io { .. });
        if strange && !overlooked || (more || silent) && !seek || silent && !overlooked {
            let should = &before.outcome;
            sim.violation(format!(
                "{step:x?}\n  with {action:x?} at {call} (call {at}) returned {outcome:?}\n  and without {should:?}"
            ));
        }
    }
    data(sim, shadow, outcome, before, after);
    if action == Action::Happen(Event::Exec) {
        new_image(sim, shadow, step, before, at, first);
        told(sim, step, outcome, before, at, first);
    }
    accept(sim, shadow, before, LOOK);
    accept(sim, shadow, after, LOOK);
}

/// Whether a call belongs to the look at the kernel when the module is loaded: that ends where it allocates memory.
fn looks(sim: &Sim, step: &Step, at: usize) -> bool {
    let now = |record: &&Record| record.step == sim.calls[at].step;
    let mut so_far = sim.calls[..=at].iter().filter(now);
    *step == Step::Load && !so_far.any(|record| record.call == Call::Malloc)
}

/// Whether the step would have succeeded.
fn wanted(before: &Prediction) -> bool {
    before.outcome.errors().is_empty() && before.moves.iter().all(|moved| moved.len == moved.asked)
}

/// Whether the module may go on as if nothing had failed.
fn may_succeed(sim: &Sim, at: usize, action: Action) -> bool {
    let Action::Fail(failure) = action else {
        return true;
    };
    let record = sim.calls[at];
    // A probe that asks for the attached process's pid goes without it.
    let told = record.call == Call::GetCdevpriv && sim.probes.enabled;
    // It may be that there is nothing to be had by a fault, and it is asked again in pieces what cannot be had at once.
    let again = match record.call {
        Call::VmFault => failure == KERN_OUT_OF_BOUNDS,
        Call::LookupEntry | Call::Copyin | Call::Copyout => true,
        _ => false,
    };
    record.call.stops_with(failure).is_none() || told || again
}

/// That what was told to be done is done.
fn data(
    sim: &mut Sim,
    shadow: &Shadow,
    outcome: &Outcome,
    before: &Prediction,
    after: &Prediction,
) {
    let mut left = outcome.done;
    let mut index = 0;
    for moved in &before.moves {
        let done = match outcome.segs.is_empty() {
            true => left.min(moved.asked),
            false => {
                // Segments that were refused move nothing.
                while before
                    .outcome
                    .segs
                    .get(index)
                    .is_some_and(|(_, error)| *error != 0 && *error != EFAULT)
                {
                    index += 1;
                }
                index += 1;
                outcome.segs.get(index - 1).map_or(0, |(done, _)| *done)
            }
        };
        left = left.saturating_sub(done);
        if done == 0 || done > LOOK || overwritten(moved, &before.moves) {
            continue;
        }
        let spaces = &sim.processes.spaces;
        let other = after.moves.first().map_or(moved.space, |moved| moved.space);
        let mut is = vec![0; done as usize];
        let candidates = [moved.space, other];
        let good = if moved.write {
            let should = shadow.read(spaces, 0, moved.local, done);
            candidates.iter().any(|space| spaces[*space].read(moved.remote, &mut is) && is == should)
                // What it wrote to was unmapped.
                || sim.injection.is_some_and(|(_, action)| action == Action::Happen(Event::Unmap))
        } else {
            spaces[0].read(moved.local, &mut is)
                && candidates
                    .iter()
                    .any(|space| is == shadow.read(spaces, *space, moved.remote, done))
        };
        if !good && moved.space != 0 {
            sim.violation(format!(
                "{moved:x?}: {done} bytes are said to be done and are not"
            ));
        }
    }
}

/// Whether another segment goes to the same place.
fn overwritten(moved: &Move, all: &[Move]) -> bool {
    let place = |moved: &Move| {
        if moved.write {
            moved.remote
        } else {
            moved.local
        }
    };
    let (start, end) = (place(moved), place(moved) + moved.len);
    let meets = |other: &&Move| place(other) < end && start < place(other) + other.len;
    all.iter().filter(meets).count() > 1
}
