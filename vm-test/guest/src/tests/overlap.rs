// SPDX-License-Identifier: BSD-2-Clause
//! The caller's memory and the target's are the same: in one address space, overlapping or the very bytes, and in two that
//! share the page. A transfer ends, moves what it says, and changes nothing else; what is taken into the kernel as a whole
//! arrives as it was.

use super::UNTOUCHED;
use crate::device::Moved;
use crate::sys::Errno;
use crate::sys::memory::{PAGE, Region, pattern};
use crate::sys::process;
use crate::tap::{Case, Outcome, Test};
use crate::target::Target;

pub const CASES: &[Case] = &[
    Case::transfers(
        "a transfer from where the caller's buffer is changes nothing",
        very_bytes,
    ),
    Case::transfers(
        "a write within one process is of what was there, where it overlaps",
        write_overlapping,
    ),
    Case::transfers(
        "a read within one process changes only its buffer, where it overlaps",
        read_overlapping,
    ),
    Case::transfers(
        "a process reads into the same mapping, where nobody has been yet",
        same_mapping,
    ),
    Case::transfers(
        "a page that both processes share is read and written onto itself",
        shared_page,
    ),
    Case::transfers(
        "a page that both processes have copy-on-write is read and written onto itself",
        copied_page,
    ),
];

const SIZE: usize = 40 * PAGE;
const LENGTHS: [usize; 7] = [1, 8, 64, 65, PAGE, 12 * PAGE + 3, 30 * PAGE + 7];
const SHIFTS: [usize; 5] = [1, 60, PAGE - 1, PAGE, 3 * PAGE + 5];
/// Both ends of what overlaps are within the region.
const START: usize = 4 * PAGE + 9;
/// What a write takes into the kernel before it stores any of it.
const AT_ONCE: usize = 64 << 10;

fn very_bytes(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::private(SIZE))?;
    region.fill(0, SIZE, pattern(1));
    let own = process::own_pid();
    for len in LENGTHS {
        let at = region.at(START);
        let read = t.read(own, at, at, len as u64);
        t.moved_all(format_args!("read of {len}"), read, len)?;
        let written = t.write(own, at, at, len as u64);
        t.moved_all(format_args!("write of {len}"), written, len)?;
        t.same("the region", &region, 0, SIZE, pattern(1))?;
    }
    Ok(())
}

/// For each shift, up and down, and each length: a transfer from one place of the region to another.
fn each_overlap(
    t: &mut Test,
    longest: usize,
    transfer: fn(&Test, Pair) -> Result<Moved, Errno>,
    check: fn(&mut Test, &Region, usize, usize, usize) -> Outcome,
) -> Outcome {
    let region = t.can("mmap", Region::private(SIZE))?;
    for len in LENGTHS.into_iter().filter(|&len| len <= longest) {
        for shift in SHIFTS {
            for (from, to) in [(START, START + shift), (START, START - shift)] {
                region.fill(0, SIZE, pattern(1));
                let pair = Pair {
                    from: region.at(from),
                    to: region.at(to),
                    len: len as u64,
                };
                let moved = transfer(t, pair);
                t.moved_all(format_args!("{len} from {from} to {to}"), moved, len)?;
                t.same("before the buffer", &region, 0, to, pattern(1))?;
                let end = to + len;
                t.same("behind it", &region, end, SIZE - end, pattern(1))?;
                check(t, &region, from, to, len)?;
            }
        }
    }
    Ok(())
}

struct Pair {
    from: u64,
    to: u64,
    len: u64,
}

fn write_overlapping(t: &mut Test) -> Outcome {
    let write = |t: &Test, pair: Pair| t.write(process::own_pid(), pair.to, pair.from, pair.len);
    each_overlap(t, AT_ONCE, write, |t, region, from, to, len| {
        let was = |place: usize| pattern(1)(place - to + from);
        t.same("what was written", region, to, len, was)
    })
}

fn read_overlapping(t: &mut Test) -> Outcome {
    let read = |t: &Test, pair: Pair| t.read(process::own_pid(), pair.from, pair.to, pair.len);
    each_overlap(t, SIZE, read, |t, region, from, to, len| {
        // Behind what overlaps, or where both are apart, there is no doubt what must have come.
        let sure = match to > from {
            true => to..to + len.min(to - from),
            false => (to + len).saturating_sub(from - to).max(to)..to + len,
        };
        let was = |place: usize| pattern(1)(place - to + from);
        t.same("what was read", region, sure.start, sure.len(), was)
    })
}

fn same_mapping(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::private(SIZE))?;
    let half = SIZE / 2;
    region.fill(0, half, pattern(1));
    let own = process::own_pid();
    let moved = t.read(own, region.at(3), region.at(half), half as u64 - 3);
    t.moved_all("read", moved, half - 3)?;
    let from_there = |place: usize| pattern(1)(place - half + 3);
    t.same("what was read", &region, half, half - 3, from_there)?;
    t.same("where it is from", &region, 0, half, pattern(1))
}

/// Reads and writes each length from where it is to where it is, in the target and here.
fn onto_itself(t: &mut Test, target: &Target, region: &Region) -> Outcome {
    for len in LENGTHS {
        let at = region.at(START);
        let read = t.read(target.pid(), at, at, len as u64);
        t.moved_all(format_args!("read of {len}"), read, len)?;
        let written = t.write(target.pid(), at, at, len as u64);
        t.moved_all(format_args!("write of {len}"), written, len)?;
        t.same("ours", region, 0, SIZE, pattern(1))?;
        t.equal("the target's wrong bytes", target.ask(0), Ok(0))?;
    }
    Ok(())
}

fn wrong(region: &Region) -> u64 {
    u64::from(region.difference(0, SIZE, pattern(1)).is_some())
}

fn shared_page(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::shared(SIZE))?;
    region.fill(0, SIZE, pattern(1));
    let target = t.can("fork", Target::spawn(|| Ok(()), |_| wrong(&region)))?;
    onto_itself(t, &target, &region)?;
    // And moved on by a page, through the other's mapping of what is written here.
    let len = 8 * PAGE;
    let written = t.write(target.pid(), region.at(PAGE), region.at(0), len as u64);
    t.moved_all("write to the next page", written, len)?;
    let moved_on = |place: usize| pattern(1)(place - PAGE);
    t.same("what was written", &region, PAGE, len, moved_on)
}

fn copied_page(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::private(SIZE))?;
    region.fill(0, SIZE, pattern(1));
    let target = t.can("fork", Target::spawn(|| Ok(()), |_| wrong(&region)))?;
    onto_itself(t, &target, &region)?;
    region.fill(START, PAGE, |_| UNTOUCHED);
    t.equal("the target's wrong bytes", target.ask(0), Ok(0))
}
