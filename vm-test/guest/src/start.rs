// SPDX-License-Identifier: BSD-2-Clause
//! The command line, and what the program does when it has a bug.

use crate::console::remark;
use crate::sys::process;
use core::ffi::{CStr, c_char};

/// The command line.
#[derive(Clone, Copy)]
pub struct Arguments {
    count: usize,
    pointers: *const *const c_char,
}

impl Arguments {
    /// # Safety
    /// `stack` is what the kernel passed to `_start`.
    pub unsafe fn new(stack: *const usize) -> Arguments {
        // SAFETY: the count is followed by as many pointers to strings, which stay where they are as long as the process
        // runs this image.
        unsafe {
            Arguments {
                count: *stack,
                pointers: stack.add(1).cast(),
            }
        }
    }

    pub fn get(self, index: usize) -> Option<&'static CStr> {
        if index >= self.count {
            return None;
        }
        // SAFETY: see `new`; the index is within the count.
        Some(unsafe { CStr::from_ptr(*self.pointers.add(index)) })
    }
}

#[panic_handler]
fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
    remark!("the guest program has a bug: {info}");
    if process::own_pid() == 1 {
        // An init that exits makes the kernel panic, which would hide this message.
        process::power_off();
    }
    process::exit(101)
}
