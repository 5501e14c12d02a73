// SPDX-License-Identifier: BSD-2-Clause
//! A large page that is mapped as a whole, while the map allows only a part of it to be read.

use super::UNTOUCHED;
use crate::sys::Errno;
use crate::sys::mapping::{EXECUTE, Memory, READ, Residency, WRITE};
use crate::sys::memory::{ALIAS, PAGE, Region, pattern};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;

pub const CASES: &[Case] = &[Case::transfers(
    "a transfer within a large page stops where what may be read ends",
    stops,
)];

/// A large page of amd64, and what of it may be read.
const SIZE: usize = ALIAS;
const READABLE: usize = SIZE / 2;
/// Where transfers begin, as far before the end of that.
const BEFORE: usize = 100;

fn stops(t: &mut Test) -> Outcome {
    // Aligned as a large page is.
    let remote = t.can("mmap", Region::aliased(SIZE))?;
    let local = t.can("mmap", Region::private(2 * PAGE))?;
    let theirs = pattern(1);
    let target = Target::spawn(
        || {
            remote.map_over(0, SIZE, READ | WRITE | EXECUTE, Memory::Private)?;
            remote.fill(0, SIZE, theirs);
            // The kernel leaves the page tables as they are: what may be written and executed can be read, to them.
            remote.protect(READABLE, SIZE - READABLE, WRITE | EXECUTE)
        },
        // How many bytes were changed, or whether it is a large page still.
        |question| match question {
            0 => {
                let mut pages = [Residency::default(); 1];
                let known = remote.residency(READABLE - PAGE, &mut pages);
                u64::from(known.is_ok() && pages[0].is_large())
            }
            _ => (0..SIZE)
                .filter(|&place| remote.get(place) != theirs(place))
                .count() as u64,
        },
    );
    let target = t.can("fork", target)?;
    if t.can("asking", target.ask(0))? == 0 {
        return Err(Stop::Skipped("the kernel gave the target no large page"));
    }
    let start = READABLE - BEFORE;
    for len in [2 * BEFORE, 2 * PAGE] {
        local.fill(0, 2 * PAGE, |_| UNTOUCHED);
        let read = t.read(target.pid(), remote.at(start), local.at(0), len as u64);
        t.moved("read", read, BEFORE, Errno::EFAULT)?;
        let from_there = |place| theirs(start + place);
        t.same("delivered", &local, 0, BEFORE, from_there)?;
        t.same("beyond done", &local, BEFORE, 2 * PAGE - BEFORE, |_| {
            UNTOUCHED
        })?;
    }
    t.equal("a large page after that", target.ask(0), Ok(1))?;
    let beyond = t.read(target.pid(), remote.at(READABLE), local.at(0), 8);
    t.moved("read beyond", beyond, 0, Errno::EFAULT)?;
    local.fill(0, 2 * PAGE, |place| !theirs(start + place));
    let written = t.write(target.pid(), remote.at(start), local.at(0), 2 * PAGE as u64);
    t.moved("write", written, BEFORE, Errno::EFAULT)?;
    t.equal("bytes changed", target.ask(1), Ok(BEFORE as u64))
}
