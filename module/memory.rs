// SPDX-License-Identifier: BSD-2-Clause
//! Kernel memory that this module allocates. What passes through it was another process's; it is zeroed when it is freed.
use freebsd_kpi::malloc;

freebsd_kpi::malloc_type! {
    /// What `vmstat -m` shows as `rwmem`.
    pub M_RWMEM, c"rwmem"
}

/// Bytes of it.
pub type Buffer = malloc::Buffer<M_RWMEM>;
