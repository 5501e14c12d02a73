// SPDX-License-Identifier: BSD-2-Clause
//! Loading and unloading.

use super::ENDLESS;
use crate::device::{Device, NODE};
use crate::sys::file;
use crate::sys::kld::{self, Unload};
use crate::sys::memory::{ALIAS, Region};
use crate::sys::{Errno, sysctl, time};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::{PATIENCE, Target};
use core::ffi::CStr;

pub const FIRST: &[Case] = &[Case::module("the module loads, and only once", load)];

pub const CASES: &[Case] = &[
    Case::module(
        "an open descriptor keeps the module: EBUSY, forced or not",
        open_descriptor,
    ),
    Case::module(
        "a descriptor inherited by a child keeps the module",
        inherited_descriptor,
    ),
    Case::module("a transfer under way keeps the module", transfer_under_way),
    Case::module("opens that race with unloads harm nothing", race),
    Case::module(
        "unloading leaves nothing behind, and it loads again",
        nothing_left,
    ),
];

const FILE: &CStr = c"rwmem.ko";
const MODULE: &CStr = c"rwmem";

fn load(t: &mut Test) -> Outcome {
    t.refused("modfind before", kld::find_module(MODULE), Errno::ENOENT)?;
    let id = t.load_module()?;
    t.equal("kldfind", kld::find(FILE), Ok(id))?;
    t.can("modfind", kld::find_module(MODULE))?;
    t.can("stat of the device", file::stat(NODE))?;
    t.refused("kldload again", kld::load(t.module), Errno::EEXIST)
}

/// The file id of the module, which is loaded if it was not.
fn loaded(t: &mut Test) -> Result<i32, Stop> {
    match kld::find(FILE) {
        Ok(id) => Ok(id),
        Err(_) => t.load_module(),
    }
}

fn refuses_to_go(t: &mut Test, id: i32) -> Outcome {
    for how in [Unload::Normal, Unload::Force, Unload::Normal] {
        t.refused(
            format_args!("unload, {how:?}"),
            kld::unload(id, how),
            Errno::EBUSY,
        )?;
    }
    Ok(())
}

fn open_descriptor(t: &mut Test) -> Outcome {
    for access in [file::READ_WRITE, file::READ_ONLY, file::WRITE_ONLY] {
        let id = loaded(t)?;
        let device = t.can("open", Device::open_for(access))?;
        refuses_to_go(t, id)?;
        t.can("INFO after that", device.info())?;
        let second = t.can("a second open after that", Device::open())?;
        drop(device);
        refuses_to_go(t, id)?;
        drop(second);
        t.can(
            "unload after the last close",
            kld::unload(id, Unload::Normal),
        )?;
    }
    Ok(())
}

fn inherited_descriptor(t: &mut Test) -> Outcome {
    let id = loaded(t)?;
    let device = t.can("open", Device::open())?;
    let mut child = t.can("fork", Target::idle())?;
    drop(device);
    refuses_to_go(t, id)?;
    t.can("the child's end", child.end())?;
    t.can(
        "unload after the child's end",
        kld::unload(id, Unload::Normal),
    )
}

fn transfer_under_way(t: &mut Test) -> Outcome {
    let id = loaded(t)?;
    let remote = t.can("mmap", Region::aliased(ENDLESS))?;
    let local = t.can("mmap", Region::aliased(ENDLESS))?;
    remote.fill(0, ALIAS, |_| b'f');
    let target = t.can("fork", Target::idle())?;
    let device = t.can("open", Device::open())?;
    t.device = Some(device);
    let caller = Target::start(|link| {
        link.say(0);
        let _ = t.read(target.pid(), remote.at(0), local.at(0), ENDLESS as u64);
    });
    let mut caller = t.can("fork", caller)?;
    t.device = None;
    let under_way = time::wait_until(PATIENCE, || local.get(0) == b'f');
    t.holds("the transfer is under way", under_way)?;
    refuses_to_go(t, id)?;
    t.can("the caller's end", caller.end())?;
    t.can(
        "unload after the caller's end",
        kld::unload(id, Unload::Normal),
    )
}

fn race(t: &mut Test) -> Outcome {
    const ROUNDS: usize = 60;
    let opener = Target::start(|link| {
        link.say(0);
        loop {
            if let Ok(device) = Device::open() {
                let _ = device.info();
            }
        }
    });
    let mut opener = t.can("fork", opener)?;
    for _ in 0..ROUNDS {
        let id = loaded(t)?;
        match kld::unload(id, Unload::Normal) {
            Ok(()) | Err(Errno::EBUSY) => (),
            Err(error) => t.equal("unload", error, Errno::EBUSY)?,
        }
    }
    t.can("the opener's end", opener.end())?;
    let id = loaded(t)?;
    t.can("unload after all", kld::unload(id, Unload::Normal))
}

fn nothing_left(t: &mut Test) -> Outcome {
    const COUNTER: &CStr = c"kern.rwmem.reads";
    let id = loaded(t)?;
    t.can("kern.rwmem.reads", sysctl::number(COUNTER))?;
    t.can("unload", kld::unload(id, Unload::Normal))?;
    t.refused("kldfind", kld::find(FILE), Errno::ENOENT)?;
    t.refused("modfind", kld::find_module(MODULE), Errno::ENOENT)?;
    t.refused(
        "open of the device",
        Device::open().map(drop),
        Errno::ENOENT,
    )?;
    t.refused("kern.rwmem.reads", sysctl::number(COUNTER), Errno::ENOENT)?;
    let id = loaded(t)?;
    t.equal(
        "kern.rwmem.reads of a new load",
        sysctl::number(COUNTER),
        Ok(0),
    )?;
    let device = t.can("open", Device::open())?;
    t.can("INFO", device.info())?;
    drop(device);
    t.can("unload", kld::unload(id, Unload::Normal))
}
