// SPDX-License-Identifier: BSD-2-Clause
//! A serial console's bytes, cut into plain lines.

/// A line longer than this is cut: a console that never ends a line must not fill the memory.
const LONGEST: usize = 8192;

/// Collects bytes, however they arrive, into lines without line ends, escape sequences (the boot loader
/// paints its menu with them) and other control characters.
#[derive(Debug, Default)]
pub struct Lines {
    pending: Vec<u8>,
}

impl Lines {
    /// Takes the next bytes and gives the lines that they complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        for &byte in bytes {
            if byte != b'\n' {
                self.pending.push(byte);
            }
            if byte == b'\n' || self.pending.len() >= LONGEST {
                lines.push(plain(&self.pending));
                self.pending.clear();
            }
        }
        lines
    }

    /// The last line, if the console ended within one.
    pub fn rest(&mut self) -> Option<String> {
        let pending = std::mem::take(&mut self.pending);
        (!pending.is_empty()).then(|| plain(&pending))
    }
}

fn plain(line: &[u8]) -> String {
    let mut text = Vec::with_capacity(line.len());
    let mut bytes = line.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            0x1b => skip_escape(&mut bytes),
            // The loader's spinner goes back over itself.
            0x08 => drop(text.pop()),
            b'\t' => text.push(byte),
            0..0x20 | 0x7f => {}
            _ => text.push(byte),
        }
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// Skips what follows ESC: `[`, parameters and a final letter, or a single character.
fn skip_escape(bytes: &mut impl Iterator<Item = u8>) {
    if bytes.next() == Some(b'[') {
        bytes.find(|byte| (0x40..=0x7e).contains(byte));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(chunks: &[&[u8]]) -> Vec<String> {
        let mut console = Lines::default();
        let mut lines: Vec<String> = chunks
            .iter()
            .flat_map(|chunk| console.feed(chunk))
            .collect();
        lines.extend(console.rest());
        lines
    }

    #[test]
    fn carriage_returns_are_dropped_and_lines_may_come_in_pieces() {
        assert_eq!(
            lines(&[b"ok 1", b" - a\r", b"\nok 2 - b\r\n"]),
            ["ok 1 - a", "ok 2 - b"]
        );
    }

    #[test]
    fn the_loaders_escapes_and_spinner_vanish() {
        assert_eq!(
            lines(&[b"\x1b[2J\x1b[1;1H\x1b[37mok\x1b[0m 1\x1bc|\x08/\x08\n"]),
            ["ok 1"]
        );
    }

    #[test]
    fn an_escape_that_is_split_between_two_reads_vanishes_too() {
        assert_eq!(lines(&[b"a\x1b[3", b"1mb\n"]), ["ab"]);
    }

    #[test]
    fn the_last_line_needs_no_end() {
        assert_eq!(lines(&[b"panic: x"]), ["panic: x"]);
        assert!(lines(&[b"panic: x\n"]).len() == 1);
    }

    #[test]
    fn a_line_without_end_is_cut() {
        assert_eq!(lines(&[&[b'x'; LONGEST + 1]]).len(), 2);
    }

    #[test]
    fn bytes_that_are_no_utf8_do_no_harm() {
        assert_eq!(lines(&[b"ok 1 - \xff\n"]), ["ok 1 - \u{fffd}"]);
    }
}
