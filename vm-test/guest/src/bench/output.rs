// SPDX-License-Identifier: BSD-2-Clause
//! What is printed: a line for a machine as soon as there is a measurement, or a table for a person at the end.

use super::work::works;
use crate::console::{say, tell};
use crate::text::Text;
use core::fmt::Write;
use rwmem_vm_protocol::Line;
use rwmem_vm_protocol::bench::{ROWS, Record, Row, Way};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Lines,
    Table,
}

/// So many operations in so many nanoseconds.
pub struct Measurement {
    pub row: Row,
    pub way: Way,
    pub operations: u64,
    pub total: u64,
}

impl Measurement {
    fn per_operation(&self) -> u64 {
        (self.total + self.operations / 2) / self.operations
    }

    fn tell(&self) {
        tell_record(Record::Transfer {
            name: self.row.name,
            path: self.way,
            ops: self.operations,
            ns_total: self.total,
        });
    }
}

pub fn tell_record(record: Record<'_>) {
    tell(Line::Bench(format_args!("{record}")));
}

const WAYS: usize = Way::COLUMNS.len();

/// All measurements, in nanoseconds per operation.
pub struct Table {
    output: Output,
    cells: [[Option<u64>; WAYS]; ROWS.len()],
}

impl Table {
    pub fn new(output: Output) -> Table {
        Table {
            output,
            cells: [[None; WAYS]; ROWS.len()],
        }
    }

    pub fn add_floor(&mut self, measurement: &Measurement) {
        match self.output {
            Output::Lines => measurement.tell(),
            Output::Table => say!(
                "{:<32}{:>12} ns",
                measurement.row.name,
                measurement.per_operation()
            ),
        }
    }

    pub fn add(&mut self, index: usize, measurement: &Measurement) {
        let cell = self
            .cells
            .get_mut(index)
            .and_then(|row| row.get_mut(measurement.way as usize));
        if let Some(cell) = cell {
            *cell = Some(measurement.per_operation());
        }
        if self.output == Output::Lines {
            measurement.tell();
        }
    }

    /// Nanoseconds per operation, and how many times as long PT_IO takes.
    pub fn print(&self) {
        if self.output == Output::Lines {
            return;
        }
        let mut head = Text::<200>::of(format_args!("\n{:<32}", "ns per operation"));
        for way in Way::COLUMNS {
            // Writing to a Text never fails.
            let _ = write!(head, "{:>12}", way.word());
        }
        say!("{}", head.as_str());
        for work in works() {
            let cells = &self.cells[work.index];
            let mut line = Text::<200>::of(format_args!("{:<32}", work.row.name));
            let mut ratios =
                Text::<200>::of(format_args!("{:<32}", "  pt_io takes so many times it"));
            let pt_io = cells[Way::PtIo as usize];
            for (cell, way) in cells.iter().zip(Way::COLUMNS) {
                let _ = match cell {
                    Some(time) => write!(line, "{time:>12}"),
                    None => write!(line, "{:>12}", "-"),
                };
                let _ = match (cell, pt_io) {
                    (Some(time), Some(pt_io)) if way != Way::PtIo => {
                        let tenths = pt_io * 10 / (*time).max(1);
                        write!(ratios, "{:>10}.{}", tenths / 10, tenths % 10)
                    }
                    _ => write!(ratios, "{:>12}", ""),
                };
            }
            say!("{}", line.as_str());
            say!("{}", ratios.as_str());
        }
    }
}
