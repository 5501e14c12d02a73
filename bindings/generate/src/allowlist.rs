// SPDX-License-Identifier: BSD-2-Clause
//! The names that the module uses of the kernel: lines of `fn NAME`, `var NAME`, `type NAME`, and behind them a
//! major or an architecture where only those kernels have it.
use anyhow::{Result, bail};
use freebsd_kernels::Kernel;

/// A type that is listed has its fields visible; every other is opaque.
#[derive(Debug, Default)]
pub struct Allowlist {
    pub functions: Vec<String>,
    pub variables: Vec<String>,
    pub types: Vec<String>,
}

impl Allowlist {
    /// What the list has for a kernel.
    pub fn parse(text: &str, kernel: Kernel) -> Result<Self> {
        let mut list = Allowlist::default();
        for (number, line) in text.lines().enumerate() {
            let number = number + 1;
            let words: Vec<&str> = line
                .split('#')
                .next()
                .unwrap_or_default()
                .split_whitespace()
                .collect();
            let (kind, name, only) = match &words[..] {
                [] => continue,
                ["fn", name, only @ ..] => (&mut list.functions, *name, only),
                ["var", name, only @ ..] => (&mut list.variables, *name, only),
                ["type", name, only @ ..] => (&mut list.types, *name, only),
                _ => bail!("line {number}: expected 'fn NAME', 'var NAME' or 'type NAME': {line}"),
            };
            // bindgen takes patterns; a name must be only itself.
            if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
                bail!("line {number}: '{name}' is no C name");
            }
            let mut has_it = true;
            for word in only {
                match kernel.is(word) {
                    Some(is) => has_it &= is,
                    None => bail!("line {number}: '{word}' is no FreeBSD major or architecture"),
                }
            }
            if !has_it {
                continue;
            }
            if kind.iter().any(|known| known == name) {
                bail!("line {number}: '{name}' is listed twice");
            }
            kind.push(name.to_owned());
        }
        Ok(list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn freebsd14_amd64() -> Kernel {
        Kernel::find(14, "amd64").expect("it is listed")
    }

    #[test]
    fn reads_the_three_kinds_and_comments() {
        let text = "# processes\nfn pget\n\ntype proc # its fields\nvar P_SYSTEM\n";
        let list = Allowlist::parse(text, freebsd14_amd64()).unwrap();
        assert_eq!(list.functions, ["pget"]);
        assert_eq!(list.types, ["proc"]);
        assert_eq!(list.variables, ["P_SYSTEM"]);
    }

    #[test]
    fn leaves_out_what_other_kernels_have() {
        let text = "var a amd64\nvar b arm64\nvar c 14\nvar d 15\nvar e 14 amd64\nvar f 15 amd64\n";
        let list = Allowlist::parse(text, freebsd14_amd64()).unwrap();
        assert_eq!(list.variables, ["a", "c", "e"]);
    }

    #[test]
    fn refuses_what_is_no_name() {
        for text in [
            "func pget",
            "fn",
            "fn pget phold",
            "fn pget 13",
            "type vm_.*",
            "fn pget\nfn pget",
        ] {
            assert!(Allowlist::parse(text, freebsd14_amd64()).is_err(), "{text}");
        }
    }
}
