// SPDX-License-Identifier: BSD-2-Clause
//! The memory of one process: the entries of its map, the objects behind them, and what happens to both.
use std::collections::BTreeSet;

use crate::frames::{Frames, Memory};
use crate::layout::*;
use crate::memory::PAGE;
use crate::objects::{Kind, Objects};
use crate::regions::*;

const P: u64 = PAGE as u64;

/// An entry of the map.
#[derive(Clone, Debug)]
pub struct Entry {
    pub start: u64,
    pub end: u64,
    pub prot: u8,
    pub max: u8,
    /// What is written to it is its own, not its object's.
    pub cow: bool,
    /// The object is somebody else's too: it must be shadowed before it is written to.
    pub needs_copy: bool,
    pub object: Option<usize>,
    /// Pages into the object.
    pub offset: u64,
}

impl Entry {
    /// The page of the object that holds an address.
    pub fn pindex(&self, at: u64) -> u64 {
        self.offset + (at - self.start) / P
    }
}

/// How memory is to be accessed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// By the process itself, as its protection says.
    Own(u8),
    /// By another, as a debugger does it.
    Read,
    Write,
}

/// One process's memory.
pub struct Space {
    image: u8,
    pub layout: &'static [Region],
    /// What each region starts with. The upper two bits of each byte tell the image.
    patterns: Vec<Vec<u8>>,
    memory: Memory,
    pub objects: Objects,
    pub entries: Vec<Entry>,
    /// Pages that start as zeros.
    pub zeros: BTreeSet<u64>,
    /// Whether a process runs in it, in this run.
    pub used: bool,
}

impl Space {
    pub fn new(frames: &mut Frames, image: u8, layout: &'static [Region]) -> Space {
        let pattern =
            |at: u64| (at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as u8 & 0x3f | image << 6;
        let patterns = layout
            .iter()
            .map(|region| (region.start..region.end()).map(pattern).collect())
            .collect();
        Space {
            image,
            layout,
            patterns,
            memory: frames.memory,
            objects: Objects::new(frames),
            entries: Vec::new(),
            zeros: BTreeSet::new(),
            used: false,
        }
    }

    pub fn image(&self) -> u8 {
        self.image
    }

    /// What a page of its regions has, if it is not zeros.
    pub fn patterned(&self, page: u64) -> Vec<u8> {
        let index = self
            .layout
            .iter()
            .position(|region| region.start <= page && page < region.end());
        index.map_or(vec![0; PAGE], |index| {
            let offset = (page - self.layout[index].start) as usize;
            self.patterns[index][offset..offset + PAGE].to_vec()
        })
    }

    /// What the program has in a page when it starts.
    pub fn pristine_page(&self, page: u64) -> Vec<u8> {
        match self.zeros.contains(&page) {
            true => vec![0; PAGE],
            false => self.patterned(page),
        }
    }

    /// Which image a byte comes from, if the program has not changed it.
    pub fn image_of(byte: u8) -> u8 {
        byte >> 6
    }

    /// Nobody runs in it any more.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.objects.all.clear();
        self.zeros.clear();
        self.used = false;
    }

    /// It becomes a copy of another, as it is.
    pub fn copy(&mut self, other: &Space, frames: &mut Frames) {
        self.clear();
        self.used = true;
        self.image = other.image;
        self.layout = other.layout;
        self.patterns.clone_from(&other.patterns);
        self.entries.clone_from(&other.entries);
        self.zeros.clone_from(&other.zeros);
        for object in &other.objects.all {
            let index = self
                .objects
                .add(self.memory, object.kind, object.size, object.backing);
            self.objects.all[index].paged.clone_from(&object.paged);
            for (pindex, frame) in &object.pages {
                let bytes = self.memory.copy(*frame);
                let copy = self.objects.resident(frames, index, *pindex, &bytes);
                // SAFETY: the structures of two pages.
                unsafe {
                    (*self.memory.page(copy)).valid = (*self.memory.page(*frame)).valid;
                }
            }
        }
    }

