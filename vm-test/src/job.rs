// SPDX-License-Identifier: BSD-2-Clause
//! The machines to run: what each boots, and what it is to do there.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::args::{Mode, RootArguments, RunArguments};
use crate::disc::Payload;
use crate::error::Error;
use crate::follow::Limits;
use crate::matrix::{self, KernelRow, Matrix, TestColumn};
use crate::root::{Kernel, set};
use crate::setting;

/// How far the seeds of two machines are apart: each round of a stress run has the next one.
const SEEDS: u64 = 1_000_000;

/// One machine.
#[derive(Debug)]
pub struct Job {
    /// Its short name in the output and in the names of logs.
    pub label: String,
    pub mode: Mode,
    pub root: PathBuf,
    pub kernel: PathBuf,
    pub payload: Payload,
    pub limits: Limits,
    /// Where it is not to be as large as all others.
    pub cpus: Option<u32>,
    pub memory: Option<u32>,
}

/// All machines, in their order. The first thing to be looked for is FreeBSD: without it, nothing else that is
/// missing matters.
pub fn plan(arguments: &RunArguments) -> Result<Vec<Job>, Error> {
    let matrix = match arguments.matrix.clone().or_else(from_environment) {
        Some(text) => Matrix::read(&text)?,
        None => Matrix::default(),
    };
    let mut boots = boots(arguments, &matrix.kernel)?;
    let mut tests = match arguments.mode() {
        _ if !matrix.test.is_empty() => matrix.test,
        Mode::Stress if setting::number(arguments.machine.cpus, "VM_CPUS")?.is_none() => {
            stress(arguments)
        }
        _ => vec![TestColumn::default()],
    };
    let single = !arguments.mode().tests() || arguments.keep;
    if single {
        boots.truncate(1);
        tests.truncate(1);
    }
    let mut jobs = Vec::new();
    for boot in &boots {
        for test in &tests {
            jobs.push(job(arguments, boot, test)?);
        }
    }
    Ok(jobs)
}

/// Two machines that share the time: what one with a few processors shows, one with more may not, and the other
/// way round.
fn stress(arguments: &RunArguments) -> Vec<TestColumn> {
    let seed = arguments.seed.unwrap_or_else(by_the_clock);
    let cpus = [2, 4];
    let machine = |(index, cpus): (usize, u32)| TestColumn {
        name: format!("{cpus} cpus"),
        seed: Some(seed.wrapping_add(index as u64 * SEEDS)),
        minutes: Some(arguments.minutes.div_ceil(2)),
        cpus: Some(cpus),
        ..TestColumn::default()
    };
    cpus.into_iter().enumerate().map(machine).collect()
}

fn from_environment() -> Option<String> {
    set("VM_MATRIX").map(|text| text.to_string_lossy().into_owned())
}

/// A kernel, and the root that it boots with.
struct Boot {
    label: String,
    root: PathBuf,
    kernel: PathBuf,
    place: RootArguments,
}

fn boots(arguments: &RunArguments, rows: &[KernelRow]) -> Result<Vec<Boot>, Error> {
    let place = &arguments.place;
    if rows.is_empty() {
        let root = crate::run::root(place)?;
        let boot = |Kernel { label, file }| Boot {
            label,
            root: root.dir.clone(),
            kernel: file,
            place: place.clone(),
        };
        return Ok(root.kernels.into_iter().map(boot).collect());
    }
    rows.iter().map(|row| boot(place, row)).collect()
}

fn boot(place: &RootArguments, row: &KernelRow) -> Result<Boot, Error> {
    let place = RootArguments {
        root: match row.release {
            Some(_) => None,
            None => row.root.clone().or_else(|| place.root.clone()),
        },
        release: row.release.clone(),
        kernel: row.file.clone(),
        major: row.major().unwrap_or(place.major),
        arch: place.arch.clone(),
    };
    let root = crate::run::root(&place)?;
    // With something of its own, the name is only a name.
    let own = match (&row.file, &row.root, &row.release) {
        (None, None, None) => matrix::named(&root.kernels, &row.name),
        _ => matrix::named(&root.kernels, &row.name).or(root.kernels.first()),
    };
    let Some(kernel) = own else {
        let labels: Vec<_> = root.kernels.iter().map(|one| one.label.as_str()).collect();
        return Err(Error::NoKernel {
            word: row.name.clone(),
            root: root.dir,
            labels: labels.join(", "),
        });
    };
    Ok(Boot {
        label: row.name.clone(),
        kernel: kernel.file.clone(),
        root: root.dir,
        place,
    })
}

