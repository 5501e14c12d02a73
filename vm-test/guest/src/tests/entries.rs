// SPDX-License-Identifier: BSD-2-Clause
//! Map entries that are not like others: locked in memory, and stacks that grow.

use super::UNTOUCHED;
use crate::sys::mapping::{Memory, READ, Residency, WRITE};
use crate::sys::memory::{PAGE, Region, pattern, shared_object};
use crate::sys::process;
use crate::sys::{Errno, node};
use crate::tap::{Case, Outcome, Test};
use crate::target::Target;

pub const CASES: &[Case] = &[
    Case::transfers(
        "locked memory is read and written, here and there, and can be unlocked again",
        locked,
    ),
    Case::transfers(
        "locked memory that its process may not write is copied by a write, and stays locked",
        locked_read_only,
    ),
    Case::transfers(
        "locked memory of an object that was cut off reads as zeros, before and after it grows again",
        locked_and_cut_off,
    ),
    Case::transfers(
        "a target's stack is read and written, but does not grow by that",
        stack_there,
    ),
    Case::transfers(
        "the caller's stack grows for what is read to it",
        stack_here,
    ),
];

/// As much as anybody may lock.
const SIZE: usize = 6 * PAGE;
const START: usize = 77;
const LEN: usize = SIZE - 2 * START;

fn within(place: usize) -> bool {
    (START..START + LEN).contains(&place)
}

const COUNT_WRONG: u64 = 0;

fn locked(t: &mut Test) -> Outcome {
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, pattern(1));
            remote.lock(0, SIZE)
        },
        |question| match question {
            COUNT_WRONG => {
                let written = |place| match within(place) {
                    true => pattern(2)(place),
                    false => pattern(1)(place),
                };
                u64::from(remote.difference(0, SIZE, written).is_some())
            }
            _ => match remote.unlock(0, SIZE) {
                Ok(()) => 0,
                Err(error) => error.0 as u64,
            },
        },
    );
    let target = t.can("fork", target)?;
    local.fill(0, SIZE, |_| UNTOUCHED);
    t.can("mlock", local.lock(0, SIZE))?;
    let moved = t.read(target.pid(), remote.at(START), local.at(START), LEN as u64);
    t.moved_all("read", moved, LEN)?;
    t.same("what was read", &local, 0, SIZE, |place| {
        match within(place) {
            true => pattern(1)(place),
            false => UNTOUCHED,
        }
    })?;
    local.fill(0, SIZE, pattern(2));
    let moved = t.write(target.pid(), remote.at(START), local.at(START), LEN as u64);
    t.moved_all("write", moved, LEN)?;
    t.equal("the target's wrong bytes", target.ask(COUNT_WRONG), Ok(0))?;
    t.can("munlock", local.unlock(0, SIZE))?;
    t.equal("the target's munlock", target.ask(1), Ok(0))
}

/// After fork(2) its pages are the parent's as well, and only read faults have been there.
fn locked_read_only(t: &mut Test) -> Outcome {
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    remote.fill(0, SIZE, pattern(1));
    local.fill(0, SIZE, pattern(2));
    let target = Target::spawn(
        || {
            remote.protect(0, SIZE, READ)?;
            remote.lock(0, SIZE)
        },
        |_| {
            let written = |place| match within(place) {
                true => pattern(2)(place),
                false => pattern(1)(place),
            };
            let wrong = remote.difference(0, SIZE, written).is_some();
            let mut pages = [Residency::default(); SIZE / PAGE];
            let gone = remote.residency(0, &mut pages).is_err()
                || !pages.iter().all(|page| page.is_resident());
            u64::from(wrong) + 2 * u64::from(gone) + 4 * u64::from(remote.unlock(0, SIZE).is_err())
        },
    );
    let target = t.can("fork", target)?;
    let moved = t.write(target.pid(), remote.at(START), local.at(START), LEN as u64);
    t.moved_all("write", moved, LEN)?;
    t.equal("what is wrong in the target", target.ask(0), Ok(0))?;
    t.same("the parent's", &remote, 0, SIZE, pattern(1))
}

