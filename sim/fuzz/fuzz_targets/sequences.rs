// SPDX-License-Identifier: BSD-2-Clause
//! Arbitrary sequences of open, ioctl, read, write, attach, close and of what happens to the target.
#![no_main]

libfuzzer_sys::fuzz_target!(init: rwmem_fuzz::start("sequences"), |input: &[u8]| {
    rwmem_fuzz::run(input);
});
