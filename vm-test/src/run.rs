// SPDX-License-Identifier: BSD-2-Clause
//! `vm-test run`: each kernel of the root in turn, from disc to verdict.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::args::{Mode, RootArguments, RunArguments};
use crate::backend::Backend;
use crate::bench::{self, Measurements, Unit};
use crate::disc::{self, Payload};
use crate::error::Error;
use crate::follow::{Limits, follow};
use crate::interrupt::Interrupt;
use crate::judge::Judge;
use crate::program;
use crate::progress::Progress;
use crate::qemu::{Acceleration, Qemu};
use crate::report::{self, Run};
use crate::root::{BootRoot, Kernel, Root, Surroundings, set};
use crate::say;

/// What every run has in common.
struct Setup {
    root: PathBuf,
    payload: Payload,
    xorriso: PathBuf,
    backend: Box<dyn Backend>,
    limits: Limits,
    mode: Mode,
    logs: PathBuf,
    verbose: bool,
    interrupt: Interrupt,
}

/// The root that the arguments and the environment name, looked into.
pub fn root(arguments: &RootArguments) -> Result<BootRoot, Error> {
    let kernel = arguments
        .kernel
        .clone()
        .or_else(|| set("FREEBSD_KERNEL").map(PathBuf::from));
    let root = Root::choose(
        arguments.root.clone(),
        &Surroundings::look(),
        &arguments.release(),
    )?;
    root.check(kernel.as_deref())
}

/// Runs all kernels and prints what came of it; whether all is well.
pub fn run(arguments: &RunArguments) -> Result<bool, Error> {
    // First of all: without a root, nothing else that is missing matters.
    let BootRoot { dir, mut kernels } = root(&arguments.place)?;
    if !arguments.mode.tests() {
        kernels.truncate(1);
    }
    let payload = payload(arguments)?;
    let acceleration = arguments.accel.unwrap_or_else(|| match arguments.mode {
        Mode::Test | Mode::Differential | Mode::Demo => Acceleration::probe(),
        Mode::Bench => Acceleration::Count,
    });
    let qemu = Qemu {
        program: program::find(&program::QEMU, arguments.qemu.as_deref())?,
        acceleration,
    };
    let xorriso = program::find(&program::XORRISO, arguments.xorriso.as_deref())?;
    let logs = arguments.logs.clone();
    fs::create_dir_all(&logs).map_err(Error::file("make the folder", &logs))?;

    let usual = arguments.mode.limits();
    let setup = Setup {
        root: dir,
        payload,
        xorriso,
        backend: Box::new(qemu),
        limits: Limits {
            total: arguments.timeout.unwrap_or(usual.total),
            silence: arguments.silence.unwrap_or(usual.silence),
        },
        mode: arguments.mode,
        logs,
        verbose: arguments.verbose,
        interrupt: Interrupt::listen().map_err(Error::Signals)?,
    };
    let mut runs = Vec::new();
    // A program that reads JSON must find nothing else.
    let tell = if arguments.json { say::aside } else { say::out };
    for kernel in &kernels {
        let run = setup.run(kernel)?;
        tell(report::skips(&run).trim_end());
        tell(report::failures(&run).trim_end());
        runs.push(run);
    }
    let measured = match (arguments.mode, runs.first()) {
        (Mode::Bench, Some(run)) => measurements(run, acceleration, arguments),
        _ => true,
    };
    print_sum(&runs, arguments.mode, tell);
    Ok(measured && runs.iter().all(|run| run.verdict.failed() == 0))
}

/// Prints what was measured; whether that is everything and, where asked for, good enough.
fn measurements(run: &Run, acceleration: Acceleration, arguments: &RunArguments) -> bool {
    let unit = match acceleration {
        Acceleration::Count => Unit::Instructions,
        Acceleration::Kvm | Acceleration::Tcg => Unit::Nanoseconds,
    };
    let verdict = &run.verdict;
    let measured = Measurements::read(verdict.measurements.iter().map(String::as_str));
    if arguments.json {
        say::out(&bench::json(&measured, unit, verdict.banner.as_deref()));
    } else if !measured.is_empty() {
        say::out(bench::table(&measured, unit).trim_end());
    }
    let missing = report::missing(run, &measured.missing(), &measured.unreadable);
    say::aside(missing.trim_end());
    let reached = || match unit {
        Unit::Instructions => bench::judge(&measured).iter().all(|target| target.reached),
        Unit::Nanoseconds => {
            say::aside("vm-test: the targets are in instructions: --check needs --accel count");
            false
        }
    };
    missing.is_empty() && (!arguments.check || reached())
}

