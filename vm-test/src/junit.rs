// SPDX-License-Identifier: BSD-2-Clause
//! The results as JUnit XML, which continuous integration understands: a suite for each machine and group of
//! tests, and one for what the console showed beside the tests.

use std::fs;
use std::path::{Path, PathBuf};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use rwmem_vm_protocol::group;

use crate::error::Error;
use crate::judge::{Fault, Outcome, Test};
use crate::report::Run;

/// Writes junit.xml into the folder of the logs.
pub fn write(runs: &[Run], logs: &Path) -> Result<PathBuf, Error> {
    let file = logs.join("junit.xml");
    let text = report(runs).to_string().map_err(|error| Error::File {
        what: "put the results into",
        path: file.clone(),
        source: std::io::Error::other(error.to_string()),
    })?;
    fs::write(&file, text).map_err(Error::file("write", &file))?;
    Ok(file)
}

fn report(runs: &[Run]) -> Report {
    let mut report = Report::new("rwmem");
    for run in runs {
        let mut names: Vec<&str> = Vec::new();
        for (group, _) in run.verdict.tests.iter().map(|test| group(&test.name)) {
            if !names.contains(&group) {
                names.push(group);
            }
        }
        for name in names {
            let mut suite = suite(run, name);
            for test in &run.verdict.tests {
                if group(&test.name).0 == name {
                    suite.add_test_case(of_test(test));
                }
            }
            report.add_test_suite(suite);
        }
        let mut console = suite(run, "console");
        console.set_time(run.took);
        for fault in &run.verdict.faults {
            console.add_test_case(of_fault(fault));
        }
        report.add_test_suite(console);
    }
    report
}

fn suite(run: &Run, group: &str) -> TestSuite {
    let mut suite = TestSuite::new(format!("{}: {group}", run.label));
    if let Some(banner) = &run.verdict.banner {
        suite.add_property(("kernel", banner.as_str()));
    }
    suite.add_property(("log", run.log.display().to_string().as_str()));
    suite
}

fn of_test(test: &Test) -> TestCase {
    let status = match &test.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed => failure("not ok", &test.diagnostics),
        Outcome::Skipped(reason) => {
            let mut skipped = TestCaseStatus::skipped();
            skipped.set_message(reason.as_str());
            skipped
        }
    };
    let mut case = TestCase::new(group(&test.name).1, status);
    case.set_time(test.took);
    case
}

fn of_fault(fault: &Fault) -> TestCase {
    TestCase::new(
        fault.kind.to_string(),
        failure(&fault.to_string(), &fault.lines),
    )
}

fn failure(message: &str, lines: &[String]) -> TestCaseStatus {
    let mut failure = TestCaseStatus::non_success(NonSuccessKind::Failure);
    failure.set_message(message);
    failure.set_description(lines.join("\n"));
    failure
}
