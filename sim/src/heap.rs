// SPDX-License-Identifier: BSD-2-Clause
//! The module's allocations: each ends at a guard page, and faults when it is touched after it was freed.
use std::collections::BTreeMap;

use crate::memory::{FRESH, Guarded};

#[derive(Default)]
pub struct Heap {
    live: BTreeMap<usize, (Guarded, usize)>,
    freed: Vec<Guarded>,
    /// The most bytes that were allocated at a time, in this run.
    pub peak: usize,
}

impl Heap {
    pub fn allocate(&mut self, size: usize, kind: usize) -> usize {
        let object = Guarded::new(size, FRESH);
        let addr = object.addr();
        self.live.insert(addr, (object, kind));
        self.peak = self
            .peak
            .max(self.live.values().map(|(object, _)| object.size()).sum());
        addr
    }

    /// Why it cannot be freed, if it cannot.
    pub fn free(&mut self, addr: usize, kind: usize) -> Result<(), String> {
        let Some((object, was)) = self.live.remove(&addr) else {
            let known = self.freed.iter().any(|object| object.near(addr));
            return Err(format!(
                "{addr:#x} is {}",
                if known {
                    "freed twice"
                } else {
                    "no allocation"
                }
            ));
        };
        let overrun = object.overrun();
        object.retire();
        self.freed.push(object);
        if was != kind {
            return Err(format!("{addr:#x} was allocated with another malloc type"));
        }
        if overrun {
            return Err(format!("something was written behind the end of {addr:#x}"));
        }
        Ok(())
    }

    pub fn contains(&self, addr: usize, len: usize) -> bool {
        self.live
            .range(..=addr)
            .next_back()
            .is_some_and(|(_, (object, _))| object.contains(addr, len))
    }

    pub fn size(&self, addr: usize) -> usize {
        self.live.get(&addr).map_or(0, |(object, _)| object.size())
    }

    /// What an address near an allocation means.
    pub fn describe(&self, addr: usize) -> Option<String> {
        if self.freed.iter().any(|object| object.near(addr)) {
            return Some("memory that was freed".into());
        }
        let (object, _) = self.live.values().find(|(object, _)| object.near(addr))?;
        Some(format!(
            "outside an allocation of {} bytes at {:#x}",
            object.size(),
            object.addr()
        ))
    }

    pub fn leaks(&self) -> Vec<String> {
        let text = |object: &Guarded| {
            format!(
                "{} bytes at {:#x} were never freed",
                object.size(),
                object.addr()
            )
        };
        self.live.values().map(|(object, _)| text(object)).collect()
    }

    pub fn reset(&mut self) {
        self.live.clear();
        self.freed.clear();
        self.peak = 0;
    }
}
