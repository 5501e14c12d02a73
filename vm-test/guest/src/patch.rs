// SPDX-License-Identifier: BSD-2-Clause
//! A function in read-only text whose return value is one byte of its code.

use crate::sys::arch::VALUE_IN_SECOND_BYTE;
use crate::sys::memory::PAGE;
use core::arch::global_asm;
use core::hint::black_box;

/// What [`value`] returns as long as nobody changed it.
pub const ORIGINAL: u8 = 42;

// Alone in its page, so that a private copy of the page concerns nothing else.
global_asm!(
    ".pushsection .text.rwmem_patch, \"ax\", @progbits",
    ".p2align 12",
    "rwmem_patch_code:",
    VALUE_IN_SECOND_BYTE!(),
    ".p2align 12",
    ".popsection",
    original = const ORIGINAL,
);

unsafe extern "C" {
    safe fn rwmem_patch_code() -> u64;
}

/// The function's return value, from its code as it is now.
pub fn value() -> u64 {
    black_box(rwmem_patch_code as extern "C" fn() -> u64)()
}

/// The address of the byte that is the return value, an operand of the first instruction.
pub fn byte() -> u64 {
    page() + 1
}

/// The address of the page that holds the code.
pub fn page() -> u64 {
    let code = rwmem_patch_code as *const () as u64;
    debug_assert!(code.is_multiple_of(PAGE as u64));
    code
}
