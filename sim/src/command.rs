// SPDX-License-Identifier: BSD-2-Clause
//! The command `rwmem-sim`: scenarios with fault injection, schedules of threads, fuzzing, the demonstration.
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Parser, Subcommand, ValueEnum};

use crate::call::{Action, Event};
use crate::fuzz::{TARGETS, Target};
use crate::loader::Image;
use crate::object_file::ObjectFile;
use crate::sim::lock;
use crate::sweep::{Summary, once, sweep};
use crate::{cases, coverage, demo, interleave, report, scenario};

/// Runs the real rwmem.ko over a simulated FreeBSD kernel.
#[derive(Parser)]
struct Arguments {
    /// The module: rwmem.ko for FreeBSD 14 amd64, as `make` builds it
    #[arg(long, global = true, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/ko/14-amd64/rwmem.ko"))]
    ko: PathBuf,
    /// Gives up after this many seconds
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
    /// Asks what the guest's tests ask in FreeBSD, and compares the answers with those that both must get
    Cases {
        /// Only those whose name has this in it
        name: Option<String>,
    },
    /// Runs several threads on the same descriptors, in the order that a seed decides
    Threads {
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many seeds, beginning with that one
        #[arg(long, default_value_t = 200)]
        rounds: u64,
    },
    /// Runs inputs that libFuzzer has found
    Fuzz {
        /// The kind of inputs: requests or sequences
        target: String,
        /// Files, or folders of files
        inputs: Vec<PathBuf>,
        /// Then changes them here and there for so long
        #[arg(long, default_value_t = 0)]
        seconds: u64,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Runs all of these, and tells which edges of a module built with RWMEM_COVERAGE=yes none of them took
    Coverage {
        /// Inputs that libFuzzer has found, files or folders of files
        #[arg(long)]
        requests: Vec<PathBuf>,
        /// The same of the other kind
        #[arg(long)]
        sequences: Vec<PathBuf>,
    },
    /// Shows the module at work on a live process
    Demo,
}

#[derive(clap::Args)]
#[group(id = "injection", multiple = false)]
struct Injection {
    /// The call returns this failure
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
    Trace,
    Fork,
    PageOut,
}

impl Injection {
    fn action(&self) -> Option<Action> {
        let event = self.event.map(|name| match name {
            EventName::Exec => Event::Exec,
            EventName::Exit => Event::Exit,
            EventName::Unmap => Event::Unmap,
            EventName::Signal => Event::Signal,
            EventName::Trace => Event::Trace,
            EventName::Fork => Event::Fork,
            EventName::PageOut => Event::PageOut,
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
        Command::Cases { name } => {
            shared_cases(&module(&arguments)?, name.as_deref().unwrap_or_default())
        }
        Command::Threads { seed, rounds } => threads(&module(&arguments)?, *seed, *rounds),
        Command::Fuzz {
            target,
            seed,
            seconds,
            inputs,
        } => fuzz(&module(&arguments)?, target, inputs, *seed, *seconds)?,
        Command::Coverage {
            requests,
            sequences,
        } => cover(&module(&arguments)?, requests, sequences)?,
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

/// All that there is, and then the edges that were not taken.
fn cover(object: &ObjectFile, requests: &[PathBuf], sequences: &[PathBuf]) -> anyhow::Result<bool> {
    let good = scenarios(object, &[], false, None)?
        & shared_cases(object, "")
        & threads(object, 1, 200)
        & fuzz(object, "requests", requests, 1, 0)?
        & fuzz(object, "sequences", sequences, 1, 0)?;
    let (count, untaken) = coverage::untaken(object);
    if count == 0 {
        bail!(
            "the module counts no edges: `RWMEM_COVERAGE=yes scripts/build-ko.sh 14 amd64` builds one that does"
        );
    }
    let image = Image::load(object, |name| lock().kernel.lookup(name))?;
    let mut functions = BTreeMap::<&str, Vec<String>>::new();
    for (function, offset) in untaken.iter().filter_map(|place| image.place(*place)) {
        let offsets = functions.entry(function).or_default();
        offsets.push(format!("{offset:#x}"));
    }
    for (function, offsets) in functions {
        println!(
            "{} edges not taken in {function}: {}",
            offsets.len(),
            offsets.join(" ")
        );
    }
    println!(
        "{} of {count} edges of the module taken",
        count - untaken.len()
    );
    Ok(good)
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

fn shared_cases(object: &ObjectFile, name: &str) -> bool {
    let (mut count, mut bad) = (0, 0);
    let all = rwmem_cases::GROUPS.iter().copied().flatten();
    for case in all.filter(|case| case.name.contains(name)) {
        let wrong = cases::check(object, case);
        for text in &wrong {
            eprintln!("VIOLATION {text}");
        }
        count += 1;
        bad += usize::from(!wrong.is_empty());
    }
    println!("{count} cases, {bad} ended differently");
    bad == 0
}

fn fuzz(
    object: &ObjectFile,
    target: &str,
    inputs: &[PathBuf],
    seed: u64,
    seconds: u64,
) -> anyhow::Result<bool> {
    let Some(target) = Target::by_name(target) else {
        let names: Vec<_> = TARGETS.iter().map(|target| target.name).collect();
        bail!("there is no target {target}: it is one of {names:?}");
    };
    let mut files = Vec::new();
    for path in inputs {
        match path.read_dir() {
            Ok(entries) => files.extend(entries.flatten().map(|entry| entry.path())),
            Err(_) => files.push(path.clone()),
        }
    }
    files.sort();
    let (mut violations, mut corpus) = (0, Vec::new());
    for file in &files {
        let input =
            std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        if let ([_], Some(course)) = (files.as_slice(), target.decode(&input)) {
            println!("{course:#x?}");
        }
        violations += target
            .run(object, &input, &file.display().to_string())
            .len();
        corpus.push(input);
    }
    println!(
        "{}: {} inputs, {violations} violations",
        target.name,
        files.len()
    );
    if violations == 0 && seconds > 0 {
        let path = std::env::temp_dir().join(format!("rwmem-sim-{}", std::process::id()));
        let time = Duration::from_secs(seconds);
        let (runs, found) = target.vary(object, &corpus, seed, time, &path)?;
        println!(
            "{}: {runs} variations from seed {seed}, {found} violations",
            target.name
        );
        violations = found;
    }
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
