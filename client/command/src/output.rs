// SPDX-License-Identifier: BSD-2-Clause
//! The standard output.

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use serde::{Serialize, Serializer};

use crate::bytes::{hex, push_hex};
use crate::failure::Failure;
use crate::hexdump::Emphasis;
use crate::visible::{JsonGuard, visible};

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
        self.json(|out| serde_json::to_writer(out, value))
    }

    /// One document, for a person to read as well.
    pub fn json_document<T: Serialize>(&mut self, value: &T) -> Result<(), Failure> {
        self.json(|out| serde_json::to_writer_pretty(out, value))
    }

    fn json(
        &mut self,
        value: impl FnOnce(JsonGuard<&mut dyn Write>) -> serde_json::Result<()>,
    ) -> Result<(), Failure> {
        self.write(|out| {
            value(JsonGuard(out))?;
            out.write_all(b"\n")
        })
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

/// Bytes as JSON has them: a string of digits, two for each, that is written as it is made.
#[derive(Clone, Copy, Debug)]
pub struct Digits<'bytes>(pub &'bytes [u8]);

impl fmt::Display for Digits<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for bytes in self.0.chunks(4096) {
            text.clear();
            push_hex(&mut text, bytes);
            f.write_str(&text)?;
        }
        Ok(())
    }
}

impl Serialize for Digits<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A path as JSON has it: as it is where it is UTF-8, else as it is shown, and all its bytes beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonPath {
    pub text: String,
    pub bytes: Option<String>,
}

impl From<&Path> for JsonPath {
    fn from(path: &Path) -> JsonPath {
        match path.to_str() {
            Some(text) => JsonPath {
                text: text.to_owned(),
                bytes: None,
            },
            None => JsonPath {
                text: visible(path),
                bytes: Some(hex(path.as_os_str().as_bytes())),
            },
        }
    }
}

/// Something for the person beside the output. Nobody is left to tell where that fails.
pub fn aside(text: &str) {
    let _ = writeln!(io::stderr(), "rwmem: {text}");
}
