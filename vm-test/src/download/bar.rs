// SPDX-License-Identifier: BSD-2-Clause
//! How far a download or an unpacking is: a bar on a terminal, now and then a line elsewhere.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

use crate::say;

/// Where nobody sees a bar, a sign of life this often.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
const WITH_END: &str =
    "{prefix} [{bar:30}] {bytes} of {total_bytes}, {bytes_per_sec}, {eta} to go {msg}";
const WITHOUT_END: &str = "{spinner} {prefix} {bytes}, {bytes_per_sec} {msg}";

pub struct Bar {
    title: String,
    bar: Option<ProgressBar>,
    start: Instant,
    spoke: Instant,
    position: u64,
    end: Option<u64>,
}

impl Bar {
    /// `title` says what is done with what: `fetching base.txz`.
    pub fn new(title: &str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new_spinner().with_prefix(title.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        let now = Instant::now();
        let new = Bar {
            title: title.to_owned(),
            bar,
            start: now,
            spoke: now,
            position: 0,
            end: None,
        };
        new.style();
        if new.bar.is_none() {
            say::aside(&format!("vm-test: {title}"));
        }
        new
    }

    fn style(&self) {
        let Some(bar) = &self.bar else { return };
        let template = if self.end.is_some() {
            WITH_END
        } else {
            WITHOUT_END
        };
        let style = ProgressStyle::with_template(template);
        bar.set_style(
            style
                .unwrap_or_else(|_| ProgressStyle::default_bar())
                .progress_chars("=> "),
        );
        if let Some(end) = self.end {
            bar.set_length(end);
        }
    }

    /// How many bytes there are in all, once that is known.
    pub fn set_end(&mut self, end: Option<u64>) {
        self.end = end;
        self.style();
    }

    /// The work begins here: what was there before does not count for the speed.
    pub fn begin_at(&mut self, position: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(position);
            bar.reset_eta();
        }
        self.position = position;
    }

    pub fn set(&mut self, position: u64) {
        self.position = position;
        if let Some(bar) = &self.bar {
            bar.set_position(position);
        } else if self.spoke.elapsed() >= SIGN_OF_LIFE {
            self.spoke = Instant::now();
            let end = self
                .end
                .map(|end| format!(" of {}", HumanBytes(end)))
                .unwrap_or_default();
            let seconds = self.start.elapsed().as_secs();
            say::aside(&format!(
                "vm-test: {}: {}{end} [{seconds} s]",
                self.title,
                HumanBytes(position)
            ));
        }
    }

    /// Prints a line, above the bar if there is one.
    pub fn say(&self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say::aside(line)),
            None => say::aside(line),
        }
    }

    /// All went well: one line stays.
    pub fn done(self, what: &str) {
        let line = format!(
            "vm-test: {what}: {} [{} s]",
            HumanBytes(self.position),
            self.start.elapsed().as_secs()
        );
        self.say(&line);
    }
}

impl Drop for Bar {
    /// Removes the bar.
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
