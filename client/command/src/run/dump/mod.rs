// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem dump`

mod file;
mod plan;

use rwmem::{Mapping, RemoteProcess};
use serde::Serialize;

use self::file::DumpFile;
use self::plan::{How, Piece, joined, plan};
use super::end::End;
use super::interrupt::Interrupt;
use super::progress::Progress;
use super::target::layout;
use crate::arguments::Dump;
use crate::core_file::{Machine, Segment, finish};
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
    /// Bytes of memory in the file.
    dumped: u64,
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
    // First of all: what it stays with is this program, whatever the process does later.
    let process = RemoteProcess::open(pid)?;
    let layout = layout(pid)?;
    let notes = kernel::notes(pid);
    let interrupt = Interrupt::listen()?;
    let mut file = DumpFile::begin(&arguments.output, arguments.force)?;
    let (pieces, left_out) = plan(&layout.mappings);
    let mut segments = Vec::new();
    let total = pieces.iter().map(|piece| piece.end - piece.start).sum();
    let progress = Progress::new("dumping", total);
    let complete = pieces.iter().try_fold(true, |complete, piece| {
        if !complete || interrupt.came() {
            return Ok(false);
        }
        let adding = &mut segments;
        add(&process, piece, &mut file, adding, &progress, &interrupt)
    })?;
    drop(progress);
    let segments = joined(segments);
    match complete {
        true => {
            let (header, tail) = finish(Machine::NATIVE, &segments, &notes, file.end());
            file.complete(&header, &tail)?;
        }
        false => drop(file),
    }
    let (dumped, unread): (Vec<_>, Vec<_>) = segments
        .iter()
        .partition(|segment| segment.content.is_some());
    let path = JsonPath::from(&*arguments.output);
    let document = Document {
        pid,
        file: path.text,
        file_bytes: path.bytes,
        complete,
        dumped: dumped.iter().map(|segment| segment.len()).sum(),
        unread: unread
            .iter()
            .map(|one| Missing::new(one.start, one.end, layout.mapping(one.start)))
            .collect(),
        left_out: left_out
            .iter()
            .map(|one| Missing::new(one.start, one.end, Some(one)))
            .collect(),
    };
    report(&document, &visible(&arguments.output), output)
}

/// Copies a piece of memory to the file; false if a signal came before its end.
fn add(
    process: &RemoteProcess,
    piece: &Piece,
    file: &mut DumpFile,
    segments: &mut Vec<Segment>,
    progress: &Progress,
    interrupt: &Interrupt,
) -> Result<bool, Failure> {
    let mut keep = |segment: Segment| {
        progress.add(segment.len());
        segments.push(segment);
    };
    if piece.how == How::Zeros {
        let content = file.add_zeros(piece.end - piece.start)?;
        keep(piece.segment(piece.start, piece.end, Some(content)));
        return Ok(true);
    }
    let mut at = piece.start;
    let mut scan = process.scan_ranges(std::iter::once(piece.start..piece.end));
    while let Some(chunk) = scan.next_chunk()? {
        if at < chunk.address {
            keep(piece.segment(at, chunk.address, None));
        }
        at = chunk.address + chunk.bytes.len() as u64;
        let content = file.add(chunk.bytes)?;
        keep(piece.segment(chunk.address, at, Some(content)));
        if interrupt.came() {
            return Ok(false);
        }
    }
    if at < piece.end {
        keep(piece.segment(at, piece.end, None));
    }
    Ok(true)
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
        let mut text = format!("{file}: {} of process {pid}", size(document.dumped));
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
