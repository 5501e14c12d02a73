// SPDX-License-Identifier: BSD-2-Clause
//! Pages and objects (`vm_page.h`, `vm_object.h`).
use core::ffi::c_int;

use crate::busy::{EXCLUSIVELY, SHARED};
use crate::call::Call;
use crate::layout::*;
use crate::locks::{self, Kind};
use crate::objects;
use crate::setting::Moved;
use crate::sim::{Sim, current, enter};

/// The space and the number of the object at `addr`.
fn object(sim: &mut Sim, call: Call, addr: usize) -> (usize, usize) {
    let mut spaces = sim.processes.spaces.iter().enumerate();
    match spaces.find_map(|(space, it)| Some((space, it.objects.find(addr)?))) {
        Some(found) => found,
        None => sim.fatal(format!("{}: {addr:#x} is no object", call.name())),
    }
}

/// Whether this thread has the object locked.
fn has_locked(sim: &Sim, addr: usize) -> bool {
    sim.locks.is_held_by(addr + RW_LOCK, current())
}

pub extern "C" fn __rw_rlock(lock: usize, _file: usize, _line: c_int) {
    let (mut sim, _) = enter(Call::ObjectLock, [lock, 0, 0]);
    let addr = lock - RW_LOCK;
    let (space, index) = object(&mut sim, Call::ObjectLock, addr);
    let all = &sim.processes.spaces[space];
    let entry =
        all.entries.iter().any(|entry| entry.object == Some(index)) && sim.has_locked(space);
    let mut shadows = all
        .objects
        .all
        .iter()
        .filter(|it| it.backing.is_some_and(|(back, _)| back == index));
    if !entry && !shadows.any(|it| has_locked(&sim, it.addr)) {
        sim.violation(
            "an object is locked that nothing keeps: neither its map is, nor one that shadows it",
        );
    }
    if !sim.locks.exists(lock) {
        sim.locks.create(lock, "vm object", Kind::Readers);
    }
    drop(locks::acquire(sim, Call::ObjectLock, lock));
}

pub extern "C" fn _rw_runlock_cookie(lock: usize, _file: usize, _line: c_int) {
    let (mut sim, _) = enter(Call::ObjectUnlock, [lock, 0, 0]);
    locks::release(&mut sim, Call::ObjectUnlock, lock);
    sim.happen();
}

/// pgo_haspage of every pager.
pub extern "C" fn pager_haspage(addr: usize, pindex: u64, _before: usize, _after: usize) -> c_int {
    let (mut sim, _) = enter(Call::HasPage, [addr, pindex as usize, 0]);
    let (space, index) = object(&mut sim, Call::HasPage, addr);
    if !has_locked(&sim, addr) {
        sim.violation("a pager is asked for a page of an object that is not locked");
    }
    let object = &sim.processes.spaces[space].objects.all[index];
    if object.kind != objects::Kind::Anonymous {
        let kind = object.kind;
        sim.violation(format!(
            "the pager of a {kind:?} object is asked, which may sleep"
        ));
        return 0;
    }
    c_int::from(object.paged.contains_key(&pindex))
}

/// The object at `addr`, which is anonymous memory and locked.
fn locked_memory(sim: &mut Sim, call: Call, addr: usize) -> &objects::Object {
    let (space, index) = object(sim, call, addr);
    let kind = sim.processes.spaces[space].objects.all[index].kind;
    if !has_locked(sim, addr) || kind != objects::Kind::Anonymous {
        sim.violation(format!(
            "{} of a {kind:?} object, or one that is not locked",
            call.name()
        ));
    }
    &sim.processes.spaces[space].objects.all[index]
}

pub extern "C" fn vm_page_find_least(addr: usize, pindex: u64) -> usize {
    let (mut sim, _) = enter(Call::PageFindLeast, [addr, pindex as usize, 0]);
    let object = locked_memory(&mut sim, Call::PageFindLeast, addr);
    let frames: Vec<_> = object.pages.range(pindex..).map(|(_, it)| *it).collect();
    let mut next = std::ptr::null_mut();
    // Each knows the next one of its object.
    for frame in frames.into_iter().rev() {
        let m = sim.frames.memory.page(frame);
        // SAFETY: the page's structure.
        unsafe { (*m).listq.tqe_next = next };
        next = m;
    }
    next as usize
}

