// SPDX-License-Identifier: BSD-2-Clause
//! Physical memory: the kernel's structure for each page (`vm_page_t`), and its direct map, in which a page can be
//! touched only while something keeps it: wired or busy, or, where it is outside the direct map, mapped transiently.
use std::fs::File;
use std::io;

use crate::layout::*;
use crate::memory::{Access, Mapping, PAGE, memory_file};

const FRAMES: usize = 4096;
/// The physical address of the first.
const DRAM: usize = 0x8000_0000;

/// Where the simulator, which is not bound by any lock, finds pages and their structures.
#[derive(Clone, Copy)]
pub struct Memory {
    alias: usize,
    array: usize,
    window: usize,
}

impl Memory {
    pub fn page(&self, frame: usize) -> *mut kpi::vm_page {
        debug_assert!(frame < FRAMES);
        (self.array + frame * size_of::<kpi::vm_page>()) as *mut kpi::vm_page
    }

    /// The page's bytes, as the simulator sees them.
    pub fn bytes(&self, frame: usize) -> *mut u8 {
        (self.alias + frame * PAGE) as *mut u8
    }

    /// Where the module sees them.
    pub fn window(&self, frame: usize) -> usize {
        self.window + frame * PAGE
    }

    pub fn copy(&self, frame: usize) -> Vec<u8> {
        // SAFETY: a page of the alias, to which no Rust reference exists.
        unsafe { std::slice::from_raw_parts(self.bytes(frame), PAGE) }.to_vec()
    }

    pub fn fill(&self, frame: usize, bytes: &[u8]) {
        // SAFETY: as above; no more than a page.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.bytes(frame), bytes.len().min(PAGE))
        };
    }

    pub fn is_valid(&self, frame: usize) -> bool {
        // SAFETY: the array lives as long as the machine.
        unsafe { u32::from((*self.page(frame)).valid) == kpi::VM_PAGE_BITS_ALL }
    }

    pub fn busy_lock(&self, frame: usize) -> u32 {
        // SAFETY: as above; volatile, for the module changes it.
        unsafe { (&raw const (*self.page(frame)).busy_lock).read_volatile() }
    }

    /// How many have it shared busy, as its structure says.
    pub fn sharers(&self, frame: usize) -> u32 {
        match self.busy_lock(frame) {
            lock if lock & UNBUSIED != 0 => lock / ONE_SHARER,
            _ => 0,
        }
    }

    /// How often it is wired, as its structure says.
    pub fn wirings(&self, frame: usize) -> u32 {
        // SAFETY: as above; the module changes that, too.
        let count = unsafe { (&raw const (*self.page(frame)).ref_count).read_volatile() };
        count & !(kpi::VPRC_OBJREF | kpi::VPRC_BLOCKED)
    }

    pub fn set_wirings(&self, frame: usize, count: u32) {
        // SAFETY: as above.
        unsafe { (&raw mut (*self.page(frame)).ref_count).write_volatile(kpi::VPRC_OBJREF | count) }
    }

    pub fn set_busy_lock(&self, frame: usize, value: u32) {
        // SAFETY: as above.
        unsafe { (&raw mut (*self.page(frame)).busy_lock).write_volatile(value) }
    }
}

/// What the simulator knows of a page beside its structure.
#[derive(Default)]
pub struct State {
    /// Wirings by each thread of the module's.
    pub wired: [u32; THREADS],
    /// Shared busies by each.
    pub shared: [u32; THREADS],
    /// Who has it exclusively busy.
    pub exclusive: Option<usize>,
    /// Somebody else in the kernel has it shared busy.
    pub others: u32,
    /// Its bytes when it became exclusively busy, or was last marked as modified.
    pub before: Option<Vec<u8>>,
    /// What the direct map lets the module do with it.
    pub open: Option<Access>,
    /// The thread that has it mapped transiently.
    pub transient: Option<usize>,
}

pub struct Frames {
    dram: File,
    _alias: Mapping,
    window: Mapping,
    _array: Mapping,
    pub memory: Memory,
    pub states: Vec<State>,
    used: usize,
    first: usize,
}

impl Frames {
    pub fn new() -> io::Result<Frames> {
        let dram = memory_file(FRAMES * PAGE)?;
        let alias = Mapping::shared(&dram, 0, 0, FRAMES * PAGE, Access::ReadWrite)?;
        let window = Mapping::shared(&dram, 0, 0, FRAMES * PAGE, Access::None)?;
        let array = Mapping::anywhere(FRAMES * size_of::<kpi::vm_page>())?;
        let memory = Memory {
            alias: alias.addr(),
            array: array.addr(),
            window: window.addr(),
        };
        Ok(Frames {
            dram,
            _alias: alias,
            window,
            _array: array,
            memory,
            states: (0..FRAMES).map(|_| State::default()).collect(),
            used: 0,
            first: 0,
        })
    }

