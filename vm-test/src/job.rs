// SPDX-License-Identifier: BSD-2-Clause
//! The machines to run: what each boots, and what it is to do there.

use std::env;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rwmem_vm_protocol::{Configuration, EXAMPLE, Task};

use crate::arch::Arch;
use crate::args::{Mode, RunArguments};
use crate::disc::{self, Payload, on_disc};
use crate::error::Error;
use crate::release::Release;
use crate::roots;
use crate::setting;
use crate::task::{self, Limits};
use crate::variable::set;
use crate::words::SANITIZERS;

/// How far the seeds of two machines are apart: each round of a stress run has the next one.
const SEEDS: u64 = 1_000_000;

/// One machine.
#[derive(Debug)]
pub struct Job {
    /// Its short name in the output and in the names of logs.
    pub label: String,
    pub task: Task,
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

/// A way to test each of them.
#[derive(Clone, Debug)]
struct Test {
    task: Task,
    name: String,
    seed: Option<u64>,
    /// With stress: how long to go on.
    minutes: Option<u64>,
    cpus: Option<u32>,
}

/// What is to be booted, in its order: every kernel of every root, or the first.
pub fn boots(arguments: &RunArguments) -> Result<Vec<Boot>, Error> {
    // The module that scripts/build-ko.sh makes of the same variable.
    let races = env::var_os("RWMEM_RACES").is_some_and(|it| it != "no");
    let mut boots: Vec<Boot> = Vec::new();
    for root in roots::find(&arguments.place)? {
        boots.extend(root.kernels.iter().map(|kernel| {
            let sanitizer = SANITIZERS.iter().find(|&&it| it == kernel.label);
            Boot {
                label: format!("{} {}", root.name, kernel.label),
                root: root.dir.clone(),
                release: root.release,
                kernel: kernel.file.clone(),
                module: [root.release.name().as_str()]
                    .into_iter()
                    .chain(sanitizer.copied())
                    .chain(races.then_some("races"))
                    .collect::<Vec<_>>()
                    .join("-"),
            }
        }));
    }
    if single(arguments) {
        boots.truncate(1);
    }
    Ok(boots)
}

/// The modules that these take, as `MAJOR-ARCH`, behind it `-kasan`, `-kmsan` or `-kcsan`, and behind that `-races`; and whether
/// a root of that has a userland.
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
    let mut tests = match arguments.mode {
        Mode::Stress if setting::number(arguments.machine.cpus, "VM_CPUS")?.is_none() => {
            stress(arguments)
        }
        mode => mode.tasks().iter().copied().map(plain).collect(),
    };
    if arguments.keep {
        tests.truncate(1);
    }
    let mut jobs = Vec::new();
    for (index, boot) in boots.iter().enumerate() {
        let last = boots
            .get(index + 1)
            .is_none_or(|next| next.root != boot.root);
        for test in &tests {
            jobs.push(job(arguments, boot, test, last)?);
        }
    }
    Ok(jobs)
}

/// Whether one machine is enough.
fn single(arguments: &RunArguments) -> bool {
    !arguments.mode.tests() || arguments.keep
}

/// A machine that has all from the options.
fn plain(task: Task) -> Test {
    Test {
        task,
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
        task: Task::Stress,
        name: format!("{cpus} cpus"),
        seed: Some(seed.wrapping_add(index as u64 * SEEDS)),
        minutes: Some(arguments.minutes.div_ceil(2)),
        cpus: Some(cpus),
    };
    cpus.into_iter().enumerate().map(machine).collect()
}

