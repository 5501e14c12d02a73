// SPDX-License-Identifier: BSD-2-Clause
//! What has been done leaves the kernel's memory as it was: done a hundred times, it leaves no hundred of anything.

use super::holes::FAR;
use crate::census::Census;
use crate::device::{Device, NODE};
use crate::path::PATHS;
use crate::sys::file;
use crate::sys::kld::{self, Unload};
use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, process, sysctl};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;

pub const REQUESTS: &[Case] = &[
    Case::root(
        "requests of every kind and outcome leak no kernel memory",
        requests,
    ),
    Case::root(
        "no page stays wired that was faulted in for a transfer",
        faulted_pages,
    ),
];

pub const LOADS: &[Case] = &[Case::module(
    "a hundred loads and unloads leak no kernel memory",
    hundred_loads,
)];

const ROUNDS: usize = 100;
/// What is allocated the first times and kept by the kernel (names, caches) is not a leak.
const WARM_UP: usize = 5;
/// How much more of a kind may be in use afterwards. A leak of one per round would make it [`ROUNDS`].
const TOLERANCE: i64 = ROUNDS as i64 / 2;

/// Runs `round` often, and compares what is in use before and after.
fn leaks_nothing(t: &mut Test, round: impl Fn(&mut Test) -> Outcome) -> Result<Census, Stop> {
    (0..WARM_UP).try_for_each(|_| round(t))?;
    // Twice: the first time allocates what taking it needs.
    t.can("taking the census", Census::take().map(drop))?;
    let before = t.can("taking the census", Census::take())?;
    (0..ROUNDS).try_for_each(|_| round(t))?;
    let after = t.can("taking the census", Census::take())?;
    let mut kinds = 0;
    after.growth(&before, TOLERANCE, |name, growth| {
        kinds += 1;
        t.note(format_args!(
            "{name}: {growth} more in use after {ROUNDS} rounds"
        ));
    });
    t.equal("kinds of kernel memory that grew", kinds, 0)?;
    Ok(after)
}

fn requests(t: &mut Test) -> Outcome {
    let memory = t.can("mmap", Region::private(20 * PAGE))?;
    leaks_nothing(t, |t| every_outcome(t, &memory)).map(drop)
}

/// Pages that are not there before each transfer, on either side: those are the ones that are wired for a moment.
fn faulted_pages(t: &mut Test) -> Outcome {
    const PAGES: usize = 60;
    const LEN: usize = PAGES * PAGE;
    let remote = t.can("mmap", Region::private(LEN))?;
    let local = t.can("mmap", Region::private(LEN))?;
    let round = |t: &mut Test| -> Outcome {
        let target = t.can("fork", Target::idle())?;
        for path in PATHS {
            t.path = path;
            t.can("mmap", local.renew(0, LEN))?;
            let read = t.read(target.pid(), remote.at(0), local.at(0), LEN as u64);
            t.moved_all("read", read, LEN)?;
            let written = t.write(target.pid(), remote.at(0), local.at(0), LEN as u64);
            t.moved_all("write", written, LEN)?;
        }
        Ok(())
    };
    let wired = |t: &mut Test| {
        let count = sysctl::number(c"vm.stats.vm.v_wire_count");
        t.can("vm.stats.vm.v_wire_count", count)
    };
    (0..WARM_UP).try_for_each(|_| round(t))?;
    let before = wired(t)?;
    (0..ROUNDS).try_for_each(|_| round(t))?;
    let after = wired(t)?;
    // As many as if one page of fifty were forgotten.
    let most = (ROUNDS * PATHS.len() * PAGES / 50) as u64;
    t.holds(
        format_args!("wired pages are given back ({before} before, {after} after)"),
        after < before + most,
    )
}

/// A target is made, transferred with by each path, well and badly, and ends; once while it is attached.
fn every_outcome(t: &mut Test, memory: &Region) -> Outcome {
    let target = Target::spawn(|| memory.unmap(19 * PAGE, PAGE), |_| 0);
    let mut target = t.can("fork", target)?;
    let pid = target.pid();
    let local = memory.at(0);
    let attempt = |t: &mut Test, pid: i32, remote: u64, local: u64, len: u64| {
        for path in PATHS {
            t.path = path;
            let _ = t.read(pid, remote, local, len);
            let _ = t.write(pid, remote, local, len);
        }
    };
    attempt(t, pid, memory.at(0), local, 19 * PAGE as u64);
    attempt(t, pid, memory.at(17 * PAGE), local, 3 * PAGE as u64);
    attempt(t, pid, memory.at(19 * PAGE), local, 1);
    attempt(t, pid, memory.at(0), 0, 1);
    attempt(t, pid, FAR[4], FAR[4], 1);
    attempt(t, pid, u64::MAX, local, 2);
    attempt(t, process::own_pid(), memory.at(PAGE), local, PAGE as u64);
    attempt(t, 0, memory.at(0), local, 1);
    let device = t.can("open", Device::open())?;
    t.can("ATTACH", device.attach(pid))?;
    t.can("the target's end", target.end())?;
    attempt(t, pid, memory.at(0), local, 1);
    Ok(())
}

fn hundred_loads(t: &mut Test) -> Outcome {
    if let Ok(id) = kld::find(c"rwmem.ko") {
        t.can("unload", kld::unload(id, Unload::Normal))?;
    }
    let after = leaks_nothing(t, load_and_unload)?;
    t.holds("no kind of memory named rwmem is left", !after.has("rwmem"))
}

fn load_and_unload(t: &mut Test) -> Outcome {
    let id = t.load_module()?;
    t.can("unload", kld::unload(id, Unload::Normal))?;
    // devfs forgets a device that is gone when its folder is looked at the next time.
    t.refused("stat of the device", file::stat(NODE), Errno::ENOENT)
}
