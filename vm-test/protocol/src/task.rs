// SPDX-License-Identifier: BSD-2-Clause
//! What the guest is to do: the file that the host leaves on the disc.

use core::fmt;

words! {
    /// What one machine is started for.
    Task {
        /// All tests, and the userland's where there are any.
        Test = "test",
        /// Only the userland's.
        Userland = "userland",
        /// The long form of the differential test.
        Differential = "differential",
        /// The long form of the stress tests.
        Stress = "stress",
        /// A demonstration.
        Demo = "demo",
        /// Measure what transfers cost.
        Transfers = "transfers",
        /// Measure what they cost others.
        Company = "company",
        /// Load the module, and no more.
        Shell = "shell",
    }
}

/// How long a stress run goes on, unless it is told.
pub const STRESS_MINUTES: u64 = 30;

/// The whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Configuration<'a> {
    pub task: Task,
    /// What random numbers begin with; the guest knows what to begin with otherwise.
    pub seed: Option<u64>,
    /// How long to stress; else [`STRESS_MINUTES`].
    pub minutes: Option<u64>,
    /// Only tests, or files of the userland's tests, whose names hold this; all, where it is empty.
    pub only: &'a str,
    /// When all is done, a person may go on by a shell on the console.
    pub keep: bool,
}

/// A line that means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unknown<'a>(pub &'a str);

const SEED: &str = "seed ";
const MINUTES: &str = "minutes ";
const ONLY: &str = "only ";
const KEEP: &str = "keep";

impl<'a> Configuration<'a> {
    /// A task without anything special.
    pub const fn of(task: Task) -> Self {
        Configuration {
            task,
            seed: None,
            minutes: None,
            only: "",
            keep: false,
        }
    }

    /// Reads the file.
    pub fn parse(text: &'a str) -> Result<Self, Unknown<'a>> {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        let task = Task::from_word(first).ok_or(Unknown(first))?;
        let mut read = Configuration::of(task);
        for line in lines {
            let number = |text: &str| text.parse().map_err(|_| Unknown(line)).map(Some);
            if let Some(seed) = line.strip_prefix(SEED) {
                read.seed = number(seed)?;
            } else if let Some(minutes) = line.strip_prefix(MINUTES) {
                read.minutes = number(minutes)?;
            } else if let Some(only) = line.strip_prefix(ONLY) {
                read.only = only;
            } else if line == KEEP {
                read.keep = true;
            } else {
                return Err(Unknown(line));
            }
        }
        Ok(read)
    }
}

/// The file.
impl fmt::Display for Configuration<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.task.word())?;
        if let Some(seed) = self.seed {
            writeln!(f, "{SEED}{seed}")?;
        }
        if let Some(minutes) = self.minutes {
            writeln!(f, "{MINUTES}{minutes}")?;
        }
        if !self.only.is_empty() {
            writeln!(f, "{ONLY}{}", self.only)?;
        }
        if self.keep {
            writeln!(f, "{KEEP}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Unknown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} means nothing there; the first line is one of",
            self.0
        )?;
        Task::ALL
            .iter()
            .try_for_each(|task| write!(f, " {}", task.word()))
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    #[test]
    fn what_is_written_is_what_is_read() {
        for &task in Task::ALL {
            for (seed, minutes, only, keep) in [
                (None, None, "", false),
                (Some(0), None, "attach: a", true),
                (None, Some(7), "keep", false),
                (Some(u64::MAX), Some(30), " seed 5", true),
            ] {
                let configuration = Configuration {
                    task,
                    seed,
                    minutes,
                    only,
                    keep,
                };
                let text = configuration.to_string();
                assert_eq!(Configuration::parse(&text), Ok(configuration), "{text}");
            }
        }
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for (text, line) in [
            ("", ""),
            ("tests\n", "tests"),
            ("test\nseed five\n", "seed five"),
            ("test\nseed 5 6\n", "seed 5 6"),
            ("test\nkept\n", "kept"),
            ("test\n\n", ""),
        ] {
            assert_eq!(Configuration::parse(text), Err(Unknown(line)), "{text:?}");
        }
    }
}
