// SPDX-License-Identifier: BSD-2-Clause
//! The measurements as a program reads them.

use serde::Serialize;

use super::measurement::{Measurement, Per, Way};
use super::target::{Judged, judge};
use super::{Measurements, Unit};

#[derive(Serialize)]
struct Report<'a> {
    unit: &'static str,
    kernel: Option<&'a str>,
    measurements: Vec<Line<'a>>,
    targets: Vec<Judged>,
}

/// A measurement with what follows from it.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    measurement: &'a Measurement,
    per_operation: Option<f64>,
    per_element: Option<f64>,
    per_page: Option<f64>,
    /// How many times its cost PT_IO's is.
    pt_io: Option<f64>,
}

/// One object; `kernel` is what the kernel calls itself.
pub fn json<'a>(measurements: &'a Measurements, unit: Unit, kernel: Option<&'a str>) -> String {
    let line = |measurement: &'a Measurement| Line {
        measurement,
        per_operation: measurement.per(Per::Operation),
        per_element: measurement.per(Per::Element),
        per_page: measurement.per(Per::Page),
        pt_io: measurements
            .get(&measurement.name, Way::PtIo)
            .and_then(|pt_io| measurement.times(pt_io)),
    };
    let report = Report {
        unit: unit.word(),
        kernel,
        measurements: measurements.all.iter().map(line).collect(),
        targets: match unit {
            Unit::Instructions => judge(measurements),
            Unit::Nanoseconds => Vec::new(),
        },
    };
    // Text and finite numbers only: that cannot fail.
    serde_json::to_string_pretty(&report).unwrap_or_default()
}
