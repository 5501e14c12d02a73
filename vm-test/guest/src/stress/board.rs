// SPDX-License-Identifier: BSD-2-Clause
//! What all processes of a stress run share, also through execve: what is counted, who is where, what went wrong.

use super::count::{Ending, Event, Way};
use crate::sys::file::Fd;
use crate::sys::memory::{self, PAGE, Region};
use crate::sys::{Errno, time};
use crate::text::Text;
use core::fmt::Arguments;
use core::sync::atomic::{AtomicI32, AtomicU8, AtomicU32, AtomicU64, Ordering};

/// Targets that live at a time.
pub const SLOTS: usize = 8;
/// Processes that call the device at a time, and threads of each.
pub const CALLERS: usize = 3;
pub const THREADS: usize = 4;
/// Who has to show signs of life: each thread of a caller, and the process that tries to unload the module.
pub const PLAYERS: usize = CALLERS * THREADS + 1;
/// The player that tries to unload.
pub const UNLOADER: usize = PLAYERS - 1;

const TEXT: usize = 500;

/// Zeroes are its beginning. Only atomics, for it is changed by many processes at once.
#[repr(C)]
pub struct Board {
    /// When everybody ends (`time::now`).
    deadline: AtomicU64,
    slots: [Slot; SLOTS],
    beats: [AtomicU64; PLAYERS],
    events: [AtomicU64; Event::COUNT],
    bytes: [AtomicU64; Way::COUNT],
    endings: [[AtomicU64; Ending::COUNT]; Way::COUNT],
    /// Whether something went wrong, and what it was: only the first is kept.
    wrong: AtomicU32,
    told: AtomicU32,
    text: [AtomicU8; TEXT],
}

/// Where a target can be found.
#[repr(C)]
pub struct Slot {
    /// The process to transfer with; 0 while there is none.
    pub pid: AtomicI32,
    /// The addresses to transfer with: the page of the arena that they begin at, and how many.
    pub first: AtomicU32,
    pub pages: AtomicU32,
}

impl Slot {
    pub fn publish(&self, pid: i32, first: usize, pages: usize) {
        self.first.store(first as u32, Ordering::Relaxed);
        self.pages.store(pages as u32, Ordering::Relaxed);
        self.pid.store(pid, Ordering::Relaxed);
    }
}

impl Board {
    /// A new one, and the descriptor by which an image executed later finds it.
    pub fn make() -> Result<(&'static Board, Fd), Errno> {
        let object = memory::shared_object(size_of::<Board>().next_multiple_of(PAGE))?;
        let board = Self::of_descriptor(&object)?;
        Ok((board, object))
    }

    pub fn of_descriptor(object: &Fd) -> Result<&'static Board, Errno> {
        let region = Region::of_object(object, size_of::<Board>().next_multiple_of(PAGE))?;
        let board = region.at(0) as *const Board;
        core::mem::forget(region);
        // SAFETY: mapped above, page-aligned and long enough, and never unmapped; atomics may be any bytes, and may be
        // changed by others at any time.
        Ok(unsafe { &*board })
    }

    /// Sets when everybody ends, so many milliseconds from now.
    pub fn begin(&self, duration: u64) {
        let now = time::now();
        self.deadline.store(now + duration, Ordering::Relaxed);
        for beat in &self.beats {
            beat.store(now, Ordering::Relaxed);
        }
    }

    pub fn over(&self) -> bool {
        time::now() >= self.deadline.load(Ordering::Relaxed)
    }

    /// Has everybody end now.
    pub fn call_off(&self) {
        self.deadline.store(0, Ordering::Relaxed);
    }

    pub fn slot(&self, index: usize) -> &Slot {
        &self.slots[index % SLOTS]
    }

    /// A sign of life.
    pub fn beat(&self, player: usize) {
        self.beats[player].store(time::now(), Ordering::Relaxed);
    }

    /// Which of the first `players` has shown no sign of life for longest, and for how many milliseconds.
    pub fn most_silent(&self, players: usize) -> (usize, u64) {
        let now = time::now();
        let silences = self.beats[..players]
            .iter()
            .map(|beat| now.saturating_sub(beat.load(Ordering::Relaxed)));
        silences
            .enumerate()
            .max_by_key(|&(_, silence)| silence)
            .unwrap_or((0, 0))
    }

    pub fn count(&self, event: Event) {
        self.add(event, 1);
    }

    pub fn add(&self, event: Event, more: u64) {
        self.events[event as usize].fetch_add(more, Ordering::Relaxed);
    }

    pub fn events(&self, event: Event) -> u64 {
        self.events[event as usize].load(Ordering::Relaxed)
    }

    /// One request: how it was answered, and how many bytes it moved.
    pub fn count_ending(&self, way: Way, ending: Ending, bytes: u64) {
        self.endings[way as usize][ending as usize].fetch_add(1, Ordering::Relaxed);
        self.bytes[way as usize].fetch_add(bytes, Ordering::Relaxed);
    }

    pub fn endings(&self, way: Way, ending: Ending) -> u64 {
        self.endings[way as usize][ending as usize].load(Ordering::Relaxed)
    }

    pub fn bytes(&self, way: Way) -> u64 {
        self.bytes[way as usize].load(Ordering::Relaxed)
    }

    /// Something that must never happen has happened, and everybody ends.
    pub fn wrong(&self, what: Arguments<'_>) {
        self.note(what);
        self.call_off();
    }

    /// The same, but all goes on. The first to say so is heard.
    pub fn note(&self, what: Arguments<'_>) {
        if self.wrong.fetch_add(1, Ordering::AcqRel) == 0 {
            let text = Text::<TEXT>::of(what);
            for (place, byte) in self.text.iter().zip(text.as_bytes()) {
                place.store(*byte, Ordering::Relaxed);
            }
            self.told
                .store(text.as_bytes().len() as u32, Ordering::Release);
        }
    }

    /// How often something was wrong, and what it was the first time.
    pub fn trouble(&self) -> (u32, Text<TEXT>) {
        let len = self.told.load(Ordering::Acquire) as usize;
        let mut bytes = [0; TEXT];
        for (byte, place) in bytes.iter_mut().zip(&self.text) {
            *byte = place.load(Ordering::Relaxed);
        }
        let text = core::str::from_utf8(&bytes[..len.min(TEXT)]).unwrap_or("(no text)");
        (
            self.wrong.load(Ordering::Acquire),
            Text::of(format_args!("{text}")),
        )
    }
}
