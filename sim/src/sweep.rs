// SPDX-License-Identifier: BSD-2-Clause
//! Fault injection: a scenario is recorded, then run again for each of its kernel calls and each way in which that can
//! fail, and for each event that can happen just there.
use std::collections::BTreeSet;

use crate::call::{Action, Call, Event};
use crate::object_file::ObjectFile;
use crate::run::{Report, run};
use crate::scenario::Scenario;

/// What a sweep covered.
#[derive(Default, Debug)]
pub struct Summary {
    pub scenarios: usize,
    pub runs: usize,
    pub calls: usize,
    /// Pairs of a call and what was made to happen at it.
    pub points: usize,
    /// Names of the kernel functions that were called at all.
    pub functions: BTreeSet<&'static str>,
    pub violations: usize,
}

impl Summary {
    pub fn add(&mut self, other: &Summary) {
        self.scenarios += other.scenarios;
        self.runs += other.runs;
        self.calls += other.calls;
        self.points += other.points;
        self.violations += other.violations;
        self.functions.extend(&other.functions);
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Summary {
            scenarios,
            runs,
            calls,
            points,
            functions,
            violations,
        } = self;
        let functions = functions.len();
        write!(
            f,
            "{scenarios} scenarios, {runs} runs: {calls} calls of {functions} kernel functions x failures and events = \
             {points} points covered, {violations} violations"
        )
    }
}

fn note(report: &Report, summary: &mut Summary) {
    summary.runs += 1;
    summary.violations += report.violations.len();
    for violation in &report.violations {
        eprintln!("VIOLATION {violation}");
    }
}

/// A scenario without anything going wrong.
pub fn once(
    object: &ObjectFile,
    scenario: &Scenario,
    injection: Option<(usize, Action)>,
) -> (Report, Summary) {
    let title = title(scenario, injection);
    let report = run(object, scenario.setting, &scenario.steps, injection, &title);
    let mut summary = Summary {
        scenarios: 1,
        calls: report.calls.len(),
        ..Summary::default()
    };
    summary
        .functions
        .extend(report.calls.iter().map(|record| record.call.name()));
    note(&report, &mut summary);
    (report, summary)
}

fn title(scenario: &Scenario, injection: Option<(usize, Action)>) -> String {
    match injection {
        None => format!("scenario {} --once", scenario.name),
        Some((at, Action::Fail(answer))) => {
            format!("scenario {} --at {at} --fail {answer}", scenario.name)
        }
        Some((at, Action::FailSomehow(way))) => {
            format!(
                "scenario {} --at {at}, failing somehow ({way})",
                scenario.name
            )
        }
        Some((at, Action::Happen(event))) => {
            format!(
                "scenario {} --at {at} --event {}",
                scenario.name,
                if event == Event::PageOut {
                    "page-out".into()
                } else {
                    format!("{event:?}").to_lowercase()
                }
            )
        }
    }
}

/// A scenario, and everything going wrong in turn. Stops after the first few violations.
pub fn sweep(object: &ObjectFile, scenario: &Scenario) -> Summary {
    const ENOUGH: usize = 5;
    const LONG: usize = 140;
    let (recorded, mut summary) = once(object, scenario, None);
    let last = recorded.calls.last().map_or(0, |record| record.step);
    let len = recorded.calls.len();
    for (at, record) in recorded.calls.iter().enumerate() {
        // Loading is the same in each: it has a scenario of its own.
        if record.step == 1 && !scenario.steps.is_empty() {
            continue;
        }
        // Long transfers repeat themselves: of their middle, a part will do.
        if len > LONG && (LONG / 2..len - LONG / 2).contains(&at) && at % 5 != 0 {
            continue;
        }
        let failures = record
            .call
            .failures()
            .iter()
            .map(|answer| Action::Fail(*answer));
        // While the module is loaded or unloaded it has no target. A signal is only seen where one is looked for.
        let requested = record.step > 1 && record.step < last;
        let events = Event::ALL.into_iter().filter(|event| match event {
            Event::Signal => record.call == Call::SigIntr,
            _ => requested,
        });
        for action in failures.chain(events.map(Action::Happen)) {
            if summary.violations >= ENOUGH {
                return summary;
            }
            let injection = Some((at, action));
            let report = run(
                object,
                scenario.setting,
                &scenario.steps,
                injection,
                &title(scenario, injection),
            );
            note(&report, &mut summary);
            summary.points += usize::from(report.reached);
        }
    }
    summary
}
