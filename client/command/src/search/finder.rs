// SPDX-License-Identifier: BSD-2-Clause
//! Finding a pattern in a slice.

use std::ops::ControlFlow;

use super::pair::{BLOCK, find_block};
use crate::pattern::Pattern;

/// A pattern and the two of its bytes that are looked for first.
#[derive(Debug)]
pub struct Finder {
    pattern: Pattern,
    exact: bool,
    /// Where they are in the pattern; none if no byte counts whole. A pattern with one such byte has it twice.
    anchors: Option<(usize, usize)>,
}

impl Finder {
    pub fn new(pattern: Pattern) -> Finder {
        let mut whole: Vec<usize> = (0..pattern.len())
            .filter(|&place| pattern.mask[place] == 0xff)
            .collect();
        whole.sort_by_key(|&place| commonness(pattern.bytes[place]));
        // Two different ones say more than one that is repeated.
        let first = whole.first().copied();
        let second = whole
            .iter()
            .copied()
            .find(|&place| first.is_some_and(|first| pattern.bytes[place] != pattern.bytes[first]))
            .or(whole.get(1).copied())
            .or(first);
        Finder {
            exact: pattern.is_exact(),
            pattern,
            anchors: first.zip(second),
        }
    }

    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Calls `found` with each place where the pattern is, in ascending order; they may overlap.
    pub fn each<B>(
        &self,
        haystack: &[u8],
        mut found: impl FnMut(usize) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let Some(places) = (haystack.len() + 1).checked_sub(self.pattern.len()) else {
            return ControlFlow::Continue(());
        };
        let Some((first, second)) = self.anchors else {
            return self.compare(haystack, 0..places, &mut found);
        };
        let (x, y) = (self.pattern.bytes[first], self.pattern.bytes[second]);
        let firsts = &haystack[first..first + places];
        let seconds = &haystack[second..second + places];
        let mut from = 0;
        while let Some(block) = find_block(&firsts[from..], &seconds[from..], x, y) {
            let begin = from + block * BLOCK;
            from = begin + BLOCK;
            self.compare(haystack, begin..from, &mut found)?;
        }
        let rest = from + (places - from) / BLOCK * BLOCK;
        self.compare(haystack, rest..places, &mut found)
    }

    fn compare<B>(
        &self,
        haystack: &[u8],
        places: std::ops::Range<usize>,
        found: &mut impl FnMut(usize) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let (place, byte) = match self.anchors {
            Some((first, _)) => (first, self.pattern.bytes[first]),
            None => (0, 0),
        };
        for at in places {
            if self.anchors.is_some() && haystack[at + place] != byte {
                continue;
            }
            let candidate = &haystack[at..at + self.pattern.len()];
            let is_it = match self.exact {
                true => candidate == self.pattern.bytes,
                false => self.pattern.matches(candidate),
            };
            if is_it {
                found(at)?;
            }
        }
        ControlFlow::Continue(())
    }
}

/// How often a byte is met in the memory of programs, roughly: zeros above all, then small numbers and -1, then text
/// and the upper bytes of pointers.
fn commonness(byte: u8) -> u8 {
    match byte {
        0x00 => 5,
        0xff | 0x01 => 4,
        0x02..=0x10 | b' ' | b'e' | b't' | b'a' | b'o' | b'i' | b'n' | b's' | b'r' => 3,
        b'a'..=b'z' | 0x7f | 0x80 | b'@' | b'H' | 0x8b | 0x89 => 2,
        b'0'..=b'9' | b'A'..=b'Z' | b'_' | b'.' | b'/' | b'-' => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::{Endian, Kind};

    fn finder(text: &str) -> Finder {
        Finder::new(Pattern::parse(text, Kind::Hex, Endian::Little, None).expect(text))
    }

    fn places(finder: &Finder, haystack: &[u8]) -> Vec<usize> {
        let mut places = Vec::new();
        let all = finder.each(haystack, |place| {
            places.push(place);
            ControlFlow::<()>::Continue(())
        });
        assert!(all.is_continue());
        places
    }

    /// The same without any of the tricks.
    fn by_hand(finder: &Finder, haystack: &[u8]) -> Vec<usize> {
        let windows = haystack.windows(finder.pattern().len()).enumerate();
        windows
            .filter(|(_, window)| finder.pattern().matches(window))
            .map(|(place, _)| place)
            .collect()
    }

    /// xorshift: bytes of which none is rare.
    fn random(len: usize, seed: u64, values: u8) -> Vec<u8> {
        let mut state = seed;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 32) as u8 % values
        };
        (0..len).map(|_| next()).collect()
    }

    #[test]
    fn it_finds_what_comparing_every_place_finds() {
        let patterns = [
            "00",
            "01",
            "00 00",
            "01 00",
            "00 01 02",
            "00 ?? 01",
            "?1",
            "?1 ?0",
            "0? 02 0?",
            "01 02 03 00 01",
            "02 02 02",
        ];
        let mut found = 0;
        for (seed, len) in (1..).zip([0, 1, 2, 5, 127, 128, 129, 130, 255, 256, 257, 1000, 5000]) {
            let haystack = random(len, seed, 4);
            for text in patterns {
                let finder = finder(text);
                let here = places(&finder, &haystack);
                assert_eq!(here, by_hand(&finder, &haystack), "{text} in {len} bytes");
                found += here.len();
            }
        }
        assert!(found > 1000, "the bytes are too random: {found}");
    }

    #[test]
    fn every_place_is_as_good_as_another() {
        let finder = finder("9e 37 79 b9");
        for place in 0..1000 {
            let mut haystack = vec![0; 1004];
            haystack[place..place + 4].copy_from_slice(&finder.pattern().bytes);
            assert_eq!(places(&finder, &haystack), [place]);
        }
    }

    #[test]
    fn what_overlaps_is_found_each_time() {
        assert_eq!(places(&finder("aaaa"), &[0xaa; 5]), [0, 1, 2, 3]);
    }

    #[test]
    fn the_caller_ends_it() {
        let mut seen = 0;
        let end = finder("00").each(&[0; 1000], |place| {
            seen += 1;
            match place {
                299 => ControlFlow::Break("enough"),
                _ => ControlFlow::Continue(()),
            }
        });
        assert_eq!((end, seen), (ControlFlow::Break("enough"), 300));
    }

    #[test]
    fn zeros_are_not_what_is_looked_for_first() {
        assert_eq!(finder("00 00 05 00 63").anchors, Some((4, 2)));
        assert_eq!(finder("00 07").anchors, Some((1, 0)));
        assert_eq!(finder("05").anchors, Some((0, 0)));
        assert_eq!(finder("?5 ??").anchors, None);
    }
}
