// SPDX-License-Identifier: BSD-2-Clause
//! Where processes are that do not go on: their threads' calls in the kernel, for the log.

use crate::console::remark;
use crate::sys::process;
use crate::sys::sysctl::{self, Kinfo};

pub fn tell(pid: i32) {
    let told = sysctl::kernel_stacks(pid, |thread, calls| {
        remark!("process {pid}, thread {thread}:");
        for call in calls.lines() {
            remark!("  {call}");
        }
    });
    // The kernel does not tell it of a process that is on its way out.
    if told.is_err() {
        match Kinfo::of(pid) {
            Ok(info) if info.is_exiting() => {
                remark!(
                    "process {pid} is exiting, and waits for {:?}",
                    info.waits_for()
                );
            }
            Ok(info) if info.is_zombie() => remark!("process {pid} waits for its parent"),
            Ok(info) => remark!("process {pid} waits for {:?}", info.waits_for()),
            Err(error) => remark!("process {pid}: where it is cannot be told: {error}"),
        }
    }
}

/// All descendants of this process.
pub fn tell_descendants() {
    let mut pids = [0; 16];
    match process::descendant_pids(&mut pids) {
        Ok(pids) => pids.iter().copied().for_each(tell),
        Err(error) => remark!("the processes that are left cannot be listed: {error}"),
    }
}
