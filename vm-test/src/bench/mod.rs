// SPDX-License-Identifier: BSD-2-Clause
//! What the guest measured: read from its `bench: ` lines, shown as tables or as JSON, and held against the
//! design's targets.

mod company;
mod json;
mod measurement;
mod results;
mod table;
mod target;
#[cfg(test)]
mod tests;

use measurement::{Measurement, title};
pub use results::{Part, Results};
use rwmem_vm_protocol::bench::{Operation, ROWS, Row, Way};

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
    all: Vec<Measurement>,
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
