// SPDX-License-Identifier: BSD-2-Clause
//! What is compared: results, what was delivered, and what is in the processes in the end.

use super::demand::{Areas, Demand, Local, MOST, STACK};
use super::large::LARGE;
use super::layout::{Layout, PAGES};
use super::twin::{Results, Twin};
use crate::device::{Direction, Moved};
use crate::sys::Errno;
use crate::sys::memory::{PAGE, Region};
use crate::tap::{Outcome, Test};

/// What the run met: a difference is only worth something if there was something to differ about.
#[derive(Default)]
pub struct Sum {
    pub scenes: u64,
    pub transfers: [u64; 2],
    pub bytes: u64,
    pub cut: u64,
    pub refused: u64,
    pub changes: u64,
    pub large_pages: u64,
}

/// Has the same done to each of them, and compares what it returns and what it delivers.
pub fn request(
    t: &mut Test,
    sum: &mut Sum,
    twins: &mut [Twin; 4],
    demands: &[Option<Demand>; MOST],
    form: u64,
) -> Outcome {
    let mut expected: Option<Results> = None;
    for twin in twins.iter_mut() {
        let ran = twin.run(demands, form);
        let results = t.can(format_args!("{:?}", twin.way), ran)?;
        let reference = *expected.get_or_insert(results);
        for (index, (got, expected)) in results.iter().zip(reference).enumerate() {
            t.equal(
                format_args!("{:?}, transfer {index}", twin.way),
                *got,
                expected,
            )?;
        }
    }
    for (demand, result) in demands.iter().flatten().zip(expected.iter().flatten()) {
        if let (Direction::Read, Some(Ok(moved))) = (demand.direction, result) {
            let done = moved.done as usize;
            twins
                .iter()
                .for_each(|twin| twin.local.settle(demand, done));
        }
    }
    let [reference, others @ ..] = twins;
    for demand in demands.iter().flatten() {
        for other in others.iter() {
            if let Some(place) = other.local.difference(&reference.local, demand) {
                let bytes = [other.local.0.word(place), reference.local.0.word(place)];
                t.equal(
                    format_args!("{:?}: the caller's memory at {place:#x}", other.way),
                    bytes[0].to_le_bytes(),
                    bytes[1].to_le_bytes(),
                )?;
            }
        }
    }
    for (demand, result) in demands.iter().flatten().zip(expected.into_iter().flatten()) {
        let moved = result.and_then(Result::ok).unwrap_or(Moved {
            done: 0,
            error: Errno::EINVAL,
        });
        sum.transfers[demand.direction as usize] += 1;
        sum.bytes += moved.done;
        match (moved.done, moved.error) {
            (_, Errno::NONE) => (),
            (0, _) => sum.refused += 1,
            _ => sum.cut += 1,
        }
    }
    Ok(())
}

/// What is in the processes in the end: by ptrace, and as they see it themselves.
pub fn in_the_end(t: &mut Test, twins: &mut [Twin; 4], areas: &Areas) -> Outcome {
    let [reference, others @ ..] = twins;
    let (ours, theirs) = (Region::private(PAGE), Region::private(PAGE));
    let (ours, theirs) = (t.can("mmap", ours)?, t.can("mmap", theirs)?);
    let mosaic = (0..PAGES).map(|page| areas.mosaic + (page * PAGE) as u64);
    let large = areas.large.into_iter().flat_map(|(start, _)| {
        (0..2 * LARGE)
            .step_by(16 * PAGE)
            .map(move |place| start + place as u64)
    });
    let stack = (0..STACK - PAGE)
        .step_by(PAGE)
        .map(|place| areas.stack + place as u64);
    for address in mosaic.chain(large).chain(stack) {
        let expected = t.can("PT_IO", reference.look(address, &theirs))?;
        for other in others.iter_mut() {
            let got = t.can("PT_IO", other.look(address, &ours))?;
            t.equal(
                format_args!("{:?}: PT_IO at {address:#x}", other.way),
                got,
                expected,
            )?;
            let wrong = (0..PAGE)
                .step_by(8)
                .find(|&place| ours.word(place) != theirs.word(place));
            t.equal(
                format_args!(
                    "{:?}: the first difference in memory at {address:#x}",
                    other.way
                ),
                wrong,
                None,
            )?;
        }
    }
    let expected = t.can("asking for a digest", reference.digest())?;
    for other in others {
        let got = t.can("asking for a digest", other.digest())?;
        t.equal(
            format_args!("{:?}: digest by itself", other.way),
            got,
            expected,
        )?;
        let place = other
            .local
            .difference_within(&reference.local, 0, Local::PAGES * PAGE);
        t.equal(
            format_args!("{:?}: the caller's memory in the end", other.way),
            place,
            None,
        )?;
    }
    Ok(())
}

pub fn describe(t: &mut Test, demands: &[Option<Demand>; MOST], areas: &Areas, layout: &Layout) {
    for demand in demands.iter().flatten() {
        t.note(format_args!("{demand:x?}"));
        let page = demand.remote.wrapping_sub(areas.mosaic) as usize / PAGE;
        let pages = (demand.len + demand.remote as usize % PAGE).div_ceil(PAGE);
        let mut last = None;
        for page in page..page.saturating_add(pages).min(PAGES) {
            if let Some(piece) = layout.piece(page)
                && last != Some(core::ptr::from_ref(piece))
            {
                last = Some(core::ptr::from_ref(piece));
                t.note(format_args!("  page {page} of the mosaic is in {piece:?}"));
            }
        }
    }
}
