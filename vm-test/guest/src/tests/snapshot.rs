// SPDX-License-Identifier: BSD-2-Clause
//! RWMEM_SNAPSHOT: who gets one, what can be done with it, and what it leaves behind.

use super::attach::{SIZE, attach, expect_byte, scene};
use crate::census::Census;
use crate::device::{Device, Direction, Request};
use crate::path::PATHS;
use crate::sys::memory::{PAGE, Region, pattern};
use crate::sys::{Errno, capability, process, sysctl};
use crate::tap::{Case, Outcome, Stop, Test, USER};
use crate::target::{PATIENCE, Role, Target};
use core::ffi::CStr;
use rwmem_abi::PID_ATTACHED;

pub const CASES: &[Case] = &[
    Case::everyone(
        "a snapshot is read by every way, and stays as it was",
        every_way,
    ),
    Case::everyone("a snapshot is not written to: EROFS", read_only),
    Case::everyone("CURRENT of a snapshot: EOPNOTSUPP", not_current),
    Case::everyone(
        "a snapshot outlives its target's execve and its exit",
        outlives,
    ),
    Case::everyone(
        "SNAPSHOT of oneself; from capability mode of nobody else: ECAPMODE",
        oneself,
    ),
    Case::root("SNAPSHOT of one who has a snapshot of us", owner),
    Case::root("SNAPSHOT is permitted as ATTACH is", permission),
    Case::root("SNAPSHOT counts as attached: ENFILE", counted),
    Case::root(
        "SNAPSHOT without the swap that it may need: ENOMEM, and nothing is left",
        without_swap,
    ),
    Case::root("a thousand snapshots leave nothing behind", thousand),
    Case::root("reading a snapshot copies no page", no_copies),
    Case::everyone(
        "SNAPSHOT of a target that executes programs all the time",
        restless,
    ),
];

pub fn snapshot(t: &mut Test, pid: i32) -> Outcome {
    let result = t.device().snapshot(pid);
    t.can("SNAPSHOT", result)
}

/// A target whose region holds the pattern 1, and that of what it is asked when it is asked.
fn changing(t: &mut Test) -> Result<(Region, Region, Target), Stop> {
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, pattern(1));
            Ok(())
        },
        |seed| {
            remote.fill(0, SIZE, pattern(seed as u8));
            0
        },
    );
    let target = t.can("fork", target)?;
    Ok((remote, local, target))
}

fn every_way(t: &mut Test) -> Outcome {
    let (remote, local, target) = changing(t)?;
    snapshot(t, target.pid())?;
    for seed in [2, 3] {
        t.can("changing all", target.ask(seed))?;
        for path in PATHS {
            local.fill(0, SIZE, |_| 0);
            let request = Request {
                direction: Direction::Read,
                pid: PID_ATTACHED,
                remote: remote.at(5),
                local: local.at(5),
                len: SIZE as u64 - 5,
            };
            let got = (path.transfer)(t.device(), request);
            t.moved_all(path.name, got, SIZE - 5)?;
            t.same(path.name, &local, 5, SIZE - 5, pattern(1))?;
        }
        let read = t.read(target.pid(), remote.at(5), local.at(5), SIZE as u64 - 5);
        t.moved_all("READ by pid", read, SIZE - 5)?;
        t.same("the target now", &local, 5, SIZE - 5, pattern(seed as u8))?;
    }
    // Another, in the place of the first.
    snapshot(t, target.pid())?;
    t.can("changing all", target.ask(4))?;
    expect_byte(t, "the second", remote.at(9), pattern(3)(9))?;
    attach(t, target.pid())?;
    expect_byte(t, "attached", remote.at(9), pattern(4)(9))
}

fn read_only(t: &mut Test) -> Outcome {
    let (remote, local, target) = changing(t)?;
    snapshot(t, target.pid())?;
    for path in PATHS {
        let request = Request {
            direction: Direction::Write,
            pid: PID_ATTACHED,
            remote: remote.at(0),
            local: local.at(0),
            len: 100,
        };
        let got = (path.transfer)(t.device(), request);
        t.refused(path.name, got, Errno::EROFS)?;
    }
    expect_byte(t, "the snapshot", remote.at(0), pattern(1)(0))?;
    // What replaces it is written to.
    attach(t, target.pid())?;
    let got = t.device().fd().write_from(local.at(0), 1, remote.at(0));
    t.equal("pwrite, attached", got, Ok(1))
}

