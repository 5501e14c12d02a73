// SPDX-License-Identifier: BSD-2-Clause
//! Scans of memory that is made up.
#![allow(
    clippy::single_range_in_vec_init,
    reason = "one range is what is meant"
)]
use super::*;
use proptest::prelude::*;

/// One range of memory, with holes.
struct Made {
    begin: u64,
    bytes: Vec<u8>,
    holes: Vec<Range<u64>>,
    /// All zeros, and known to be.
    untouched: Vec<Range<u64>>,
    /// An address at which reading fails for good.
    broken: Option<u64>,
}

impl Made {
    fn new(begin: u64, len: u64) -> Made {
        Made {
            begin,
            bytes: (0..len)
                .map(|i| (i * 7 + (i >> 8) * 13 + 3) as u8)
                .collect(),
            holes: Vec::new(),
            untouched: Vec::new(),
            broken: None,
        }
    }

    fn end(&self) -> u64 {
        self.begin + self.bytes.len() as u64
    }

    fn at(&self, range: Range<u64>) -> &[u8] {
        &self.bytes[(range.start - self.begin) as usize..(range.end - self.begin) as usize]
    }
}

impl Made {
    /// Zeros that nobody has touched.
    fn untouch(&mut self, range: Range<u64>) {
        let place = (range.start - self.begin) as usize..(range.end - self.begin) as usize;
        self.bytes[place].fill(0);
        self.untouched.push(range);
    }
}

impl Memory for Made {
    type Error = &'static str;

    /// It is known where nothing was touched, and what is behind the end.
    fn next_contents(&self, mut start: u64) -> Option<Range<u64>> {
        if self.untouched.is_empty() {
            return Some(start..u64::MAX);
        }
        while let Some(part) = self.untouched.iter().find(|it| it.contains(&start)) {
            start = part.end;
        }
        let ends = self.untouched.iter().map(|it| it.start);
        let end = ends.filter(|&it| it > start).min();
        let end = end.unwrap_or(u64::MAX).min(self.end());
        (start < end).then_some(start..end)
    }

    fn read_at(&self, address: u64, buffer: &mut [u8]) -> Result<usize, &'static str> {
        if self.broken.is_some_and(|broken| address == broken) {
            return Err("broken");
        }
        if !(self.begin..self.end()).contains(&address) {
            return Ok(0);
        }
        let stops = self.holes.iter().filter(|hole| hole.end > address);
        let stop = stops
            .map(|hole| hole.start.max(address))
            .chain(self.broken.filter(|&it| it > address));
        let end = stop.min().unwrap_or(u64::MAX).min(self.end());
        let len = buffer.len().min((end - address) as usize);
        buffer[..len].copy_from_slice(self.at(address..address + len as u64));
        Ok(len)
    }
}

/// The pieces, each compared with what is in the memory: where, how long, how much of it again.
fn pieces(memory: &Made, scan: &mut Scan<'_, Made>) -> Vec<(u64, usize, usize)> {
    let mut pieces = Vec::new();
    while let Some(chunk) = scan.next_chunk().expect("readable") {
        let end = chunk.address + chunk.bytes.len() as u64;
        assert_eq!(chunk.bytes, memory.at(chunk.address..end));
        pieces.push((chunk.address, chunk.bytes.len(), chunk.overlap));
    }
    pieces
}

fn holes(scan: &Scan<'_, Made>) -> Vec<Range<u64>> {
    scan.holes().iter().map(|hole| hole.range.clone()).collect()
}

#[test]
fn a_piece_begins_with_the_end_of_the_one_before() {
    let memory = Made::new(0x10000, 0x2800);
    let mut scan = Scan::new(&memory, [0x10000..0x12800])
        .chunk_size(0x1000)
        .overlap(6);
    assert_eq!(scan.total(), 0x2800);
    let wanted = [
        (0x10000, 0x1000, 0),
        (0x10ffa, 0x1006, 6),
        (0x11ffa, 0x806, 6),
    ];
    assert_eq!(pieces(&memory, &mut scan), wanted);
    assert_eq!((holes(&scan), scan.scanned()), (vec![], 0x2800));
}

