// SPDX-License-Identifier: BSD-2-Clause
//! Text of others, as it may go to a terminal. A path is chosen by whoever makes the file: it may hold what moves the
//! cursor, changes colours, sets a title or ends a line.

use std::ffi::OsStr;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;

/// Whether a terminal does something with it, or shows it in no place or in another one.
fn is_control(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The text, with `\n`, `\x1b`, `\u{9b}` and the like for what controls a terminal, `\xff` for what is no UTF-8, and `\\`
/// for a backslash: two texts never look alike.
pub fn visible(text: impl AsRef<OsStr>) -> String {
    let mut shown = String::new();
    for chunk in text.as_ref().as_bytes().utf8_chunks() {
        for letter in chunk.valid().chars() {
            match letter {
                '\\' => shown.push_str("\\\\"),
                '\n' => shown.push_str("\\n"),
                '\t' => shown.push_str("\\t"),
                '\r' => shown.push_str("\\r"),
                '\0'..='\x7f' if letter.is_control() => {
                    shown.push_str(&format!("\\x{:02x}", u32::from(letter)));
                }
                _ if is_control(letter) => shown.extend(letter.escape_unicode()),
                _ => shown.push(letter),
            }
        }
        for byte in chunk.invalid() {
            shown.push_str(&format!("\\x{byte:02x}"));
        }
    }
    shown
}

/// Writes JSON, with `\u009b` and the like for what JSON allows in a string and a terminal does not: the value stays the
/// same. Outside strings JSON has none of it.
pub struct JsonGuard<W>(pub W);

impl<W: Write> Write for JsonGuard<W> {
    /// `bytes` are whole letters: serde_json writes no halves.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut plain = 0;
        let text = std::str::from_utf8(bytes).map_err(io::Error::other)?;
        // JSON itself escapes what is below 0x20, and ends lines between its values.
        for (place, letter) in text
            .char_indices()
            .filter(|&(_, letter)| letter != '\n' && is_control(letter))
        {
            self.0.write_all(&bytes[plain..place])?;
            for unit in letter.encode_utf16(&mut [0; 2]) {
                write!(self.0, "\\u{unit:04x}")?;
            }
            plain = place + letter.len_utf8();
        }
        self.0.write_all(&bytes[plain..])?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_controls_a_terminal_is_escaped() {
        for (text, wanted) in [
            (&b"/usr/lib/libc.so.7"[..], "/usr/lib/libc.so.7"),
            ("/tmp/né 日本 🦀".as_bytes(), "/tmp/né 日本 🦀"),
            (b"a\x1b[31mred\x1b[0m", "a\\x1b[31mred\\x1b[0m"),
            (
                b"two\nlines\r\t\0\x07\x7f",
                "two\\nlines\\r\\t\\x00\\x07\\x7f",
            ),
            ("c1 \u{9b}31m".as_bytes(), "c1 \\u{9b}31m"),
            ("a\u{202e}gpj.exe".as_bytes(), "a\\u{202e}gpj.exe"),
            (b"\xff\xc3(", "\\xff\\xc3("),
            (b"C:\\n", "C:\\\\n"),
        ] {
            let shown = visible(OsStr::from_bytes(text));
            assert_eq!(shown, wanted);
            assert!(!shown.chars().any(is_control));
        }
    }

    #[test]
    fn json_stays_exact() {
        let text = "né \u{7f}\u{9b}31m \u{202e} \u{1b} \n 🦀";
        let mut out = Vec::new();
        serde_json::to_writer_pretty(JsonGuard(&mut out), &[text]).expect("JSON");
        let shown = String::from_utf8(out).expect("text");
        assert!(
            shown.contains("\\u007f\\u009b31m \\u202e \\u001b \\n 🦀"),
            "{shown}"
        );
        assert!(
            !shown
                .chars()
                .any(|letter| letter != '\n' && is_control(letter))
        );
        let back: Vec<String> = serde_json::from_str(&shown).expect("JSON");
        assert_eq!(back, [text]);
    }
}
