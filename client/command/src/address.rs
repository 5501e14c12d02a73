// SPDX-License-Identifier: BSD-2-Clause
//! Addresses as a person writes them.

use std::str::FromStr;

use crate::number;

/// Where something is: at a number, or at something that has a name, with an offset or without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    Absolute(u64),
    /// What it means says only what is mapped: a name may hold a plus, or begin with a digit.
    Named(String),
}

impl FromStr for Address {
    type Err = String;

    /// `0x7fff1000`, `4096`, `0x200000+0x40`, `libc.so.7+0x1000`, `stack`. What can be a number is one.
    fn from_str(text: &str) -> Result<Address, String> {
        if let Some(number) = number::parse(text) {
            return Ok(Address::Absolute(number));
        }
        let sum = text
            .rsplit_once('+')
            .and_then(|(base, offset)| Some((number::parse(base)?, number::parse(offset)?)));
        if let Some((base, offset)) = sum {
            let sum = base.checked_add(offset);
            return sum
                .map(Address::Absolute)
                .ok_or_else(|| format!("{text:?} is beyond the end of the address space"));
        }
        if text.is_empty() {
            return Err("an address is wanted, and this is empty".into());
        }
        if text.starts_with(['-', '+']) || is_number(text) {
            return Err(format!(
                "{text:?} is no address: write 0x1000, 4096, or a mapping as in libc.so.7+0x1000"
            ));
        }
        Ok(Address::Named(text.to_owned()))
    }
}

/// Whether it is written as a number is, and only too large for one.
fn is_number(text: &str) -> bool {
    let (digits, radix) = match text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None => (text, 10),
    };
    digits
        .chars()
        .all(|letter| letter == '_' || letter.is_digit(radix))
}

/// A name with an offset, as in `libc.so.7+0x1000`: the last plus is the one before the offset.
pub fn split(text: &str) -> Option<(&str, u64)> {
    let (name, offset) = text.rsplit_once('+')?;
    (!name.is_empty()).then_some((name, number::parse(offset)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Result<Address, String> {
        Ok(Address::Named(text.to_owned()))
    }

    #[test]
    fn numbers_are_absolute_and_so_are_their_sums() {
        assert_eq!("0x1000".parse(), Ok(Address::Absolute(4096)));
        assert_eq!("4096".parse(), Ok(Address::Absolute(4096)));
        assert_eq!("0".parse(), Ok(Address::Absolute(0)));
        assert_eq!("0x200000+0x40".parse(), Ok(Address::Absolute(0x20_0040)));
        assert_eq!("4096+16".parse(), Ok(Address::Absolute(4112)));
    }

    #[test]
    fn names_may_begin_with_a_digit_and_have_an_offset() {
        for text in [
            "stack",
            "000123.sst+0x10",
            "0xfile",
            "12a",
            "libstdc++.so.6+8",
        ] {
            assert_eq!(text.parse(), named(text), "{text}");
        }
        assert_eq!(split("libc.so.7+0x10"), Some(("libc.so.7", 16)));
        assert_eq!(split("000123.sst+0x10"), Some(("000123.sst", 16)));
        assert_eq!(split("libstdc++.so.6+8"), Some(("libstdc++.so.6", 8)));
        assert_eq!(split("a+0x1+0x2"), Some(("a+0x1", 2)));
        for whole in ["stack", "/bin/a+b", "libstdc++", "+5"] {
            assert_eq!(split(whole), None, "{whole}");
        }
    }

    #[test]
    fn numbers_that_are_none_are_no_names() {
        for wrong in [
            "",
            "-1",
            "+5",
            "0x",
            "0x1ffffffffffffffff",
            "18446744073709551616",
            "0xffffffffffffffff+1",
        ] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
