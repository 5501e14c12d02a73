// SPDX-License-Identifier: BSD-2-Clause
//! What of each kind of kernel memory is in use: the figures that `vmstat -m` and `vmstat -z` show.

use crate::sys::memory::Region;
use crate::sys::{Errno, sysctl};
use core::ffi::CStr;

/// Zones that grow for reasons of their own: messages for devd about devices that come and go, which nobody
/// fetches here; what UMA itself needs for them; free pages kept per CPU.
const OTHERS: [&str; 4] = ["DEVCTL", "UMA Slabs 0", "UMA Slabs 1", "vm pgcache"];

/// All kinds, by both sources.
pub struct Census([Table; 2]);

impl Census {
    pub fn take() -> Result<Census, Errno> {
        let mut census = Census([Table::new(&MALLOC), Table::new(&ZONES)]);
        for table in &mut census.0 {
            table.take()?;
        }
        Ok(census)
    }

    /// Calls `grown` for each kind of which `tolerance` or more has come into use since `before`.
    pub fn growth(&self, before: &Census, tolerance: i64, mut grown: impl FnMut(&str, i64)) {
        for (after, before) in self.0.iter().zip(&before.0) {
            for entry in after.entries() {
                let growth = entry.in_use - before.in_use(entry);
                if growth >= tolerance && !OTHERS.contains(&entry.name()) {
                    grown(entry.name(), growth);
                }
            }
        }
    }

    /// How many of a kind are in use.
    pub fn in_use(&self, name: &str) -> i64 {
        let tables = self.0.iter().flat_map(Table::entries);
        tables
            .filter(|entry| entry.name() == name)
            .map(|entry| entry.in_use)
            .sum()
    }

    /// The pages that all zones have, for what is in use and for what is not.
    pub fn pages(&self) -> u64 {
        self.0[1].pages
    }

    /// Whether there is a kind of that name, in use or not.
    pub fn has(&self, name: &str) -> bool {
        self.0
            .iter()
            .any(|table| table.entries().iter().any(|entry| entry.name() == name))
    }
}

/// How a sysctl's records are laid out. Each begins with a name of 32 bytes; the figures of each CPU follow a
/// header; the stream begins with its own: version, CPUs per record, records.
struct Format {
    sysctl: &'static CStr,
    /// Bytes of a record's header, name included.
    header: usize,
    /// Where in the header a count of allocations is, and, 8 bytes on, one of frees.
    in_header: Option<usize>,
    /// Where among a CPU's 64 bytes it has its own.
    in_cpu: usize,
    /// Where in the header the pages are, 32 bits, and flags that say whether they are another's: 32 bits, bit 0.
    pages: Option<[usize; 2]>,
}

/// `struct malloc_type_header` and `malloc_type_stats` (sys/malloc.h).
const MALLOC: Format = Format {
    sysctl: c"kern.malloc_stats",
    header: 32,
    in_header: None,
    in_cpu: 16,
    pages: None,
};
/// `struct uma_type_header` and `uma_percpu_stat` (vm/uma.h).
const ZONES: Format = Format {
    sysctl: c"vm.zone_stats",
    header: 120,
    in_header: Some(72),
    in_cpu: 0,
    pages: Some([52, 68]),
};

const STREAM_HEADER: usize = 16;
const NAME: usize = 32;
const PER_CPU: usize = 64;

#[derive(Clone, Copy)]
struct Entry {
    name: [u8; NAME],
    in_use: i64,
}

impl Entry {
    fn name(&self) -> &str {
        CStr::from_bytes_until_nul(&self.name)
            .ok()
            .and_then(|name| name.to_str().ok())
            .unwrap_or("?")
    }
}

/// What is in use of each kind that one sysctl tells of.
struct Table {
    format: &'static Format,
    entries: [Entry; 1024],
    count: usize,
    /// What all of them have, in use or not.
    pages: u64,
}

impl Table {
    fn new(format: &'static Format) -> Table {
        Table {
            format,
            entries: [Entry {
                name: [0; NAME],
                in_use: 0,
            }; 1024],
            count: 0,
            pages: 0,
        }
    }

    fn entries(&self) -> &[Entry] {
        &self.entries[..self.count]
    }

    fn in_use(&self, of: &Entry) -> i64 {
        self.entries()
            .iter()
            .find(|entry| entry.name == of.name)
            .map_or(0, |entry| entry.in_use)
    }

    fn take(&mut self) -> Result<(), Errno> {
        // Room for kinds that appear between the two calls.
        let room = sysctl::by_name(self.format.sysctl, None)? + (1 << 20);
        let region = Region::private(room)?;
        let len = region.fill_with(|buffer| sysctl::by_name(self.format.sysctl, Some(buffer)))?;
        let word = |at: usize| -> u64 {
            (0..8).fold(0, |word, byte| {
                word | u64::from(region.get(at + byte)) << (8 * byte)
            })
        };
        let cpus_per_record = (word(0) >> 32) as usize;
        let record = self.format.header + cpus_per_record * PER_CPU;
        let cpus = cpus_per_record.min(sysctl::number(c"kern.smp.maxid")? as usize + 1);
        let balance = |at: usize| word(at).wrapping_sub(word(at + 8)) as i64;
        let half = |at: usize| -> u64 { word(at & !7) >> (at % 8 * 8) & 0xffff_ffff };
        (self.count, self.pages) = (0, 0);
        for start in (STREAM_HEADER..)
            .step_by(record)
            .take_while(|start| start + record <= len)
        {
            let mut entry = Entry {
                name: [0; NAME],
                in_use: 0,
            };
            for (place, byte) in entry.name.iter_mut().enumerate() {
                *byte = region.get(start + place);
            }
            entry.in_use = self.format.in_header.map_or(0, |at| balance(start + at));
            for cpu in 0..cpus {
                entry.in_use +=
                    balance(start + self.format.header + cpu * PER_CPU + self.format.in_cpu);
            }
            self.add(entry);
            if let Some([pages, flags]) = self.format.pages
                && half(start + flags) & 1 == 0
            {
                self.pages += half(start + pages);
            }
        }
        Ok(())
    }

    /// Kinds of the same name count as one.
    fn add(&mut self, entry: Entry) {
        let known = self.entries[..self.count]
            .iter_mut()
            .find(|known| known.name == entry.name);
        if let Some(known) = known {
            known.in_use += entry.in_use;
        } else if let Some(free) = self.entries.get_mut(self.count) {
            *free = entry;
            self.count += 1;
        }
    }
}
