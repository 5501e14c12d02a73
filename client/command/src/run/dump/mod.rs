// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem dump`

mod file;
mod plan;

use rwmem::{Mapping, RemoteProcess};
use serde::Serialize;

use self::file::DumpFile;
use self::plan::{How, Piece, joined, plan};
use super::progress::Progress;
use super::{End, Interrupt, layout};
use crate::arguments::Dump;
use crate::bytes::hex;
use crate::core_file::journal::Identity;
use crate::core_file::{Machine, Segment, finish};
use crate::failure::Failure;
use crate::kernel;
use crate::number::size;
use crate::output::{Hex, Output, aside};

/// Bytes that are read at once, and as many are lost at most where a dump is interrupted.
const CHUNK: usize = 1 << 20;

#[derive(Serialize)]
struct Document {
    pid: i32,
    file: String,
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
    what: String,
}

pub fn run(arguments: &Dump, output: &mut Output) -> Result<End, Failure> {
    let pid = arguments.pid;
    // First of all: what it stays with is this program, whatever the process does later.
    let process = RemoteProcess::open(pid)?;
    let layout = layout(pid)?;
    let identity = identify(pid)?;
    let notes = kernel::notes(pid);
    let interrupt = Interrupt::listen()?;
    let (mut file, done) = match arguments.resume {
        true => DumpFile::resume(&arguments.output, &identity)?,
        false => (
            DumpFile::begin(&arguments.output, arguments.force, &identity)?,
            Vec::new(),
        ),
    };
    let (pieces, left_out) = plan(&layout.mappings, &done);
    let mut segments = done;
    let total = pieces.iter().map(|piece| piece.end - piece.start).sum();
    let progress = Progress::new("dumping", total);
    let complete = pieces.iter().try_fold(true, |complete, piece| {
        if !complete || interrupt.came() {
            return Ok(false);
        }
        add(
            &process,
            piece,
            &mut file,
            &mut segments,
            &progress,
            &interrupt,
        )
    })?;
    drop(progress);
    segments.sort_by_key(|segment| segment.start);
    let segments = joined(segments);
    if complete {
        let (header, tail) = finish(Machine::NATIVE, &segments, &notes, file.end());
        file.complete(&header, &tail)?;
    }
    let name = |segment: &Segment| {
        let mapping = layout.mapping(segment.start);
        Missing {
            start: Hex(segment.start),
            end: Hex(segment.end),
            what: mapping.map_or_else(|| "not mapped any more".into(), what),
        }
    };
    let document = Document {
        pid,
        file: arguments.output.display().to_string(),
        complete,
        dumped: segments
            .iter()
            .filter(|segment| segment.content.is_some())
            .map(Segment::len)
            .sum(),
        unread: segments
            .iter()
            .filter(|segment| segment.content.is_none())
            .map(name)
            .collect(),
        left_out: left_out.iter().map(|mapping| missing(mapping)).collect(),
    };
    report(&document, output)
}

/// Which process, and which program in it.
fn identify(pid: i32) -> Result<Identity, Failure> {
    let failed = |source: std::io::Error| match source.raw_os_error() {
        Some(libc::ESRCH) => Failure::NoProcess(pid),
        _ => Failure::Kernel {
            what: "ask the kernel which program the process runs",
            source,
        },
    };
    Ok(Identity {
        pid,
        started: kernel::process(pid).map_err(failed)?.started,
        image: hex(&kernel::auxiliary_vector(pid).map_err(failed)?),
    })
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
    let mut keep = |segment: Segment, file: &mut DumpFile| {
        progress.add(segment.len());
        file.note(&segment)?;
        segments.push(segment);
        Ok::<_, Failure>(())
    };
    if piece.how == How::Zeros {
        let content = file.add_zeros(piece.end - piece.start)?;
        keep(piece.segment(piece.start, piece.end, Some(content)), file)?;
        return Ok(true);
    }
    let mut at = piece.start;
    let mut scan = process
        .scan_ranges(std::iter::once(piece.start..piece.end))
        .chunk_size(CHUNK);
    while let Some(chunk) = scan.next_chunk()? {
        if at < chunk.address {
            keep(piece.segment(at, chunk.address, None), file)?;
        }
        at = chunk.address + chunk.bytes.len() as u64;
        let content = file.add(chunk.bytes)?;
        keep(piece.segment(chunk.address, at, Some(content)), file)?;
        if interrupt.came() {
            return Ok(false);
        }
    }
    if at < piece.end {
        keep(piece.segment(at, piece.end, None), file)?;
    }
    Ok(true)
}

fn what(mapping: &Mapping) -> String {
    match &mapping.path {
        Some(path) => path.display().to_string(),
        None => mapping.kind.to_string(),
    }
}

fn missing(mapping: &Mapping) -> Missing {
    Missing {
        start: Hex(mapping.start),
        end: Hex(mapping.end),
        what: what(mapping),
    }
}

fn report(document: &Document, output: &mut Output) -> Result<End, Failure> {
    let Document { pid, file, .. } = document;
    if output.json {
        output.json_document(document)?;
    } else {
        for one in &document.unread {
            let (start, end) = (one.start.0, one.end.0);
            aside(&format!(
                "could not be read: {start:#x}-{end:#x} {}",
                one.what
            ));
        }
    }
    if !document.complete {
        output.flush()?;
        aside(&format!(
            "interrupted after {}; to go on: rwmem dump {pid} -o {file} --resume",
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
