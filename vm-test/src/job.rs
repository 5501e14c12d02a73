// SPDX-License-Identifier: BSD-2-Clause
//! The machines to run: what each boots, and what it is to do there.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::arch::Arch;
use crate::args::{Mode, RunArguments};
use crate::disc::{self, Payload};
use crate::error::Error;
use crate::follow::Limits;
use crate::root::{Release, set};
use crate::roots;
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
    pub arch: Arch,
    pub kernel: PathBuf,
    /// Whether the root has one.
    pub userland: bool,
    pub payload: Payload,
    pub limits: Limits,
    /// Where it is not to have as many as all others.
    pub cpus: Option<u32>,
}

/// A kernel, and the root that it boots with.
#[derive(Debug)]
pub struct Boot {
    label: String,
    root: PathBuf,
    release: Release,
    kernel: PathBuf,
    /// `MAJOR-ARCH`, or what is made for this kernel: its folder in target/ko.
    module: String,
}

/// The kernel of this name watches the accesses of code that is made for that, and there is a module that is.
const KASAN: &str = "kasan";

/// A way to test each of them.
#[derive(Clone, Debug)]
struct Test {
    mode: Mode,
    name: String,
    seed: Option<u64>,
    /// With stress: how long to go on.
    minutes: Option<u64>,
    cpus: Option<u32>,
}

/// What is to be booted, in its order: every kernel of every root, or the first.
pub fn boots(arguments: &RunArguments) -> Result<Vec<Boot>, Error> {
    let mut boots: Vec<Boot> = Vec::new();
    for root in roots::find(&arguments.place)? {
        boots.extend(root.kernels.iter().map(|kernel| Boot {
            label: format!("{} {}", root.name, kernel.label),
            root: root.dir.clone(),
            release: root.release,
            kernel: kernel.file.clone(),
            module: match kernel.label.as_str() {
                KASAN => format!("{}-{KASAN}", root.release.name()),
                _ => root.release.name(),
            },
        }));
    }
    if single(arguments) {
        boots.truncate(1);
    }
    Ok(boots)
}

/// The modules that these take, as `MAJOR-ARCH` or `MAJOR-ARCH-kasan`, and whether a root of that has a userland.
pub fn modules(boots: &[Boot]) -> Vec<(String, bool)> {
    let mut modules: Vec<(String, bool)> = Vec::new();
    for boot in boots {
        let userland = disc::has_userland(&boot.root);
        match modules.iter_mut().find(|(known, _)| *known == boot.module) {
            Some((_, some)) => *some |= userland,
            None => modules.push((boot.module.clone(), userland)),
        }
    }
    modules
}

/// All machines, in their order.
pub fn plan(arguments: &RunArguments, boots: &[Boot]) -> Result<Vec<Job>, Error> {
    let mut tests = match arguments.mode() {
        Mode::Stress if setting::number(arguments.machine.cpus, "VM_CPUS")?.is_none() => {
            stress(arguments)
        }
        mode => mode.parts().iter().copied().map(plain).collect(),
    };
    if arguments.keep {
        tests.truncate(1);
    }
    let mut jobs = Vec::new();
    for boot in boots {
        for test in &tests {
            jobs.push(job(arguments, boot, test)?);
        }
    }
    Ok(jobs)
}

/// Whether one machine is enough.
fn single(arguments: &RunArguments) -> bool {
    !arguments.mode().tests() || arguments.keep
}

/// A machine like all others, but where a mode has parts, which have their names.
fn plain(mode: Mode) -> Test {
    Test {
        mode,
        name: String::new(),
        seed: None,
        minutes: None,
        cpus: None,
    }
}

/// Two machines that share the time: what one with a few processors shows, one with more may not, and the other
/// way round.
fn stress(arguments: &RunArguments) -> Vec<Test> {
    let seed = arguments.seed.unwrap_or_else(by_the_clock);
    let cpus = [2, 4];
    let machine = |(index, cpus): (usize, u32)| Test {
        mode: Mode::Stress,
        name: format!("{cpus} cpus"),
        seed: Some(seed.wrapping_add(index as u64 * SEEDS)),
        minutes: Some(arguments.minutes.div_ceil(2)),
        cpus: Some(cpus),
    };
    cpus.into_iter().enumerate().map(machine).collect()
}

