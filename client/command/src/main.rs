// SPDX-License-Identifier: BSD-2-Clause
//! The command `rwmem`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(rwmem_command::run::main() as u8)
}
