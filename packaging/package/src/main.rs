// SPDX-License-Identifier: BSD-2-Clause
//! The command: packs what is staged for one of the ports. It prints the package's path.

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use freebsd_kernels::Kernel;
use rwmem_package::{Order, write};

/// 1980: no earlier than any file system can say, and the same for everybody.
const TIME: u64 = 315_532_800;

/// Packs a stage for pkg(8).
#[derive(Parser)]
struct Arguments {
    /// The port: a folder with Makefile, pkg-descr, pkg-plist and pkg-message
    #[arg(long)]
    port: PathBuf,
    /// The folder that `make install DESTDIR=...` filled
    #[arg(long)]
    stage: PathBuf,
    /// FreeBSD's major
    #[arg(long)]
    major: u32,
    /// FreeBSD's name of the architecture
    #[arg(long)]
    arch: String,
    /// The folder that the package is put into
    #[arg(long)]
    out: PathBuf,
    /// Seconds since 1970 that its files are from
    #[arg(long, env = "SOURCE_DATE_EPOCH", default_value_t = TIME)]
    time: u64,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let wanted =
        |kernel: &Kernel| kernel.number == arguments.major && kernel.arch_name == arguments.arch;
    let kernel = Kernel::all().find(wanted);
    let kernel = kernel.with_context(|| {
        format!(
            "no FreeBSD {} on {} in kernels.toml",
            arguments.major, arguments.arch
        )
    })?;
    let order = Order {
        port: &arguments.port,
        stage: &arguments.stage,
        kernel,
        version: env!("CARGO_PKG_VERSION"),
        time: arguments.time,
    };
    let name = write(&order, &arguments.out)?;
    println!("{}", arguments.out.join(name).display());
    Ok(())
}
