// SPDX-License-Identifier: BSD-2-Clause
//! Signals. No trampoline is needed: the kernel supplies the code that a handler returns to.

use super::{Errno, number, syscall};

pub const SIGKILL: i32 = 9;
pub const SIGALRM: i32 = 14;
pub const SIGSTOP: i32 = 17;
pub const SIGCONT: i32 = 19;

/// What to do when a signal comes.
#[derive(Clone, Copy)]
pub enum Action {
    Ignore,
    Call(extern "C" fn(i32)),
}

#[repr(C)]
struct Sigaction {
    handler: usize,
    flags: i32,
    mask: [u32; 4],
}

pub fn set_action(signal: i32, action: Action) -> Result<(), Errno> {
    let new = Sigaction {
        handler: match action {
            Action::Ignore => 1,
            Action::Call(handler) => handler as usize,
        },
        flags: 0,
        mask: [0; 4],
    };
    // SAFETY: the kernel reads a sigaction; a handler is a function of this program that takes the number.
    unsafe {
        syscall(
            number::SIGACTION,
            [
                signal as usize,
                core::ptr::from_ref(&new) as usize,
                0,
                0,
                0,
                0,
            ],
        )
    }
    .map(drop)
}

/// Has SIGALRM sent after `milliseconds`, and again each `interval` of them unless that is 0.
pub fn set_alarm(milliseconds: u32, interval: u32) -> Result<(), Errno> {
    let timeval = |ms: u32| [i64::from(ms / 1000), i64::from(ms % 1000) * 1000];
    // struct itimerval: the interval, then the time to the first.
    let timer = [timeval(interval), timeval(milliseconds)];
    // SAFETY: the kernel reads an itimerval; which = 0 is ITIMER_REAL.
    unsafe { syscall(number::SETITIMER, [0, timer.as_ptr() as usize, 0, 0, 0, 0]) }.map(drop)
}
