// SPDX-License-Identifier: BSD-2-Clause
//! sysctl(9) and counter(9).
use core::ffi::{c_char, c_int};

use crate::call::Call;
use crate::layout::*;
use crate::memory::Guarded;
use crate::sim::enter;
use crate::statistics::Oid;

pub extern "C" fn sysctl_ctx_init(context: *mut kpi::sysctl_ctx_list) -> c_int {
    let (mut sim, fail) = enter(Call::SysctlInit, [context as usize, 0, 0]);
    sim.check_kernel(
        Call::SysctlInit,
        context as usize,
        size_of::<kpi::sysctl_ctx_list>(),
    );
    if let Some(errno) = fail {
        return errno;
    }
    sim.statistics.contexts.push(context as usize);
    0
}

pub extern "C" fn sysctl_ctx_free(context: usize) -> c_int {
    let (mut sim, _) = enter(Call::SysctlFree, [context, 0, 0]);
    sim.may_sleep(Call::SysctlFree);
    if !sim.statistics.contexts.contains(&context) {
        sim.fatal("sysctl_ctx_free of a list that was not initialised");
    }
    sim.statistics.contexts.retain(|known| *known != context);
    sim.statistics.oids.retain(|oid| oid.context != context);
    0
}

#[allow(clippy::too_many_arguments)]
pub extern "C" fn sysctl_add_oid(
    context: usize,
    parent: usize,
    _number: c_int,
    name: *const c_char,
    kind: c_int,
    value: usize,
    _arg2: i64,
    handler: usize,
    _format: *const c_char,
    _description: *const c_char,
    _label: *const c_char,
) -> usize {
    let (mut sim, fail) = enter(Call::SysctlAdd, [context, parent, value]);
    sim.may_sleep(Call::SysctlAdd);
    // SAFETY: sysctl_add_oid takes NUL-terminated strings.
    let name = unsafe { super::text(name) };
    let kern = sim.kernel.lookup("sysctl___kern") == Some(parent);
    let known = kern
        || sim
            .statistics
            .oids
            .iter()
            .any(|oid| oid.object.addr() == parent);
    if !known || !sim.statistics.contexts.contains(&context) {
        sim.fatal(format!(
            "sysctl_add_oid({name}): no such parent, or a list that was not initialised"
        ));
    }
    if kind as u32 & kpi::CTLFLAG_MPSAFE == 0 {
        sim.violation(format!("the sysctl {name} would take Giant"));
    }
    if fail.is_some() || sim.statistics.find(&name).is_some() {
        return 0;
    }
    let object = Guarded::zeroed::<kpi::sysctl_oid>();
    let addr = object.addr();
    let handler = sim.kernel.function_at(handler);
    sim.statistics.oids.push(Oid {
        object,
        context,
        parent,
        name,
        handler,
        value,
        writable: kind as u32 & kpi::CTLFLAG_RWTUN == kpi::CTLFLAG_RWTUN,
    });
    addr
}

/// Only their addresses count: `Sim::sysctl` does what they do.
pub extern "C" fn sysctl_handle_64() -> c_int {
    ENOENT
}

pub extern "C" fn sysctl_handle_int() -> c_int {
    ENOENT + ENXIO
}

pub extern "C" fn sysctl_handle_counter_u64() -> c_int {
    ENOENT + EINVAL
}

pub extern "C" fn counter_u64_alloc(flags: c_int) -> usize {
    let (mut sim, fail) = enter(Call::CounterAlloc, [flags as usize, 0, 0]);
    sim.may_sleep(Call::CounterAlloc);
    if fail.is_some() {
        0
    } else {
        sim.threads.allocate_counter().unwrap_or(0)
    }
}

pub extern "C" fn counter_u64_free(counter: usize) {
    let (mut sim, _) = enter(Call::CounterFree, [counter, 0, 0]);
    if !sim.threads.free_counter(counter) {
        sim.fatal(format!(
            "counter_u64_free: {counter:#x} is no counter, or was freed before"
        ));
    }
}

impl crate::sim::Sim {
    /// What sysctl(8) would read below kern.rwmem.
    pub fn sysctl(&mut self, name: &str) -> Option<u64> {
        let oid = self.statistics.find(name)?;
        let (handler, value) = (oid.handler?, oid.value);
        let len = if handler == "sysctl_handle_int" { 4 } else { 8 };
        if !self.image.as_ref()?.contains(value, len) {
            self.fatal(format!(
                "the sysctl {name} reads {value:#x}, which is not the module's"
            ));
        }
        // SAFETY: in the module's data; the handlers read an int, a counter's pointer, or a u64.
        Some(unsafe {
            match handler {
                "sysctl_handle_int" => get::<u32>(value, 0).into(),
                "sysctl_handle_counter_u64" => self.threads.counter(get(value, 0)),
                _ => get(value, 0),
            }
        })
    }

    /// What sysctl(8) would do to set an int below kern.rwmem: 0 or an errno.
    pub fn set_sysctl(&mut self, name: &str, to: u32) -> i32 {
        let Some(oid) = self.statistics.find(name) else {
            return ENOENT;
        };
        let (place, handler) = (oid.value, oid.handler);
        let known = self
            .image
            .as_ref()
            .is_some_and(|image| image.contains(place, 4));
        if !oid.writable || handler != Some("sysctl_handle_int") || !known {
            return EPERM;
        }
        // SAFETY: an int in the module's data, which sysctl_handle_int writes as a whole.
        unsafe { set(place, 0, to) };
        0
    }
}