fn not_current(t: &mut Test) -> Outcome {
    let target = t.can("fork", Target::idle())?;
    snapshot(t, target.pid())?;
    let current = t.device().current();
    t.refused("CURRENT", current, Errno::EOPNOTSUPP)?;
    let detached = t.device().detach();
    t.can("DETACH", detached)?;
    let current = t.device().current();
    t.refused("CURRENT", current, Errno::ENXIO)
}

fn outlives(t: &mut Test) -> Outcome {
    let program = t.program;
    let region = t.can("mmap", Region::private(PAGE))?;
    let target = Target::start(|link| {
        region.fill(0, PAGE, pattern(1));
        link.say(0);
        if link.listen().is_some() {
            link.become_role(program, Role::Idle);
        }
    });
    let mut target = t.can("fork", target)?;
    snapshot(t, target.pid())?;
    t.can("the new image", target.ask(0))?;
    expect_byte(t, "after its execve", region.at(7), pattern(1)(7))?;
    t.can("the target's end", target.end())?;
    expect_byte(t, "after its end", region.at(8), pattern(1)(8))?;
    let again = t.device().snapshot(target.pid());
    t.refused("SNAPSHOT of one that is gone", again, Errno::ESRCH)
}

fn oneself(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::private(PAGE))?;
    let target = t.can("fork", Target::idle())?;
    for _ in 0..2 {
        region.fill(0, PAGE, pattern(1));
        snapshot(t, process::own_pid())?;
        region.fill(0, PAGE, pattern(2));
        expect_byte(t, "as it was", region.at(9), pattern(1)(9))?;
        t.same("as it is", &region, 0, PAGE, pattern(2))?;
    }
    t.can("cap_enter", capability::enter())?;
    let other = t.device().snapshot(target.pid());
    t.refused("SNAPSHOT of another", other, Errno::ECAPMODE)?;
    expect_byte(t, "the one before", region.at(9), pattern(1)(9))?;
    snapshot(t, process::own_pid())?;
    expect_byte(t, "of oneself", region.at(9), pattern(2)(9))
}

fn owner(t: &mut Test) -> Outcome {
    let region = t.can("mmap", Region::private(PAGE))?;
    region.fill(0, PAGE, pattern(1));
    let target = Target::start(|link| {
        let Ok(device) = Device::open() else { return };
        if device.snapshot(process::parent()).is_ok() {
            region.fill(0, PAGE, pattern(2));
            link.serve(|place| {
                let mut byte = [0];
                let got = device.fd().read_at(&mut byte, region.at(place as usize));
                got.map_or(u64::MAX, |_| byte[0].into())
            });
        }
    });
    let target = t.can("fork", target)?;
    snapshot(t, target.pid())?;
    region.fill(0, PAGE, pattern(3));
    expect_byte(t, "of the owner", region.at(9), pattern(2)(9))?;
    t.equal("the owner's", target.ask(9), Ok(pattern(1)(9).into()))
}

fn permission(t: &mut Test) -> Outcome {
    let (remote, _local, target) = scene(t, 1)?;
    let refused = [
        (target.pid(), Errno::EPERM),
        (1, Errno::EPERM),
        (0x7fff_ffff, Errno::ESRCH),
        (-1, Errno::ESRCH),
    ];
    let system = t.device().snapshot(1);
    t.refused("SNAPSHOT of init", system, Errno::EINVAL)?;
    snapshot(t, target.pid())?;
    t.can("becoming an unprivileged user", process::become_user(USER))?;
    for (pid, errno) in refused {
        let got = t.device().snapshot(pid);
        t.refused(format_args!("SNAPSHOT of {pid}"), got, errno)?;
    }
    // What was permitted before stays.
    expect_byte(t, "pread", remote.at(5), pattern(1)(5))
}

