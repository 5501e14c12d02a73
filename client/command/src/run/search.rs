// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem search`

use std::ops::{ControlFlow, Range};

use rwmem::{Memory, Protection, RemoteProcess, Scan};
use serde::Serialize;

use super::end::End;
use super::progress::Progress;
use super::target::layout;
use crate::arguments::Search;
use crate::bytes::hex;
use crate::failure::Failure;
use crate::hexdump::{Emphasis, ROW, row};
use crate::names::Layout;
use crate::number::size;
use crate::output::{Hex, Output, aside};
use crate::pattern::{Endian, Pattern};
use crate::search::Finder;

/// One line for each place where the pattern is.
#[derive(Serialize)]
struct Found {
    address: Hex,
    /// The address as `mapping+offset`.
    name: Option<String>,
    protection: Option<String>,
    data: String,
}

/// The last line.
#[derive(Serialize)]
struct Summary {
    found: u64,
    searched: u64,
    unread: u64,
}

pub fn run(arguments: &Search, output: &mut Output) -> Result<End, Failure> {
    // First of all, for what is wrong with the call does not take a module.
    let pattern = pattern(arguments)?;
    let process = RemoteProcess::open(arguments.pid)?;
    search(arguments, pattern, &process, output)
}

/// What is looked for.
pub fn pattern(arguments: &Search) -> Result<Pattern, Failure> {
    let endian = arguments.endian.unwrap_or(Endian::NATIVE);
    let mask = arguments.mask.as_deref();
    let pattern = Pattern::parse(&arguments.pattern, arguments.kind, endian, mask)?;
    if arguments.align == 0 {
        return Err(Failure::Usage(
            "--align 0: no address is a multiple of 0".into(),
        ));
    }
    Ok(pattern)
}

/// Searches the process, whose memory is `memory`.
pub fn search<M: Memory>(
    arguments: &Search,
    pattern: Pattern,
    memory: &M,
    output: &mut Output,
) -> Result<End, Failure>
where
    Failure: From<M::Error>,
{
    let layout = layout(arguments.pid)?;
    let finder = Finder::new(pattern);
    let len = finder.pattern().len();
    // What was searched is there again, as far as the pattern may begin in it.
    let mut scan = Scan::new(memory, ranges(arguments, &layout)?).overlap(len - 1);
    let progress = Progress::new("searching", scan.total());
    let mut found = 0;
    let mut before = 0;
    while Some(found) != arguments.limit
        && let Some(chunk) = scan.next_chunk()?
    {
        let end = finder.each(chunk.bytes, |place| {
            let address = chunk.address + place as u64;
            if !address.is_multiple_of(arguments.align) {
                return ControlFlow::Continue(());
            }
            found += 1;
            match show(address, &chunk.bytes[place..place + len], &layout, output) {
                Err(failure) => ControlFlow::Break(Some(failure)),
                Ok(()) if Some(found) == arguments.limit => ControlFlow::Break(None),
                Ok(()) => ControlFlow::Continue(()),
            }
        });
        if let ControlFlow::Break(Some(failure)) = end {
            return Err(failure);
        }
        progress.add(scan.scanned() - before);
        before = scan.scanned();
        // As soon as they are found.
        progress.aside(|| output.flush())?;
    }
    drop(progress);
    let unread = scan
        .holes()
        .iter()
        .map(|hole| hole.range.end - hole.range.start);
    let unread = unread.sum();
    close(
        &Summary {
            found,
            searched: scan.scanned() - unread,
            unread,
        },
        output,
    )
}

/// What is to be searched: what is readable, of files and of memory that was ever touched.
fn ranges(arguments: &Search, layout: &Layout) -> Result<Vec<Range<u64>>, Failure> {
    let mut within = Vec::new();
    for name in &arguments.within {
        let place = layout.find(name)?;
        within.push(place.start..place.end);
    }
    if within.is_empty() {
        within.push(0..u64::MAX);
    }
    within.sort_by_key(|range| range.start);
    let mappings = layout.mappings.iter().filter(|mapping| {
        mapping.is_scannable()
            && (!arguments.writable || mapping.protection.contains(Protection::WRITE))
    });
    let parts = |mapping: &rwmem::Mapping| {
        let (start, end) = (mapping.start, mapping.end);
        within
            .iter()
            .map(move |range| range.start.max(start)..range.end.min(end))
            .filter(|part| part.start < part.end)
            .collect::<Vec<_>>()
    };
    Ok(mappings.flat_map(parts).collect())
}

fn show(address: u64, bytes: &[u8], layout: &Layout, output: &mut Output) -> Result<(), Failure> {
    if output.json {
        let mapping = layout.mapping(address);
        return output.json_line(&Found {
            address: Hex(address),
            name: layout.exact_label(address),
            protection: mapping.map(|mapping| mapping.protection.to_string()),
            data: hex(bytes),
        });
    }
    let begin = &bytes[..bytes.len().min(ROW)];
    output.write(|out| {
        row(out, address, begin, |_| false, Emphasis::Star)?;
        match layout.label(address) {
            Some(name) => writeln!(out, "  {name}"),
            None => writeln!(out),
        }
    })
}

fn close(summary: &Summary, output: &mut Output) -> Result<End, Failure> {
    if output.json {
        output.json_line(summary)?;
    }
    output.flush()?;
    if summary.unread > 0 && !output.json {
        aside(&format!(
            "{} of what is mapped could not be read",
            size(summary.unread)
        ));
    }
    if summary.found > 0 {
        return Ok(End::Done);
    }
    if !output.json {
        aside(&format!("not found in {}", size(summary.searched)));
    }
    Ok(End::Partly)
}
