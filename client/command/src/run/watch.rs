// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem watch`

use std::io;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rwmem::RemoteProcess;
use serde::Serialize;

use super::end::End;
use super::interrupt::Interrupt;
use super::target::{explain, has_left, locate};
use crate::arguments::Watch;
use crate::failure::Failure;
use crate::hexdump::{ROW, row};
use crate::kernel::{Event, Events, PATIENCE, Waited};
use crate::output::{Digits, Hex, Output, aside};

/// A line for the first look, and for each that sees something else than the one before.
#[derive(Serialize)]
struct Look<'bytes> {
    /// Seconds since 1970.
    time: f64,
    look: u64,
    address: Hex,
    /// All bytes, of the first look only.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Digits<'bytes>>,
    changes: Vec<Change<'bytes>>,
}

/// Bytes beside each other that changed.
#[derive(Serialize)]
struct Change<'bytes> {
    address: Hex,
    old: Digits<'bytes>,
    new: Digits<'bytes>,
}

/// Why it is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    Counted,
    Interrupted,
    Process(Event),
    /// The process lives on in another address space.
    Left,
}

/// How long after an event was seen it may be printed.
const TOLD: Duration = Duration::from_millis(200);

/// What is watched is kept twice, in the memory of this process.
const LONGEST: u64 = 1 << 30;

/// Bytes that are read at once for the first time: only what there is takes memory.
const CHUNK: usize = 1 << 20;

pub fn run(arguments: &Watch, output: &mut Output) -> Result<End, Failure> {
    let pid = arguments.pid;
    // First of all, for what is wrong with the call does not take a module.
    let len = match arguments.length {
        0 => {
            return Err(Failure::Usage(
                "there is nothing to watch in 0 bytes".into(),
            ));
        }
        len @ 1..=LONGEST => len as usize,
        len => {
            let text = format!("{len} bytes are too many to watch: at most {LONGEST} are");
            return Err(Failure::Usage(text));
        }
    };
    let process = RemoteProcess::open(pid)?;
    let address = locate(pid, &arguments.address, arguments.length)?;
    // The memory stays reachable when the process has ended: it must be asked whether it is still there.
    let events = Events::of(pid).map_err(|source| match source.raw_os_error() {
        Some(libc::ESRCH) => Failure::NoProcess(pid),
        _ => Failure::Kernel {
            what: "watch for the end of the process",
            source,
        },
    })?;
    let interrupt = Interrupt::listen()?;
    let mut old = read(&process, address, len).map_err(|error| explain(pid, error))?;
    first(address, &old, output)?;
    output.flush()?;
    let mut new = vec![0; len];
    let mut looks = 1;
    let over = loop {
        if Some(looks) == arguments.count {
            break Over::Counted;
        }
        if let Some(over) = wait(&events, &interrupt, arguments.interval)? {
            break over;
        }
        // The old memory can still be read.
        if has_left(&process)? {
            break wait(&events, &interrupt, TOLD)?.unwrap_or(Over::Left);
        }
        process
            .read_exact_at(address, &mut new)
            .map_err(|error| explain(pid, error))?;
        looks += 1;
        if old != new {
            changed(looks, address, &old, &new, output)?;
            output.flush()?;
            std::mem::swap(&mut old, &mut new);
        }
    };
    match over {
        Over::Counted | Over::Interrupted => (),
        Over::Process(Event::Exited) => aside(&format!("process {pid} has ended")),
        Over::Process(Event::Executed) => {
            aside(&format!("process {pid} has executed another program"));
        }
        // Or it did so before it was listened to.
        Over::Left => aside(&format!(
            "process {pid} has other memory now than what is watched: by rfork(2), or it has executed another program"
        )),
    }
    Ok(End::Done)
}

/// Reads `len` bytes; the error where not all can be read.
fn read(process: &RemoteProcess, address: u64, len: usize) -> rwmem::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while bytes.len() < len {
        let done = bytes.len();
        bytes.resize(len.min(done + CHUNK), 0);
        process.read_exact_at(address + done as u64, &mut bytes[done..])?;
    }
    Ok(bytes)
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
            data: Some(Digits(bytes)),
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

fn changes<'bytes>(address: u64, old: &'bytes [u8], new: &'bytes [u8]) -> Vec<Change<'bytes>> {
    let mut changes = Vec::new();
    let mut begin = None;
    for place in 0..=new.len() {
        let differs = place < new.len() && old[place] != new[place];
        match (begin, differs) {
            (None, true) => begin = Some(place),
            (Some(from), false) => {
                changes.push(Change {
                    address: Hex(address + from as u64),
                    old: Digits(&old[from..place]),
                    new: Digits(&new[from..place]),
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
        let row = |address, old: &[u8], new: &[u8]| {
            let changes = changes(address, old, new);
            serde_json::to_string(&changes).expect("JSON")
        };
        assert_eq!(
            row(0x10, &[1, 2, 3, 4, 5], &[9, 8, 3, 4, 6]),
            r#"[{"address":"0x10","old":"0102","new":"0908"},{"address":"0x14","old":"05","new":"06"}]"#
        );
        assert_eq!(row(0, &[1], &[1]), "[]");
        assert_eq!(
            row(0, &[1, 1], &[2, 2]),
            r#"[{"address":"0x0","old":"0101","new":"0202"}]"#
        );
    }
}
