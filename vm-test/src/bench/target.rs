// SPDX-License-Identifier: BSD-2-Clause
//! The numbers that the design wants to be reached (docs: section 6 of the design), in guest instructions.

use serde::Serialize;

use super::Measurements;
use super::measurement::{Per, Way};
use super::rows::{READ_8, READ_16M, READ_100};

struct Target {
    what: &'static str,
    name: &'static str,
    way: Way,
    per: Per,
    at_most: u32,
}

const TARGETS: &[Target] = &[
    Target {
        what: "one 8-byte read by pid (READV)",
        name: READ_8,
        way: Way::Pid,
        per: Per::Operation,
        at_most: 1750,
    },
    Target {
        what: "each page of 16 MiB by pid (READV)",
        name: READ_16M,
        way: Way::Pid,
        per: Per::Page,
        at_most: 800,
    },
    Target {
        what: "each of 100 scattered elements by pid (READV)",
        name: READ_100,
        way: Way::Pid,
        per: Per::Element,
        at_most: 400,
    },
    Target {
        what: "one 8-byte read, attached (pread)",
        name: READ_8,
        way: Way::Attached,
        per: Per::Operation,
        at_most: 1000,
    },
    Target {
        what: "each page of 16 MiB, attached (pread)",
        name: READ_16M,
        way: Way::Attached,
        per: Per::Page,
        at_most: 800,
    },
];

/// A target and what was measured.
#[derive(Debug, Serialize)]
pub struct Judged {
    pub what: &'static str,
    pub at_most: u32,
    pub measured: f64,
    pub reached: bool,
}

/// Every target for which there is a measurement.
pub fn judge(measurements: &Measurements) -> Vec<Judged> {
    let judged = |target: &Target| {
        let measured = measurements.get(target.name, target.way)?.per(target.per)?;
        Some(Judged {
            what: target.what,
            at_most: target.at_most,
            measured,
            reached: measured <= f64::from(target.at_most),
        })
    };
    TARGETS.iter().filter_map(judged).collect()
}
