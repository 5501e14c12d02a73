// SPDX-License-Identifier: BSD-2-Clause
//! The run as it goes, line by line.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use rwmem_vm_protocol::Line;

use super::fault::{Fault, Kind};
use super::kernel;

/// How a test came out.
pub type Outcome = rwmem_vm_protocol::Outcome<String>;

/// Console lines shown from the kernel's first complaint on: a trap with its registers and backtrace.
pub(super) const EXCERPT: usize = 36;
/// The most lines that one fault keeps, however often the complaint is repeated.
pub(super) const LONGEST_EXCERPT: usize = 200;
/// Console lines remembered, to show where a machine stood when it fell silent or ended.
const RECENT: usize = 20;
/// Remarks kept per test, and faults kept per run: a guest that prints without end must not fill the memory.
pub(super) const KEPT: usize = 50;

/// What the guest was sent to do, and so what it owes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// A TAP plan, and a test for each number of it.
    Tests,
    /// At least one line for the person (`show: ` or `bench: `); tests only if it prints any.
    Show,
    /// Nothing but to be ready for a person.
    Readiness,
}

/// One test of the guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    pub number: u64,
    pub name: String,
    pub outcome: Outcome,
    /// Since the result before it, as whoever listens told.
    pub took: Duration,
    /// The `#` lines that follow a failed test.
    pub diagnostics: Vec<String>,
}

/// What a line meant, to show progress by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The kernel said its name.
    Kernel(String),
    Plan(u64),
    /// There are so many tests, and more.
    AtLeast(u64),
    Test(Test),
    Show(String),
    /// One more measurement; so many there are.
    Measurement(usize),
    Fault,
    Done,
    Other,
}

/// The result of one run under one kernel.
#[derive(Debug, Default)]
pub struct Verdict {
    pub banner: Option<String>,
    pub tests: Vec<Test>,
    /// What the guest measured, as it printed it (JSON).
    pub measurements: Vec<String>,
    /// What is wrong beside failed tests.
    pub faults: Vec<Fault>,
}

impl Verdict {
    fn count(&self, wanted: fn(&Outcome) -> bool) -> usize {
        self.tests
            .iter()
            .filter(|test| wanted(&test.outcome))
            .count()
    }

    pub fn passed(&self) -> usize {
        self.count(|outcome| *outcome == Outcome::Passed)
    }

    /// Failed tests, and each fault as one more: a panic must never add up to "0 failed".
    pub fn failed(&self) -> usize {
        self.count(|outcome| *outcome == Outcome::Failed) + self.faults.len()
    }

    pub fn skipped(&self) -> usize {
        self.count(|outcome| matches!(outcome, Outcome::Skipped(_)))
    }
}

/// Follows one run.
#[derive(Debug)]
pub struct Judge {
    pub(super) expect: Expect,
    pub(super) verdict: Verdict,
    pub(super) plan: Option<u64>,
    pub(super) shown: usize,
    pub(super) done: bool,
    /// The guest has said something.
    pub(super) guest_runs: bool,
    /// The kernel has said something, so the disc did boot.
    pub(super) kernel_runs: bool,
    /// How many more lines belong to the last fault's excerpt.
    excerpt_left: usize,
    /// Lines that hold a test, by its number, but do not begin with it.
    pub(super) glued: BTreeMap<u64, String>,
    pub(super) recent: VecDeque<String>,
}

impl Judge {
    pub fn new(expect: Expect) -> Self {
        Judge {
            expect,
            verdict: Verdict::default(),
            plan: None,
            shown: 0,
            done: false,
            guest_runs: false,
            kernel_runs: false,
            excerpt_left: 0,
            glued: BTreeMap::new(),
            recent: VecDeque::with_capacity(RECENT),
        }
    }

    /// The kernel has given up: nothing but its last words can follow.
    pub fn fallen(&self) -> bool {
        self.verdict
            .faults
            .iter()
            .any(|fault| fault.kind.is_fatal())
    }

    /// The guest has said that it is done: nothing but the power-off can follow.
    pub fn done(&self) -> bool {
        self.done
    }

    /// Says how long the last test took.
    pub fn took(&mut self, time: Duration) {
        if let Some(test) = self.verdict.tests.last_mut() {
            test.took = time;
        }
    }

    /// Takes one console line, without its line end and without control characters.
    pub fn line(&mut self, line: &str) -> Seen {
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(line.to_owned());

        let parsed = Line::parse(line);
        let foreign = parsed == Line::Foreign;
        let complaint = kernel::sign(line, self.guest_runs && foreign);
        match complaint {
            Some(kind) => self.complaint(kind, line),
            None if foreign => self.excerpt(line),
            None => {}
        }
        self.guest_runs |= !foreign;
        let seen = self.meaning(parsed, line);
        if complaint.is_some() {
            Seen::Fault
        } else {
            seen
        }
    }

