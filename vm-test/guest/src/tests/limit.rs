// SPDX-License-Identifier: BSD-2-Clause
//! `kern.rwmem.max_attached`: how many descriptors may be attached, in the whole system.

use super::attach::{attach, expect_byte, scene};
use crate::census::Census;
use crate::device::Device;
use crate::sys::kenv;
use crate::sys::kld::{self, Unload};
use crate::sys::memory::{PAGE, pattern};
use crate::sys::{Errno, process, sysctl, time};
use crate::tap::{Case, Outcome, Stop, Test, USER};
use crate::target::Target;
use core::ffi::CStr;

pub const CASES: &[Case] = &[
    Case::root("ATTACH beyond the limit fails with ENFILE", beyond),
    Case::root(
        "at the limit, a second ATTACH still replaces the first",
        replaced,
    ),
    Case::root(
        "a lowered limit takes nothing away; 0 allows nothing new",
        lowered,
    ),
    Case::root("the limit is exact while processes attach at once", at_once),
    Case::root(
        "the limit holds while processes attach and detach at once",
        churning,
    ),
    Case::root(
        "an ATTACH that the limit refuses keeps no address space",
        kept,
    ),
    Case::root("only root sets the limit", set_by_root),
    Case::root(
        "descriptors are accounted as kernel memory named rwmem",
        accounted,
    ),
];

pub const LOADING: &[Case] = &[Case::module(
    "a limit that the loader sets is heeded, and without one it is 256",
    tunable,
)];

const LIMIT: &CStr = c"kern.rwmem.max_attached";
pub(super) const ATTACHED: &CStr = c"kern.rwmem.attached";
pub(super) const DEFAULT: u64 = 256;

/// Sets the limit for as long as it lives.
pub(super) struct Limit;

impl Limit {
    pub(super) fn new(t: &mut Test, limit: i32) -> Result<Limit, Stop> {
        t.equal("attached at first", sysctl::number(ATTACHED), Ok(0))?;
        t.equal("the limit at first", sysctl::number(LIMIT), Ok(DEFAULT))?;
        let this = Limit;
        this.set(t, limit)?;
        Ok(this)
    }

    fn set(&self, t: &mut Test, limit: i32) -> Outcome {
        t.can("setting the limit", sysctl::set(LIMIT, limit))?;
        t.equal("the limit", sysctl::number(LIMIT), Ok(limit as u64))
    }
}

impl Drop for Limit {
    fn drop(&mut self) {
        // The next test that uses it checks it.
        let _ = sysctl::set(LIMIT, DEFAULT as i32);
    }
}

pub(super) fn devices<const N: usize>(t: &mut Test) -> Result<[Option<Device>; N], Stop> {
    let mut devices = [const { None }; N];
    for device in &mut devices {
        *device = Some(t.can("open", Device::open())?);
    }
    Ok(devices)
}

pub(super) fn attach_to(device: &Option<Device>, pid: i32) -> Result<(), Errno> {
    device.as_ref().ok_or(Errno::EBADF)?.attach(pid)
}

fn expect_attached(t: &mut Test, when: &str, expected: u64) -> Outcome {
    let attached = sysctl::number(ATTACHED);
    t.equal(format_args!("attached {when}"), attached, Ok(expected))
}

fn beyond(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t, 1)?;
    let pid = target.pid();
    let mut devices = devices::<4>(t)?;
    let _limit = Limit::new(t, 3)?;
    for device in &devices[..3] {
        t.can("ATTACH within the limit", attach_to(device, pid))?;
    }
    let fourth = attach_to(&devices[3], pid);
    t.refused("ATTACH beyond it", fourth, Errno::ENFILE)?;
    expect_attached(t, "at the limit", 3)?;
    let gone = attach_to(&devices[3], -2);
    t.refused("ATTACH to no process", gone, Errno::ESRCH)?;
    if let Some(fourth) = &devices[3] {
        let got = fourth.fd().read_to(local.at(0), 1, remote.at(0));
        t.refused("pread of what was refused", got, Errno::ENXIO)?;
    }
    let by_pid = t.read(pid, remote.at(0), local.at(0), PAGE as u64);
    t.moved_all("a read by pid", by_pid, PAGE)?;
    if let Some(first) = &devices[0] {
        t.can("DETACH", first.detach())?;
    }
    t.can("ATTACH after a DETACH", attach_to(&devices[3], pid))?;
    let first = attach_to(&devices[0], pid);
    t.refused("ATTACH of the detached one", first, Errno::ENFILE)?;
    devices[1] = None;
    t.can("ATTACH after a close", attach_to(&devices[0], pid))?;
    expect_attached(t, "in the end", 3)
}

