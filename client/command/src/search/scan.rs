// SPDX-License-Identifier: BSD-2-Clause
//! Finding a pattern in ranges of a process's memory, through one buffer.

use std::ops::{ControlFlow, Range};

use super::Finder;
use crate::source::Source;

const PAGE: usize = 4096;
/// Bytes that are read at once: enough that a system call does not count, and little enough for a processor's cache.
const CHUNK: usize = 256 << 10;

/// What happens in the course of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The pattern is at this address, and these bytes are it.
    Found(u64, &'a [u8]),
    /// So many bytes more are done with.
    Searched(u64),
    /// These could not be read.
    Unread(Range<u64>),
}

/// A search that is under way.
///
/// The buffer has room before its middle for the end of what was searched before: the pattern may begin there. What
/// is read next goes to the middle, which begins with a page, for that is copied the quickest.
#[derive(Debug)]
pub struct Scan {
    finder: Finder,
    buffer: Vec<u8>,
    middle: usize,
    /// How much of the room before the middle is in use.
    carried: usize,
    /// The address behind what was searched last.
    end: Option<u64>,
}

impl Scan {
    pub fn new(finder: Finder) -> Scan {
        let room = (finder.pattern().len() - 1).next_multiple_of(PAGE);
        let buffer = vec![0; room + CHUNK + PAGE];
        let middle = room + buffer.as_ptr().align_offset(PAGE).min(PAGE);
        Scan {
            finder,
            buffer,
            middle,
            carried: 0,
            end: None,
        }
    }

    pub fn finder(&self) -> &Finder {
        &self.finder
    }

