// SPDX-License-Identifier: BSD-2-Clause
//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use rwmem_vm_protocol::{STRESS_MINUTES, Task};

use crate::backend::MachineArguments;
use crate::judge::Expect;
use crate::task;

/// Boots FreeBSD with rwmem.ko in a virtual machine and judges what its console prints.
///
/// Exit status: 0 all passed; 1 a test failed or the guest fell; 2 the call or the environment is at fault;
/// 77 there is no FreeBSD to boot; 65, 66, 69, 73 one could not be fetched.
#[derive(Debug, Parser)]
#[command(name = "vm-test", version)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a disc for each kernel of each root, run it, and judge it.
    Run(Box<RunArguments>),
    /// Print the FreeBSD roots that would be used, or what is missing.
    Root(RootArguments),
}

/// Where the FreeBSD is.
#[derive(Args, Clone, Debug)]
pub struct RootArguments {
    /// Folder with FreeBSD's boot files and kernels [default: $FREEBSD_ROOT; else / on FreeBSD; else every
    /// ~/.cache/rwmem/freebsd-*]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,

    /// Boot this kernel, not the roots' [default: $FREEBSD_KERNEL]
    #[arg(long, value_name = "FILE")]
    pub kernel: Option<PathBuf>,

    /// Which roots and kernels: "15-amd64 debug", "arm64", "15.1" for a release that is fetched unless it was before;
    /// words of one kind add, those of different kinds intersect [default: $VM_MATRIX, else all that there are]
    #[arg(long, value_name = "WORDS")]
    pub matrix: Option<String>,
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Mode {
    /// Run all tests, under each kernel; those from FreeBSD's userland under the last kernel of each root.
    Test,
    /// Run only the tests that use the module from FreeBSD's userland, under each kernel.
    Userland,
    /// The long form of the differential test, under each kernel.
    Differential,
    /// Stress the module from all sides for a long time, under each kernel, with 2 processors and with 4.
    Stress,
    /// Show what the module does, under the first kernel.
    Demo,
    /// Measure, under the first kernel: what `transfers` does, then what `company` does.
    Bench,
    /// Measure only what transfers cost.
    Transfers,
    /// Measure only what they cost others: their target, and each other.
    Company,
    /// Boot to a shell under the first kernel, with the module loaded and the terminal as its console.
    Shell,
}

impl Mode {
    /// Whether it runs tests, and so under every kernel.
    pub fn tests(self) -> bool {
        self.tasks()
            .iter()
            .all(|&one| task::expects(one) == Expect::Tests)
    }

    /// What machines are started for, one for each: instructions are counted on one processor, company takes two and real
    /// time.
    pub fn tasks(self) -> &'static [Task] {
        match self {
            Mode::Test => &[Task::Test],
            Mode::Userland => &[Task::Userland],
            Mode::Differential => &[Task::Differential],
            Mode::Stress => &[Task::Stress],
            Mode::Demo => &[Task::Demo],
            Mode::Bench => &[Task::Transfers, Task::Company],
            Mode::Transfers => &[Task::Transfers],
            Mode::Company => &[Task::Company],
            Mode::Shell => &[Task::Shell],
        }
    }

    /// Whether it measures time, so that no other machine may run meanwhile.
    pub fn measures(self) -> bool {
        self.tasks().iter().copied().any(task::measures)
    }
}

#[derive(Args, Debug)]
pub struct RunArguments {
    #[command(flatten)]
    pub place: RootArguments,

    /// The module to test [default: target/ko/MAJOR-ARCH/rwmem.ko]
    #[arg(long, value_name = "FILE")]
    pub ko: Option<PathBuf>,

    /// One more kld on the disc: /NAME.ko is target/ko/MAJOR-ARCH/NAME.ko (may be given more than once)
    #[arg(long, value_name = "NAME")]
    pub kld: Vec<String>,

    /// The static program that runs as /sbin/init [default: target/guest/ARCH/rwmem-guest]
    #[arg(long, value_name = "FILE")]
    pub guest: Option<PathBuf>,

    /// A folder that becomes part of /userland on the disc; each program in its tests/ is a test of the module
    /// that runs in FreeBSD's userland (may be given more than once)
    #[arg(long, value_name = "DIR")]
    pub userland: Vec<PathBuf>,

    /// A folder that holds one more of those for each root, named MAJOR-ARCH: what is built for it
    #[arg(long, value_name = "DIR")]
    pub client: Option<PathBuf>,

    /// Only print which modules this takes, as MAJOR-ARCH, and behind each `userland` where a root has one
    #[arg(long)]
    pub pairs: bool,

    #[arg(long, value_enum, default_value_t = Mode::Test)]
    pub mode: Mode,

    /// Leave the machine on after the tests, under the first kernel, and say how to reach its console
    #[arg(long)]
    pub keep: bool,

    /// With test and userland: run only the tests whose names, or files whose names, hold this
    #[arg(long, value_name = "TEXT")]
    pub only: Option<String>,

    /// Begin random numbers with this [default: 1; for differential and stress, the time]
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,

    /// With stress: go on for so long under each kernel
    #[arg(long, default_value_t = STRESS_MINUTES, value_name = "NUMBER")]
    pub minutes: u64,

    /// With bench and its parts: print the measurements as JSON, not as tables
    #[arg(long)]
    pub json: bool,

    /// With bench and its parts: fail if one of the design's goals is missed
    #[arg(long)]
    pub check: bool,

    /// Stop a machine after so long [default: 2700; for differential and to measure, 3600; for stress, twice its minutes and
    /// ten more]
    #[arg(long, value_name = "SECS", value_parser = seconds)]
    pub timeout: Option<Duration>,

    /// Stop a machine whose console prints nothing for so long [default: 240; to measure, for differential
    /// and stress, 300]
    #[arg(long, value_name = "SECS", value_parser = seconds)]
    pub silence: Option<Duration>,

    /// Keep the consoles' logs here
    #[arg(long, value_name = "DIR", default_value = "target/vm-test")]
    pub logs: PathBuf,

    /// Run so many machines at once [default: for tests, one for each processor here; for long runs, as many as have
    /// their processors here; to measure, 1]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub jobs: Option<u32>,

    #[command(flatten)]
    pub machine: MachineArguments,

    /// The xorriso program [default: $VM_TEST_XORRISO, else xorriso]
    #[arg(long, value_name = "FILE")]
    pub xorriso: Option<PathBuf>,

    /// Print the whole console as it comes
    #[arg(long, short)]
    pub verbose: bool,
}

fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<u64>() {
        Ok(0) | Err(_) => Err("a whole number of seconds, 1 or more, is wanted".into()),
        Ok(seconds) => Ok(Duration::from_secs(seconds)),
    }
}
