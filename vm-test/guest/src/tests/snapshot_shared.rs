// SPDX-License-Identifier: BSD-2-Clause
//! What in a snapshot is the target's alone, of that instant, and what is shared and goes on.

use super::attach::{attach, expect_byte};
use super::privilege::writable_tmp;
use super::snapshot::snapshot;
use crate::sys::mapping::{Memory, READ, WRITE};
use crate::sys::memory::{ALIAS, PAGE, Region, pattern, shared_object};
use crate::sys::shm::{Segment, large_page_object};
use crate::sys::{Errno, node};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;
use core::ffi::CStr;

pub const CASES: &[Case] = &[
    Case::everyone(
        "shared memory objects go on in a snapshot, private mappings of them do not",
        objects,
    ),
    Case::root(
        "a shared file goes on in a snapshot, and so does what was not written of a private one",
        files,
    ),
    Case::everyone(
        "a System V segment goes on in a snapshot, which is no attachment of it",
        segment,
    ),
    Case::everyone(
        "memory in large pages, which is shared, goes on in a snapshot",
        large_pages,
    ),
];

/// What a page of the target has after it was changed, read by way of a snapshot that was taken before.
#[derive(Clone, Copy)]
enum Then {
    Stays,
    GoesOn,
}

/// Takes a snapshot of a target whose region holds the pattern 1, has it changed to the pattern 2, and looks at each page,
/// twice: what was read once may be found otherwise the next time.
fn change_all(t: &mut Test, target: &Target, region: &Region, pages: &[(&str, Then)]) -> Outcome {
    snapshot(t, target.pid())?;
    t.can("changing all", target.ask(2))?;
    for _ in 0..2 {
        for (page, (what, then)) in pages.iter().enumerate() {
            let at = page * PAGE + 9;
            let seed = match then {
                Then::Stays => 1,
                Then::GoesOn => 2,
            };
            expect_byte(t, what, region.at(at), pattern(seed)(at))?;
        }
    }
    // The target is as it was.
    attach(t, target.pid())?;
    for (page, (what, _)) in pages.iter().enumerate() {
        let at = page * PAGE + 9;
        expect_byte(t, what, region.at(at), pattern(2)(at))?;
    }
    Ok(())
}

fn objects(t: &mut Test) -> Outcome {
    const PAGES: [(&str, Then); 4] = [
        ("private memory", Then::Stays),
        ("a shared object", Then::GoesOn),
        ("an object mapped privately", Then::Stays),
        ("private memory behind them", Then::Stays),
    ];
    let region = t.can("mmap", Region::private(4 * PAGE))?;
    let object = t.can("shm_open", shared_object(2 * PAGE))?;
    let target = Target::spawn(
        || {
            region.map_over(PAGE, PAGE, READ | WRITE, Memory::SharedFile(&object, 0))?;
            let private = Memory::PrivateFile(&object, PAGE);
            region.map_over(2 * PAGE, PAGE, READ | WRITE, private)?;
            region.fill(0, 4 * PAGE, pattern(1));
            Ok(())
        },
        |seed| {
            region.fill(0, 4 * PAGE, pattern(seed as u8));
            0
        },
    );
    let target = t.can("fork", target)?;
    change_all(t, &target, &region, &PAGES)
}

