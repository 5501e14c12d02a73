// SPDX-License-Identifier: BSD-2-Clause
//! Pages that nobody has touched before the transfer does, on either side; and that what is written counts as
//! written, so that the kernel does not drop it.

use crate::path::PATHS;
use crate::sys::file;
use crate::sys::mapping::{Memory, READ, Residency, WRITE};
use crate::sys::memory::{PAGE, Region, pattern};
use crate::sys::sysctl;
use crate::tap::{Case, Outcome, Test};
use crate::target::Target;
use core::ffi::CStr;

pub const CASES: &[Case] = &[
    Case::transfers("a read fills memory never touched before", read_into),
    Case::transfers("a write takes zeros from memory never touched", write_from),
    Case::transfers("a read of memory never touched gives zeros", read_of),
    Case::transfers("a write to memory never touched stays", write_to),
    Case::transfers("a read brings in pages of a file", read_file),
    Case::transfers("a write to a file's private page copies it", write_file),
    Case::root("a clean page counts as modified after a write", modified),
];

/// Longer than what is transferred under one lock, and at no page's start.
const SIZE: usize = 40 * PAGE;
const START: usize = 77;
const LEN: usize = 33 * PAGE;

fn read_into(t: &mut Test) -> Outcome {
    let remote = t.can("mmap", Region::private(SIZE))?;
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, pattern(1));
            Ok(())
        },
        |_| 0,
    );
    let target = t.can("fork", target)?;
    for shift in [0, 1, PAGE / 2] {
        let local = t.can("mmap", Region::private(SIZE))?;
        let to = START + shift;
        let moved = t.read(target.pid(), remote.at(START), local.at(to), LEN as u64);
        t.moved_all("read", moved, LEN)?;
        t.same("what was read", &local, to, LEN, |place| {
            pattern(1)(place - shift)
        })?;
        t.same("before", &local, 0, to, |_| 0)?;
        t.same("after", &local, to + LEN, SIZE - to - LEN, |_| 0)?;
    }
    Ok(())
}

/// Asked, a target of this sort tells the first place that is not what `content` says, or [`SIZE`].
fn first_wrong(region: &Region, content: impl Fn(usize) -> u8) -> u64 {
    let wrong = region.difference(0, SIZE, content);
    wrong.map_or(SIZE as u64, |(place, _)| place as u64)
}

fn within(place: usize) -> bool {
    (START..START + LEN).contains(&place)
}

fn write_from(t: &mut Test) -> Outcome {
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, |_| b't');
            Ok(())
        },
        |_| first_wrong(&remote, |place| if within(place) { 0 } else { b't' }),
    );
    let target = t.can("fork", target)?;
    let moved = t.write(target.pid(), remote.at(START), local.at(5), LEN as u64);
    t.moved_all("write", moved, LEN)?;
    let wrong = t.can("asking the target", target.ask(0))?;
    t.equal("the target's first wrong byte", wrong, SIZE as u64)
}

fn read_of(t: &mut Test) -> Outcome {
    for memory in [Memory::Private, Memory::Shared] {
        let remote = t.can("mmap", Region::private(SIZE))?;
        let local = t.can("mmap", Region::private(SIZE))?;
        local.fill(0, SIZE, |_| b'l');
        let target = Target::spawn(
            || remote.map_over(0, SIZE, READ | WRITE, memory),
            |byte| {
                // What it writes itself is read as well: the zeros were its own pages.
                let before = first_wrong(&remote, |_| 0);
                remote.fill(0, SIZE, |_| byte as u8);
                before
            },
        );
        let target = t.can("fork", target)?;
        let moved = t.read(target.pid(), remote.at(START), local.at(5), LEN as u64);
        t.moved_all("read", moved, LEN)?;
        t.same("what was read", &local, 5, LEN, |_| 0)?;
        let wrong = t.can("asking the target", target.ask(b'z'.into()))?;
        t.equal("the target's first wrong byte", wrong, SIZE as u64)?;
        let moved = t.read(target.pid(), remote.at(START), local.at(5), LEN as u64);
        t.moved_all("read again", moved, LEN)?;
        t.same("what was read again", &local, 5, LEN, |_| b'z')?;
    }
    Ok(())
}

fn write_to(t: &mut Test) -> Outcome {
    for memory in [Memory::Private, Memory::Shared] {
        let remote = t.can("mmap", Region::private(SIZE))?;
        let local = t.can("mmap", Region::private(SIZE))?;
        local.fill(0, SIZE, pattern(2));
        let target = Target::spawn(
            || remote.map_over(0, SIZE, READ | WRITE, memory),
            |_| {
                first_wrong(&remote, |place| match within(place) {
                    true => pattern(2)(place),
                    false => 0,
                })
            },
        );
        let target = t.can("fork", target)?;
        let moved = t.write(target.pid(), remote.at(START), local.at(START), LEN as u64);
        t.moved_all("write", moved, LEN)?;
        let wrong = t.can("asking the target", target.ask(0))?;
        t.equal("the target's first wrong byte", wrong, SIZE as u64)?;
    }
    Ok(())
}

