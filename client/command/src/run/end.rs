// SPDX-License-Identifier: BSD-2-Clause
//! How a command ends, and what it prints then.

use serde::Serialize;

use crate::failure::{ErrorDocument, Exit, Failure};
use crate::output::{Output, aside};

/// How a command came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Done,
    /// Something is missing, which was printed; or nothing was found.
    Partly,
}

/// Flushes the output, and prints a failure.
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
            print(&failure, &mut output);
            failure.exit()
        }
    }
}

/// Prints what is wrong with the command line, or what was asked for with --help or --version.
pub fn refuse(error: &clap::Error) -> Exit {
    // Where that fails, there is nowhere to print.
    let _ = error.print();
    if error.exit_code() == 0 {
        return Exit::Done;
    }
    let mut words = std::env::args_os().take_while(|word| word != "--");
    if words.any(|word| word == "--json") {
        let text = error.to_string();
        let failure = Failure::Usage(text.trim_start_matches("error: ").trim_end().to_owned());
        print_json(&failure, &mut Output::new(true));
    }
    Exit::Usage
}

#[derive(Serialize)]
struct Document {
    error: ErrorDocument,
}

/// For a person on the standard error, for a program that reads JSON on the standard output.
fn print(failure: &Failure, output: &mut Output) {
    aside(&failure.to_string());
    if output.json && !matches!(failure, Failure::Output(_)) {
        print_json(failure, output);
    }
}

fn print_json(failure: &Failure, output: &mut Output) {
    let error = failure.document();
    // Where that fails, there is nowhere to print.
    let _ = output.json_line(&Document { error });
    let _ = output.flush();
}
