// SPDX-License-Identifier: BSD-2-Clause
//! Which processor runs what.

use super::{Errno, number, syscall};

/// Has this thread, and so a process of one thread, run on one processor only. EDEADLK where there is no such processor.
pub fn bind_to(cpu: u32) -> Result<(), Errno> {
    const CPU_LEVEL_WHICH: usize = 3;
    const CPU_WHICH_TID: usize = 1;
    const MYSELF: usize = usize::MAX;
    // A cpuset_t for as many processors as any kernel of these has.
    let mut set = [0u64; 16];
    let word = set.get_mut((cpu / 64) as usize).ok_or(Errno::EINVAL)?;
    *word = 1 << (cpu % 64);
    // SAFETY: the kernel reads a set of that size.
    unsafe {
        syscall(
            number::CPUSET_SETAFFINITY,
            [
                CPU_LEVEL_WHICH,
                CPU_WHICH_TID,
                MYSELF,
                size_of_val(&set),
                set.as_ptr() as usize,
                0,
            ],
        )
    }
    .map(drop)
}
