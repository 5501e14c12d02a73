// SPDX-License-Identifier: BSD-2-Clause
//! Memory as rows of sixteen bytes: address, hexadecimal, text.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

/// Bytes in a row.
pub const ROW: usize = 16;

/// How a byte that has changed is set off.
const CHANGED: Style = AnsiColor::Red.on_default().bold();

/// How rows are told apart from plain text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emphasis {
    /// Colours, for a terminal.
    Colour,
    /// A star before the byte.
    Star,
}

/// Writes one row of at most [`ROW`] bytes, without an end of line; those that `changed` is true for are set off.
pub fn row(
    out: &mut dyn Write,
    address: u64,
    bytes: &[u8],
    changed: impl Fn(usize) -> bool,
    emphasis: Emphasis,
) -> io::Result<()> {
    write!(out, "{address:#014x} ")?;
    for place in 0..ROW {
        if place == ROW / 2 {
            out.write_all(b" ")?;
        }
        match bytes.get(place) {
            None => out.write_all(b"   ")?,
            Some(byte) if !changed(place) => write!(out, " {byte:02x}")?,
            Some(byte) => match emphasis {
                Emphasis::Colour => write!(out, " {CHANGED}{byte:02x}{CHANGED:#}")?,
                Emphasis::Star => write!(out, "*{byte:02x}")?,
            },
        }
    }
    write!(out, "  |{}|", text(bytes))
}

/// Bytes as ASCII, dots for what cannot be shown.
pub fn text(bytes: &[u8]) -> String {
    let letter = |&byte: &u8| match byte {
        b' '..=b'~' => char::from(byte),
        _ => '.',
    };
    bytes.iter().map(letter).collect()
}

/// Rows one after the other, from pieces of any size. Rows that say the same as the one before are a star.
#[derive(Debug)]
pub struct HexDump {
    address: u64,
    /// The row that is not complete yet.
    pending: Vec<u8>,
    last: Vec<u8>,
    starred: bool,
}

impl HexDump {
    /// The first byte that comes is the one at `address`.
    pub fn new(address: u64) -> HexDump {
        HexDump {
            address,
            pending: Vec::with_capacity(ROW),
            last: Vec::with_capacity(ROW),
            starred: false,
        }
    }

    pub fn push(&mut self, out: &mut dyn Write, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(ROW - self.pending.len()));
            self.pending.extend_from_slice(now);
            bytes = later;
            if self.pending.len() == ROW {
                self.flush_row(out)?;
            }
        }
        Ok(())
    }

    /// Writes what is left.
    pub fn finish(mut self, out: &mut dyn Write) -> io::Result<()> {
        if !self.pending.is_empty() {
            self.flush_row(out)?;
        } else if self.starred {
            // The reader must see how far the star goes.
            writeln!(out, "{:#014x}", self.address)?;
        }
        Ok(())
    }

    fn flush_row(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.pending == self.last {
            if !self.starred {
                out.write_all(b"*\n")?;
            }
            self.starred = true;
        } else {
            self.starred = false;
            row(out, self.address, &self.pending, |_| false, Emphasis::Star)?;
            writeln!(out)?;
            std::mem::swap(&mut self.last, &mut self.pending);
        }
        self.address = self.address.wrapping_add(ROW as u64);
        self.pending.clear();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dump(address: u64, pieces: &[&[u8]]) -> String {
        let mut out = Vec::new();
        let mut dump = HexDump::new(address);
        for piece in pieces {
            dump.push(&mut out, piece).expect("written");
        }
        dump.finish(&mut out).expect("written");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn rows_have_an_address_bytes_and_text() {
        insta::assert_snapshot!(dump(0x21c3_8720_0040, &[b"I am an ordinary process.\0\xff"]), @r"
        0x21c387200040  49 20 61 6d 20 61 6e 20  6f 72 64 69 6e 61 72 79  |I am an ordinary|
        0x21c387200050  20 70 72 6f 63 65 73 73  2e 00 ff                 | process...|
        ");
    }

    #[test]
    fn pieces_do_not_show() {
        let bytes: Vec<u8> = (0..100).collect();
        let whole = dump(0x1000, &[&bytes]);
        for size in [1, 3, 16, 17, 99] {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            assert_eq!(dump(0x1000, &pieces), whole, "pieces of {size}");
        }
    }

    #[test]
    fn equal_rows_are_a_star() {
        let zeros = [0; 64];
        insta::assert_snapshot!(dump(0x1000, &[&zeros, b"end"]), @r"
        0x000000001000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
        *
        0x000000001040  65 6e 64                                          |end|
        ");
        insta::assert_snapshot!(dump(0x1000, &[&zeros]), @r"
        0x000000001000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00  |................|
        *
        0x000000001040
        ");
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(dump(0, &[]), "");
    }

    #[test]
    fn changed_bytes_are_set_off() {
        let show = |emphasis| {
            let mut out = Vec::new();
            row(&mut out, 0x10, &[1, 2, 3], |place| place == 1, emphasis).expect("written");
            String::from_utf8(out).expect("text")
        };
        assert!(show(Emphasis::Star).starts_with("0x000000000010  01*02 03 "));
        assert!(show(Emphasis::Colour).contains(" 01 \u{1b}[1m\u{1b}[31m02\u{1b}[0m 03"));
    }
}
