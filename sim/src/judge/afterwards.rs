// SPDX-License-Identifier: BSD-2-Clause
//! What must not have happened beside the answers: to the target's next program, and to memory that nobody asked for.
use super::*;

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
    for space in 2..sim.processes.spaces.len() {
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
        let there = caller
            .find(moved.local)
            .filter(|region| region.prot & WRITE != 0);
        let len = there.map_or(0, |region| moved.asked.min(region.end() - moved.local));
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

/// At the end of a run: nothing was changed that nobody asked for, and what was is marked as modified.
pub fn memory(sim: &mut Sim, shadow: &Shadow, everything: bool) {
    let spaces = &sim.processes.spaces;
    let mut wrong = shadow.any_difference(spaces);
    if everything {
        let ranges = [(0, BUFFER), (0, ONLY_READ), (1, MAIN)]
            .into_iter()
            .chain(LAYOUT[1..6].iter().map(|r| (1, *r)));
        for (space, region) in ranges {
            wrong = wrong.or_else(|| {
                shadow
                    .difference(spaces, space, region.start, region.len)
                    .map(|at| (space, at))
            });
        }
    }
    let dirty = &sim.pages.dirtied;
    let lost = (MAIN.start..MAIN.end()).step_by(4096).find(|at| {
        let mut bytes = vec![0; 4096];
        spaces[1].modified(*at) == Some(false)
            && !dirty.contains(&(1, *at))
            && spaces[1].read(*at, &mut bytes)
            && bytes != spaces[1].pristine_page(*at)
    });
    if let Some((space, at)) = wrong {
        sim.violation(format!(
            "memory of space {space} at {at:#x} was changed by nobody"
        ));
    }
    if let Some(at) = lost {
        sim.violation(format!(
            "the page at {at:#x} was written but not marked as modified"
        ));
    }
}
