// SPDX-License-Identifier: BSD-2-Clause
//! One run: the module is loaded, the steps are carried out and judged, the module is unloaded.
use crate::call::Action;
use crate::judge;
use crate::layout::{EBUSY, kpi};
use crate::model::{self, Counts, Model, ModelFile, Prediction};
use crate::object_file::ObjectFile;
use crate::perform::{Slots, perform};
use crate::probes;
use crate::processes::CALLER;
use crate::setting::Setting;
use crate::shadow::Shadow;
use crate::sim::{Record, Sim, lock};
use crate::step::{Outcome, SLOTS, Step};
use crate::who::{JAILS, Who};

/// What a run left.
pub struct Report {
    pub calls: Vec<Record>,
    pub violations: Vec<String>,
    pub outcomes: Vec<Outcome>,
    /// Whether the injection's call was reached.
    pub reached: bool,
}

/// A run under way.
pub struct Run<'a> {
    pub object: &'a ObjectFile,
    pub model: Model,
    pub shadow: Shadow,
    slots: Slots,
    counts: Counts,
    /// Nothing unpredicted has happened yet.
    exact: bool,
    outcomes: Vec<Outcome>,
}

/// Makes the simulated machine new, with the calling thread as its first.
pub fn prepare(setting: Setting, injection: Option<(usize, Action)>, title: String) {
    let mut sim = lock();
    sim.image = None;
    sim.threads.reset();
    sim.locks.reset();
    sim.heap.reset();
    sim.devices.reset();
    sim.statistics.reset();
    sim.malloc_types.clear();
    sim.calls.clear();
    sim.deferred.clear();
    sim.console.clear();
    sim.violations.clear();
    sim.entries.reset();
    (sim.schedule, sim.signal, sim.step) = (None, false, 0);
    (sim.injection, sim.title) = (injection, title);
    (sim.setting, sim.moved) = (setting, None);
    sim.probes.enabled = setting.probed;
    sim.probes.fired.clear();
    sim.unsynced.clear();
    sim.unnoticed.clear();
    sim.destroying.clear();
    sim.semaphores.clear();
    sim.allowed.clear();
    sim.reset_processes();
    sim.reset_jails();
    sim.threads.set_capability_mode(setting.capability_mode);
    attach(&mut sim, 0);
}

/// Makes the calling Linux thread a thread of the caller.
pub fn attach(sim: &mut Sim, thread: usize) {
    let process = sim
        .processes
        .by_pid(CALLER)
        .map_or(0, |process| process.addr());
    sim.threads.attach(thread, process);
}

pub fn run(
    object: &ObjectFile,
    setting: Setting,
    steps: &[Step],
    injection: Option<(usize, Action)>,
    title: &str,
) -> Report {
    prepare(setting, injection, title.to_owned());
    let mut run = Run {
        object,
        model: Model::default(),
        shadow: Shadow::default(),
        slots: [None; SLOTS],
        counts: Counts::default(),
        exact: true,
        outcomes: Vec::new(),
    };
    run.step(&Step::Load);
    for step in steps {
        run.step(step);
    }
    run.finish();
    let mut sim = lock();
    let reached = injection.is_none_or(|(at, _)| sim.calls.len() > at);
    Report {
        calls: std::mem::take(&mut sim.calls),
        violations: std::mem::take(&mut sim.violations),
        outcomes: run.outcomes,
        reached,
    }
}

