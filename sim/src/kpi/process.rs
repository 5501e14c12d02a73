// SPDX-License-Identifier: BSD-2-Clause
//! Processes: finding, holding, their memory; signals and scheduling of the calling thread.
use core::ffi::c_int;

use super::copying::uiomove;
use super::paging::{check_map, unlocked};
use crate::call::{Call, DEAD, HALFWAY, MOVED};
use crate::layout::*;
use crate::locks::{acquire, release};
use crate::memory::PAGE;
use crate::processes::CALLER;
use crate::schedule;
use crate::sim::{Sim, current, enter};

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

/// What says that this kernel's proc_rwmem takes a reference: it is never called.
pub extern "C" fn proc_vmspace_ref() -> c_int {
    crate::sim::lock().fatal("proc_vmspace_ref is called")
}

pub extern "C" fn proc_rwmem(p: usize, uio: *mut kpi::uio, flags: c_int) -> c_int {
    // SAFETY: the module passes a uio of its own.
    let uio = unsafe { &mut *uio };
    let (mut sim, fail) = enter(
        Call::ProcRwmem,
        [p, uio.uio_offset as usize, flags as usize],
    );
    if !sim.setting.referencing {
        sim.violation("proc_rwmem of a kernel whose own does not keep the address space");
    }
    if flags != PRVM_BLOCK_EXEC | PRVM_CHECK_DEBUG {
        sim.violation(format!("proc_rwmem with the flags {flags:#x}"));
    }
    let Some(process) = sim.processes.by_addr(p) else {
        sim.fatal(format!(
            "proc_rwmem: {p:#x} is no process, or one that is gone"
        ));
    };
    let (mutex, own) = (process.mutex(), process.pid == CALLER);
    let (holds, flag, map) = (process.holds(), process.flag(), process.vmspace());
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
    let refused = sim
        .processes
        .by_addr(p)
        .map_or(0, |process| process.candebug);
    if !own && (refused != 0 || flag & P_WEXIT != 0) {
        return if refused != 0 { refused } else { ESRCH };
    }
    // It keeps what it has found, and that as it is.
    let Some(references) = sim
        .processes
        .vmspace(map)
        .map(|vm| vm.references())
        .filter(|n| *n > 0)
    else {
        return ESRCH;
    };
    sim.processes
        .vmspace(map)
        .into_iter()
        .for_each(|vm| vm.set_references(references + 1));
    sim.processes.exec_blocks += 1;
    let (mut done, mut error) = (0, 0);
    while error == 0 && uio.uio_resid > 0 && done < limit {
        check_map(&mut sim, Call::ProcRwmem, map);
        let at = uio.uio_offset as u64;
        sim = unlocked(sim, map, at, READ);
        let len = (PAGE - at as usize % PAGE)
            .min(uio.uio_resid as usize)
            .min(limit - done);
        error = read_page(&mut sim, map, len, uio);
        done += len;
        // Page by page it may sleep, and the process may do what it likes.
        sim = schedule::preempt(sim);
    }
    sim.processes.exec_blocks -= 1;
    sim.free_vmspace(map);
    sim.happen();
    if error != 0 {
        return error;
    }
    fail.map_or(0, |errno| errno & !HALFWAY)
}

fn read_page(sim: &mut Sim, map: usize, len: usize, uio: &mut kpi::uio) -> c_int {
    let at = uio.uio_offset as u64;
    let offset = at as usize % PAGE;
    let Some((_, space)) = sim.processes.vmspace(map).map(|vm| vm.space).map(|index| {
        let spaces = &mut sim.processes.spaces;
        (index, &mut spaces[index])
    }) else {
        return EFAULT;
    };
    match space.fault(
        &mut sim.frames,
        at - offset as u64,
        READ,
        kpi::VM_FAULT_NORMAL as c_int,
    ) {
        Ok(fault) => {
            let bytes = sim.frames.memory.copy(fault.frame);
            uiomove(sim, &bytes[offset..offset + len], uio);
            0
        }
        Err(KERN_RESOURCE_SHORTAGE) => ENOMEM,
        Err(_) => EFAULT,
    }
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
