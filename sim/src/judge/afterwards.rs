// SPDX-License-Identifier: BSD-2-Clause
//! What must not have happened beside the results: to the target's next program, and to memory that nobody asked for.
use super::*;
use crate::processes::IMAGES;

/// That no byte of a program reached the caller that was started after the target had been acquired.
pub fn new_image(
    sim: &mut Sim,
    shadow: &Shadow,
    step: &Step,
    before: &Prediction,
    at: usize,
    first: usize,
) {
    let found = sim.calls[first.min(at)..at]
        .iter()
        .any(|record| record.call == Call::Pget);
    let attached = matches!(step, Step::Io { .. });
    if !found && !attached {
        return;
    }
    // Nor is anything written to it.
    for space in 2..=IMAGES {
        let spaces = &sim.processes.spaces;
        let other = before.moves.iter().all(|moved| moved.space != space);
        if spaces[space].used
            && other
            && let Some(place) = shadow.difference(spaces, space, MAIN.start, MAIN.len)
        {
            sim.violation(format!(
                "{step:x?} changed the target's next program at {place:#x}"
            ));
        }
    }
    for moved in before
        .moves
        .iter()
        .filter(|moved| !moved.write && moved.space != 0)
    {
        let caller = &sim.processes.spaces[0];
        let pages = (0..moved.asked.min(LOOK)).step_by(4096);
        let writable = |offset: &u64| caller.permits(moved.local + offset, Access::Own(WRITE));
        let len = (pages.take_while(writable).count() as u64 * 4096).min(moved.asked);
        let len = len.saturating_sub(if len < moved.asked {
            moved.local % 4096
        } else {
            0
        });
        let mut bytes = vec![0; len as usize];
        caller.read(moved.local, &mut bytes);
        if let Some(offset) = bytes
            .iter()
            .position(|byte| usize::from(Space::image_of(*byte)) > moved.space)
        {
            let place = moved.local + offset as u64;
            sim.violation(format!(
                "{moved:x?}: a byte of the target's next program reached the caller at {place:#x}"
            ));
        }
    }
}

/// That a transfer by pid says that the process has gone on to another program, if it moved bytes after that.
pub fn told(
    sim: &mut Sim,
    step: &Step,
    outcome: &Outcome,
    before: &Prediction,
    at: usize,
    first: usize,
) {
    // It waits, for the process is stopped.
    if sim.deferred.contains(&Event::Exec) {
        return;
    }
    let single = outcome.segs.is_empty() && matches!(step, Step::Ioctl { .. });
    let calls = &sim.calls[first.min(at)..];
    let by_pid = calls.iter().any(|record| record.call == Call::Pget);
    let found = sim.calls[first.min(at)..at]
        .iter()
        .any(|record| record.call == Call::Pget);
    let after = sim.calls[at..]
        .iter()
        .any(|record| record.call == Call::MapLock);
    let other = before
        .moves
        .iter()
        .any(|moved| moved.space == 1 && moved.len > 0);
    if single && by_pid && found && after && other && outcome.errors().is_empty() {
        sim.violation(format!(
            "{step:x?} does not tell that the target has run another program meanwhile"
        ));
    }
}

/// At the end of a run: nothing was changed that nobody asked for.
pub fn memory(sim: &mut Sim, shadow: &Shadow, everything: bool) {
    let spaces = &sim.processes.spaces;
    let mut wrong = shadow.any_difference(spaces);
    if everything {
        let ours = [(0, BUFFER), (0, ONLY_READ)];
        for (space, region) in ours
            .into_iter()
            .chain(LAYOUT.iter().map(|region| (1, *region)))
        {
            wrong = wrong.or_else(|| {
                shadow
                    .difference(spaces, space, region.start, region.len)
                    .map(|at| (space, at))
            });
        }
    }
    if let Some((space, at)) = wrong {
        sim.violation(format!(
            "memory of space {space} at {at:#x} was changed by nobody"
        ));
    }
}

/// What others have of an object is as it was.
pub fn others(sim: &mut Sim) {
    let memory = sim.frames.memory;
    let changed = sim
        .processes
        .spaces
        .iter()
        .find_map(|space| space.objects.changed(memory));
    if let Some(what) = changed {
        sim.violation(format!("{what} was changed"));
    }
}

/// What a load has written to the kernel's log: a line of the module's, which says what is not laid out as it must be in the
/// kernel, if anything is.
pub fn log(sim: &mut Sim, errno: i32) {
    let lines = std::mem::take(&mut sim.console);
    let ours: Vec<_> = lines
        .iter()
        .filter(|line| line.starts_with("rwmem: "))
        .collect();
    // Of several things that are wrong, the first is named.
    let moved = sim.setting.moved.filter(|_| sim.injection.is_none());
    let moved = moved.map_or("", |moved| moved.word());
    let good = match errno {
        0 => ours.len() == 1 && ours[0].ends_with(" for FreeBSD 14"),
        ENOEXEC => ours.len() == 1 && ours[0].starts_with(&format!("rwmem: not loaded: {moved}")),
        _ => ours.is_empty(),
    };
    if !good {
        sim.violation(format!(
            "a load returned {errno}, and the log says {lines:?}"
        ));
    }
}