fn counted(t: &mut Test) -> Outcome {
    const LIMIT: &CStr = c"kern.rwmem.max_attached";
    let target = t.can("fork", Target::idle())?;
    let second = t.can("open", Device::open())?;
    let before = t.can("the limit", sysctl::number(LIMIT))?;
    t.can("setting the limit", sysctl::set(LIMIT, 1))?;
    let first = t.device().snapshot(target.pid());
    let beyond = second.snapshot(target.pid());
    let attached = second.attach(target.pid());
    let replaced = t.device().snapshot(target.pid());
    let number = sysctl::number(c"kern.rwmem.attached");
    t.can("setting it back", sysctl::set(LIMIT, before as i32))?;
    t.can("SNAPSHOT", first)?;
    t.refused("SNAPSHOT beyond the limit", beyond, Errno::ENFILE)?;
    t.refused("ATTACH beyond the limit", attached, Errno::ENFILE)?;
    t.can("SNAPSHOT in its place", replaced)?;
    t.equal("kern.rwmem.attached", number, Ok(1))
}

const RESERVED: &CStr = c"vm.swap_reserved";

fn without_swap(t: &mut Test) -> Outcome {
    const OVERCOMMIT: &CStr = c"vm.overcommit";
    const LEN: usize = 64 << 20;
    let region = t.can("mmap", Region::private(LEN))?;
    region.put(0, 1);
    let caller = Target::spawn(
        || process::become_user(USER),
        |_| match t.device().snapshot(process::own_pid()) {
            Ok(()) => 0,
            Err(errno) => errno.0 as u64,
        },
    );
    let mut caller = t.can("fork", caller)?;
    let before = t.can("vm.swap_reserved", sysctl::number(RESERVED))?;
    t.can("vm.overcommit", sysctl::set(OVERCOMMIT, 1))?;
    let answer = caller.ask(0);
    let after = sysctl::number(RESERVED);
    t.can("vm.overcommit", sysctl::set(OVERCOMMIT, 0))?;
    t.equal("SNAPSHOT", answer, Ok(Errno::ENOMEM.0 as u64))?;
    let attached = sysctl::number(c"kern.rwmem.attached");
    t.equal("kern.rwmem.attached", attached, Ok(0))?;
    // What the caller's own memory is charged for being copied stays until it is written to, or the caller ends.
    let after = t.can("vm.swap_reserved", after)?;
    t.holds(
        format_args!("the copy's is given back ({before} before, {after} after)"),
        after < before + 2 * LEN as u64,
    )?;
    t.can("the caller's end", caller.end())?;
    let end = t.can("vm.swap_reserved", sysctl::number(RESERVED))?;
    t.holds(
        format_args!("all is given back ({before} before, {end} in the end)"),
        end <= before,
    )
}

fn thousand(t: &mut Test) -> Outcome {
    const LEN: usize = 1 << 20;
    const ROUNDS: usize = 1000;
    const KINDS: [&str; 4] = ["VMSPACE", "VM OBJECT", "MAP ENTRY", "rwmem"];
    let region = t.can("mmap", Region::private(LEN))?;
    let start = t.can("vm.swap_reserved", sysctl::number(RESERVED))?;
    let target = Target::spawn(
        || {
            region.fill(0, LEN, pattern(1));
            Ok(())
        },
        |seed| {
            (0..LEN)
                .step_by(PAGE)
                .for_each(|at| region.put(at, seed as u8));
            0
        },
    );
    let mut target = t.can("fork", target)?;
    let figures = |t: &mut Test| -> Result<[i64; 6], Stop> {
        let census = t.can("taking the census", Census::take())?;
        let wired = sysctl::number(c"vm.stats.vm.v_wire_count");
        let wired = t.can("v_wire_count", wired)? as i64;
        let swap = t.can("vm.swap_reserved", sysctl::number(RESERVED))?;
        let kinds = KINDS.map(|kind| census.in_use(kind));
        let [vmspaces, objects, entries, own] = kinds;
        Ok([vmspaces, objects, entries, own, wired, (swap >> 20) as i64])
    };
    let round = |t: &mut Test, round: usize| -> Outcome {
        snapshot(t, target.pid())?;
        if round.is_multiple_of(4) {
            t.can("changing all", target.ask(round as u64))?;
            expect_byte(t, "a page", region.at(5), pattern(1)(5))?;
        }
        let detached = t.device().detach();
        t.can("DETACH", detached)
    };
    (0..10).try_for_each(|index| round(t, index))?;
    figures(t)?;
    let before = figures(t)?;
    (0..ROUNDS).try_for_each(|index| round(t, index))?;
    let after = figures(t)?;
    let most = [2, 100, 200, 2, 200, 8];
    let names = [
        "address spaces",
        "objects",
        "map entries",
        "files",
        "wired pages",
        "MiB of swap",
    ];
    for (index, name) in names.into_iter().enumerate() {
        let (before, after) = (before[index], after[index]);
        t.holds(
            format_args!("{name} are given back ({before} before, {after} after)"),
            after - before <= most[index],
        )?;
    }
    t.can("the target's end", target.end())?;
    let end = t.can("vm.swap_reserved", sysctl::number(RESERVED))?;
    t.holds(
        format_args!("no swap stays reserved ({start} before, {end} in the end)"),
        end <= start + (2 << 20),
    )
}