pub extern "C" fn swap_pager_find_least(addr: usize, pindex: u64) -> u64 {
    let (mut sim, _) = enter(Call::SwapFindLeast, [addr, pindex as usize, 0]);
    let object = locked_memory(&mut sim, Call::SwapFindLeast, addr);
    let mut paged = object.paged.range(pindex..);
    paged.next().map_or(object.size, |(pindex, _)| *pindex)
}

fn lookup(sim: &mut Sim, call: Call, addr: usize, pindex: u64) -> usize {
    let (space, index) = object(sim, call, addr);
    let object = &sim.processes.spaces[space].objects.all[index];
    let frame = object.pages.get(&pindex).copied();
    if object.kind == objects::Kind::Device {
        sim.violation(format!(
            "{}: of a device, whose pages only a fault finds",
            call.name()
        ));
    }
    frame.map_or(0, |frame| sim.frames.memory.page(frame) as usize)
}

pub extern "C" fn vm_page_lookup(addr: usize, pindex: u64) -> usize {
    let (mut sim, _) = enter(Call::PageLookup, [addr, pindex as usize, 0]);
    if !has_locked(&sim, addr) {
        sim.violation("vm_page_lookup in an object that is not locked");
    }
    lookup(&mut sim, Call::PageLookup, addr, pindex)
}

pub extern "C" fn vm_page_lookup_unlocked(addr: usize, pindex: u64) -> usize {
    let (mut sim, fail) = enter(Call::PageLookupUnlocked, [addr, pindex as usize, 0]);
    let (space, index) = object(&mut sim, Call::PageLookupUnlocked, addr);
    let mut entries = sim.processes.spaces[space].entries.iter();
    if !(entries.any(|entry| entry.object == Some(index)) && sim.has_locked(space)) {
        sim.violation("vm_page_lookup_unlocked in an object that nothing keeps");
    }
    if fail.is_some() {
        return 0;
    }
    lookup(&mut sim, Call::PageLookupUnlocked, addr, pindex)
}

/// What there is to a page besides its being free or not: nobody busies or wires what is not managed.
fn managed(sim: &mut Sim, call: Call, m: usize) -> usize {
    let frame = sim.page(call.name(), m);
    if !sim.is_managed(frame) {
        sim.violation(format!(
            "{}: the kernel does not manage page {frame}",
            call.name()
        ));
    }
    frame
}

/// Also one that is nobody's.
fn is_exclusive(sim: &Sim, frame: usize) -> bool {
    sim.frames.memory.busy_lock(frame) & EXCLUSIVE != 0
}

fn set_sharers(sim: &Sim, frame: usize) {
    let value = UNBUSIED + sim.frames.sharers(frame) * ONE_SHARER;
    sim.frames.memory.set_busy_lock(frame, value);
}

pub extern "C" fn vm_page_trysbusy(m: usize) -> c_int {
    let (mut sim, fail) = enter(Call::TrySharedBusy, [m, 0, 0]);
    let frame = managed(&mut sim, Call::TrySharedBusy, m);
    if fail.is_some() || is_exclusive(&sim, frame) {
        return 0;
    }
    sim.frames.states[frame].shared[current()] += 1;
    set_sharers(&sim, frame);
    sim.keep(frame);
    sim.threads.held(current()).push((m, SHARED));
    1
}

pub extern "C" fn vm_page_sunbusy(m: usize) {
    let (mut sim, _) = enter(Call::SharedUnbusy, [m, 0, 0]);
    let frame = managed(&mut sim, Call::SharedUnbusy, m);
    if sim.frames.states[frame].shared[current()] == 0 {
        sim.fatal(format!(
            "page {frame} is unbusied by a thread that has not shared busied it"
        ));
    }
    sim.end_shared(frame);
    set_sharers(&sim, frame);
    sim.happen();
}

pub extern "C" fn vm_page_tryxbusy(m: usize) -> c_int {
    let (mut sim, fail) = enter(Call::TryExclusiveBusy, [m, 0, 0]);
    let frame = managed(&mut sim, Call::TryExclusiveBusy, m);
    if fail.is_some() || sim.frames.memory.busy_lock(frame) != UNBUSIED {
        return 0;
    }
    let waiters = if sim.setting.waiters { WAITERS } else { 0 };
    sim.frames.memory.set_busy_lock(frame, EXCLUSIVE | waiters);
    let bytes = sim.frames.memory.copy(frame);
    let state = &mut sim.frames.states[frame];
    state.exclusive = Some(current());
    state.before = Some(bytes);
    sim.keep(frame);
    sim.threads.held(current()).push((m, EXCLUSIVELY));
    1
}

