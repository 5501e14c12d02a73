// SPDX-License-Identifier: BSD-2-Clause
//! What the caller may, and the jail that it is in.
use core::ffi::c_int;

use crate::call::Call;
use crate::layout::{EPERM, kpi};
use crate::sim::{current, enter};
use crate::who::Who;

pub extern "C" fn priv_check(td: usize, privilege: c_int) -> c_int {
    let (mut sim, _) = enter(Call::PrivCheck, [td, privilege as usize, 0]);
    if td != sim.threads.td(current()) {
        sim.violation("priv_check of another thread than curthread");
    }
    if privilege != kpi::PRIV_MAXFILES as c_int {
        sim.violation("priv_check of a privilege that the module has no use for");
    }
    match sim.jails.who() {
        Who::Root => 0,
        _ => EPERM,
    }
}

pub extern "C" fn prison_hold(jail: usize) {
    let (mut sim, _) = enter(Call::PrisonHold, [jail, 0, 0]);
    if !sim.jails.refer(jail, 1) {
        sim.violation("prison_hold of what is no jail");
    }
}

pub extern "C" fn prison_free(jail: usize) {
    let (mut sim, _) = enter(Call::PrisonFree, [jail, 0, 0]);
    if !sim.jails.refer(jail, -1) {
        sim.violation("prison_free of what is no jail, or has no reference left but its own");
    }
}
