// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem dump`

mod file;
mod plan;
mod source;

use std::ops::Range;

use rwmem::{Mapping, RemoteProcess};
use serde::Serialize;

use self::file::DumpFile;
use self::plan::{How, Piece, joined, plan};
use self::source::{Moment, Source};
use super::end::End;
use super::interrupt::Interrupt;
use super::progress::Progress;
use crate::arguments::Dump;
use crate::core_file::{Content, Machine, Segment, finish};
use crate::failure::Failure;
use crate::kernel;
use crate::names::behind;
use crate::number::size;
use crate::output::{Hex, JsonPath, Output, aside};
use crate::visible::visible;

#[derive(Serialize)]
struct Document {
    pid: i32,
    file: String,
    /// Where it is no UTF-8, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    file_bytes: Option<String>,
    complete: bool,
    moment: Moment,
    /// Bytes of memory that were read into the file.
    dumped: u64,
    /// Bytes of memory that was never touched: zeros, which take no room.
    untouched: u64,
    /// What is mapped readable and could not be read.
    unread: Vec<Missing>,
    /// What the process itself cannot read, and devices.
    left_out: Vec<Missing>,
}

#[derive(Serialize)]
struct Missing {
    start: Hex,
    end: Hex,
    /// A path, or what it is in a word.
    what: String,
    /// Where the path is no UTF-8, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    what_bytes: Option<String>,
    /// For a person.
    #[serde(skip)]
    shown: String,
}

impl Missing {
    fn new(start: u64, end: u64, mapping: Option<&Mapping>) -> Missing {
        let (what, shown) = match mapping {
            Some(mapping) => {
                let shown = behind(mapping);
                let path = mapping.path.as_deref().map(JsonPath::from);
                (path.unwrap_or_else(|| plain(&shown)), shown)
            }
            None => (
                plain("not mapped any more"),
                "not mapped any more".to_owned(),
            ),
        };
        Missing {
            start: Hex(start),
            end: Hex(end),
            what: what.text,
            what_bytes: what.bytes,
            shown,
        }
    }
}

fn plain(text: &str) -> JsonPath {
    JsonPath {
        text: text.to_owned(),
        bytes: None,
    }
}

pub fn run(arguments: &Dump, output: &mut Output) -> Result<End, Failure> {
    let pid = arguments.pid;
    let source = Source::of(pid, arguments.live)?;
    let (process, layout) = (source.process(), source.layout());
    if let Source::Live { why: Some(why), .. } = &source {
        aside(&format!(
            "no snapshot: {why}. Process {pid} is read while it runs: its memory is of different moments"
        ));
    }
    let mut notes = kernel::notes(pid);
    let interrupt = Interrupt::listen()?;
    let mut file = DumpFile::begin(&arguments.output, arguments.force)?;
    let (pieces, left_out) = plan(&layout.mappings, process.features());
    let to_read = pieces.iter().filter(|piece| piece.how == How::Read);
    let to_read = process.scan_ranges(to_read.map(|piece| piece.start..piece.end));
    let mut dump = Dumping {
        file: &mut file,
        segments: Vec::new(),
        read: 0,
        untouched: 0,
        progress: Progress::new("dumping", to_read.contents()),
    };
    let mut complete = true;
    for piece in &pieces {
        complete = !interrupt.came() && dump.add(process, piece, &interrupt)?;
        if !complete {
            break;
        }
    }
    let Dumping {
        segments,
        read,
        untouched,
        ..
    } = dump;
    let segments = joined(segments);
    let (moment, note) = source.moment();
    notes.push(note);
    match complete {
        true => {
            let (header, tail) = finish(Machine::NATIVE, &segments, &notes, file.end());
            file.complete(&header, &tail)?;
        }
        false => drop(file),
    }
    let unread = segments.iter().filter(|segment| {
        segment.content == Content::Missing && !source.is_doubtful(segment.start)
    });
    let path = JsonPath::from(&*arguments.output);
    let document = Document {
        pid,
        file: path.text,
        file_bytes: path.bytes,
        complete,
        moment,
        dumped: read,
        untouched,
        unread: unread
            .map(|one| Missing::new(one.start, one.end, layout.mapping(one.start)))
            .collect(),
        left_out: left_out
            .iter()
            .map(|one| Missing::new(one.start, one.end, Some(one)))
            .collect(),
    };
    report(&document, &visible(&arguments.output), output)
}

