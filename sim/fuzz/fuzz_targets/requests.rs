// SPDX-License-Identifier: BSD-2-Clause
//! Arbitrary ioctl requests.
#![no_main]

libfuzzer_sys::fuzz_target!(init: rwmem_fuzz::start("requests"), |input: &[u8]| {
    rwmem_fuzz::run(input);
});
