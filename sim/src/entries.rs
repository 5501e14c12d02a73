// SPDX-License-Identifier: BSD-2-Clause
//! What the module sees of a map: its entries and the objects behind them, only while it is locked. Each entry is made when
//! it is looked up, with all behind it where somebody goes from one to the next, and faults after the map was unlocked. The entry that was found last is at the map's root, as in the
//! kernel.
use std::collections::HashMap;

use crate::layout::*;
use crate::memory::{Guarded, PAGE};
use crate::setting::Moved;
use crate::sim::Sim;
use crate::space::Entry;

#[derive(Default)]
pub struct Entries {
    /// By map, those that were seen since it was locked.
    seen: HashMap<usize, Vec<Guarded>>,
    /// By map, an address in the entry that was found last.
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

    /// Shows the entry that has an address, at the root, and those behind it.
    pub fn show_entry(&mut self, map: usize, at: u64) -> Option<*mut kpi::vm_map_entry> {
        let (_, space) = self.processes.space_of(map)?;
        let entry = space.find(at)?.clone();
        let place = self.show(map, &entry)?;
        self.set_root(map, place as usize);
        self.entries.last.insert(map, entry.start);
        if self.seeking {
            self.link(map, place, entry.end);
        }
        Some(place)
    }

    /// Shows the last entry that ends at an address or before it, or the header where there is none, and those that begin
    /// behind the address.
    pub fn show_gap(&mut self, map: usize, at: u64) -> *mut kpi::vm_map_entry {
        let header = map as *mut kpi::vm_map_entry;
        if !self.seeking {
            return header;
        }
        let before = self.processes.space_of(map).and_then(|(_, space)| {
            let before = space.entries.iter().filter(|entry| entry.end <= at);
            before.max_by_key(|entry| entry.end).cloned()
        });
        let place = before.and_then(|entry| self.show(map, &entry));
        let place = place.unwrap_or(header);
        self.link(map, place, at + 1);
        place
    }

    /// Threads the entries from an address on behind `place`, as the kernel's tree is where it leans to the right.
    fn link(&mut self, map: usize, mut place: *mut kpi::vm_map_entry, from: u64) {
        let header = map as *mut kpi::vm_map_entry;
        let mut behind = match self.processes.space_of(map) {
            Some((_, space)) => space.entries.clone(),
            None => return,
        };
        behind.retain(|entry| entry.start >= from);
        behind.sort_by_key(|entry| entry.start);
        for entry in &behind {
            let Some(next) = self.show(map, entry) else {
                continue;
            };
            // SAFETY: entries that were just made, or the header, which the map's vmspace has.
            unsafe {
                (*place).right = next;
                (*next).left = place;
            }
            place = next;
        }
        // SAFETY: as above.
        unsafe {
            (*place).right = header;
            (*header).left = place;
        }
    }

    fn show(&mut self, map: usize, entry: &Entry) -> Option<*mut kpi::vm_map_entry> {
        let own = self.processes.is_own(map);
        let (_, space) = self.processes.space_of(map)?;
        let object = entry
            .object
            .map_or(0, |object| space.objects.all[object].addr);
        let shown = Guarded::zeroed::<kpi::vm_map_entry>();
        let place = shown.as_ptr::<kpi::vm_map_entry>();
        let flag = |set: bool, flag: u32| if set { flag } else { 0 };
        let moved = self.moved.filter(|_| own);
        let is = |what| moved == Some(what);
        // SAFETY: a fresh object of that type.
        unsafe {
            (*place).start = entry.start + if is(Moved::Entry) { 8 } else { 0 };
            (*place).end = entry.end;
            (*place).protection = if is(Moved::Protection) { 0 } else { entry.prot };
            (*place).max_protection = entry.max;
            (*place).offset = entry.offset * PAGE as u64;
            (*place).object.vm_object = if is(Moved::EntryObject) { 0 } else { object } as *mut _;
            (*place).eflags = flag(entry.cow, kpi::MAP_ENTRY_COW)
                | flag(
                    entry.needs_copy || is(Moved::Flags),
                    kpi::MAP_ENTRY_NEEDS_COPY,
                )
                | flag(is(Moved::SubMap), kpi::MAP_ENTRY_IS_SUB_MAP);
        }
        self.entries.seen.entry(map).or_default().push(shown);
        Some(place)
    }

    /// The map is locked: its root is the entry that was found last, and its objects can be looked at.
    pub fn show_root(&mut self, map: usize) {
        if self
            .entries
            .seen
            .get(&map)
            .is_some_and(|seen| !seen.is_empty())
            && !self.processes.is_own(map)
        {
            return;
        }
        self.set_root(map, 0);
        if let Some(last) = self.entries.last.get(&map).copied() {
            self.show_entry(map, last);
        }
        self.show_objects(map, true);
    }

    fn show_objects(&mut self, map: usize, show: bool) {
        if let Some(vm) = self.processes.vmspace(map) {
            self.processes.spaces[vm.space]
                .objects
                .show(&self.frames, show);
        }
    }

    /// Nobody has the map locked any more. An address space that only the module has needs no lock.
    pub fn hide_entries(&mut self, map: usize) {
        if self.processes.is_own(map) {
            return;
        }
        self.set_root(map, HIDDEN);
        self.show_objects(map, false);
        self.forget_entries(map);
    }

    /// They are gone.
    pub fn forget_entries(&mut self, map: usize) {
        for entry in self.entries.seen.remove(&map).into_iter().flatten() {
            entry.retire();
            self.processes.forget(entry);
        }
    }
}
