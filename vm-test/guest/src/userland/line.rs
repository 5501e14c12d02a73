// SPDX-License-Identifier: BSD-2-Clause
//! What a test file prints, line by line.

/// The longest line that is kept whole; the rest of a longer one is dropped.
const LONGEST: usize = 800;

/// Collects bytes into lines.
pub struct Lines {
    bytes: [u8; LONGEST],
    len: usize,
}

impl Lines {
    pub const fn new() -> Self {
        Lines {
            bytes: [0; LONGEST],
            len: 0,
        }
    }

    /// Takes bytes, and calls `with` for each line that they complete.
    pub fn feed(&mut self, bytes: &[u8], mut with: impl FnMut(&str)) {
        for &byte in bytes {
            if byte == b'\n' {
                self.end(&mut with);
            } else if self.len < LONGEST {
                // The console is for text, and this program has no room for the rest of the world's.
                self.bytes[self.len] = if byte == b'\t' || (b' '..0x7f).contains(&byte) {
                    byte
                } else {
                    b'?'
                };
                self.len += 1;
            }
        }
    }

    /// A last line that has no end.
    pub fn finish(&mut self, mut with: impl FnMut(&str)) {
        if self.len > 0 {
            self.end(&mut with);
        }
    }

    fn end(&mut self, with: &mut impl FnMut(&str)) {
        with(core::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default());
        self.len = 0;
    }
}

/// What a line of a test file says.
pub enum Said<'a> {
    /// The test's name follows, with what belongs to it (`# SKIP reason`).
    Test {
        passed: bool,
        name: &'a str,
    },
    /// The file needs so many seconds.
    TimeLimit(u64),
    Other(&'a str),
}

/// Reads a line. A number that a file gives to a test is no business of ours and is dropped.
pub fn parse(line: &str) -> Said<'_> {
    if let Some(limit) = line
        .strip_prefix("# time limit: ")
        .and_then(|rest| rest.trim_end().strip_suffix(" s"))
        .and_then(|seconds| seconds.parse().ok())
    {
        return Said::TimeLimit(limit);
    }
    let (passed, rest) = match (line.strip_prefix("ok"), line.strip_prefix("not ok")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return Said::Other(comment(line)),
    };
    if !rest.is_empty() && !rest.starts_with(' ') {
        return Said::Other(line);
    }
    let rest = rest
        .trim_start()
        .trim_start_matches(|c: char| c.is_ascii_digit());
    let name = rest.trim_start().trim_start_matches("- ").trim();
    Said::Test { passed, name }
}

fn comment(line: &str) -> &str {
    line.strip_prefix('#').map_or(line, str::trim_start)
}
