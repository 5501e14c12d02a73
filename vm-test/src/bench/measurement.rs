// SPDX-License-Identifier: BSD-2-Clause
//! What transfers cost: measurements, and what follows from them.

use rwmem_vm_protocol::bench::{Operation, ROWS, Record, Row, Way};

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
        Way::Snapshot => "SNAPSHOT",
        Way::Fork => "fork(2)",
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

    /// The cost of one; none where an operation does not consist of such.
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

    /// The other's cost as a multiple of this one's.
    pub fn times(&self, other: &Measurement) -> Option<f64> {
        let (this, other) = (self.per(Per::Operation)?, other.per(Per::Operation)?);
        (this > 0.0).then(|| other / this)
    }
}

/// What the guest's clock counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Instructions: the machine's clock advances by a nanosecond with each.
    Instructions,
    /// Nanoseconds of a machine that runs as fast as it can.
    Nanoseconds,
}

impl Unit {
    pub fn word(self) -> &'static str {
        match self {
            Unit::Instructions => "instructions",
            Unit::Nanoseconds => "nanoseconds",
        }
    }
}

/// All measurements of one run.
#[derive(Debug, Default)]
pub struct Measurements {
    pub all: Vec<Measurement>,
    /// Lines that say nothing that can be understood.
    pub unreadable: Vec<String>,
}

impl Measurements {
    /// Reads what stands behind `bench: ` on the console.
    pub fn read<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut measurements = Measurements::default();
        for line in lines {
            match Measurement::read(line) {
                Some(measurement) => measurements.all.push(measurement),
                None => measurements.unreadable.push(line.to_owned()),
            }
        }
        measurements
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn get(&self, row: Row, way: Way) -> Option<&Measurement> {
        self.all
            .iter()
            .find(|measurement| measurement.row == row && measurement.way == way)
    }

    /// What should have been measured and was not; by whole programs only where there is a userland for them.
    pub fn missing(&self, userland: bool) -> Vec<String> {
        ROWS.iter()
            .filter(|row| userland || row.operation != Operation::Search)
            .flat_map(|&row| row.ways().iter().map(move |&way| (row, way)))
            .filter(|&(row, way)| way.is_owed() && self.get(row, way).is_none())
            .map(|(row, way)| format!("{} ({})", row.name, title(way)))
            .collect()
    }
}