fn print_sum(runs: &[Run], mode: Mode, tell: fn(&str)) {
    if mode.tests() {
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
    fn run(&self, kernel: &Kernel) -> Result<Run, Error> {
        let Kernel { label, file } = kernel;
        let mut progress = Progress::new(label, self.verbose);
        progress.stage("making the disc");
        let disc = disc::make(
            &self.xorriso,
            &self.root,
            file,
            &self.payload,
            &self.interrupt,
        )?;

        let log = report::log_file(&self.logs, self.mode.word(), label);
        let complaints = log.with_added_extension("stderr");
        let mut console = File::create(&log).map_err(Error::file("write", &log))?;
        let errors = File::create(&complaints).map_err(Error::file("write", &complaints))?;

        progress.stage(&format!("booting ({})", self.backend.describe()));
        let mut judge = Judge::new(self.mode.expects());
        let mut machine = self.backend.boot(&disc.image, errors)?;
        let end = follow(
            &mut machine,
            self.limits,
            &self.interrupt,
            &mut console,
            &mut judge,
            &mut progress,
        );
        let took = progress.elapsed();
        drop(progress);
        let verdict = judge.finish(end?);
        let complaints = self.complaints(&complaints);
        Ok(Run {
            label: label.clone(),
            took,
            verdict,
            log,
            complaints,
        })
    }

    /// What the machine's program had to say; an empty file is not kept.
    fn complaints(&self, file: &Path) -> String {
        let text = fs::read(file).unwrap_or_default();
        if text.is_empty() {
            // Left over at worst, and harmless.
            let _ = fs::remove_file(file);
        }
        String::from_utf8_lossy(&text).into_owned()
    }
}

/// The files under test, each of which must be there.
fn payload(arguments: &RunArguments) -> Result<Payload, Error> {
    let release = arguments.place.release();
    let module = arguments
        .ko
        .clone()
        .unwrap_or_else(|| format!("target/ko/{}-{}/rwmem.ko", release.major, release.arch).into());
    let default_peek = Path::new("target/guest/peek");
    let peek = arguments
        .peek
        .clone()
        .or_else(|| default_peek.is_file().then(|| default_peek.to_owned()));
    let build_ko = format!(
        "make it with scripts/build-ko.sh {} {}",
        release.major, release.arch
    );
    let build_guest = "make it with scripts/build-guest.sh".to_owned();
    let mut needed = vec![
        ("module", &module, "--ko", build_ko),
        (
            "guest program",
            &arguments.guest,
            "--guest",
            build_guest.clone(),
        ),
    ];
    needed.extend(
        peek.as_ref()
            .map(|peek| ("example", peek, "--peek", build_guest)),
    );
    for (what, path, option, make) in needed {
        if !path.is_file() {
            let remedy = format!("{make}, or name another with {option}");
            return Err(Error::NoInput {
                what,
                path: path.clone(),
                remedy,
            });
        }
    }
    Ok(Payload {
        module,
        guest: arguments.guest.clone(),
        peek,
        task: task(arguments.mode, arguments.seed),
    })
}

/// The guest's configuration: what to do, and what its random numbers begin with.
fn task(mode: Mode, seed: Option<u64>) -> String {
    let seed = seed.or_else(|| match mode {
        Mode::Differential => SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()
            .map(|since| since.as_secs()),
        _ => None,
    });
    match seed {
        Some(seed) => format!("{} {seed}", mode.word()),
        None => mode.word().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guest_is_told_a_seed_where_there_is_one() {
        assert_eq!(task(Mode::Test, None), "test");
        assert_eq!(task(Mode::Test, Some(5)), "test 5");
        let by_the_clock = task(Mode::Differential, None);
        assert!(by_the_clock.starts_with("differential 1"), "{by_the_clock}");
    }
}
