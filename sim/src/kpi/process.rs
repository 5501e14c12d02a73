// SPDX-License-Identifier: BSD-2-Clause
//! Processes: finding them, and their memory; signals and scheduling of the calling thread.
use core::ffi::c_int;

use crate::call::{Call, DEAD, MOVED};
use crate::layout::*;
use crate::locks::{acquire, release};
use crate::processes::CALLER;
use crate::schedule;
use crate::sim::{current, enter};

const PID_MAX: i32 = 99999;

pub extern "C" fn pget(pid: i32, flags: c_int, pp: *mut usize) -> c_int {
    let (mut sim, fail) = enter(Call::Pget, [pid as usize, flags as usize, 0]);
    let must = kpi::PGET_NOTID as c_int
        | if sim.loading() {
            0
        } else {
            kpi::PGET_NOTWEXIT as c_int
        };
    let candebug = flags & kpi::PGET_CANDEBUG as c_int != 0;
    let cansee = flags & kpi::PGET_CANSEE as c_int != 0;
    if flags & must != must {
        sim.violation("pget without PGET_NOTWEXIT and PGET_NOTID lets too much through");
    }
    if candebug {
        let thread = current();
        sim.allowed.insert((thread, pid));
    } else if !cansee && !sim.loading() && !sim.allowed.contains(&(current(), pid)) {
        sim.violation("pget without PGET_CANDEBUG or PGET_CANSEE of a process that nobody has allowed to reach");
    }
    match fail {
        None => (),
        Some(DEAD | MOVED) if candebug => (),
        // Who only wants to know whether a process can be seen does not care for its address space.
        Some(DEAD | MOVED) => return ESRCH,
        Some(errno) => return errno,
    }
    let (mutex, addr) = loop {
        let found = sim
            .processes
            .by_pid(pid)
            .filter(|process| !process.zombie && pid <= PID_MAX);
        let Some((mutex, addr)) = found.map(|process| (process.mutex(), process.addr())) else {
            return ESRCH;
        };
        if !sim.locks.is_held(mutex) || sim.locks.is_held_by(mutex, current()) {
            break (mutex, addr);
        }
        // Looked up again after waiting: it may be gone by then.
        sim = schedule::block(sim, "a process's lock, in pget");
    };
    sim = acquire(sim, Call::Pget, mutex);
    let Some(process) = sim.processes.by_addr(addr) else {
        return ESRCH;
    };
    let own = process.pid == CALLER;
    let error = match process.flag() {
        _ if cansee && !own && process.cansee != 0 => process.cansee,
        _ if candebug && !own && process.candebug != 0 => process.candebug,
        flag if candebug && !own && flag & P_INEXEC != 0 => EBUSY,
        flag if flag & P_WEXIT != 0 => ESRCH,
        _ => 0,
    };
    if error != 0 {
        release(&mut sim, Call::Pget, mutex);
        return error;
    }
    if matches!(fail, Some(DEAD | MOVED)) {
        let vm = process.vmspace();
        let references = sim.processes.vmspace(vm).map_or(0, |vm| vm.references());
        if own || references == 0 {
            // Its own thread is here, or it is so already.
            release(&mut sim, Call::Pget, mutex);
            return ESRCH;
        }
        match fail {
            Some(DEAD) => sim.processes.kill_vmspace(vm),
            _ => sim.processes.set_leaving(vm),
        }
    }
    // SAFETY: where the caller wants the process.
    unsafe { *pp = addr };
    0
}

/// What vm_page_busy_release calls where somebody waits for the page.
pub extern "C" fn wakeup(channel: usize) {
    let (mut sim, _) = enter(Call::Wakeup, [channel, 0, 0]);
    schedule::wake(&mut sim);
}

pub extern "C" fn vmspace_free(vm: usize) {
    let (mut sim, _) = enter(Call::VmspaceFree, [vm, 0, 0]);
    sim.may_sleep(Call::VmspaceFree);
    sim.free_vmspace(vm);
}

pub extern "C" fn sig_intr() -> c_int {
    let (mut sim, fail) = enter(Call::SigIntr, [0; 3]);
    sim.may_sleep(Call::SigIntr);
    let signal = sim.signal;
    fail.unwrap_or(if signal { EINTR } else { 0 })
}

pub extern "C" fn pause_sbt(_message: usize, _time: i64, _precision: i64, _flags: c_int) -> c_int {
    let (mut sim, _) = enter(Call::Pause, [0; 3]);
    sim.may_sleep(Call::Pause);
    0
}

pub extern "C" fn maybe_yield() {
    let (mut sim, _) = enter(Call::MaybeYield, [0; 3]);
    sim.may_sleep(Call::MaybeYield);
}
