// SPDX-License-Identifier: BSD-2-Clause
//! The caller's buffer is a file's mapping: not in memory yet, shorter than the mapping, or cut off meanwhile. Where there
//! is no page any more the transfer stops (EFAULT), and `done` is exact.

use super::UNTOUCHED;
use crate::sys::file;
use crate::sys::mapping::{Memory, READ, WRITE};
use crate::sys::memory::{PAGE, Region, pattern, shared_object};
use crate::sys::{Errno, node, time};
use crate::tap::{Case, Outcome, Test};
use crate::target::{PATIENCE, Target};

pub const CASES: &[Case] = &[
    Case::transfers(
        "a write takes its bytes from a file that nobody has touched",
        from_file,
    ),
    Case::transfers("a read arrives in private pages of a file", into_file),
    Case::transfers(
        "a transfer stops where the file of the caller's buffer ends",
        cut_before,
    ),
    Case::transfers(
        "what a write reports is there, while the file of the caller's buffer is cut off",
        cut_meanwhile,
    ),
];

const SIZE: usize = 5 * PAGE;
const START: usize = 10;
const LEN: usize = SIZE - START;

/// The start of the module's file, which is on the disc.
fn content(t: &mut Test) -> Result<(file::Fd, [u8; SIZE]), crate::tap::Stop> {
    let file = t.can("opening the module", file::open(t.module, file::READ_ONLY))?;
    let mut content = [0; SIZE];
    let have = t.can("reading the module", file.read_at(&mut content, 0))?;
    t.equal("bytes of the module's start", have, SIZE)?;
    Ok((file, content))
}

fn from_file(t: &mut Test) -> Outcome {
    let (file, content) = content(t)?;
    for memory in [Memory::SharedFile(&file, 0), Memory::PrivateFile(&file, 0)] {
        let remote = t.can("mmap", Region::shared(SIZE))?;
        let local = t.can("mmap", Region::private(SIZE))?;
        t.can("mmap of the file", local.map_over(0, SIZE, READ, memory))?;
        let target = t.can("fork", Target::idle())?;
        let moved = t.write(target.pid(), remote.at(5), local.at(START), LEN as u64 - 5);
        t.moved_all("write", moved, LEN - 5)?;
        let from_there = |place: usize| content[place - 5 + START];
        t.same("what was written", &remote, 5, LEN - 5, from_there)?;
    }
    Ok(())
}

fn into_file(t: &mut Test) -> Outcome {
    let (file, content) = content(t)?;
    let remote = t.can("mmap", Region::private(SIZE))?;
    remote.fill(0, SIZE, pattern(1));
    let local = t.can("mmap", Region::private(SIZE))?;
    let memory = Memory::PrivateFile(&file, 0);
    let mapped = local.map_over(0, SIZE, READ | WRITE, memory);
    t.can("mmap of the file", mapped)?;
    let target = t.can("fork", Target::idle())?;
    let moved = t.read(
        target.pid(),
        remote.at(START),
        local.at(START),
        LEN as u64 - 7,
    );
    t.moved_all("read", moved, LEN - 7)?;
    t.same("what was read", &local, START, LEN - 7, pattern(1))?;
    t.same("before", &local, 0, START, |place| content[place])?;
    t.same("behind", &local, SIZE - 7, 7, |place| content[place])?;
    let mut again = [0; SIZE];
    t.can("reading the file again", file.read_at(&mut again, 0))?;
    t.holds("the file is what it was", again == content)
}

fn cut_before(t: &mut Test) -> Outcome {
    // In the middle of a page, which is there to its end.
    const REST: usize = 2 * PAGE + 100;
    const THERE: usize = 3 * PAGE;
    let object = t.can("an object", shared_object(SIZE))?;
    let local = t.can("mmap", Region::of_object(&object, SIZE))?;
    let remote = t.can("mmap", Region::shared(SIZE))?;
    let target = t.can("fork", Target::idle())?;
    local.fill(0, SIZE, pattern(2));
    t.can("ftruncate", node::resize(&object, REST))?;
    for at in [START, REST, THERE, THERE + 5] {
        let there = THERE.saturating_sub(at);
        remote.fill(0, SIZE, |_| UNTOUCHED);
        let written = t.write(
            target.pid(),
            remote.at(at),
            local.at(at),
            (SIZE - at) as u64,
        );
        t.moved(
            format_args!("write from {at}"),
            written,
            there,
            Errno::EFAULT,
        )?;
        let (filled, zeros) = (
            REST.saturating_sub(at),
            THERE - REST.clamp(at.min(THERE), THERE),
        );
        t.same("what was written", &remote, at, filled, pattern(2))?;
        t.same("zeros behind the end", &remote, at + filled, zeros, |_| 0)?;
        let beyond = at + there;
        t.same("beyond done", &remote, beyond, SIZE - beyond, |_| UNTOUCHED)?;

        remote.fill(0, SIZE, pattern(1));
        let read = t.read(
            target.pid(),
            remote.at(at),
            local.at(at),
            (SIZE - at) as u64,
        );
        t.moved(format_args!("read to {at}"), read, there, Errno::EFAULT)?;
        t.same("what was read", &local, at, there, pattern(1))?;
        local.fill(0, REST, pattern(2));
        local.fill(REST, THERE - REST, |_| 0);
    }
    Ok(())
}

fn cut_meanwhile(t: &mut Test) -> Outcome {
    // More than a write takes into the kernel at a time.
    const PAGES: usize = 24;
    const SIZE: usize = PAGES * PAGE;
    let object = t.can("an object", shared_object(SIZE))?;
    let local = t.can("mmap", Region::of_object(&object, SIZE))?;
    let remote = t.can("mmap", Region::shared(SIZE))?;
    // The one that is written to is also who cuts the file off.
    let target = Target::start(|link| {
        link.say(0);
        for cut in (0..PAGES).cycle() {
            let cut = node::resize(&object, cut * PAGE).and_then(|()| node::resize(&object, SIZE));
            if cut.is_err() {
                return;
            }
            // Only pages that are there for good can be filled without a SIGBUS: nobody else cuts them off.
            local.fill(0, SIZE, pattern(2));
        }
    });
    let target = t.can("fork", target)?;
    let (mut cuts, mut whole) = (0, 0);
    let end = time::now() + PATIENCE;
    while (cuts == 0 || whole == 0 || cuts + whole < 20) && time::now() < end {
        remote.fill(0, SIZE, |_| UNTOUCHED);
        let moved = t.write(target.pid(), remote.at(0), local.at(0), SIZE as u64);
        let moved = t.can("write", moved)?;
        let done = moved.done as usize;
        match moved.error {
            Errno::NONE => whole += 1,
            _ => cuts += 1,
        }
        // A short pwrite(2) does not say why, and the page that was asked for then may be there again.
        let known = match moved.error {
            Errno::NONE => done == SIZE,
            Errno::EFAULT => done < SIZE && done.is_multiple_of(PAGE),
            Errno::EINTR => !t.path.tells_why,
            _ => false,
        };
        t.equal(format_args!("{moved:?} is as it may be"), known, true)?;
        let strange = (0..done).find(|&place| ![0, pattern(2)(place)].contains(&remote.get(place)));
        t.equal("the first byte that was in no file", strange, None)?;
        t.same("beyond done", &remote, done, SIZE - done, |_| UNTOUCHED)?;
    }
    t.holds("the file was cut off under a write", cuts > 0)?;
    t.holds("and not under another", whole > 0)
}
