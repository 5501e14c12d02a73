// SPDX-License-Identifier: BSD-2-Clause
//! The command `rwmem-sim`: scenarios with fault injection, schedules of threads, fuzzing, the demonstration.
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand, ValueEnum};

use crate::call::{Action, Event};
use crate::object_file::ObjectFile;
use crate::sweep::{Summary, once, sweep};
use crate::{demo, explore, fuzz, interleave, report, scenario};

/// Runs the real rwmem.ko over a simulated FreeBSD kernel.
#[derive(Parser)]
struct Arguments {
    /// The module: rwmem.ko for FreeBSD 14 amd64, as `make` builds it
    #[arg(long, global = true, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/ko/14-amd64/rwmem.ko"))]
    ko: PathBuf,
    /// Gives up after so many seconds
    #[arg(long, global = true, default_value_t = 0)]
    limit: u32,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Lists the scenarios
    List,
    /// Runs scenarios, and again with each kernel call failing and each event happening at it
    Scenario {
        /// Their names; all of them if none is given
        names: Vec<String>,
        /// Only as they are, without fault injection
        #[arg(long)]
        once: bool,
        /// Only with something injected at this call
        #[arg(long, requires = "injection")]
        at: Option<usize>,
        #[command(flatten)]
        injection: Injection,
    },
    /// Runs several threads on the same descriptors, in the order that a seed decides
    Threads {
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many seeds, beginning with that one
        #[arg(long, default_value_t = 200)]
        rounds: u64,
    },
    /// Makes inputs up and runs them, or runs those in files
    Fuzz {
        #[arg(long, default_value_t = 1)]
        seed: u64,
        #[arg(long, default_value_t = 5)]
        seconds: u64,
        /// Inputs to run instead
        files: Vec<PathBuf>,
    },
    /// Shows the module at work on a live process
    Demo,
}

#[derive(clap::Args)]
#[group(id = "injection", multiple = false)]
struct Injection {
    /// The call answers this failure
    #[arg(long, allow_hyphen_values = true)]
    fail: Option<i32>,
    /// This happens to the target
    #[arg(long)]
    event: Option<EventName>,
}

#[derive(Clone, Copy, ValueEnum)]
enum EventName {
    Exec,
    Exit,
    Unmap,
    Signal,
}

impl Injection {
    fn action(&self) -> Option<Action> {
        let event = self.event.map(|name| match name {
            EventName::Exec => Event::Exec,
            EventName::Exit => Event::Exit,
            EventName::Unmap => Event::Unmap,
            EventName::Signal => Event::Signal,
        });
        self.fail.map(Action::Fail).or(event.map(Action::Happen))
    }
}

/// What the program does.
pub fn run() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    // SAFETY: without a handler, SIGALRM ends the program; 0 sets no alarm.
    unsafe { libc::alarm(arguments.limit) };
    let good = match &arguments.command {
        Command::List => {
            scenario::all()
                .iter()
                .for_each(|scenario| println!("{}", scenario.name));
            true
        }
        Command::Scenario {
            names,
            once,
            at,
            injection,
        } => {
            let at = at.zip(injection.action());
            scenarios(&module(&arguments)?, names, *once, at)?
        }
        Command::Threads { seed, rounds } => threads(&module(&arguments)?, *seed, *rounds),
        Command::Fuzz {
            seed,
            seconds,
            files,
        } if files.is_empty() => {
            let time = Duration::from_secs(*seconds);
            let folder = std::env::temp_dir();
            let covered = explore::explore(&module(&arguments)?, *seed, time, folder)?;
            let explore::Covered {
                runs,
                calls,
                ways,
                kept,
                violations,
            } = covered;
            println!(
                "fuzz --seed {seed}: {runs} runs, {calls} calls, {ways} ways, {kept} inputs kept, {violations} violations"
            );
            violations == 0
        }
        Command::Fuzz { files, .. } => corpus(&module(&arguments)?, files)?,
        Command::Demo => {
            demo::run(&module(&arguments)?)?;
            true
        }
    };
    Ok(if good {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn module(arguments: &Arguments) -> anyhow::Result<ObjectFile> {
    report::catch_faults();
    let path = &arguments.ko;
    let bytes = std::fs::read(path).with_context(|| {
        format!(
            "{} cannot be read: `make KERNEL=14 ARCH=amd64` builds it",
            path.display()
        )
    })?;
    ObjectFile::parse(&bytes)
        .with_context(|| format!("{} is no module for FreeBSD amd64", path.display()))
}

fn threads(object: &ObjectFile, seed: u64, rounds: u64) -> bool {
    let mut total = interleave::Covered::default();
    for seed in seed..seed.saturating_add(rounds) {
        let covered = interleave::run(object, seed);
        total.calls += covered.calls;
        total.switches += covered.switches;
        total.violations += covered.violations;
        if total.violations > 0 {
            break;
        }
    }
    let interleave::Covered {
        calls,
        switches,
        violations,
    } = total;
    println!(
        "{rounds} schedules from seed {seed}: {calls} calls, {switches} switches, {violations} violations"
    );
    violations == 0
}

fn corpus(object: &ObjectFile, files: &[PathBuf]) -> anyhow::Result<bool> {
    let mut violations = 0;
    for file in files {
        let bytes =
            std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        let report = fuzz::one(object, &bytes, &format!("fuzz {}", file.display()));
        violations += report.violations.len();
        for violation in &report.violations {
            eprintln!("VIOLATION {violation}");
        }
    }
    println!("{} inputs, {violations} violations", files.len());
    Ok(violations == 0)
}

fn scenarios(
    object: &ObjectFile,
    names: &[String],
    only_once: bool,
    injection: Option<(usize, Action)>,
) -> anyhow::Result<bool> {
    let mut chosen = scenario::all();
    if !names.is_empty() {
        if let Some(name) = names
            .iter()
            .find(|name| !chosen.iter().any(|scenario| scenario.name == **name))
        {
            bail!("there is no scenario {name}: `rwmem-sim list` names them");
        }
        chosen.retain(|scenario| names.iter().any(|name| name == scenario.name));
    }
    let mut total = Summary::default();
    for scenario in &chosen {
        let summary = match only_once || injection.is_some() {
            true => {
                let (report, summary) = once(object, scenario, injection);
                for outcome in &report.outcomes {
                    println!("  {outcome:?}");
                }
                summary
            }
            false => sweep(object, scenario),
        };
        println!("{}: {summary}", scenario.name);
        total.add(&summary);
    }
    println!("{total}");
    Ok(total.violations == 0)
}
