// SPDX-License-Identifier: BSD-2-Clause
//! Maps and address spaces, and the faults in them.
use core::ffi::c_int;

use crate::call::Call;
use crate::layout::*;
use crate::memory::PAGE;
use crate::processes::OWN;
use crate::schedule;
use crate::setting::Moved;
use crate::sim::{Guard, Sim, current, enter};
use crate::space::Entry;

/// The map must be one that a reference keeps, which is the same as that it is there.
fn check_map(sim: &mut Sim, call: Call, map: usize) {
    if sim
        .processes
        .vmspace(map)
        .is_none_or(|vm| vm.references() == 0)
    {
        sim.fatal(format!(
            "{}: {map:#x} is no map of an address space with references",
            call.name()
        ));
    }
}

pub extern "C" fn vm_fault(map: usize, at: u64, prot: u8, flags: c_int, m: *mut usize) -> c_int {
    let (mut sim, fail) = enter(Call::VmFault, [map, at as usize, prot as usize]);
    check_map(&mut sim, Call::VmFault, map);
    sim.may_sleep(Call::VmFault);
    if let Some(answer) = fail {
        return answer;
    }
    if !at.is_multiple_of(PAGE as u64) {
        sim.violation(format!("vm_fault: {at:#x} is not the start of a page"));
    }
    let mut sim = unlocked(sim, map, at, prot);
    let sim = &mut *sim;
    let Some((index, space)) = sim.processes.space_of(map) else {
        return KERN_INVALID_ADDRESS;
    };
    let fault = match space.fault(&mut sim.frames, at, prot, flags) {
        Ok(fault) => fault,
        Err(answer) => return answer,
    };
    if fault.filled && prot & COPY == 0 {
        sim.violation(format!("a read has made a page of zeros at {at:#x}"));
    }
    let frame = fault.frame;
    sim.wire(frame);
    if index == OWN {
        move_page(sim, frame);
    }
    let page = match sim.moved {
        Some(Moved::Fault) => {
            sim.unwire(frame);
            0
        }
        _ => sim.frames.memory.page(frame) as usize,
    };
    // SAFETY: where the caller wants the page.
    unsafe { *m = page };
    KERN_SUCCESS
}

/// Waits until nobody has the map locked, if a fault is to change an entry of it.
fn unlocked(mut sim: Guard, map: usize, at: u64, prot: u8) -> Guard {
    let at = at - at % PAGE as u64;
    while sim.locks.is_held(map)
        && let Some((_, space)) = sim.processes.space_of(map)
        && space.changes(at, prot)
    {
        sim = schedule::block(sim, "the lock of a map, in vm_fault");
    }
    sim
}

/// The module's own page, or its object, is laid out otherwise.
fn move_page(sim: &mut Sim, frame: usize) {
    let Some((space, object, _)) = sim.home(frame) else {
        return;
    };
    let object = sim.processes.spaces[space].objects.structure(object);
    // SAFETY: the structures of a page and an object that are in use.
    unsafe {
        let m = sim.frames.memory.page(frame);
        match sim.moved {
            Some(Moved::ObjectFlags) => (*object).flags |= kpi::OBJ_UNMANAGED,
            Some(Moved::ObjectType) => (*object).flags &= !kpi::OBJ_SWAP,
            Some(Moved::PageObject) => (*m).object = std::ptr::null_mut(),
            Some(Moved::PageIndex) => (*m).pindex += 1,
            Some(Moved::PageValid) => (*m).valid = 0,
            Some(Moved::PagePhysAddr) => (*m).phys_addr = 0,
            // What is there looks like many wirings.
            Some(Moved::PageRefCount) => sim.frames.memory.set_wirings(frame, 7),
            _ => (),
        }
    }
}

pub extern "C" fn vm_map_lookup_entry(
    map: usize,
    at: u64,
    entry: *mut *mut kpi::vm_map_entry,
) -> c_int {
    let (mut sim, fail) = enter(Call::LookupEntry, [map, at as usize, 0]);
    check_map(&mut sim, Call::LookupEntry, map);
    if !sim.locks.is_held_by(map, current()) {
        sim.fatal("vm_map_lookup_entry without the map's lock");
    }
    let found = match fail {
        // As if nothing were mapped there.
        Some(_) => None,
        None => sim.show_entry(map, at),
    };
    let before = || sim.show_gap(map, at);
    // SAFETY: where the caller wants the address of the entry, or of the one before.
    unsafe { *entry = found.unwrap_or_else(before) };
    c_int::from(found.is_some())
}

pub extern "C" fn vm_sync_icache(map: usize, at: u64, len: usize) {
    let (mut sim, _) = enter(Call::SyncIcache, [map, at as usize, len]);
    check_map(&mut sim, Call::SyncIcache, map);
    if !sim.locks.is_held_by(map, current()) {
        sim.violation("vm_sync_icache without the map's lock: the range may be gone");
    }
    let page = PAGE as u64;
    let pages = at / page..(at + len as u64).div_ceil(page);
    sim.unsynced
        .retain(|(thread, place)| *thread != current() || !pages.contains(&(place / page)));
}

/// Not for anybody's call: the address of what makes a pmap.
pub extern "C" fn pmap_pinit(_pmap: usize) -> c_int {
    lock_out("pmap_pinit")
}

