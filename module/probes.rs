// SPDX-License-Identifier: BSD-2-Clause
//! The DTrace provider `rwmem` (SDT(9)), with two probes for each transfer of a range:
//!
//! | probe           | args[0]   | args[1]        | args[2] | args[3]                  | args[4]           | args[5]    |
//! | --------------- | --------- | -------------- | ------- | ------------------------ | ----------------- | ---------- |
//! | `rwmem:::start` | its pid   | remote address | bytes   | 0 for a read, 1 for a write |                |            |
//! | `rwmem:::done`  | the same  | the same       | the same | the same                | bytes transferred | 0 or errno |
use freebsd_kpi::errno::{Errno, errno_or_zero};
use freebsd_kpi::sdt::Enabled;
use freebsd_kpi::sdt_provider;
use freebsd_kpi::thread::CurThread;
use rwmem_abi::PID_ATTACHED;

use crate::file::File;
use crate::request::Direction;

sdt_provider! { c"rwmem" {
    START = c"transfer", c"start" (c"pid_t", c"uint64_t", c"uint64_t", c"int");
    DONE = c"transfer", c"done" (c"pid_t", c"uint64_t", c"uint64_t", c"int", c"uint64_t", c"int");
} }

/// What the probes say of a transfer.
pub struct Transfer {
    /// The process as the request names it.
    pub pid: i32,
    pub remote: u64,
    pub len: u64,
    pub direction: Direction,
}

/// Whether somebody traces transfers.
#[inline(always)]
pub fn is_traced() -> bool {
    START.is_enabled() | DONE.is_enabled()
}

impl Transfer {
    /// Fires `rwmem:::start`.
    #[inline(always)]
    pub fn start(&self, td: CurThread<'_>) {
        self.fire(td, START.enabled(), 0, Ok(()));
    }

    /// Fires `rwmem:::done`.
    #[inline(always)]
    pub fn done(&self, td: CurThread<'_>, done: u64, stopped: Result<(), Errno>) {
        self.fire(td, DONE.enabled(), done, stopped);
    }

    #[inline(always)]
    fn fire(
        &self,
        td: CurThread<'_>,
        probe: Option<Enabled>,
        done: u64,
        stopped: Result<(), Errno>,
    ) {
        if let Some(probe) = probe {
            self.fire_traced(td, probe, done, stopped);
        }
    }

    #[cold]
    #[inline(never)]
    #[optimize(size)]
    fn fire_traced(
        &self,
        td: CurThread<'_>,
        probe: Enabled,
        done: u64,
        stopped: Result<(), Errno>,
    ) {
        let pid = if self.pid == PID_ATTACHED {
            File::current(td).map_or(PID_ATTACHED, File::pid)
        } else {
            self.pid
        };
        let direction = (self.direction == Direction::Write) as u64;
        let error = errno_or_zero(stopped) as u64;
        probe.fire([pid as u64, self.remote, self.len, direction, done, error]);
    }
}
