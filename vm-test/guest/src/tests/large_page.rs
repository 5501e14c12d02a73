// SPDX-License-Identifier: BSD-2-Clause
//! Large pages: one that is mapped as a whole, while the map allows only a part of it to be read; and objects made of them,
//! on both sides.

use super::UNTOUCHED;
use crate::sys::Errno;
use crate::sys::mapping::{EXECUTE, Memory, READ, Residency, WRITE};
use crate::sys::memory::{ALIAS, PAGE, Region, large_object, large_size, pattern};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;

pub const CASES: &[Case] = &[
    Case::transfers(
        "a transfer within a large page stops where what may be read ends",
        stops,
    ),
    Case::transfers("a large page is read to and written from another", both),
    Case::transfers(
        "objects made of large pages are read and written, and are the caller's buffer",
        objects,
    ),
];

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

/// Transfers between two regions of which each is seen by both processes: all of it, and from one odd place to another.
fn to_and_fro(t: &mut Test, target: &Target, remote: &Region, local: &Region) -> Outcome {
    let size = remote.len();
    for (from, to, len) in [(0, 0, size), (77, 3 * PAGE + 5, size / 2), (size - 9, 0, 9)] {
        remote.fill(0, size, pattern(1));
        local.fill(0, size, |_| UNTOUCHED);
        let moved = t.read(target.pid(), remote.at(from), local.at(to), len as u64);
        t.moved_all("read", moved, len)?;
        let from_there = |place: usize| pattern(1)(place - to + from);
        t.same("what was read", local, to, len, from_there)?;
        t.same("before it", local, 0, to, |_| UNTOUCHED)?;
        let end = to + len;
        t.same("behind it", local, end, size - end, |_| UNTOUCHED)?;

        local.fill(0, size, pattern(2));
        let moved = t.write(target.pid(), remote.at(from), local.at(to), len as u64);
        t.moved_all("write", moved, len)?;
        let from_here = |place: usize| pattern(2)(place - from + to);
        t.same("what was written", remote, from, len, from_here)?;
        t.same("before it", remote, 0, from, pattern(1))?;
        let end = from + len;
        t.same("behind it", remote, end, size - end, pattern(1))?;
    }
    Ok(())
}

fn is_large(region: &Region) -> bool {
    let mut pages = [Residency::default(); 1];
    region.residency(0, &mut pages).is_ok() && pages[0].is_large()
}

fn both(t: &mut Test) -> Outcome {
    let remote = t.can("mmap", Region::aliased(SIZE))?;
    let local = t.can("mmap", Region::aliased(SIZE))?;
    for region in [&remote, &local] {
        region.fill(0, SIZE, pattern(1));
    }
    if !is_large(&remote) || !is_large(&local) {
        return Err(Stop::Skipped("the kernel gave no large pages"));
    }
    let target = t.can("fork", Target::idle())?;
    to_and_fro(t, &target, &remote, &local)
}

fn objects(t: &mut Test) -> Outcome {
    const PAGES: usize = 2;
    let Some(size) = large_size() else {
        return Err(Stop::Skipped("this machine has one size of pages"));
    };
    let region = |t: &mut Test| {
        let object = t.can("a large object", large_object(size, PAGES))?;
        let region = Region::of_object(&object, size.bytes * PAGES);
        t.can("mmap", region)
    };
    let remote = region(t)?;
    let local = region(t)?;
    let target = t.can("fork", Target::idle())?;
    to_and_fro(t, &target, &remote, &local)?;
    // And within one, in the same process.
    remote.fill(0, remote.len(), pattern(1));
    let own = crate::sys::process::own_pid();
    let moved = t.read(own, remote.at(5), remote.at(size.bytes), size.bytes as u64);
    t.moved_all("read of the same object", moved, size.bytes)?;
    let from_there = |place: usize| pattern(1)(place - size.bytes + 5);
    // Its last bytes are read after the first have come.
    let sure = size.bytes - 5;
    t.same("what was read", &remote, size.bytes, sure, from_there)
}
