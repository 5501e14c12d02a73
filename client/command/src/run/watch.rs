// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem watch`

use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rwmem::RemoteProcess;
use serde::Serialize;

use super::{End, Interrupt, explain, locate};
use crate::arguments::Watch;
use crate::bytes::hex;
use crate::failure::Failure;
use crate::hexdump::{ROW, row};
use crate::kernel::{Event, Events, PATIENCE, Waited};
use crate::output::{Hex, Output, aside};

/// A line for the first look, and for each that sees something else than the one before.
#[derive(Serialize)]
struct Look {
    /// Seconds since 1970.
    time: f64,
    look: u64,
    address: Hex,
    /// All bytes, of the first look only.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<String>,
    changes: Vec<Change>,
}

/// Bytes beside each other that changed.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Change {
    address: Hex,
    old: String,
    new: String,
}

/// Why it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    Counted,
    Interrupted,
    Process(Event),
}

pub fn run(arguments: &Watch, output: &mut Output) -> Result<End, Failure> {
    let pid = arguments.pid;
    let process = RemoteProcess::open(pid)?;
    let address = locate(pid, &arguments.address, arguments.length)?;
    let len = usize::try_from(arguments.length)
        .ok()
        .filter(|&len| len > 0)
        .ok_or_else(|| Failure::Usage("there is nothing to watch in 0 bytes".into()))?;
    // The memory stays reachable when the process has ended: it must be asked whether it is still there.
    let events = Events::of(pid).map_err(|source| match source.raw_os_error() {
        Some(libc::ESRCH) => Failure::NoProcess(pid),
        _ => Failure::Kernel {
            what: "watch for the end of the process",
            source,
        },
    })?;
    let interrupt = Interrupt::listen()?;
    let (mut old, mut new) = (vec![0; len], vec![0; len]);
    let mut looks = 0;
    let over = loop {
        if let Err(error) = process.read_exact_at(address, &mut new) {
            return Err(explain(pid, error));
        }
        looks += 1;
        if looks == 1 {
            first(address, &new, output)?;
        } else if old != new {
            changed(looks, address, &old, &new, output)?;
        }
        output.flush()?;
        std::mem::swap(&mut old, &mut new);
        if Some(looks) == arguments.count {
            break Over::Counted;
        }
        if let Some(over) = wait(&events, &interrupt, arguments.interval)? {
            break over;
        }
    };
    match over {
        Over::Counted | Over::Interrupted => (),
        Over::Process(Event::Exited) => aside(&format!("process {pid} has ended")),
        Over::Process(Event::Executed) => {
            aside(&format!("process {pid} has executed another program"));
        }
    }
    Ok(End::Done)
}

/// Until the next look; why there is none.
fn wait(
    events: &Events,
    interrupt: &Interrupt,
    interval: Duration,
) -> Result<Option<Over>, Failure> {
    let begin = Instant::now();
    loop {
        if interrupt.came() {
            return Ok(Some(Over::Interrupted));
        }
        let left = interval.saturating_sub(begin.elapsed());
        let waited = events.wait(left.min(PATIENCE));
        match waited.map_err(|source| Failure::Kernel {
            what: "wait for the process",
            source,
        })? {
            Waited::Event(event) => return Ok(Some(Over::Process(event))),
            Waited::Nothing if begin.elapsed() >= interval => return Ok(None),
            Waited::Nothing | Waited::Interrupted => (),
        }
    }
}

fn now() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |since| since.as_secs_f64())
}

fn first(address: u64, bytes: &[u8], output: &mut Output) -> Result<(), Failure> {
    if output.json {
        return output.json_line(&Look {
            time: now(),
            look: 1,
            address: Hex(address),
            data: Some(hex(bytes)),
            changes: Vec::new(),
        });
    }
    let emphasis = output.emphasis;
    output.write(|out| {
        for (place, bytes) in (0..).step_by(ROW).zip(bytes.chunks(ROW)) {
            row(out, address + place, bytes, |_| false, emphasis)?;
            writeln!(out)?;
        }
        Ok(())
    })
}

fn changed(
    look: u64,
    address: u64,
    old: &[u8],
    new: &[u8],
    output: &mut Output,
) -> Result<(), Failure> {
    if output.json {
        return output.json_line(&Look {
            time: now(),
            look,
            address: Hex(address),
            data: None,
            changes: changes(address, old, new),
        });
    }
    let emphasis = output.emphasis;
    output.write(|out| {
        let count = old.iter().zip(new).filter(|(old, new)| old != new).count();
        let bytes = if count == 1 { "byte" } else { "bytes" };
        writeln!(out, "look {look}: {count} {bytes} changed")?;
        rows(out, address, old, new, emphasis)
    })
}

/// The rows that differ.
fn rows(
    out: &mut dyn io::Write,
    address: u64,
    old: &[u8],
    new: &[u8],
    emphasis: crate::hexdump::Emphasis,
) -> io::Result<()> {
    let both = old.chunks(ROW).zip(new.chunks(ROW));
    for (place, (old, new)) in (0..).step_by(ROW).zip(both) {
        if old != new {
            row(out, address + place, new, |at| old[at] != new[at], emphasis)?;
            writeln!(out)?;
        }
    }
    Ok(())
}

fn changes(address: u64, old: &[u8], new: &[u8]) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut begin = None;
    for place in 0..=new.len() {
        let differs = place < new.len() && old[place] != new[place];
        match (begin, differs) {
            (None, true) => begin = Some(place),
            (Some(from), false) => {
                changes.push(Change {
                    address: Hex(address + from as u64),
                    old: hex(&old[from..place]),
                    new: hex(&new[from..place]),
                });
                begin = None;
            }
            _ => (),
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hexdump::Emphasis;

    #[test]
    fn only_rows_that_differ_are_shown() {
        let old = [0; 40];
        let mut new = old;
        new[17] = 0x41;
        new[39] = 0x42;
        let mut out = Vec::new();
        rows(&mut out, 0x1000, &old, &new, Emphasis::Star).expect("written");
        insta::assert_snapshot!(String::from_utf8(out).expect("text"), @r"
        0x000000001010  00*41 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |.A..............|
        0x000000001020  00 00 00 00 00 00 00*42                           |.......B|
        ");
    }

    #[test]
    fn neighbours_are_one_change() {
        let change = |address, old: &str, new: &str| Change {
            address: Hex(address),
            old: old.into(),
            new: new.into(),
        };
        assert_eq!(
            changes(0x10, &[1, 2, 3, 4, 5], &[9, 8, 3, 4, 6]),
            [change(0x10, "0102", "0908"), change(0x14, "05", "06")]
        );
        assert_eq!(changes(0, &[1], &[1]), []);
        assert_eq!(changes(0, &[1, 1], &[2, 2]), [change(0, "0101", "0202")]);
    }
}
