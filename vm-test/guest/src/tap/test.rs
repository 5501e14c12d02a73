// SPDX-License-Identifier: BSD-2-Clause
//! What a test checks with. A failed check notes what was expected and what came instead, and ends the test.

use crate::device::{Device, Direction, Moved, Request};
use crate::path::Path;
use crate::sys::memory::Region;
use crate::sys::{Errno, kld};
use crate::text::Text;
use core::ffi::CStr;
use core::fmt::{Debug, Display, Write};

/// Why a test ended early.
pub enum Stop {
    Failed,
    Skipped(&'static str),
}

pub type Outcome = Result<(), Stop>;

/// A running test: what it has at hand.
pub struct Test<'a> {
    /// The open device; absent only where the test opens it itself.
    pub device: Option<Device>,
    pub path: &'static Path,
    /// Whether it runs as the unprivileged user.
    pub user: bool,
    /// This program's file.
    pub program: &'a CStr,
    /// The module's file.
    pub module: &'a CStr,
    /// What random numbers begin with.
    pub seed: u64,
    /// Lines about what went wrong.
    pub notes: Text<3000>,
}

impl Test<'_> {
    pub fn device(&self) -> &Device {
        match &self.device {
            Some(device) => device,
            None => panic!("a test that manages the module itself must open the device itself"),
        }
    }

    /// Loads the module from its file; the file's id.
    pub fn load_module(&mut self) -> Result<i32, Stop> {
        let module = self.module;
        self.can(format_args!("kldload {module:?}"), kld::load(module))
    }

    pub fn transfer(&self, request: Request) -> Result<Moved, Errno> {
        (self.path.transfer)(self.device(), request)
    }

    pub fn read(&self, pid: i32, remote: u64, local: u64, len: u64) -> Result<Moved, Errno> {
        self.transfer(Request {
            direction: Direction::Read,
            pid,
            remote,
            local,
            len,
        })
    }

    pub fn write(&self, pid: i32, remote: u64, local: u64, len: u64) -> Result<Moved, Errno> {
        self.transfer(Request {
            direction: Direction::Write,
            pid,
            remote,
            local,
            len,
        })
    }

    pub fn note(&mut self, text: impl Display) {
        // Writing to a Text never fails.
        let _ = writeln!(self.notes, "{text}");
    }

    fn fail<T>(&mut self, text: impl Display) -> Result<T, Stop> {
        self.note(text);
        Err(Stop::Failed)
    }

    /// Something that the test needs worked.
    pub fn can<T>(&mut self, what: impl Display, result: Result<T, Errno>) -> Result<T, Stop> {
        result.or_else(|error| self.fail(format_args!("{what}: expected success, got {error}")))
    }

    pub fn equal<T: PartialEq + Debug>(
        &mut self,
        what: impl Display,
        got: T,
        expected: T,
    ) -> Outcome {
        if got == expected {
            return Ok(());
        }
        self.fail(format_args!("{what}: expected {expected:?}, got {got:?}"))
    }

    pub fn holds(&mut self, what: impl Display, condition: bool) -> Outcome {
        if condition {
            return Ok(());
        }
        self.fail(format_args!("{what}: expected so, got otherwise"))
    }

    /// The request failed as a whole, with this error.
    pub fn refused<T: Debug>(
        &mut self,
        what: impl Display,
        got: Result<T, Errno>,
        expected: Errno,
    ) -> Outcome {
        match got {
            Err(error) if error == expected => Ok(()),
            got => self.fail(format_args!(
                "{what}: expected Err({expected}), got {got:?}"
            )),
        }
    }

    /// The transfer came exactly so far.
    pub fn moved(
        &mut self,
        what: impl Display,
        got: Result<Moved, Errno>,
        done: usize,
        error: Errno,
    ) -> Outcome {
        self.equal(
            what,
            got,
            Ok(Moved {
                done: done as u64,
                error,
            }),
        )
    }

    /// The transfer went through.
    pub fn moved_all(
        &mut self,
        what: impl Display,
        got: Result<Moved, Errno>,
        len: usize,
    ) -> Outcome {
        self.moved(what, got, len, Errno::NONE)
    }

    /// The transfer was stopped by `error` in its middle; how far it came.
    pub fn cut(
        &mut self,
        what: impl Display,
        got: Result<Moved, Errno>,
        len: usize,
        error: Errno,
    ) -> Result<usize, Stop> {
        match got {
            Ok(moved) if moved.error == error && (1..len as u64).contains(&moved.done) => {
                Ok(moved.done as usize)
            }
            got => self.fail(format_args!(
                "{what}: expected {error} with 0 < done < {len}, got {got:?}"
            )),
        }
    }

    /// The bytes of the range are what `content` says of their offsets.
    pub fn same(
        &mut self,
        what: impl Display,
        region: &Region,
        offset: usize,
        len: usize,
        content: impl Fn(usize) -> u8,
    ) -> Outcome {
        match region.difference(offset, len, &content) {
            None => Ok(()),
            Some((place, byte)) => self.fail(format_args!(
                "{what}: expected {:#04x} at offset {place}, got {byte:#04x}",
                content(place)
            )),
        }
    }
}
