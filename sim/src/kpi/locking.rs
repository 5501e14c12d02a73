// SPDX-License-Identifier: BSD-2-Clause
//! mutex(9) and the lock of a map.
use core::ffi::{c_char, c_int};

use crate::call::Call;
use crate::layout::{MTX_LOCK, PM_MTX};
use crate::locks::{acquire, release};
use crate::sim::enter;

pub extern "C" fn _mtx_init(
    lock: usize,
    name: *const c_char,
    _kind: *const c_char,
    _options: c_int,
) {
    let (mut sim, _) = enter(Call::MtxInit, [lock, 0, 0]);
    sim.check_kernel(Call::MtxInit, lock - MTX_LOCK, 32);
    // SAFETY: mtx_init takes a NUL-terminated name.
    let name = unsafe { super::text(name) };
    // One class; the module has one.
    let class = if name == "rwmem file" {
        "rwmem file"
    } else {
        "a mutex of the module"
    };
    sim.init_mutex(lock, class);
}

pub extern "C" fn _mtx_destroy(lock: usize) {
    enter(Call::MtxDestroy, [lock, 0, 0]).0.destroy_mutex(lock);
}

pub extern "C" fn __mtx_lock_flags(
    lock: usize,
    _options: c_int,
    _file: *const c_char,
    _line: c_int,
) {
    let (sim, _) = enter(Call::MtxLock, [lock, 0, 0]);
    let mut sim = acquire(sim, Call::MtxLock, lock);
    if let Some(map) = map_of_pmap_lock(&sim, lock) {
        sim.show_tables(map);
    }
}

pub extern "C" fn __mtx_unlock_flags(
    lock: usize,
    _options: c_int,
    _file: *const c_char,
    _line: c_int,
) {
    let (mut sim, _) = enter(Call::MtxUnlock, [lock, 0, 0]);
    if let Some(map) = map_of_pmap_lock(&sim, lock) {
        sim.hide_tables(map);
        sim.pages.forget_found(pmap_of(lock));
    }
    release(&mut sim, Call::MtxUnlock, lock);
    sim.processes.revive();
    sim.finish_exits();
    sim.happen();
}

fn map_of_pmap_lock(sim: &crate::sim::Sim, lock: usize) -> Option<usize> {
    sim.processes
        .vmspace_of_pmap(pmap_of(lock))
        .map(|vm| vm.addr())
}

fn pmap_of(lock: usize) -> usize {
    lock.wrapping_sub(MTX_LOCK + PM_MTX)
}

pub extern "C" fn _vm_map_lock_read(map: usize, _file: *const c_char, _line: c_int) {
    let (sim, _) = enter(Call::MapLock, [map, 0, 0]);
    acquire(sim, Call::MapLock, map).show_root(map);
}

pub extern "C" fn _vm_map_unlock_read(map: usize, _file: *const c_char, _line: c_int) {
    let (mut sim, _) = enter(Call::MapUnlock, [map, 0, 0]);
    release(&mut sim, Call::MapUnlock, map);
    if !sim.locks.is_held(map) {
        // What was looked up under the lock must not be looked at any more.
        sim.hide_entries(map);
    }
    sim.happen();
}