/// Pages of this program's file that its own segments may not have brought in.
fn read_file(t: &mut Test) -> Outcome {
    const BYTES: usize = 8 * PAGE;
    let file = t.can("opening the module", file::open(t.module, file::READ_ONLY))?;
    let mut content = [0; BYTES];
    let have = t.can("reading the module", file.read_at(&mut content, 0))?;
    let len = have.min(BYTES) - 8;
    for memory in [Memory::SharedFile(&file, 0), Memory::PrivateFile(&file, 0)] {
        let remote = t.can("mmap", Region::private(BYTES))?;
        let local = t.can("mmap", Region::private(BYTES))?;
        let target = Target::spawn(|| remote.map_over(0, BYTES, READ, memory), |_| 0);
        let target = t.can("fork", target)?;
        let moved = t.read(target.pid(), remote.at(1), local.at(5), len as u64);
        t.moved_all("read", moved, len)?;
        t.same("what was read", &local, 5, len, |to| content[to - 5 + 1])?;
    }
    Ok(())
}

fn write_file(t: &mut Test) -> Outcome {
    const BYTES: usize = 4 * PAGE;
    let file = t.can("opening the module", file::open(t.module, file::READ_ONLY))?;
    let mut content = [0; BYTES];
    let have = t.can("reading the module", file.read_at(&mut content, 0))?;
    t.equal("bytes of the module's start", have, BYTES)?;
    for protection in [READ, READ | WRITE] {
        let remote = t.can("mmap", Region::private(BYTES))?;
        let local = t.can("mmap", Region::private(BYTES))?;
        local.fill(0, BYTES, |_| b'w');
        let target = Target::spawn(
            || remote.map_over(0, BYTES, protection, Memory::PrivateFile(&file, 0)),
            |_| {
                let wrong = remote.difference(0, BYTES, |place| {
                    match (START..START + 2 * PAGE).contains(&place) {
                        true => b'w',
                        false => content[place],
                    }
                });
                u64::from(wrong.is_some())
            },
        );
        let target = t.can("fork", target)?;
        let moved = t.write(target.pid(), remote.at(START), local.at(0), 2 * PAGE as u64);
        t.moved_all("write", moved, 2 * PAGE)?;
        let wrong = t.can("asking the target", target.ask(0))?;
        t.equal("wrong bytes of the target", wrong, 0)?;
        let mut again = [0; BYTES];
        t.can("reading the module again", file.read_at(&mut again, 0))?;
        t.holds("the file is what it was", again == content)?;
    }
    Ok(())
}

fn modified(t: &mut Test) -> Outcome {
    const OWN_ONLY: &CStr = c"vm.mincore_mapped";
    let before = t.can("vm.mincore_mapped", sysctl::number(OWN_ONLY))?;
    t.can("vm.mincore_mapped", sysctl::set(OWN_ONLY, 0))?;
    let outcome = PATHS.iter().try_for_each(|path| {
        t.path = path;
        modified_by(t)
    });
    t.can("vm.mincore_mapped", sysctl::set(OWN_ONLY, before as i32))?;
    outcome
}

/// What has been done to pages that the kernel does not take for modified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Clean {
    Read,
    /// Written, and then given up.
    GivenUp,
    /// Read, and not to be written by the process itself.
    ReadOnly,
}

fn modified_by(t: &mut Test) -> Outcome {
    const PAGES: usize = 20;
    const BYTES: usize = PAGES * PAGE;
    for clean in [Clean::Read, Clean::GivenUp, Clean::ReadOnly] {
        let remote = t.can("mmap", Region::private(BYTES))?;
        // Asked, it tells how many of its pages the kernel takes for modified.
        let target = Target::spawn(
            || {
                if clean == Clean::GivenUp {
                    remote.fill(0, BYTES, pattern(1));
                    return remote.forget_contents(0, BYTES);
                }
                (0..PAGES).for_each(|page| {
                    remote.get(page * PAGE);
                });
                match clean {
                    Clean::ReadOnly => remote.protect(0, BYTES, READ),
                    _ => Ok(()),
                }
            },
            |_| {
                let mut pages = [Residency::default(); PAGES];
                match remote.residency(0, &mut pages) {
                    Ok(()) => pages.iter().filter(|page| page.is_modified()).count() as u64,
                    Err(_) => u64::MAX,
                }
            },
        );
        let target = t.can("fork", target)?;
        let before = t.can("asking the target", target.ask(0))?;
        let by = t.path.name;
        t.equal(format_args!("modified, {clean:?}"), before, 0)?;
        // Every other page of ours has to be faulted in first.
        let local = t.can("mmap", Region::private(BYTES))?;
        (0..PAGES)
            .step_by(2)
            .for_each(|page| local.put(page * PAGE, 1));
        for page in 0..PAGES {
            let at = page * PAGE + page * 100;
            let moved = t.write(target.pid(), remote.at(at), local.at(at), 9);
            t.moved_all("write", moved, 9)?;
            let now = t.can("asking the target", target.ask(0))?;
            t.equal(
                format_args!("modified, {clean:?} and then written by {by}"),
                now,
                page as u64 + 1,
            )?;
        }
    }
    Ok(())
}
