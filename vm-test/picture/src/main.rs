// SPDX-License-Identifier: BSD-2-Clause
//! Draws what `make bench` measured: what reads of each size cost beside PT_IO, and how much of its pace a target keeps.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;

mod axis;
mod draw;
mod measured;
mod theme;

use measured::Measured;

/// Draws one picture (SVG, for light and dark pages) of what `scripts/bench.sh --json` printed.
#[derive(Parser)]
#[command(name = "bench-picture")]
struct Arguments {
    /// Outputs of `scripts/bench.sh --json`, of one kernel each: the costs are drawn of all, the pace of the first that has it
    #[arg(required = true, value_name = "JSON")]
    files: Vec<PathBuf>,

    /// Where the picture goes
    #[arg(long, value_name = "SVG")]
    output: PathBuf,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let runs = arguments.files.iter().map(|file| {
        let text =
            fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        serde_json::from_str::<Measured>(&text)
            .with_context(|| format!("{} is not what bench --json prints", file.display()))
    });
    let runs = runs.collect::<Result<Vec<_>>>()?;
    let output = &arguments.output;
    fs::write(output, draw::picture(&runs)?)
        .with_context(|| format!("cannot write {}", output.display()))
}
