// SPDX-License-Identifier: BSD-2-Clause
//! One line of the guest's protocol: TAP, and the few words that the guest adds to it.

/// How a test came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Passed,
    Failed,
    /// Not run, and why.
    Skipped(String),
}

/// What a console line says, if it is the guest's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// `1..N`
    Plan(u64),
    /// `ok K - name`, `not ok K - name`; the number is missing where the guest forgot it.
    Test {
        number: Option<u64>,
        name: &'a str,
        outcome: Outcome,
    },
    /// `Bail out! reason`
    BailOut(&'a str),
    /// `# text`
    Diagnostic(&'a str),
    /// `# guest: N tests, and more after them`: a plan will follow at the end.
    AtLeast(u64),
    /// `# guest: done`, the last line before power-off.
    Done,
    /// `demo: text`, `stress: text`
    Show(&'a str),
    /// `bench: {json}`
    Bench(&'a str),
    /// Anything else: the loader's or the kernel's.
    Foreign,
}

/// Reads one line. Tokens count only at the start of a line, so that a kernel message which quotes one
/// is never taken for it.
pub fn parse(line: &str) -> Line<'_> {
    if let Some(text) = line.strip_prefix("# ") {
        return match text.trim_end() {
            "guest: done" => Line::Done,
            text => at_least(text).map_or(Line::Diagnostic(text), Line::AtLeast),
        };
    }
    if line.trim_end() == "#" {
        return Line::Diagnostic("");
    }
    let shown = ["demo: ", "stress: "].iter();
    if let Some(text) = shown.filter_map(|word| line.strip_prefix(word)).next() {
        return Line::Show(text);
    }
    if let Some(text) = line.strip_prefix("bench: ") {
        return Line::Bench(text);
    }
    if let Some(reason) = line.strip_prefix("Bail out!") {
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

fn at_least(text: &str) -> Option<u64> {
    let count = text.strip_prefix("guest: ")?;
    count
        .strip_suffix(" tests, and more after them")?
        .parse()
        .ok()
}

fn test(passed: bool, rest: &str) -> Line<'_> {
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
            (true, true) => {
                Outcome::Skipped(directive.get(4..).unwrap_or_default().trim().to_owned())
            }
            (true, false) => Outcome::Passed,
            (false, _) => Outcome::Failed,
        },
    }
}

/// The number of a test whose line stands behind something else on the same line: a kernel message that
/// did not end its own line, or one that came in between.
pub fn glued(line: &str) -> Option<u64> {
    let at = line.find("ok ")?;
    let rest = &line[at + 3..];
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = rest.split_at(digits);
    rest.starts_with(" - ").then(|| number.parse().ok())?
}

/// The group and the rest of a test's name: `GROUP: NAME`. Empty where it has none.
pub fn group(name: &str) -> (&str, &str) {
    let part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    match name.split_once(": ") {
        Some((group, rest)) if !group.is_empty() && group.chars().all(part) => (group, rest),
        _ => ("", name),
    }
}
