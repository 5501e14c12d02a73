// SPDX-License-Identifier: BSD-2-Clause
//! setrlimit(2).

use super::{Errno, number, syscall};

/// RLIMIT_SWAP: the swap reserved for all processes of the user, in bytes.
pub const SWAP: usize = 12;

/// Sets a limit of this process's, and of its children to come, for good.
pub fn set_limit(resource: usize, most: u64) -> Result<(), Errno> {
    let limit = [most, most];
    let at = limit.as_ptr() as usize;
    // SAFETY: the kernel reads two numbers.
    unsafe { syscall(number::SETRLIMIT, [resource, at, 0, 0, 0, 0]) }.map(drop)
}
