// SPDX-License-Identifier: BSD-2-Clause
//! How the program begins, and what it does when it has a bug.

use crate::console::say;
use crate::sys::process;
use core::arch::naked_asm;
use core::ffi::{CStr, c_char};

/// Where the kernel enters: rdi points to the argument count, the arguments follow it. The stack is aligned as
/// after a call (`exec_setregs`); a call from here needs it aligned as before one.
#[unsafe(naked)]
#[unsafe(no_mangle)]
unsafe extern "C" fn _start() -> ! {
    naked_asm!(
        "xor ebp, ebp",
        "and rsp, -16",
        "call {begin}",
        "ud2",
        begin = sym begin,
    )
}

extern "C" fn begin(stack: *const usize) -> ! {
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
    say!("# the guest program has a bug: {info}");
    if process::own_pid() == 1 {
        // An init that exits makes the kernel panic, which would hide this message.
        process::power_off();
    }
    process::exit(101)
}
