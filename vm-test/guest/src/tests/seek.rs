// SPDX-License-Identifier: BSD-2-Clause
//! lseek(2) with SEEK_DATA and SEEK_HOLE on an attached descriptor: where the target has contents.

use super::attach::attach;
use super::little_memory::with_little_memory;
use crate::device::Device;
use crate::sys::mapping::{Memory, READ, WRITE};
use crate::sys::memory::{ALIAS, NO_ACCESS, PAGE, Region};
use crate::sys::signal::{self, Action, SIGALRM};
use crate::sys::{Errno, file, process, time};
use crate::tap::{Case, Outcome, Test};
use crate::target::{Role, Target};

pub const CASES: &[Case] = &[
    Case::everyone(
        "SEEK_DATA and SEEK_HOLE tell every page that has contents",
        every_page,
    ),
    Case::everyone(
        "SEEK_DATA finds a touched page in a reservation of a terabyte at once",
        terabyte,
    ),
    Case::everyone("a mapping has contents up to its file's end", file_end),
    Case::root("a device's memory has contents", device),
    Case::everyone("what lies behind forks has contents", behind_forks),
    Case::root("what is swapped out has contents", swapped_out),
    Case::everyone("seeking ends where addresses end: ENXIO", ends),
    Case::root(
        "seeking needs a descriptor that is attached, and open for reading",
        refusals,
    ),
    Case::everyone("a signal ends a long search: EINTR", interrupted),
    Case::everyone(
        "seeking is right while the target forks and its children exit",
        while_forking,
    ),
];

/// Walks the pages of a region whose last page is not mapped, and compares what is found from each of them, and from its
/// middle, with what is expected: whether a page has contents.
fn compare(t: &mut Test, region: &Region, pages: usize, has: impl Fn(usize) -> bool) -> Outcome {
    for page in 0..pages {
        let next = |wanted: bool| (page..pages).find(|&page| has(page) == wanted);
        for within in [0, 100, PAGE - 1] {
            let at = page * PAGE + within;
            let expected = |wanted| match next(wanted) {
                Some(found) => Ok(region.at(at.max(found * PAGE))),
                // There may be something behind it, or nothing.
                None => Err(Errno::NONE),
            };
            let fd = t.device().fd();
            let (data, hole) = (fd.seek_data(region.at(at)), fd.seek_hole(region.at(at)));
            let behind = |got: Result<u64, Errno>| match got {
                Ok(address) if address >= region.at(pages * PAGE) => Err(Errno::NONE),
                Err(Errno::ENXIO) => Err(Errno::NONE),
                got => got,
            };
            t.equal(
                format_args!("SEEK_DATA from byte {within} of page {page}"),
                behind(data),
                expected(true),
            )?;
            t.equal(
                format_args!("SEEK_HOLE from byte {within} of page {page}"),
                behind(hole),
                expected(false),
            )?;
        }
    }
    Ok(())
}

fn every_page(t: &mut Test) -> Outcome {
    const PAGES: usize = 32;
    const TOUCHED: [usize; 14] = [0, 1, 2, 7, 9, 11, 12, 15, 18, 20, 21, 22, 24, 30];
    /// Not to be read, not mapped, a guard.
    const NONE: usize = 9;
    const GONE: usize = 10;
    const GUARD: usize = 11;
    let region = t.can("mmap", Region::private(PAGES * PAGE))?;
    // Before the fork: some of it the target has in common with us.
    TOUCHED
        .iter()
        .filter(|&page| !(3..20).contains(page))
        .for_each(|&page| region.put(page * PAGE, 1));
    let target = Target::spawn(
        || {
            region.map_over(16 * PAGE, 4 * PAGE, READ | WRITE, Memory::Shared)?;
            TOUCHED
                .iter()
                .filter(|&&page| page != 1 && page != 21)
                .for_each(|&page| region.put(page * PAGE + 5, 1));
            region.protect(NONE * PAGE, PAGE, NO_ACCESS)?;
            region.unmap(GONE * PAGE, PAGE)?;
            region.guard(GUARD * PAGE, PAGE)?;
            region.unmap((PAGES - 1) * PAGE, PAGE)
        },
        |_| 0,
    );
    let target = t.can("fork", target)?;
    attach(t, target.pid())?;
    let has = |page| TOUCHED.contains(&page) && ![NONE, GONE, GUARD].contains(&page);
    compare(t, &region, PAGES, has)?;
    // Seeking has touched nothing.
    compare(t, &region, PAGES, has)
}