fn replaced(t: &mut Test) -> Outcome {
    let (remote, _local, first) = scene(t, 1)?;
    let (other, _local, second) = scene(t, 2)?;
    let _limit = Limit::new(t, 1)?;
    for _ in 0..3 {
        for (target, region, seed) in [(&first, &remote, 1), (&second, &other, 2)] {
            attach(t, target.pid())?;
            expect_attached(t, "after each", 1)?;
            expect_byte(t, "pread", region.at(77), pattern(seed)(77))?;
        }
    }
    let second = t.can("open", Device::open())?;
    let got = second.attach(first.pid());
    t.refused("ATTACH of another descriptor", got, Errno::ENFILE)
}

fn lowered(t: &mut Test) -> Outcome {
    let (remote, _local, target) = scene(t, 1)?;
    let pid = target.pid();
    let mut devices = devices::<3>(t)?;
    let limit = Limit::new(t, 4)?;
    attach(t, pid)?;
    for device in &devices[..2] {
        t.can("ATTACH", attach_to(device, pid))?;
    }
    for (lowered, attached) in [(1, 3), (0, 3)] {
        limit.set(t, lowered)?;
        expect_attached(t, "after lowering the limit", attached)?;
        let third = attach_to(&devices[2], pid);
        t.refused("a new ATTACH", third, Errno::ENFILE)?;
        expect_byte(t, "pread of an old one", remote.at(77), pattern(1)(77))?;
        attach(t, pid)?;
    }
    devices[0] = None;
    devices[1] = None;
    let got = t.device().detach();
    t.can("DETACH", got)?;
    expect_attached(t, "with none left", 0)?;
    let third = attach_to(&devices[2], pid);
    t.refused("ATTACH with a limit of 0", third, Errno::ENFILE)?;
    limit.set(t, 1)?;
    t.can("ATTACH with one of 1", attach_to(&devices[2], pid))
}

const CALLERS: usize = 6;
const EACH: usize = 8;

/// What a caller is asked to do with its own descriptors; it answers how often that worked.
const ATTACH: u64 = 0;
const DETACH: u64 = 1;
/// Attaches all and detaches all, again and again.
const CHURN: u64 = 2;
/// Added to the answer for each error that is not the expected one.
const UNEXPECTED: u64 = 1 << 32;

/// Processes that attach descriptors to `pid`.
fn callers(t: &mut Test, pid: i32) -> Result<[Option<Target>; CALLERS], Stop> {
    let mut callers = [const { None }; CALLERS];
    for caller in &mut callers {
        let mut devices = [const { None::<Device> }; EACH];
        let answer = move |question: u64| match question {
            CHURN => (0..50).fold(0, |sum, _| {
                let attached = each(&mut devices, pid, ATTACH);
                let detached = each(&mut devices, pid, DETACH);
                sum + attached + if attached == detached { 0 } else { UNEXPECTED }
            }),
            question => each(&mut devices, pid, question),
        };
        *caller = Some(t.can("fork", Target::spawn(|| Ok(()), answer))?);
    }
    Ok(callers)
}

/// Attaches or detaches each of a caller's descriptors.
fn each(devices: &mut [Option<Device>; EACH], pid: i32, question: u64) -> u64 {
    let mut sum = 0;
    for device in devices {
        // Opened here: what is inherited is the same open file in every process.
        let device = device.get_or_insert_with(|| match Device::open() {
            Ok(device) => device,
            Err(_) => process::exit(1),
        });
        let (result, otherwise) = match question {
            ATTACH => (device.attach(pid), Errno::ENFILE),
            _ => (device.detach(), Errno::ENXIO),
        };
        sum += match result {
            Ok(()) => 1,
            Err(error) if error == otherwise => 0,
            Err(_) => UNEXPECTED,
        };
    }
    sum
}

