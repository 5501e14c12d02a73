// SPDX-License-Identifier: BSD-2-Clause
//! A machine that is still on when its guest is done, for a person to use.

use std::fs::File;

use crate::attach::{self, Attached};
use crate::backend::Machine;
use crate::disc::Disc;
use crate::error::Error;
use crate::follow::Console;
use crate::interrupt::Interrupt;
use crate::say;

/// The machine, and what it needs.
pub struct Kept {
    pub machine: Machine,
    pub console: Console,
    pub log: File,
    /// What the console has printed since the guest was done.
    pub pending: String,
    pub disc: Disc,
}

impl Kept {
    fn attached<'a>(&'a mut self, interrupt: &'a Interrupt) -> Attached<'a> {
        Attached {
            machine: &mut self.machine,
            console: &self.console,
            log: &mut self.log,
            interrupt,
        }
    }

    /// Makes this program's terminal the console, until the machine is off.
    pub fn shell(&mut self, interrupt: &Interrupt) -> Result<(), Error> {
        say::aside(
            "vm-test: this is FreeBSD's shell; rwmem.ko is loaded, and is /rwmem.ko. Ctrl-D switches the machine \
             off, Ctrl-] cuts it off.",
        );
        let pending = std::mem::take(&mut self.pending);
        self.attached(interrupt).terminal(&pending)
    }

    /// Says how to reach the console, and lets people have it until the machine is off.
    pub fn wait(&mut self, interrupt: &Interrupt) -> Result<(), Error> {
        let socket = self.disc.folder().join("console");
        let listener = attach::socket(&socket)?;
        let socket = socket.display();
        say::out(&format!(
            "The machine is still on. Its console, with a shell:\n  \
             socat -,raw,echo=0,escape=0x1d UNIX-CONNECT:{socket}\n  or: nc -U {socket}\n\
             Ctrl-D there, or Ctrl-C here, switches it off."
        ));
        self.attached(interrupt).socket(&listener)
    }
}
