// SPDX-License-Identifier: BSD-2-Clause
//! Bytes as a person writes them: in hexadecimal.

use thiserror::Error;

#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum HexError {
    #[error("{0:?} is no hexadecimal digit")]
    Digit(char),
    #[error("the last byte has one digit: two make a byte")]
    Half,
    #[error("there is no byte in it")]
    Empty,
}

/// Bytes of the command line. (Clap takes a plain `Vec` for several values.)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HexBytes(pub Vec<u8>);

/// A byte and which of its bits are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Masked {
    pub byte: u8,
    pub mask: u8,
}

/// `de ad BE:ef`, `0xdeadbeef`: spaces, colons, commas and underscores between bytes do not count.
pub fn parse(text: &str) -> Result<Vec<u8>, HexError> {
    let plain = |masked: Masked| match masked.mask {
        0xff => Ok(masked.byte),
        _ => Err(HexError::Digit('?')),
    };
    parse_masked(text)?.into_iter().map(plain).collect()
}

/// The same, for clap.
pub fn parse_argument(text: &str) -> Result<HexBytes, HexError> {
    parse(text).map(HexBytes)
}

/// The same with `?` for a digit that may be anything.
pub fn parse_masked(text: &str) -> Result<Vec<Masked>, HexError> {
    let text = text.trim();
    let text = text
        .strip_prefix("0x")
        .or_else(|| text.strip_prefix("0X"))
        .unwrap_or(text);
    let mut bytes = Vec::new();
    let mut high = None;
    for letter in text.chars() {
        if letter.is_ascii_whitespace() || matches!(letter, ':' | ',' | '_') {
            if high.is_some() {
                return Err(HexError::Half);
            }
            continue;
        }
        let digit = nibble(letter)?;
        match high.take() {
            None => high = Some(digit),
            Some(Masked { byte, mask }) => bytes.push(Masked {
                byte: byte << 4 | digit.byte,
                mask: mask << 4 | digit.mask,
            }),
        }
    }
    match (high, bytes.is_empty()) {
        (Some(_), _) => Err(HexError::Half),
        (None, true) => Err(HexError::Empty),
        (None, false) => Ok(bytes),
    }
}

fn nibble(letter: char) -> Result<Masked, HexError> {
    if letter == '?' {
        return Ok(Masked { byte: 0, mask: 0 });
    }
    let digit = letter.to_digit(16).ok_or(HexError::Digit(letter))?;
    Ok(Masked {
        byte: digit as u8,
        mask: 0xf,
    })
}

/// Two digits for each byte, nothing between them.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    push_hex(&mut text, bytes);
    text
}

/// The same at the end of `text`.
pub fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(DIGITS[usize::from(byte >> 4)].into());
        text.push(DIGITS[usize::from(byte & 15)].into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_may_be_set_apart() {
        let wanted = Ok(vec![0xde, 0xad, 0xbe, 0xef]);
        for text in [
            "deadbeef",
            "DE AD be ef",
            "0xdeadbeef",
            "de:ad:be:ef",
            " de,ad_beef ",
        ] {
            assert_eq!(parse(text), wanted, "{text}");
        }
        assert_eq!(hex(&[0, 0x1f, 0xff]), "001fff");
    }

    #[test]
    fn what_is_no_byte_is_refused() {
        assert_eq!(parse("abc"), Err(HexError::Half));
        assert_eq!(parse("a bc"), Err(HexError::Half));
        assert_eq!(parse("xy"), Err(HexError::Digit('x')));
        assert_eq!(parse("0x"), Err(HexError::Empty));
        assert_eq!(parse("??"), Err(HexError::Digit('?')));
    }

    #[test]
    fn question_marks_are_bits_that_do_not_count() {
        let bytes = parse_masked("1? ?? f0").expect("a pattern");
        let pairs: Vec<_> = bytes.iter().map(|one| (one.byte, one.mask)).collect();
        assert_eq!(pairs, [(0x10, 0xf0), (0, 0), (0xf0, 0xff)]);
    }
}
