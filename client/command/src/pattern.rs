// SPDX-License-Identifier: BSD-2-Clause
//! What a search looks for: bytes, and which of their bits count.

use clap::ValueEnum;
use thiserror::Error;

use crate::bytes::{self, HexError};
use crate::number;

/// How the text of a pattern is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Bytes in hexadecimal, `?` for a digit that may be anything
    Hex,
    /// The bytes of the text itself (UTF-8)
    String,
    /// The text in UTF-16
    Utf16,
    /// An unsigned integer of 1 byte
    U8,
    /// Of 2 bytes
    U16,
    /// Of 4 bytes
    U32,
    /// Of 8 bytes
    U64,
    /// A signed integer of 1 byte
    I8,
    /// Of 2 bytes
    I16,
    /// Of 4 bytes
    I32,
    /// Of 8 bytes
    I64,
    /// A float of 4 bytes
    F32,
    /// A float of 8 bytes
    F64,
}

/// In which order the bytes of a number are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Endian {
    Little,
    Big,
}

impl Endian {
    /// This machine's.
    pub const NATIVE: Endian = if cfg!(target_endian = "big") {
        Endian::Big
    } else {
        Endian::Little
    };
}

impl Kind {
    /// The number that these bytes are; `None` for what are none.
    pub fn number(self, bytes: &[u8], endian: Endian) -> Option<Number> {
        let mut all = [0; 16];
        let (bits, signed) = match self {
            Kind::Hex | Kind::String | Kind::Utf16 => return None,
            Kind::F32 => (32, false),
            Kind::F64 => (64, false),
            _ => shape(self),
        };
        if bytes.len() * 8 != bits as usize {
            return None;
        }
        all[..bytes.len()].copy_from_slice(bytes);
        if endian == Endian::Big {
            all[..bytes.len()].reverse();
        }
        let value = u128::from_le_bytes(all);
        let unused = 128 - bits;
        Some(match self {
            Kind::F32 => Number::Float(f32::from_bits(value as u32).into()),
            Kind::F64 => Number::Float(f64::from_bits(value as u64)),
            _ if signed => Number::Integer((value << unused).cast_signed() >> unused),
            _ => Number::Integer(value.cast_signed()),
        })
    }
}

/// A number in memory.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Number {
    Integer(i128),
    Float(f64),
}

#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PatternError {
    #[error("{text:?} is not hexadecimal: {source}")]
    Hex { text: String, source: HexError },
    #[error("the pattern is empty: there is nothing to look for")]
    Empty,
    #[error("{text:?} is no {kind} (from {least} to {most}; hexadecimal begins with 0x)")]
    Integer {
        text: String,
        kind: String,
        least: i128,
        most: i128,
    },
    #[error("{text:?} is no floating-point number")]
    Float { text: String },
    #[error(
        "the mask has {mask} bytes and the pattern {pattern}: they must be as long as each other"
    )]
    MaskLength { mask: usize, pattern: usize },
    #[error("floating-point numbers take no mask: search for their bytes, with --type hex")]
    MaskOfFloat,
    #[error("no bit of the pattern counts: it would be found everywhere")]
    Nothing,
}

/// Bytes to look for. A byte matches if it is equal in the bits of the mask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// With zeros where the mask has zeros.
    pub bytes: Vec<u8>,
    /// As long as `bytes`, with a bit set somewhere.
    pub mask: Vec<u8>,
}

impl Pattern {
    /// Reads a pattern and the mask that goes with it, which for numbers is a number, else bytes.
    pub fn parse(
        text: &str,
        kind: Kind,
        endian: Endian,
        mask: Option<&str>,
    ) -> Result<Pattern, PatternError> {
        let (bytes, own_mask) = match kind {
            Kind::Hex => masked_hex(text)?,
            Kind::String => opaque(text.as_bytes().to_vec()),
            Kind::Utf16 => opaque(utf16(text, endian)),
            Kind::F32 => opaque(in_order(float::<f32>(text)?.to_be_bytes(), endian)),
            Kind::F64 => opaque(in_order(float::<f64>(text)?.to_be_bytes(), endian)),
            _ => opaque(integer(text, kind, endian)?),
        };
        let mask = match mask {
            None => own_mask,
            Some(text) => {
                let given = match kind {
                    Kind::Hex | Kind::String | Kind::Utf16 => hex(text)?,
                    Kind::F32 | Kind::F64 => return Err(PatternError::MaskOfFloat),
                    _ => integer(text, unsigned(kind), endian)?,
                };
                if given.len() != bytes.len() {
                    let (mask, pattern) = (given.len(), bytes.len());
                    return Err(PatternError::MaskLength { mask, pattern });
                }
                given.iter().zip(own_mask).map(|(a, b)| a & b).collect()
            }
        };
        Pattern::new(bytes, mask)
    }

