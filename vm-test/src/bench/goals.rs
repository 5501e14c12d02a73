// SPDX-License-Identifier: BSD-2-Clause
//! The numbers that the module must reach: in guest instructions, by architecture, and in company.

use rwmem_vm_protocol::bench::{
    Direction, LARGE, READ_8, READ_16M, READ_100, SEARCH, SIZES, WAYS, Way,
};
use serde::Serialize;

use super::company::{Company, Pair, Ratio, size};
use super::measurement::{Measurements, Per};
use crate::arch::Arch;

/// Instructions, at most.
struct AtMost {
    /// One of 8 bytes by pid, and attached.
    by_pid: u32,
    attached: u32,
    /// A page of 16 MiB.
    page: u32,
    /// One of 100 scattered elements.
    element: u32,
}

const AMD64: AtMost = AtMost {
    by_pid: 1850,
    attached: 1150,
    page: 850,
    element: 450,
};
const ARM64: AtMost = AtMost {
    by_pid: 2350,
    attached: 1400,
    page: 1050,
    element: 550,
};
/// A search, in percent of what the same costs by PT_IO.
const SEARCH_AT_MOST: u32 = 10;
/// A target's pace beside a reader of any size, as a part of its pace beside the control.
const COMPANY_AT_LEAST: f64 = 0.90;
/// What two readers of one target read, as a part of what two readers of a target each do.
const READERS_AT_LEAST: f64 = 0.90;

/// A goal and what was measured.
#[derive(Debug, Serialize)]
pub struct Judged {
    pub what: String,
    #[serde(flatten)]
    pub limit: Limit,
    pub measured: f64,
    pub reached: bool,
}

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    AtMost(u32),
    AtLeast(f64),
}

impl Judged {
    fn new(what: String, limit: Limit, measured: f64) -> Judged {
        Judged {
            what,
            limit,
            measured,
            reached: match limit {
                Limit::AtMost(most) => measured <= f64::from(most),
                Limit::AtLeast(least) => measured >= least,
            },
        }
    }
}

/// Every goal in instructions for which there is a measurement.
pub fn judge(measurements: &Measurements, arch: Arch) -> Vec<Judged> {
    let AtMost {
        by_pid,
        attached,
        page,
        element,
    } = match arch {
        Arch::Amd64 => AMD64,
        Arch::Arm64 => ARM64,
    };
    #[rustfmt::skip]
    let costs = [
        ("one 8-byte read by pid (READV)", READ_8, Way::Pid, Per::Operation, by_pid),
        ("one 8-byte read, attached (pread)", READ_8, Way::Attached, Per::Operation, attached),
        ("each page of 16 MiB by pid (READV)", READ_16M, Way::Pid, Per::Page, page),
        ("each page of 16 MiB, attached (pread)", READ_16M, Way::Attached, Per::Page, page),
        ("each of 100 scattered elements by pid (READV)", READ_100, Way::Pid, Per::Element, element),
    ];
    let cost = |(what, row, way, per, most): (&str, _, _, _, _)| {
        let measured = measurements.get(row, way)?.per(per)?;
        Some(Judged::new(what.to_owned(), Limit::AtMost(most), measured))
    };
    let percent = || {
        let search = measurements.get(SEARCH, Way::Attached)?;
        let times = search.times(measurements.get(SEARCH, Way::PtIo)?)?;
        let what = "search of 256 MiB, in % of PT_IO's".to_owned();
        Some(Judged::new(
            what,
            Limit::AtMost(SEARCH_AT_MOST),
            100.0 / times,
        ))
    };
    costs
        .into_iter()
        .filter_map(cost)
        .chain(percent())
        .collect()
}

/// Every goal in company for which there is a measurement: for each size the worse of the two ways.
pub fn judge_company(company: &Company) -> Vec<Judged> {
    let worst = |pair: &dyn Fn(Way) -> Pair, bytes: u64, what: &str, least: f64| {
        let medians = WAYS.into_iter().filter_map(|way| {
            let Ratio { median, .. } = company.get(pair(way))?;
            Some(*median)
        });
        let measured = medians.min_by(f64::total_cmp)?;
        let what = format!("{what} of {}", size(bytes));
        Some(Judged::new(what, Limit::AtLeast(least), measured))
    };
    let beside = SIZES.into_iter().filter_map(|bytes| {
        let pair = |path| Pair::Company {
            direction: Direction::Read,
            path,
            bytes,
        };
        worst(
            &pair,
            bytes,
            "a target's pace beside a reader",
            COMPANY_AT_LEAST,
        )
    });
    let readers = LARGE.into_iter().filter_map(|bytes| {
        let pair = |path| Pair::Readers { path, bytes };
        worst(
            &pair,
            bytes,
            "two readers of one target, pieces",
            READERS_AT_LEAST,
        )
    });
    beside.chain(readers).collect()
}
