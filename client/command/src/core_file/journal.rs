// SPDX-License-Identifier: BSD-2-Clause
//! What of a dump is done, in a file beside it, so that an interrupted one can be continued.
//!
//! One JSON object a line. The first says which process it is; each of the others tells of a piece of memory, and is
//! written after the piece. A line that is not complete does not count.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::Segment;

/// Which process, and which program in it.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Identity {
    pub pid: i32,
    /// When it was started, as the kernel says it.
    pub started: String,
    /// Its ELF auxiliary vector, which no two programs that are executed have in common.
    pub image: String,
}

#[derive(Deserialize, Serialize)]
struct Piece {
    start: u64,
    end: u64,
    protection: String,
    content: Option<u64>,
}

#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
}

/// What a journal says.
#[derive(Debug, PartialEq, Eq)]
pub struct Story {
    pub identity: Identity,
    pub segments: Vec<Segment>,
}

impl Journal {
    /// Where the journal of a dump is.
    pub fn beside(dump: &Path) -> PathBuf {
        let mut name = dump.as_os_str().to_owned();
        name.push(".resume");
        name.into()
    }

    pub fn begin(path: PathBuf, identity: &Identity) -> io::Result<Journal> {
        let file = File::create(&path)?;
        let mut journal = Journal { file, path };
        journal.line(identity)?;
        Ok(journal)
    }

    /// Opens the journal of a dump that was interrupted, to go on.
    pub fn resume(path: PathBuf) -> io::Result<(Journal, Story)> {
        let mut file = OpenOptions::new().read(true).write(true).open(&path)?;
        let (story, end) = read(BufReader::new(&mut file))?;
        file.set_len(end)?;
        file.seek(SeekFrom::End(0))?;
        Ok((Journal { file, path }, story))
    }

    pub fn add(&mut self, segment: &Segment) -> io::Result<()> {
        self.line(&Piece {
            start: segment.start,
            end: segment.end,
            protection: protection(segment),
            content: segment.content,
        })
    }

    /// The dump is complete.
    pub fn remove(self) -> io::Result<()> {
        std::fs::remove_file(self.path)
    }

    fn line<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        let mut line = serde_json::to_vec(value)?;
        line.push(b'\n');
        // At once, so that a line is there or is not.
        self.file.write_all(&line)
    }
}

fn protection(segment: &Segment) -> String {
    let letter = |yes, letter| if yes { letter } else { '-' };
    [
        letter(segment.read, 'r'),
        letter(segment.write, 'w'),
        letter(segment.execute, 'x'),
    ]
    .iter()
    .collect()
}

/// What the complete lines say, and where they end.
fn read(mut lines: impl BufRead) -> io::Result<(Story, u64)> {
    let wrong = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    let mut line = Vec::new();
    let mut end = 0;
    let mut next = |line: &mut Vec<u8>| -> io::Result<bool> {
        line.clear();
        lines.read_until(b'\n', line)?;
        let whole = line.ends_with(b"\n");
        end += if whole { line.len() as u64 } else { 0 };
        Ok(whole)
    };
    if !next(&mut line)? {
        return Err(wrong("its first line is missing".into()));
    }
    let identity = serde_json::from_slice(&line)?;
    let mut segments: Vec<Segment> = Vec::new();
    while next(&mut line)? {
        let piece: Piece = serde_json::from_slice(&line)?;
        if piece.start >= piece.end {
            return Err(wrong(format!("a piece of it is empty: {:#x}", piece.start)));
        }
        segments.push(Segment {
            start: piece.start,
            end: piece.end,
            read: piece.protection.contains('r'),
            write: piece.protection.contains('w'),
            execute: piece.protection.contains('x'),
            content: piece.content,
        });
    }
    Ok((Story { identity, segments }, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity {
            pid: 77,
            started: "1.5".into(),
            image: "00ff".into(),
        }
    }

    fn segment(start: u64, content: Option<u64>) -> Segment {
        Segment {
            start,
            end: start + 0x1000,
            read: true,
            write: false,
            execute: true,
            content,
        }
    }

    #[test]
    fn what_is_written_is_read_again_and_a_torn_line_is_forgotten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = Journal::beside(&folder.path().join("a.core"));
        assert!(path.ends_with("a.core.resume"));
        let mut journal = Journal::begin(path.clone(), &identity()).expect("begun");
        let segments = [segment(0x1000, Some(4096)), segment(0x3000, None)];
        for segment in &segments {
            journal.add(segment).expect("added");
        }
        write!(journal.file, "{{\"start\":1,").expect("torn");
        drop(journal);

        let (mut journal, story) = Journal::resume(path.clone()).expect("resumed");
        assert_eq!(story.identity, identity());
        assert_eq!(story.segments, segments);
        let third = segment(0x9000, Some(8192));
        journal.add(&third).expect("added");
        let (journal, story) = Journal::resume(path.clone()).expect("resumed");
        assert_eq!(story.segments.last(), Some(&third));
        assert_eq!(story.segments.len(), 3);
        journal.remove().expect("removed");
        assert!(!path.exists());
    }

    #[test]
    fn a_file_that_is_no_journal_is_refused() {
        for text in ["", "{}\n", "{\"pid\":1", "\x7fELF\n"] {
            assert!(read(text.as_bytes()).is_err(), "{text:?}");
        }
        let mut text = serde_json::to_string(&identity()).expect("JSON");
        text.push_str("\n{\"start\":2,\"end\":1,\"protection\":\"r--\",\"content\":null}\n");
        assert!(read(text.as_bytes()).is_err());
    }
}
