// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem search --live`: what was found is looked at again and again, while the process runs on.

use std::io::{self, BufRead, IsTerminal, Write};
use std::ops::ControlFlow;

use rwmem::RemoteProcess;
use serde::Serialize;

use super::{each, show, tell_skipped};
use crate::arguments::Search;
use crate::failure::Failure;
use crate::names::Layout;
use crate::number::grouped;
use crate::output::{Output, aside};
use crate::pattern::{Endian, Pattern};
use crate::run::end::End;
use crate::run::target::{has_left, layout};
use crate::search::condition::{Line, Reader, WORDS};
use crate::search::kept::{Kept, MOST};

/// A line for each look.
#[derive(Serialize)]
struct Look<'line> {
    keep: &'line str,
    left: usize,
    /// They are not mapped any more.
    gone: usize,
}

pub fn run(
    arguments: &Search,
    pattern: Pattern,
    process: &RemoteProcess,
    output: &mut Output,
) -> Result<End, Failure> {
    let layout = layout(arguments.pid)?;
    let reader = Reader {
        kind: arguments.kind,
        endian: arguments.endian.unwrap_or(Endian::NATIVE),
        pattern: pattern.clone(),
    };
    let mut kept = Kept::new(pattern.len());
    let mut summary = each(
        arguments,
        pattern,
        &layout,
        process,
        output,
        |place, _| match kept.add(place.address, place.bytes) {
            true => Ok(ControlFlow::Continue(())),
            false => Err(Failure::Usage(format!(
                "it is in more than {} places: search for more bytes, or with --align, --in or --writable",
                grouped(MOST as u64)
            ))),
        },
    )?;
    if !output.json {
        tell_skipped(&summary);
    }
    tell(&format!("{} found", places(kept.len())), output);
    looks(&reader, &mut kept, process, &layout, output)?;
    list(&kept, &layout, output)?;
    summary.found = kept.len() as u64;
    if output.json {
        output.json_line(&summary)?;
    }
    Ok(match kept.is_empty() {
        true => End::Partly,
        false => End::Done,
    })
}

/// Does what the lines say, until they end or nothing is left.
fn looks(
    reader: &Reader,
    kept: &mut Kept,
    process: &RemoteProcess,
    layout: &Layout,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut lines = io::stdin().lock();
    let mut line = String::new();
    let terminal = io::stdin().is_terminal();
    if terminal {
        aside(&format!("what is kept? {WORDS}"));
    }
    while !kept.is_empty() {
        if terminal {
            // Nobody is left to ask where that fails.
            let _ = write!(io::stderr(), "> ");
        }
        line.clear();
        if lines.read_line(&mut line).map_err(Failure::Input)? == 0 {
            break;
        }
        let condition = match reader.read(&line) {
            Ok(Line::Keep(condition)) => condition,
            Ok(Line::List) => {
                list(kept, layout, output)?;
                output.flush()?;
                continue;
            }
            Ok(Line::Quit) => break,
            Err(text) if terminal => {
                aside(&text);
                continue;
            }
            Err(text) => return Err(Failure::Usage(text)),
        };
        if has_left(process)? {
            let pid = process.pid();
            aside(&format!(
                "process {pid} has ended, or executed another program: what was found is no more"
            ));
            break;
        }
        let read = |addresses: &[u64], values: &mut [u8]| read(process, addresses, values);
        let gone = kept.look(read, |old, new| reader.keeps(&condition, old, new))?;
        let left = places(kept.len());
        match gone {
            0 => tell(&format!("{left} left"), output),
            _ => tell(
                &format!("{left} left; {gone} are not mapped any more"),
                output,
            ),
        }
        if output.json {
            output.json_line(&Look {
                keep: line.trim(),
                left: kept.len(),
                gone,
            })?;
            output.flush()?;
        }
    }
    Ok(())
}

fn read(
    process: &RemoteProcess,
    addresses: &[u64],
    values: &mut [u8],
) -> Result<Vec<bool>, Failure> {
    let len = values.len() / addresses.len();
    let mut batch = process.read_batch();
    for (address, value) in addresses.iter().zip(values.chunks_exact_mut(len)) {
        batch.read(*address, value);
    }
    let report = batch.run()?;
    Ok(report.elements().iter().map(|one| one.is_whole()).collect())
}

fn list(kept: &Kept, layout: &Layout, output: &mut Output) -> Result<(), Failure> {
    kept.iter()
        .try_for_each(|(address, value)| show(address, value, layout, output))
}

fn places(count: usize) -> String {
    match count {
        1 => "1 place".to_owned(),
        _ => format!("{} places", grouped(count as u64)),
    }
}

/// A program has it in JSON.
fn tell(text: &str, output: &Output) {
    if !output.json {
        aside(text);
    }
}
