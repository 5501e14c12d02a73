// SPDX-License-Identifier: BSD-2-Clause
//! What the person sees while a machine runs: one moving line on a terminal, now and then a line elsewhere.

use std::time::{Duration, Instant};

use indicatif::ProgressBar;

use crate::follow::Watcher;
use crate::judge::{Outcome, Seen};
use crate::screen::Screen;

/// Where nobody sees a moving line, a sign of life this often.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// Shows the progress of one run on standard error; what the guest wants to be shown goes to standard output.
#[derive(Debug)]
pub struct Progress<'a> {
    label: String,
    screen: &'a Screen,
    bar: Option<ProgressBar>,
    /// Print every console line.
    verbose: bool,
    start: Instant,
    spoke: Instant,
    stage: String,
    /// So many tests there are, at least.
    planned: Option<String>,
    tests: u64,
    failed: u64,
}

impl<'a> Progress<'a> {
    pub fn new(label: &str, screen: &'a Screen, verbose: bool) -> Self {
        let now = Instant::now();
        Progress {
            label: label.to_owned(),
            bar: screen.bar(label),
            screen,
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
            let (label, stage) = (&self.label, &self.stage);
            self.screen
                .aside(&format!("{label}: {stage} [{seconds} s]"));
        }
    }

    fn test(&mut self, name: &str, outcome: &Outcome) {
        self.tests += 1;
        self.failed += u64::from(*outcome == Outcome::Failed);
        let of = self.planned.as_deref().unwrap_or_default();
        let failed = match self.failed {
            0 => String::new(),
            failed => format!(", {failed} failed"),
        };
        self.stage = format!("test {}{of}{failed}: {name}", self.tests);
        self.show(false);
    }
}

impl Drop for Progress<'_> {
    /// Removes the moving line.
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl Watcher for Progress<'_> {
    fn line(&mut self, line: &str, seen: &Seen) {
        if self.verbose {
            self.screen.aside(&format!("{}| {line}", self.label));
        }
        match seen {
            Seen::Kernel(banner) => self.stage(&format!("{banner} is up")),
            Seen::Plan(count) => self.planned = Some(format!(" of {count}")),
            Seen::AtLeast(count) => self.planned = Some(format!(" of {count} and more")),
            Seen::Show(text) => self.screen.out(text),
            Seen::Measurement(number) => {
                self.stage = format!("{number} measured");
                self.show(false);
            }
            Seen::Done => self.stage("the guest is done"),
            Seen::Test(test) => self.test(&test.name, &test.outcome),
            Seen::Fault | Seen::Other => {}
        }
    }

    fn tick(&mut self) {
        self.show(false);
    }
}
