// SPDX-License-Identifier: BSD-2-Clause
//! What was checked and how it came out.

use std::fmt::{self, Display, Formatter};

/// How many reasons a failed check prints; the rest are counted.
const REASONS_SHOWN: usize = 8;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    /// Everything that is wrong, each with its place in the file.
    Failed(Vec<String>),
    /// What was missing.
    Skipped(String),
}

#[derive(Clone, Debug)]
pub struct Check {
    pub name: String,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, Default)]
pub struct Report {
    pub checks: Vec<Check>,
}

impl Report {
    /// Records a check that found `violations`: it passed if there are none.
    pub fn record(&mut self, name: impl Into<String>, violations: Vec<String>) {
        let outcome = if violations.is_empty() {
            Outcome::Passed
        } else {
            Outcome::Failed(violations)
        };
        self.checks.push(Check {
            name: name.into(),
            outcome,
        });
    }

    pub fn skip(&mut self, name: impl Into<String>, missing: impl Into<String>) {
        self.checks.push(Check {
            name: name.into(),
            outcome: Outcome::Skipped(missing.into()),
        });
    }

    pub fn passed(&self) -> usize {
        self.count(|outcome| *outcome == Outcome::Passed)
    }

    pub fn failed(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Failed(_)))
    }

    pub fn skipped(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Skipped(_)))
    }

    fn count(&self, which: impl Fn(&Outcome) -> bool) -> usize {
        self.checks.iter().filter(|c| which(&c.outcome)).count()
    }
}

impl Display for Check {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Outcome::Passed => write!(f, "ok - {}", self.name),
            Outcome::Skipped(missing) => write!(f, "ok - {} # SKIP {missing}", self.name),
            Outcome::Failed(reasons) => {
                let shown = reasons.len().min(REASONS_SHOWN);
                write!(f, "not ok - {}: {}", self.name, reasons[..shown].join("; "))?;
                match reasons.len() - shown {
                    0 => Ok(()),
                    more => write!(f, "; and {more} more"),
                }
            }
        }
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for check in &self.checks {
            writeln!(f, "{check}")?;
        }
        let (passed, failed, skipped) = (self.passed(), self.failed(), self.skipped());
        writeln!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}
