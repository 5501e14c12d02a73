// SPDX-License-Identifier: BSD-2-Clause
//! Batches that fail as a whole, before anything is transferred.

use super::UNTOUCHED;
use super::batch::{REQUESTS, SIZE, STAINED, batch, scene};
use crate::sys::memory::{PAGE, READABLE, Region, pattern};
use crate::sys::{Errno, process};
use crate::tap::{Case, Outcome, Test, USER};
use crate::target::Target;
use rwmem_abi::{BATCH_STOP, Batch, MAX_SEGS, Seg};

pub const CASES: &[Case] = &[
    Case::everyone(
        "a batch with flags or a reserved field is refused: EINVAL",
        malformed,
    ),
    Case::everyone(
        "a segment array that cannot be had is refused: EFAULT",
        bad_array,
    ),
    Case::root("a batch without permission is refused: EPERM", denied),
];

fn malformed(t: &mut Test) -> Outcome {
    let target = t.can("fork", Target::idle())?;
    let mut segs = [STAINED; 1];
    for (name, request) in REQUESTS {
        for bit in 0..32 {
            let unknown = match 1 << bit {
                // Known, but not together with one that is not.
                BATCH_STOP => BATCH_STOP | 1 << 31,
                flag => flag,
            };
            let mut wrong = Batch {
                flags: unknown,
                ..batch(target.pid(), &mut segs)
            };
            let got = t.device().batch(request, &mut wrong);
            t.refused(
                format_args!("{name} with flag {:#x}", wrong.flags),
                got,
                Errno::EINVAL,
            )?;
            let mut wrong = Batch {
                reserved: 1 << bit,
                ..batch(target.pid(), &mut segs)
            };
            let got = t.device().batch(request, &mut wrong);
            t.refused(
                format_args!("{name}, reserved {:#x}", wrong.reserved),
                got,
                Errno::EINVAL,
            )?;
        }
    }
    Ok(())
}

fn bad_array(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t)?;
    // A good segment, in memory of which the second page is not there, or is read-only.
    let array = t.can("mmap", Region::private(2 * PAGE))?;
    let seg = Seg {
        remote: remote.at(0),
        local: local.at(0),
        len: 10,
        ..STAINED
    };
    let bytes: [u64; 5] = [seg.remote, seg.local, seg.len, seg.done, 0];
    for at in [0, PAGE] {
        array.fill(at, size_of::<Seg>(), |place| {
            bytes[(place - at) / 8].to_le_bytes()[(place - at) % 8]
        });
    }
    let attempt = |t: &mut Test, what: &str, segs: u64, nsegs: u32| {
        REQUESTS.into_iter().try_for_each(|(name, request)| {
            let mut wrong = Batch {
                segs,
                nsegs,
                ..batch(target.pid(), &mut [])
            };
            let got = t.device().batch(request, &mut wrong);
            t.refused(format_args!("{name}, the array {what}"), got, Errno::EFAULT)
        })
    };
    t.can("mprotect", array.protect(PAGE, PAGE, READABLE))?;
    attempt(t, "in read-only memory", array.at(PAGE), 1)?;
    t.can("munmap", array.unmap(PAGE, PAGE))?;
    attempt(t, "in a hole", array.at(PAGE), 1)?;
    attempt(t, "at address 0", 0, 1)?;
    attempt(t, "in the kernel", 0xffff_ffff_8020_0000, 1)?;
    attempt(t, "with its end in a hole", array.at(0), MAX_SEGS)?;
    // What a read brought before its results could not be told is only the caller's own loss.
    t.same(
        "the caller's memory beyond it",
        &local,
        10,
        SIZE - 10,
        |_| UNTOUCHED,
    )?;
    let byte = t.can("asking the target", target.ask(0))?;
    t.equal("the target's first byte", byte, pattern(1)(0).into())
}

fn denied(t: &mut Test) -> Outcome {
    let target = t.can("fork", Target::idle())?;
    t.can("becoming an unprivileged user", process::become_user(USER))?;
    for (name, request) in REQUESTS {
        let got = t
            .device()
            .batch(request, &mut batch(target.pid(), &mut [STAINED]));
        t.refused(name, got, Errno::EPERM)?;
    }
    Ok(())
}