fn locked_and_cut_off(t: &mut Test) -> Outcome {
    let object = t.can("an object", shared_object(SIZE))?;
    let remote = t.can("mmap", Region::of_object(&object, SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, pattern(1));
            remote.lock(0, SIZE)
        },
        |_| u64::from(remote.difference(0, SIZE, |_| 0).is_some()),
    );
    let target = t.can("fork", target)?;
    // The kernel keeps the pages, and gives them to their process as zeros, instead of a SIGBUS.
    for there in [PAGE, 0, SIZE] {
        t.can("ftruncate", node::resize(&object, there))?;
        let left = there % SIZE;
        for len in [8, SIZE] {
            local.fill(0, SIZE, |_| UNTOUCHED);
            let moved = t.read(target.pid(), remote.at(0), local.at(0), len as u64);
            t.moved_all(format_args!("read of {there} bytes' object"), moved, len)?;
            t.same("what was read", &local, 0, len, |place| {
                if place < left { pattern(1)(place) } else { 0 }
            })?;
        }
    }
    t.equal("the target's wrong bytes", target.ask(0), Ok(0))
}

/// More than is there of a stack at first (`kern.sgrowsiz`), and how much of it the tests look at from its end.
const STACK: usize = 1 << 20;
const TOP: usize = 2 * PAGE;
/// Not there yet, and as far from the guard at its lowest address.
const BELOW: usize = STACK / 2;

fn stack_there(t: &mut Test) -> Outcome {
    let remote = t.can("mmap", Region::private(STACK))?;
    let local = t.can("mmap", Region::private(STACK))?;
    let top = STACK - TOP;
    let is_there = |place| {
        let mut pages = [Residency::default(); 1];
        remote.residency(place, &mut pages).is_ok() && pages[0].is_resident()
    };
    let target = Target::spawn(
        || {
            remote.map_over(0, STACK, READ | WRITE, Memory::Stack)?;
            remote.fill(top, TOP, pattern(1));
            Ok(())
        },
        |_| {
            let wrong = remote.difference(top, TOP, pattern(2)).is_some();
            u64::from(wrong) + 2 * u64::from(is_there(BELOW)) + 4 * u64::from(!is_there(top))
        },
    );
    let target = t.can("fork", target)?;
    let pid = target.pid();
    let moved = t.read(pid, remote.at(top), local.at(top), TOP as u64);
    t.moved_all("read of the stack", moved, TOP)?;
    t.same("what was read", &local, top, TOP, pattern(1))?;
    local.fill(0, STACK, pattern(2));
    let moved = t.write(pid, remote.at(top), local.at(top), TOP as u64);
    t.moved_all("write to the stack", moved, TOP)?;
    for len in [8, STACK - BELOW] {
        let moved = t.read(pid, remote.at(BELOW), local.at(0), len as u64);
        t.moved("read below the stack", moved, 0, Errno::EFAULT)?;
        let moved = t.write(pid, remote.at(BELOW), local.at(0), len as u64);
        t.moved("write below the stack", moved, 0, Errno::EFAULT)?;
    }
    t.equal("what is wrong in the target", target.ask(0), Ok(0))
}

fn stack_here(t: &mut Test) -> Outcome {
    let remote = t.can("mmap", Region::private(STACK))?;
    remote.fill(BELOW, TOP, pattern(1));
    let local = t.can("mmap", Region::private(STACK))?;
    let stack = local.map_over(0, STACK, READ | WRITE, Memory::Stack);
    t.can("mmap of a stack", stack)?;
    // A copy of this process, whose stack has not grown.
    let target = t.can("fork", Target::idle())?;
    let moved = t.read(target.pid(), remote.at(BELOW), local.at(BELOW), TOP as u64);
    t.moved_all("read to where the stack has not been yet", moved, TOP)?;
    t.same("what was read", &local, BELOW, TOP, pattern(1))?;
    let own = process::own_pid();
    let moved = t.write(own, remote.at(BELOW + TOP), local.at(BELOW), TOP as u64);
    t.moved_all("write from it", moved, TOP)?;
    let moved_on = |place: usize| pattern(1)(place - TOP);
    t.same("what was written", &remote, BELOW + TOP, TOP, moved_on)
}
