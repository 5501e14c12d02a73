// SPDX-License-Identifier: BSD-2-Clause
//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::follow::Limits;
use crate::judge::Expect;
use crate::qemu::Acceleration;
use crate::root::Release;

/// Boots FreeBSD with rwmem.ko in a virtual machine and judges what its console prints.
///
/// Exit status: 0 all passed; 1 a test failed or the guest fell; 2 the call or the environment is at fault;
/// 77 there is no FreeBSD to boot.
#[derive(Debug, Parser)]
#[command(name = "vm-test", version)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Task,
}

#[derive(Debug, Subcommand)]
pub enum Task {
    /// Make a disc for each kernel of the root, run it, and judge it.
    Run(RunArguments),
    /// Print the FreeBSD root that would be used, or what is missing.
    Root(RootArguments),
}

/// Where the FreeBSD is.
#[derive(Args, Clone, Debug)]
pub struct RootArguments {
    /// Folder with FreeBSD's boot files and kernel [default: $FREEBSD_ROOT; else / on FreeBSD; else
    /// ~/.cache/rwmem/freebsd-MAJOR-ARCH]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,

    /// Boot this kernel, not the root's [default: $FREEBSD_KERNEL]
    #[arg(long, value_name = "FILE")]
    pub kernel: Option<PathBuf>,

    /// FreeBSD's major version
    #[arg(long, default_value_t = 14)]
    pub major: u32,

    /// FreeBSD's architecture
    #[arg(long, default_value = "amd64", value_parser = ["amd64"])]
    pub arch: String,
}

impl RootArguments {
    pub fn release(&self) -> Release {
        Release {
            major: self.major,
            arch: self.arch.clone(),
        }
    }
}

/// What the guest is sent to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Run all tests, under each kernel.
    Test,
    /// The long form of the differential test, under each kernel.
    Differential,
    /// Show what the module does, under the first kernel.
    Demo,
    /// Measure, under the first kernel.
    Bench,
}

impl Mode {
    /// The word in the guest's configuration.
    pub fn word(self) -> &'static str {
        match self {
            Mode::Test => "test",
            Mode::Differential => "differential",
            Mode::Demo => "demo",
            Mode::Bench => "bench",
        }
    }

    pub fn expects(self) -> Expect {
        match self {
            Mode::Test | Mode::Differential => Expect::Tests,
            Mode::Demo | Mode::Bench => Expect::Show,
        }
    }

    /// Whether it is for every kernel that there is: then it is about right and wrong.
    pub fn tests(self) -> bool {
        self.expects() == Expect::Tests
    }

    /// When to lose patience, unless the person says otherwise. Counting instructions costs time, and some of
    /// what is measured takes hundreds of millions of them.
    pub fn limits(self) -> Limits {
        let (total, silence) = match self {
            Mode::Test | Mode::Demo => (900, 120),
            Mode::Differential => (3600, 300),
            Mode::Bench => (1800, 300),
        };
        Limits {
            total: Duration::from_secs(total),
            silence: Duration::from_secs(silence),
        }
    }
}

#[derive(Args, Debug)]
pub struct RunArguments {
    #[command(flatten)]
    pub place: RootArguments,

    /// The module to test [default: target/ko/MAJOR-ARCH/rwmem.ko]
    #[arg(long, value_name = "FILE")]
    pub ko: Option<PathBuf>,

    /// The static program that runs as /sbin/init
    #[arg(long, value_name = "FILE", default_value = "target/guest/rwmem-guest")]
    pub guest: PathBuf,

    /// The C example [default: target/guest/peek, if it is there]
    #[arg(long, value_name = "FILE")]
    pub peek: Option<PathBuf>,

    #[arg(long, value_enum, default_value_t = Mode::Test)]
    pub mode: Mode,

    /// Begin random numbers with this [default: 1; for differential, the time]
    #[arg(long, value_name = "NUMBER")]
    pub seed: Option<u64>,

    /// With bench: print the measurements as JSON, not as a table
    #[arg(long)]
    pub json: bool,

    /// With bench: fail if one of the design's targets is missed
    #[arg(long)]
    pub check: bool,

    /// Stop a machine after so long [default: 900; to measure, 1800; for differential, 3600]
    #[arg(long, value_name = "SECS", value_parser = seconds)]
    pub timeout: Option<Duration>,

    /// Stop a machine whose console prints nothing for so long [default: 120; to measure and for differential, 300]
    #[arg(long, value_name = "SECS", value_parser = seconds)]
    pub silence: Option<Duration>,

    /// Keep the consoles' logs here
    #[arg(long, value_name = "DIR", default_value = "target/vm-test")]
    pub logs: PathBuf,

    /// How to run the guest's instructions [default: kvm where it works; to measure, count]
    #[arg(long, value_enum)]
    pub accel: Option<Acceleration>,

    /// The QEMU program [default: $VM_TEST_QEMU, else qemu-system-x86_64]
    #[arg(long, value_name = "FILE")]
    pub qemu: Option<PathBuf>,

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