/// So much that was never touched is not even a hole in the file: nobody looks at all of it, and who copies the file
/// without its holes would have it as zeros.
const LONG: u64 = 64 << 20;

/// A dump in the making.
struct Dumping<'file> {
    file: &'file mut DumpFile,
    segments: Vec<Segment>,
    /// Bytes that were read, and that were never touched.
    read: u64,
    untouched: u64,
    progress: Progress,
}

impl Dumping<'_> {
    /// Copies a piece of memory to the file; false if a signal came before its end.
    fn add(
        &mut self,
        process: &RemoteProcess,
        piece: &Piece,
        interrupt: &Interrupt,
    ) -> Result<bool, Failure> {
        if piece.how == How::Zeros {
            self.add_zeros(piece, piece.start..piece.end)?;
            return Ok(true);
        }
        let mut scan = process.scan_ranges(std::iter::once(piece.start..piece.end));
        while let Some(next) = scan.next_piece()? {
            match next {
                rwmem::Piece::Bytes(chunk) => {
                    let len = chunk.bytes.len() as u64;
                    let at = self.file.add(chunk.bytes)?;
                    let content = Content::File { at, len };
                    let end = chunk.address + len;
                    self.segments
                        .push(piece.segment(chunk.address, end, content));
                    self.read += len;
                    self.progress.add(len);
                }
                rwmem::Piece::Untouched(range) => self.add_zeros(piece, range)?,
                rwmem::Piece::Hole(range) => {
                    let missing = piece.segment(range.start, range.end, Content::Missing);
                    self.segments.push(missing);
                }
            }
            if interrupt.came() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn add_zeros(&mut self, piece: &Piece, range: Range<u64>) -> Result<(), Failure> {
        let len = range.end - range.start;
        let content = match len {
            LONG.. => Content::Zeros,
            _ => Content::File {
                at: self.file.add_zeros(len)?,
                len,
            },
        };
        let zeros = piece.segment(range.start, range.end, content);
        self.segments.push(zeros);
        self.untouched += len;
        Ok(())
    }
}

/// `file` is the file's name for a person.
fn report(document: &Document, file: &str, output: &mut Output) -> Result<End, Failure> {
    let pid = document.pid;
    if output.json {
        output.json_document(document)?;
    } else {
        for one in &document.unread {
            let (start, end) = (one.start.0, one.end.0);
            aside(&format!(
                "could not be read: {start:#x}-{end:#x} {}",
                one.shown
            ));
        }
    }
    if !document.complete {
        output.flush()?;
        aside(&format!(
            "interrupted after {}; {file} is removed again",
            size(document.dumped)
        ));
        return Ok(End::Partly);
    }
    if !output.json {
        let when = match document.moment.snapshot {
            true => "as it was at one instant",
            false => "read while it ran",
        };
        let mut text = format!("{file}: {} of process {pid}, {when}", size(document.dumped));
        if document.untouched > 0 {
            let untouched = size(document.untouched);
            text.push_str(&format!(
                "; {untouched} was never touched: zeros, which take no room"
            ));
        }
        if !document.left_out.is_empty() {
            let number = document.left_out.len();
            let bytes = document.left_out.iter().map(|one| one.end.0 - one.start.0);
            let left = size(bytes.sum());
            let mappings = if number == 1 { "mapping" } else { "mappings" };
            text.push_str(&format!(
                "; {number} {mappings} ({left}) left out, which the process cannot read itself or which are devices"
            ));
        }
        output.line(&text)?;
    }
    Ok(match document.unread.is_empty() {
        true => End::Done,
        false => End::Partly,
    })
}
