// SPDX-License-Identifier: BSD-2-Clause
//! Processes: finding, holding, their memory; signals and scheduling of the calling thread.
use core::ffi::{c_char, c_int};

use super::copying::uiomove;
use super::paging::{check_map, fault};
use crate::call::{Call, DEAD, HALFWAY};
use crate::layout::*;
use crate::locks::{acquire, release};
use crate::memory::PAGE;
use crate::processes::CALLER;
use crate::schedule;
use crate::sim::{Sim, current, enter};

const PID_MAX: i32 = 99999;

pub extern "C" fn pget(pid: i32, flags: c_int, pp: *mut usize) -> c_int {
    let (mut sim, fail) = enter(Call::Pget, [pid as usize, flags as usize, 0]);
    let must = (kpi::PGET_NOTWEXIT | kpi::PGET_NOTID) as c_int;
    let candebug = flags & kpi::PGET_CANDEBUG as c_int != 0;
    let cansee = flags & kpi::PGET_CANSEE as c_int != 0;
    if flags & must != must || !(candebug || cansee) {
        sim.violation(
            "pget without PGET_NOTWEXIT, PGET_NOTID, and PGET_CANDEBUG or PGET_CANSEE lets too much through",
        );
    }
    match fail {
        None => (),
        Some(DEAD) if candebug => (),
        // Who only wants to know whether a process can be seen does not care for its address space.
        Some(DEAD) => return ESRCH,
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
        _ if !candebug && !own && process.cansee != 0 => process.cansee,
        _ if candebug && !own && process.candebug != 0 => process.candebug,
        flag if candebug && !own && flag & P_INEXEC != 0 => EBUSY,
        flag if flag & P_WEXIT != 0 => ESRCH,
        _ => 0,
    };
    if error != 0 {
        release(&mut sim, Call::Pget, mutex);
        return error;
    }
    if fail == Some(DEAD) {
        if own {
            // Its own thread is here: that cannot be.
            release(&mut sim, Call::Pget, mutex);
            return ESRCH;
        }
        let vm = process.vmspace();
        sim.processes.kill_vmspace(vm);
    }
    // SAFETY: where the caller wants the process.
    unsafe { *pp = addr };
    0
}

/// _PHOLD of a process that is swapped out: lets the lock go to bring it in.
pub extern "C" fn faultin(p: usize) {
    let (mut sim, _) = enter(Call::Faultin, [p, 0, 0]);
    let Some(process) = sim.processes.by_addr(p) else {
        sim.fatal("faultin of no process")
    };
    let mutex = process.mutex();
    process.set_flag(process.flag() | P_INMEM);
    if !sim.locks.is_held_by(mutex, current()) {
        sim.fatal("_PHOLD without the process's lock");
    }
    release(&mut sim, Call::Faultin, mutex);
    sim.may_sleep(Call::Faultin);
    sim.happen();
    drop(acquire(crate::schedule::preempt(sim), Call::Faultin, mutex));
}

/// PRELE of the last hold on a process that exits. The rest of its exit follows once the lock is free.
pub extern "C" fn wakeup(channel: usize) {
    let (mut sim, _) = enter(Call::Wakeup, [channel, 0, 0]);
    schedule::wake(&mut sim);
}

pub extern "C" fn vmspace_free(vm: usize) {
    let (mut sim, _) = enter(Call::VmspaceFree, [vm, 0, 0]);
    sim.may_sleep(Call::VmspaceFree);
    sim.free_vmspace(vm);
}

pub extern "C" fn proc_rwmem(p: usize, uio: *mut kpi::uio) -> c_int {
    // SAFETY: the module passes a uio of its own.
    let uio = unsafe { &mut *uio };
    let (mut sim, fail) = enter(
        Call::ProcRwmem,
        [p, uio.uio_offset as usize, uio.uio_resid as usize],
    );
    let Some(process) = sim.processes.by_addr(p) else {
        sim.fatal(format!(
            "proc_rwmem: {p:#x} is no process, or one that is gone"
        ));
    };
    let (mutex, own) = (process.mutex(), process.pid == CALLER);
    let (holds, flag) = (process.holds(), process.flag());
    if !own && holds == 0 {
        let exiting = if flag & P_WEXIT != 0 {
            " and exits"
        } else {
            ""
        };
        sim.fatal(format!("proc_rwmem of a process that is not held{exiting}"));
    }
    if sim.locks.is_held_by(mutex, current()) {
        sim.fatal("proc_rwmem with the process's lock held");
    }
    sim.may_sleep(Call::ProcRwmem);
    let limit = match fail {
        Some(errno) if errno & HALFWAY != 0 => uio.uio_resid as usize / 2,
        Some(errno) => return errno,
        None => usize::MAX,
    };
    let write = uio.uio_rw == kpi::uio_rw_UIO_WRITE;
    let mut done = 0;
    // It looks the address space up once, by itself.
    let map = sim
        .processes
        .by_addr(p)
        .map_or(0, |process| process.vmspace());
    while uio.uio_resid > 0 && done < limit {
        check_map(&mut sim, Call::ProcRwmem, map);
        let at = uio.uio_offset as u64;
        let page = at - at % PAGE as u64;
        let len = (PAGE - (at - page) as usize)
            .min(uio.uio_resid as usize)
            .min(limit - done);
        match transfer_page(&mut sim, map, page, len, write, uio) {
            0 => done += len,
            errno => return errno,
        }
        // Page by page it may sleep, and the process may do what it likes.
        sim = schedule::preempt(sim);
    }
    fail.map_or(0, |errno| errno & !HALFWAY)
}

fn transfer_page(
    sim: &mut Sim,
    map: usize,
    page: u64,
    len: usize,
    write: bool,
    uio: &mut kpi::uio,
) -> c_int {
    let prot = if write { READ | COPY } else { READ };
    let flags = if write {
        kpi::VM_FAULT_DIRTY
    } else {
        kpi::VM_FAULT_NORMAL
    };
    let m = match fault(sim, map, page, prot, flags as c_int) {
        Ok(m) => m,
        Err(KERN_RESOURCE_SHORTAGE) => return ENOMEM,
        Err(_) => return EFAULT,
    };
    let at = uio.uio_offset as u64;
    let Some(wired) = sim.pages.unwire(m) else {
        return EFAULT;
    };
    let offset = (at - page) as usize;
    let mut bytes = wired.bytes[offset..offset + len].to_vec();
    let moved = uiomove(sim, &mut bytes, uio);
    if write {
        sim.processes.spaces[wired.space].write(at, &bytes[..moved]);
    }
    if moved < len { EFAULT } else { 0 }
}

pub extern "C" fn sig_intr() -> c_int {
    let (mut sim, fail) = enter(Call::SigIntr, [0; 3]);
    sim.may_sleep(Call::SigIntr);
    let signal = sim.signal;
    fail.unwrap_or(if signal { EINTR } else { 0 })
}

/// pause_sbt(9): as long as it takes, nothing happens.
pub extern "C" fn pause_sbt(_wmesg: *const c_char, _sbt: i64, _pr: i64, _flags: c_int) -> c_int {
    let (mut sim, _) = enter(Call::PauseSbt, [0; 3]);
    sim.may_sleep(Call::PauseSbt);
    EWOULDBLOCK
}

pub extern "C" fn maybe_yield() {
    let (mut sim, _) = enter(Call::MaybeYield, [0; 3]);
    sim.may_sleep(Call::MaybeYield);
}
