// SPDX-License-Identifier: BSD-2-Clause
//! `vm-test run`: each machine, from its disc to its verdict.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use rwmem_vm_protocol::Task;

use crate::arch::Arch;
use crate::args::{Mode, RunArguments};
use crate::backend::{self, Choice, Size};
use crate::bench::{Part, Results, Unit, json};
use crate::disc::{self, System};
use crate::error::Error;
use crate::follow::{Console, Followed, Manner, follow};
use crate::interrupt::Interrupt;
use crate::job::{self, Job};
use crate::judge::{End, Judge};
use crate::junit;
use crate::kept::Kept;
use crate::program;
use crate::progress::Progress;
use crate::report::{self, Run};
use crate::say;
use crate::screen::Screen;
use crate::symbols;
use crate::task;

/// What every run has in common.
struct Setup {
    xorriso: PathBuf,
    /// For each architecture and what is done there.
    machines: BTreeMap<(Arch, Task), Choice>,
    logs: PathBuf,
    verbose: bool,
    /// Leave the machine on when the guest is done.
    keep: bool,
    interrupt: Interrupt,
    screen: Screen,
}

/// Runs all machines and prints what came of it; whether all is well.
pub fn run(arguments: &RunArguments) -> Result<bool, Error> {
    let mode = arguments.mode;
    // The first thing to be looked for is FreeBSD: without it, nothing else that is missing matters.
    let boots = job::boots(arguments)?;
    if arguments.pairs {
        for (module, userland) in job::modules(&boots) {
            let userland = if userland { " userland" } else { "" };
            say::out(&format!("{module}{userland}"));
        }
        return Ok(true);
    }
    let jobs = job::plan(arguments, &boots)?;
    let mut machines = BTreeMap::new();
    for job in &jobs {
        if let Entry::Vacant(place) = machines.entry((job.arch, job.task)) {
            place.insert(backend::choose(&arguments.machine, job.task, job.arch)?);
        }
    }
    let xorriso = program::find(&program::XORRISO, arguments.xorriso.as_deref())?;
    let logs = arguments.logs.clone();
    fs::create_dir_all(&logs).map_err(Error::file("make the folder", &logs))?;
    let setup = Setup {
        xorriso,
        machines,
        logs,
        verbose: arguments.verbose,
        keep: arguments.keep || mode == Mode::Shell,
        interrupt: Interrupt::listen().map_err(Error::Signals)?,
        screen: Screen::new(arguments.verbose),
    };
    // A program that reads JSON must find nothing else.
    let tell = if arguments.json { say::aside } else { say::out };

    if setup.keep {
        let job = &jobs[0];
        let shell = job.root.join("bin/sh");
        if !shell.is_file() {
            return Err(Error::NoInput {
                what: "shell",
                path: shell,
                remedy: "--mode shell and --keep need a root with a userland, as base.txz has it"
                    .into(),
            });
        }
        return setup.run_and_keep(job, mode);
    }
    let at_once = match arguments.jobs {
        Some(jobs) => jobs as usize,
        None => setup.at_once(mode),
    };
    let runs = setup.run_all(&jobs, at_once, tell)?;
    let measured = !mode.measures() || measured(&setup, &jobs, &runs, arguments);
    print_sum(&runs, mode, tell);
    if mode.tests() {
        junit::write(&runs, &setup.logs)?;
    }
    Ok(measured && runs.iter().all(|run| run.verdict.failed() == 0))
}

/// Prints what was measured; whether that is everything and, where asked for, good enough.
fn measured(setup: &Setup, jobs: &[Job], runs: &[Run], arguments: &RunArguments) -> bool {
    let mut results = Results::default();
    let mut complete = true;
    for (job, run) in jobs.iter().zip(runs) {
        let lines = run.verdict.measurements.iter().map(String::as_str);
        let unit = match setup.machine(job).counts {
            true => Unit::Instructions,
            false => Unit::Nanoseconds,
        };
        let part = Part {
            task: job.task,
            arch: job.arch,
            unit,
            userland: job.userland,
        };
        let owed = results.take(part, lines);
        if results.kernel.is_none() {
            results.kernel.clone_from(&run.verdict.banner);
        }
        for skipped in owed.skipped {
            say::aside(&format!("{}: not measured: {skipped}", run.label));
        }
        let missing = report::missing(run, &owed.missing, &owed.unreadable);
        say::aside(missing.trim_end());
        complete &= missing.is_empty();
    }
    match arguments.json {
        true => say::out(&json(&results)),
        false => say::out(results.tables().trim_end()),
    }
    complete && (!arguments.check || reached(&results))
}

fn reached(results: &Results) -> bool {
    if results.unit() == Some(Unit::Nanoseconds) {
        say::aside("vm-test: the goals are in instructions: --check needs --accel count");
        return false;
    }
    results.judge().iter().all(|goal| goal.reached)
}

fn print_sum(runs: &[Run], mode: Mode, tell: fn(&str)) {
    if mode.tests() {
        tell(report::groups(runs).trim_end());
        tell(report::table(runs).trim_end());
    }
    let nothing_to_count = runs
        .iter()
        .all(|run| run.verdict.tests.is_empty() && run.verdict.faults.is_empty());
    if mode.tests() || !nothing_to_count {
        tell(&report::sum(runs));
    }
}