fn no_copies(t: &mut Test) -> Outcome {
    const LEN: usize = 16 << 20;
    const FAULTS: &CStr = c"vm.stats.vm.v_cow_faults";
    let region = t.can("mmap", Region::private(2 * LEN))?;
    let local = t.can("mmap", Region::private(2 * LEN))?;
    let target = Target::spawn(
        || {
            region.fill(0, LEN, pattern(1));
            Ok(())
        },
        |_| 0,
    );
    let target = t.can("fork", target)?;
    // It is our own from now on, and not shared with the target.
    local.fill(0, 2 * LEN, |_| 9);
    snapshot(t, target.pid())?;
    let look = |t: &mut Test| -> Result<[i64; 3], Stop> {
        let census = t.can("taking the census", Census::take())?;
        let cow = t.can("v_cow_faults", sysctl::number(FAULTS))? as i64;
        let free = sysctl::number(c"vm.stats.vm.v_free_count");
        let free = t.can("v_free_count", free)? as i64;
        Ok([census.in_use("VM OBJECT"), cow, free])
    };
    look(t)?;
    let [objects, cow, free] = look(t)?;
    let got = t
        .device()
        .fd()
        .read_to(local.at(0), 2 * LEN as u64, region.at(0));
    t.equal("pread", got, Ok(2 * LEN as u64))?;
    let [objects_after, cow_after, free_after] = look(t)?;
    t.same("what was touched", &local, 0, LEN, pattern(1))?;
    t.same("what was not", &local, LEN, LEN, |_| 0)?;
    t.holds("no more objects", objects_after - objects < 4)?;
    t.holds("no more copies", cow_after - cow < 100)?;
    t.holds(
        format_args!("no memory is used ({free} pages free before, {free_after} after)"),
        free - free_after < 1000,
    )
}

fn restless(t: &mut Test) -> Outcome {
    const ROUNDS: usize = 60;
    let target = Target::executed(t.program, Role::Restless, None);
    let mut target = t.can("fork", target)?;
    let (mut had, mut lost) = (0, 0);
    for _ in 0..ROUNDS {
        match t.device().snapshot(target.pid()) {
            Ok(()) => {
                had += 1;
                let data = t.device().fd().seek_data(0);
                t.holds("it has something", data.is_ok())?;
                let mut byte = [0];
                let got = t.device().fd().read_at(&mut byte, data.unwrap_or(0));
                t.equal("pread", got, Ok(1))?;
            }
            Err(Errno::EBUSY | Errno::ESTALE | Errno::ESRCH) => lost += 1,
            Err(errno) => return t.can("SNAPSHOT", Err(errno)),
        }
    }
    t.holds(format_args!("{had} had, {lost} lost"), had + lost == ROUNDS)?;
    t.can("kill", target.kill())?;
    t.can("wait", target.wait(PATIENCE)).map(drop)
}
