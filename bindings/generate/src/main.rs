// SPDX-License-Identifier: BSD-2-Clause
//! Makes the files of freebsd-kpi-sys from the kernel's headers (`write`), or checks that they are what it would
//! make and that a C compiler agrees with the layouts in them (`check`).
mod allowlist;
mod bind;
mod check;
mod facts;
mod kernel;
mod layout;
mod release;
mod trim;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};

use kernel::Source;

/// The list of the kernels' files, in the folder with kpi.h.
const LIST: &str = "src/kernels.rs";

/// Makes and checks the bindings to the FreeBSD kernel, for every pair of major and architecture.
#[derive(Parser)]
struct Arguments {
    /// The folder with kpi.h, allowlist.txt, and src/
    #[arg(long, default_value = "bindings")]
    bindings: PathBuf,
    /// The folder of the project, in whose .tools the kernel headers are
    #[arg(long, default_value = ".")]
    project: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write the files in src/
    Write,
    /// Make them anew, compare, and let a C compiler check the layouts
    Check {
        /// A folder for what is made, to look at when a check fails
        #[arg(long, default_value = "target/check-bindings")]
        scratch: PathBuf,
        /// Compare with the headers of another release, too: a root file system with usr/include, or a source tree with
        /// sys/ (may be given more than once)
        #[arg(long, value_name = "FOLDER")]
        headers: Vec<PathBuf>,
    },
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let sources = Source::all(&arguments.project)?;
    let bindings = arguments.bindings;
    match arguments.command {
        Command::Write => {
            // All or none: files made from different lists would not fit together.
            let made = sources
                .iter()
                .map(|source| {
                    Ok((
                        source.rust_file(&bindings.join("src")),
                        bind::generate(source, &bindings)?,
                    ))
                })
                .chain([Ok((bindings.join(LIST), kernel::list()))])
                .collect::<Result<Vec<_>>>()?;
            for (path, text) in made {
                fs::write(&path, text)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                println!("wrote {}", path.display());
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Check { scratch, headers } => {
            let failed = check::run(&check::Given {
                project: &arguments.project,
                bindings: &bindings,
                scratch: &scratch,
                sources: &sources,
                headers: &headers,
            })?;
            Ok(if failed == 0 {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            })
        }
    }
}
