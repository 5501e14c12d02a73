// SPDX-License-Identifier: BSD-2-Clause
//! module(9), and messages.
use core::ffi::{c_char, c_void};

use crate::call::Call;
use crate::layout::kpi;
use crate::linker::event;
use crate::sim::{enter, lock};

/// As the kernel does it: a module whose MOD_LOAD failed gets MOD_UNLOAD.
pub extern "C" fn module_register_init(data: *const c_void) {
    let (sim, _) = enter(Call::ModuleRegister, [data as usize, 0, 0]);
    drop(sim);
    let data = data.cast::<kpi::moduledata_t>();
    // SAFETY: a module registers its own metadata.
    let answer = unsafe { event(data, kpi::modeventtype_MOD_LOAD) };
    if answer != 0 {
        // SAFETY: as above.
        unsafe { event(data, kpi::modeventtype_MOD_UNLOAD) };
        let message = format!("module_register_init: MOD_LOAD error {answer}");
        lock().console.push(message);
    }
    lock().mod_load = Some(answer);
}

/// Knows %s and %d, which is all that the module uses.
pub extern "C" fn printf(format: *const c_char, first: usize, second: usize, third: usize) -> i32 {
    let (mut sim, _) = enter(Call::Printf, [first, second, third]);
    // SAFETY: printf takes a NUL-terminated format.
    let format = unsafe { super::text(format) };
    let mut parts = format.split('%');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (part, argument) in parts.zip([first, second, third]) {
        match part.chars().next() {
            // SAFETY: that is what the format says its argument is.
            Some('s') => text += &unsafe { super::text(argument as *const c_char) },
            Some('d') => text += &(argument as i32).to_string(),
            _ => sim.violation(format!("printf of {format:?}")),
        }
        text += part.get(1..).unwrap_or_default();
    }
    if !text.ends_with('\n') || text.matches('\n').count() > 1 {
        sim.violation(format!("printf of {text:?}, which is not one line"));
    }
    sim.console.push(text.trim_end().to_owned());
    0
}

pub extern "C" fn panic(format: *const c_char, first: usize) -> ! {
    let (mut sim, _) = enter(Call::Panic, [first, 0, 0]);
    // SAFETY: as in printf.
    let text =
        unsafe { super::text(format).replacen("%s", &super::text(first as *const c_char), 1) };
    sim.fatal(format!("panic: {text}"))
}
