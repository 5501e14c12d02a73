// SPDX-License-Identifier: BSD-2-Clause
//! `ko-check`: prints one line for each check of a linked `rwmem.ko` and, last, how many passed.
//!
//! Exits with 0 if none failed, 1 if one did, 2 if the checks could not be run.

use anyhow::Context;
use clap::{Parser, ValueEnum};
use ko_check::{Arch, Expectations, Image, Major, check};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Checks a linked rwmem.ko: what FreeBSD's kernel linker demands of a kld, and what this project promises
#[derive(Parser)]
struct Arguments {
    /// Also check that this kernel file has every symbol that the module needs
    #[arg(long, value_name = "FILE")]
    kernel: Option<PathBuf>,
    /// The major version of FreeBSD that the module was built for
    #[arg(long, value_enum, default_value = "14")]
    major: MajorArgument,
    /// The architecture that the module was built for
    #[arg(long, value_enum, default_value = "amd64")]
    arch: ArchArgument,
    /// The module
    #[arg(value_name = "FILE")]
    module: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum MajorArgument {
    #[value(name = "14")]
    Fourteen,
    #[value(name = "15")]
    Fifteen,
}

#[derive(Clone, Copy, ValueEnum)]
enum ArchArgument {
    Amd64,
    Arm64,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("ko-check: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether no check failed.
fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    let module = read(&arguments.module, "the module; `make` builds it")?;
    let kernel_file = match &arguments.kernel {
        Some(path) => Some((path, read(path, "the kernel file")?)),
        None => None,
    };
    let kernel = match &kernel_file {
        Some((path, data)) => Some(
            Image::parse(data).with_context(|| format!("{} is no kernel file", path.display()))?,
        ),
        None => None,
    };
    let report = check(
        &module,
        &Expectations {
            arch: match arguments.arch {
                ArchArgument::Amd64 => Arch::Amd64,
                ArchArgument::Arm64 => Arch::Arm64,
            },
            major: match arguments.major {
                MajorArgument::Fourteen => Major::Fourteen,
                MajorArgument::Fifteen => Major::Fifteen,
            },
            kernel: kernel.as_ref(),
        },
    );
    print!("{report}");
    Ok(report.failed() == 0)
}

fn read(path: &Path, what: &str) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {} ({what})", path.display()))
}
