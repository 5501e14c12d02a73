// SPDX-License-Identifier: BSD-2-Clause
//! Threads as the module sees them: a `struct thread`, and per-CPU memory behind `%gs` with curthread and counters.
//! Each simulated thread has a CPU of its own.
use std::io;

use crate::layout::*;
use crate::memory::{Access, FRESH, Guarded, Mapping, PAGE};

const COUNTERS: usize = 15;
/// Rows of a page for each CPU: the first has curthread, every other one counter. A CPU's `%gs` is its page in the first.
const ROW: usize = THREADS * PAGE;

struct Thread {
    td: Guarded,
    /// The locks that it holds, by address, with their class.
    held: Vec<(usize, &'static str)>,
    /// The open file that the call is about (td_fpop).
    file: Option<usize>,
    stack: (usize, usize),
}

pub struct Threads {
    threads: Vec<Thread>,
    cpus: Mapping,
    counters: [bool; COUNTERS],
    ucred: Guarded,
}

impl Threads {
    pub fn new() -> io::Result<Threads> {
        let ucred = Guarded::new(UCRED_SIZE, 0);
        let threads = (0..THREADS)
            .map(|_| {
                let td = Guarded::new(size_of::<kpi::thread>(), FRESH);
                // SAFETY: a fresh object with that field.
                unsafe { (*td.as_ptr::<kpi::thread>()).td_ucred = ucred.as_ptr() };
                Thread {
                    td,
                    held: Vec::new(),
                    file: None,
                    stack: (0, 0),
                }
            })
            .collect();
        Ok(Threads {
            threads,
            cpus: Mapping::anywhere((COUNTERS + 1) * ROW)?,
            counters: [false; COUNTERS],
            ucred,
        })
    }

    fn cpu(&self, thread: usize) -> usize {
        self.cpus.addr() + thread * PAGE
    }

    /// Makes the calling Linux thread this simulated one: its `%gs`, and where its stack is.
    pub fn attach(&mut self, thread: usize, process: usize) {
        const ARCH_SET_GS: i32 = 0x1001;
        let base = self.cpu(thread);
        let td = self.td(thread);
        // SAFETY: Linux programs do not use %gs; the area is ours, and a td_proc is where the bindings say.
        unsafe {
            (base as *mut usize).write(td);
            (*(td as *mut kpi::thread)).td_proc = process as *mut kpi::proc_;
            assert_eq!(
                libc::syscall(libc::SYS_arch_prctl, ARCH_SET_GS, base),
                0,
                "arch_prctl(ARCH_SET_GS)"
            );
        }
        self.threads[thread].stack = STACK.with(|stack| *stack);
        crate::sim::become_thread(thread);
    }

    pub fn td(&self, thread: usize) -> usize {
        self.threads[thread].td.addr()
    }

    /// The frame pointer and return address that the stub of its last call has left.
    pub fn last_frame(&self, thread: usize) -> (usize, usize) {
        let cpu = self.cpu(thread);
        // SAFETY: the thread's own area.
        unsafe {
            (
                get(cpu, crate::stub::GS_FRAME),
                get(cpu, crate::stub::GS_RETURN),
            )
        }
    }

    pub fn on_stack(&self, thread: usize, addr: usize, len: usize) -> bool {
        let (low, high) = self.threads[thread].stack;
        low <= addr && addr.checked_add(len).is_some_and(|end| end <= high)
    }

    pub fn set_capability_mode(&mut self, on: bool) {
        // SAFETY: our own credentials object.
        unsafe { set(self.ucred.addr(), CR_FLAGS, if on { CAPMODE } else { 0 }) };
    }

    pub fn capability_mode(&self) -> bool {
        // SAFETY: as above.
        unsafe { get::<u32>(self.ucred.addr(), CR_FLAGS) & CAPMODE != 0 }
    }

    /// The real user id of all of them, and the address of their jail.
    pub fn set_credentials(&mut self, ruid: u32, jail: usize) {
        let ucred = self.ucred.as_ptr::<kpi::ucred>();
        // SAFETY: as above.
        unsafe {
            (*ucred).cr_ruid = ruid;
            (*ucred).cr_prison = jail as *mut _;
        }
    }

    pub fn held(&mut self, thread: usize) -> &mut Vec<(usize, &'static str)> {
        &mut self.threads[thread].held
    }

    pub fn held_names(&self, thread: usize) -> Option<String> {
        let held = &self.threads[thread].held;
        let names: Vec<_> = held
            .iter()
            .map(|(_, class)| format!("the lock \"{class}\""))
            .collect();
        (!names.is_empty()).then(|| names.join(" and "))
    }

    /// The credentials of all of them.
    pub fn ucred(&self) -> usize {
        self.ucred.addr()
    }

    pub fn file(&self, thread: usize) -> Option<usize> {
        self.threads[thread].file
    }

    pub fn set_file(&mut self, thread: usize, file: Option<usize>) -> Option<usize> {
        std::mem::replace(&mut self.threads[thread].file, file)
    }

    /// A new counter: an offset that is valid with every CPU's base.
    pub fn allocate_counter(&mut self) -> Option<usize> {
        let index = self.counters.iter().position(|used| !used)?;
        self.counters[index] = true;
        let offset = (index + 1) * ROW;
        self.cpus.protect(offset, ROW, Access::ReadWrite);
        for thread in 0..THREADS {
            // SAFETY: a page of the area, just made writable.
            unsafe { set(self.cpu(thread), offset, 0u64) };
        }
        Some(offset)
    }

    /// Whether it was one. Its pages fault from now on.
    pub fn free_counter(&mut self, offset: usize) -> bool {
        let index = (offset / ROW).wrapping_sub(1);
        if !offset.is_multiple_of(ROW) || !self.counters.get(index).copied().unwrap_or(false) {
            return false;
        }
        self.counters[index] = false;
        self.cpus.protect(offset, ROW, Access::None);
        true
    }

    /// Its value: the sum over the CPUs.
    pub fn counter(&self, offset: usize) -> u64 {
        // SAFETY: the caller has it from a counter that is allocated.
        (0..THREADS)
            .map(|thread| unsafe { get::<u64>(self.cpu(thread), offset) })
            .sum()
    }

    pub fn counters(&self) -> usize {
        self.counters.iter().filter(|used| **used).count()
    }

    /// For the next run.
    pub fn reset(&mut self) {
        for index in 0..COUNTERS {
            if self.counters[index] {
                self.free_counter((index + 1) * ROW);
            }
        }
        for thread in &mut self.threads {
            thread.held.clear();
            thread.file = None;
        }
        self.set_capability_mode(false);
    }
}

thread_local! {
    /// Asked once, for it reads a file.
    static STACK: (usize, usize) = own_stack();
}

/// The calling thread's stack.
fn own_stack() -> (usize, usize) {
    // SAFETY: the attributes are initialised by pthread_getattr_np and destroyed after use.
    unsafe {
        let mut attributes = std::mem::zeroed();
        let (mut low, mut len) = (std::ptr::null_mut(), 0);
        assert_eq!(
            libc::pthread_getattr_np(libc::pthread_self(), &mut attributes),
            0
        );
        libc::pthread_attr_getstack(&attributes, &mut low, &mut len);
        libc::pthread_attr_destroy(&mut attributes);
        (low as usize, low as usize + len)
    }
}
