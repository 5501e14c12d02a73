// SPDX-License-Identifier: BSD-2-Clause
//! Memory objects (`vm_object_t`): what is resident, what a pager has, and which object is shadowed.
use std::collections::BTreeMap;

use crate::frames::{Frames, Memory};
use crate::layout::*;
use crate::memory::PAGE;

/// What an object's memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Anonymous: what it does not have is zeros.
    Anonymous,
    /// A file's, which has all of it up to its end.
    File,
    /// A device's, whose pages the kernel does not manage.
    Device,
}

pub struct Object {
    /// Where the module sees it, and the simulator.
    pub addr: usize,
    at: *mut kpi::vm_object,
    pub kind: Kind,
    /// Pages.
    pub size: u64,
    /// The resident pages.
    pub pages: BTreeMap<u64, usize>,
    /// What the pager has.
    pub paged: BTreeMap<u64, Vec<u8>>,
    /// The object that it shadows, and how many pages into that it begins.
    pub backing: Option<(usize, u64)>,
    /// What it must keep, for it is another's too.
    pub kept: Option<BTreeMap<u64, Vec<u8>>>,
}

// SAFETY: the pointer is to the simulator's own mapping, which is used under its lock.
unsafe impl Send for Object {}

/// The objects of one process. Their structures are in reserved pages, which the module sees while it has the map locked.
pub struct Objects {
    start: usize,
    pub all: Vec<Object>,
}

const SLOT: usize = 512;
const PAGES: usize = 16;
const MOST: usize = PAGES * PAGE / SLOT;

impl Objects {
    pub fn new(frames: &mut Frames) -> Objects {
        Objects {
            start: frames.reserve(PAGES),
            all: Vec::new(),
        }
    }

    pub fn add(
        &mut self,
        memory: Memory,
        kind: Kind,
        size: u64,
        backing: Option<(usize, u64)>,
    ) -> usize {
        let index = self.all.len();
        assert!(index < MOST, "no room for another object");
        let (frame, offset) = (self.start + index * SLOT / PAGE, index * SLOT % PAGE);
        let at = (memory.bytes(frame) as usize + offset) as *mut kpi::vm_object;
        let (flags, kind_number) = match kind {
            Kind::Anonymous => (kpi::OBJ_SWAP, OBJT_SWAP),
            Kind::File => (0, OBJT_VNODE),
            Kind::Device => (kpi::OBJ_FICTITIOUS | kpi::OBJ_UNMANAGED, OBJT_DEVICE),
        };
        // SAFETY: a slot of its own, large enough; integers and pointers throughout.
        unsafe {
            at.write_bytes(0, 1);
            (*at).flags = flags;
            (*at).type_ = kind_number;
            (*at).size = size;
            if let Some((back, offset)) = backing {
                (*at).backing_object = self.all[back].addr as *mut _;
                (*at).backing_object_offset = offset * PAGE as u64;
            }
        }
        self.all.push(Object {
            addr: memory.window(frame) + offset,
            at,
            kind,
            size,
            pages: BTreeMap::new(),
            paged: BTreeMap::new(),
            backing,
            kept: None,
        });
        index
    }

    pub fn find(&self, addr: usize) -> Option<usize> {
        self.all.iter().position(|object| object.addr == addr)
    }

    /// A resident page with these bytes.
    pub fn resident(
        &mut self,
        frames: &mut Frames,
        object: usize,
        pindex: u64,
        bytes: &[u8],
    ) -> usize {
        let managed = self.all[object].kind != Kind::Device;
        let frame = frames.allocate(self.all[object].addr, pindex, managed);
        frames.memory.fill(frame, bytes);
        self.all[object].pages.insert(pindex, frame);
        frame
    }

    /// Where a chain of objects has a page: the object, and the index in it; the last of the chain where none has.
    pub fn search(&self, object: usize, pindex: u64) -> (usize, u64, bool) {
        let (mut object, mut pindex) = (object, pindex);
        loop {
            let it = &self.all[object];
            if it.pages.contains_key(&pindex) || it.paged.contains_key(&pindex) {
                return (object, pindex, true);
            }
            match it.backing {
                Some((back, offset)) => (object, pindex) = (back, pindex + offset),
                None => return (object, pindex, false),
            }
        }
    }

    /// What a chain of objects has at an index: nothing behind the end of a file.
    pub fn bytes(&self, memory: Memory, object: usize, pindex: u64) -> Option<Vec<u8>> {
        match self.search(object, pindex) {
            (object, pindex, true) => Some(self.own_bytes(memory, object, pindex)),
            (last, ..) if self.all[last].kind == Kind::Anonymous => Some(vec![0; PAGE]),
            _ => None,
        }
    }

    /// What the object itself has there, in memory or by its pager.
    fn own_bytes(&self, memory: Memory, object: usize, pindex: u64) -> Vec<u8> {
        let it = &self.all[object];
        let resident = it
            .pages
            .get(&pindex)
            .filter(|frame| memory.is_valid(**frame));
        match (resident, it.paged.get(&pindex)) {
            (Some(frame), _) => memory.copy(*frame),
            (None, Some(paged)) => paged.clone(),
            (None, None) => vec![0; PAGE],
        }
    }

    /// From now on nobody may change what the object has.
    pub fn keep(&mut self, memory: Memory, object: usize) {
        let mut next = Some(object);
        while let Some(object) = next {
            let it = &self.all[object];
            let indices: Vec<_> = it.pages.keys().chain(it.paged.keys()).copied().collect();
            let kept = indices.into_iter();
            let kept = kept.map(|pindex| (pindex, self.own_bytes(memory, object, pindex)));
            let kept: BTreeMap<_, _> = kept.collect();
            next = it.backing.map(|(back, _)| back);
            self.all[object].kept = Some(kept);
        }
    }

    /// A page of what must be kept that was changed, or that was added to it.
    pub fn changed(&self, memory: Memory) -> Option<String> {
        for (index, object) in self.all.iter().enumerate() {
            let Some(kept) = &object.kept else { continue };
            let here = object.pages.keys().chain(object.paged.keys());
            for pindex in here.chain(kept.keys()) {
                let is = self.own_bytes(memory, index, *pindex);
                if kept.get(pindex).is_some_and(|was| *was != is) {
                    return Some(format!(
                        "page {pindex} of an object that another process has too"
                    ));
                }
            }
        }
        None
    }

    /// Sets whether the module sees the structures.
    pub fn show(&self, frames: &Frames, show: bool) {
        frames.open_reserved(self.start, PAGES, show);
    }

    /// The structure of an object, as the simulator reaches it.
    pub fn structure(&self, object: usize) -> *mut kpi::vm_object {
        self.all[object].at
    }
}
