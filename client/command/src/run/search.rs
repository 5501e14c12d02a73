// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem search`

use std::ops::{ControlFlow, Range};

use rwmem::{Protection, RemoteProcess};
use serde::Serialize;

use super::progress::Progress;
use super::{End, layout};
use crate::arguments::Search;
use crate::bytes::hex;
use crate::failure::Failure;
use crate::hexdump::{Emphasis, ROW, row};
use crate::names::Layout;
use crate::number::size;
use crate::output::{Hex, Output, aside};
use crate::pattern::{Endian, Pattern};
use crate::search::{Event, Finder, Scan};
use crate::source::Source;

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

/// Why a search ends before everything is searched.
enum Stop {
    Enough,
    Failed(Failure),
}

pub fn run(arguments: &Search, output: &mut Output) -> Result<End, Failure> {
    // First of all, for what is wrong with the call does not take a module.
    let pattern = pattern(arguments)?;
    let mut process = RemoteProcess::open(arguments.pid)?;
    search(arguments, pattern, &mut process, output)
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

/// Searches the process, whose memory comes from `source`.
pub fn search<S: Source>(
    arguments: &Search,
    pattern: Pattern,
    source: &mut S,
    output: &mut Output,
) -> Result<End, Failure>
where
    Failure: From<S::Error>,
{
    let layout = layout(arguments.pid)?;
    let ranges = ranges(arguments, &layout)?;
    let total = ranges.iter().map(|range| range.end - range.start).sum();
    let progress = Progress::new("searching", total);
    let mut summary = Summary {
        found: 0,
        searched: 0,
        unread: 0,
    };
    let mut scan = Scan::new(Finder::new(pattern));
    for range in ranges {
        let end = scan.range(source, range, |event| {
            let told = match event {
                Event::Found(address, bytes) if address % arguments.align == 0 => {
                    summary.found += 1;
                    show(address, bytes, &layout, output)
                }
                Event::Found(..) => Ok(()),
                Event::Searched(bytes) => {
                    summary.searched += bytes;
                    progress.add(bytes);
                    // As soon as they are found.
                    progress.aside(|| output.flush())
                }
                Event::Unread(range) => {
                    summary.unread += range.end - range.start;
                    progress.add(range.end - range.start);
                    Ok(())
                }
            };
            match told {
                Err(failure) => ControlFlow::Break(Stop::Failed(failure)),
                Ok(()) if Some(summary.found) == arguments.limit => {
                    ControlFlow::Break(Stop::Enough)
                }
                Ok(()) => ControlFlow::Continue(()),
            }
        })?;
        match end {
            ControlFlow::Continue(()) => (),
            ControlFlow::Break(Stop::Enough) => break,
            ControlFlow::Break(Stop::Failed(failure)) => return Err(failure),
        }
    }
    drop(progress);
    close(&summary, output)
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
    let name = layout.label(address);
    if output.json {
        let mapping = layout.mapping(address);
        return output.json_line(&Found {
            address: Hex(address),
            name,
            protection: mapping.map(|mapping| mapping.protection.to_string()),
            data: hex(bytes),
        });
    }
    let begin = &bytes[..bytes.len().min(ROW)];
    output.write(|out| {
        row(out, address, begin, |_| false, Emphasis::Star)?;
        match name {
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
