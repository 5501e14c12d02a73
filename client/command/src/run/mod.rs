// SPDX-License-Identifier: BSD-2-Clause
//! The subcommands.

mod completions;
mod dump;
pub mod end;
mod info;
mod instant;
mod interrupt;
mod maps;
mod progress;
mod read;
pub mod search;
mod target;
mod watch;
mod write;

use clap::Parser;

use self::end::{End, end, refuse};
use crate::arguments::{Arguments, Command};
use crate::failure::{Exit, Failure};
use crate::output::Output;

/// Does what the command line says.
pub fn main() -> Exit {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error),
    };
    let mut output = Output::new(arguments.json);
    let result = run(&arguments.command, &mut output);
    end(result, output)
}

fn run(command: &Command, output: &mut Output) -> Result<End, Failure> {
    match command {
        Command::Read(arguments) => read::run(arguments, output),
        Command::Write(arguments) => write::run(arguments, output),
        Command::Maps(arguments) => maps::run(arguments, output),
        Command::Dump(arguments) => dump::run(arguments, output),
        Command::Search(arguments) => search::run(arguments, output),
        Command::Watch(arguments) => watch::run(arguments, output),
        Command::Info => info::run(output),
        Command::Completions(arguments) => completions::run(arguments, output),
    }
}
