// SPDX-License-Identifier: BSD-2-Clause
//! The segments of a batch: how many there are, and what is wrong with them.

use super::UNTOUCHED;
use super::batch::{REQUESTS, STAINED, run};
use crate::sys::Errno;
use crate::sys::memory::{PAGE, Region, pattern};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;
use rwmem_abi::{MAX_LEN, MAX_SEGS, Seg};

pub const CASES: &[Case] = &[
    Case::everyone("a batch of any size runs all its segments", sizes),
    Case::everyone(
        "a malformed segment fails alone, wherever it is: EINVAL",
        malformed,
    ),
    Case::everyone(
        "segments go on where one before them met a hole",
        after_holes,
    ),
];

pub const SEGS: usize = MAX_SEGS as usize;
pub const SIZE: usize = 4 * PAGE;

/// A target whose region holds the pattern 1, and a region of our own. Asked, it tells the first place that holds
/// something else.
pub fn scene(t: &mut Test) -> Result<(Region, Region, Target), Stop> {
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    local.fill(0, SIZE, |_| UNTOUCHED);
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, pattern(1));
            Ok(())
        },
        |_| match remote.difference(0, SIZE, pattern(1)) {
            None => SIZE as u64,
            Some((place, _)) => place as u64,
        },
    );
    let target = t.can("fork", target)?;
    Ok((remote, local, target))
}

fn sizes(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t)?;
    const LEN: usize = 3;
    // Few segments the module keeps elsewhere than many.
    for nsegs in [1, 2, 7, 8, 9, 10, 101, 102, 103, SEGS - 1, SEGS] {
        let mut segs = [STAINED; SEGS];
        for (index, seg) in segs.iter_mut().enumerate() {
            *seg = Seg {
                remote: remote.at(index * 11),
                local: local.at(index * LEN),
                len: LEN as u64,
                ..STAINED
            };
        }
        let outcomes = [(LEN, Errno::NONE); SEGS];
        local.fill(0, SIZE, |_| UNTOUCHED);
        let (used, unused) = segs.split_at_mut(nsegs);
        run(t, REQUESTS[0], target.pid(), used, &outcomes[..nsegs])?;
        t.same(
            format_args!("{nsegs} segments"),
            &local,
            0,
            SIZE,
            |to| match to < nsegs * LEN {
                true => pattern(1)(to / LEN * 11 + to % LEN),
                false => UNTOUCHED,
            },
        )?;
        // What was read is written back to where it came from.
        run(t, REQUESTS[1], target.pid(), used, &outcomes[..nsegs])?;
        t.equal(
            format_args!("segments after the {nsegs} given that were left alone"),
            unused.iter().filter(|seg| seg.done == 0xdead).count(),
            SEGS - nsegs,
        )?;
    }
    let place = t.can("asking the target", target.ask(0))?;
    t.equal("the target's first wrong byte", place, SIZE as u64)
}

fn malformed(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t)?;
    let good = Seg {
        remote: remote.at(0),
        local: local.at(0),
        len: 10,
        ..STAINED
    };
    const LAST: u64 = u64::MAX;
    let wrong = [
        (
            "reserved 1",
            Seg {
                reserved: 1,
                ..good
            },
        ),
        (
            "reserved 1 << 31",
            Seg {
                reserved: 1 << 31,
                ..good
            },
        ),
        (
            "too long",
            Seg {
                len: MAX_LEN + 1,
                ..good
            },
        ),
        ("as long as can be said", Seg { len: LAST, ..good }),
        (
            "remote wraps",
            Seg {
                remote: LAST - 8,
                ..good
            },
        ),
        (
            "local wraps",
            Seg {
                local: LAST - 8,
                ..good
            },
        ),
        (
            "local wraps, and remote is nowhere",
            Seg {
                local: LAST,
                remote: 0,
                ..good
            },
        ),
        (
            "no bytes, and reserved",
            Seg {
                len: 0,
                reserved: 2,
                ..good
            },
        ),
    ];
    for request in REQUESTS {
        for (what, bad) in wrong {
            for (count, place) in [(1, 0), (3, 0), (3, 1), (3, 2), (12, 5), (12, 11)] {
                let mut segs = [good; 12];
                let mut outcomes = [(10, Errno::NONE); 12];
                segs[place] = bad;
                outcomes[place] = (0, Errno::EINVAL);
                let ran = run(
                    t,
                    request,
                    target.pid(),
                    &mut segs[..count],
                    &outcomes[..count],
                );
                if ran.is_err() {
                    t.note(format_args!("that was {what}, segment {place} of {count}"));
                    return ran;
                }
            }
        }
    }
    Ok(())
}

fn after_holes(t: &mut Test) -> Outcome {
    const PAGES: usize = 48;
    const LEN: usize = 2 * PAGE;
    let remote = t.can("mmap", Region::private(PAGES * PAGE))?;
    let local = t.can("mmap", Region::private(PAGES * PAGE))?;
    // Every third page is a hole; each segment begins in the middle of a page.
    let target = Target::spawn(
        || {
            remote.fill(0, PAGES * PAGE, pattern(1));
            (2..PAGES)
                .step_by(3)
                .try_for_each(|page| remote.unmap(page * PAGE, PAGE))
        },
        |_| 0,
    );
    let target = t.can("fork", target)?;
    let mut segs = [STAINED; PAGES - 2];
    let mut outcomes = [(0, Errno::NONE); PAGES - 2];
    for (page, (seg, outcome)) in segs.iter_mut().zip(&mut outcomes).enumerate() {
        let start = page * PAGE + PAGE / 2;
        *seg = Seg {
            remote: remote.at(start),
            local: local.at(start),
            len: LEN as u64,
            ..STAINED
        };
        *outcome = match page % 3 {
            0 => (PAGE + PAGE / 2, Errno::EFAULT),
            1 => (PAGE / 2, Errno::EFAULT),
            _ => (0, Errno::EFAULT),
        };
    }
    for request in REQUESTS {
        run(t, request, target.pid(), &mut segs, &outcomes)?;
    }
    for page in (0..PAGES - 2).filter(|page| page % 3 < 2) {
        let start = page * PAGE + PAGE / 2;
        let len = PAGE / 2;
        t.same("what was read", &local, start, len, pattern(1))?;
    }
    Ok(())
}
