// SPDX-License-Identifier: BSD-2-Clause
//! `ko-check`: prints one line for each check of a linked kld and, last, how many passed.
//!
//! Exits with 0 if none failed, 1 if one did, 2 if the checks could not be run.

use anyhow::Context;
use clap::Parser;
use freebsd_kernels::Kernel;
use ko_check::{Expectations, Image, check};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Checks a linked kld: what FreeBSD's kernel linker demands of a kld, and what this project promises
#[derive(Parser)]
struct Arguments {
    /// Also check that this kernel file has every symbol that the module needs
    #[arg(long, value_name = "FILE")]
    kernel: Option<PathBuf>,
    /// The major version of FreeBSD that the module was built for
    #[arg(long, default_value_t = Kernel::default().number)]
    major: u32,
    /// The architecture that the module was built for
    #[arg(long, default_value = Kernel::default().arch_name)]
    arch: String,
    /// The module's name
    #[arg(long, default_value = "rwmem")]
    name: String,
    /// The module
    #[arg(value_name = "FILE")]
    module: PathBuf,
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
    let (major, arch) = (arguments.major, &arguments.arch);
    let built_for = Kernel::find(major, arch).with_context(|| {
        let known: Vec<_> = Kernel::all().map(Kernel::name).collect();
        format!(
            "the module is not built for {major}-{arch}: the kernels are {}",
            known.join(", ")
        )
    })?;
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
            name: &arguments.name,
            built_for,
            kernel: kernel.as_ref(),
        },
    );
    print!("{report}");
    Ok(report.failed() == 0)
}

fn read(path: &Path, what: &str) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("cannot read {} ({what})", path.display()))
}
