// SPDX-License-Identifier: BSD-2-Clause
//! What DTrace puts into `sdt_probe_func`.
use crate::call::Call;
use crate::probes::Fired;
use crate::sim::enter;

/// A sixth argument is found, though the type of `sdt_probe_func` does not have it.
pub extern "C" fn dtrace_probe(
    id: u32,
    a: usize,
    b: usize,
    c: usize,
    d: usize,
    e: usize,
    f: usize,
) {
    let (mut sim, _) = enter(Call::Probe, [a, b, c]);
    // DTrace could be asked to look at what these locks protect, and waits for no lock.
    sim.may_sleep(Call::Probe);
    let Some(name) = sim.probes.name(id) else {
        sim.fatal(format!(
            "dtrace_probe: {id} is the id of no probe that is enabled"
        ));
    };
    let step = sim.step;
    sim.probes.fired.push(Fired {
        step,
        name,
        arguments: [a, b, c, d, e, f],
    });
}