#[test]
fn an_overlap_is_kept_over_adjacent_ranges_and_not_over_a_gap() {
    let memory = Made::new(0x10000, 0x4000);
    let ranges = [0x10000..0x10010, 0x10010..0x10014, 0x10020..0x10030];
    let mut scan = Scan::new(&memory, ranges).overlap(8);
    let wanted = [(0x10000, 16, 0), (0x10008, 12, 8), (0x10020, 16, 0)];
    assert_eq!(pieces(&memory, &mut scan), wanted);
}

#[test]
fn an_overlap_longer_than_a_piece_grows_to_its_length() {
    let memory = Made::new(0x10000, 0x8000);
    let ranges: Vec<_> = (0x10..0x18)
        .map(|page| page << 12..(page + 1) << 12)
        .collect();
    let mut scan = Scan::new(&memory, ranges).overlap(10_000);
    let overlaps: Vec<_> = pieces(&memory, &mut scan)
        .iter()
        .map(|piece| piece.2)
        .collect();
    assert_eq!(
        overlaps,
        [0, 4096, 8192, 10_000, 10_000, 10_000, 10_000, 10_000]
    );
}

#[test]
fn holes_are_passed_over_and_noted() {
    let mut memory = Made::new(0x10000, 0x8000);
    memory.holes.push(0x12000..0x14000);
    memory.holes.push(0x15800..0x16000);
    let mut scan = Scan::new(&memory, [0x10000..0x18000]).overlap(4);
    let wanted = [
        (0x10000, 0x2000, 0),
        (0x14000, 0x1800, 0),
        (0x16000, 0x2000, 0),
    ];
    assert_eq!(pieces(&memory, &mut scan), wanted);
    assert_eq!(holes(&scan), [0x12000..0x14000, 0x15800..0x16000]);
    assert_eq!(scan.scanned(), scan.total());
}

#[test]
fn what_was_never_touched_is_skipped_and_noted() {
    let mut memory = Made::new(0x10000, 0x8000);
    memory.untouch(0x10000..0x11000);
    memory.untouch(0x13000..0x17000);
    // The file ends before its mapping.
    let mut scan = Scan::new(&memory, [0x10000..0x19000]);
    assert_eq!(scan.contents(), 0x3000);
    let wanted = [(0x11000, 0x2000, 0), (0x17000, 0x1000, 0)];
    assert_eq!(pieces(&memory, &mut scan), wanted);
    assert_eq!(scan.untouched(), [0x10000..0x11000, 0x13000..0x17000]);
    assert_eq!(holes(&scan), [0x18000..0x19000]);
    assert_eq!(scan.scanned(), scan.total());

    let mut scan = Scan::new(&memory, [0x10000..0x19000]);
    let mut order = Vec::new();
    while let Some(piece) = scan.next_piece().expect("readable") {
        order.push(match piece {
            Piece::Bytes(chunk) => ("bytes", chunk.address),
            Piece::Untouched(range) => ("untouched", range.end),
            Piece::Hole(range) => ("hole", range.end),
        });
    }
    let wanted = [
        ("untouched", 0x11000),
        ("bytes", 0x11000),
        ("untouched", 0x17000),
        ("bytes", 0x17000),
        ("hole", 0x19000),
    ];
    assert_eq!(order, wanted);
}

#[test]
fn a_match_may_end_or_begin_in_what_was_never_touched() {
    let mut memory = Made::new(0x10000, 0x8000);
    memory.untouch(0x12000..0x16000);
    let mut scan = Scan::new(&memory, [0x10000..0x18000]).overlap(5);
    let wanted = [
        (0x10000, 0x2000, 0),
        (0x11ffb, 10, 5),
        (0x15ffb, 5, 0),
        (0x15ffb, 0x2005, 5),
    ];
    assert_eq!(pieces(&memory, &mut scan), wanted);
    assert_eq!(scan.untouched(), [0x12000..0x16000]);
    assert_eq!((scan.scanned(), scan.contents()), (0x8000, 0x4000));
    // Shorter than twice the overlap, it is given whole.
    let mut scan = Scan::new(&memory, [0x11000..0x17000]).overlap(0x3000);
    let all: Vec<_> = pieces(&memory, &mut scan)
        .iter()
        .map(|&(address, len, again)| (address + again as u64, len - again))
        .collect();
    let wanted = [
        (0x11000, 0x1000),
        (0x12000, 0x3000),
        (0x15000, 0x1000),
        (0x16000, 0x1000),
    ];
    assert_eq!(all, wanted);
}

