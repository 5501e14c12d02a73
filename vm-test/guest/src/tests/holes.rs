// SPDX-License-Identifier: BSD-2-Clause
//! Addresses of the target that are not there: EFAULT, and `done` exact to the byte.

use super::UNTOUCHED;
use crate::sys::Errno;
use crate::sys::file;
use crate::sys::mapping::{EXECUTE, WRITE};
use crate::sys::memory::{PAGE, Region, pattern};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;

pub const CASES: &[Case] = &[
    Case::transfers("a read stops at the byte before a hole (EFAULT)", read_hole),
    Case::transfers(
        "a write stops at the byte before a hole (EFAULT)",
        write_hole,
    ),
    Case::transfers(
        "a page that may not be read is a hole, whatever else may be done",
        kinds,
    ),
    Case::transfers(
        "the largest length stops at the end of the mapping",
        largest_length,
    ),
    Case::transfers(
        "a shared mapping of a read-only file is never written",
        read_only_file,
    ),
];

const SIZE: usize = 6 * PAGE;
/// The page that is the hole.
const HOLE: usize = 3 * PAGE;
const START: usize = 100;

/// What makes a page inaccessible.
type Puncture = fn(&Region, usize, usize) -> Result<(), Errno>;

struct Scene {
    remote: Region,
    local: Region,
    target: Target,
}

/// A target with a region that holds `content`, but for a hole of the page at [`HOLE`]. Asked, it tells how
/// many bytes from [`START`] are the caller's, provided that all others are as they were.
fn scene(t: &mut Test, puncture: Puncture) -> Result<Scene, Stop> {
    let (theirs, ours) = (pattern(1), pattern(2));
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, theirs);
            puncture(&remote, HOLE, PAGE)
        },
        |_| {
            let written = (START..HOLE)
                .take_while(|&place| remote.get(place) == ours(place))
                .count();
            let rest = START + written;
            let others = [
                (0, START),
                (rest, HOLE - rest),
                (HOLE + PAGE, SIZE - HOLE - PAGE),
            ];
            let kept = others
                .iter()
                .all(|&(at, len)| remote.difference(at, len, theirs).is_none());
            if kept { written as u64 } else { u64::MAX }
        },
    );
    let target = t.can("fork", target)?;
    Ok(Scene {
        remote,
        local,
        target,
    })
}

fn read_hole(t: &mut Test) -> Outcome {
    let scene = scene(t, Region::unmap)?;
    read_into_hole(t, &scene, "a hole")
}

fn read_into_hole(t: &mut Test, scene: &Scene, kind: &str) -> Outcome {
    let Scene {
        remote,
        local,
        target,
    } = scene;
    local.fill(0, SIZE, |_| UNTOUCHED);
    let len = SIZE - START;
    let moved = t.read(target.pid(), remote.at(START), local.at(START), len as u64);
    t.moved(
        format_args!("read over {kind}"),
        moved,
        HOLE - START,
        Errno::EFAULT,
    )?;
    t.same("before the hole", local, START, HOLE - START, pattern(1))?;
    t.same("beyond done", local, HOLE, SIZE - HOLE, |_| UNTOUCHED)
}

fn write_hole(t: &mut Test) -> Outcome {
    let scene = scene(t, Region::unmap)?;
    write_into_hole(t, &scene, "a hole")
}

fn write_into_hole(t: &mut Test, scene: &Scene, kind: &str) -> Outcome {
    let Scene {
        remote,
        local,
        target,
    } = scene;
    local.fill(0, SIZE, pattern(2));
    let len = SIZE - START;
    let moved = t.write(target.pid(), remote.at(START), local.at(START), len as u64);
    t.moved(
        format_args!("write over {kind}"),
        moved,
        HOLE - START,
        Errno::EFAULT,
    )?;
    let written = t.can("asking the target", target.ask(0))?;
    t.equal(
        "bytes that the target finds written",
        written,
        (HOLE - START) as u64,
    )
}

fn kinds(t: &mut Test) -> Outcome {
    let kinds: [(&str, Puncture); 4] = [
        ("PROT_NONE", |region, at, len| region.protect(at, len, 0)),
        ("a guard page", Region::guard),
        ("PROT_WRITE", |region, at, len| {
            region.protect(at, len, WRITE)
        }),
        ("PROT_EXEC", |region, at, len| {
            region.protect(at, len, EXECUTE)
        }),
    ];
    for (kind, puncture) in kinds {
        let scene = scene(t, puncture)?;
        read_into_hole(t, &scene, kind)?;
        write_into_hole(t, &scene, kind)?;
    }
    Ok(())
}

fn largest_length(t: &mut Test) -> Outcome {
    let Scene {
        remote,
        local,
        target,
    } = scene(t, Region::unmap)?;
    local.fill(0, SIZE, |_| UNTOUCHED);
    let read = t.read(
        target.pid(),
        remote.at(START),
        local.at(START),
        t.path.longest,
    );
    t.moved("read", read, HOLE - START, Errno::EFAULT)?;
    t.same("delivered", &local, START, HOLE - START, pattern(1))?;
    t.same("beyond done", &local, HOLE, SIZE - HOLE, |_| UNTOUCHED)?;
    local.fill(0, SIZE, pattern(2));
    let written = t.write(
        target.pid(),
        remote.at(START),
        local.at(START),
        t.path.longest,
    );
    t.moved("write", written, HOLE - START, Errno::EFAULT)?;
    let written = t.can("asking the target", target.ask(0))?;
    t.equal(
        "bytes that the target finds written",
        written,
        (HOLE - START) as u64,
    )
}

/// Page zero, beyond the last user address, not canonical, the kernel's map, its text, the last page.
pub const FAR: [u64; 6] = [
    0,
    0x0000_8000_0000_0000,
    0x1234_5678_0000_0000,
    0xffff_8000_0000_0000,
    0xffff_ffff_8020_0000,
    0xffff_ffff_ffff_f000,
];

fn read_only_file(t: &mut Test) -> Outcome {
    let file = t.can(
        "opening this program",
        file::open(t.program, file::READ_ONLY),
    )?;
    let mapped = t.can("mmap of this program", Region::of_file(&file, PAGE))?;
    let target = t.can("fork", Target::idle())?;
    let local = t.can("mmap", Region::private(PAGE))?;
    let read = t.read(target.pid(), mapped.at(0), local.at(0), 4);
    t.moved_all("read", read, 4)?;
    t.same("the start of the file", &local, 0, 4, |place| {
        b"\x7fELF"[place]
    })?;
    local.fill(0, PAGE, |_| UNTOUCHED);
    let written = t.write(target.pid(), mapped.at(0), local.at(0), 4);
    t.moved("write", written, 0, Errno::EFAULT)?;
    t.same("the start of the file afterwards", &mapped, 0, 4, |place| {
        b"\x7fELF"[place]
    })
}
