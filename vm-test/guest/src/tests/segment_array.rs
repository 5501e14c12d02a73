// SPDX-License-Identifier: BSD-2-Clause
//! Where the segment array of a batch lies.

use super::batch::{REQUESTS, STAINED, batch};
use super::segments::{SEGS, SIZE, scene};
use crate::sys::Errno;
use crate::sys::mapping::{Memory, READ};
use crate::sys::memory::{PAGE, Region};
use crate::tap::{Case, Outcome, Test};
use rwmem_abi::{MAX_SEGS, RWMEM_READV, Seg};

pub const CASES: &[Case] = &[
    Case::everyone(
        "an array with an inaccessible page in it is refused, and nothing written: EFAULT",
        holes,
    ),
    Case::everyone("an array of pages never touched is one of zeros", zeros),
    Case::everyone(
        "an array that is itself read over gets its results all the same",
        overwritten,
    ),
];

/// Puts `segs` into a region, page by page: the region's other parts may be inaccessible.
fn put(array: &Region, segs: &[Seg]) {
    for (index, seg) in segs.iter().enumerate() {
        let words = [seg.remote, seg.local, seg.len, 0, 0];
        for (place, byte) in words.into_iter().flat_map(u64::to_le_bytes).enumerate() {
            array.put(index * size_of::<Seg>() + place, byte);
        }
    }
}

fn holes(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t)?;
    let seg = Seg {
        remote: remote.at(0),
        local: local.at(0),
        len: 10,
        ..STAINED
    };
    const ARRAY: usize = (SEGS * size_of::<Seg>()).next_multiple_of(PAGE);
    type Spoil = fn(&Region, usize) -> Result<(), Errno>;
    let spoils: [(&str, Spoil); 3] = [
        ("a hole", |array, page| array.unmap(page, PAGE)),
        ("read-only", |array, page| array.protect(page, PAGE, READ)),
        ("shared and read-only", |array, page| {
            array.map_over(page, PAGE, READ, Memory::Shared)
        }),
    ];
    for (what, spoil) in spoils {
        for page in [0, PAGE, 5 * PAGE, ARRAY - PAGE] {
            let array = t.can("mmap", Region::private(ARRAY))?;
            put(&array, &[seg; SEGS]);
            t.can("spoiling a page", spoil(&array, page))?;
            for (name, request) in REQUESTS {
                let mut wrong = batch(target.pid(), &mut []);
                wrong.segs = array.at(0);
                wrong.nsegs = MAX_SEGS;
                let got = t.device().batch(request, &mut wrong);
                t.refused(
                    format_args!("{name}, page {} {what}", page / PAGE),
                    got,
                    Errno::EFAULT,
                )?;
            }
        }
    }
    // What was read for nothing does no harm: only the target must be as it was.
    let place = t.can("asking the target", target.ask(0))?;
    t.equal("the target's first wrong byte", place, SIZE as u64)
}

fn zeros(t: &mut Test) -> Outcome {
    let (_remote, _local, target) = scene(t)?;
    for (name, request) in REQUESTS {
        let array = t.can("mmap", Region::private(SEGS * size_of::<Seg>()))?;
        let mut given = batch(target.pid(), &mut []);
        given.segs = array.at(0);
        given.nsegs = MAX_SEGS;
        let result = t.device().batch(request, &mut given);
        t.can(name, result)?;
        t.equal(name, (given.failed, given.done, given.error), (0, 0, 0))?;
    }
    Ok(())
}

fn overwritten(t: &mut Test) -> Outcome {
    let (remote, _local, target) = scene(t)?;
    let mut segs = [STAINED; 12];
    let address = segs.as_mut_ptr() as u64;
    let bytes = size_of_val(&segs) as u64;
    let whole = Seg {
        remote: remote.at(0),
        local: address,
        len: bytes,
        ..STAINED
    };
    for count in [1, 12] {
        segs = [whole; 12];
        let mut given = batch(target.pid(), &mut segs[..count]);
        let result = t.device().batch(RWMEM_READV, &mut given);
        t.can("READV", result)?;
        t.equal("done in all", given.done, bytes * count as u64)?;
        for (index, seg) in segs[..count].iter().enumerate() {
            t.equal(
                format_args!("results of segment {index} of {count}"),
                (seg.done, seg.error),
                (bytes, 0),
            )?;
        }
    }
    Ok(())
}
