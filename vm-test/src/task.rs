// SPDX-License-Identifier: BSD-2-Clause
//! What the host must know of a machine's task: what the guest owes, and how long it may take.

use std::time::Duration;

use rwmem_vm_protocol::Task;

use crate::judge::Expect;

pub fn expects(task: Task) -> Expect {
    match task {
        Task::Test | Task::Userland | Task::Differential | Task::Stress => Expect::Tests,
        Task::Demo | Task::Transfers | Task::Company => Expect::Show,
        Task::Shell => Expect::Readiness,
    }
}

/// Whether it measures time, so that no other machine may run meanwhile.
pub fn measures(task: Task) -> bool {
    matches!(task, Task::Transfers | Task::Company)
}

/// After how long a machine is stopped.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the machine's start to its end.
    pub total: Duration,
    /// Between two signs of life on the console.
    pub silence: Duration,
}

/// Those of a task, unless the person says otherwise. Counting instructions costs time, and some of
/// what is measured takes hundreds of millions of them.
pub fn limits(task: Task) -> Limits {
    let (total, silence) = match task {
        Task::Test | Task::Userland | Task::Demo | Task::Shell => (2700, 240),
        // For a stress run the minutes that it is to take count, see `job`.
        Task::Differential | Task::Stress => (3600, 300),
        Task::Transfers | Task::Company => (3600, 300),
    };
    Limits {
        total: Duration::from_secs(total),
        silence: Duration::from_secs(silence),
    }
}