fn files(t: &mut Test) -> Outcome {
    const PATH: &CStr = c"/tmp/rwmem-snapshot";
    const PAGES: [(&str, Then); 3] = [
        ("a shared file", Then::GoesOn),
        ("what was written of a private one", Then::Stays),
        ("what was not written of a private one", Then::GoesOn),
    ];
    /// What the target does not write in its mapping.
    const UNWRITTEN: usize = 2;
    writable_tmp(t)?;
    let file = t.can("making a file", node::create_new(PATH))?;
    t.can("removing its name", node::remove(PATH))?;
    let region = t.can("mmap", Region::private(3 * PAGE))?;
    let source = t.can("mmap", Region::private(PAGE))?;
    // By write(2), in the file itself.
    let write = |seed: u8| {
        source.fill(0, PAGE, |place| pattern(seed)(UNWRITTEN * PAGE + place));
        let at = (UNWRITTEN * PAGE) as u64;
        file.write_from(source.at(0), PAGE as u64, at).map(drop)
    };
    let target = Target::spawn(
        || {
            node::resize(&file, 3 * PAGE)?;
            region.map_over(0, PAGE, READ | WRITE, Memory::SharedFile(&file, 0))?;
            let private = Memory::PrivateFile(&file, PAGE);
            region.map_over(PAGE, 2 * PAGE, READ | WRITE, private)?;
            region.fill(0, UNWRITTEN * PAGE, pattern(1));
            write(1)
        },
        |seed| {
            region.fill(0, UNWRITTEN * PAGE, pattern(seed as u8));
            u64::from(write(seed as u8).is_err())
        },
    );
    let target = t.can("fork", target)?;
    change_all(t, &target, &region, &PAGES)
}

fn segment(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::private(2 * PAGE))?;
    let segment = match Segment::new(PAGE) {
        Err(Errno::ENOSYS) => return Err(Stop::Skipped("a kernel without System V memory")),
        made => t.can("shmget", made)?,
    };
    t.can("shmat", segment.attach(&region, PAGE, PAGE))?;
    region.fill(0, 2 * PAGE, pattern(1));
    let target = Target::spawn(
        || Ok(()),
        |seed| {
            region.fill(0, 2 * PAGE, pattern(seed as u8));
            0
        },
    );
    let mut target = t.can("fork", target)?;
    let attachments = |t: &mut Test, what: &str, expected: i32| {
        t.equal(what, segment.attachments(), Ok(expected))
    };
    attachments(t, "attachments, ours and the target's", 2)?;
    snapshot(t, target.pid())?;
    attachments(t, "attachments, with a snapshot", 2)?;
    t.can("changing all", target.ask(2))?;
    expect_byte(t, "private memory", region.at(9), pattern(1)(9))?;
    let at = PAGE + 9;
    expect_byte(t, "the segment", region.at(at), pattern(2)(at))?;
    t.can("the target's end", target.end())?;
    attachments(t, "attachments, after its end", 1)?;
    // What we write, the snapshot has, too: its target is not needed for that.
    region.fill(PAGE, PAGE, pattern(3));
    expect_byte(t, "the segment", region.at(at), pattern(3)(at))
}

fn large_pages(t: &mut Test) -> Outcome {
    // Aligned as a large page is.
    let region = t.can("mmap", Region::aliased(2 * ALIAS))?;
    let object = match large_page_object(ALIAS) {
        Err(Errno::ENOTTY) => return Err(Stop::Skipped("a kernel without such objects")),
        Err(Errno::ENOMEM) => return Err(Stop::Skipped("no large page is free")),
        made => t.can("shm_create_largepage", made)?,
    };
    let target = Target::spawn(
        || {
            region.map_over(0, ALIAS, READ | WRITE, Memory::SharedFile(&object, 0))?;
            region.renew(ALIAS, ALIAS)?;
            region.fill(0, ALIAS + PAGE, pattern(1));
            Ok(())
        },
        |seed| {
            region.fill(0, ALIAS + PAGE, pattern(seed as u8));
            0
        },
    );
    let target = t.can("fork", target)?;
    let local = t.can("mmap", Region::private(ALIAS + PAGE))?;
    let len = ALIAS + PAGE;
    let read = |t: &mut Test, private: u8, large: u8| -> Outcome {
        let fd = t.device().fd();
        let got = fd.read_to(local.at(0), len as u64, region.at(0));
        t.equal("pread", got, Ok(len as u64))?;
        t.same("large pages", &local, 0, ALIAS, pattern(large))?;
        t.same("private memory", &local, ALIAS, PAGE, pattern(private))
    };
    snapshot(t, target.pid())?;
    read(t, 1, 1)?;
    t.can("changing all", target.ask(2))?;
    read(t, 1, 2)?;
    attach(t, target.pid())?;
    read(t, 2, 2)
}
