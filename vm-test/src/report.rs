// SPDX-License-Identifier: BSD-2-Clause
//! The results in words: what is wrong and the lines that show it, a table of the kernels, and the sum.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rwmem_vm_protocol::group;

use crate::judge::{Outcome, Verdict};

/// A run that has been judged.
#[derive(Debug)]
pub struct Run {
    pub label: String,
    pub took: Duration,
    pub verdict: Verdict,
    /// The whole console.
    pub log: PathBuf,
    /// What the virtual machine's program itself complained about.
    pub complaints: String,
}

/// Everything that is wrong with a run; empty where nothing is.
pub fn failures(run: &Run) -> String {
    let mut text = String::new();
    let label = &run.label;
    for test in run
        .verdict
        .tests
        .iter()
        .filter(|test| test.outcome == Outcome::Failed)
    {
        push(
            &mut text,
            &format!("{label}: not ok {} - {}", test.number, test.name),
        );
        quote(&mut text, test.diagnostics.iter().map(String::as_str));
    }
    for fault in &run.verdict.faults {
        push(&mut text, &format!("{label}: {fault}"));
        quote(&mut text, fault.lines.iter().map(String::as_str));
    }
    if !text.is_empty() {
        if !run.complaints.is_empty() {
            push(
                &mut text,
                &format!("{label}: the virtual machine's program said:"),
            );
            quote(&mut text, run.complaints.lines());
        }
        push(
            &mut text,
            &format!("{label}: the whole console is in {}", run.log.display()),
        );
    }
    text
}

/// How many tests of each group passed on each machine, and how many did not; empty where no test has a group.
pub fn groups(runs: &[Run]) -> String {
    let tests = || runs.iter().flat_map(|run| &run.verdict.tests);
    let mut names: Vec<&str> = Vec::new();
    for (group, _) in tests().map(|test| group(&test.name)) {
        if !names.contains(&group) {
            names.push(group);
        }
    }
    if names.iter().all(|name| name.is_empty()) {
        return String::new();
    }
    let mut rows = vec![("group", runs.iter().map(|run| run.label.clone()).collect())];
    for name in names {
        let cells: Vec<String> = runs.iter().map(|run| cell(run, name)).collect();
        rows.push((if name.is_empty() { "(none)" } else { name }, cells));
    }
    let first = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..runs.len())
        .map(|at| {
            rows.iter()
                .map(|(_, cells)| cells[at].len())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for (name, cells) in &rows {
        let mut line = format!("{name:first$}");
        for (cell, width) in cells.iter().zip(&widths) {
            line += &format!("  {cell:>width$}");
        }
        push(&mut text, line.trim_end());
    }
    text
}

/// `12`, or `11, 1 FAILED`.
fn cell(run: &Run, name: &str) -> String {
    let count = |wanted: fn(&Outcome) -> bool| {
        let tests = run.verdict.tests.iter();
        tests
            .filter(|test| group(&test.name).0 == name && wanted(&test.outcome))
            .count()
    };
    let passed = count(|outcome| *outcome == Outcome::Passed);
    let failed = count(|outcome| *outcome == Outcome::Failed);
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
    let mut cell = match (passed, failed, skipped) {
        (0, 0, 0) => "-".to_owned(),
        _ => passed.to_string(),
    };
    for (count, word) in [(failed, "FAILED"), (skipped, "skipped")] {
        if count > 0 {
            cell += &format!(", {count} {word}");
        }
    }
    cell
}

/// One line per kernel.
pub fn table(runs: &[Run]) -> String {
    let width = runs
        .iter()
        .map(|run| run.label.len())
        .max()
        .unwrap_or(0)
        .max("kernel".len());
    let mut text = String::new();
    let head = ["passed", "failed", "skipped", "seconds"];
    push(
        &mut text,
        &format!(
            "{:width$}  {:>6} {:>6} {:>7} {:>7}  {}",
            "kernel", head[0], head[1], head[2], head[3], "log"
        ),
    );
    for Run {
        label,
        took,
        verdict,
        log,
        ..
    } in runs
    {
        let (passed, failed, skipped) = (verdict.passed(), verdict.failed(), verdict.skipped());
        let (seconds, log) = (took.as_secs(), log.display());
        push(
            &mut text,
            &format!("{label:width$}  {passed:>6} {failed:>6} {skipped:>7} {seconds:>7}  {log}"),
        );
    }
    text
}

/// The last line, over all kernels.
pub fn sum(runs: &[Run]) -> String {
    let sum =
        |count: fn(&Verdict) -> usize| runs.iter().map(|run| count(&run.verdict)).sum::<usize>();
    let (passed, failed) = (sum(Verdict::passed), sum(Verdict::failed));
    format!(
        "{passed} passed, {failed} failed, {} skipped",
        sum(Verdict::skipped)
    )
}

/// Skipped tests with their reasons: a hole in what was tested must be seen.
pub fn skips(run: &Run) -> String {
    let mut text = String::new();
    for test in &run.verdict.tests {
        if let Outcome::Skipped(reason) = &test.outcome {
            push(
                &mut text,
                &format!(
                    "{}: skipped {} - {}: {reason}",
                    run.label, test.number, test.name
                ),
            );
        }
    }
    text
}

/// What a benchmark should have measured and did not; empty where it is nothing.
pub fn missing(run: &Run, missing: &[String], unreadable: &[String]) -> String {
    let mut text = String::new();
    for (what, lines) in [
        ("was not measured", missing),
        ("cannot be understood", unreadable),
    ] {
        if !lines.is_empty() {
            push(&mut text, &format!("{}: this {what}:", run.label));
            quote(&mut text, lines.iter().map(String::as_str));
        }
    }
    if !text.is_empty() {
        let log = run.log.display();
        push(
            &mut text,
            &format!("{}: the reason may be in {log}", run.label),
        );
    }
    text
}

/// The log's place for a mode and kernel.
pub fn log_file(logs: &Path, mode: &str, label: &str) -> PathBuf {
    // A label may be more than a name: "generic, one cpu".
    let plain = |c: char| {
        if c.is_alphanumeric() || "-_.+".contains(c) {
            c
        } else {
            '-'
        }
    };
    let label: String = label.replace(", ", "-").chars().map(plain).collect();
    logs.join(format!("{mode}-{label}.log"))
}

fn push(text: &mut String, line: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{line}");
}

fn quote<'a>(text: &mut String, lines: impl Iterator<Item = &'a str>) {
    for line in lines {
        push(text, &format!("    {line}"));
    }
}
