// SPDX-License-Identifier: BSD-2-Clause
//! What an attachment or a transfer keeps of memory, and that it is given back.

use super::ENDLESS;
use super::attach::attach;
use crate::census::Census;
use crate::device::Device;
use crate::path::{PATHS, Path};
use crate::sys::memory::{ALIAS, PAGE, Region};
use crate::sys::{Errno, process, sysctl, time};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::{PATIENCE, Target};
use core::ffi::CStr;

pub const CASES: &[Case] = &[
    Case::root(
        "a dead process's memory is kept while attached, and given back",
        memory,
    ),
    Case::root("kern.rwmem.attached follows every way to detach", count),
    Case::root(
        "what is attached to something else in mid-transfer is given back",
        mid_transfer,
    ),
    Case::root("a thousand attachments leave nothing behind", thousand),
    Case::root(
        "no page stays wired after reads and writes of 16 MiB",
        wired_pages,
    ),
];

const MEMORY: usize = 24 << 20;
const PAGES: i64 = (MEMORY / PAGE) as i64;

/// How a descriptor that is attached to a process that is gone is detached.
#[derive(Clone, Copy, Debug)]
enum Way {
    Detach,
    Close,
    AttachToAnother,
    ExitOfTheOwner,
    CloseOfTheLastCopy,
}

const WAYS: [Way; 5] = [
    Way::Detach,
    Way::Close,
    Way::AttachToAnother,
    Way::ExitOfTheOwner,
    Way::CloseOfTheLastCopy,
];

/// A descriptor attached to `pid`, or a process that has one.
struct Owner {
    device: Option<Device>,
    process: Option<Target>,
}

impl Owner {
    fn attach(t: &mut Test, way: Way, pid: i32) -> Result<Owner, Stop> {
        let device = t.can("open", Device::open())?;
        t.can("ATTACH", device.attach(pid))?;
        let process = match way {
            Way::ExitOfTheOwner | Way::CloseOfTheLastCopy => Some(t.can("fork", Target::idle())?),
            _ => None,
        };
        // The process has its copy now.
        let device = (!matches!(way, Way::ExitOfTheOwner)).then_some(device);
        Ok(Owner { device, process })
    }

    fn detach(&mut self, t: &mut Test, way: Way) -> Outcome {
        if let Some(device) = &self.device {
            match way {
                Way::Detach => t.can("DETACH", device.detach())?,
                Way::AttachToAnother => t.can("ATTACH", device.attach(process::own_pid()))?,
                _ => (),
            }
        }
        match way {
            Way::Close => self.device = None,
            Way::ExitOfTheOwner => self.process = None,
            Way::CloseOfTheLastCopy => {
                self.process = None;
                self.device = None;
            }
            _ => (),
        }
        Ok(())
    }
}

fn read(t: &mut Test, name: &CStr) -> Result<i64, Stop> {
    let value = t.can(format_args!("{name:?}"), sysctl::number(name))?;
    Ok(value as i64)
}

fn free(t: &mut Test) -> Result<i64, Stop> {
    read(t, c"vm.stats.vm.v_free_count")
}

/// A process with so much memory of its own.
fn rich() -> Result<Target, Errno> {
    Target::start(|link| {
        if let Ok(region) = Region::private(MEMORY) {
            for place in (0..MEMORY).step_by(PAGE) {
                region.put(place, 1);
            }
            link.serve(|_| 0);
        }
    })
}

fn memory(t: &mut Test) -> Outcome {
    for way in WAYS {
        let mut target = t.can("fork", rich())?;
        let mut owner = Owner::attach(t, way, target.pid())?;
        let lives = free(t)?;
        t.can("the target's end", target.end())?;
        let dead = free(t)?;
        t.holds(
            format_args!("{way:?}: memory is kept (pages free: {lives}, then {dead})"),
            dead - lives < PAGES / 4,
        )?;
        owner.detach(t, way)?;
        // The last reference may be dropped by a process on its way out.
        let mut after = 0;
        time::wait_until(PATIENCE / 4, || {
            after = sysctl::number(c"vm.stats.vm.v_free_count").map_or(0, |free| free as i64);
            after - dead > PAGES * 3 / 4
        });
        t.holds(
            format_args!("{way:?}: memory is given back (pages free: {dead}, then {after})"),
            after - dead > PAGES * 3 / 4,
        )?;
    }
    Ok(())
}

/// Leaves the region's addresses to bytes of this process's own that are not zero.
fn fill_own(region: &Region) -> Result<(), Errno> {
    region.alias()?;
    region.fill(0, ALIAS, |_| 1);
    Ok(())
}