fn lock_out(name: &str) -> ! {
    crate::sim::lock().fatal(format!("{name} is called"))
}

pub extern "C" fn vmspace_alloc(min: u64, max: u64, pinit: usize) -> usize {
    let (mut sim, fail) = enter(Call::VmspaceAlloc, [min as usize, max as usize, pinit]);
    sim.may_sleep(Call::VmspaceAlloc);
    if sim.kernel.lookup("pmap_pinit") != Some(pinit) || min >= max {
        sim.violation("vmspace_alloc of what is no ordinary address space");
    }
    if fail.is_some() {
        return 0;
    }
    sim.processes.spaces[OWN].clear();
    sim.new_vmspace(OWN)
}

pub extern "C" fn vmspace_fork(vm: usize, charge: *mut u64) -> usize {
    let (mut sim, fail) = enter(Call::VmspaceFork, [vm, charge as usize, 0]);
    sim.may_sleep(Call::VmspaceFork);
    check_map(&mut sim, Call::VmspaceFork, vm);
    sim.check_kernel(Call::VmspaceFork, charge as usize, size_of::<u64>());
    let references = sim.processes.vmspace(vm).map_or(0, |vm| vm.references());
    if references == 0 {
        sim.fatal("vmspace_fork of an address space that nobody keeps");
    }
    // It locks the map.
    sim = schedule::preempt(sim);
    if fail.is_some() {
        return 0;
    }
    let Some((copy, swap)) = sim.copy_vmspace(vm) else {
        return 0;
    };
    // SAFETY: checked.
    unsafe { *charge += swap };
    copy
}

/// The reservation of the swap of a copy that has none yet.
fn reserve(sim: &mut Sim, call: Call, charge: u64) {
    let mut copies = sim.processes.copies.iter_mut();
    match copies.find(|copy| copy.charge == charge && !copy.reserved) {
        Some(copy) => copy.reserved = true,
        None => sim.violation(format!("{} of {charge:#x}: for no copy", call.name())),
    }
}

pub extern "C" fn swap_reserve(charge: u64) -> bool {
    let (mut sim, fail) = enter(Call::SwapReserve, [charge as usize, 0, 0]);
    sim.may_sleep(Call::SwapReserve);
    if fail.is_some() {
        return false;
    }
    reserve(&mut sim, Call::SwapReserve, charge);
    true
}

pub extern "C" fn swap_reserve_force(charge: u64) {
    let (mut sim, _) = enter(Call::SwapReserveForce, [charge as usize, 0, 0]);
    sim.may_sleep(Call::SwapReserveForce);
    reserve(&mut sim, Call::SwapReserveForce, charge);
}

pub extern "C" fn vmspace_acquire_ref(p: usize) -> usize {
    let (mut sim, fail) = enter(Call::VmspaceAcquire, [p, 0, 0]);
    let Some(process) = sim.processes.by_addr(p) else {
        sim.fatal(format!("vmspace_acquire_ref: {p:#x} is no process"));
    };
    let mut vm = process.vmspace();
    if sim.moved == Some(Moved::ProcessVmspace) {
        vm = sim.processes.target().map_or(0, |target| target.vmspace());
    }
    let references = sim.processes.vmspace(vm).map_or(0, |vm| vm.references());
    if fail.is_some() || references == 0 {
        return 0;
    }
    if let Some(vm) = sim.processes.vmspace(vm) {
        vm.set_references(references + 1);
    }
    vm
}

#[allow(clippy::too_many_arguments)]
pub extern "C" fn vm_map_fixed(
    map: usize,
    object: usize,
    _offset: u64,
    start: u64,
    len: u64,
    prot: u8,
    max: u8,
    _cow: c_int,
) -> c_int {
    let (mut sim, fail) = enter(Call::MapFixed, [map, start as usize, len as usize]);
    check_map(&mut sim, Call::MapFixed, map);
    sim.may_sleep(Call::MapFixed);
    if object != 0 || !sim.processes.is_own(map) {
        sim.fatal("vm_map_fixed in what is not the module's own address space");
    }
    if let Some(answer) = fail {
        return answer;
    }
    sim.processes.spaces[OWN].entries.push(Entry {
        start,
        end: start + len,
        prot,
        max,
        cow: false,
        needs_copy: false,
        object: None,
        offset: 0,
    });
    sim.show_entry(map, start);
    KERN_SUCCESS
}

pub extern "C" fn pmap_extract_and_hold(pmap: usize, at: u64, _prot: u8) -> usize {
    let (mut sim, fail) = enter(Call::ExtractAndHold, [pmap, at as usize, 0]);
    let Some((map, space)) = sim.processes.of_pmap(pmap) else {
        sim.fatal(format!("pmap_extract_and_hold: {pmap:#x} is no pmap"));
    };
    check_map(&mut sim, Call::ExtractAndHold, map);
    let it = &sim.processes.spaces[space];
    let frame = it.find(at).and_then(|entry| {
        let (object, pindex) = (entry.object?, entry.pindex(at));
        it.objects.all[object].pages.get(&pindex).copied()
    });
    let Some(mut frame) = frame.filter(|_| fail.is_none()) else {
        return 0;
    };
    if sim.moved == Some(Moved::Pmap) {
        frame = sim.frames.allocate(0, 0, true);
    }
    sim.wire(frame);
    sim.frames.memory.page(frame) as usize
}
