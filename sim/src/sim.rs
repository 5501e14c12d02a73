// SPDX-License-Identifier: BSD-2-Clause
//! The simulated kernel's state, and the way into it that every kernel call takes: turn by turn among the threads,
//! recorded, and with whatever is to happen at just this call.
use std::cell::Cell;
use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use crate::call::{Action, Call, Event};
use crate::coverage;
use crate::devices::Devices;
use crate::entries::Entries;
use crate::frames::Frames;
use crate::heap::Heap;
use crate::jails::Jails;
use crate::kpi;
use crate::layout::{RW_LOCK, STOPPED};
use crate::loader::Image;
use crate::locks::Locks;
use crate::objects::Object;
use crate::probes::Probes;
use crate::processes::Processes;
use crate::report;
use crate::schedule::Schedule;
use crate::setting::{Moved, Setting};
use crate::space::Space;
use crate::statistics::Statistics;
use crate::stub;
use crate::threads::Threads;

/// A call that the module made.
#[derive(Clone, Copy)]
pub struct Record {
    pub call: Call,
    pub thread: usize,
    /// The step of the scenario during which it was made.
    pub step: usize,
    pub args: [usize; 3],
    /// From where in the module, counted from its start.
    pub from: usize,
}

/// The whole simulated machine.
pub struct Sim {
    pub kernel: stub::Kernel,
    pub image: Option<Image>,
    pub threads: Threads,
    pub locks: Locks,
    pub heap: Heap,
    pub frames: Frames,
    pub processes: Processes,
    pub jails: Jails,
    pub devices: Devices,
    pub statistics: Statistics,
    pub schedule: Option<Schedule>,
    /// Malloc types that the module has registered.
    pub malloc_types: Vec<usize>,
    /// What MOD_LOAD and MOD_UNLOAD returned.
    pub mod_load: Option<i32>,
    pub calls: Vec<Record>,
    pub step: usize,
    /// Which call of the run, counted from 0, and what happens there.
    pub injection: Option<(usize, Action)>,
    pub setting: Setting,
    /// What of [`Setting::moved`] is so at present: while the module looks at the kernel.
    pub moved: Option<Moved>,
    /// Events that wait for a lock.
    pub deferred: Vec<Event>,
    pub signal: bool,
    /// Whether lseek(2) looks for contents or for a hole.
    pub seeking: bool,
    pub console: Vec<String>,
    pub violations: Vec<String>,
    /// How to run this again.
    pub title: String,
    /// The map entries that can be seen under the map locks held now.
    pub entries: Entries,
    pub probes: Probes,
    /// Pages that were stored to where they can be executed, by thread: the instruction cache is not coherent yet.
    pub unsynced: Vec<(usize, u64)>,
    /// Pages of files that were stored to, by thread: their object does not know yet.
    pub unnoticed: Vec<(usize, usize)>,
    /// Threads that run the destructor of a file, and have not said yet that they are through.
    pub destroying: Vec<usize>,
    /// Threads and the pids that they have been allowed to reach.
    pub allowed: HashSet<(usize, i32)>,
    /// Semaphores: how many units each has.
    pub semaphores: HashMap<usize, u32>,
}

static SIM: LazyLock<Mutex<Sim>> = LazyLock::new(|| {
    let functions = [kpi::functions().as_slice(), coverage::hooks()].concat();
    let kernel =
        stub::Kernel::new(&functions).expect("memory in the low 2 GiB for the kernel's symbols");
    let mut frames = Frames::new().expect("physical memory");
    let processes = Processes::new(&mut frames);
    Mutex::new(Sim {
        kernel,
        image: None,
        threads: Threads::new().expect("per-CPU memory"),
        locks: Locks::default(),
        heap: Heap::default(),
        frames,
        processes,
        jails: Jails::default(),
        devices: Devices::default(),
        statistics: Statistics::default(),
        schedule: None,
        malloc_types: Vec::new(),
        mod_load: None,
        calls: Vec::new(),
        step: 0,
        injection: None,
        setting: Setting::default(),
        moved: None,
        deferred: Vec::new(),
        signal: false,
        seeking: false,
        console: Vec::new(),
        violations: Vec::new(),
        title: String::new(),
        entries: Entries::default(),
        probes: Probes::default(),
        unsynced: Vec::new(),
        unnoticed: Vec::new(),
        destroying: Vec::new(),
        allowed: HashSet::new(),
        semaphores: HashMap::new(),
    })
});

pub type Guard = MutexGuard<'static, Sim>;

thread_local! {
    static CURRENT: Cell<usize> = const { Cell::new(0) };
}

/// The simulated thread that this one is.
pub fn current() -> usize {
    CURRENT.get()
}

pub fn become_thread(thread: usize) {
    CURRENT.set(thread);
}

pub fn lock() -> Guard {
    SIM.lock().unwrap_or_else(PoisonError::into_inner)
}

/// For the report after a crash, where the lock may be held by the thread that crashed.
pub fn try_lock() -> Option<Guard> {
    SIM.try_lock().ok()
}

