// SPDX-License-Identifier: BSD-2-Clause
//! The module as the loader has brought it, before there was a process: laid out by the loader's own code, started while
//! the kernel starts. The disc has it in /boot/modules, and in its loader.conf what a person writes there.

use crate::device::Device;
use crate::sys::kld::{self, Unload};
use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, kenv, sysctl};
use crate::tap::{Case, Outcome, Test};
use crate::target::Target;
use core::ffi::CStr;

pub const CASES: &[Case] = &[Case::module(
    "the loader loads it by rwmem_load, heeds kern.rwmem.max_attached, and it works",
    at_boot,
)];

const FILE: &CStr = c"rwmem.ko";
const LIMIT: &CStr = c"kern.rwmem.max_attached";
/// What loader.conf sets it to; it is another without that.
const LIMIT_OF_LOADER_CONF: u64 = 7;

fn at_boot(t: &mut Test) -> Outcome {
    let id = t.can("kldfind", kld::find(FILE))?;
    t.can("modfind", kld::find_module(c"rwmem"))?;
    t.equal("the limit", sysctl::number(LIMIT), Ok(LIMIT_OF_LOADER_CONF))?;
    let memory = t.can("mmap", Region::private(2 * PAGE))?;
    memory.fill(0, PAGE, |at| at as u8);
    let target = t.can("fork", Target::idle())?;
    t.device = Some(t.can("open", Device::open())?);
    let read = t.read(target.pid(), memory.at(0), memory.at(PAGE), PAGE as u64);
    t.moved_all("READ", read, PAGE)?;
    let right = (0..PAGE).all(|at| memory.get(PAGE + at) == at as u8);
    t.holds("the bytes are the target's", right)?;
    t.device = None;
    t.can("unload", kld::unload(id, Unload::Normal))?;
    t.refused("modfind", kld::find_module(c"rwmem"), Errno::ENOENT)?;
    // What follows is loaded without it.
    t.can("removing the tunable", kenv::unset(LIMIT))
}

/// Takes away what the loader has brought where that test is not run.
pub fn without() {
    if let Ok(id) = kld::find(FILE) {
        let _ = kld::unload(id, Unload::Normal);
        let _ = kenv::unset(LIMIT);
    }
}
