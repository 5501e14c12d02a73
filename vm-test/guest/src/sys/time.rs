// SPDX-License-Identifier: BSD-2-Clause
//! Time that passes.

use super::{number, syscall};

const CLOCK_MONOTONIC: usize = 4;

#[repr(C)]
struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

/// Milliseconds since some fixed moment.
pub fn now() -> u64 {
    nanoseconds() / 1_000_000
}

/// Nanoseconds since some fixed moment.
pub fn nanoseconds() -> u64 {
    let mut time = Timespec {
        seconds: 0,
        nanoseconds: 0,
    };
    // SAFETY: the kernel fills a timespec. The call cannot fail for this clock.
    let _ = unsafe {
        syscall(
            number::CLOCK_GETTIME,
            [
                CLOCK_MONOTONIC,
                core::ptr::from_mut(&mut time) as usize,
                0,
                0,
                0,
                0,
            ],
        )
    };
    time.seconds as u64 * 1_000_000_000 + time.nanoseconds as u64
}

/// Sleeps for about so many microseconds, or until a signal comes.
pub fn pause(microseconds: u32) {
    let time = Timespec {
        seconds: i64::from(microseconds / 1_000_000),
        nanoseconds: i64::from(microseconds % 1_000_000) * 1000,
    };
    // SAFETY: the kernel reads a timespec.
    let _ = unsafe {
        syscall(
            number::NANOSLEEP,
            [core::ptr::from_ref(&time) as usize, 0, 0, 0, 0, 0],
        )
    };
}

/// Keeps a processor busy for so many nanoseconds: too few to sleep for.
pub fn spin(duration: u64) {
    let until = nanoseconds() + duration;
    while nanoseconds() < until {
        core::hint::spin_loop();
    }
}

/// Looks every millisecond until `condition` holds, at most for `milliseconds`; whether it came to hold.
pub fn wait_until(milliseconds: u64, mut condition: impl FnMut() -> bool) -> bool {
    let end = now() + milliseconds;
    loop {
        if condition() {
            return true;
        }
        if now() >= end {
            return false;
        }
        pause(1000);
    }
}
