// SPDX-License-Identifier: BSD-2-Clause
//! Reading all that is mapped.
use rwmem::{Counters, Hole, RemoteProcess, Scan};
use rwmem_live::{Target, is, ok};

use crate::Outcome;

const NEEDLE: &[u8] = b"needle in a haystack";
const PAGE: u64 = 4096;

fn holes(scan: &Scan<'_>) -> Vec<(u64, u64)> {
    let range = |hole: &Hole| (hole.range.start, hole.range.end);
    scan.holes().iter().map(range).collect()
}

pub fn run(target: &Target) -> Outcome {
    let process = RemoteProcess::open(target.pid())?;
    let (bytes, len) = target.thing("bytes");
    let middle = bytes + (len - NEEDLE.len() as u64) / 2;
    let (hole, _) = target.thing("hole");

    let mappings: Vec<_> = process.mappings()?.collect();
    let mut scan = process.scan()?;
    let (total, mut sum, mut last, mut inside, mut found) = (scan.total(), 0, 0, true, false);
    while let Some(chunk) = scan.next_chunk()? {
        let end = chunk.address + chunk.bytes.len() as u64;
        inside &= chunk.address >= last
            && mappings
                .iter()
                .any(|it| it.is_scannable() && it.start <= chunk.address && end <= it.end);
        found |= (chunk.address..end).contains(&middle);
        last = end;
        sum += chunk.bytes.len() as u64;
    }
    ok(inside, "a scan reads what is mapped, in order");
    ok(found, "and the anonymous memory too");
    let untouched: u64 = scan.untouched().iter().map(|it| it.end - it.start).sum();
    is(
        (scan.scanned(), sum + untouched),
        (total, total - PAGE),
        "all of it but one page, and what was never touched",
    );
    is(
        holes(&scan),
        vec![(hole + PAGE, hole + 2 * PAGE)],
        "which is the hole",
    );

    contents(target, &process)?;

    // A piece ends in the middle of the needle.
    let mut places = Vec::new();
    let mut scan = process
        .scan_ranges(std::iter::once(middle - 4096 + 10..bytes + len))
        .chunk_size(4096)
        .overlap(NEEDLE.len() - 1);
    let mut overlaps = Vec::new();
    while let Some(chunk) = scan.next_chunk()? {
        overlaps.push(chunk.overlap);
        for (index, window) in chunk.bytes.windows(NEEDLE.len()).enumerate() {
            if window == NEEDLE {
                places.push(chunk.address + index as u64);
            }
        }
    }
    is(
        places,
        vec![middle],
        "a match across two pieces is found once",
    );
    ok(
        overlaps[0] == 0 && overlaps[1..].iter().all(|&it| it == NEEDLE.len() - 1),
        "each piece begins with the end of the one before",
    );
    let mut scan = process
        .scan_ranges([middle..middle + 30, middle + 40..middle + 50])
        .overlap(5);
    let mut pieces = Vec::new();
    while let Some(chunk) = scan.next_chunk()? {
        pieces.push((chunk.address - middle, chunk.bytes.len(), chunk.overlap));
    }
    is(pieces, vec![(0, 30, 0), (40, 10, 0)], "but not over a gap");

    let before = Counters::query()?;
    let mut scan = process.scan_ranges(std::iter::once(0x1000..0x1000 + (1 << 30)));
    let nothing = scan.next_chunk()?.is_none();
    let requests = Counters::query()?.reads - before.reads;
    let below = mappings.first().map_or(0, |it| it.start);
    if below > 0x1000 + (1 << 30) {
        ok(
            nothing && holes(&scan) == [(0x1000, 0x1000 + (1 << 30))],
            "a gigabyte of nothing is one hole",
        );
        ok(requests < 300, "found with few requests");
    } else {
        println!("ok - a gigabyte of nothing is one hole # SKIP the program is mapped there");
    }
    println!("# {requests} requests");

    let mut scan = process.scan_ranges([hole..hole + 2 * PAGE, bytes..bytes + PAGE]);
    let mut pieces = Vec::new();
    while let Some(chunk) = scan.next_chunk()? {
        pieces.push((chunk.address, chunk.bytes.len()));
    }
    is(
        pieces,
        vec![(hole, PAGE as usize), (bytes, PAGE as usize)],
        "it goes on after a hole",
    );
    ok(
        process.scan_ranges([]).next_chunk()?.is_none(),
        "a scan of nothing",
    );
    Ok(())
}

/// What has contents, and what has none.
fn contents(target: &Target, process: &RemoteProcess) -> Outcome {
    let (bytes, len) = target.thing("bytes");
    let (hole, _) = target.thing("hole");
    let (none, _) = target.thing("none");
    let pairs = |data: rwmem::Data<'_>| -> Vec<(u64, u64)> {
        data.map(|part| (part.start, part.end)).collect()
    };
    let parts = |from, end| pairs(process.data(from..end));
    is(
        parts(bytes + 5, bytes + len - 7),
        vec![(bytes + 5, bytes + len - 7)],
        "memory that was touched is data",
    );
    is(
        parts(hole, hole + 2 * PAGE),
        vec![(hole, hole + PAGE)],
        "of a file that is too short, what there is",
    );
    is(
        parts(none, none + PAGE),
        vec![],
        "what nobody reads is none",
    );
    is(parts(0, 0x1000), vec![], "nor is what is not mapped");
    let all: Vec<_> = process.data(0..u64::MAX).collect();
    ok(
        all.windows(2).all(|pair| pair[0].end < pair[1].start),
        "parts come in order, with something between them",
    );
    let readable = |at| process.read_value::<u8>(at).is_ok();
    ok(
        !all.is_empty()
            && all
                .iter()
                .all(|it| readable(it.start) && readable(it.end - 1)),
        "and all can be read",
    );

    // A gigabyte of this process's own, of which it has touched a page.
    const GIB: u64 = 1 << 30;
    // SAFETY: a new mapping, at a place of the kernel's choice.
    let reserved = unsafe {
        let protection = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANON;
        libc::mmap(std::ptr::null_mut(), GIB as usize, protection, flags, -1, 0)
    };
    let start = reserved as u64;
    let touched = start + GIB / 2;
    // SAFETY: it is in the mapping.
    unsafe { *(touched as *mut u8) = 1 };
    let own = RemoteProcess::open(std::process::id() as i32)?;
    let before = Counters::query()?;
    let mut scan = own.scan_ranges(std::iter::once(start..start + GIB));
    is(scan.contents(), PAGE, "of a gigabyte, a page has contents");
    let mut pieces = Vec::new();
    while let Some(chunk) = scan.next_chunk()? {
        pieces.push((chunk.address, chunk.bytes.len() as u64));
    }
    is(pieces, vec![(touched, PAGE)], "which is all that is read");
    is(
        scan.untouched().to_vec(),
        vec![start..touched, touched + PAGE..start + GIB],
        "the rest was never touched",
    );
    ok(
        Counters::query()?.reads - before.reads < 10,
        "and took no requests",
    );
    is(
        pairs(own.data(start..start + GIB)),
        vec![(touched, touched + PAGE)],
        "nor is it touched now",
    );
    // SAFETY: nothing of it is used any more.
    unsafe { libc::munmap(reserved, GIB as usize) };
    Ok(())
}
