// SPDX-License-Identifier: BSD-2-Clause
//! Where processes are that do not go on: their threads' calls in the kernel, for the log.

use crate::console::say;
use crate::sys::process;
use crate::sys::sysctl::{self, Kinfo};

pub fn tell(pid: i32) {
    let told = sysctl::kernel_stacks(pid, |thread, calls| {
        say!("# process {pid}, thread {thread}:");
        for call in calls.lines() {
            say!("#   {call}");
        }
    });
    // The kernel does not tell it of a process that is on its way out.
    if told.is_err() {
        match Kinfo::of(pid) {
            Ok(info) if info.is_exiting() => {
                say!(
                    "# process {pid} is exiting, and waits for {:?}",
                    info.waits_for()
                );
            }
            Ok(info) if info.is_zombie() => say!("# process {pid} waits for its parent"),
            Ok(info) => say!("# process {pid} waits for {:?}", info.waits_for()),
            Err(error) => say!("# process {pid}: where it is cannot be told: {error}"),
        }
    }
}

/// All descendants of this process.
pub fn tell_descendants() {
    let mut pids = [0; 16];
    match process::descendant_pids(&mut pids) {
        Ok(pids) => pids.iter().copied().for_each(tell),
        Err(error) => say!("# the processes that are left cannot be listed: {error}"),
    }
}
