// SPDX-License-Identifier: BSD-2-Clause
//! Tests for which there is less memory than what they touch: some of it must be in swap.

use crate::sys::disk::Swap;
use crate::sys::memory::PAGE;
use crate::sys::sysctl;
use crate::tap::{Outcome, Stop, Test};
use core::ffi::CStr;

/// So many bytes are left free.
const LEFT: usize = 72 << 20;
/// More is not filled, for that would take too long.
const MOST: usize = 1800 << 20;

/// Turns most of what is free into a disk to swap to, and runs `body`, which touches more than what is left (a hundred MiB).
/// Descriptors that it has attached are given up after it.
pub fn with_little_memory(t: &mut Test, body: impl FnOnce(&mut Test) -> Outcome) -> Outcome {
    const PAGED_OUT: &CStr = c"vm.stats.vm.v_swappgsout";
    let free = sysctl::number(c"vm.stats.vm.v_free_count");
    let free = t.can("vm.stats.vm.v_free_count", free)? as usize * PAGE;
    if free > MOST {
        return Err(Stop::Skipped("there is too much memory to fill it"));
    }
    let before = t.can("v_swappgsout", sysctl::number(PAGED_OUT))?;
    let disk = free.saturating_sub(LEFT) as u64;
    let swap = t.can("swapping to memory", Swap::begin(disk))?;
    let outcome = body(t);
    let after = sysctl::number(PAGED_OUT);
    // The descriptor keeps the target's memory, swapped out or not.
    let detached = t.device().detach();
    t.can("swapoff", swap.end())?;
    outcome?;
    t.can("DETACH", detached)?;
    let after = t.can("v_swappgsout", after)?;
    t.holds("something was swapped out", after > before)
}