    /// The entry that has an address.
    pub fn find(&self, at: u64) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.start <= at && at < entry.end)
    }

    /// Whether an address may be accessed so.
    pub fn permits(&self, at: u64, access: Access) -> bool {
        let Some(entry) = self.find(at) else {
            return false;
        };
        let allowed = match access {
            Access::Own(prot) => entry.prot & prot == prot,
            Access::Read => entry.prot & READ != 0,
            Access::Write => entry.prot & READ != 0 && (entry.cow || entry.max & WRITE != 0),
        };
        allowed && self.exists(entry, at)
    }

    /// Whether it is not behind the end of a file.
    fn exists(&self, entry: &Entry, at: u64) -> bool {
        entry.object.is_none_or(|object| {
            let (object, _, found) = self.objects.search(object, entry.pindex(at));
            found || self.objects.all[object].kind == Kind::Anonymous
        })
    }

    /// Whether it may be read and somebody has put something there, or a file or a device has it.
    pub fn has_contents(&self, entry: &Entry, at: u64) -> bool {
        let found = |object| self.objects.search(object, entry.pindex(at)).2;
        entry.prot & READ != 0 && entry.object.is_some_and(found)
    }

    /// What the process sees, whatever the protection. Whether all of it is there.
    pub fn read(&self, start: u64, to: &mut [u8]) -> bool {
        let mut done = 0;
        while done < to.len() {
            let at = start + done as u64;
            let Some(entry) = self.find(at) else {
                return false;
            };
            let bytes = match entry.object {
                Some(object) => self.objects.bytes(self.memory, object, entry.pindex(at)),
                None => Some(vec![0; PAGE]),
            };
            let Some(bytes) = bytes else { return false };
            let offset = (at % P) as usize;
            let piece = (PAGE - offset).min(to.len() - done);
            to[done..done + piece].copy_from_slice(&bytes[offset..offset + piece]);
            done += piece;
        }
        true
    }

    /// The process's page tables are asked for the page at an address, faulting it in.
    pub fn touch(&mut self, frames: &mut Frames, at: u64, write: bool) -> Option<usize> {
        let need = if write { WRITE } else { READ };
        if self.find(at)?.prot & need == 0 {
            return None;
        }
        let prot = if write { READ | COPY } else { READ };
        self.fault(frames, at - at % P, prot, 0)
            .ok()
            .map(|fault| fault.frame)
    }

    /// As the process itself writes; the range is mapped.
    pub fn write(&mut self, frames: &mut Frames, start: u64, from: &[u8]) -> bool {
        let mut done = 0;
        while done < from.len() {
            let at = start + done as u64;
            let offset = (at % P) as usize;
            let piece = (PAGE - offset).min(from.len() - done);
            let Some(frame) = self.touch(frames, at, true) else {
                return false;
            };
            // SAFETY: inside the page, to which no Rust reference exists.
            unsafe {
                let to = self.memory.bytes(frame).add(offset);
                std::ptr::copy_nonoverlapping(from[done..].as_ptr(), to, piece);
            }
            done += piece;
        }
        true
    }

    /// The process unmaps [`UNMAPPED`].
    pub fn unmap(&mut self) {
        let (from, to) = UNMAPPED;
        let mut entries = Vec::new();
        for entry in self.entries.drain(..) {
            if entry.end <= from || to <= entry.start {
                entries.push(entry);
                continue;
            }
            if entry.start < from {
                entries.push(Entry {
                    end: from,
                    ..entry.clone()
                });
            }
            if to < entry.end {
                let offset = entry.pindex(to);
                entries.push(Entry {
                    start: to,
                    offset,
                    ..entry
                });
            }
        }
        self.entries = entries;
    }

    /// The process forks: what is its own belongs to the child, too, from now on.
    pub fn fork(&mut self) {
        for index in 0..self.entries.len() {
            let entry = &mut self.entries[index];
            if entry.cow {
                entry.needs_copy = true;
                if let Some(object) = entry.object {
                    self.objects.keep(self.memory, object);
                }
            }
        }
    }

    /// The pages that nothing keeps in memory go to where they come from, and are free, or used for something else.
    pub fn page_out(&mut self, frames: &mut Frames, stranger: usize) {
        for object in &mut self.objects.all {
            if object.kind == Kind::Device {
                continue;
            }
            let free =
                |frame: usize| self.memory.busy_lock(frame) == UNBUSIED && !frames.is_wired(frame);
            let pages: Vec<_> = object
                .pages
                .iter()
                .map(|(pindex, frame)| (*pindex, *frame))
                .collect();
            for (pindex, frame) in pages.into_iter().filter(|(_, frame)| free(*frame)) {
                if self.memory.is_valid(frame) {
                    object.paged.insert(pindex, self.memory.copy(frame));
                }
                object.pages.remove(&pindex);
                self.memory.fill(frame, &[0xee; PAGE]);
                // SAFETY: the page's structure.
                unsafe { (*self.memory.page(frame)).object = stranger as *mut _ };
                if frame.is_multiple_of(4) {
                    self.memory.set_busy_lock(frame, FREED);
                }
            }
        }
    }

    /// The addresses and pages of the range that are resident.
    pub fn resident(&self, start: u64, end: u64) -> Vec<(u64, usize)> {
        let page = |at: u64| {
            let entry = self.find(at)?;
            let object = &self.objects.all[entry.object?];
            Some((at, *object.pages.get(&entry.pindex(at))?))
        };
        (start..end).step_by(PAGE).filter_map(page).collect()
    }

    /// At which address it has the page of an object, by which entry.
    pub fn mapped(&self, object: usize, pindex: u64) -> impl Iterator<Item = (&Entry, u64)> {
        let has = move |entry: &&Entry| {
            entry.object == Some(object)
                && (entry.offset..entry.offset + (entry.end - entry.start) / P).contains(&pindex)
        };
        let entries = self.entries.iter().filter(has);
        entries.map(move |entry| (entry, entry.start + (pindex - entry.offset) * P))
    }
}
