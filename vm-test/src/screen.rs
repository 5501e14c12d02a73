// SPDX-License-Identifier: BSD-2-Clause
//! The person's screen: moving lines at its bottom, one for each machine that runs, and text above them.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::say;

/// Shared by all machines.
#[derive(Debug)]
pub struct Screen {
    /// None where nobody sees a moving line, or all of the console is printed.
    bars: Option<MultiProgress>,
}

impl Screen {
    pub fn new(verbose: bool) -> Self {
        let moving = !verbose && std::io::stderr().is_terminal();
        Screen {
            bars: moving.then(MultiProgress::new),
        }
    }

    /// A moving line for one more machine.
    pub fn bar(&self, label: &str) -> Option<ProgressBar> {
        let style = ProgressStyle::with_template("{spinner} {prefix}: {msg} [{elapsed}]")
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = ProgressBar::new_spinner().with_style(style);
        let bar = self.bars.as_ref()?.add(bar.with_prefix(label.to_owned()));
        bar.enable_steady_tick(Duration::from_millis(120));
        Some(bar)
    }

    /// Prints to standard output: results, and what the guest shows.
    pub fn out(&self, text: &str) {
        self.above(|| say::out(text));
    }

    /// Prints to standard error: progress and complaints.
    pub fn aside(&self, text: &str) {
        self.above(|| say::aside(text));
    }

    /// Prints by `print`, which is one of the two or another.
    pub fn print(&self, print: fn(&str), text: &str) {
        self.above(|| print(text));
    }

    fn above(&self, print: impl FnOnce()) {
        match &self.bars {
            Some(bars) => bars.suspend(print),
            None => print(),
        }
    }
}
