// SPDX-License-Identifier: BSD-2-Clause
//! Addresses as a person writes them.

use std::fmt;
use std::str::FromStr;

use crate::number;

/// Where something is: at a number, or so far behind the beginning of something that has a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    Absolute(u64),
    Relative { name: String, offset: u64 },
}

impl FromStr for Address {
    type Err = String;

    /// `0x7fff1000`, `4096`, `libc.so.7+0x1000`, `stack`.
    fn from_str(text: &str) -> Result<Address, String> {
        if let Some(number) = number::parse(text) {
            return Ok(Address::Absolute(number));
        }
        if text.starts_with(['0', '-', '+']) {
            return Err(format!(
                "{text:?} is no address: write 0x1000, 4096, or a mapping as in libc.so.7+0x1000"
            ));
        }
        // A name may hold a plus itself: libstdc++.so.6+0x10.
        let relative = text
            .rsplit_once('+')
            .and_then(|(name, offset)| Some((name, number::parse(offset)?)));
        let (name, offset) = relative.unwrap_or((text, 0));
        if name.is_empty() {
            return Err("an address is wanted, and this is empty".into());
        }
        Ok(Address::Relative {
            name: name.to_owned(),
            offset,
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Address::Absolute(address) => write!(f, "{address:#x}"),
            Address::Relative { name, offset: 0 } => f.write_str(name),
            Address::Relative { name, offset } => write!(f, "{name}+{offset:#x}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relative(name: &str, offset: u64) -> Result<Address, String> {
        let name = name.to_owned();
        Ok(Address::Relative { name, offset })
    }

    #[test]
    fn numbers_are_absolute() {
        assert_eq!("0x1000".parse(), Ok(Address::Absolute(4096)));
        assert_eq!("4096".parse(), Ok(Address::Absolute(4096)));
        assert_eq!("0".parse(), Ok(Address::Absolute(0)));
    }

    #[test]
    fn names_may_have_an_offset() {
        assert_eq!("libc.so.7+0x10".parse(), relative("libc.so.7", 16));
        assert_eq!("stack".parse(), relative("stack", 0));
        assert_eq!("/bin/a+b".parse(), relative("/bin/a+b", 0));
        assert_eq!("libstdc++.so.6+8".parse(), relative("libstdc++.so.6", 8));
        assert_eq!("libstdc++".parse(), relative("libstdc++", 0));
    }

    #[test]
    fn numbers_that_are_none_are_no_names() {
        for wrong in ["", "0xyz", "-1", "+5", "0x1ffffffffffffffff"] {
            assert!(wrong.parse::<Address>().is_err(), "{wrong}");
        }
    }
}