/// The way in: every simulated kernel function starts here. Returns the failure that it is to give, if one is.
pub fn enter(call: Call, args: [usize; 3]) -> (Guard, Option<i32>) {
    let mut sim = lock();
    // Before anybody else runs.
    sim.settle();
    sim.processes.end_leaving();
    let mut sim = crate::schedule::preempt(sim);
    let index = sim.calls.len();
    let place = sim.threads.last_frame(current()).1;
    let start = sim.image.as_ref().map_or(0, |image| image.start());
    let from = place.wrapping_sub(start);
    let step = sim.step;
    sim.calls.push(Record {
        call,
        thread: current(),
        step,
        args,
        from,
    });
    let mut failure = None;
    if let Some((at, action)) = sim.injection
        && at == index
    {
        match action {
            Action::Fail(answer) => failure = Some(answer),
            Action::FailSomehow(n) => {
                let ways = call.failures();
                failure = ways.get(usize::from(n) % ways.len().max(1)).copied();
                sim.injection = failure.map(|answer| (at, Action::Fail(answer)));
            }
            Action::Happen(event) => sim.deferred.push(event),
        }
    }
    sim.happen();
    (sim, failure)
}

impl Sim {
    /// Lets the deferred events happen whose locks are free.
    pub fn happen(&mut self) {
        let mut waiting = std::mem::take(&mut self.deferred);
        // One may be what another waits for.
        loop {
            let before = waiting.len();
            waiting.retain(|event| !self.try_event(*event));
            if waiting.is_empty() || waiting.len() == before {
                break;
            }
        }
        self.deferred.append(&mut waiting);
    }

    fn try_event(&mut self, event: Event) -> bool {
        match event {
            Event::Signal => {
                self.signal = true;
                return true;
            }
            Event::Capability => {
                self.threads.set_capability_mode(true);
                return true;
            }
            Event::Reuse => {
                self.reuse_pid();
                return true;
            }
            _ => (),
        }
        let Some(target) = self.processes.target() else {
            return true;
        };
        if event == Event::PageOut {
            return self.page_out();
        }
        // The kernel takes these locks to do it.
        let needs = [target.mutex(), target.map()];
        if needs.iter().any(|lock| self.locks.is_held(*lock)) {
            return false;
        }
        let flag = target.flag();
        match event {
            Event::Trace => target.set_flag(flag | STOPPED),
            Event::Untrace => target.set_flag(flag & !STOPPED),
            // A process that is stopped does nothing until it goes on.
            _ if flag & STOPPED != 0 => return false,
            Event::Exec => self.exec(),
            Event::Exit => self.exit(),
            Event::Fork => self
                .processes
                .target_space()
                .into_iter()
                .for_each(Space::fork),
            _ => self.processes.unmap_target(),
        }
        true
    }

    /// Under nobody's lock but the objects': a page may go while the map is locked.
    fn page_out(&mut self) -> bool {
        /// An object that is none of the process's.
        const STRANGER: usize = 0xdead_2000_0000_0000;
        let Some(space) = self.processes.target_space() else {
            return true;
        };
        let locked = |object: &Object| self.locks.is_held(object.addr + RW_LOCK);
        if space.objects.all.iter().any(locked) {
            return false;
        }
        space.page_out(&mut self.frames, STRANGER);
        true
    }

    /// A rule was broken: recorded with how it came to that, and the run goes on.
    pub fn violation(&mut self, message: impl AsRef<str>) {
        let report = report::describe(self, message.as_ref(), None);
        self.violations.push(report);
    }

    /// A rule was broken so that nothing sensible can follow.
    pub fn fatal(&mut self, message: impl AsRef<str>) -> ! {
        self.violation(message);
        report::end(self)
    }

    /// Whether the module is being loaded.
    pub fn loading(&self) -> bool {
        self.image.is_some() && self.mod_load.is_none()
    }

    /// That no lock is held where the present call may sleep.
    pub fn may_sleep(&mut self, call: Call) {
        if let Some(names) = self.threads.held_names(current()) {
            self.violation(format!("{} may sleep, but {names} is held", call.name()));
        }
    }

    /// That `len` bytes at `addr` are kernel memory which the module may hand to the kernel.
    pub fn check_kernel(&mut self, call: Call, addr: usize, len: usize) {
        let known = self.heap.contains(addr, len)
            || self
                .image
                .as_ref()
                .is_some_and(|image| image.contains(addr, len))
            || self.threads.on_stack(current(), addr, len)
            || self.devices.is_argument(addr, len)
            || self.is_mapped(addr, len);
        if !known {
            self.fatal(format!(
                "{}: {len} bytes at {addr:#x} are no kernel memory of the module's",
                call.name()
            ));
        }
    }

    /// That a thread returns without locks and busy pages.
    pub fn check_return(&mut self, what: &str) {
        self.settle();
        if let Some(names) = self.threads.held_names(current()) {
            self.fatal(format!("{what} returned with {names} held"));
        }
    }

    /// That everything the module took it gave back, apart from a reference for each open file that is attached.
    pub fn check_balance(&mut self, what: &str) {
        let attached = self.devices.open_files();
        let mut wrong = self.processes.imbalance(attached);
        wrong.extend(self.frames.kept());
        for problem in wrong {
            self.violation(format!("after {what}: {problem}"));
        }
    }
}
