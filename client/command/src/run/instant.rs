// SPDX-License-Identifier: BSD-2-Clause
//! A process's memory of one instant, and what was mapped then.

use std::collections::HashSet;
use std::ops::Range;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rwmem::{Mapping, Mappings, RemoteProcess};

use crate::failure::Failure;
use crate::kernel;
use crate::names::Layout;

/// A snapshot.
#[derive(Debug)]
pub struct Instant {
    pub process: RemoteProcess,
    /// What was mapped: the kernel tells it of the process, a moment before or after.
    pub layout: Layout,
    /// Mappings that were there only before or only after the snapshot: they need not be in it.
    pub doubtful: Vec<Range<u64>>,
    /// Since 1970: the snapshot was made in between.
    pub from: Duration,
    pub to: Duration,
}

/// How often a snapshot is made until nothing is mapped or unmapped while it is.
const TRIES: u32 = 3;

impl Instant {
    pub fn of(pid: i32) -> Result<Instant, Failure> {
        let mut before: Vec<_> = Mappings::of(pid)?.collect();
        let mut tries = 1;
        loop {
            let from = now();
            let process = RemoteProcess::snapshot(pid)?;
            let to = now();
            let after: Vec<_> = Mappings::of(pid)?.collect();
            let doubtful = doubtful(&before, &after);
            if doubtful.is_empty() || tries == TRIES {
                let mappings = union(&before, after);
                return Ok(Instant {
                    process,
                    layout: Layout::new(pid, mappings, &kernel::executable(pid)),
                    doubtful,
                    from,
                    to,
                });
            }
            before = after;
            tries += 1;
        }
    }

    /// Whether a mapping that holds the address need not have been there.
    pub fn is_doubtful(&self, address: u64) -> bool {
        self.doubtful.iter().any(|range| range.contains(&address))
    }
}

/// Since 1970.
pub fn now() -> Duration {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default()
}

/// Those that are not in both lists, where they are and may be read.
fn doubtful(before: &[Mapping], after: &[Mapping]) -> Vec<Range<u64>> {
    let key = |one: &Mapping| (one.start, one.end, one.protection, one.file);
    let known: [HashSet<_>; 2] = [before, after].map(|all| all.iter().map(key).collect());
    let only = known[0].symmetric_difference(&known[1]);
    only.map(|&(start, end, ..)| start..end).collect()
}

/// All that is mapped after, and what was mapped before where nothing is any more.
fn union(before: &[Mapping], after: Vec<Mapping>) -> Vec<Mapping> {
    let mut all = after.clone();
    for mapping in before {
        let mut start = mapping.start;
        let first = after.partition_point(|one| one.end <= start);
        let covers = after[first..]
            .iter()
            .take_while(|one| one.start < mapping.end);
        // What is between those, and behind the last.
        let ends = covers
            .map(|one| (one.start, one.end))
            .chain([(mapping.end, mapping.end)]);
        for (end, next) in ends {
            if start < end {
                let mut part = mapping.clone();
                part.offset += start - mapping.start;
                (part.start, part.end) = (start, end);
                all.push(part);
            }
            start = next;
        }
    }
    all.sort_by_key(|one| one.start);
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use rwmem::Protection;

    fn ranges(all: &[Mapping]) -> Vec<(u64, u64, u64)> {
        all.iter()
            .map(|one| (one.start, one.end, one.offset))
            .collect()
    }

    #[test]
    fn what_is_in_both_lists_is_in_no_doubt() {
        let one = Mapping::anonymous(0x1000, 0x3000);
        let mut touched = one.clone();
        touched.resident_pages = 7;
        let mut read_only = one.clone();
        read_only.protection = Protection::READ;
        let (alone, other) = ([one.clone()], Mapping::anonymous(0x8000, 0x9000));
        let both = [one, other];
        let starts = |before: &[Mapping], after: &[Mapping]| -> Vec<u64> {
            let all = doubtful(before, after);
            all.iter().map(|range| range.start).collect()
        };
        assert!(starts(&alone, &[touched]).is_empty());
        assert_eq!(starts(&both, &alone), [0x8000]);
        assert_eq!(starts(&alone, &both), [0x8000]);
        assert_eq!(starts(&alone, &[read_only]), [0x1000, 0x1000]);
    }

    #[test]
    fn what_was_mapped_before_fills_the_gaps() {
        let before = [
            Mapping::anonymous(0x1000, 0x9000),
            Mapping::anonymous(0x20000, 0x21000),
        ];
        let after = vec![
            Mapping::anonymous(0, 0x2000),
            Mapping::anonymous(0x3000, 0x4000),
            Mapping::anonymous(0x30000, 0x31000),
        ];
        assert_eq!(
            ranges(&union(&before, after)),
            [
                (0, 0x2000, 0),
                (0x2000, 0x3000, 0x1000),
                (0x3000, 0x4000, 0),
                (0x4000, 0x9000, 0x3000),
                (0x20000, 0x21000, 0),
                (0x30000, 0x31000, 0),
            ]
        );
        assert_eq!(ranges(&union(&before, before.to_vec())), ranges(&before));
        assert_eq!(ranges(&union(&before, Vec::new())), ranges(&before));
    }
}
