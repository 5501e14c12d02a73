// SPDX-License-Identifier: BSD-2-Clause
//! mutex(9), sema(9) and the lock of a map.
use core::ffi::{c_char, c_int};

use crate::call::Call;
use crate::layout::*;
use crate::locks::{acquire, release};
use crate::sim::{Sim, current, enter};

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
    let class = match name.as_str() {
        "open file" => "open file",
        "rwmem shares" => "rwmem shares",
        _ => "a mutex of the module",
    };
    // SAFETY: checked to be the module's memory.
    unsafe { set(lock - MTX_LOCK, LO_FLAGS, LO_MUTEX) };
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
    drop(acquire(sim, Call::MtxLock, lock));
}

pub extern "C" fn __mtx_unlock_flags(
    lock: usize,
    _options: c_int,
    _file: *const c_char,
    _line: c_int,
) {
    let (mut sim, _) = enter(Call::MtxUnlock, [lock, 0, 0]);
    release(&mut sim, Call::MtxUnlock, lock);
    sim.processes.revive();
    sim.finish_leaving();
    sim.happen();
}

pub extern "C" fn _vm_map_lock_read(map: usize, _file: *const c_char, _line: c_int) {
    let (sim, _) = enter(Call::MapLock, [map, 0, 0]);
    acquire(sim, Call::MapLock, map).show_root(map);
}

pub extern "C" fn _vm_map_unlock_read(map: usize, _file: *const c_char, _line: c_int) {
    let (mut sim, _) = enter(Call::MapUnlock, [map, 0, 0]);
    release(&mut sim, Call::MapUnlock, map);
    sim.end_stores(map);
    if !sim.locks.is_held(map) {
        // What was looked up under the lock must not be looked at any more.
        sim.hide_entries(map);
    }
    sim.happen();
}

pub extern "C" fn sema_init(sema: usize, value: c_int, _name: *const c_char) {
    let (mut sim, _) = enter(Call::SemaInit, [sema, value as usize, 0]);
    sim.check_kernel(Call::SemaInit, sema, size_of::<kpi::sema>());
    if sim.semaphores.insert(sema, value as u32).is_some() {
        sim.violation("a semaphore is initialised twice");
    }
}

pub extern "C" fn sema_destroy(sema: usize) {
    let (mut sim, _) = enter(Call::SemaDestroy, [sema, 0, 0]);
    if sim.semaphores.remove(&sema).is_none() {
        sim.violation("a semaphore is destroyed that was never initialised");
    }
}

fn units(sim: &mut Sim, call: Call, sema: usize) -> &mut u32 {
    if !sim.semaphores.contains_key(&sema) {
        sim.fatal(format!(
            "{}: there is no semaphore at {sema:#x}, or no more",
            call.name()
        ));
    }
    sim.semaphores.entry(sema).or_default()
}

/// Who posts that a destructor is through, which the kernel has called, must not go back into the module: it may be gone by
/// then.
pub extern "C" fn _sema_post(sema: usize, _file: *const c_char, _line: c_int) {
    let (mut sim, _) = enter(Call::SemaPost, [sema, 0, 0]);
    let back = sim.threads.last_frame(current()).1;
    let called = sim.destroying.contains(&current());
    if called
        && sim
            .image
            .as_ref()
            .is_some_and(|image| image.contains(back, 1))
    {
        sim.violation("a destructor says that it is through, and then goes on in the module");
    }
    *units(&mut sim, Call::SemaPost, sema) += 1;
    if let Some(index) = sim
        .destroying
        .iter()
        .position(|thread| *thread == current())
    {
        sim.destroying.remove(index);
    }
}

pub extern "C" fn _sema_trywait(sema: usize, _file: *const c_char, _line: c_int) -> c_int {
    let (mut sim, _) = enter(Call::SemaTrywait, [sema, 0, 0]);
    let units = units(&mut sim, Call::SemaTrywait, sema);
    match units.checked_sub(1) {
        Some(left) => {
            *units = left;
            1
        }
        None => 0,
    }
}
