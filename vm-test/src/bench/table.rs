// SPDX-License-Identifier: BSD-2-Clause
//! The measurements as a person reads them.

use std::fmt::Write;

use super::measurement::{Measurement, Per, Way};
use super::rows::{FLOORS, READS, SEARCHES, WRITES};
use super::target::judge;
use super::{Measurements, Unit};

/// Widths of the first column and of the others.
const NAME: usize = 34;
const CELL: usize = 14;

/// One table: the cost of each operation in each way, and how it compares to PT_IO; then the floors and, where
/// instructions were counted, the targets.
pub fn table(measurements: &Measurements, unit: Unit) -> String {
    let mut text = String::new();
    let titles = Way::COLUMNS.map(|way| Some(way.title().to_owned()));
    line(&mut text, &format!("{} for each", unit.word()), &titles);
    for name in READS.iter().chain(WRITES).chain(SEARCHES) {
        block(&mut text, measurements, name);
    }
    push(&mut text, "");
    line(&mut text, "floors", &[]);
    for name in FLOORS {
        let floor = measurements.get(name, Way::Kernel);
        let cost = floor.and_then(|floor| floor.per(Per::Operation)).map(count);
        line(&mut text, name, &[cost]);
    }
    if unit == Unit::Instructions {
        targets(&mut text, measurements);
    }
    text
}

/// The lines of one piece of work.
fn block(text: &mut String, measurements: &Measurements, name: &str) {
    let found = Way::COLUMNS.map(|way| measurements.get(name, way));
    let pt_io = measurements.get(name, Way::PtIo);
    let per = |what: Per| found.map(|one| one.and_then(|one| one.per(what)).map(count));
    line(text, name, &per(Per::Operation));
    for (what, label) in [(Per::Page, "  a page"), (Per::Element, "  an element")] {
        let cells = per(what);
        if cells.iter().any(Option::is_some) && cells != per(Per::Operation) {
            line(text, label, &cells);
        }
    }
    let times = |one: &Measurement| one.times(pt_io?).map(|times| format!("{times:.1}x"));
    let cells = found.map(|one| one.and_then(times));
    if cells.iter().any(Option::is_some) {
        line(text, "  PT_IO costs", &cells);
    }
}

fn targets(text: &mut String, measurements: &Measurements) {
    let judged = judge(measurements);
    if judged.is_empty() {
        return;
    }
    let width = judged.iter().map(|target| target.what.len()).max();
    let width = width.unwrap_or(0);
    push(text, "");
    push(
        text,
        &format!("{:width$}{:>10}{:>10}", "targets", "measured", "at most"),
    );
    for target in judged {
        let verdict = if target.reached {
            "reached"
        } else {
            "NOT REACHED"
        };
        let (what, measured) = (target.what, count(target.measured));
        let at_most = count(f64::from(target.at_most));
        push(
            text,
            &format!("{what:width$}{measured:>10}{at_most:>10}  {verdict}"),
        );
    }
}

fn line(text: &mut String, name: &str, cells: &[Option<String>]) {
    let mut line = format!("{name:NAME$}");
    for cell in cells {
        // Writing to a String cannot fail.
        let _ = write!(line, "{:>CELL$}", cell.as_deref().unwrap_or("-"));
    }
    push(text, line.trim_end());
}

fn push(text: &mut String, line: &str) {
    let _ = writeln!(text, "{line}");
}

/// A whole number with its thousands set apart.
fn count(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
