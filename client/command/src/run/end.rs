// SPDX-License-Identifier: BSD-2-Clause
//! How a command ends, and what is told of it.

use serde::Serialize;

use crate::failure::{Exit, Failure, Told};
use crate::output::{Output, aside};

/// How a command came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Done,
    /// Something is missing, which the person was told; or nothing was found.
    Partly,
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

/// Tells what is wrong with the command line, or what was asked for with --help or --version.
pub fn refuse(error: &clap::Error) -> Exit {
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
