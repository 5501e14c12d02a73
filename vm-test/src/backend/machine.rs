// SPDX-License-Identifier: BSD-2-Clause
//! What the rest of this program knows about virtual machines: one can be started from a disc, and then it
//! is a process whose standard input and output, pipes, are the serial console, and which ends when the
//! machine is off.

use std::fs::File;
use std::path::Path;
use std::process::ExitStatus;

use crate::error::Error;
use crate::process::Process;

/// A program that runs virtual machines.
pub trait Backend: Sync {
    /// What it is, in a few words, for the person.
    fn describe(&self) -> String;

    /// Starts a machine from the disc. A reboot must end it as a power-off does. What the program itself
    /// has to say goes to `complaints`.
    fn boot(&self, disc: &Path, size: Size, complaints: File) -> Result<Machine, Error>;
}

/// A machine that runs. Dropped, it is gone, with all that its program keeps of it.
pub struct Machine {
    pub process: Process,
    /// What is wrong with an end, in words; nothing where the machine just went off.
    pub how_it_failed: fn(ExitStatus) -> Option<String>,
    /// Cleans up when the process has ended: fields are dropped in the order in which they are declared.
    pub(super) _remains: Option<Box<dyn Send>>,
}

/// How much of a machine there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    pub cpus: u32,
    /// In MiB.
    pub memory: u32,
}
