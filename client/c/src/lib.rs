// SPDX-License-Identifier: BSD-2-Clause
//! librwmem, for C. `include/rwmem.h` is its interface; librwmem(3) describes it.
//!
//! - `process_vm`: process_vm_readv and process_vm_writev, as on Linux, over
//! - `pieces`: two vectors of different shape, cut into pieces that are contiguous on both sides, and
//! - `descriptor`: the hidden descriptor of the device;
//! - `direct`: the requests of the device, for a descriptor of the program's own;
//! - `requests`: those requests as system calls, the same file as in the crate rwmem;
//! - `errno`: error numbers.
//!
//! Nothing here allocates or locks, so that all of it may be called from a signal handler and after fork(2).
#![cfg_attr(not(test), no_std)]

mod descriptor;
mod direct;
mod errno;
mod pieces;
mod process_vm;
#[path = "../../src/requests.rs"]
mod requests;

/// There is nobody to catch a panic in C.
#[cfg(not(test))]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    // SAFETY: always.
    unsafe { libc::abort() }
}