/// A transfer has the address space that the descriptor was attached to when it began.
fn mid_transfer(t: &mut Test) -> Outcome {
    const ROUNDS: i64 = 12;
    let spaces = |t: &mut Test| -> Result<i64, Stop> {
        let census = t.can("taking the census", Census::take())?;
        Ok(census.in_use("VMSPACE"))
    };
    let local = t.can("mmap", Region::aliased(ENDLESS))?;
    let before = spaces(t)?;
    for round in 0..ROUNDS {
        local.fill(0, PAGE, |_| 0);
        let mut target = t.can("fork", Target::spawn(|| fill_own(&local), |_| 0))?;
        attach(t, target.pid())?;
        let caller = Target::start(|link| {
            link.say(0);
            let len = ENDLESS as u64;
            let _ = t.device().fd().read_to(local.at(0), len, local.at(0));
        });
        let mut caller = t.can("fork", caller)?;
        let begun = time::wait_until(PATIENCE, || local.get(0) != 0);
        t.holds("the transfer is under way", begun)?;
        match round % 2 {
            0 => {
                let detached = t.device().detach();
                t.can("DETACH", detached)?;
            }
            _ => attach(t, process::own_pid())?,
        }
        t.can("the caller's end", caller.end())?;
        t.can("the target's end", target.end())?;
        let _ = t.device().detach();
    }
    let more = spaces(t)? - before;
    t.holds(
        format_args!("no address spaces are left over, got {more} more"),
        before > 0 && more < ROUNDS / 3,
    )
}

fn count(t: &mut Test) -> Outcome {
    const ATTACHED: &CStr = c"kern.rwmem.attached";
    let before = read(t, ATTACHED)?;
    for way in WAYS {
        let mut target = t.can("fork", Target::idle())?;
        let mut owner = Owner::attach(t, way, target.pid())?;
        for when in ["at first", "after the target's end"] {
            let now = read(t, ATTACHED)?;
            t.equal(format_args!("{way:?}: attached {when}"), now, before + 1)?;
            if when == "at first" {
                t.can("the target's end", target.end())?;
            }
        }
        owner.detach(t, way)?;
        let still = i64::from(matches!(way, Way::AttachToAnother));
        let expected = before + still;
        time::wait_until(PATIENCE / 4, || {
            sysctl::number(ATTACHED) == Ok(expected as u64)
        });
        let now = read(t, ATTACHED)?;
        t.equal(format_args!("{way:?}: attached in the end"), now, expected)?;
        drop(owner);
    }
    let after = read(t, ATTACHED)?;
    t.equal("attached after all", after, before)
}

fn wired_pages(t: &mut Test) -> Outcome {
    PATHS.iter().try_for_each(|path| wired_by(t, path))
}

fn wired_by(t: &mut Test, path: &'static Path) -> Outcome {
    let len = if path.pinned { 16 << 20 } else { 2 << 20 };
    let pages = (len / PAGE) as i64;
    t.path = path;
    let remote = t.can("mmap", Region::private(len))?;
    let target = Target::spawn(
        || {
            for place in (0..len).step_by(2 * PAGE) {
                remote.put(place, 1);
            }
            Ok(())
        },
        |_| 0,
    );
    let mut target = t.can("fork", target)?;
    let mut before = 0;
    // The first round makes what the kernel then keeps, page tables for one.
    for round in 0..2 {
        // Never touched, so that all is faulted in on the way, on either side.
        let local = t.can("mmap", Region::private(len))?;
        let moved = t.read(target.pid(), remote.at(0), local.at(0), len as u64);
        t.moved_all("read", moved, len)?;
        let moved = t.write(target.pid(), remote.at(0), local.at(0), len as u64);
        t.moved_all("write", moved, len)?;
        drop(local);
        let wired = read(t, c"vm.stats.vm.v_wire_count")?;
        if round == 0 {
            before = wired;
        }
        t.holds(
            format_args!(
                "{}: no page stays wired ({before}, then {wired})",
                path.name
            ),
            wired - before < pages / 4,
        )?;
    }
    // A page that stays wired outlives its process.
    let full = free(t)?;
    t.can("the target's end", target.end())?;
    let after = free(t)?;
    t.holds(
        format_args!(
            "{}: pages free: {full}, after the target's end {after}",
            path.name
        ),
        after - full > pages * 3 / 4,
    )
}

fn thousand(t: &mut Test) -> Outcome {
    let before = read(t, c"kern.rwmem.attached")?;
    let mut target = t.can("fork", rich())?;
    let lives = free(t)?;
    for _ in 0..500 {
        attach(t, target.pid())?;
        attach(t, process::own_pid())?;
    }
    let now = read(t, c"kern.rwmem.attached")?;
    t.equal("attached", now, before + 1)?;
    t.can("the target's end", target.end())?;
    let after = free(t)?;
    t.holds(
        format_args!("its memory is given back (pages free: {lives}, then {after})"),
        after - lives > PAGES * 3 / 4,
    )
}
