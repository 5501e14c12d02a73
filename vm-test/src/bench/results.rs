// SPDX-License-Identifier: BSD-2-Clause
//! All that was measured, of transfers and in company, as the person or a program reads it.

use rwmem_vm_protocol::Task;
use rwmem_vm_protocol::bench::SEARCH;

use super::company::Company;
use super::goals::{Judged, judge, judge_company};
use super::measurement::{Measurements, Unit};
use super::table;
use crate::arch::Arch;

/// What transfers cost.
pub struct Transfers {
    pub measurements: Measurements,
    pub unit: Unit,
    pub arch: Arch,
}

/// What was to be measured, and where.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    pub task: Task,
    pub arch: Arch,
    pub unit: Unit,
    /// Whether the root's programs can run: the search is done by one of ours that is linked with its libraries.
    pub userland: bool,
}

/// What a part owes.
#[derive(Debug, Default)]
pub struct Owed {
    /// It was not measured.
    pub missing: Vec<String>,
    /// It could not be measured, and why.
    pub skipped: Vec<String>,
    /// Lines that say nothing that can be understood.
    pub unreadable: Vec<String>,
}

#[derive(Default)]
pub struct Results {
    /// What the kernel calls itself.
    pub kernel: Option<String>,
    pub transfers: Option<Transfers>,
    pub company: Option<Company>,
}

impl Results {
    /// Takes what the machine of one part printed.
    pub fn take<'a>(&mut self, part: Part, lines: impl IntoIterator<Item = &'a str>) -> Owed {
        if part.task == Task::Company {
            let company = self.company.insert(Company::read(lines));
            return Owed {
                missing: company.missing(),
                skipped: Vec::new(),
                unreadable: company.unreadable.clone(),
            };
        }
        let measurements = Measurements::read(lines);
        let mut owed = Owed {
            missing: measurements.missing(part.userland),
            skipped: Vec::new(),
            unreadable: measurements.unreadable.clone(),
        };
        if !part.userland {
            let why = "the root has no userland, so the command 'rwmem' cannot run there";
            owed.skipped.push(format!("{}: {why}", SEARCH.name));
        }
        self.transfers = Some(Transfers {
            measurements,
            unit: part.unit,
            arch: part.arch,
        });
        owed
    }

    /// What transfers are counted in.
    pub fn unit(&self) -> Option<Unit> {
        self.transfers.as_ref().map(|transfers| transfers.unit)
    }

    /// Every goal for which there is a measurement.
    pub fn judge(&self) -> Vec<Judged> {
        let mut judged = Vec::new();
        if let Some(transfers) = &self.transfers
            && transfers.unit == Unit::Instructions
        {
            judged.extend(judge(&transfers.measurements, transfers.arch));
        }
        judged.extend(self.company.as_ref().map(judge_company).unwrap_or_default());
        judged
    }

    /// For the person; parts without a single measurement are left out.
    pub fn tables(&self) -> String {
        let mut text = String::new();
        if let Some(transfers) = &self.transfers
            && !transfers.measurements.is_empty()
        {
            text += &table::transfers(&transfers.measurements, transfers.unit);
        }
        if let Some(company) = &self.company
            && !company.ratios.is_empty()
        {
            if !text.is_empty() {
                text.push('\n');
            }
            text += &table::company(company);
        }
        text + &table::goals(&self.judge())
    }
}
