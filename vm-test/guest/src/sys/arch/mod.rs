// SPDX-License-Identifier: BSD-2-Clause
//! All that is written in an architecture's own instructions: how a system call is made, how the program begins,
//! and the children that share their parent's stack. Both files define the same names.

#[cfg(target_arch = "x86_64")]
#[path = "amd64.rs"]
mod one;

#[cfg(target_arch = "aarch64")]
#[path = "arm64.rs"]
mod one;

/// Physical memory that is the machine's own and may be read.
pub use one::FIRMWARE;
/// A device's, where the kernel's direct map does not have those.
pub use one::OUTSIDE_DIRECT_MAP;
pub(crate) use one::VALUE_IN_SECOND_BYTE;
pub use one::{rfork_onto, syscall, vfork_and_execute, vfork_and_wait};

use super::errno::Errno;

/// What a system call left: its value, or an errno where it failed.
fn result(value: usize, failed: u32) -> Result<usize, Errno> {
    match failed {
        0 => Ok(value),
        _ => Err(Errno(value as i32)),
    }
}