    /// `mask` is as long as `bytes`.
    fn new(mut bytes: Vec<u8>, mask: Vec<u8>) -> Result<Pattern, PatternError> {
        if bytes.is_empty() {
            return Err(PatternError::Empty);
        }
        if mask.iter().all(|&bits| bits == 0) {
            return Err(PatternError::Nothing);
        }
        for (byte, bits) in bytes.iter_mut().zip(&mask) {
            *byte &= bits;
        }
        Ok(Pattern { bytes, mask })
    }

    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Never: a pattern has a byte at least.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether all bits count.
    pub fn is_exact(&self) -> bool {
        self.mask.iter().all(|&bits| bits == 0xff)
    }

    /// Whether these bytes, as many as the pattern has, match it.
    pub fn matches(&self, candidate: &[u8]) -> bool {
        candidate.len() == self.bytes.len()
            && candidate
                .iter()
                .zip(&self.mask)
                .map(|(byte, bits)| byte & bits)
                .eq(self.bytes.iter().copied())
    }
}

fn opaque(bytes: Vec<u8>) -> (Vec<u8>, Vec<u8>) {
    let mask = vec![0xff; bytes.len()];
    (bytes, mask)
}

fn hex_error(text: &str) -> impl FnOnce(HexError) -> PatternError {
    let text = text.to_owned();
    move |source| match source {
        HexError::Empty => PatternError::Empty,
        source => PatternError::Hex { text, source },
    }
}

fn hex(text: &str) -> Result<Vec<u8>, PatternError> {
    bytes::parse(text).map_err(hex_error(text))
}

fn masked_hex(text: &str) -> Result<(Vec<u8>, Vec<u8>), PatternError> {
    let masked = bytes::parse_masked(text).map_err(hex_error(text))?;
    Ok(masked.iter().map(|one| (one.byte, one.mask)).unzip())
}

fn utf16(text: &str, endian: Endian) -> Vec<u8> {
    text.encode_utf16()
        .flat_map(|unit| in_order(unit.to_be_bytes(), endian))
        .collect()
}

fn float<T: std::str::FromStr>(text: &str) -> Result<T, PatternError> {
    text.parse().map_err(|_| PatternError::Float {
        text: text.to_owned(),
    })
}

/// The most significant byte comes first in `bytes`.
fn in_order<const N: usize>(mut bytes: [u8; N], endian: Endian) -> Vec<u8> {
    if endian == Endian::Little {
        bytes.reverse();
    }
    bytes.to_vec()
}

/// Of an integer: bits, and whether there is a sign.
fn shape(kind: Kind) -> (u32, bool) {
    match kind {
        Kind::U8 => (8, false),
        Kind::U16 => (16, false),
        Kind::U32 => (32, false),
        Kind::I8 => (8, true),
        Kind::I16 => (16, true),
        Kind::I32 => (32, true),
        Kind::I64 => (64, true),
        _ => (64, false),
    }
}

fn unsigned(kind: Kind) -> Kind {
    match shape(kind).0 {
        8 => Kind::U8,
        16 => Kind::U16,
        32 => Kind::U32,
        _ => Kind::U64,
    }
}

