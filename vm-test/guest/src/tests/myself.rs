// SPDX-License-Identifier: BSD-2-Clause
//! A process's own memory, by its own pid.

use super::UNTOUCHED;
use crate::patch;
use crate::sys::memory::{NO_ACCESS, PAGE, Region, pattern};
use crate::sys::{Errno, process};
use crate::tap::{Case, Outcome, Test};

pub const CASES: &[Case] = &[
    Case::transfers("a process reads itself", read),
    Case::transfers("a process writes itself", write),
    Case::transfers("a process patches its own text", patch_itself),
    Case::transfers("a hole in oneself is a hole", hole),
];

const SIZE: usize = 40 * PAGE;
const LEN: usize = 33 * PAGE + 7;

fn read(t: &mut Test) -> Outcome {
    let from = t.can("mmap", Region::private(SIZE))?;
    let to = t.can("mmap", Region::private(SIZE))?;
    from.fill(0, SIZE, pattern(1));
    to.fill(0, SIZE, |_| UNTOUCHED);
    let moved = t.read(process::own_pid(), from.at(5), to.at(5), LEN as u64);
    t.moved_all("read", moved, LEN)?;
    t.same("delivered", &to, 5, LEN, pattern(1))?;
    t.same("before", &to, 0, 5, |_| UNTOUCHED)?;
    t.same("after", &to, 5 + LEN, SIZE - LEN - 5, |_| UNTOUCHED)
}

fn write(t: &mut Test) -> Outcome {
    let from = t.can("mmap", Region::private(SIZE))?;
    let to = t.can("mmap", Region::private(SIZE))?;
    from.fill(0, SIZE, pattern(1));
    to.fill(0, SIZE, |_| UNTOUCHED);
    let moved = t.write(process::own_pid(), to.at(5), from.at(5), LEN as u64);
    t.moved_all("write", moved, LEN)?;
    t.same("stored", &to, 5, LEN, pattern(1))?;
    t.same("before", &to, 0, 5, |_| UNTOUCHED)?;
    t.same("after", &to, 5 + LEN, SIZE - LEN - 5, |_| UNTOUCHED)
}

fn patch_itself(t: &mut Test) -> Outcome {
    let local = t.can("mmap", Region::private(PAGE))?;
    local.put(0, 9);
    let moved = t.write(process::own_pid(), patch::byte(), local.at(0), 1);
    t.moved_all("write", moved, 1)?;
    t.equal("the value", patch::value(), 9)
}

fn hole(t: &mut Test) -> Outcome {
    let from = t.can("mmap", Region::private(SIZE))?;
    let to = t.can("mmap", Region::private(SIZE))?;
    t.can("mprotect", from.protect(20 * PAGE, PAGE, NO_ACCESS))?;
    let own = process::own_pid();
    let done = 20 * PAGE - 5;
    let read = t.read(own, from.at(5), to.at(5), LEN as u64);
    t.moved("read", read, done, Errno::EFAULT)?;
    let written = t.write(own, from.at(5), to.at(5), LEN as u64);
    t.moved("write", written, done, Errno::EFAULT)
}
