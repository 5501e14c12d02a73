// SPDX-License-Identifier: BSD-2-Clause
//! The numbers that the module must reach, in guest instructions.

use serde::Serialize;

use super::Measurements;
use super::measurement::{Per, Way};
use super::rows::{READ_8, READ_16M, READ_100, SEARCH};

struct Target {
    what: &'static str,
    name: &'static str,
    way: Way,
    per: Per,
    at_most: u32,
}

/// A tenth of what the same program costs that reads by PT_IO.
const SEARCH_PERCENT: Target = Target {
    what: "search of 256 MiB, in % of PT_IO's",
    name: SEARCH,
    way: Way::Attached,
    per: Per::Operation,
    at_most: 10,
};

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
    let judged = |target: &Target, measured: f64| Judged {
        what: target.what,
        at_most: target.at_most,
        measured,
        reached: measured <= f64::from(target.at_most),
    };
    let cost = |target: &Target| {
        let measured = measurements.get(target.name, target.way)?.per(target.per)?;
        Some(judged(target, measured))
    };
    let percent = || {
        let search = measurements.get(SEARCH, SEARCH_PERCENT.way)?;
        let times = search.times(measurements.get(SEARCH, Way::PtIo)?)?;
        Some(judged(&SEARCH_PERCENT, 100.0 / times))
    };
    TARGETS.iter().filter_map(cost).chain(percent()).collect()
}