    /// Searches a range. If it begins where the last one ended, the pattern is found across the border too.
    pub fn range<S: Source, B>(
        &mut self,
        source: &mut S,
        range: Range<u64>,
        mut tell: impl FnMut(Event<'_>) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, S::Error> {
        if self.end != Some(range.start) {
            self.carried = 0;
        }
        let mut at = range.start;
        while at < range.end {
            let room = usize::try_from(range.end - at).map_or(CHUNK, |left| left.min(CHUNK));
            let middle = self.middle;
            let read = source.read_at(at, &mut self.buffer[middle..middle + room])?;
            let mut flow = self.search(at, read, &mut tell);
            at += read as u64;
            if read < room && flow.is_continue() {
                // What cannot be read ends with its page at the earliest.
                let next = (at | (PAGE as u64 - 1)).saturating_add(1).min(range.end);
                self.carried = 0;
                flow = tell(Event::Unread(at..next));
                at = next;
            }
            self.end = Some(at);
            if flow.is_break() {
                return Ok(flow);
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Searches the bytes of `at` that are in the middle now, together with those that were carried over.
    fn search<B>(
        &mut self,
        at: u64,
        read: usize,
        tell: &mut impl FnMut(Event<'_>) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let begin = self.middle - self.carried;
        let end = self.middle + read;
        let address = at.wrapping_sub(self.carried as u64);
        let len = self.finder.pattern().len();
        let bytes = &self.buffer[begin..end];
        self.finder.each(bytes, |place| {
            let found = address.wrapping_add(place as u64);
            tell(Event::Found(found, &bytes[place..place + len]))
        })?;
        self.carried = (len - 1).min(end - begin);
        self.buffer
            .copy_within(end - self.carried..end, self.middle - self.carried);
        tell(Event::Searched(read as u64))
    }
}

#[cfg(test)]
#[allow(
    clippy::single_range_in_vec_init,
    reason = "one range is what is meant"
)]
mod tests {
    use super::*;
    use crate::pattern::{Endian, Kind, Pattern};
    use crate::source::fake::Memory;

    fn scan(text: &str) -> Scan {
        let pattern = Pattern::parse(text, Kind::String, Endian::Little, None).expect(text);
        Scan::new(Finder::new(pattern))
    }

    /// What is found, what is not read, and how much is searched.
    fn run(
        scan: &mut Scan,
        memory: &mut Memory,
        ranges: &[Range<u64>],
    ) -> (Vec<u64>, Vec<Range<u64>>, u64) {
        let scan_pattern = scan.finder().pattern().clone();
        let (mut found, mut unread, mut searched) = (Vec::new(), Vec::new(), 0);
        for range in ranges {
            let end = scan.range(memory, range.clone(), |event| {
                match event {
                    Event::Found(address, bytes) => {
                        assert!(scan_pattern.matches(bytes));
                        found.push(address);
                    }
                    Event::Unread(range) => unread.push(range),
                    Event::Searched(bytes) => searched += bytes,
                }
                ControlFlow::<()>::Continue(())
            });
            assert_eq!(end, Ok(ControlFlow::Continue(())));
        }
        (found, unread, searched)
    }

    #[test]
    fn a_pattern_across_the_border_of_chunks_is_found_once() {
        let len = 3 * CHUNK as u64 + 100;
        for border in [CHUNK as u64, 2 * CHUNK as u64, 3 * CHUNK as u64] {
            for before in 0..=7 {
                let mut memory = Memory::zeros(0x10000, len);
                memory.put(0x10000 + border - before, b"pattern");
                let whole = 0x10000..0x10000 + len;
                let (found, unread, searched) = run(&mut scan("pattern"), &mut memory, &[whole]);
                assert_eq!(found, [0x10000 + border - before], "{before} before");
                assert_eq!((unread, searched), (vec![], len));
            }
        }
    }

    #[test]
    fn a_pattern_across_adjacent_ranges_is_found_and_one_across_a_gap_is_not() {
        let mut memory = Memory::zeros(0x10000, 0x4000);
        memory.put(0x10ffd, b"pattern");
        memory.put(0x12ffd, b"pattern");
        let ranges = [0x10000..0x11000, 0x11000..0x13000, 0x13400..0x14000];
        let (found, ..) = run(&mut scan("pattern"), &mut memory, &ranges);
        assert_eq!(found, [0x10ffd]);
    }

    #[test]
    fn a_long_pattern_is_found_in_short_ranges() {
        let text: String = ('a'..='z').cycle().take(10_000).collect();
        let mut memory = Memory::zeros(0x10000, 0x8000);
        memory.put(0x10010, text.as_bytes());
        let ranges: Vec<_> = (0x10..0x18u64)
            .map(|page| page << 12..(page + 1) << 12)
            .collect();
        let (found, ..) = run(&mut scan(&text), &mut memory, &ranges);
        assert_eq!(found, [0x10010]);
    }

    #[test]
    fn pages_that_cannot_be_read_are_told_and_passed_over() {
        let mut memory = Memory::zeros(0x10000, 0x8000);
        memory.hole(0x12000..0x14000);
        // On both sides of the hole; nothing is found across it.
        memory.put(0x11ffc, b"patt");
        memory.put(0x14000, b"ern");
        memory.put(0x14010, b"pattern");
        let (found, unread, searched) = run(&mut scan("pattern"), &mut memory, &[0x10000..0x18000]);
        assert_eq!(found, [0x14010]);
        assert_eq!(unread, [0x12000..0x13000, 0x13000..0x14000]);
        assert_eq!(searched, 0x6000);
    }

    #[test]
    fn it_ends_when_the_caller_has_enough() {
        let mut memory = Memory::zeros(0x10000, 0x2000);
        memory.put(0x10100, b"pattern pattern pattern");
        let mut found = 0;
        let end = scan("pattern").range(&mut memory, 0x10000..0x12000, |event| match event {
            Event::Found(..) if found == 1 => ControlFlow::Break(()),
            Event::Found(..) => {
                found += 1;
                ControlFlow::Continue(())
            }
            _ => ControlFlow::Continue(()),
        });
        assert_eq!((end, found), (Ok(ControlFlow::Break(())), 1));
    }

    #[test]
    fn the_end_of_the_address_space_is_an_end() {
        let begin = u64::MAX - 0xfff;
        let mut memory = Memory::zeros(begin, 0xfff);
        memory.hole(begin + 0x800..u64::MAX);
        let (found, unread, _) = run(&mut scan("x"), &mut memory, &[begin..u64::MAX]);
        assert_eq!((found, unread), (vec![], vec![begin + 0x800..u64::MAX]));
    }
}
