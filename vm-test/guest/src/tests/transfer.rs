// SPDX-License-Identifier: BSD-2-Clause
//! Bytes arrive, all of them and no others.

use super::UNTOUCHED;
use crate::sys::memory::{PAGE, Region, pattern};
use crate::sys::time;
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;

pub const CASES: &[Case] = &[
    Case::transfers(
        "a read delivers the bytes asked for, at every alignment",
        read_aligned,
    ),
    Case::transfers(
        "a write stores the bytes given, at every alignment",
        write_aligned,
    ),
    Case::transfers("a read of several MiB delivers every byte", read_long),
    Case::transfers("a write of several MiB stores every byte", write_long),
    Case::transfers("a process runs on while it is read", target_runs_on),
];

const SIZE: usize = 5 * PAGE;
const REMOTE: [usize; 5] = [0, 1, 8, PAGE - 3, PAGE - 1];
const LOCAL: [usize; 4] = [0, 5, PAGE - 1, PAGE];
const LENGTHS: [usize; 12] = [
    1,
    2,
    3,
    7,
    8,
    65,
    512,
    PAGE - 1,
    PAGE,
    PAGE + 1,
    2 * PAGE + 2,
    3 * PAGE,
];
const COMBINATIONS: usize = REMOTE.len() * LOCAL.len() * LENGTHS.len();

/// Offset in the target's region, offset in ours, length.
fn combination(index: usize) -> (usize, usize, usize) {
    let (rest, len) = (index / LENGTHS.len(), LENGTHS[index % LENGTHS.len()]);
    (
        REMOTE[rest / LOCAL.len() % REMOTE.len()],
        LOCAL[rest % LOCAL.len()],
        len,
    )
}

fn read_aligned(t: &mut Test) -> Outcome {
    let content = pattern(1);
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, content);
            Ok(())
        },
        |_| 0,
    );
    let target = t.can("fork", target)?;
    for index in 0..COMBINATIONS {
        let (from, to, len) = combination(index);
        local.fill(0, SIZE, |_| UNTOUCHED);
        let moved = t.read(target.pid(), remote.at(from), local.at(to), len as u64);
        t.moved_all(format_args!("{len} bytes from {from} to {to}"), moved, len)?;
        let expected = |place: usize| match place.checked_sub(to) {
            Some(way) if way < len => content(from + way),
            _ => UNTOUCHED,
        };
        t.same(
            format_args!("{len} bytes from {from} to {to}"),
            &local,
            0,
            SIZE,
            expected,
        )?;
    }
    Ok(())
}

fn write_aligned(t: &mut Test) -> Outcome {
    let content = pattern(2);
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    local.fill(0, SIZE, content);
    // Asked with a combination, the target tells the offset of the first byte that is wrong, and starts afresh.
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, |_| UNTOUCHED);
            Ok(())
        },
        |index| {
            let (to, from, len) = combination(index as usize);
            let wrong = remote.difference(0, SIZE, |place| match place.checked_sub(to) {
                Some(way) if way < len => content(from + way),
                _ => UNTOUCHED,
            });
            remote.fill(0, SIZE, |_| UNTOUCHED);
            wrong.map_or(ALL_RIGHT, |(place, _)| place as u64)
        },
    );
    let target = t.can("fork", target)?;
    for index in 0..COMBINATIONS {
        let (to, from, len) = combination(index);
        let moved = t.write(target.pid(), remote.at(to), local.at(from), len as u64);
        t.moved_all(format_args!("{len} bytes from {from} to {to}"), moved, len)?;
        let wrong = t.can("asking the target", target.ask(index as u64))?;
        t.equal(
            format_args!("first wrong byte after {len} bytes from {from} to {to}"),
            wrong,
            ALL_RIGHT,
        )?;
    }
    t.same("the caller's own bytes", &local, 0, SIZE, content)
}

const ALL_RIGHT: u64 = u64::MAX;

const LONG: usize = (4 << 20) + 12_345;
const LONG_REMOTE: usize = 123;
const LONG_LOCAL: usize = 4001;
const LONG_REGION: usize = 5 << 20;

fn read_long(t: &mut Test) -> Outcome {
    let content = pattern(3);
    let remote = t.can("mmap", Region::private(LONG_REGION))?;
    let local = t.can("mmap", Region::private(LONG_REGION))?;
    let target = Target::spawn(
        || {
            remote.fill(0, LONG_REGION, content);
            Ok(())
        },
        |_| 0,
    );
    let target = t.can("fork", target)?;
    let moved = t.read(
        target.pid(),
        remote.at(LONG_REMOTE),
        local.at(LONG_LOCAL),
        LONG as u64,
    );
    t.moved_all("read", moved, LONG)?;
    let expected = |place: usize| content(place - LONG_LOCAL + LONG_REMOTE);
    t.same("delivered", &local, LONG_LOCAL, LONG, expected)?;
    t.same("before", &local, 0, LONG_LOCAL, |_| 0)?;
    let end = LONG_LOCAL + LONG;
    t.same("after", &local, end, LONG_REGION - end, |_| 0)
}

fn write_long(t: &mut Test) -> Outcome {
    let content = pattern(4);
    let remote = t.can("mmap", Region::private(LONG_REGION))?;
    let local = t.can("mmap", Region::private(LONG_REGION))?;
    local.fill(LONG_LOCAL, LONG, content);
    let target = Target::spawn(
        || Ok(()),
        |_| {
            let wrong = remote.difference(0, LONG_REGION, |place| {
                match place.checked_sub(LONG_REMOTE) {
                    Some(way) if way < LONG => content(LONG_LOCAL + way),
                    _ => 0,
                }
            });
            wrong.map_or(ALL_RIGHT, |(place, _)| place as u64)
        },
    );
    let target = t.can("fork", target)?;
    let moved = t.write(
        target.pid(),
        remote.at(LONG_REMOTE),
        local.at(LONG_LOCAL),
        LONG as u64,
    );
    t.moved_all("write", moved, LONG)?;
    let wrong = t.can("asking the target", target.ask(0))?;
    t.equal("first wrong byte", wrong, ALL_RIGHT)
}

fn target_runs_on(t: &mut Test) -> Outcome {
    let remote = t.can("mmap", Region::private(PAGE))?;
    let local = t.can("mmap", Region::private(PAGE))?;
    let target = Target::start(|link| {
        link.say(0);
        loop {
            remote.put(0, remote.get(0).wrapping_add(1));
        }
    });
    let target = t.can("fork", target)?;
    let mut look = || -> Result<u8, Stop> {
        let moved = t.read(target.pid(), remote.at(0), local.at(0), 1);
        t.moved_all("read", moved, 1)?;
        Ok(local.get(0))
    };
    for _ in 0..10 {
        let first = look()?;
        let mut seen = Ok(first);
        let changed = time::wait_until(5000, || {
            seen = look();
            !matches!(seen, Ok(byte) if byte == first)
        });
        seen?;
        if !changed {
            return t.holds("the number that the target counts goes on", false);
        }
    }
    Ok(())
}
