// SPDX-License-Identifier: BSD-2-Clause
//! One measurement, as the guest prints it.

use serde::{Deserialize, Serialize};

const PAGE: u64 = 4096;

/// How the bytes were moved.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// Not at all: a system call that does next to nothing.
    Kernel,
    /// READV or WRITEV for a pid.
    Pid,
    /// pread or pwrite, for batches READV, on an attached descriptor.
    Attached,
    /// READ for a pid.
    Reference,
    /// `ptrace(PT_IO)`, the target stopped.
    PtIo,
    /// pread on /proc/PID/mem.
    Procfs,
}

impl Way {
    /// The table's columns.
    pub const COLUMNS: [Way; 5] = [
        Way::Pid,
        Way::Attached,
        Way::Reference,
        Way::PtIo,
        Way::Procfs,
    ];

    pub fn title(self) -> &'static str {
        match self {
            Way::Kernel => "kernel",
            Way::Pid => "by pid",
            Way::Attached => "attached",
            Way::Reference => "READ",
            Way::PtIo => "PT_IO",
            Way::Procfs => "/proc/mem",
        }
    }
}

/// So many operations took so long.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Measurement {
    pub name: String,
    #[serde(rename = "path")]
    pub way: Way,
    /// Of one element.
    pub bytes: u64,
    /// Of one operation.
    pub elements: u64,
    #[serde(rename = "ops")]
    pub operations: u64,
    /// On the guest's clock.
    #[serde(rename = "ns_total")]
    pub total: u64,
}

/// What a total is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    Operation,
    Element,
    Page,
}

impl Measurement {
    /// The cost of one, where an operation consists of such.
    pub fn per(&self, what: Per) -> Option<f64> {
        let number = match what {
            Per::Operation => 1,
            Per::Element if self.elements > 1 => self.elements,
            Per::Page if self.bytes >= PAGE => self.elements * self.bytes.div_ceil(PAGE),
            Per::Element | Per::Page => return None,
        };
        Some(self.total as f64 / self.operations as f64 / number as f64)
    }

    /// How many times the cost of this the other's is.
    pub fn times(&self, other: &Measurement) -> Option<f64> {
        let (this, other) = (self.per(Per::Operation)?, other.per(Per::Operation)?);
        (this > 0.0).then(|| other / this)
    }
}