fn integer(text: &str, kind: Kind, endian: Endian) -> Result<Vec<u8>, PatternError> {
    let (bits, signed) = shape(kind);
    let (least, most) = match signed {
        true => (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1),
        false => (0, (1i128 << bits) - 1),
    };
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let value = number::parse(digits).map(|value| match negative {
        true => -i128::from(value),
        false => i128::from(value),
    });
    let value = value
        .filter(|value| (least..=most).contains(value))
        .ok_or_else(|| PatternError::Integer {
            text: text.to_owned(),
            kind: format!("{}{bits}", if signed { 'i' } else { 'u' }),
            least,
            most,
        })?;
    let bytes = value.to_be_bytes();
    let mut bytes = bytes[bytes.len() - bits as usize / 8..].to_vec();
    if endian == Endian::Little {
        bytes.reverse();
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str, kind: Kind, endian: Endian) -> Vec<u8> {
        let pattern = Pattern::parse(text, kind, endian, None).expect(text);
        assert!(pattern.is_exact());
        pattern.bytes
    }

    fn error(text: &str, kind: Kind, mask: Option<&str>) -> String {
        let error = Pattern::parse(text, kind, Endian::Little, mask).expect_err(text);
        error.to_string()
    }

    #[test]
    fn each_kind_has_its_bytes() {
        use Endian::{Big, Little};
        assert_eq!(bytes("de ad", Kind::Hex, Little), [0xde, 0xad]);
        assert_eq!(bytes("né", Kind::String, Little), "né".as_bytes());
        assert_eq!(bytes("hi", Kind::Utf16, Little), b"h\0i\0");
        assert_eq!(bytes("hi", Kind::Utf16, Big), b"\0h\0i");
        assert_eq!(bytes("0x1234", Kind::U16, Little), [0x34, 0x12]);
        assert_eq!(bytes("0x1234", Kind::U16, Big), [0x12, 0x34]);
        assert_eq!(bytes("7", Kind::U32, Big), [0, 0, 0, 7]);
        assert_eq!(bytes("-2", Kind::I64, Little), (-2i64).to_le_bytes());
        assert_eq!(bytes("-128", Kind::I8, Little), [0x80]);
        let most = u64::MAX.to_string();
        assert_eq!(bytes(&most, Kind::U64, Little), [0xff; 8]);
        assert_eq!(bytes("1.5", Kind::F32, Little), 1.5f32.to_le_bytes());
        assert_eq!(bytes("-2e9", Kind::F64, Big), (-2e9f64).to_be_bytes());
    }

    #[test]
    fn masks_say_which_bits_count() {
        let parse = |text, kind, mask| Pattern::parse(text, kind, Endian::Little, mask);
        let pattern = parse("1? ?? ff", Kind::Hex, None).expect("a pattern");
        assert_eq!(
            (pattern.bytes, pattern.mask),
            (vec![0x10, 0, 0xff], vec![0xf0, 0, 0xff])
        );
        let pattern = parse("0x12345678", Kind::U32, Some("0xffff0000")).expect("a pattern");
        assert_eq!(pattern.mask, [0, 0, 0xff, 0xff]);
        assert_eq!(pattern.bytes, [0, 0, 0x34, 0x12]);
        assert!(pattern.matches(&[9, 9, 0x34, 0x12]));
        assert!(!pattern.matches(&[9, 9, 0x34, 0x13]));
        assert!(!pattern.matches(&[9, 9, 0x34]));
        let pattern = parse("ab", Kind::String, Some("dfdf")).expect("a pattern");
        assert!(pattern.matches(b"AB") && pattern.matches(b"aB") && !pattern.matches(b"aC"));
        let both = parse("?f ff", Kind::Hex, Some("ff 0f")).expect("a pattern");
        assert_eq!(both.mask, [0x0f, 0x0f]);
    }

    #[test]
    fn what_cannot_be_looked_for_is_explained() {
        insta::assert_snapshot!(error("xy", Kind::Hex, None), @r#""xy" is not hexadecimal: 'x' is no hexadecimal digit"#);
        insta::assert_snapshot!(error("", Kind::String, None), @"the pattern is empty: there is nothing to look for");
        insta::assert_snapshot!(error("", Kind::Hex, None), @"the pattern is empty: there is nothing to look for");
        insta::assert_snapshot!(error("256", Kind::U8, None), @r#""256" is no u8 (from 0 to 255; hexadecimal begins with 0x)"#);
        insta::assert_snapshot!(error("128", Kind::I8, None), @r#""128" is no i8 (from -128 to 127; hexadecimal begins with 0x)"#);
        insta::assert_snapshot!(error("--1", Kind::I8, None), @r#""--1" is no i8 (from -128 to 127; hexadecimal begins with 0x)"#);
        insta::assert_snapshot!(error("pi", Kind::F64, None), @r#""pi" is no floating-point number"#);
        insta::assert_snapshot!(error("?? ??", Kind::Hex, None), @"no bit of the pattern counts: it would be found everywhere");
        insta::assert_snapshot!(error("5", Kind::U32, Some("0")), @"no bit of the pattern counts: it would be found everywhere");
        insta::assert_snapshot!(error("1.5", Kind::F32, Some("1")), @"floating-point numbers take no mask: search for their bytes, with --type hex");
        insta::assert_snapshot!(error("abcd", Kind::Hex, Some("ff")), @"the mask has 1 bytes and the pattern 2: they must be as long as each other");
    }
}
