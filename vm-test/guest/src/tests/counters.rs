// SPDX-License-Identifier: BSD-2-Clause
//! `kern.rwmem`: what has been done is counted.

use crate::sys::memory::{NO_ACCESS, PAGE, Region};
use crate::sys::{Errno, process, sysctl};
use crate::tap::{Case, Outcome, Stop, Test, USER};
use crate::target::Target;
use core::ffi::CStr;

pub const CASES: &[Case] = &[
    Case::root("kern.rwmem counts reads, writes and their bytes", moved),
    Case::root(
        "kern.rwmem.faults counts transfers that an address stopped",
        faults,
    ),
    Case::root(
        "kern.rwmem.denied counts requests without permission",
        denied,
    ),
    Case::root(
        "malformed requests and lost targets count as nothing",
        nothing,
    ),
];

const NAMES: [&CStr; 8] = [
    c"kern.rwmem.reads",
    c"kern.rwmem.writes",
    c"kern.rwmem.bytes_read",
    c"kern.rwmem.bytes_written",
    c"kern.rwmem.faults",
    c"kern.rwmem.denied",
    c"kern.rwmem.stale",
    c"kern.rwmem.attached",
];

type Counts = [u64; NAMES.len()];

fn counts(t: &mut Test) -> Result<Counts, Stop> {
    let mut counts = Counts::default();
    for (count, name) in counts.iter_mut().zip(NAMES) {
        *count = t.can(format_args!("{name:?}"), sysctl::number(name))?;
    }
    Ok(counts)
}

/// Compares what was added since `before`, in the order of [`NAMES`].
fn added(t: &mut Test, before: Counts, expected: Counts) -> Outcome {
    let after = counts(t)?;
    for (((name, before), after), expected) in NAMES.iter().zip(before).zip(after).zip(expected) {
        t.equal(
            format_args!("added to {name:?}"),
            after.wrapping_sub(before),
            expected,
        )?;
    }
    Ok(())
}

fn moved(t: &mut Test) -> Outcome {
    const LONG: usize = 100 * PAGE + 1;
    let memory = t.can("mmap", Region::private(LONG))?;
    let target = t.can("fork", Target::idle())?;
    let before = counts(t)?;
    for len in [0, 1, 77, LONG] {
        let got = t.read(target.pid(), memory.at(0), memory.at(0), len as u64);
        t.moved_all("read", got, len)?;
    }
    let got = t.write(target.pid(), memory.at(0), memory.at(0), 500);
    t.moved_all("write", got, 500)?;
    let got = t.read(process::own_pid(), memory.at(0), memory.at(PAGE), 9);
    t.moved_all("read of oneself", got, 9)?;
    added(t, before, [5, 1, 78 + LONG as u64 + 9, 500, 0, 0, 0, 0])
}

fn faults(t: &mut Test) -> Outcome {
    let memory = t.can("mmap", Region::private(3 * PAGE))?;
    let target = Target::spawn(|| memory.protect(PAGE, PAGE, NO_ACCESS), |_| 0);
    let target = t.can("fork", target)?;
    let before = counts(t)?;
    let got = t.read(target.pid(), memory.at(10), memory.at(0), 2 * PAGE as u64);
    t.moved("read", got, PAGE - 10, Errno::EFAULT)?;
    let got = t.write(target.pid(), memory.at(PAGE), memory.at(0), 1);
    t.moved("write", got, 0, Errno::EFAULT)?;
    let got = t.write(target.pid(), memory.at(0), 0, 1);
    t.moved("write from a bad address", got, 0, Errno::EFAULT)?;
    added(t, before, [1, 2, PAGE as u64 - 10, 0, 3, 0, 0, 0])
}

fn denied(t: &mut Test) -> Outcome {
    let memory = t.can("mmap", Region::private(PAGE))?;
    let target = t.can("fork", Target::idle())?;
    t.can("becoming an unprivileged user", process::become_user(USER))?;
    let before = counts(t)?;
    let got = t.read(target.pid(), memory.at(0), memory.at(0), 1);
    t.refused("read", got, Errno::EPERM)?;
    let got = t.write(target.pid(), memory.at(0), memory.at(0), 1);
    t.refused("write", got, Errno::EPERM)?;
    added(t, before, [0, 0, 0, 0, 0, 2, 0, 0])
}

fn nothing(t: &mut Test) -> Outcome {
    let mut target = t.can("fork", Target::idle())?;
    t.can("the target's end", target.end())?;
    let before = counts(t)?;
    let got = t.read(target.pid(), 0, 0, 1);
    t.refused("read of a process that is gone", got, Errno::ESRCH)?;
    let got = t.write(process::own_pid(), u64::MAX, 0, 1);
    t.refused("write that wraps", got, Errno::EINVAL)?;
    added(t, before, [0; NAMES.len()])
}
