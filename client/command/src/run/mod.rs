// SPDX-License-Identifier: BSD-2-Clause
//! The subcommands.

mod completions;
mod dump;
mod info;
mod maps;
mod progress;
mod read;
pub mod search;
mod watch;
mod write;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Parser;
use rwmem::Mappings;
use serde::Serialize;

use crate::address::Address;
use crate::arguments::{Arguments, Command};
use crate::failure::{Exit, Failure, Told};
use crate::kernel;
use crate::names::Layout;
use crate::output::{Output, aside};

/// How a command came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Done,
    /// Something is missing, which the person was told; or nothing was found.
    Partly,
}

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

/// Tells what is wrong with the command line, or what was asked for with --help or --version.
fn refuse(error: &clap::Error) -> Exit {
    // Nobody is left to tell where that fails.
    let _ = error.print();
    if error.exit_code() == 0 {
        return Exit::Done;
    }
    let mut words = std::env::args_os().take_while(|word| word != "--");
    if words.any(|word| word == "--json") {
        let text = error.to_string();
        let failure = Failure::Usage(text.trim_start_matches("error: ").trim_end().to_owned());
        tell_program(&failure, &mut Output::new(true));
    }
    Exit::Usage
}

/// Brings what is left to the output, and tells of a failure.
pub fn end(result: Result<End, Failure>, mut output: Output) -> Exit {
    let result = result.and_then(|end| {
        output.flush()?;
        Ok(end)
    });
    match result {
        Ok(End::Done) => Exit::Done,
        Ok(End::Partly) => Exit::Partly,
        // Whoever reads has enough, as `head` has: that is no failure.
        Err(Failure::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Done,
        Err(failure) => {
            tell(&failure, &mut output);
            failure.exit()
        }
    }
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

#[derive(Serialize)]
struct Document {
    error: Told,
}

/// To the person on the standard error, and to a program that reads JSON where it reads.
fn tell(failure: &Failure, output: &mut Output) {
    aside(&failure.to_string());
    if output.json && !matches!(failure, Failure::Output(_)) {
        tell_program(failure, output);
    }
}

fn tell_program(failure: &Failure, output: &mut Output) {
    let error = failure.told();
    // A failure in telling of a failure has nobody to be told to.
    let _ = output.json_line(&Document { error });
    let _ = output.flush();
}

/// What a process has mapped, with names.
fn layout(pid: i32) -> Result<Layout, Failure> {
    let mappings = Mappings::of(pid)?.collect();
    Ok(Layout::new(pid, mappings, &kernel::executable(pid)))
}

/// The number behind the address of something that is so long. The mappings are asked for only where it takes them.
fn locate(pid: i32, address: &Address, length: u64) -> Result<u64, Failure> {
    let number = match address {
        Address::Absolute(number) => *number,
        relative => layout(pid)?.resolve(relative)?,
    };
    match number.checked_add(length) {
        Some(_) => Ok(number),
        None => Err(Failure::Usage(format!(
            "{length} bytes from {number:#x} on go beyond the end of the address space"
        ))),
    }
}

/// A transfer that failed, in the terms of what is mapped, if that can still be had.
fn explain(pid: i32, error: rwmem::Error) -> Failure {
    let layout = match error.is_fault() {
        true => layout(pid).ok(),
        false => None,
    };
    Failure::transfer(error, pid, layout.as_ref())
}

/// A signal that asks the command to end: it is looked for between two steps.
#[derive(Clone, Debug)]
struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on SIGINT and SIGTERM do not kill.
    fn listen() -> Result<Interrupt, Failure> {
        use signal_hook::consts::{SIGINT, SIGTERM};
        let flag = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            // Twice, the second kills: something may hang.
            let result =
                signal_hook::flag::register_conditional_shutdown(signal, 130, flag.clone())
                    .and_then(|_| signal_hook::flag::register(signal, flag.clone()));
            result.map_err(|source| Failure::Kernel {
                what: "listen for signals",
                source,
            })?;
        }
        Ok(Interrupt(flag))
    }

    fn came(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
