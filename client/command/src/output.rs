// SPDX-License-Identifier: BSD-2-Clause
//! The standard output.

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use serde::{Serialize, Serializer};

use crate::failure::Failure;
use crate::hexdump::Emphasis;

/// The standard output and what goes there.
pub struct Output {
    out: BufWriter<StdoutLock<'static>>,
    pub json: bool,
    pub terminal: bool,
    pub emphasis: Emphasis,
}

impl Output {
    pub fn new(json: bool) -> Output {
        let stdout = io::stdout();
        // Colours for a terminal, unless NO_COLOR and the like say otherwise.
        let colour = anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never;
        Output {
            json,
            terminal: stdout.is_terminal(),
            emphasis: if colour {
                Emphasis::Colour
            } else {
                Emphasis::Star
            },
            out: BufWriter::with_capacity(64 << 10, stdout.lock()),
        }
    }

    /// Writes with one of the functions that write.
    pub fn write(
        &mut self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Failure> {
        write(&mut self.out).map_err(Failure::Output)
    }

    pub fn line(&mut self, text: &str) -> Result<(), Failure> {
        self.write(|out| writeln!(out, "{text}"))
    }

    /// One value on one line.
    pub fn json_line<T: Serialize>(&mut self, value: &T) -> Result<(), Failure> {
        let text = serde_json::to_string(value).map_err(|error| Failure::Output(error.into()))?;
        self.line(&text)
    }

    /// One document, for a person to read as well.
    pub fn json_document<T: Serialize>(&mut self, value: &T) -> Result<(), Failure> {
        let text =
            serde_json::to_string_pretty(value).map_err(|error| Failure::Output(error.into()))?;
        self.line(&text)
    }

    pub fn flush(&mut self) -> Result<(), Failure> {
        self.out.flush().map_err(Failure::Output)
    }
}

/// An address as JSON has it: a string, for a program may take numbers for floats, which do not hold 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hex(pub u64);

impl Serialize for Hex {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:#x}", self.0))
    }
}

/// Something for the person beside the output. Nobody is left to tell where that fails.
pub fn aside(text: &str) {
    let _ = writeln!(io::stderr(), "rwmem: {text}");
}
