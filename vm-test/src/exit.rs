// SPDX-License-Identifier: BSD-2-Clause
//! The exit codes.

use std::process::ExitCode;

/// How this program ends where not all is well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// A test failed, or the guest fell.
    Failed,
    /// The call or the environment is at fault; nothing was judged.
    Environment,
    /// What was fetched is damaged, hostile or not a FreeBSD.
    Damaged,
    /// The mirrors respond, but have no such release.
    NotServed,
    /// No mirror can be reached, or it responds with errors.
    Unreachable,
    /// The cache cannot be written, for want of space or permission.
    Store,
    /// There is no FreeBSD root; `make test` counts it as skipped.
    NoRoot,
    /// By a signal.
    Interrupted(usize),
}

impl Exit {
    /// As in sysexits(3) where a fetch failed; after a signal, the shell's convention.
    pub fn code(self) -> u8 {
        match self {
            Exit::Failed => 1,
            Exit::Environment => 2,
            Exit::Damaged => 65,
            Exit::NotServed => 66,
            Exit::Unreachable => 69,
            Exit::Store => 73,
            Exit::NoRoot => 77,
            Exit::Interrupted(signal) => {
                u8::try_from(128 + signal).unwrap_or(Exit::Environment.code())
            }
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        exit.code().into()
    }
}
