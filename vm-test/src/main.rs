// SPDX-License-Identifier: BSD-2-Clause
//! vm-test boots FreeBSD in a virtual machine from a disc that it makes, with rwmem.ko and the guest's tests
//! on it, follows the serial console, and judges what it prints.

mod arch;
mod args;
mod attach;
mod backend;
mod bench;
mod console;
mod disc;
mod download;
mod error;
mod exit;
mod follow;
mod interrupt;
mod job;
mod judge;
mod junit;
mod kept;
mod loader_conf;
mod process;
mod program;
mod progress;
mod release;
mod report;
mod root;
mod roots;
mod run;
mod say;
mod screen;
mod setting;
mod symbols;
mod task;
mod variable;
mod words;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Arguments, Command};
use crate::exit::Exit;

fn main() -> ExitCode {
    let result = match Arguments::parse().command {
        Command::Run(arguments) => run::run(&arguments),
        Command::Root(arguments) => roots::find(&arguments).map(|roots| {
            for root in roots {
                say::out(&root.dir.display().to_string());
            }
            true
        }),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => Exit::Failed.into(),
        Err(error) => {
            say::aside(&format!("vm-test: {error}"));
            error.exit().into()
        }
    }
}
