// SPDX-License-Identifier: BSD-2-Clause
//! A device's memory, which the kernel does not manage as it does its own: its pages must not be wired as such.

use super::UNTOUCHED;
use crate::path::PATHS;
use crate::sys::arch::{FIRMWARE, OUTSIDE_DIRECT_MAP};
use crate::sys::mapping::{Memory, READ, WRITE};
use crate::sys::memory::{PAGE, READABLE, Region, pattern};
use crate::sys::{Errno, file, process};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;

pub const CASES: &[Case] = &[
    Case::root(
        "a device's memory is read again and again, and nothing of it is kept",
        again_and_again,
    ),
    Case::root(
        "a device's memory is read to pages that are not there yet",
        to_new_pages,
    ),
    Case::root(
        "the caller's buffer is a device's memory, to read to and to write from",
        caller,
    ),
    Case::root(
        "a device outside the kernel's direct map is not read (EFAULT), and the kernel stands",
        outside_direct_map,
    ),
];

fn again_and_again(t: &mut Test) -> Outcome {
    read_often(t, |local| {
        local.fill(0, 2 * PAGE, |_| UNTOUCHED);
        Ok(())
    })
}

/// The quickest way gives up then, and each page of the device is looked for as one that could be wired.
fn to_new_pages(t: &mut Test) -> Outcome {
    read_often(t, |local| local.renew(0, 2 * PAGE))
}

fn read_often(t: &mut Test, prepare: impl Fn(&Region) -> Result<(), Errno>) -> Outcome {
    let memory = t.can("opening /dev/mem", file::open(c"/dev/mem", file::READ_ONLY))?;
    let device = t.can("mmap", Region::private(2 * PAGE))?;
    // Where there is none of the machine's, pages of our own, seen through the device.
    let own = t.can("mmap", Region::private(2 * PAGE))?;
    own.fill(0, 2 * PAGE, pattern(3));
    for place in [0, PAGE] {
        let physical = match FIRMWARE {
            Some(firmware) => firmware + place as u64,
            None => t.can("MEM_EXTRACT_PADDR", own.physical(place, &memory))?,
        };
        let behind = Memory::SharedFile(&memory, physical as usize);
        let mapped = device.map_over(place, PAGE, READABLE, behind);
        t.can("mapping /dev/mem", mapped)?;
    }
    let local = t.can("mmap", Region::private(2 * PAGE))?;
    // Touched, its pages are in the page tables.
    let expected = |place| device.get(place);
    let last = expected(2 * PAGE - 1);
    PATHS.iter().try_for_each(|path| {
        t.path = path;
        for _ in 0..100 {
            t.can("preparing", prepare(&local))?;
            let moved = t.read(
                process::own_pid(),
                device.at(1),
                local.at(0),
                2 * PAGE as u64 - 1,
            );
            t.moved_all("read", moved, 2 * PAGE - 1)?;
            t.same("what was read", &local, 0, 2 * PAGE - 1, |place| {
                expected(place + 1)
            })?;
        }
        t.equal("the last byte", local.get(2 * PAGE - 2), last)
    })
}

/// Pages of our own, which we see through the device.
fn caller(t: &mut Test) -> Outcome {
    const SIZE: usize = 2 * PAGE;
    let memory = t.can(
        "opening /dev/mem",
        file::open(c"/dev/mem", file::READ_WRITE),
    )?;
    let device = t.can("mmap", Region::private(SIZE))?;
    let own = t.can("mmap", Region::shared(SIZE))?;
    own.fill(0, SIZE, pattern(3));
    for place in [0, PAGE] {
        let physical = t.can("MEM_EXTRACT_PADDR", own.physical(place, &memory))?;
        let behind = Memory::SharedFile(&memory, physical as usize);
        let mapped = device.map_over(place, PAGE, READ | WRITE, behind);
        t.can("mapping /dev/mem", mapped)?;
    }
    let remote = t.can("mmap", Region::shared(SIZE))?;
    let target = t.can("fork", Target::idle())?;
    PATHS.iter().try_for_each(|path| {
        t.path = path;
        own.fill(0, SIZE, pattern(3));
        remote.fill(0, SIZE, |_| UNTOUCHED);
        let len = SIZE - 1;
        let written = t.write(target.pid(), remote.at(1), device.at(1), len as u64);
        t.moved_all("write", written, len)?;
        t.same("what was written", &remote, 1, len, pattern(3))?;
        remote.fill(0, SIZE, pattern(4));
        let read = t.read(target.pid(), remote.at(1), device.at(1), len as u64);
        t.moved_all("read", read, len)?;
        t.same("what was read", &own, 1, len, pattern(4))?;
        t.same("before it", &own, 0, 1, pattern(3))
    })
}

/// The kernel's own `proc_rwmem` panics there (arm64's `pmap_map_io_transient`).
fn outside_direct_map(t: &mut Test) -> Outcome {
    let Some(physical) = OUTSIDE_DIRECT_MAP else {
        return Err(Stop::Skipped("the direct map has devices as well"));
    };
    let memory = t.can("opening /dev/mem", file::open(c"/dev/mem", file::READ_ONLY))?;
    let local = t.can("mmap", Region::private(2 * PAGE))?;
    let remote = t.can("mmap", Region::private(2 * PAGE))?;
    remote.fill(0, PAGE, pattern(3));
    let behind = Memory::SharedFile(&memory, physical as usize);
    let mapped = remote.map_over(PAGE, PAGE, READABLE, behind);
    t.can("mapping /dev/mem", mapped)?;
    let target = t.can("fork", Target::idle())?;
    PATHS.iter().try_for_each(|path| {
        t.path = path;
        local.fill(0, 2 * PAGE, |_| UNTOUCHED);
        for len in [1, PAGE as u64] {
            let moved = t.read(target.pid(), remote.at(PAGE), local.at(0), len);
            t.moved("a read of the device", moved, 0, Errno::EFAULT)?;
        }
        t.same("what was read", &local, 0, PAGE, |_| UNTOUCHED)?;
        let moved = t.read(target.pid(), remote.at(1), local.at(1), 2 * PAGE as u64 - 1);
        t.moved("a read that comes to it", moved, PAGE - 1, Errno::EFAULT)?;
        t.same("what was read", &local, 1, PAGE - 1, pattern(3))
    })
}