fn terabyte(t: &mut Test) -> Outcome {
    const LEN: usize = 1 << 40;
    const TOUCHED: [usize; 3] = [LEN / 3 / PAGE * PAGE, LEN / 2, LEN - 2 * PAGE];
    for shared in [false, true] {
        let region = match shared {
            false => Region::private(LEN),
            true => Region::shared(LEN),
        };
        let region = t.can("mmap of a terabyte", region)?;
        let target = Target::spawn(
            || {
                TOUCHED.iter().for_each(|&place| region.put(place, 1));
                region.unmap(LEN - PAGE, PAGE)
            },
            |_| 0,
        );
        let target = t.can("fork", target)?;
        attach(t, target.pid())?;
        let before = time::now();
        let mut from = 0;
        for place in TOUCHED {
            let fd = t.device().fd();
            let data = fd.seek_data(region.at(from));
            t.equal("SEEK_DATA", data, Ok(region.at(place)))?;
            let hole = t.device().fd().seek_hole(region.at(place));
            from = place + PAGE;
            t.equal("SEEK_HOLE", hole, Ok(region.at(from)))?;
        }
        let took = time::now() - before;
        // Page by page, it would be minutes.
        t.holds(format_args!("six searches take {took} ms"), took < 5000)?;
    }
    Ok(())
}

/// The module's own file, mapped with as many pages behind its end.
fn file_end(t: &mut Test) -> Outcome {
    const MOST: usize = 128;
    let file = t.can("opening the module", file::open(t.module, file::READ_ONLY))?;
    let mut bytes = [0; PAGE];
    let mut size = 0;
    loop {
        match t.can("reading the module", file.read_at(&mut bytes, size as u64))? {
            0 => break,
            more => size += more,
        }
    }
    let has = size.div_ceil(PAGE);
    t.holds("the module has fewer pages", has < MOST / 2)?;
    for (private, memory) in [
        (false, Memory::SharedFile(&file, 0)),
        (true, Memory::PrivateFile(&file, 0)),
    ] {
        let region = t.can("mmap", Region::private(MOST * PAGE))?;
        let target = Target::spawn(
            || {
                let protection = if private { READ | WRITE } else { READ };
                region.map_over(0, (MOST - 1) * PAGE, protection, memory)?;
                if private {
                    region.put(PAGE, 1);
                }
                region.unmap((MOST - 1) * PAGE, PAGE)
            },
            |_| 0,
        );
        let target = t.can("fork", target)?;
        attach(t, target.pid())?;
        compare(t, &region, MOST, |page| page < has)?;
    }
    Ok(())
}

fn device(t: &mut Test) -> Outcome {
    let memory = t.can("opening /dev/mem", file::open(c"/dev/mem", file::READ_ONLY))?;
    let region = t.can("mmap", Region::private(4 * PAGE))?;
    let own = t.can("mmap", Region::private(PAGE))?;
    own.put(0, 1);
    let physical = t.can("MEM_EXTRACT_PADDR", own.physical(0, &memory))?;
    let mapped = region.map_over(
        PAGE,
        PAGE,
        READ,
        Memory::SharedFile(&memory, physical as usize),
    );
    t.can("mapping /dev/mem", mapped)?;
    t.can("munmap", region.unmap(3 * PAGE, PAGE))?;
    attach(t, process::own_pid())?;
    compare(t, &region, 4, |page| page == 1)
}