/// Asks all of them at once; the sum of their answers.
fn ask(t: &mut Test, callers: &[Option<Target>], question: u64) -> Result<u64, Stop> {
    for caller in callers.iter().flatten() {
        t.can("asking", caller.tell(question))?;
    }
    let mut sum = 0;
    for caller in callers.iter().flatten() {
        sum += t.can("a caller's answer", caller.hear())?;
    }
    Ok(sum)
}

fn at_once(t: &mut Test) -> Outcome {
    const MOST: u64 = 29;
    let target = t.can("fork", Target::idle())?;
    let callers = callers(t, target.pid())?;
    let _limit = Limit::new(t, MOST as i32)?;
    for _ in 0..40 {
        let attached = ask(t, &callers, ATTACH)?;
        t.equal("ATTACHes that worked", attached, MOST)?;
        expect_attached(t, "after them", MOST)?;
        let detached = ask(t, &callers, DETACH)?;
        t.equal("DETACHes that worked", detached, MOST)?;
        expect_attached(t, "after those", 0)?;
    }
    Ok(())
}

fn churning(t: &mut Test) -> Outcome {
    const MOST: u64 = 7;
    let target = t.can("fork", Target::idle())?;
    let callers = callers(t, target.pid())?;
    let _limit = Limit::new(t, MOST as i32)?;
    for caller in callers.iter().flatten() {
        t.can("asking", caller.tell(CHURN))?;
    }
    let mut most = 0;
    let until = time::now() + 1000;
    while time::now() < until {
        most = most.max(sysctl::number(ATTACHED).unwrap_or(u64::MAX));
    }
    t.holds(
        format_args!("never more than {MOST} attached, got {most}"),
        most <= MOST,
    )?;
    for caller in callers.iter().flatten() {
        let worked = t.can("a caller's answer", caller.hear())?;
        t.holds(
            format_args!("each ATTACH works or is refused for the limit, and each DETACH undoes it: {worked:#x}"),
            worked < UNEXPECTED,
        )?;
    }
    expect_attached(t, "in the end", 0)
}

fn kept(t: &mut Test) -> Outcome {
    const ROUNDS: i64 = 20;
    let spaces = |t: &mut Test| -> Result<i64, Stop> {
        let census = t.can("taking the census", Census::take())?;
        Ok(census.in_use("VMSPACE"))
    };
    let _limit = Limit::new(t, 0)?;
    let before = spaces(t)?;
    for _ in 0..ROUNDS {
        let mut target = t.can("fork", Target::idle())?;
        let got = t.device().attach(target.pid());
        t.refused("ATTACH", got, Errno::ENFILE)?;
        t.can("the target's end", target.end())?;
    }
    let more = spaces(t)? - before;
    t.holds(
        format_args!("no address spaces are left over, got {more} more"),
        before > 0 && more < ROUNDS / 2,
    )
}

fn set_by_root(t: &mut Test) -> Outcome {
    t.can("becoming an unprivileged user", process::become_user(USER))?;
    t.refused("setting the limit", sysctl::set(LIMIT, 1), Errno::EPERM)?;
    t.equal("the limit", sysctl::number(LIMIT), Ok(DEFAULT))
}

fn accounted(t: &mut Test) -> Outcome {
    const FILES: usize = 100;
    let in_use = |t: &mut Test| -> Result<i64, Stop> {
        let census = t.can("taking the census", Census::take())?;
        Ok(census.in_use("rwmem"))
    };
    let before = in_use(t)?;
    t.holds("the open descriptor is there", before > 0)?;
    let devices = devices::<FILES>(t)?;
    let with = in_use(t)?;
    t.equal("allocations more", with - before, FILES as i64)?;
    drop(devices);
    let after = in_use(t)?;
    t.equal("allocations when they are closed", after, before)
}

fn tunable(t: &mut Test) -> Outcome {
    if let Ok(id) = kld::find(c"rwmem.ko") {
        t.can("unload", kld::unload(id, Unload::Normal))?;
    }
    t.can("setting the tunable", kenv::set(LIMIT, c"7"))?;
    let id = t.load_module();
    t.can("removing the tunable", kenv::unset(LIMIT))?;
    let id = id?;
    t.equal("the limit", sysctl::number(LIMIT), Ok(7))?;
    t.can("unload", kld::unload(id, Unload::Normal))?;
    let id = t.load_module()?;
    t.equal("the limit without it", sysctl::number(LIMIT), Ok(DEFAULT))?;
    t.can("unload", kld::unload(id, Unload::Normal))
}
