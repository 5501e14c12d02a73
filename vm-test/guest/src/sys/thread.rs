// SPDX-License-Identifier: BSD-2-Clause
//! Threads of this process, for as long as one call lasts.

use super::memory::Region;
use super::{Errno, number, syscall, time};
use core::sync::atomic::{AtomicI64, Ordering};

/// What a thread may use of its stack.
const STACK: usize = 256 << 10;

/// What a new thread is started with.
struct Start<'a> {
    body: &'a (dyn Fn(usize) + Sync),
    index: usize,
    /// Not 0 when it has ended: the kernel writes it when the thread does not need its stack any more.
    ended: AtomicI64,
}

/// `struct thr_param` (sys/thr.h).
#[repr(C)]
struct Parameters {
    entry: extern "C" fn(&Start<'_>) -> !,
    argument: u64,
    stack: u64,
    stack_len: usize,
    local_storage: [u64; 2],
    ids: [u64; 2],
    flags: i64,
    priority: u64,
    spare: [u64; 3],
}
const _: () = assert!(size_of::<Parameters>() == 104);

/// Runs `body` in `N` threads beside this one, each of which is told its number, and waits for their end.
pub fn run<const N: usize>(body: &(dyn Fn(usize) + Sync)) -> Result<(), Errno> {
    let starts = core::array::from_fn::<_, N, _>(|index| Start {
        body,
        index,
        ended: AtomicI64::new(0),
    });
    // All of them before the first thread runs, which may unmap memory and map it again: no stack lies there meanwhile. Given
    // back only after the last thread has ended.
    let stacks = [(); N].map(|()| Region::private(STACK));
    let mut result = Ok(());
    for (start, stack) in starts.iter().zip(&stacks) {
        let begun = match stack {
            Ok(stack) => begin(start, stack),
            Err(error) => Err(*error),
        };
        if let Err(error) = begun {
            start.ended.store(1, Ordering::Relaxed);
            result = Err(error);
        }
    }
    for start in &starts {
        while start.ended.load(Ordering::Acquire) == 0 {
            time::pause(1000);
        }
    }
    result
}

fn begin(start: &Start<'_>, stack: &Region) -> Result<(), Errno> {
    let parameters = Parameters {
        entry,
        argument: core::ptr::from_ref(start) as u64,
        stack: stack.at(0),
        stack_len: STACK,
        local_storage: [0; 2],
        ids: [0; 2],
        flags: 0,
        priority: 0,
        spare: [0; 3],
    };
    // SAFETY: the kernel reads the parameters. The new thread runs `entry` on a stack of its own; `run` does not
    // return, and so keeps that and what `start` refers to, before the thread has ended.
    unsafe {
        syscall(
            number::THR_NEW,
            [
                core::ptr::from_ref(&parameters) as usize,
                size_of::<Parameters>(),
                0,
                0,
                0,
                0,
            ],
        )
    }
    .map(drop)
}

extern "C" fn entry(start: &Start<'_>) -> ! {
    (start.body)(start.index);
    loop {
        // SAFETY: ends this thread; the kernel writes a long when its stack can go.
        let _ = unsafe {
            syscall(
                number::THR_EXIT,
                [start.ended.as_ptr() as usize, 0, 0, 0, 0, 0],
            )
        };
    }
}
