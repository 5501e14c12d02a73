// SPDX-License-Identifier: BSD-2-Clause
//! The command `rwmem`.

use std::process::ExitCode;

fn main() -> ExitCode {
    rwmem_command::run::main().into()
}
