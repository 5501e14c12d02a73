// SPDX-License-Identifier: BSD-2-Clause
//! What vm_fault does: finds or makes the page at an address, in the order in which FreeBSD looks.
use crate::frames::Frames;
use crate::layout::*;
use crate::memory::PAGE;
use crate::objects::Kind;
use crate::space::Space;

/// A page that was faulted in.
pub struct Fault {
    pub frame: usize,
    /// It was made of zeros.
    pub filled: bool,
}

impl Space {
    pub fn fault(
        &mut self,
        frames: &mut Frames,
        at: u64,
        prot: u8,
        flags: i32,
    ) -> Result<Fault, i32> {
        let copy = prot & COPY != 0;
        let index = self
            .entries
            .iter()
            .position(|entry| entry.start <= at && at < entry.end);
        let index = index.ok_or(KERN_INVALID_ADDRESS)?;
        let entry = &self.entries[index];
        let need = prot & (READ | WRITE | EXECUTE);
        // A private copy may be made of what is read-only, but not of what nobody may look at.
        if entry.prot & need != need
            || entry.prot == 0
            || copy && entry.max & WRITE == 0 && !entry.cow
        {
            return Err(KERN_PROTECTION_FAILURE);
        }
        let object = self.entry_object(frames, index, copy);
        let pindex = self.entries[index].pindex(at);
        let fault = self.object_page(frames, object, pindex, copy, flags)?;
        let memory = frames.memory;
        // Whoever had it busy is waited for.
        if memory.busy_lock(fault.frame) & EXCLUSIVE != 0 && !frames.is_busied(fault.frame) {
            memory.set_busy_lock(fault.frame, UNBUSIED);
        }
        if copy && frames.states[fault.frame].others > 0 {
            frames.states[fault.frame].others = 0;
            memory.set_busy_lock(fault.frame, UNBUSIED);
        }
        if flags & kpi::VM_FAULT_DIRTY as i32 != 0 {
            // SAFETY: the page's structure.
            unsafe { (*memory.page(fault.frame)).dirty = kpi::VM_PAGE_BITS_ALL as _ };
        }
        Ok(fault)
    }

    /// Whether the entry at an address gets another object by such a fault: that waits for all who have the map locked.
    pub fn changes(&self, at: u64, prot: u8) -> bool {
        let entry = self.find(at);
        entry.is_some_and(|entry| entry.object.is_none() || entry.needs_copy && prot & COPY != 0)
    }

    /// The entry's object, one of its own where it is to be written to.
    fn entry_object(&mut self, frames: &Frames, index: usize, copy: bool) -> usize {
        let (object, needs_copy, offset) = {
            let entry = &self.entries[index];
            (entry.object, entry.needs_copy, entry.offset)
        };
        let pages = (self.entries[index].end - self.entries[index].start) / PAGE as u64;
        let (object, offset, needs_copy) = match object {
            Some(object) if needs_copy && copy => {
                let backing = Some((object, offset));
                (
                    self.objects
                        .add(frames.memory, Kind::Anonymous, pages, backing),
                    0,
                    false,
                )
            }
            Some(object) => (object, offset, needs_copy),
            None => (
                self.objects
                    .add(frames.memory, Kind::Anonymous, pages, None),
                0,
                needs_copy && !copy,
            ),
        };
        let entry = &mut self.entries[index];
        (entry.object, entry.offset, entry.needs_copy) = (Some(object), offset, needs_copy);
        object
    }

    fn object_page(
        &mut self,
        frames: &mut Frames,
        first: usize,
        pindex: u64,
        copy: bool,
        flags: i32,
    ) -> Result<Fault, i32> {
        let (object, index, found) = self.objects.search(first, pindex);
        if !found {
            let last = &self.objects.all[object];
            let behind = index >= last.size && last.kind != Kind::Anonymous;
            if behind || last.kind != Kind::Anonymous || flags & kpi::VM_FAULT_NOFILL as i32 != 0 {
                return Err(KERN_OUT_OF_BOUNDS);
            }
            let frame = self.objects.resident(frames, first, pindex, &[0; PAGE]);
            return Ok(Fault {
                frame,
                filled: true,
            });
        }
        let frame = self.page_in(frames, object, index);
        if object == first || !copy {
            return Ok(Fault {
                frame,
                filled: false,
            });
        }
        let bytes = frames.memory.copy(frame);
        let frame = self.objects.resident(frames, first, pindex, &bytes);
        Ok(Fault {
            frame,
            filled: false,
        })
    }

    /// The object's page, in memory and valid.
    fn page_in(&mut self, frames: &mut Frames, object: usize, pindex: u64) -> usize {
        let it = &self.objects.all[object];
        let paged = it
            .paged
            .get(&pindex)
            .cloned()
            .unwrap_or_else(|| vec![0; PAGE]);
        match it.pages.get(&pindex).copied() {
            None => self.objects.resident(frames, object, pindex, &paged),
            Some(frame) => {
                if !frames.memory.is_valid(frame) {
                    frames.memory.fill(frame, &paged);
                    // SAFETY: the page's structure.
                    unsafe { (*frames.memory.page(frame)).valid = kpi::VM_PAGE_BITS_ALL as _ };
                }
                frame
            }
        }
    }
}
