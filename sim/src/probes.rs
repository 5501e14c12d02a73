// SPDX-License-Identifier: BSD-2-Clause
//! The module's DTrace probes: sdt.ko finds them by their linker sets, and gives those an id that somebody traces.
use std::ffi::CStr;

use crate::call::Action;
use crate::layout::{ECANCELED, kpi};
use crate::loader::Image;
use crate::sim::Sim;
use crate::step::{Outcome, Step};
use crate::syscalls;

/// A probe that was reached.
#[derive(Clone, Debug)]
pub struct Fired {
    pub step: usize,
    pub name: &'static str,
    pub arguments: [usize; 6],
}

#[derive(Default)]
pub struct Probes {
    /// Somebody traces all of them.
    pub enabled: bool,
    pub fired: Vec<Fired>,
}

/// The probes that there must be, in their order in the set, with their numbers of arguments.
const PROBES: [(&str, usize); 2] = [("start", 4), ("done", 6)];

impl Probes {
    pub fn name(&self, id: u32) -> Option<&'static str> {
        let index = (id as usize).checked_sub(1).filter(|_| self.enabled)?;
        PROBES.get(index).map(|(name, _)| *name)
    }
}

/// What the kernel's linker hands to sdt.ko is what that expects. Enables the probes, where that is wanted.
pub fn register(sim: &mut Sim) -> Result<(), String> {
    let Some(image) = &sim.image else {
        return Ok(());
    };
    let providers = image.set("sdt_providers_set");
    let probes = image.set("sdt_probes_set");
    let types = image.set("sdt_argtypes_set");
    let names: Vec<_> = PROBES.iter().map(|(name, _)| *name).collect();
    let [provider] = providers[..] else {
        return Err(format!("{} providers, not one", providers.len()));
    };
    let mut found = Vec::new();
    for (index, addr) in probes.iter().enumerate() {
        check(image, *addr, size_of::<kpi::sdt_probe>())?;
        let probe = *addr as *mut kpi::sdt_probe;
        // SAFETY: checked to be in the module, whose sets point to such records; their names are NUL-terminated.
        unsafe {
            if (*probe).version as usize != size_of::<kpi::sdt_probe>() {
                return Err("a probe of another version".into());
            }
            if (*probe).prov as usize != provider {
                return Err("a probe of an unknown provider".into());
            }
            found.push(CStr::from_ptr((*probe).name).to_string_lossy().into_owned());
            // As long as nobody traces it, it has none.
            (*probe).id = if sim.probes.enabled {
                index as i64 + 1
            } else {
                0
            };
        }
    }
    if found != names {
        return Err(format!("the probes {found:?}, not {names:?}"));
    }
    for (addr, (_, count)) in probes.iter().zip(PROBES) {
        let mut numbers = Vec::new();
        for kind in &types {
            check(image, *kind, size_of::<kpi::sdt_argtype>())?;
            let kind = *kind as *const kpi::sdt_argtype;
            // SAFETY: as above.
            let (probe, number) = unsafe { ((*kind).probe as usize, (*kind).ndx as usize) };
            if probe == *addr {
                numbers.push(number);
            }
        }
        if !numbers.iter().copied().eq(0..count) {
            return Err(format!("a probe with the arguments {numbers:?}"));
        }
    }
    Ok(())
}

fn check(image: &Image, addr: usize, len: usize) -> Result<(), String> {
    match image.contains(addr, len) {
        true => Ok(()),
        false => Err(format!(
            "a set points to {addr:#x}, which is not the module's"
        )),
    }
}

/// What the probes said of a step is what it returned.
pub fn judge(sim: &mut Sim, step: &Step, outcome: &Outcome) {
    if !sim.probes.enabled {
        return;
    }
    let now = sim.step;
    let fired = sim.probes.fired.iter().filter(|fired| fired.step == now);
    let fired: Vec<_> = fired.cloned().collect();
    // Whoever asks for the attached process's pid may not get it, and then says so.
    let failed = matches!(sim.injection, Some((_, Action::Fail(_))));
    let (mut done, mut pairs) = (0, fired.chunks(2));
    let good = pairs.all(|pair| {
        let [start, end] = pair else { return false };
        done += end.arguments[4] as u64;
        let same_pid = start.arguments[0] == end.arguments[0] && end.arguments[0] as i32 > 0;
        let same = start.arguments[1..4] == end.arguments[1..4];
        start.name == "start" && end.name == "done" && same && (same_pid || failed)
    });
    let moved = match step {
        // An address, not a number of bytes.
        Step::Ioctl { request, .. } if syscalls::is_seek(*request) => 0,
        _ => outcome.done,
    };
    let tried = outcome.segs.iter().filter(|seg| seg.1 != ECANCELED);
    // Of those that moved nothing some have probes and some were refused before.
    let transfers = tried.count().max(usize::from(moved > 0));
    let missing = fired.len() / 2 < transfers;
    if !good || missing || outcome.errno == 0 && done != moved {
        sim.violation(format!(
            "{step:x?}\n  returned {outcome:?}\n  but its probes say {fired:x?}"
        ));
    }
}
