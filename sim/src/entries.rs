// SPDX-License-Identifier: BSD-2-Clause
//! The entries of maps. They can be looked at only while the map is locked: each is made when it is looked up, and
//! faults after the map was unlocked. The entry that was found last is at the map's root, as in the kernel.
use std::collections::HashMap;

use crate::layout::kpi;
use crate::memory::Guarded;
use crate::sim::Sim;
use crate::space::Region;

#[derive(Default)]
pub struct Entries {
    /// By map, those that were seen since it was locked.
    seen: HashMap<usize, Vec<Guarded>>,
    /// By map, an address in the region that was found last.
    last: HashMap<usize, u64>,
}

/// What a map's root holds while it is not locked.
const HIDDEN: usize = 0xdead_1000_0000_0000;

impl Entries {
    pub fn reset(&mut self) {
        self.seen.clear();
        self.last.clear();
    }
}

impl Sim {
    fn set_root(&mut self, map: usize, root: usize) {
        if self.processes.vmspace(map).is_some() {
            // SAFETY: a map begins its vmspace, whose object lives as long as it is in the table.
            unsafe { (*(map as *mut kpi::vm_map)).root = root as *mut _ };
        }
    }

    /// A map entry for the region, at the root.
    pub fn show_entry(&mut self, map: usize, region: &Region) -> *mut kpi::vm_map_entry {
        let object = Guarded::zeroed::<kpi::vm_map_entry>();
        let place = object.as_ptr::<kpi::vm_map_entry>();
        // SAFETY: a fresh object of that type.
        unsafe {
            (*place).start = region.start;
            (*place).end = region.end();
            (*place).protection = region.prot as _;
        }
        self.set_root(map, object.addr());
        self.entries.last.insert(map, region.start);
        self.entries.seen.entry(map).or_default().push(object);
        place
    }

    /// The map is locked: its root is the entry that was found last.
    pub fn show_root(&mut self, map: usize) {
        if self
            .entries
            .seen
            .get(&map)
            .is_some_and(|seen| !seen.is_empty())
        {
            return;
        }
        self.set_root(map, 0);
        if let Some(last) = self.entries.last.get(&map).copied()
            && let Some(region) = self
                .processes
                .space_of(map)
                .and_then(|(_, memory)| memory.find(last))
        {
            self.show_entry(map, &region);
        }
    }

    /// Nobody has the map locked any more.
    pub fn hide_entries(&mut self, map: usize) {
        self.set_root(map, HIDDEN);
        for entry in self.entries.seen.remove(&map).into_iter().flatten() {
            entry.retire();
            self.processes.forget(entry);
        }
    }
}