/// Each child touches a page of its own, and what it does not touch is its parent's.
fn behind_forks(t: &mut Test) -> Outcome {
    const PAGES: usize = 24;
    let region = t.can("mmap", Region::private(PAGES * PAGE))?;
    t.can("munmap", region.unmap((PAGES - 1) * PAGE, PAGE))?;
    region.put(0, 1);
    fn descend(region: &Region, page: usize, link: &crate::target::Link) {
        region.put(page * PAGE, 1);
        if page + 2 >= PAGES - 2 {
            link.say(process::own_pid() as u64);
            link.listen();
            return;
        }
        match process::fork() {
            Ok(0) => {
                descend(region, page + 2, link);
                process::exit(0);
            }
            // Each stays, or the kernel merges its memory with its child's.
            Ok(child) => {
                let _ = process::reap(child, process::Patience::Wait);
            }
            Err(_) => (),
        }
    }
    let target = Target::start(|link| {
        link.say(0);
        descend(&region, 2, &link);
    });
    let target = t.can("fork", target)?;
    let youngest = t.can("the youngest", target.hear())?;
    attach(t, youngest as i32)?;
    compare(t, &region, PAGES, |page| page % 2 == 0 && page < PAGES - 3)
}

fn swapped_out(t: &mut Test) -> Outcome {
    let pages = (100 << 20) / PAGE;
    with_little_memory(t, |t| {
        let region = t.can("mmap", Region::private((pages + 1) * PAGE))?;
        t.can("munmap", region.unmap(pages * PAGE, PAGE))?;
        let target = Target::spawn(
            || {
                (0..pages)
                    .filter(|page| page % 8 != 7)
                    .for_each(|page| region.put(page * PAGE, 1));
                Ok(())
            },
            |_| 0,
        );
        let target = t.can("fork", target)?;
        attach(t, target.pid())?;
        let mut page = 0;
        while page + 8 <= pages {
            let fd = t.device().fd();
            let data = fd.seek_data(region.at(page * PAGE));
            t.equal("SEEK_DATA", data, Ok(region.at(page * PAGE)))?;
            let fd = t.device().fd();
            let hole = fd.seek_hole(region.at(page * PAGE));
            t.equal("SEEK_HOLE", hole, Ok(region.at((page + 7) * PAGE)))?;
            let data = t.device().fd().seek_data(region.at((page + 7) * PAGE));
            let next = match page + 8 < pages {
                true => Ok(region.at((page + 8) * PAGE)),
                false => data,
            };
            t.equal("SEEK_DATA from the hole", data, next)?;
            page += 8;
        }
        Ok(())
    })
}

fn ends(t: &mut Test) -> Outcome {
    let target = t.can("fork", Target::idle())?;
    attach(t, target.pid())?;
    let fd = t.device().fd();
    // The first page is never mapped.
    t.equal("SEEK_HOLE from 0", fd.seek_hole(0), Ok(0))?;
    let fd = t.device().fd();
    let mut at = t.can("SEEK_DATA from 0", fd.seek_data(0))?;
    t.holds(
        "there is something behind the first page",
        at >= PAGE as u64,
    )?;
    // From piece to piece to the end.
    let mut pieces = 0;
    let last = loop {
        pieces += 1;
        let hole = t.device().fd().seek_hole(at);
        let hole = t.can("SEEK_HOLE", hole)?;
        t.holds("it is behind", hole > at)?;
        match t.device().fd().seek_data(hole) {
            Ok(data) => {
                t.holds("it is behind", data > hole)?;
                at = data;
            }
            Err(errno) => {
                t.equal("SEEK_DATA behind the last piece", errno, Errno::ENXIO)?;
                break hole;
            }
        }
    };
    t.holds("there are several", pieces > 2)?;
    for address in [1 << 63, u64::MAX, u64::MAX - PAGE as u64] {
        let fd = t.device().fd();
        let (data, hole) = (fd.seek_data(address), fd.seek_hole(address));
        t.refused("SEEK_DATA of no address", data, Errno::ENXIO)?;
        t.refused("SEEK_HOLE of no address", hole, Errno::ENXIO)?;
    }
    // What failed has not moved the position.
    t.can("lseek", t.device().fd().seek(last))?;
    let failed = t.device().fd().seek_data(u64::MAX);
    t.refused("SEEK_DATA", failed, Errno::ENXIO)?;
    let mut byte = [0];
    let got = t.device().fd().read_some(&mut byte);
    t.refused("read at a hole", got, Errno::EFAULT)
}

