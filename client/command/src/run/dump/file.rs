// SPDX-License-Identifier: BSD-2-Clause
//! The core file in the making.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::core_file::{CONTENT, PAGE};
use crate::failure::Failure;

/// From this many zero bytes on they are not written: the file has a hole there.
const GRAIN: usize = 64 << 10;

/// A file that is removed again unless it is completed: half of a process is no core file.
#[derive(Debug)]
pub struct DumpFile {
    path: PathBuf,
    file: File,
    /// Where the next piece of memory goes.
    end: u64,
    complete: bool,
}

impl DumpFile {
    /// A new file, for its owner only: there may be secrets in the memory. Nothing that is there is followed or written to:
    /// in a folder of everybody's, somebody may have put a link there.
    pub fn begin(path: &Path, force: bool) -> Result<DumpFile, Failure> {
        if force {
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(Failure::file("overwrite", path)(error));
                }
                _ => (),
            }
        }
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(path)
            .map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => {
                    io::Error::new(error.kind(), "it exists; --force overwrites it")
                }
                _ => error,
            })
            .map_err(Failure::file("write", path))?;
        Ok(DumpFile {
            path: path.to_owned(),
            file,
            end: CONTENT,
            complete: false,
        })
    }

    /// Where the memory ends in the file.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Adds memory; where it is in the file.
    pub fn add(&mut self, bytes: &[u8]) -> Result<u64, Failure> {
        let content = self.end;
        for (place, bytes) in (0..).step_by(GRAIN).zip(bytes.chunks(GRAIN)) {
            if bytes.iter().any(|&byte| byte != 0) {
                self.file
                    .write_all_at(bytes, content + place)
                    .map_err(Failure::file("write", &self.path))?;
            }
        }
        self.grow(bytes.len() as u64)
    }

    /// Adds `len` zeros; returns where they are in the file.
    pub fn add_zeros(&mut self, len: u64) -> Result<u64, Failure> {
        self.grow(len)
    }

    fn grow(&mut self, len: u64) -> Result<u64, Failure> {
        let content = self.end;
        // What is dumped consists of pages, but a hole may end within one.
        let end = content
            .checked_add(len)
            .and_then(|end| end.checked_next_multiple_of(PAGE));
        let end = end.ok_or(io::ErrorKind::FileTooLarge.into());
        self.end = end
            .and_then(|end| self.file.set_len(end).map(|()| end))
            .map_err(Failure::file("write", &self.path))?;
        Ok(content)
    }

    /// Makes it a core file.
    pub fn complete(mut self, header: &[u8], tail: &[u8]) -> Result<(), Failure> {
        let write = || {
            self.file.write_all_at(tail, self.end)?;
            self.file.write_all_at(header, 0)?;
            self.file.sync_all()
        };
        write().map_err(Failure::file("write", &self.path))?;
        self.complete = true;
        Ok(())
    }
}

impl Drop for DumpFile {
    fn drop(&mut self) {
        if !self.complete {
            // Where that fails, it stays, and the next dump says that it is there.
            let _ = fs::remove_file(&self.path);
        }
    }
}

#[cfg(test)]
mod tests;
