// SPDX-License-Identifier: BSD-2-Clause
//! SHA-256 sums.

use std::fmt;
use std::io::{self, Read};
use std::str::FromStr;

// rustls brings it, in assembler: quick also where nothing else is optimised.
use ring::digest::{Context, SHA256, SHA256_OUTPUT_LEN};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum([u8; SHA256_OUTPUT_LEN]);

/// A sum under way.
#[derive(Clone)]
pub struct Summing(Context);

impl Summing {
    pub fn new() -> Self {
        Summing(Context::new(&SHA256))
    }

    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Adds all that can be read; how much it was.
    pub fn add_all(&mut self, mut from: impl Read) -> io::Result<u64> {
        let mut buffer = vec![0; 64 * 1024];
        let mut length = 0;
        loop {
            match from.read(&mut buffer) {
                Ok(0) => return Ok(length),
                Ok(n) => {
                    self.add(&buffer[..n]);
                    length += n as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub fn finish(self) -> Sum {
        let digest = self.0.finish();
        let mut sum = [0; SHA256_OUTPUT_LEN];
        for (to, from) in sum.iter_mut().zip(digest.as_ref()) {
            *to = *from;
        }
        Sum(sum)
    }
}

impl Sum {
    pub fn of(bytes: &[u8]) -> Self {
        let mut summing = Summing::new();
        summing.add(bytes);
        summing.finish()
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Sum {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "is not a SHA-256 sum of 64 hexadecimal digits";
        if text.len() != 2 * SHA256_OUTPUT_LEN || !text.is_ascii() {
            return Err(wrong);
        }
        let mut sum = [0; SHA256_OUTPUT_LEN];
        for (byte, digits) in sum.iter_mut().zip(text.as_bytes().chunks(2)) {
            let digit = |at: usize| char::from(digits[at]).to_digit(16);
            let (Some(high), Some(low)) = (digit(0), digit(1)) else {
                return Err(wrong);
            };
            *byte = (high * 16 + low) as u8;
        }
        Ok(Sum(sum))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn the_standards_example_comes_out_and_goes_in() {
        assert_eq!(Sum::of(b"abc").to_string(), ABC);
        assert_eq!(ABC.parse(), Ok(Sum::of(b"abc")));
        assert_eq!(ABC.to_uppercase().parse(), Ok(Sum::of(b"abc")));
        let mut summing = Summing::new();
        assert_eq!(summing.add_all(&b"abc"[..]).expect("memory can be read"), 3);
        assert_eq!(summing.finish(), Sum::of(b"abc"));
    }

    #[test]
    fn other_texts_are_no_sums() {
        for text in [
            "",
            &ABC[1..],
            &format!("{ABC}0"),
            &ABC.replace('b', "g"),
            &ABC.replace("ba", "é"),
        ] {
            assert!(text.parse::<Sum>().is_err(), "{text}");
        }
    }
}
