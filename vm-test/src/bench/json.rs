// SPDX-License-Identifier: BSD-2-Clause
//! The measurements as a program reads them.

use rwmem_vm_protocol::bench::Way;
use serde::Serialize;

use super::company::Ratio;
use super::copied::Copied;
use super::goals::Judged;
use super::measurement::{Per, Unit};
use super::results::{Results, Transfers};

#[derive(Serialize)]
struct Report<'a> {
    kernel: Option<&'a str>,
    /// Of the machine that transfers were measured in.
    arch: Option<&'static str>,
    /// What transfers are counted in.
    unit: Option<&'static str>,
    measurements: Vec<Line<'a>>,
    company: &'a [Ratio],
    /// Copies and dumps, and what their target felt of them.
    copied: &'a [Copied],
    goals: Vec<Judged>,
}

/// A measurement with what follows from it.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    path: Way,
    /// Of one element.
    bytes: u64,
    /// Of one operation.
    elements: u64,
    ops: u64,
    ns_total: u64,
    per_operation: Option<f64>,
    per_element: Option<f64>,
    per_page: Option<f64>,
    /// PT_IO's cost as a multiple of it.
    pt_io: Option<f64>,
}

/// One object.
pub fn json(results: &Results) -> String {
    let report = Report {
        kernel: results.kernel.as_deref(),
        arch: results.transfers.as_ref().map(|all| all.arch.name()),
        unit: results.unit().map(Unit::word),
        measurements: results.transfers.as_ref().map(lines).unwrap_or_default(),
        company: results
            .company
            .as_ref()
            .map_or(&[], |company| &company.ratios),
        copied: results
            .company
            .as_ref()
            .map_or(&[], |company| &company.copied),
        goals: results.judge(),
    };
    // Text and finite numbers only: that cannot fail.
    serde_json::to_string_pretty(&report).unwrap_or_default()
}

fn lines(transfers: &Transfers) -> Vec<Line<'_>> {
    let all = &transfers.measurements;
    let lines = all.all.iter().map(|measurement| Line {
        name: measurement.row.name,
        path: measurement.way,
        bytes: measurement.row.bytes,
        elements: measurement.row.elements,
        ops: measurement.operations,
        ns_total: measurement.total,
        per_operation: measurement.per(Per::Operation),
        per_element: measurement.per(Per::Element),
        per_page: measurement.per(Per::Page),
        pt_io: all
            .get(measurement.row, Way::PtIo)
            .and_then(|pt_io| measurement.times(pt_io)),
    });
    lines.collect()
}
