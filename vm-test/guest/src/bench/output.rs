// SPDX-License-Identifier: BSD-2-Clause
//! What is printed: a line for a machine as soon as there is a measurement, or a table for a person at the end.

use super::work::{WORKS, Way};
use crate::console::say;
use crate::text::Text;
use core::fmt::Write;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Output {
    Lines,
    Table,
}

/// So many operations in so many nanoseconds.
pub struct Measurement {
    pub name: &'static str,
    pub path: &'static str,
    /// Of an element.
    pub bytes: u64,
    /// Of an operation.
    pub elements: u64,
    pub operations: u64,
    pub total: u64,
}

impl Measurement {
    fn per_operation(&self) -> u64 {
        (self.total + self.operations / 2) / self.operations
    }

    fn print(&self) {
        let Measurement {
            name,
            path,
            bytes,
            elements,
            operations,
            total,
        } = self;
        say!(
            "bench: {{\"name\":\"{name}\",\"path\":\"{path}\",\"bytes\":{bytes},\"elements\":{elements},\
             \"ops\":{operations},\"ns_total\":{total}}}"
        );
    }
}

const WAYS: usize = Way::ALL.len();

/// All measurements, in nanoseconds per operation.
pub struct Table {
    output: Output,
    cells: [[Option<u64>; WAYS]; WORKS.len()],
}

impl Table {
    pub fn new(output: Output) -> Table {
        Table {
            output,
            cells: [[None; WAYS]; WORKS.len()],
        }
    }

    pub fn add_floor(&mut self, measurement: &Measurement) {
        match self.output {
            Output::Lines => measurement.print(),
            Output::Table => say!(
                "{:<32}{:>12} ns",
                measurement.name,
                measurement.per_operation()
            ),
        }
    }

    pub fn add(&mut self, row: usize, way: Way, measurement: &Measurement) {
        let cell = self
            .cells
            .get_mut(row)
            .and_then(|row| row.get_mut(way as usize));
        if let Some(cell) = cell {
            *cell = Some(measurement.per_operation());
        }
        if self.output == Output::Lines {
            measurement.print();
        }
    }

    /// Nanoseconds per operation, and how many times as long PT_IO takes.
    pub fn print(&self) {
        if self.output == Output::Lines {
            return;
        }
        let mut head = Text::<200>::of(format_args!("\n{:<32}", "ns per operation"));
        for way in Way::ALL {
            // Writing to a Text never fails.
            let _ = write!(head, "{:>12}", way.name());
        }
        say!("{}", head.as_str());
        for (work, cells) in WORKS.iter().zip(&self.cells) {
            let mut line = Text::<200>::of(format_args!("{:<32}", work.name));
            let mut ratios =
                Text::<200>::of(format_args!("{:<32}", "  pt_io takes so many times it"));
            let pt_io = cells[Way::PtIo as usize];
            for (cell, way) in cells.iter().zip(Way::ALL) {
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