impl Run<'_> {
    fn step(&mut self, step: &Step) {
        let (before, pending, first) = {
            let mut sim = lock();
            sim.step += 1;
            (
                self.model.predict(&sim, step),
                sim.signal || !sim.deferred.is_empty(),
                sim.calls.len(),
            )
        };
        let outcome = perform(self.object, &mut self.slots, step);
        let mut sim = lock();
        let injected = sim
            .injection
            .filter(|(at, _)| (first..sim.calls.len()).contains(at));
        let action = match injected {
            Some((_, action)) => Some(action),
            // An event that was injected before and waits for a lock, or a signal that nobody has taken yet.
            None => sim
                .injection
                .filter(|(at, action)| {
                    pending && *at < first && matches!(action, Action::Happen(_))
                })
                .map(|(_, action)| action),
        };
        match action.filter(|action| !action.is_unnoticed()) {
            None => judge::exactly(&mut sim, &mut self.shadow, step, &outcome, &before),
            Some(action) => {
                self.exact = false;
                let after = self.model.predict(&sim, step);
                let at = injected.map_or(0, |(at, _)| at);
                judge::loosely(
                    &mut sim,
                    &mut self.shadow,
                    step,
                    &outcome,
                    [&before, &after],
                    (at, first, action),
                );
            }
        }
        judge::others(&mut sim);
        if *step == Step::Load {
            judge::log(&mut sim, outcome.errno);
        }
        probes::judge(&mut sim, step, &outcome);
        self.update(&sim, step, &outcome, &before);
        let what = format!("step {}", sim.step);
        sim.check_balance(&what);
        self.check_jails(&mut sim);
        drop(sim);
        self.outcomes.push(outcome);
    }

    /// The caller's files as the step has left them.
    fn update(&mut self, sim: &Sim, step: &Step, outcome: &Outcome, before: &Prediction) {
        let Counts {
            reads,
            writes,
            bytes_read,
            bytes_written,
            faults,
            denied,
        } = before.counts;
        self.counts.reads += reads;
        self.counts.writes += writes;
        self.counts.bytes_read += bytes_read;
        self.counts.bytes_written += bytes_written;
        self.counts.faults += faults;
        self.counts.denied += denied;
        match step {
            Step::Load => {
                self.model.loaded = outcome.errno == 0;
                self.model.max_attached = model::MAX_ATTACHED;
            }
            Step::SetMaxAttached(max) if outcome.errno == 0 => self.model.max_attached = *max,
            Step::Unload { .. } if outcome.errno == 0 => self.model.loaded = false,
            Step::Open { slot, flags } if outcome.errno == 0 => {
                self.model.files[*slot] = Some(ModelFile {
                    flags: *flags,
                    attached: None,
                    process: None,
                    snapshot: false,
                    who: Who::Root,
                    revoked: false,
                });
            }
            Step::Close { slot } => self.model.files[*slot] = None,
            Step::Revoke { slot } => {
                if let Some(file) = &mut self.model.files[*slot] {
                    file.revoked = true;
                }
            }
            Step::Ioctl { slot, .. } if outcome.errno == 0 => {
                let after = self.model.predict(sim, step);
                if let (Some(attach), Some(file)) = (before.attach, &mut self.model.files[*slot]) {
                    // Where the target has just run another program: the address space that is still there.
                    let there = |vm: &usize| {
                        sim.processes
                            .vmspace(*vm)
                            .is_some_and(|vm| vm.references() > 0)
                    };
                    let kept = attach.filter(there).or(after.attach.flatten());
                    file.attached = if attach.is_some() { kept } else { None };
                    file.snapshot = before.snapshot;
                    if before.snapshot {
                        let copy = sim.processes.copies.last();
                        file.attached = copy.map(|copy| copy.vmspace);
                        self.shadow.accept_all(&sim.processes, file.attached);
                    }
                    file.process = before.process;
                    file.who = sim.jails.who();
                }
            }
            _ => (),
        }
    }

    /// An attachment by somebody in a jail has a reference on the outermost of those around.
    fn check_jails(&self, sim: &mut Sim) {
        for jail in 0..JAILS {
            let files = self.model.files.iter().flatten();
            let charged = files.filter(|file| {
                file.attached.is_some() && file.who.owner() == Some(Who::Jail(jail))
            });
            let (is, should) = (sim.jails.references(jail), 1 + charged.count() as u32);
            if is != should {
                sim.violation(format!("jail {jail} has {is} references, not {should}"));
            }
        }
    }

    /// Closes what is open, looks at everything once more, unloads.
    fn finish(&mut self) {
        if self.model.loaded {
            self.statistics();
            if self.slots.iter().flatten().count() > 0 {
                for force in [false, true] {
                    let errno = crate::linker::unload(force);
                    if errno != EBUSY {
                        lock().fatal(format!(
                            "kldunload with an open file returned {errno}, not EBUSY"
                        ));
                    }
                }
            }
            for slot in 0..SLOTS {
                if self.slots[slot].is_some() {
                    self.step(&Step::Close { slot });
                }
            }
        }
        if self.model.loaded {
            self.step(&Step::Unload { force: false });
        }
        let mut sim = lock();
        judge::memory(&mut sim, &self.shadow, self.exact);
    }

    /// `kern.rwmem` counts what happened.
    fn statistics(&self) {
        let mut sim = lock();
        let attached = self
            .model
            .files
            .iter()
            .flatten()
            .filter(|file| file.attached.is_some())
            .count() as u64;
        let Counts {
            reads,
            writes,
            bytes_read,
            bytes_written,
            faults,
            denied,
        } = self.counts;
        let mut expected = vec![("attached", attached)];
        if self.exact {
            expected.extend([
                ("reads", reads),
                ("writes", writes),
                ("bytes_read", bytes_read),
                ("bytes_written", bytes_written),
                ("faults", faults),
                ("denied", denied),
                ("max_attached", self.model.max_attached.into()),
                ("stale", 0),
            ]);
        }
        for (name, should) in expected {
            let is = sim.sysctl(name);
            if is != Some(should) {
                sim.violation(format!("kern.rwmem.{name} is {is:?}, not {should}"));
            }
        }
    }
}

/// Both ways of using a file.
pub const READ_WRITE: u32 = kpi::FREAD | kpi::FWRITE;
