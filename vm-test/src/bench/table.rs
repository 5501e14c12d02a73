// SPDX-License-Identifier: BSD-2-Clause
//! The measurements as a person reads them.

use std::fmt::Write;

use rwmem_vm_protocol::bench::{
    COPIED, COPIES, DUMPED, DUMPS, Direction, LARGE, Operation, Pages, ROWS, Row, SIZES, WAYS, Way,
};

use super::company::{Company, Pair, Ratio, actor, size};
use super::copied::{self, Copied, Deed, Felt};
use super::goals::{Judged, Limit};
use super::measurement::{Measurement, Measurements, Per, Unit, title};

/// Widths of the first column and of the others.
const NAME: usize = 34;
const CELL: usize = 14;

/// The cost of each operation in each way, and how it compares to PT_IO; then the floors.
pub fn transfers(measurements: &Measurements, unit: Unit) -> String {
    let mut text = String::new();
    let titles = Way::COLUMNS.map(|way| Some(title(way).to_owned()));
    line(&mut text, &format!("{} for each", unit.word()), &titles);
    let is_copy = |row: &&Row| matches!(row.operation, Operation::Copy(_));
    let (copies, others): (Vec<&Row>, Vec<_>) = ROWS.iter().partition(is_copy);
    let (floors, works): (Vec<&Row>, Vec<_>) =
        (others.into_iter()).partition(|row| row.operation == Operation::Floor);
    for row in works {
        block(&mut text, measurements, *row);
    }
    push(&mut text, "");
    let titles = COPIES.map(|way| Some(title(way).to_owned()));
    line(&mut text, "a copy of an address space", &titles);
    for row in copies {
        let found = COPIES.map(|way| measurements.get(*row, way));
        for (what, label) in [(Per::Operation, row.name), (Per::Page, "  a page")] {
            let cells = found.map(|one| one.and_then(|one| one.per(what)).map(count));
            line(&mut text, label, &cells);
        }
    }
    push(&mut text, "");
    line(&mut text, "floors", &[]);
    for row in floors {
        let floor = measurements.get(*row, Way::Kernel);
        let cost = floor.and_then(|floor| floor.per(Per::Operation)).map(count);
        line(&mut text, row.name, &[cost]);
    }
    text
}

/// The lines of one piece of work.
fn block(text: &mut String, measurements: &Measurements, row: Row) {
    let found = Way::COLUMNS.map(|way| measurements.get(row, way));
    let pt_io = measurements.get(row, Way::PtIo);
    let per = |what: Per| found.map(|one| one.and_then(|one| one.per(what)).map(count));
    line(text, row.name, &per(Per::Operation));
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

/// The pace that a target keeps beside each companion, of that beside the control; what two readers of one target read, of
/// what two of a target each do; and how quiet the host was.
pub fn company(company: &Company) -> String {
    let mut text = String::new();
    line(
        &mut text,
        "a target's pace, control = 1.00",
        &SIZES.map(|bytes| Some(size(bytes))),
    );
    for direction in [Direction::Read, Direction::Write] {
        for path in WAYS {
            let of = |bytes| {
                company.get(Pair::Company {
                    direction,
                    path,
                    bytes,
                })
            };
            let name = format!("beside a {}, {}", actor(direction), title(path));
            line(&mut text, &name, &SIZES.map(|bytes| of(bytes).map(ratio)));
            let cells = SIZES.map(|bytes| of(bytes).and_then(speed));
            line(&mut text, "  MB/s", &cells);
        }
    }
    push(&mut text, "");
    line(
        &mut text,
        "two readers of one, of two = 1.00",
        &SIZES.map(|bytes| LARGE.contains(&bytes).then(|| size(bytes))),
    );
    for path in WAYS {
        let of = |bytes| company.get(Pair::Readers { path, bytes });
        line(
            &mut text,
            title(path),
            &SIZES.map(|bytes| of(bytes).map(ratio)),
        );
        let cells = SIZES.map(|bytes| of(bytes).and_then(speed));
        line(&mut text, "  MB/s", &cells);
    }
    push(&mut text, "");
    stood_still(&mut text, &company.copied);
    if let Some(control) = company.get(Pair::Control) {
        push(&mut text, "");
        line(
            &mut text,
            "beside the control, alone = 1.00",
            &[Some(ratio(control))],
        );
    }
    text
}

/// What a target feels of copies of its address space, and of dumps of all its memory.
fn stood_still(text: &mut String, copied: &[Copied]) {
    let titles = ["longest pause", "control's", "pace", "took"].map(|title| Some(title.to_owned()));
    let row = |text: &mut String, name: &str, deed: Deed| {
        let felt = copied::get(copied, deed).map(|one| one.median);
        let of = |what: fn(Felt) -> Option<f64>| felt.and_then(what).map(milliseconds);
        let cells = [
            of(|felt| Some(felt.pause_ns)),
            of(|felt| Some(felt.control_pause_ns)),
            felt.map(|felt| format!("{:.2}", felt.pace)),
            of(|felt| felt.took_ns),
        ];
        line(text, name, &cells);
    };
    line(text, "a target that is copied", &titles);
    for bytes in COPIED {
        for &pages in Pages::ALL {
            push(text, &format!("{} in {}", size(bytes), pages.word()));
            for path in COPIES {
                let deed = Deed::Copy { path, bytes, pages };
                row(text, &format!("  {}", title(path)), deed);
            }
        }
    }
    push(text, "");
    line(
        text,
        &format!("a dump of {} of a target", size(DUMPED)),
        &titles,
    );
    for path in DUMPS {
        let name = match path {
            Way::Snapshot => "  of a snapshot",
            Way::PtIo => "  stopped, PT_ATTACH and PT_IO",
            _ => "  while it runs",
        };
        let bytes = DUMPED;
        row(text, name, Deed::Dump { path, bytes });
    }
}

fn milliseconds(nanoseconds: f64) -> String {
    match nanoseconds / 1e6 {
        few if few < 10.0 => format!("{few:.2} ms"),
        many => format!("{} ms", count(many)),
    }
}

fn ratio(of: &Ratio) -> String {
    format!("{:.2}", of.median)
}

fn speed(of: &Ratio) -> Option<String> {
    of.bytes_per_second.map(|bytes| match bytes / 1e6 {
        little if little < 10.0 => format!("{little:.1}"),
        much => count(much),
    })
}

/// Empty where there are none.
pub fn goals(judged: &[Judged]) -> String {
    let mut text = String::new();
    let Some(width) = judged.iter().map(|goal| goal.what.len()).max() else {
        return text;
    };
    push(&mut text, "");
    push(
        &mut text,
        &format!("{:width$}{:>10}{:>20}", "goals", "measured", "limit"),
    );
    for goal in judged {
        let verdict = if goal.reached {
            "reached"
        } else {
            "NOT REACHED"
        };
        let (measured, limit) = match goal.limit {
            Limit::AtMost(most) => (
                count(goal.measured),
                format!("at most {}", count(f64::from(most))),
            ),
            Limit::AtLeast(least) => (
                format!("{:.2}", goal.measured),
                format!("at least {least:.2}"),
            ),
        };
        let what = &goal.what;
        push(
            &mut text,
            &format!("{what:width$}{measured:>10}{limit:>20}  {verdict}"),
        );
    }
    text
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
