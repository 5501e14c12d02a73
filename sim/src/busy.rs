// SPDX-License-Identifier: BSD-2-Clause
//! Pages in the module's hands: wired, busy, mapped. What it may do with them, and what it has done.
use crate::layout::*;
use crate::memory::{Access, PAGE};
use crate::objects::Kind;
use crate::processes::OWN;
use crate::sim::{Sim, current};

/// How a page that is busy is called among the locks.
pub const SHARED: &str = "the shared busy of a page";
pub const EXCLUSIVELY: &str = "the exclusive busy of a page";

impl Sim {
    /// The page that a function of the kernel's is handed.
    pub fn page(&mut self, what: &str, m: usize) -> usize {
        match self.frames.frame(m) {
            Some(frame) => frame,
            None => self.fatal(format!("{what}: {m:#x} is no page")),
        }
    }

    pub fn is_managed(&self, frame: usize) -> bool {
        // SAFETY: the page's structure.
        unsafe { u32::from((*self.frames.memory.page(frame)).oflags) & kpi::VPO_UNMANAGED == 0 }
    }

    /// The space and the number of the object that has a page, and where in it the page is.
    pub fn home(&self, frame: usize) -> Option<(usize, usize, u64)> {
        // SAFETY: the page's structure.
        let (object, pindex) = unsafe {
            let m = self.frames.memory.page(frame);
            ((*m).object as usize, (*m).pindex)
        };
        let mut spaces = self.processes.spaces.iter().enumerate();
        spaces.find_map(|(space, it)| Some((space, it.objects.find(object)?, pindex)))
    }

    /// Whether this thread has the map of a space locked.
    pub fn has_locked(&self, space: usize) -> bool {
        let mut maps = self
            .processes
            .vmspaces
            .iter()
            .filter(|vm| vm.space == space);
        maps.any(|vm| self.locks.is_held_by(vm.addr(), current()))
    }

    /// Pages that are not busy any more, or wired once less: vm_page_xunbusy and vm_page_busy_release are instructions, and no
    /// calls, and so is the end of a wiring that is not the last.
    pub fn settle(&mut self) {
        let thread = current();
        let held = self.threads.held(thread).clone();
        for (m, class) in held {
            if class == EXCLUSIVELY
                && let Some(frame) = self.frames.frame(m)
                && self.frames.memory.busy_lock(frame) == UNBUSIED
            {
                self.end_exclusive(frame);
            }
            if class == SHARED
                && let Some(frame) = self.frames.frame(m)
                && self.frames.memory.sharers(frame) < self.frames.sharers(frame)
            {
                self.end_shared(frame);
            }
        }
        for frame in self.frames.wired_by(thread) {
            if self.frames.memory.wirings(frame) < self.frames.wirings(frame) {
                self.unwire(frame);
            }
        }
    }

    /// The page has one fewer of this thread's shared busies.
    pub fn end_shared(&mut self, frame: usize) {
        let shared = &mut self.frames.states[frame].shared[current()];
        *shared = shared.saturating_sub(1);
        let m = self.frames.memory.page(frame) as usize;
        self.forget_held(m, SHARED);
        self.restrict(frame);
    }

    /// The page is not exclusively busy any more: what was stored to it has been marked.
    pub fn end_exclusive(&mut self, frame: usize) {
        let is = self.frames.memory.copy(frame);
        let state = &mut self.frames.states[frame];
        state.exclusive = None;
        if state.before.take().is_some_and(|before| before != is) {
            self.violation(format!(
                "page {frame} was stored to and not marked as modified after that"
            ));
        }
        let m = self.frames.memory.page(frame) as usize;
        self.forget_held(m, EXCLUSIVELY);
        self.restrict(frame);
    }

    pub fn forget_held(&mut self, addr: usize, class: &str) {
        let held = self.threads.held(current());
        if let Some(index) = held
            .iter()
            .rposition(|(place, name)| *place == addr && *name == class)
        {
            held.remove(index);
        }
    }

    /// Takes away what nothing allows any more of what the direct map allows.
    pub fn restrict(&mut self, frame: usize) {
        let Some(access) = self.frames.states[frame].open else {
            return;
        };
        let access = match () {
            () if access == Access::ReadWrite && self.may_store(frame) => Some(access),
            () if self.frames.is_wired(frame) || self.frames.is_busied(frame) => Some(Access::Read),
            () => None,
        };
        self.frames.open(frame, access);
    }

    /// Whether this thread may store to a page now.
    fn may_store(&self, frame: usize) -> bool {
        let Some((space, object, pindex)) = self.home(frame) else {
            return false;
        };
        if space == OWN {
            return self.frames.is_wired(frame);
        }
        let exclusive = self.frames.states[frame].exclusive == Some(current());
        let device = self.processes.spaces[space].objects.all[object].kind == Kind::Device;
        let may = |entry: &crate::space::Entry| {
            !entry.needs_copy && (entry.cow || entry.max & WRITE != 0)
        };
        let mut mapped = self.processes.spaces[space].mapped(object, pindex);
        let known = mapped.any(|(entry, _)| entry.prot & READ != 0 && may(entry));
        known && self.has_locked(space) && (exclusive || device && self.frames.is_wired(frame))
    }

