// SPDX-License-Identifier: BSD-2-Clause
//! Who sees a write: those who share the memory, and nobody else.

use crate::sys::Errno;
use crate::sys::memory::{PAGE, READABLE, Region};
use crate::tap::{Case, Outcome, Test};
use crate::target::Target;

pub const CASES: &[Case] = &[
    Case::transfers(
        "a write to memory shared copy-on-write stays with the target",
        copy_on_write,
    ),
    Case::transfers(
        "a write to a shared mapping is seen by all who share it",
        shared,
    ),
    Case::transfers(
        "a read sees what the target wrote after its fork",
        written_later,
    ),
];

const SIZE: usize = 3 * PAGE;

fn keeper(region: &Region) -> Result<Target, Errno> {
    Target::spawn(|| Ok(()), |place| u64::from(region.get(place as usize)))
}

fn copy_on_write(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::private(SIZE))?;
    region.fill(0, SIZE, |_| b'a');
    let target = t.can("fork", keeper(&region))?;
    let sibling = t.can("fork", keeper(&region))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    local.fill(0, SIZE, |_| b'w');
    let moved = t.write(target.pid(), region.at(100), local.at(0), PAGE as u64);
    t.moved_all("write", moved, PAGE)?;
    for (who, process, expected) in [
        ("the target", &target, b'w'),
        ("its sibling", &sibling, b'a'),
    ] {
        for place in [100, PAGE - 1, PAGE, PAGE + 99] {
            let byte = t.can(who, process.ask(place as u64))?;
            t.equal(
                format_args!("byte {place} of {who}"),
                byte,
                u64::from(expected),
            )?;
        }
    }
    t.same("the parent", &region, 0, SIZE, |_| b'a')
}

fn shared(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::shared(SIZE))?;
    region.fill(0, SIZE, |_| b'a');
    // One of them may not write it itself: the memory is nevertheless everybody's.
    let target = Target::spawn(
        || region.protect(0, SIZE, READABLE),
        |place| u64::from(region.get(place as usize)),
    );
    let target = t.can("fork", target)?;
    let sibling = t.can("fork", keeper(&region))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    local.fill(0, SIZE, |_| b'w');
    for (who, process) in [("the target", &target), ("its sibling", &sibling)] {
        region.fill(0, SIZE, |_| b'a');
        let moved = t.write(process.pid(), region.at(100), local.at(0), PAGE as u64);
        t.moved_all(format_args!("write to {who}"), moved, PAGE)?;
        let expected = |place: usize| {
            if (100..100 + PAGE).contains(&place) {
                b'w'
            } else {
                b'a'
            }
        };
        t.same(
            format_args!("the parent, after a write to {who}"),
            &region,
            0,
            SIZE,
            expected,
        )?;
        for place in [99, 100, PAGE + 99, PAGE + 100] {
            let byte = t.can("asking", sibling.ask(place as u64))?;
            t.equal(
                format_args!("byte {place} of the sibling"),
                byte,
                expected(place).into(),
            )?;
            let byte = t.can("asking", target.ask(place as u64))?;
            t.equal(
                format_args!("byte {place} of the target"),
                byte,
                expected(place).into(),
            )?;
        }
    }
    Ok(())
}

fn written_later(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::private(SIZE))?;
    region.fill(0, SIZE, |_| b'a');
    let local = t.can("mmap", Region::private(SIZE))?;
    let target = Target::spawn(
        || Ok(()),
        |byte| {
            region.fill(0, SIZE, |_| byte as u8);
            0
        },
    );
    let target = t.can("fork", target)?;
    for byte in [b'a', b'x', b'y'] {
        if byte != b'a' {
            t.can("asking", target.ask(byte.into()))?;
        }
        let moved = t.read(target.pid(), region.at(0), local.at(0), SIZE as u64);
        t.moved_all("read", moved, SIZE)?;
        t.same("delivered", &local, 0, SIZE, |_| byte)?;
        t.same("the parent's own", &region, 0, SIZE, |_| b'a')?;
    }
    Ok(())
}
