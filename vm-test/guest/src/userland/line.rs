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

/// The seconds that a file asks for: `# time limit: N s`.
pub fn time_limit(line: &str) -> Option<u64> {
    let rest = line.strip_prefix("# time limit: ")?;
    rest.trim_end().strip_suffix(" s")?.parse().ok()
}
