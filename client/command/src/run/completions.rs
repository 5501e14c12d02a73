// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem completions`

use clap::CommandFactory;

use super::end::End;
use crate::arguments::{Arguments, Completions};
use crate::failure::Failure;
use crate::output::Output;

pub fn run(arguments: &Completions, output: &mut Output) -> Result<End, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "rwmem",
        &mut script,
    );
    output.write(|out| out.write_all(&script))?;
    Ok(End::Done)
}