#[test]
fn after_an_error_it_goes_on_with_the_next_page() {
    let mut memory = Made::new(0x10000, 0x4000);
    memory.broken = Some(0x11800);
    let mut scan = Scan::new(&memory, [0x10000..0x14000]);
    assert_eq!(
        scan.next_chunk()
            .map(|chunk| chunk.map(|it| it.bytes.len())),
        Ok(Some(0x1800))
    );
    assert_eq!(scan.next_chunk().err(), Some("broken"));
    assert_eq!(pieces(&memory, &mut scan), [(0x12000, 0x2000, 0)]);
    assert_eq!(holes(&scan), [0x11800..0x12000]);
}

#[test]
fn the_end_of_the_address_space_is_an_end() {
    let begin = u64::MAX - 0xfff;
    let mut memory = Made::new(begin, 0xfff);
    memory.holes.push(begin + 0x800..u64::MAX);
    let mut scan = Scan::new(&memory, [begin..u64::MAX]);
    assert_eq!(pieces(&memory, &mut scan), [(begin, 0x800, 0)]);
    assert_eq!(holes(&scan), [begin + 0x800..u64::MAX]);
}

#[test]
fn absurd_sizes_take_no_more_than_there_is() {
    let memory = Made::new(0x10000, 0x1000);
    let everything = [0..u64::MAX, 0x10000..0x11000];
    assert_eq!(Scan::new(&memory, everything).total(), u64::MAX);
    let mut scan = Scan::new(&memory, [0x10000..0x11000])
        .chunk_size(usize::MAX)
        .overlap(usize::MAX);
    assert_eq!(pieces(&memory, &mut scan), [(0x10000, 0x1000, 0)]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever the shapes: each byte of the ranges is given once as a new one, in order, or is in a hole or untouched.
    #[test]
    fn every_byte_is_given_once(
        lens in prop::collection::vec((prop_oneof![0u64..9, 0u64..9000], 0u64..9000), 1..6),
        holes in prop::collection::vec((0u64..12, 1u64..4), 0..4),
        untouched in prop::collection::vec((0u64..12, 1u64..4), 0..4),
        chunk_size in 1usize..20_000,
        overlap in 0usize..6000,
    ) {
        let mut memory = Made::new(0x10000, 0x20000);
        for (at, len) in untouched {
            memory.untouch(0x10000 + (at << 12)..0x10000 + ((at + len) << 12));
        }
        memory.holes = holes.iter().map(|(at, len)| 0x10000 + (at << 12)..0x10000 + ((at + len) << 12)).collect();
        let mut next = 0x10000;
        let ranges: Vec<_> = lens.iter().map(|(gap, len)| {
            let start = next + gap / 3;
            next = start + len;
            start..next
        }).collect();
        let mut scan = Scan::new(&memory, ranges.clone()).chunk_size(chunk_size).overlap(overlap);
        let mut given: Vec<u64> = Vec::new();
        for (address, len, again) in pieces(&memory, &mut scan) {
            prop_assert!(again <= overlap);
            given.extend(address + again as u64..address + len as u64);
        }
        given.extend(scan.holes().iter().flat_map(|hole| hole.range.clone()));
        // The zeros beside what was touched are given and untouched. Where one range follows another, each has its own.
        let beside = |part: &Range<u64>| -> u64 {
            let of_ranges = ranges.iter().map(|range| {
                let len = range.end.min(part.end).saturating_sub(range.start.max(part.start));
                len.min(2 * overlap as u64)
            });
            of_ranges.sum()
        };
        let twice: u64 = scan.untouched().iter().map(beside).sum();
        given.extend(scan.untouched().iter().flat_map(|part| part.clone()));
        given.sort_unstable();
        let once = given.len();
        given.dedup();
        prop_assert_eq!((once - given.len()) as u64, twice);
        let wanted: Vec<_> = ranges.into_iter().flatten().collect();
        prop_assert_eq!(given, wanted);
        prop_assert!(scan.holes().iter().all(|hole| hole.range.clone().step_by(256).all(|at| memory.holes.iter().chain(&memory.untouched).any(|it| it.contains(&at)))));
    }
}
