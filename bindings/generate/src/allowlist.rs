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
        for (number, words) in lines(text) {
            let (kind, name, only) = match &words[..] {
                ["fn", name, only @ ..] => (&mut list.functions, *name, only),
                ["var", name, only @ ..] => (&mut list.variables, *name, only),
                ["type", name, only @ ..] => (&mut list.types, *name, only),
                _ => bail!("line {number}: expected 'fn NAME', 'var NAME' or 'type NAME'"),
            };
            check_name(name, number)?;
            if !is_for(kernel, only, number)? {
                continue;
            }
            if kind.iter().any(|known| known == name) {
                bail!("line {number}: '{name}' is listed twice");
            }
            kind.push(name.to_owned());
        }
        Ok(list)
    }

    /// With what the shim uses beside it: lines of `NAME`, a function or a variable, or `type NAME`.
    pub fn with_shim(mut self, text: &str, kernel: Kernel) -> Result<Self> {
        for (number, words) in lines(text) {
            let (is_type, name, only) = match &words[..] {
                ["type", name, only @ ..] => (true, *name, only),
                [name, only @ ..] => (false, *name, only),
                [] => continue,
            };
            check_name(name, number)?;
            if !is_for(kernel, only, number)? {
                continue;
            }
            if is_type {
                self.types.push(name.to_owned());
            } else {
                self.functions.push(name.to_owned());
                self.variables.push(name.to_owned());
            }
        }
        Ok(self)
    }
}

/// The words of each line, without comments, and its number.
fn lines(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    text.lines().enumerate().filter_map(|(index, line)| {
        let code = line.split('#').next().unwrap_or_default();
        let words: Vec<&str> = code.split_whitespace().collect();
        (!words.is_empty()).then_some((index + 1, words))
    })
}

/// bindgen takes patterns; a name must be only itself.
fn check_name(name: &str, number: usize) -> Result<()> {
    if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        bail!("line {number}: '{name}' is no C name");
    }
    Ok(())
}

/// Whether the words behind a name are for this kernel.
fn is_for(kernel: Kernel, only: &[&str], number: usize) -> Result<bool> {
    let mut is_for = true;
    for word in only {
        match kernel.is(word) {
            Some(is) => is_for &= is,
            None => bail!("line {number}: '{word}' is no FreeBSD major or architecture"),
        }
    }
    Ok(is_for)
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
    fn takes_what_the_shim_uses_with_it() {
        let list = Allowlist::parse("fn pget\ntype proc\n", freebsd14_amd64()).unwrap();
        let shim = "# _PHOLD\nfaultin 14\nwakeup 15\ntype pagerops\n";
        let list = list.with_shim(shim, freebsd14_amd64()).unwrap();
        assert_eq!(list.functions, ["pget", "faultin"]);
        assert_eq!(list.variables, ["faultin"]);
        assert_eq!(list.types, ["proc", "pagerops"]);
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
