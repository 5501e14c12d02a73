// SPDX-License-Identifier: BSD-2-Clause
//! What of the places that were found is kept, as a person says it: a line for each look.

use crate::pattern::{Endian, Kind, Pattern, PatternError};

/// A line of a live search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// Look again, and keep those of which this is true.
    Keep(Condition),
    /// Print those that are left.
    List,
    /// Be done.
    Quit,
}

/// Of a place, compared with the look before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    Changed,
    Unchanged,
    Greater,
    Less,
    /// It is this now.
    Is(Pattern),
}

/// How the pattern of the search was read, and how the lines that follow are.
#[derive(Clone, Debug)]
pub struct Reader {
    pub kind: Kind,
    pub endian: Endian,
    /// The pattern of the search.
    pub pattern: Pattern,
}

pub const WORDS: &str = "changed, unchanged, greater, less, = PATTERN, an empty line for the pattern itself, list, quit";

impl Reader {
    /// Reads a line; the error is for the person.
    pub fn read(&self, line: &str) -> Result<Line, String> {
        let line = line.trim_matches(['\n', '\r']);
        let condition = match line.trim() {
            "" => Condition::Is(self.pattern.clone()),
            "changed" | "!=" => Condition::Changed,
            "unchanged" | "=" => Condition::Unchanged,
            "greater" | ">" => self.ordered(Condition::Greater)?,
            "less" | "<" => self.ordered(Condition::Less)?,
            "list" => return Ok(Line::List),
            "quit" => return Ok(Line::Quit),
            _ => match line.strip_prefix('=') {
                Some(text) => self.value(text.strip_prefix(' ').unwrap_or(text))?,
                None => return Err(format!("{line:?} is not understood: {WORDS}")),
            },
        };
        Ok(Line::Keep(condition))
    }

    fn ordered(&self, condition: Condition) -> Result<Condition, String> {
        match self.kind.number(&self.pattern.bytes, self.endian) {
            Some(_) => Ok(condition),
            None => {
                Err("only numbers are greater or less: search with --type u32 or the like".into())
            }
        }
    }

    fn value(&self, text: &str) -> Result<Condition, String> {
        let pattern = Pattern::parse(text, self.kind, self.endian, None)
            .map_err(|error: PatternError| error.to_string())?;
        let (len, wanted) = (pattern.len(), self.pattern.len());
        if len != wanted {
            return Err(format!(
                "{text:?} has {len} bytes, and what was searched for {wanted}"
            ));
        }
        Ok(Condition::Is(pattern))
    }

    /// Whether a place that was `old` and is `new` is kept. The bits that the search left out do not count.
    pub fn keeps(&self, condition: &Condition, old: &[u8], new: &[u8]) -> bool {
        let number = |bytes| self.kind.number(bytes, self.endian);
        let differs = || {
            let pairs = old.iter().zip(new).zip(&self.pattern.mask);
            pairs
                .into_iter()
                .any(|((old, new), mask)| (old ^ new) & mask != 0)
        };
        match condition {
            Condition::Changed => differs(),
            Condition::Unchanged => !differs(),
            Condition::Greater => number(new) > number(old),
            Condition::Less => number(new) < number(old),
            Condition::Is(pattern) => pattern.matches(new),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reader(text: &str, kind: Kind, endian: Endian, mask: Option<&str>) -> Reader {
        let pattern = Pattern::parse(text, kind, endian, mask).expect(text);
        Reader {
            kind,
            endian,
            pattern,
        }
    }

    fn keeps(reader: &Reader, line: &str, old: &[u8], new: &[u8]) -> bool {
        match reader.read(line) {
            Ok(Line::Keep(condition)) => reader.keeps(&condition, old, new),
            other => panic!("{line}: {other:?}"),
        }
    }

    #[test]
    fn each_condition_keeps_what_it_says() {
        let reader = reader("5", Kind::I16, Endian::Little, None);
        let le = |value: i16| value.to_le_bytes();
        for (line, old, new, wanted) in [
            ("changed", 5, 6, true),
            ("changed", 5, 5, false),
            ("!=", 5, 6, true),
            ("unchanged", 5, 5, true),
            ("=", 5, 6, false),
            ("greater", -1, 0, true),
            (">", 0, -1, false),
            ("less", 256, 255, true),
            ("<", 5, 5, false),
            ("", 9, 5, true),
            ("\n", 9, 6, false),
            ("= -7", 9, -7, true),
            ("=0x10\r\n", 9, 16, true),
        ] {
            assert_eq!(
                keeps(&reader, line, &le(old), &le(new)),
                wanted,
                "{line:?} {old} {new}"
            );
        }
        assert_eq!(reader.read("list"), Ok(Line::List));
        assert_eq!(reader.read("quit\n"), Ok(Line::Quit));
    }

    #[test]
    fn numbers_are_compared_as_what_they_are() {
        let big = reader("1", Kind::U32, Endian::Big, None);
        assert!(keeps(&big, ">", &[0, 0, 1, 0], &[0, 1, 0, 0]));
        assert!(keeps(&big, ">", &[0x7f, 0, 0, 0], &[0xff, 0, 0, 0]));
        let signed = reader("1", Kind::I64, Endian::Little, None);
        assert!(keeps(
            &signed,
            "<",
            &5i64.to_le_bytes(),
            &i64::MIN.to_le_bytes()
        ));
        let float = reader("1.5", Kind::F32, Endian::Little, None);
        let le = |value: f32| value.to_le_bytes();
        assert!(keeps(&float, ">", &le(-2.0), &le(-1.0)));
        assert!(!keeps(&float, ">", &le(1.0), &le(f32::NAN)));
        let double = reader("1.5", Kind::F64, Endian::Big, None);
        assert!(keeps(
            &double,
            "<",
            &1e300f64.to_be_bytes(),
            &1e-300f64.to_be_bytes()
        ));
    }

    #[test]
    fn bits_that_do_not_count_do_not_change() {
        let reader = reader("0x40", Kind::U8, Endian::Little, Some("0xf0"));
        assert!(keeps(&reader, "unchanged", &[0x41], &[0x4f]));
        assert!(keeps(&reader, "changed", &[0x41], &[0x51]));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let text = reader("abc", Kind::String, Endian::Little, None);
        for (line, wanted) in [
            ("greater", "only numbers"),
            ("smaller", "is not understood: changed, unchanged"),
            ("= abcd", "has 4 bytes, and what was searched for 3"),
        ] {
            let error = text.read(line).expect_err(line);
            assert!(error.contains(wanted), "{line}: {error}");
        }
        assert!(
            keeps(&text, "=  bc", b"abc", b" bc"),
            "one space belongs to the sign"
        );
        let number = reader("1", Kind::U8, Endian::Little, None);
        assert!(
            number
                .read("= 256")
                .expect_err("too large")
                .contains("from 0 to 255")
        );
    }
}