fn job(arguments: &RunArguments, boot: &Boot, test: &Test) -> Result<Job, Error> {
    let mode = test.mode;
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
    let of_this = |folder: &PathBuf| folder.join(boot.release.name());
    let userland = match mode {
        Mode::Test | Mode::Userland | Mode::Shell | Mode::Bench | Mode::Transfers => {
            let client = arguments.client.as_ref().map(of_this);
            // Without a shell, nothing of it could start.
            let client = client.filter(|_| disc::has_userland(&boot.root));
            arguments.userland.iter().cloned().chain(client).collect()
        }
        Mode::Differential | Mode::Stress | Mode::Demo | Mode::Company => Vec::new(),
    };
    let task = task(&Task {
        mode,
        seed: test.seed.or(arguments.seed),
        minutes,
        only: arguments.only.as_deref(),
        keep: arguments.keep || mode == Mode::Shell,
    });
    Ok(Job {
        label,
        mode,
        root: boot.root.clone(),
        arch: boot.release.arch,
        kernel: boot.kernel.clone(),
        userland: disc::has_userland(&boot.root),
        payload: payload(arguments, boot, mode, userland, task)?,
        limits: Limits {
            total: arguments.timeout.unwrap_or(total),
            silence: arguments.silence.unwrap_or(usual.silence),
        },
        cpus: test.cpus,
    })
}

/// The kld that the guest's tests load beside rwmem.ko (kpi/examples).
const EXAMPLE: &str = "tally";

/// The files under test, each of which must be there.
fn payload(
    arguments: &RunArguments,
    boot: &Boot,
    mode: Mode,
    userland: Vec<PathBuf>,
    task: String,
) -> Result<Payload, Error> {
    let (module, arch) = (&boot.module, boot.release.arch.name());
    let target = set("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
    let built = |of: &str| target.join(of);
    let own = arguments.ko.clone();
    let module = own.unwrap_or_else(|| built(&format!("ko/{module}/rwmem.ko")));
    // Only tests load it; for all else it need not be built.
    let example = matches!(mode, Mode::Test | Mode::Userland).then_some(EXAMPLE);
    let others = example
        .into_iter()
        .chain(arguments.kld.iter().map(String::as_str));
    let klds: Vec<_> = others
        .map(|name| built(&format!("ko/{}/{name}.ko", boot.module)))
        .collect();
    let guest = arguments.guest.clone();
    let guest = guest.unwrap_or_else(|| built(&format!("guest/{arch}/rwmem-guest")));
    let beside = guest.with_file_name("peek");
    let peek = arguments.peek.clone();
    let peek = peek.or_else(|| beside.is_file().then_some(beside));
    let build_ko = format!("scripts/build-ko.sh {} {arch}", boot.release.major);
    let build_kld = format!("KLD=FOLDER {build_ko}");
    let build_guest = format!("scripts/build-guest.sh {arch}");
    let mut needed = vec![
        ("module", &module, "--ko", &build_ko),
        ("guest program", &guest, "--guest", &build_guest),
    ];
    needed.extend(klds.iter().map(|kld| ("kld", kld, "--kld", &build_kld)));
    let program = peek.as_ref();
    needed.extend(program.map(|peek| ("example", peek, "--peek", &build_guest)));
    for (what, path, option, make) in needed {
        if !path.is_file() {
            let remedy = format!("make it with {make}, or name another with {option}");
            return Err(Error::NoInput {
                what,
                path: path.clone(),
                remedy,
            });
        }
    }
    for folder in &userland {
        if !folder.join("tests").is_dir() {
            return Err(Error::NoInput {
                what: "folder of tests",
                path: folder.join("tests"),
                remedy: "name a folder that has one with --userland or --client, or leave it out"
                    .into(),
            });
        }
    }
    Ok(Payload {
        module,
        klds,
        at_boot: mode == Mode::Test,
        guest,
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
