// SPDX-License-Identifier: BSD-2-Clause
//! The end of a run: did the guest do all that it owed, and if not, what is the one thing to say.

use std::time::Duration;

use super::course::{Expect, Judge, Verdict};
use super::fault::Kind;

/// How the machine came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It stopped by itself, as after a power-off.
    Stopped,
    /// Its program failed or was killed: the words say how.
    Broke(String),
    /// It was stopped because its time was up.
    TimeLimit(Duration),
    /// It was stopped because it printed nothing for so long.
    Silence(Duration),
    /// It was stopped because it printed more than this many bytes.
    Flood(u64),
}

impl Judge {
    /// Ends the run.
    pub fn finish(mut self, end: End) -> Verdict {
        // Whatever else is wrong follows from a panic, or from what made the guest give up: it is not reported.
        let gave_up = self
            .verdict
            .faults
            .iter()
            .any(|fault| fault.kind == Kind::BailOut);
        if self.fallen() || gave_up && end == End::Stopped {
            return self.verdict;
        }
        if let Some((kind, detail)) = self.bad_end(&end) {
            let recent: Vec<String> = self.recent.drain(..).collect();
            self.fault(kind, &detail, recent.iter().map(String::as_str));
        } else {
            self.check_sum();
        }
        self.verdict
    }

    /// What is wrong with the end itself. Where something is, tests that are missing because of it are not
    /// reported.
    fn bad_end(&self, end: &End) -> Option<(Kind, String)> {
        let (kind, how) = match end {
            End::Stopped if self.done => return None,
            End::Stopped => (Kind::EarlyEnd, String::new()),
            End::Broke(how) => (Kind::EarlyEnd, format!("{how}; ")),
            End::TimeLimit(limit) => (Kind::TimeLimit, format!("{} s; ", limit.as_secs())),
            End::Silence(limit) => (
                Kind::Silence,
                format!("nothing for {} s; ", limit.as_secs()),
            ),
            End::Flood(bytes) => (Kind::Flood, format!("more than {} MiB; ", bytes >> 20)),
        };
        Some((kind, how + &self.progress()))
    }

    /// How far the run has come.
    pub(super) fn progress(&self) -> String {
        if !self.kernel_runs && !self.guest_runs {
            return "no kernel ever spoke, so the disc did not boot: are boot/cdboot, boot/loader and the \
                    kernel of the root those of a FreeBSD of this architecture?"
                .to_owned();
        }
        if self.done {
            return "the guest was done, the machine not yet off".to_owned();
        }
        if !self.guest_runs {
            return "the guest had not begun: the kernel did not come as far as /sbin/init"
                .to_owned();
        }
        match (self.verdict.tests.last(), self.plan) {
            (None, _) => "before the first test".to_owned(),
            (Some(last), Some(plan)) => {
                format!("after test {} of {plan} ({})", last.number, last.name)
            }
            (Some(last), None) => format!("after test {} ({})", last.number, last.name),
        }
    }

    /// Whether tests and plan agree, each number once.
    fn check_sum(&mut self) {
        let Some(plan) = self.plan else {
            if self.expect == Expect::Tests || !self.verdict.tests.is_empty() {
                self.fault(Kind::Plan, "there is no plan (a line \"1..N\")", []);
            } else if self.expect == Expect::Show && self.shown == 0 {
                self.fault(Kind::Nothing, "the guest showed nothing", []);
            }
            return;
        };
        let beyond: Vec<u64> = self
            .numbers()
            .filter(|number| !(1..=plan).contains(number))
            .collect();
        if !beyond.is_empty() {
            let detail = format!(
                "the plan is 1..{plan}, but there is a test {}",
                list(&beyond)
            );
            self.fault(Kind::Plan, &detail, []);
        }
        // Bounded by what was seen, not by the plan, which may be 2^60.
        let seen: Vec<u64> = self
            .numbers()
            .filter(|number| (1..=plan).contains(number))
            .collect();
        let missing = plan - seen.len() as u64;
        if missing > 0 {
            let first: Vec<u64> = (1..=plan).filter(|n| !seen.contains(n)).take(10).collect();
            let detail = format!("{missing} of {plan} tests did not report: {}", list(&first));
            let glued: Vec<String> = first
                .iter()
                .filter_map(|number| self.glued.get(number))
                .map(|line| format!("not at the start of a line: {line}"))
                .collect();
            self.fault(Kind::Plan, &detail, glued.iter().map(String::as_str));
        }
        if self.expect == Expect::Tests && self.verdict.passed() == 0 && self.verdict.failed() == 0
        {
            self.fault(Kind::Nothing, "no test ran, or all were skipped", []);
        }
    }

    fn numbers(&self) -> impl Iterator<Item = u64> {
        self.verdict.tests.iter().map(|test| test.number)
    }
}

fn list(numbers: &[u64]) -> String {
    numbers
        .iter()
        .map(u64::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
