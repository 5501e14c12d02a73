// SPDX-License-Identifier: BSD-2-Clause
//! One measurement, and what follows from it.

use rwmem_vm_protocol::bench::{Record, Row, Way};

const PAGE: u64 = 4096;

/// A way, in a table.
pub fn title(way: Way) -> &'static str {
    match way {
        Way::Kernel => "kernel",
        Way::Pid => "by pid",
        Way::Attached => "attached",
        Way::Checked => "READ",
        Way::PtIo => "PT_IO",
        Way::Procfs => "/proc/mem",
    }
}

/// So many operations took so long.
#[derive(Clone, Debug)]
pub struct Measurement {
    pub row: Row,
    pub way: Way,
    pub operations: u64,
    /// On the guest's clock.
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
    /// Reads what stands behind `bench: ` on the console; nothing where it says nothing that can be understood.
    pub fn read(line: &str) -> Option<Self> {
        match serde_json::from_str(line).ok()? {
            Record::Transfer {
                name,
                path: way,
                ops: operations,
                ns_total: total,
            } if operations > 0 => Some(Measurement {
                row: Row::from_name(name)?,
                way,
                operations,
                total,
            }),
            _ => None,
        }
    }

    /// The cost of one, where an operation consists of such.
    pub fn per(&self, what: Per) -> Option<f64> {
        let Row {
            bytes, elements, ..
        } = self.row;
        let number = match what {
            Per::Operation => 1,
            Per::Element if elements > 1 => elements,
            Per::Page if bytes >= PAGE => elements * bytes.div_ceil(PAGE),
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
