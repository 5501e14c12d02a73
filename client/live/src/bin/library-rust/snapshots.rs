// SPDX-License-Identifier: BSD-2-Clause
//! Copies of a process's memory at one instant.
use std::time::{Duration, Instant};

use rwmem::{Counters, Error, RemoteProcess};
use rwmem_live::{Target, fails, is, ok};

use crate::Outcome;

const NEEDLE: &[u8] = b"needle in a haystack";

pub fn run(target: &Target) -> Outcome {
    let live = RemoteProcess::open_writable(target.pid())?;
    let number = target.thing("number").0;
    live.write_value(number, &1u64)?;
    let attached = Counters::query()?.attached;
    let first = RemoteProcess::snapshot(target.pid())?;
    live.write_value(number, &2u64)?;
    let second = RemoteProcess::snapshot(target.pid())?;
    live.write_value(number, &3u64)?;
    is(
        [&first, &second, &live].map(|it| it.read_value::<u64>(number).ok()),
        [Some(1), Some(2), Some(3)],
        "each snapshot has what was there when it was made",
    );
    let counter = target.thing("counter").0;
    let then: u64 = first.read_value(counter)?;
    let end = Instant::now() + Duration::from_secs(60);
    let mut counts_on = false;
    while !counts_on && Instant::now() < end {
        counts_on = then < live.read_value(counter)?;
    }
    ok(counts_on, "the process counts on");
    is(
        first.read_value::<u64>(counter)?,
        then,
        "and the snapshot does not",
    );
    is(
        Counters::query()?.attached,
        attached + 2,
        "a snapshot counts as attached",
    );
    fails(
        first.write_value(number, &4u64),
        |error| error.errno() == libc::EBADF,
        "it cannot be written",
    );
    fails(
        first.is_current(),
        |error| error.errno() == libc::EOPNOTSUPP,
        "it cannot be asked whether it is current",
    );
    let (bytes, len) = target.thing("bytes");
    let mut scan = first
        .scan_ranges(std::iter::once(bytes..bytes + len))
        .overlap(NEEDLE.len() - 1);
    let mut found = Vec::new();
    while let Some(chunk) = scan.next_chunk()? {
        let windows = chunk.bytes.windows(NEEDLE.len()).enumerate();
        let places = windows.filter(|(_, window)| *window == NEEDLE);
        found.extend(places.map(|(index, _)| chunk.address + index as u64));
    }
    let middle = bytes + (len - NEEDLE.len() as u64) / 2;
    is(found, vec![middle], "a snapshot can be scanned");
    let pieces = |process: &RemoteProcess| -> u64 {
        let parts = process.data(bytes..bytes + len);
        parts.map(|part| part.end - part.start).sum()
    };
    is(
        pieces(&first),
        pieces(&live),
        "it has contents where the process has",
    );
    drop((first, second));
    is(Counters::query()?.attached, attached, "dropped, it is gone");
    fails(
        RemoteProcess::snapshot(99_999),
        |error| matches!(error, Error::NoSuchProcess { pid: 99_999 }),
        "of a process that is not there there is none",
    );

    let mut own = vec![7u8; 1 << 20];
    let snapshot = RemoteProcess::snapshot(std::process::id() as i32)?;
    own.fill(8);
    let mut copy = vec![0; own.len()];
    snapshot.read_exact_at(own.as_ptr() as u64, &mut copy)?;
    ok(
        copy.iter().all(|&byte| byte == 7) && own.iter().all(|&byte| byte == 8),
        "a process can take one of itself",
    );
    Ok(())
}
