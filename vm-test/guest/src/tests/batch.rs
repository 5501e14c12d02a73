// SPDX-License-Identifier: BSD-2-Clause
//! READV and WRITEV: many transfers in one request, each with its own result.

use super::UNTOUCHED;
use crate::sys::Errno;
use crate::sys::memory::{PAGE, Region, pattern};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;
use core::ffi::c_ulong;
use rwmem_abi::{Batch, MAX_SEGS, RWMEM_READV, RWMEM_WRITEV, Seg};

pub const CASES: &[Case] = &[
    Case::everyone("a batch's segments run in order", in_order),
    Case::everyone(
        "a batch of the largest size delivers every segment",
        largest,
    ),
];

pub const REQUESTS: [(&str, c_ulong); 2] = [("READV", RWMEM_READV), ("WRITEV", RWMEM_WRITEV)];
pub const SIZE: usize = 8 * PAGE;
pub const HOLE: usize = 4 * PAGE;

/// What comes back must not depend on what was in it.
pub const STAINED: Seg = Seg {
    remote: 0,
    local: 0,
    len: 0,
    done: 0xdead,
    error: 0xdead,
    reserved: 0,
};

pub fn batch(pid: i32, segs: &mut [Seg]) -> Batch {
    Batch {
        pid,
        segs: segs.as_mut_ptr() as u64,
        nsegs: segs.len() as u32,
        failed: 0xdead,
        done: 0xdead,
        error: 0xdead,
        ..Batch::default()
    }
}

/// Runs a batch that is to have these outputs.
pub fn run(
    t: &mut Test,
    (name, request): (&str, c_ulong),
    pid: i32,
    segs: &mut [Seg],
    outcomes: &[(usize, Errno)],
) -> Outcome {
    let given = batch(pid, segs);
    let mut answered = given;
    let result = t.device().batch(request, &mut answered);
    t.can(name, result)?;
    for (index, (seg, outcome)) in segs.iter().zip(outcomes).enumerate() {
        let got = (seg.done as usize, Errno(seg.error));
        t.equal(
            format_args!("done and error of {name}'s segment {index}"),
            got,
            *outcome,
        )?;
    }
    let expected = Batch {
        failed: outcomes
            .iter()
            .filter(|(_, error)| *error != Errno::NONE)
            .count() as u32,
        done: outcomes.iter().map(|(done, _)| *done as u64).sum(),
        error: 0,
        ..given
    };
    t.equal(name, answered, expected)
}

/// A target whose region holds the pattern 1, with a hole of a page, and a region of our own.
pub fn scene(t: &mut Test) -> Result<(Region, Region, Target), Stop> {
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    local.fill(0, SIZE, |_| UNTOUCHED);
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, pattern(1));
            remote.unmap(HOLE, PAGE)
        },
        |place| u64::from(remote.get(place as usize)),
    );
    let target = t.can("fork", target)?;
    Ok((remote, local, target))
}

fn in_order(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t)?;
    // The second write lands on the first; what is read of both goes to one place as well.
    local.fill(0, SIZE, |place| (place / 10) as u8);
    let seg = |from: usize, to: usize| Seg {
        remote: remote.at(from),
        local: local.at(to),
        len: 10,
        ..STAINED
    };
    let both = [(10, Errno::NONE); 2];
    run(
        t,
        REQUESTS[1],
        target.pid(),
        &mut [seg(0, 10), seg(5, 20)],
        &both,
    )?;
    run(
        t,
        REQUESTS[0],
        target.pid(),
        &mut [seg(0, 100), seg(5, 100)],
        &both,
    )?;
    t.same(
        "what the second segment wrote and read",
        &local,
        100,
        10,
        |_| 2,
    )
}

fn largest(t: &mut Test) -> Outcome {
    const LEN: usize = 24;
    const REMOTE: usize = 64 * PAGE;
    const SEGS: usize = MAX_SEGS as usize;
    let remote = t.can("mmap", Region::private(REMOTE))?;
    let local = t.can("mmap", Region::private(SEGS * LEN))?;
    let target = Target::spawn(
        || {
            remote.fill(0, REMOTE, pattern(1));
            Ok(())
        },
        |_| 0,
    );
    let target = t.can("fork", target)?;
    // Scattered, some over the end of a page, not in the order of addresses.
    let from = |index: usize| index * 7919 * 8 % (REMOTE - LEN);
    let mut segs = [STAINED; SEGS];
    for (index, seg) in segs.iter_mut().enumerate() {
        *seg = Seg {
            remote: remote.at(from(index)),
            local: local.at(index * LEN),
            len: LEN as u64,
            ..STAINED
        };
    }
    run(
        t,
        REQUESTS[0],
        target.pid(),
        &mut segs,
        &[(LEN, Errno::NONE); SEGS],
    )?;
    t.same("what was read", &local, 0, SEGS * LEN, |to| {
        pattern(1)(from(to / LEN) + to % LEN)
    })?;
    local.fill(0, SEGS * LEN, |_| 3);
    run(
        t,
        REQUESTS[1],
        target.pid(),
        &mut segs,
        &[(LEN, Errno::NONE); SEGS],
    )?;
    local.fill(0, SEGS * LEN, |_| 0);
    run(
        t,
        REQUESTS[0],
        target.pid(),
        &mut segs,
        &[(LEN, Errno::NONE); SEGS],
    )?;
    t.same("what was written, read back", &local, 0, SEGS * LEN, |_| 3)
}