    /// Pages that are never given to an object, one after the other. Only before the first run.
    pub fn reserve(&mut self, count: usize) -> usize {
        let start = self.first;
        self.first += count;
        self.used = self.first;
        start
    }

    /// A page of the object at `object`; valid, and neither busy nor wired.
    pub fn allocate(&mut self, object: usize, pindex: u64, managed: bool) -> usize {
        let frame = self.used;
        assert!(frame < FRAMES, "no physical memory left");
        self.used += 1;
        self.states[frame] = State::default();
        // SAFETY: the page's structure, in the array; integers and pointers throughout.
        unsafe {
            let m = self.memory.page(frame);
            m.write_bytes(0, 1);
            (*m).object = object as *mut _;
            (*m).pindex = pindex;
            (*m).valid = kpi::VM_PAGE_BITS_ALL as _;
            (*m).phys_addr = (DRAM + frame * PAGE) as _;
            (*m).busy_lock = UNBUSIED;
            (*m).ref_count = kpi::VPRC_OBJREF;
            (*m).oflags = if managed { 0 } else { kpi::VPO_UNMANAGED as _ };
        }
        frame
    }

    /// The page whose structure is at `m`, if it is in use.
    pub fn frame(&self, m: usize) -> Option<usize> {
        let offset = m.checked_sub(self.memory.array)?;
        let frame = offset / size_of::<kpi::vm_page>();
        let good = offset.is_multiple_of(size_of::<kpi::vm_page>())
            && (self.first..self.used).contains(&frame);
        good.then_some(frame)
    }

    /// The page in the direct map at `addr`.
    pub fn in_window(&self, addr: usize) -> Option<usize> {
        self.window
            .contains(addr, 1)
            .then(|| (addr - self.window.addr()) / PAGE)
    }

    /// Says what the module may do with the page in the direct map.
    pub fn open(&mut self, frame: usize, access: Option<Access>) {
        if self.states[frame].open != access {
            self.states[frame].open = access;
            self.window
                .protect(frame * PAGE, PAGE, access.unwrap_or(Access::None));
        }
    }

    /// The same for pages that were reserved.
    pub fn open_reserved(&self, start: usize, count: usize, open: bool) {
        let access = if open {
            Access::ReadWrite
        } else {
            Access::None
        };
        self.window.protect(start * PAGE, count * PAGE, access);
    }

    pub fn is_wired(&self, frame: usize) -> bool {
        self.wirings(frame) > 0
    }

    /// How often it is wired.
    pub fn wirings(&self, frame: usize) -> u32 {
        self.states[frame].wired.iter().sum()
    }

    /// The pages that a thread has wired.
    pub fn wired_by(&self, thread: usize) -> Vec<usize> {
        let all = self.first..self.used;
        all.filter(|frame| self.states[*frame].wired[thread] > 0)
            .collect()
    }

    /// Those that the module may store to.
    pub fn writable(&self) -> Vec<usize> {
        let all = self.first..self.used;
        all.filter(|frame| self.states[*frame].open == Some(Access::ReadWrite))
            .collect()
    }

    /// How many have it shared busy.
    pub fn sharers(&self, frame: usize) -> u32 {
        let state = &self.states[frame];
        state.others + state.shared.iter().sum::<u32>()
    }

    /// Whether the module has it busy.
    pub fn is_busied(&self, frame: usize) -> bool {
        let state = &self.states[frame];
        state.exclusive.is_some() || state.shared.iter().any(|n| *n > 0)
    }

    /// The pages that are wired, busy or mapped.
    pub fn kept(&self) -> Vec<String> {
        let mut kept = Vec::new();
        for frame in self.first..self.used {
            let state = &self.states[frame];
            let what = [
                (self.is_wired(frame), "wired"),
                (self.is_busied(frame), "busy"),
                (state.transient.is_some(), "mapped transiently"),
            ];
            for (_, what) in what.iter().filter(|(is, _)| *is) {
                kept.push(format!("page {frame} is still {what}"));
            }
        }
        kept
    }

    /// For the next run: no page is used, and none open.
    pub fn reset(&mut self) {
        for frame in self.first..self.used {
            self.open(frame, None);
        }
        self.used = self.first;
    }

    /// The file that is the memory, and where in it a page is.
    pub fn file(&self) -> &File {
        &self.dram
    }
}
