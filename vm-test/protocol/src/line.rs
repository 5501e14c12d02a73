// SPDX-License-Identifier: BSD-2-Clause
//! One line of the console: TAP, and the few words that are added to it.

use core::fmt;

/// How a test came out; `T` is text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome<T> {
    Passed,
    Failed,
    /// Not run, and why.
    Skipped(T),
}

impl<T> Outcome<T> {
    pub fn map<U>(self, reason: impl FnOnce(T) -> U) -> Outcome<U> {
        match self {
            Outcome::Passed => Outcome::Passed,
            Outcome::Failed => Outcome::Failed,
            Outcome::Skipped(text) => Outcome::Skipped(reason(text)),
        }
    }
}

/// What a line says, if it is the guest's; `T` is text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line<T> {
    /// `1..N`
    Plan(u64),
    /// `ok K - name`, `not ok K - name`; the number is missing where whoever wrote it forgot it.
    Test {
        number: Option<u64>,
        name: T,
        outcome: Outcome<T>,
    },
    /// `Bail out! reason`
    BailOut(T),
    /// `# text`
    Remark(T),
    /// `# guest: N tests, and more after them`: a plan will follow at the end.
    AtLeast(u64),
    /// `# guest: done`, the last line before power-off.
    Done,
    /// `show: text`
    Show(T),
    /// `bench: {json}`, a [`crate::bench::Record`].
    Bench(T),
    /// Anything else: the loader's or the kernel's.
    Foreign,
}

const SHOW: &str = "show: ";
const BENCH: &str = "bench: ";
const BAIL_OUT: &str = "Bail out!";
const DONE: &str = "guest: done";
const GUEST: &str = "guest: ";
const MORE: &str = " tests, and more after them";

/// As it is printed, without a line end. A [`Line::Foreign`] is nobody's to print, and empty.
impl<T: fmt::Display> fmt::Display for Line<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Line::Plan(count) => write!(f, "1..{count}"),
            Line::Test {
                number,
                name,
                outcome,
            } => {
                let failed = matches!(outcome, Outcome::Failed);
                f.write_str(if failed { "not ok" } else { "ok" })?;
                if let Some(number) = number {
                    write!(f, " {number}")?;
                }
                write!(f, " - {name}")?;
                match outcome {
                    Outcome::Skipped(reason) => write!(f, " # SKIP {reason}"),
                    Outcome::Passed | Outcome::Failed => Ok(()),
                }
            }
            Line::BailOut(reason) => write!(f, "{BAIL_OUT} {reason}"),
            Line::Remark(text) => write!(f, "# {text}"),
            Line::AtLeast(count) => write!(f, "# {GUEST}{count}{MORE}"),
            Line::Done => write!(f, "# {DONE}"),
            Line::Show(text) => write!(f, "{SHOW}{text}"),
            Line::Bench(text) => write!(f, "{BENCH}{text}"),
            Line::Foreign => Ok(()),
        }
    }
}

impl<'a> Line<&'a str> {
    /// Reads one line. Tokens count only at the start of a line, so that a kernel message which quotes one
    /// is never taken for it.
    pub fn parse(line: &'a str) -> Self {
        if let Some(text) = line.strip_prefix("# ") {
            return match text.trim_end() {
                DONE => Line::Done,
                text => at_least(text).map_or(Line::Remark(text), Line::AtLeast),
            };
        }
        if line.trim_end() == "#" {
            return Line::Remark("");
        }
        if let Some(text) = line.strip_prefix(SHOW) {
            return Line::Show(text);
        }
        if let Some(text) = line.strip_prefix(BENCH) {
            return Line::Bench(text);
        }
        if let Some(reason) = line.strip_prefix(BAIL_OUT) {
            return Line::BailOut(reason.trim());
        }
        if let Some(rest) = line.strip_prefix("1..") {
            let count = rest.split('#').next().unwrap_or_default().trim();
            return count.parse().map_or(Line::Foreign, Line::Plan);
        }
        let (passed, rest) = match (line.strip_prefix("ok"), line.strip_prefix("not ok")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Line::Foreign,
        };
        if !rest.is_empty() && !rest.starts_with(' ') {
            return Line::Foreign; // "okay", "not okay"
        }
        test(passed, rest.trim())
    }
}

fn at_least(text: &str) -> Option<u64> {
    text.strip_prefix(GUEST)?.strip_suffix(MORE)?.parse().ok()
}

fn test(passed: bool, rest: &str) -> Line<&str> {
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = rest.split_at(digits);
    let (name, directive) = match rest.split_once(" # ") {
        Some((name, directive)) => (name, directive.trim()),
        None => (rest, ""),
    };
    let skip = directive
        .get(..4)
        .is_some_and(|word| word.eq_ignore_ascii_case("skip"));
    Line::Test {
        number: number.parse().ok(),
        name: name.trim().trim_start_matches("- ").trim(),
        // "# TODO" is no excuse: a promise that is not kept is a failure.
        outcome: match (passed, skip) {
            (true, true) => Outcome::Skipped(directive.get(4..).unwrap_or_default().trim()),
            (true, false) => Outcome::Passed,
            (false, _) => Outcome::Failed,
        },
    }
}

/// The group and the rest of a test's name: `GROUP: NAME`. Empty where it has none.
pub fn group(name: &str) -> (&str, &str) {
    let part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match name.split_once(": ") {
        Some((group, rest)) if !group.is_empty() && group.chars().all(part) => (group, rest),
        _ => ("", name),
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    #[test]
    fn what_is_printed_is_what_is_read() {
        let test = |number, outcome| Line::Test {
            number,
            name: "seek: a hole of 1..4 pages",
            outcome,
        };
        for line in [
            Line::Plan(0),
            Line::Plan(u64::MAX),
            test(Some(1), Outcome::Passed),
            test(Some(2), Outcome::Failed),
            test(Some(3), Outcome::Skipped("no libc")),
            test(None, Outcome::Passed),
            Line::BailOut("no module"),
            Line::Remark("seed 5"),
            Line::AtLeast(412),
            Line::Done,
            Line::Show("  in the middle"),
            Line::Bench("{}"),
        ] {
            let text = line.to_string();
            assert_eq!(Line::parse(&text), line, "{text:?}");
        }
    }

    #[test]
    fn the_first_word_of_a_name_is_its_group() {
        assert_eq!(
            group("10-kld: it loads: twice"),
            ("10-kld", "it loads: twice")
        );
        assert_eq!(
            group("a name: with words before"),
            ("", "a name: with words before")
        );
        assert_eq!(group("alone"), ("", "alone"));
        assert_eq!(group(": nothing"), ("", ": nothing"));
    }
}
