// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem search`

mod live;

use std::ops::{ControlFlow, Range};

use rwmem::{Kind, Mapping, Memory, Protection, RemoteProcess, Scan};
use serde::Serialize;

use super::end::End;
use super::instant::Instant;
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

/// The last line. All but the first are bytes.
#[derive(Serialize)]
struct Summary {
    found: u64,
    searched: u64,
    unread: u64,
    untouched: u64,
}

/// What is searched, and how much else is skipped because it was never touched.
struct Extent {
    ranges: Vec<Range<u64>>,
    untouched: u64,
}

pub fn run(arguments: &Search, output: &mut Output) -> Result<End, Failure> {
    // First of all, for what is wrong with the call does not take a module.
    let pattern = pattern(arguments)?;
    let pid = arguments.pid;
    if arguments.snapshot {
        let Instant {
            process, layout, ..
        } = Instant::of(pid)?;
        return search_in(arguments, pattern, &process, &layout, output);
    }
    let process = RemoteProcess::open(pid)?;
    match arguments.live {
        true => live::run(arguments, pattern, &process, output),
        false => search(arguments, pattern, &process, output),
    }
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
    search_in(arguments, pattern, memory, &layout, output)
}

fn search_in<M: Memory>(
    arguments: &Search,
    pattern: Pattern,
    memory: &M,
    layout: &Layout,
    output: &mut Output,
) -> Result<End, Failure>
where
    Failure: From<M::Error>,
{
    let mut found = 0;
    let summary = each(
        arguments,
        pattern,
        layout,
        memory,
        output,
        |place, output| {
            found += 1;
            show(place.address, place.bytes, layout, output)?;
            Ok(match Some(found) == arguments.limit {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            })
        },
    )?;
    close(&summary, output)
}

/// Where the pattern is.
struct Place<'bytes> {
    address: u64,
    bytes: &'bytes [u8],
}

/// Calls `found` for each place where the pattern is, in the order of their addresses.
fn each<M: Memory>(
    arguments: &Search,
    pattern: Pattern,
    layout: &Layout,
    memory: &M,
    output: &mut Output,
    mut found: impl FnMut(Place<'_>, &mut Output) -> Result<ControlFlow<()>, Failure>,
) -> Result<Summary, Failure>
where
    Failure: From<M::Error>,
{
    let finder = Finder::new(pattern);
    let len = finder.pattern().len();
    let extent = extent(arguments, layout)?;
    // What was searched is there again, as far as the pattern may begin in it.
    let mut scan = Scan::new(memory, extent.ranges).overlap(len - 1);
    let progress = Progress::new("searching", scan.contents());
    let (mut places, mut searched) = (0, 0);
    while let Some(chunk) = scan.next_chunk()? {
        let end = finder.each(chunk.bytes, |at| {
            let address = chunk.address + at as u64;
            if !address.is_multiple_of(arguments.align) {
                return ControlFlow::Continue(());
            }
            places += 1;
            let bytes = &chunk.bytes[at..at + len];
            match found(Place { address, bytes }, output) {
                Err(failure) => ControlFlow::Break(Some(failure)),
                Ok(ControlFlow::Break(())) => ControlFlow::Break(None),
                Ok(ControlFlow::Continue(())) => ControlFlow::Continue(()),
            }
        });
        let new = (chunk.bytes.len() - chunk.overlap) as u64;
        searched += new;
        progress.add(new);
        // As soon as they are found.
        progress.aside(|| output.flush())?;
        match end {
            ControlFlow::Continue(()) => (),
            ControlFlow::Break(None) => break,
            ControlFlow::Break(Some(failure)) => return Err(failure),
        }
    }
    drop(progress);
    let lens = |ranges: &mut dyn Iterator<Item = Range<u64>>| -> u64 {
        ranges.map(|range| range.end - range.start).sum()
    };
    let unread = lens(&mut scan.holes().iter().map(|hole| hole.range.clone()));
    let untouched = lens(&mut scan.untouched().iter().cloned());
    Ok(Summary {
        found: places,
        searched,
        unread,
        untouched: extent.untouched + untouched,
    })
}

/// What is to be searched: what is readable, of files and of memory that was ever touched.
fn extent(arguments: &Search, layout: &Layout) -> Result<Extent, Failure> {
    let mut within = Vec::new();
    for name in &arguments.within {
        let place = layout.find(name)?;
        within.push(place.start..place.end);
    }
    if within.is_empty() {
        within.push(0..u64::MAX);
    }
    within.sort_by_key(|range| range.start);
    let wanted = layout
        .mappings
        .iter()
        .filter(|mapping| !arguments.writable || mapping.protection.contains(Protection::WRITE));
    let parts = |mapping: &Mapping| {
        let (start, end) = (mapping.start, mapping.end);
        within
            .iter()
            .map(move |range| range.start.max(start)..range.end.min(end))
            .filter(|part| part.start < part.end)
            .collect::<Vec<_>>()
    };
    let mut extent = Extent {
        ranges: Vec::new(),
        untouched: 0,
    };
    for mapping in wanted {
        if mapping.is_scannable() {
            extent.ranges.extend(parts(mapping));
        } else if mapping.is_readable() && mapping.kind == Kind::Untouched {
            let parts = parts(mapping);
            extent.untouched += parts.iter().map(|part| part.end - part.start).sum::<u64>();
        }
    }
    Ok(extent)
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
    if !output.json {
        tell_skipped(summary);
    }
    if summary.found > 0 {
        return Ok(End::Done);
    }
    if !output.json {
        aside(&format!("not found in {}", size(summary.searched)));
    }
    Ok(End::Partly)
}

fn tell_skipped(summary: &Summary) {
    let mut skipped = Vec::new();
    if summary.unread > 0 {
        let unread = size(summary.unread);
        skipped.push(format!("{unread} of what is mapped could not be read"));
    }
    if summary.untouched > 0 {
        let untouched = size(summary.untouched);
        skipped.push(format!("{untouched} was never touched, and not searched"));
    }
    if !skipped.is_empty() {
        aside(&skipped.join("; "));
    }
}