/// Somebody waits for the page.
pub extern "C" fn vm_page_xunbusy_hard(m: usize) {
    let (mut sim, _) = enter(Call::ExclusiveUnbusy, [m, 0, 0]);
    let frame = managed(&mut sim, Call::ExclusiveUnbusy, m);
    if sim.frames.states[frame].exclusive != Some(current()) {
        sim.fatal(format!(
            "page {frame} is unbusied by a thread that has not exclusively busied it"
        ));
    }
    sim.frames.memory.set_busy_lock(frame, UNBUSIED);
    sim.end_exclusive(frame);
    sim.happen();
}

pub extern "C" fn vm_page_wire(m: usize) {
    let (mut sim, _) = enter(Call::PageWire, [m, 0, 0]);
    let frame = managed(&mut sim, Call::PageWire, m);
    // SAFETY: the page's structure.
    let object = unsafe { (*sim.frames.memory.page(frame)).object as usize };
    let state = &sim.frames.states[frame];
    let busied = state.shared[current()] > 0 || state.exclusive == Some(current());
    if !busied && !has_locked(&sim, object) {
        sim.violation(format!(
            "page {frame} is wired, and nothing keeps it: it is not busy, its object not locked"
        ));
    }
    sim.wire(frame);
}

pub extern "C" fn vm_page_unwire(m: usize, _queue: u8) {
    let (mut sim, _) = enter(Call::PageUnwire, [m, 0, 0]);
    let frame = sim.page("vm_page_unwire", m);
    sim.unwire(frame);
}

#[allow(non_snake_case)]
pub extern "C" fn vm_page_dirty_KBI(m: usize) {
    let (mut sim, _) = enter(Call::PageDirty, [m, 0, 0]);
    let frame = managed(&mut sim, Call::PageDirty, m);
    if sim.frames.states[frame].exclusive != Some(current()) {
        sim.violation(format!("page {frame} is marked as modified, and not busy"));
    }
    sim.mark_dirty(frame);
}

pub extern "C" fn vm_object_set_writeable_dirty(addr: usize) {
    let (mut sim, _) = enter(Call::SetWriteableDirty, [addr, 0, 0]);
    object(&mut sim, Call::SetWriteableDirty, addr);
    sim.unnoticed
        .retain(|(thread, object)| (*thread, *object) != (current(), addr));
}

/// The pages of an array of the module's.
///
/// # Safety
/// `count` pages are at `pages`.
unsafe fn array(sim: &mut Sim, call: Call, pages: *const usize, count: c_int) -> Vec<usize> {
    sim.check_kernel(call, pages as usize, count as usize * size_of::<usize>());
    // SAFETY: the caller's promise.
    let pages = unsafe { core::slice::from_raw_parts(pages, count as usize) };
    pages.iter().map(|m| sim.page(call.name(), *m)).collect()
}

pub extern "C" fn pmap_map_io_transient(
    pages: *const usize,
    to: *mut usize,
    count: c_int,
    can_fault: bool,
) -> bool {
    let (mut sim, _) = enter(
        Call::MapTransient,
        [pages as usize, to as usize, count as usize],
    );
    // SAFETY: the module passes an array of pages.
    let frames = unsafe { array(&mut sim, Call::MapTransient, pages, count) };
    sim.check_kernel(
        Call::MapTransient,
        to as usize,
        frames.len() * size_of::<usize>(),
    );
    if !can_fault {
        sim.violation("pages are mapped for one CPU, on which the thread must stay");
    }
    let transient = sim.setting.transient;
    for (index, frame) in frames.into_iter().enumerate() {
        let mut at = sim.map_page(frame, transient);
        if sim.moved == Some(Moved::DirectMap) {
            let other = sim.frames.allocate(0, 0, true);
            sim.wire(other);
            at = sim.map_page(other, transient);
            sim.frames.states[other].wired = Default::default();
            sim.frames.states[other].transient = None;
            sim.frames
                .open(other, Some(crate::memory::Access::ReadWrite));
        }
        // SAFETY: where the module wants the addresses.
        unsafe { *to.add(index) = at };
    }
    transient
}

pub extern "C" fn pmap_unmap_io_transient(
    pages: *const usize,
    _from: *mut usize,
    count: c_int,
    _can_fault: bool,
) {
    let (mut sim, _) = enter(Call::UnmapTransient, [pages as usize, count as usize, 0]);
    // SAFETY: the module passes an array of pages.
    let frames = unsafe { array(&mut sim, Call::UnmapTransient, pages, count) };
    for frame in frames {
        sim.unmap_page(frame);
    }
}
