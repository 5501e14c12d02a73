// SPDX-License-Identifier: BSD-2-Clause
//! The objects behind a process's regions when its program starts: every kind of page there is.
use crate::frames::Frames;
use crate::layout::*;
use crate::memory::PAGE;
use crate::objects::Kind;
use crate::regions::*;
use crate::space::{Entry, Space};

const P: u64 = PAGE as u64;

/// Pages of [`MAIN`] that are not simply resident: swapped out, busy, not valid, never touched, shared busy.
const SWAPPED: [u64; 3] = [5, 24, 40];
const BUSY: [u64; 2] = [7, 41];
const INVALID: u64 = 9;
const UNTOUCHED: [u64; 4] = [11, 12, 20, 63];
const SHARED_BUSY: u64 = 13;

const GENERATIONS: usize = 20;

/// What objects have where something in front of them hides it.
const STALE: [u8; PAGE] = [0x77; PAGE];

struct Builder<'a> {
    space: &'a mut Space,
    frames: &'a mut Frames,
    region: Region,
}

impl Builder<'_> {
    fn object(&mut self, kind: Kind, size: u64, backing: Option<(usize, u64)>) -> usize {
        let memory = self.frames.memory;
        self.space.objects.add(memory, kind, size, backing)
    }

    /// What the region has in a page.
    fn bytes(&self, page: u64) -> Vec<u8> {
        self.space.patterned(self.region.start + page * P)
    }

    /// The object has the region's page, in memory.
    fn resident(&mut self, object: usize, pindex: u64, page: u64) -> usize {
        let bytes = self.bytes(page);
        self.space
            .objects
            .resident(self.frames, object, pindex, &bytes)
    }

    /// Its pager has it.
    fn paged(&mut self, object: usize, pindex: u64, page: u64) {
        let bytes = self.bytes(page);
        self.space.objects.all[object].paged.insert(pindex, bytes);
    }

    fn zeros(&mut self, page: u64) {
        self.space.zeros.insert(self.region.start + page * P);
    }

    /// Somebody in the kernel has the page busy.
    fn busy(&mut self, frame: usize) {
        self.frames.memory.set_busy_lock(frame, EXCLUSIVE);
    }

    fn shared_busy(&mut self, frame: usize) {
        self.frames.states[frame].others = 1;
        self.frames
            .memory
            .set_busy_lock(frame, UNBUSIED + ONE_SHARER);
    }

    fn invalid(&mut self, frame: usize) {
        // SAFETY: the page's structure.
        unsafe { (*self.frames.memory.page(frame)).valid = 0 };
    }

    /// The object, the page in it, and whether the entry shares it, and needs a copy of it.
    fn build(&mut self) -> Entry {
        let pages = self.region.len / P;
        let mut entry = Entry {
            start: self.region.start,
            end: self.region.end(),
            prot: self.region.prot,
            max: self.region.max,
            cow: true,
            needs_copy: false,
            object: None,
            offset: 0,
        };
        match self.region.contents {
            Contents::Resident => {
                // Those that continue it have the same.
                let object = self.object(Kind::Anonymous, pages + 2, None);
                (0..pages).for_each(|page| _ = self.resident(object, page, page));
                entry.object = Some(object);
            }
            Contents::Continued => {
                if let Some(last) = self.space.entries.last() {
                    (entry.object, entry.offset) =
                        (last.object, last.offset + (last.end - last.start) / P);
                }
                if let Some(object) = entry.object {
                    (0..pages)
                        .for_each(|page| _ = self.resident(object, entry.offset + page, page));
                }
            }
            Contents::Mixed => entry.object = Some(self.mixed(pages)),
            Contents::Nothing => {
                (0..pages).for_each(|page| self.zeros(page));
                entry.needs_copy = true;
            }
            Contents::Shadowed => entry.object = Some(self.shadowed()),
            Contents::Deep => entry.object = Some(self.deep(pages)),
            Contents::Forked => {
                let object = self.object(Kind::Anonymous, pages + 3, None);
                self.resident(object, 3, 0);
                self.paged(object, 4, 1);
                self.zeros(2);
                let frame = self.resident(object, 6, 3);
                self.shared_busy(frame);
                self.space.objects.keep(self.frames.memory, object);
                (entry.object, entry.offset, entry.needs_copy) = (Some(object), 3, true);
            }
            Contents::PrivateFile => {
                entry.object = Some(self.file(pages, &[0, 2]));
                entry.needs_copy = true;
                self.keep(entry.object);
            }
            Contents::ChangedFile => {
                let file = self.file(pages, &[0, 3]);
                self.keep(Some(file));
                let front = self.object(Kind::Anonymous, pages, Some((file, 0)));
                self.resident(front, 1, 1);
                entry.object = Some(front);
            }
            Contents::SharedFile => {
                // It ends a page before the mapping.
                entry.object = Some(self.file(pages - 1, &[0, 2]));
                entry.cow = false;
            }
            Contents::Shared => {
                let object = self.object(Kind::Anonymous, pages, None);
                self.resident(object, 0, 0);
                self.zeros(1);
                (entry.object, entry.cow) = (Some(object), false);
            }
            Contents::Device => {
                let object = self.object(Kind::Device, pages, None);
                (0..pages).for_each(|page| _ = self.resident(object, page, page));
                (entry.object, entry.cow) = (Some(object), false);
            }
        }
        entry
    }

    fn keep(&mut self, object: Option<usize>) {
        if let Some(object) = object {
            self.space.objects.keep(self.frames.memory, object);
        }
    }

    /// A file of `pages` pages, of which some are resident.
    fn file(&mut self, pages: u64, resident: &[u64]) -> usize {
        let object = self.object(Kind::File, pages, None);
        (0..pages).for_each(|page| self.paged(object, page, page));
        resident
            .iter()
            .for_each(|page| _ = self.resident(object, *page, *page));
        object
    }

    fn mixed(&mut self, pages: u64) -> usize {
        let object = self.object(Kind::Anonymous, pages, None);
        for page in 0..pages {
            match page {
                page if UNTOUCHED.contains(&page) => self.zeros(page),
                page if SWAPPED.contains(&page) => self.paged(object, page, page),
                page => {
                    let frame = self.resident(object, page, page);
                    match page {
                        page if BUSY.contains(&page) => self.busy(frame),
                        SHARED_BUSY => self.shared_busy(frame),
                        INVALID => {
                            self.paged(object, page, page);
                            self.frames.memory.fill(frame, &STALE);
                            self.invalid(frame);
                        }
                        _ => (),
                    }
                }
            }
        }
        object
    }

    /// So many objects that nobody goes through all of them at once: its own has a page, the last one two others.
    fn deep(&mut self, pages: u64) -> usize {
        let last = self.object(Kind::Anonymous, pages, None);
        self.resident(last, 0, 0);
        self.paged(last, 1, 1);
        self.zeros(2);
        let mut front = last;
        for _ in 0..GENERATIONS {
            front = self.object(Kind::Anonymous, pages, Some((front, 0)));
        }
        self.resident(front, 3, 3);
        if let Some((back, _)) = self.space.objects.all[front].backing {
            self.space.objects.keep(self.frames.memory, back);
        }
        front
    }

    /// Three objects: page i of the region is i + 2 of the second and i + 3 of the third.
    fn shadowed(&mut self) -> usize {
        let back = self.object(Kind::Anonymous, 12, None);
        let middle = self.object(Kind::Anonymous, 10, Some((back, 1)));
        let front = self.object(Kind::Anonymous, 8, Some((middle, 2)));
        self.resident(front, 0, 0);
        self.space.objects.resident(self.frames, back, 3, &STALE);
        self.resident(middle, 3, 1);
        self.resident(back, 5, 2);
        self.paged(back, 6, 3);
        self.zeros(4);
        let frame = self.resident(back, 8, 5);
        self.busy(frame);
        self.paged(middle, 8, 6);
        let frame = self.space.objects.resident(self.frames, middle, 8, &STALE);
        self.invalid(frame);
        self.paged(front, 7, 7);
        self.space.objects.resident(self.frames, back, 10, &STALE);
        self.space.objects.keep(self.frames.memory, middle);
        front
    }
}

impl Space {
    /// A program starts in it: it gets the objects and entries of its layout's regions.
    pub fn start(&mut self, frames: &mut Frames) {
        self.clear();
        self.used = true;
        for region in self.layout {
            let mut builder = Builder {
                space: self,
                frames,
                region: *region,
            };
            let entry = builder.build();
            self.entries.push(entry);
        }
    }
}