fn job(arguments: &RunArguments, boot: &Boot, test: &TestColumn) -> Result<Job, Error> {
    let mode = test.mode.unwrap_or_else(|| arguments.mode());
    let usual = mode.limits();
    let minutes = test.minutes.unwrap_or(arguments.minutes);
    let total = match mode {
        Mode::Stress => Duration::from_secs(minutes * 120 + 600),
        _ => usual.total,
    };
    let label = match test.name.as_str() {
        "" => boot.label.clone(),
        name => format!("{}, {name}", boot.label),
    };
    let userland = match mode {
        Mode::Test | Mode::Userland | Mode::Shell | Mode::Bench => arguments.userland.clone(),
        Mode::Differential | Mode::Stress | Mode::Demo => Vec::new(),
    };
    let task = task(&Task {
        mode,
        seed: test.seed.or(arguments.seed),
        minutes,
        only: test.only.as_deref().or(arguments.only.as_deref()),
        keep: arguments.keep || mode == Mode::Shell,
    });
    Ok(Job {
        label,
        mode,
        root: boot.root.clone(),
        kernel: boot.kernel.clone(),
        payload: payload(arguments, &boot.place, userland, task)?,
        limits: Limits {
            total: arguments.timeout.unwrap_or(total),
            silence: arguments.silence.unwrap_or(usual.silence),
        },
        cpus: test.cpus,
        memory: test.memory,
    })
}

/// The files under test, each of which must be there.
fn payload(
    arguments: &RunArguments,
    place: &RootArguments,
    userland: Vec<PathBuf>,
    task: String,
) -> Result<Payload, Error> {
    let release = place.target();
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
    let guest = &arguments.guest;
    let mut needed = vec![
        ("module", &module, "--ko", build_ko),
        ("guest program", guest, "--guest", build_guest.clone()),
    ];
    let example = peek.as_ref();
    needed.extend(example.map(|peek| ("example", peek, "--peek", build_guest)));
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
    for folder in &arguments.userland {
        if !folder.join("tests").is_dir() {
            return Err(Error::NoInput {
                what: "folder of tests",
                path: folder.join("tests"),
                remedy: "name a folder that has one with --userland, or leave it out".into(),
            });
        }
    }
    Ok(Payload {
        module,
        guest: arguments.guest.clone(),
        peek,
        userland,
        task,
    })
}

struct Task<'a> {
    mode: Mode,
    seed: Option<u64>,
    minutes: u64,
    only: Option<&'a str>,
    keep: bool,
}

/// The guest's configuration: what to do, what its random numbers begin with; on lines of their own, what the
/// names of the tests to run hold, and whether it shall stay.
fn task(task: &Task<'_>) -> String {
    let seed = task.seed.or_else(|| match task.mode {
        Mode::Differential | Mode::Stress => Some(by_the_clock()),
        _ => None,
    });
    let mut text = task.mode.word().to_owned();
    if let Some(seed) = seed {
        text += &format!(" {seed}");
    }
    if task.mode == Mode::Stress {
        text += &format!(" {}", task.minutes);
    }
    if let Some(only) = task.only {
        text += &format!("\nonly {only}");
    }
    if task.keep {
        text += "\nkeep";
    }
    text
}

/// Seconds since 1970; it is only to be another number each time.
fn by_the_clock() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(1, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_guest_is_told_all_that_it_must_know() {
        let told = |mode, seed, only, keep| {
            task(&Task {
                mode,
                seed,
                minutes: 7,
                only,
                keep,
            })
        };
        assert_eq!(told(Mode::Test, None, None, false), "test");
        assert_eq!(told(Mode::Test, Some(5), None, true), "test 5\nkeep");
        assert_eq!(
            told(Mode::Userland, None, Some("10-"), false),
            "userland\nonly 10-"
        );
        assert_eq!(told(Mode::Stress, Some(5), None, false), "stress 5 7");
        let by_the_clock = told(Mode::Differential, None, None, false);
        assert!(by_the_clock.starts_with("differential 1"), "{by_the_clock}");
    }
}
