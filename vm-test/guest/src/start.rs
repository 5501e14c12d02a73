// SPDX-License-Identifier: BSD-2-Clause
//! How the program begins, and what it does when it has a bug.

use crate::console::remark;
use crate::sys::process;
use core::ffi::{CStr, c_char};

/// What `_start` calls (`sys/arch`), with a pointer to what the kernel passed.
pub extern "C" fn begin(stack: *const usize) -> ! {
    // SAFETY: this is what the kernel passed to _start: the count, then as many pointers to strings, which
    // stay where they are as long as the process runs this image.
    let arguments = unsafe {
        Arguments {
            count: *stack,
            pointers: stack.add(1).cast(),
        }
    };
    process::exit(crate::main(arguments))
}

/// The command line.
#[derive(Clone, Copy)]
pub struct Arguments {
    count: usize,
    pointers: *const *const c_char,
}

impl Arguments {
    pub fn get(self, index: usize) -> Option<&'static CStr> {
        if index >= self.count {
            return None;
        }
        // SAFETY: see `begin`; the index is within the count.
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
