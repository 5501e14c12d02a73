// SPDX-License-Identifier: BSD-2-Clause
//! A bar for what takes long, on a standard error that is a terminal.

use std::io::{self, IsTerminal};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Less than this is done before anybody could look.
const LONG: u64 = 64 << 20;

#[derive(Debug)]
pub struct Progress(Option<ProgressBar>);

impl Progress {
    /// A bar for `bytes`, if they are many and there is a terminal to see it.
    pub fn new(what: &'static str, bytes: u64) -> Progress {
        if bytes < LONG || !io::stderr().is_terminal() {
            return Progress(None);
        }
        let bar = ProgressBar::new(bytes).with_message(what);
        let style = ProgressStyle::with_template(
            "{msg} {wide_bar} {binary_bytes} of {binary_total_bytes}, {eta} left",
        );
        // The template is a constant; without it the bar looks plain.
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Progress(Some(bar))
    }

    pub fn add(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.inc(bytes);
        }
    }

    /// Does something that writes to the terminal, out of the bar's way.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