fn refusals(t: &mut Test) -> Outcome {
    let fd = t.device().fd();
    let (data, hole) = (fd.seek_data(0), fd.seek_hole(0));
    t.refused("SEEK_DATA, not attached", data, Errno::ENXIO)?;
    t.refused("SEEK_HOLE, not attached", hole, Errno::ENXIO)?;
    let device = t.can("open", Device::open_for(file::WRITE_ONLY))?;
    t.can("ATTACH", device.attach(process::own_pid()))?;
    t.refused("SEEK_DATA", device.fd().seek_data(0), Errno::EBADF)?;
    t.refused("SEEK_HOLE", device.fd().seek_hole(0), Errno::EBADF)?;
    // After its execve, the old image is sought in.
    let program = t.program;
    let region = t.can("mmap", Region::private(3 * PAGE))?;
    let target = Target::start(|link| {
        region.put(PAGE, 1);
        link.say(0);
        if link.listen().is_some() {
            link.become_role(program, Role::Idle);
        }
    });
    let target = t.can("fork", target)?;
    attach(t, target.pid())?;
    t.can("the new image", target.ask(0))?;
    let data = t.device().fd().seek_data(region.at(0));
    t.equal("SEEK_DATA in the old image", data, Ok(region.at(PAGE)))
}

fn interrupted(t: &mut Test) -> Outcome {
    extern "C" fn on_alarm(_signal: i32) {}
    const LEN: usize = 8 << 30;
    let remote = t.can("mmap", Region::aliased(LEN))?;
    remote.fill(0, ALIAS, |_| 1);
    let target = t.can("fork", Target::idle())?;
    attach(t, target.pid())?;
    t.can(
        "sigaction",
        signal::set_action(SIGALRM, Action::Call(on_alarm)),
    )?;
    t.can("setitimer", signal::set_alarm(20, 0))?;
    let hole = t.device().fd().seek_hole(remote.at(0));
    t.refused("SEEK_HOLE", hole, Errno::EINTR)?;
    let at = t.device().fd().seek_data(remote.at(PAGE));
    t.equal("SEEK_DATA after it", at, Ok(remote.at(PAGE)))
}

fn while_forking(t: &mut Test) -> Outcome {
    const PAGES: usize = 16;
    const MILLISECONDS: u64 = 1500;
    let region = t.can("mmap", Region::private(PAGES * PAGE))?;
    t.can("munmap", region.unmap((PAGES - 1) * PAGE, PAGE))?;
    let target = Target::start(|link| {
        let touch = || {
            (0..PAGES - 1)
                .step_by(2)
                .for_each(|page| region.put(page * PAGE, 1))
        };
        touch();
        link.say(0);
        // What the children leave behind is merged with what the parent has touched meanwhile.
        loop {
            match process::fork() {
                Ok(0) => process::exit(0),
                Ok(child) => {
                    touch();
                    let _ = process::reap(child, process::Patience::Wait);
                }
                Err(_) => return,
            }
        }
    });
    let target = t.can("fork", target)?;
    attach(t, target.pid())?;
    let before = time::now();
    while time::now() - before < MILLISECONDS {
        compare(t, &region, PAGES, |page| page % 2 == 0 && page < PAGES - 1)?;
    }
    Ok(())
}