/// `last` says that it is the last kernel of its root, which is the one that checks most: along with all the other tests, those
/// of the userland run under that one only.
fn job(arguments: &RunArguments, boot: &Boot, test: &Test, last: bool) -> Result<Job, Error> {
    let task = test.task;
    let usual = task::limits(task);
    let configuration = configuration(arguments, test);
    let total = match configuration.minutes {
        Some(minutes) => Duration::from_secs(minutes * 120 + 600),
        None => usual.total,
    };
    let label = match test.name.as_str() {
        "" => boot.label.clone(),
        name => format!("{}, {name}", boot.label),
    };
    let of_this = |folder: &PathBuf| folder.join(boot.release.name());
    let userland = match task {
        Task::Test if !last => Vec::new(),
        Task::Test | Task::Userland | Task::Shell | Task::Transfers => {
            let client = arguments.client.as_ref().map(of_this);
            // Without a shell, nothing of it could start.
            let client = client.filter(|_| disc::has_userland(&boot.root));
            arguments.userland.iter().cloned().chain(client).collect()
        }
        Task::Differential | Task::Stress | Task::Demo | Task::Company => Vec::new(),
    };
    Ok(Job {
        label,
        task,
        root: boot.root.clone(),
        arch: boot.release.arch,
        kernel: boot.kernel.clone(),
        userland: disc::has_userland(&boot.root),
        payload: payload(arguments, boot, task, userland, configuration.to_string())?,
        limits: Limits {
            total: arguments.timeout.unwrap_or(total),
            silence: arguments.silence.unwrap_or(usual.silence),
        },
        cpus: test.cpus,
    })
}

/// The files under test, each of which must be there.
fn payload(
    arguments: &RunArguments,
    boot: &Boot,
    task: Task,
    userland: Vec<PathBuf>,
    configuration: String,
) -> Result<Payload, Error> {
    let (module, arch) = (&boot.module, boot.release.arch.name());
    let target = set("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
    let built = |of: &str| target.join(of);
    let own = arguments.ko.clone();
    let module = own.unwrap_or_else(|| built(&format!("ko/{module}/rwmem.ko")));
    // Only tests load it; for all else it need not be built.
    let example = matches!(task, Task::Test | Task::Userland).then(|| on_disc(EXAMPLE));
    let others = arguments.kld.iter().map(|name| format!("{name}.ko"));
    let others = example.map(str::to_owned).into_iter().chain(others);
    let klds: Vec<_> = others
        .map(|file| built(&format!("ko/{}/{file}", boot.module)))
        .collect();
    let guest = arguments.guest.clone();
    let guest = guest.unwrap_or_else(|| built(&format!("guest/{arch}/rwmem-guest")));
    let build_ko = format!("scripts/build-ko.sh {} {arch}", boot.release.major);
    let build_kld = format!("KLD=FOLDER {build_ko}");
    let build_guest = format!("scripts/build-guest.sh {arch}");
    let mut needed = vec![
        ("module", &module, "--ko", &build_ko),
        ("guest program", &guest, "--guest", &build_guest),
    ];
    needed.extend(klds.iter().map(|kld| ("kld", kld, "--kld", &build_kld)));
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
        at_boot: task == Task::Test,
        guest,
        userland,
        configuration,
    })
}

/// The guest's configuration.
fn configuration<'a>(arguments: &'a RunArguments, test: &Test) -> Configuration<'a> {
    let task = test.task;
    let random = matches!(task, Task::Differential | Task::Stress);
    let seed = test.seed.or(arguments.seed);
    Configuration {
        task,
        seed: seed.or_else(|| random.then(by_the_clock)),
        minutes: (task == Task::Stress).then(|| test.minutes.unwrap_or(arguments.minutes)),
        only: arguments.only.as_deref().unwrap_or_default(),
        keep: arguments.keep || task == Task::Shell,
    }
}

/// Seconds since 1970: another number each time.
fn by_the_clock() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(1, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Arguments, Command};
    use clap::Parser;

    #[test]
    fn the_guest_is_told_all_that_it_must_know() {
        let told = |task, options: &[&str]| {
            let line = [&["vm-test", "run", "--minutes", "7"], options].concat();
            let Command::Run(arguments) = Arguments::parse_from(line).command else {
                unreachable!("it is run that is asked for");
            };
            configuration(&arguments, &plain(task)).to_string()
        };
        assert_eq!(told(Task::Test, &[]), "test\n");
        assert_eq!(
            told(Task::Test, &["--seed", "5", "--keep"]),
            "test\nseed 5\nkeep\n"
        );
        assert_eq!(
            told(Task::Userland, &["--only", "10-"]),
            "userland\nonly 10-\n"
        );
        assert_eq!(
            told(Task::Stress, &["--seed", "5"]),
            "stress\nseed 5\nminutes 7\n"
        );
        let by_the_clock = told(Task::Differential, &[]);
        assert!(
            by_the_clock.starts_with("differential\nseed 1"),
            "{by_the_clock}"
        );
    }
}
