// SPDX-License-Identifier: BSD-2-Clause
//! malloc(9), and what compilers call of their own accord.
use core::ffi::c_int;

use crate::call::Call;
use crate::layout::kpi;
use crate::sim::enter;

pub use libc::{memcmp, memcpy, memmove, memset};

pub extern "C" fn malloc(size: usize, kind: usize, flags: c_int) -> usize {
    let (mut sim, fail) = enter(Call::Malloc, [size, kind, flags as usize]);
    if flags & kpi::M_WAITOK as c_int != 0 {
        sim.may_sleep(Call::Malloc);
    }
    if !sim.malloc_types.contains(&kind) {
        sim.violation("malloc with a type that is not registered");
    }
    if size > 1 << 20 {
        sim.violation(format!(
            "malloc of {size} bytes: more than a request may need"
        ));
    }
    if fail.is_some() {
        0
    } else {
        sim.heap.allocate(size, kind)
    }
}

pub extern "C" fn zfree(addr: usize, kind: usize) {
    let (mut sim, _) = enter(Call::Zfree, [addr, kind, 0]);
    if addr == 0 {
        return;
    }
    let size = sim.heap.size(addr);
    if let Some(class) = sim.locks.inside(addr, size) {
        sim.violation(format!(
            "memory is freed that has the mutex \"{class}\", which was not destroyed"
        ));
    }
    if let Err(problem) = sim.heap.free(addr, kind) {
        sim.fatal(format!("zfree: {problem}"));
    }
}

pub extern "C" fn malloc_init(kind: usize) {
    let (mut sim, _) = enter(Call::MallocInit, [kind, 0, 0]);
    sim.check_kernel(Call::MallocInit, kind, size_of::<kpi::malloc_type>());
    // SAFETY: checked to be the module's memory.
    if unsafe { (*(kind as *const kpi::malloc_type)).ks_version } != kpi::M_VERSION as _ {
        sim.fatal("malloc_init: the malloc type has another version than the kernel's");
    }
    sim.malloc_types.push(kind);
}

pub extern "C" fn malloc_uninit(kind: usize) {
    let (mut sim, _) = enter(Call::MallocUninit, [kind, 0, 0]);
    for leak in sim.heap.leaks() {
        sim.violation(format!("malloc_uninit: {leak}"));
    }
    sim.malloc_types.retain(|known| *known != kind);
}
