// SPDX-License-Identifier: BSD-2-Clause
//! What the person sees while a machine runs: one moving line on a terminal, now and then a line elsewhere.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::follow::Watcher;
use crate::judge::{Outcome, Seen};
use crate::say;

/// Where nobody sees a moving line, a sign of life this often.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// Shows the progress of one run on standard error; what the guest wants to be shown goes to standard output.
#[derive(Debug)]
pub struct Progress {
    label: String,
    bar: Option<ProgressBar>,
    /// Print every console line.
    verbose: bool,
    start: Instant,
    spoke: Instant,
    stage: String,
    planned: Option<u64>,
    tests: u64,
    failed: u64,
}

impl Progress {
    pub fn new(label: &str, verbose: bool) -> Self {
        let bar = (!verbose && std::io::stderr().is_terminal()).then(|| {
            let style = ProgressStyle::with_template("{spinner} {prefix}: {msg} [{elapsed}]")
                .unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = ProgressBar::new_spinner()
                .with_style(style)
                .with_prefix(label.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        let now = Instant::now();
        Progress {
            label: label.to_owned(),
            bar,
            verbose,
            start: now,
            spoke: now,
            stage: String::new(),
            planned: None,
            tests: 0,
            failed: 0,
        }
    }

    /// The run has come to this point.
    pub fn stage(&mut self, stage: &str) {
        stage.clone_into(&mut self.stage);
        self.show(true);
    }

    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn show(&mut self, now: bool) {
        if let Some(bar) = &self.bar {
            bar.set_message(self.stage.clone());
        } else if now || self.spoke.elapsed() >= SIGN_OF_LIFE {
            self.spoke = Instant::now();
            let seconds = self.start.elapsed().as_secs();
            say::aside(&format!("{}: {} [{seconds} s]", self.label, self.stage));
        }
    }

    /// Prints a line above the moving one.
    fn print(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say::out(line)),
            None => say::out(line),
        }
    }
}

impl Drop for Progress {
    /// Takes the moving line away.
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Watcher for Progress {
    fn line(&mut self, line: &str, seen: &Seen) {
        if self.verbose {
            say::aside(&format!("{}| {line}", self.label));
        }
        match seen {
            Seen::Kernel(banner) => self.stage(&format!("{banner} is up")),
            Seen::Plan(count) => self.planned = Some(*count),
            Seen::Show(text) => self.print(text),
            Seen::Measurement(number) => {
                self.stage = format!("{number} measured");
                self.show(false);
            }
            Seen::Done => self.stage("the guest is done"),
            Seen::Test(test) => {
                self.tests += 1;
                self.failed += u64::from(test.outcome == Outcome::Failed);
                let of = self
                    .planned
                    .map(|count| format!(" of {count}"))
                    .unwrap_or_default();
                let failed = if self.failed > 0 {
                    format!(", {} failed", self.failed)
                } else {
                    String::new()
                };
                self.stage = format!("test {}{of}{failed}: {}", self.tests, test.name);
                self.show(false);
            }
            Seen::Fault | Seen::Other => {}
        }
    }

    fn tick(&mut self) {
        self.show(false);
    }
}
