// SPDX-License-Identifier: BSD-2-Clause
//! The core file in the making, and its journal.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::core_file::journal::{Identity, Journal};
use crate::core_file::{CONTENT, PAGE, Segment};
use crate::failure::Failure;

/// Zeros of so many bytes are not written: the file has a hole there.
const GRAIN: usize = 64 << 10;

#[derive(Debug)]
pub struct DumpFile {
    path: PathBuf,
    file: File,
    journal: Journal,
    /// Where the next piece of memory goes.
    end: u64,
}

impl DumpFile {
    /// A new file, for its owner only: there may be secrets in the memory.
    pub fn begin(path: &Path, force: bool, identity: &Identity) -> Result<DumpFile, Failure> {
        let journal = Journal::beside(path);
        if !force {
            let refuse = |path: &Path, why| Failure::File {
                what: "write",
                path: path.to_owned(),
                source: io::Error::new(io::ErrorKind::AlreadyExists, why),
            };
            if journal.exists() {
                let why =
                    "an interrupted dump is there; --resume continues it, --force begins anew";
                return Err(refuse(path, why));
            }
            if path.exists() {
                return Err(refuse(path, "it exists; --force overwrites it"));
            }
        }
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o600)
            .open(path)
            .map_err(Failure::file("write", path))?;
        Ok(DumpFile {
            path: path.to_owned(),
            file,
            journal: Journal::begin(journal.clone(), identity)
                .map_err(Failure::file("write", &journal))?,
            end: CONTENT,
        })
    }

    /// The file of an interrupted dump, and what is in it.
    pub fn resume(path: &Path, identity: &Identity) -> Result<(DumpFile, Vec<Segment>), Failure> {
        let beside = Journal::beside(path);
        if !beside.exists() {
            return Err(Failure::Usage(format!(
                "there is no interrupted dump to continue: {} is not there",
                beside.display()
            )));
        }
        let (journal, story) =
            Journal::resume(beside.clone()).map_err(Failure::file("read", &beside))?;
        if story.identity != *identity {
            return Err(Failure::Usage(format!(
                "{} is of another process or of another program in it (process {}): --force begins anew",
                path.display(),
                story.identity.pid
            )));
        }
        let file = OpenOptions::new()
            .write(true)
            .open(path)
            .map_err(Failure::file("write", path))?;
        let ends = story
            .segments
            .iter()
            .filter_map(|segment| Some(segment.content? + segment.len()));
        let end = ends.max();
        let len = file.metadata().map_err(Failure::file("read", path))?.len();
        if end.is_some_and(|end| len < end) {
            return Err(Failure::Usage(format!(
                "{} is shorter than its journal says: --force begins anew",
                path.display()
            )));
        }
        let end = end.unwrap_or(CONTENT);
        // What came after the last piece that the journal knows.
        file.set_len(end).map_err(Failure::file("write", path))?;
        let file = DumpFile {
            path: path.to_owned(),
            file,
            journal,
            end,
        };
        Ok((file, story.segments))
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

    /// Adds so many zeros; where they are in the file.
    pub fn add_zeros(&mut self, len: u64) -> Result<u64, Failure> {
        self.grow(len)
    }

    fn grow(&mut self, len: u64) -> Result<u64, Failure> {
        let content = self.end;
        // What is dumped consists of pages, but a hole may end within one.
        let end = content.saturating_add(len).next_multiple_of(PAGE);
        self.file
            .set_len(end)
            .map_err(Failure::file("write", &self.path))?;
        self.end = end;
        Ok(content)
    }

    /// Notes that a segment is done.
    pub fn note(&mut self, segment: &Segment) -> Result<(), Failure> {
        self.journal
            .add(segment)
            .map_err(Failure::file("write the journal of", &self.path))
    }

    /// Makes it a core file.
    pub fn complete(self, header: &[u8], tail: &[u8]) -> Result<(), Failure> {
        let write = || {
            self.file.write_all_at(tail, self.end)?;
            self.file.write_all_at(header, 0)?;
            self.file.sync_all()
        };
        write().map_err(Failure::file("write", &self.path))?;
        self.journal
            .remove()
            .map_err(Failure::file("remove the journal of", &self.path))
    }
}

#[cfg(test)]
mod tests;