    /// Gives the address of a page that this thread keeps.
    pub fn map_page(&mut self, frame: usize, transient: bool) -> usize {
        let thread = current();
        let state = &self.frames.states[frame];
        let kept =
            state.wired[thread] > 0 || state.exclusive == Some(thread) || state.shared[thread] > 0;
        if !kept {
            self.violation(format!("page {frame} is mapped, and nothing keeps it"));
        }
        if transient
            && self.frames.states[frame]
                .transient
                .replace(thread)
                .is_some()
        {
            self.violation(format!("page {frame} is mapped transiently once more"));
        }
        self.open(frame);
        self.frames.memory.window(frame)
    }

    /// This thread keeps the page: it is in the direct map, to be read, and to be stored to where that may be.
    fn open(&mut self, frame: usize) {
        let access = match self.may_store(frame) {
            true => Access::ReadWrite,
            false => Access::Read,
        };
        self.frames.open(frame, Some(access));
    }

    /// The same where no call has to give it an address: memory, in a machine whose direct map has all of it.
    pub fn keep(&mut self, frame: usize) {
        if !self.setting.transient && self.is_managed(frame) {
            self.open(frame);
        }
    }

    pub fn unmap_page(&mut self, frame: usize) {
        if self.frames.states[frame].transient.take() != Some(current()) {
            self.violation(format!(
                "page {frame} is unmapped, which this thread has not mapped transiently"
            ));
        }
        self.frames.open(frame, None);
    }

    /// Whether all of the bytes are in pages that are mapped, and that this thread has wired.
    pub fn is_mapped(&self, addr: usize, len: usize) -> bool {
        let last = addr + len.max(1) - 1;
        let mut pages = (addr / PAGE..=last / PAGE).map(|page| self.frames.in_window(page * PAGE));
        pages.all(|frame| {
            frame.is_some_and(|frame| {
                let state = &self.frames.states[frame];
                state.open.is_some() && state.wired[current()] > 0
            })
        })
    }

    /// A wiring of the page by this thread.
    pub fn wire(&mut self, frame: usize) {
        self.frames.states[frame].wired[current()] += 1;
        self.count_wirings(frame);
        self.keep(frame);
    }

    pub fn unwire(&mut self, frame: usize) {
        let state = &mut self.frames.states[frame];
        let Some(left) = state.wired[current()].checked_sub(1) else {
            self.fatal(format!(
                "page {frame} is unwired by a thread that has not wired it"
            ));
        };
        state.wired[current()] = left;
        if state.transient == Some(current()) && left == 0 {
            self.violation(format!(
                "page {frame} is unwired while it is mapped transiently"
            ));
        }
        self.count_wirings(frame);
        self.restrict(frame);
    }

    /// Has the page's structure say how often it is wired.
    fn count_wirings(&self, frame: usize) {
        let count = self.frames.wirings(frame);
        self.frames.memory.set_wirings(frame, count);
    }

    /// The page has been stored to: what comes of that.
    pub fn mark_dirty(&mut self, frame: usize) {
        let is = self.frames.memory.copy(frame);
        let state = &mut self.frames.states[frame];
        let stored = state
            .before
            .replace(is.clone())
            .is_some_and(|before| before != is);
        // SAFETY: the page's structure.
        unsafe { (*self.frames.memory.page(frame)).dirty = kpi::VM_PAGE_BITS_ALL as _ };
        let Some((space, object, pindex)) = self.home(frame).filter(|_| stored) else {
            return;
        };
        let it = &self.processes.spaces[space];
        let executable = it.mapped(object, pindex);
        let executable: Vec<_> = executable
            .filter(|(entry, _)| entry.prot & EXECUTE != 0)
            .map(|(_, at)| (current(), at))
            .collect();
        if it.objects.all[object].kind == Kind::File {
            self.unnoticed
                .push((current(), it.objects.all[object].addr));
        }
        self.unsynced.extend(executable);
    }

    /// The map is about to be unlocked: nothing of what was stored is forgotten, and nothing more can be stored.
    pub fn end_stores(&mut self, map: usize) {
        let thread = current();
        if self.unsynced.iter().any(|(by, _)| *by == thread) {
            self.violation("text was written, and the instruction cache not made coherent");
            self.unsynced.retain(|(by, _)| *by != thread);
        }
        if self.unnoticed.iter().any(|(by, _)| *by == thread) {
            self.violation(
                "a file's page was written, and vm_object_set_writeable_dirty not called",
            );
            self.unnoticed.retain(|(by, _)| *by != thread);
        }
        let Some(space) = self.processes.vmspace(map).map(|vm| vm.space) else {
            return;
        };
        for frame in self.frames.writable() {
            if self.home(frame).is_some_and(|(home, ..)| home == space) {
                self.restrict(frame);
            }
        }
    }

    /// What an address in the direct map means.
    pub fn describe_window(&self, addr: usize) -> Option<String> {
        let frame = self.frames.in_window(addr)?;
        let state = &self.frames.states[frame];
        let access = match state.open {
            None => "which is not mapped",
            Some(_) => {
                "which must not be stored to: it is not busy, its map not locked, or it is not its process's own"
            }
        };
        let wired = if self.frames.is_wired(frame) {
            "wired"
        } else {
            "not wired"
        };
        Some(format!(
            "page {frame} or an object in it, {access} ({wired})"
        ))
    }
}
