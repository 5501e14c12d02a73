// SPDX-License-Identifier: BSD-2-Clause
//! The parts of the VM system that the module calls: maps, faults, pages.
use core::ffi::c_int;

use crate::call::Call;
use crate::layout::*;
use crate::memory::PAGE;
use crate::pages::{Found, Page};
use crate::sim::{Sim, current, enter};

/// A wiring of the page at `at` of the address space behind `map`.
fn wire(sim: &mut Sim, map: usize, at: u64, executable: bool, dirty: bool) -> usize {
    let at = at - at % PAGE as u64;
    let Some((space, memory)) = sim.processes.space_of(map) else {
        return 0;
    };
    let mut bytes = vec![0; PAGE];
    memory.read(at, &mut bytes);
    sim.pages.wire(Page {
        space,
        at,
        bytes,
        executable,
        written: false,
        dirty,
        synced: false,
    })
}

/// The map must be one that a reference keeps, which is the same as that it is there.
pub fn check_map(sim: &mut Sim, call: Call, map: usize) {
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
    fault(&mut sim, map, at, prot, flags).map_or_else(
        |answer| answer,
        |page| {
            // SAFETY: where the caller wants the page.
            unsafe { *m = page };
            KERN_SUCCESS
        },
    )
}

/// What vm_fault does; proc_rwmem uses it too.
pub fn fault(sim: &mut Sim, map: usize, at: u64, prot: u8, flags: c_int) -> Result<usize, c_int> {
    if !at.is_multiple_of(PAGE as u64) {
        sim.violation(format!("vm_fault: {at:#x} is not the start of a page"));
    }
    let Some((_, memory)) = sim.processes.space_of(map) else {
        return Err(KERN_INVALID_ADDRESS);
    };
    let Some(region) = memory.find(at) else {
        return Err(KERN_INVALID_ADDRESS);
    };
    // A private copy may be made of what is read-only, but not of what nobody may look at.
    let copy = prot & COPY != 0;
    if prot & READ & !region.prot != 0 || prot & WRITE != 0 && region.prot & WRITE == 0 && !copy {
        return Err(KERN_PROTECTION_FAILURE);
    }
    memory.enter_page(at, copy);
    let dirty = flags & kpi::VM_FAULT_DIRTY as c_int != 0;
    Ok(wire(sim, map, at, region.prot & EXECUTE != 0, dirty))
}

/// The page at a physical address. Each process's physical memory begins at 0 here: whose is meant is told by the page
/// tables that the thread has locked, where it must have come from.
#[allow(non_snake_case)]
pub extern "C" fn PHYS_TO_VM_PAGE(physical: u64) -> usize {
    let (mut sim, fail) = enter(Call::PhysToPage, [physical as usize, 0, 0]);
    let Some((pmap, space)) = sim.locked_tables() else {
        sim.fatal("PHYS_TO_VM_PAGE without the lock of the page tables that told the address");
    };
    let Some((at, managed)) = sim.processes.spaces[space].mapped_at(physical) else {
        sim.fatal(format!(
            "PHYS_TO_VM_PAGE: the locked page tables have nothing at physical {physical:#x}"
        ));
    };
    if fail.is_some() {
        return 0;
    }
    sim.pages.find(Found {
        pmap,
        space,
        at,
        managed,
    })
}

pub extern "C" fn vm_page_wire_mapped(m: usize) -> bool {
    let (mut sim, fail) = enter(Call::WireMapped, [m, 0, 0]);
    let Some(found) = sim.pages.found(m) else {
        sim.fatal(format!(
            "vm_page_wire_mapped: {m:#x} is no page, or one that nothing keeps any more"
        ));
    };
    if !found.managed {
        sim.violation(format!(
            "the page at {:#x} is wired, which the kernel does not manage",
            found.at
        ));
    }
    if fail.is_some() {
        return false;
    }
    let space = &sim.processes.spaces[found.space];
    let region = space.find(found.at);
    let mut bytes = vec![0; PAGE];
    space.read(found.at, &mut bytes);
    let page = Page {
        space: found.space,
        at: found.at,
        bytes,
        executable: region.is_some_and(|region| region.prot & EXECUTE != 0),
        written: false,
        dirty: space.modified(found.at) == Some(true),
        synced: false,
    };
    sim.pages.wire_found(m, page);
    true
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
    let region = sim
        .processes
        .space_of(map)
        .and_then(|(_, memory)| memory.find(at));
    let Some(region) = region.filter(|_| fail.is_none()) else {
        return 0;
    };
    let place = sim.show_entry(map, &region);
    // SAFETY: where the caller wants its address.
    unsafe { *entry = place };
    1
}

pub extern "C" fn vm_map_check_protection(map: usize, start: u64, end: u64, prot: u8) -> c_int {
    let (mut sim, fail) = enter(Call::CheckProtection, [map, start as usize, end as usize]);
    check_map(&mut sim, Call::CheckProtection, map);
    if !sim.locks.is_held_by(map, current()) {
        sim.fatal("vm_map_check_protection without the map's lock");
    }
    if fail.is_some() {
        return 0;
    }
    let Some((_, memory)) = sim.processes.space_of(map) else {
        return 0;
    };
    let mut pages = (start..end).step_by(PAGE);
    c_int::from(pages.all(|at| {
        memory
            .find(at)
            .is_some_and(|region| prot & !region.prot == 0)
    }))
}

pub extern "C" fn vm_sync_icache(map: usize, at: u64, len: usize) {
    let (mut sim, _) = enter(Call::SyncIcache, [map, at as usize, len]);
    if let Some(space) = sim.processes.vmspace(map).map(|vm| vm.space) {
        sim.pages.sync(space, at);
    }
}

pub extern "C" fn vm_page_unwire(m: usize, _queue: u8) {
    let (mut sim, _) = enter(Call::PageUnwire, [m, 0, 0]);
    let Some(page) = sim.pages.unwire(m) else {
        sim.fatal(format!("vm_page_unwire: {m:#x} is no page that is wired"));
    };
    if page.written && !page.dirty {
        sim.violation(format!(
            "the page at {:#x} was written but not marked as modified",
            page.at
        ));
    }
    let injected = matches!(sim.injection, Some((at, _)) if at < sim.calls.len());
    if page.written && page.executable && !page.synced && !injected {
        sim.violation(format!(
            "text at {:#x} was written, and the instruction cache not made coherent",
            page.at
        ));
    }
}
