// SPDX-License-Identifier: BSD-2-Clause
//! Addresses of the caller that are not there, or not writable: EFAULT, and `done` exact to the byte.

use super::UNTOUCHED;
use super::holes::FAR;
use crate::sys::Errno;
use crate::sys::memory::{NO_ACCESS, PAGE, READABLE, Region, pattern};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;

pub const CASES: &[Case] = &[
    Case::transfers(
        "a read stops where the caller's memory has a hole",
        read_hole,
    ),
    Case::transfers(
        "a write stops where the caller's memory has a hole",
        write_hole,
    ),
    Case::transfers(
        "nothing moves when the caller's first byte is bad",
        first_byte,
    ),
    Case::transfers(
        "a read does not write read-only memory of the caller",
        read_only,
    ),
    Case::transfers(
        "a write takes its bytes from read-only memory",
        write_from_read_only,
    ),
    Case::transfers(
        "the caller's pointer cannot name kernel memory",
        far_addresses,
    ),
    Case::transfers("of two holes, the one that comes first counts", two_holes),
];

const SIZE: usize = 5 * PAGE;
const HOLE: usize = 2 * PAGE;
const START: usize = 10;

/// Two regions, ours and the target's, which holds the pattern 1 (ours: 2). Asked, the target tells how many
/// bytes from the region's start are no longer its own.
fn scene(t: &mut Test) -> Result<(Region, Region, Target), Stop> {
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    local.fill(0, SIZE, pattern(2));
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, pattern(1));
            Ok(())
        },
        |_| {
            let changed = (0..SIZE).take_while(|&place| remote.get(place) == pattern(2)(place));
            let changed = changed.count();
            match remote.difference(changed, SIZE - changed, pattern(1)) {
                None => changed as u64,
                Some(_) => u64::MAX,
            }
        },
    );
    let target = t.can("fork", target)?;
    Ok((remote, local, target))
}

fn read_hole(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t)?;
    local.fill(0, SIZE, |_| UNTOUCHED);
    t.can("munmap", local.unmap(HOLE, PAGE))?;
    let len = SIZE - START;
    let moved = t.read(target.pid(), remote.at(START), local.at(START), len as u64);
    t.moved("read", moved, HOLE - START, Errno::EFAULT)?;
    t.same("before the hole", &local, START, HOLE - START, pattern(1))?;
    let after = HOLE + PAGE;
    t.same("after the hole", &local, after, SIZE - after, |_| UNTOUCHED)
}

fn write_hole(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t)?;
    t.can("munmap", local.unmap(HOLE, PAGE))?;
    let moved = t.write(target.pid(), remote.at(0), local.at(0), SIZE as u64);
    t.moved("write", moved, HOLE, Errno::EFAULT)?;
    let changed = t.can("asking the target", target.ask(0))?;
    t.equal("bytes that the target finds changed", changed, HOLE as u64)
}

fn first_byte(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t)?;
    t.can("munmap", local.unmap(HOLE, PAGE))?;
    for (at, len) in [(HOLE, 1), (HOLE + PAGE - 1, PAGE), (HOLE + 5, 3)] {
        let read = t.read(target.pid(), remote.at(0), local.at(at), len as u64);
        t.moved(
            format_args!("read of {len} to {at}"),
            read,
            0,
            Errno::EFAULT,
        )?;
        let written = t.write(target.pid(), remote.at(0), local.at(at), len as u64);
        t.moved(
            format_args!("write of {len} from {at}"),
            written,
            0,
            Errno::EFAULT,
        )?;
    }
    let changed = t.can("asking the target", target.ask(0))?;
    t.equal("bytes that the target finds changed", changed, 0)
}

fn read_only(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t)?;
    t.can("mprotect", local.protect(HOLE, PAGE, READABLE))?;
    let moved = t.read(target.pid(), remote.at(HOLE), local.at(HOLE), 1);
    t.moved("read to read-only memory", moved, 0, Errno::EFAULT)?;
    let moved = t.read(
        target.pid(),
        remote.at(START),
        local.at(START),
        (SIZE - START) as u64,
    );
    t.moved(
        "read over read-only memory",
        moved,
        HOLE - START,
        Errno::EFAULT,
    )?;
    t.same("before it", &local, START, HOLE - START, pattern(1))?;
    t.same("in it and after it", &local, HOLE, SIZE - HOLE, pattern(2))
}

fn write_from_read_only(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t)?;
    t.can("mprotect", local.protect(0, SIZE, READABLE))?;
    let moved = t.write(target.pid(), remote.at(0), local.at(0), HOLE as u64);
    t.moved_all("write", moved, HOLE)?;
    let changed = t.can("asking the target", target.ask(0))?;
    t.equal("bytes that the target finds changed", changed, HOLE as u64)
}

fn far_addresses(t: &mut Test) -> Outcome {
    let (remote, _local, target) = scene(t)?;
    for address in FAR {
        for len in [1, PAGE - 1] {
            let read = t.read(target.pid(), remote.at(0), address, len as u64);
            t.moved(
                format_args!("read of {len} to {address:#x}"),
                read,
                0,
                Errno::EFAULT,
            )?;
            let written = t.write(target.pid(), remote.at(0), address, len as u64);
            t.moved(
                format_args!("write of {len} from {address:#x}"),
                written,
                0,
                Errno::EFAULT,
            )?;
        }
    }
    let changed = t.can("asking the target", target.ask(0))?;
    t.equal("bytes that the target finds changed", changed, 0)
}

/// The caller's hole is at [`HOLE`]; the target's comes `after` it in one transfer, and before it in another.
fn two_holes(t: &mut Test) -> Outcome {
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    let target = Target::spawn(|| remote.protect(3 * PAGE, PAGE, NO_ACCESS), |_| 0);
    let target = t.can("fork", target)?;
    t.can("munmap", local.unmap(HOLE, PAGE))?;
    // How far it is to the target's hole from each start; to the caller's it is always HOLE - START.
    for (start, done) in [
        (START, HOLE - START),
        (2 * PAGE, PAGE),
        (PAGE + START, HOLE - START),
    ] {
        let read = t.read(
            target.pid(),
            remote.at(start),
            local.at(START),
            3 * PAGE as u64,
        );
        t.moved(format_args!("read from {start}"), read, done, Errno::EFAULT)?;
        let written = t.write(
            target.pid(),
            remote.at(start),
            local.at(START),
            3 * PAGE as u64,
        );
        t.moved(
            format_args!("write to {start}"),
            written,
            done,
            Errno::EFAULT,
        )?;
    }
    Ok(())
}