    fn meaning(&mut self, parsed: Line<&str>, line: &str) -> Seen {
        match parsed {
            Line::Plan(count) => self.plan(count, line),
            Line::Test {
                number,
                name,
                outcome,
            } => self.test(number, name, outcome, line),
            Line::BailOut(reason) => {
                self.fault(Kind::BailOut, reason, [line]);
                Seen::Fault
            }
            Line::Remark(text) => self.remark(text),
            Line::AtLeast(count) => Seen::AtLeast(count),
            Line::Done => {
                self.done = true;
                Seen::Done
            }
            Line::Show(text) => {
                self.shown += 1;
                Seen::Show(text.to_owned())
            }
            Line::Bench(text) => {
                self.shown += 1;
                self.verdict.measurements.push(text.to_owned());
                Seen::Measurement(self.shown)
            }
            Line::Foreign => self.foreign(line),
        }
    }

    fn foreign(&mut self, line: &str) -> Seen {
        if let Some(number) = kernel::glued(line) {
            self.glued.entry(number).or_insert_with(|| line.to_owned());
        }
        self.kernel_runs |= line.contains("---<<BOOT>>---");
        if self.verdict.banner.is_none()
            && let Some(banner) = kernel::banner(line)
        {
            self.kernel_runs = true;
            self.verdict.banner = Some(banner.to_owned());
            return Seen::Kernel(banner.to_owned());
        }
        Seen::Other
    }

    fn plan(&mut self, count: u64, line: &str) -> Seen {
        if let Some(earlier) = self.plan {
            self.fault(
                Kind::Plan,
                &format!("a second plan, after 1..{earlier}"),
                [line],
            );
            return Seen::Fault;
        }
        self.plan = Some(count);
        Seen::Plan(count)
    }

    fn test(
        &mut self,
        number: Option<u64>,
        name: &str,
        outcome: rwmem_vm_protocol::Outcome<&str>,
        line: &str,
    ) -> Seen {
        let Some(number) = number else {
            self.fault(Kind::Plan, "a test without a number", [line]);
            return Seen::Fault;
        };
        if self.verdict.tests.iter().any(|test| test.number == number) {
            self.fault(Kind::Plan, &format!("test {number} a second time"), [line]);
            return Seen::Fault;
        }
        if self.done {
            self.fault(
                Kind::Plan,
                &format!("test {number} after the guest was done"),
                [line],
            );
        }
        let test = Test {
            number,
            name: name.to_owned(),
            outcome: outcome.map(str::to_owned),
            took: Duration::ZERO,
            diagnostics: Vec::new(),
        };
        self.verdict.tests.push(test.clone());
        Seen::Test(test)
    }

    fn remark(&mut self, text: &str) -> Seen {
        if let Some(test) = self.verdict.tests.last_mut()
            && test.outcome == Outcome::Failed
            && test.diagnostics.len() < KEPT
        {
            test.diagnostics.push(text.to_owned());
        }
        Seen::Other
    }

    /// A line in which the kernel complains: a new fault, or more of the last one.
    fn complaint(&mut self, kind: Kind, line: &str) {
        match self.verdict.faults.last_mut() {
            Some(fault) if self.excerpt_left > 0 && kind.continues(fault.kind) => {
                fault.kind = fault.kind.graver(kind);
                keep(fault, line);
            }
            _ => self.fault(kind, &self.progress(), [line]),
        }
        self.excerpt_left = EXCERPT;
    }

    fn excerpt(&mut self, line: &str) {
        if self.excerpt_left > 0
            && let Some(fault) = self.verdict.faults.last_mut()
        {
            self.excerpt_left -= 1;
            keep(fault, line);
        }
    }

    pub(super) fn fault<'a>(
        &mut self,
        kind: Kind,
        detail: &str,
        lines: impl IntoIterator<Item = &'a str>,
    ) {
        self.excerpt_left = 0;
        if self.verdict.faults.len() < KEPT || kind.is_fatal() {
            let lines = lines.into_iter().map(str::to_owned).collect();
            self.verdict.faults.push(Fault {
                kind,
                detail: detail.to_owned(),
                lines,
            });
        }
    }
}

fn keep(fault: &mut Fault, line: &str) {
    if fault.lines.len() < LONGEST_EXCERPT {
        fault.lines.push(line.to_owned());
    }
}