impl Setup {
    /// How many machines run at once. Tests keep one processor busy on average, however many their machine has; the long
    /// runs keep all of them busy, and where something is measured nothing else shall run.
    fn at_once(&self, mode: Mode) -> usize {
        let here = std::thread::available_parallelism().map_or(1, usize::from);
        let cpus = self
            .machines
            .values()
            .map(|machine| machine.size.cpus as usize)
            .max();
        match mode {
            Mode::Test | Mode::Userland => here,
            _ if mode.measures() => 1,
            _ => (here / cpus.unwrap_or(1)).max(1),
        }
    }

    fn machine(&self, job: &Job) -> &Choice {
        &self.machines[&(job.arch, job.task)]
    }

    /// Runs all jobs, so many at once; the results in the jobs' order.
    fn run_all(&self, jobs: &[Job], at_once: usize, tell: fn(&str)) -> Result<Vec<Run>, Error> {
        // The longest first, or the last one would run while nothing else does.
        let mut order: Vec<usize> = (0..jobs.len()).collect();
        order.sort_by_key(|&index| jobs[index].payload.userland.is_empty());
        let next = AtomicUsize::new(0);
        let results: Vec<Mutex<Option<Result<Run, Error>>>> =
            jobs.iter().map(|_| Mutex::new(None)).collect();
        // Each machine is made on the thread that waits for its end.
        let work = || {
            while let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                let run = self.run(&jobs[index]).map(|(run, _)| run);
                match &run {
                    Ok(run) => {
                        let text = report::skips(run) + &report::failures(run);
                        self.screen.print(tell, text.trim_end());
                    }
                    // What keeps one from being judged would keep the others from it as well.
                    Err(_) => next.store(jobs.len(), Ordering::Relaxed),
                }
                if let Ok(mut result) = results[index].lock() {
                    *result = Some(run);
                }
            }
        };
        match at_once.min(jobs.len()) {
            0 | 1 => work(),
            at_once => std::thread::scope(|scope| {
                for _ in 0..at_once {
                    scope.spawn(work);
                }
            }),
        }
        results
            .into_iter()
            .filter_map(|result| result.into_inner().ok().flatten())
            .collect()
    }

    /// Runs a job, prints what came of it, and gives the machine to the person.
    fn run_and_keep(&self, job: &Job, mode: Mode) -> Result<bool, Error> {
        let (run, kept) = self.run(job)?;
        let runs = [run];
        let run = &runs[0];
        say::out((report::skips(run) + &report::failures(run)).trim_end());
        print_sum(&runs, mode, say::out);
        if mode.tests() {
            junit::write(&runs, &self.logs)?;
        }
        let Some(mut kept) = kept else {
            if run.verdict.failed() == 0 {
                let log = run.log.display();
                say::aside(&format!(
                    "vm-test: the machine went off by itself: see {log}"
                ));
            }
            return Ok(false);
        };
        match mode {
            Mode::Shell => kept.shell(&self.interrupt)?,
            _ => kept.wait(&self.interrupt)?,
        }
        Ok(run.verdict.failed() == 0)
    }

    /// Runs one machine, to its end, or until the guest is done where it is to be kept.
    fn run(&self, job: &Job) -> Result<(Run, Option<Kept>), Error> {
        let mut progress = Progress::new(&job.label, &self.screen, self.verbose);
        progress.stage("making the disc");
        let disc = disc::make(
            &self.xorriso,
            System {
                root: &job.root,
                kernel: &job.kernel,
                firmware: job.arch.firmware(),
            },
            &job.payload,
            &self.interrupt,
        )?;

        let log = report::log_file(&self.logs, job.task.word(), &job.label);
        let complaints = log.with_added_extension("stderr");
        let mut file = File::create(&log).map_err(Error::file("write", &log))?;
        let errors = File::create(&complaints).map_err(Error::file("write", &complaints))?;

        let Choice { backend, size, .. } = self.machine(job);
        progress.stage(&format!("booting ({})", backend.describe()));
        let size = Size {
            cpus: job.cpus.unwrap_or(size.cpus),
            memory: size.memory,
        };
        let mut judge = Judge::new(task::expects(job.task));
        let mut machine = backend.boot(&disc.image, size, errors)?;
        let console = Console::of(&mut machine);
        let manner = Manner {
            limits: job.limits,
            keep: self.keep,
            interrupt: &self.interrupt,
        };
        let followed = follow(
            &mut machine,
            &console,
            manner,
            &mut file,
            &mut judge,
            &mut progress,
        )?;
        let took = progress.elapsed();
        drop(progress);
        let (end, kept) = match followed {
            Followed::Ended(end) => (end, None),
            Followed::Kept(pending) => {
                let kept = Kept {
                    machine,
                    console,
                    log: file,
                    pending,
                    disc,
                };
                (End::Stopped, Some(kept))
            }
        };
        let mut verdict = judge.finish(end);
        symbols::name_addresses(&mut verdict, &job.kernel);
        let run = Run {
            label: job.label.clone(),
            took,
            verdict,
            log,
            complaints: self.complaints(&complaints),
        };
        Ok((run, kept))
    }

    /// What the machine's program had to say; an empty file is not kept.
    fn complaints(&self, file: &Path) -> String {
        let text = fs::read(file).unwrap_or_default();
        if text.is_empty() {
            // If it stays, it does no harm.
            let _ = fs::remove_file(file);
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}
