// SPDX-License-Identifier: BSD-2-Clause
//! What the rest of this program knows about virtual machines: one can be started from a disc, and then it
//! is a process whose standard output, a pipe, is the serial console, and which ends when the machine is off.

use std::fs::File;
use std::path::Path;

use crate::error::Error;
use crate::process::Process;

/// A program that runs virtual machines.
pub trait Backend {
    /// What it is, in a few words, for the person.
    fn describe(&self) -> String;

    /// Starts a machine from the disc. A reboot must end it as a power-off does. What the program itself
    /// has to say goes to `complaints`.
    fn boot(&self, disc: &Path, complaints: File) -> Result<Process, Error>;
}
