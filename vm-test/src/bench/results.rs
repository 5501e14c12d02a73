// SPDX-License-Identifier: BSD-2-Clause
//! All that was measured, of transfers and in company, as the person or a program reads it.

use super::company::Company;
use super::target::{Judged, judge, judge_company};
use super::{Measurements, Unit, json, table};
use crate::arch::Arch;
use crate::args::Mode;

/// What transfers cost.
pub struct Transfers {
    pub measurements: Measurements,
    pub unit: Unit,
    pub arch: Arch,
}

#[derive(Default)]
pub struct Results {
    /// What the kernel calls itself.
    pub kernel: Option<String>,
    pub transfers: Option<Transfers>,
    pub company: Option<Company>,
}

impl Results {
    /// Takes what the machine of one part printed; returns what it did not measure, and what cannot be understood.
    pub fn take<'a>(
        &mut self,
        part: Mode,
        arch: Arch,
        unit: Unit,
        lines: impl IntoIterator<Item = &'a str>,
    ) -> (Vec<String>, Vec<String>) {
        if part == Mode::Company {
            let company = self.company.insert(Company::read(lines));
            return (company.missing(), company.unreadable.clone());
        }
        let measurements = Measurements::read(lines);
        let owed = (measurements.missing(), measurements.unreadable.clone());
        self.transfers = Some(Transfers {
            measurements,
            unit,
            arch,
        });
        owed
    }

    /// What transfers are counted in.
    pub fn unit(&self) -> Option<Unit> {
        self.transfers.as_ref().map(|transfers| transfers.unit)
    }

    /// Every target for which there is a measurement.
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
        text + &table::targets(&self.judge())
    }

    pub fn json(&self) -> String {
        json::json(self)
    }
}
