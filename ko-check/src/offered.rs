// SPDX-License-Identifier: BSD-2-Clause
//! The symbols that rwmem.ko may expect of a kernel.

use crate::{Arch, Major};
use std::collections::BTreeSet;

/// What the bindings declare, and what their C shim and the compiler use beside that.
const ALLOWLIST: &str = include_str!("../../bindings/allowlist.txt");
const SHIM_SYMBOLS: &str = include_str!("../../bindings/shim-symbols.txt");

/// The shim's own functions are declared in the bindings like the kernel's, but are part of the module.
const SHIM_PREFIX: &str = "kpi_";

/// The names offered by a kernel of `major` on `arch`.
pub fn by_kernel(major: Major, arch: Arch) -> BTreeSet<&'static str> {
    declared(ALLOWLIST)
        .chain(beside(SHIM_SYMBOLS, major, arch))
        .collect()
}

/// Lines `fn NAME` and `var NAME`.
fn declared(list: &str) -> impl Iterator<Item = &str> {
    lines(list).filter_map(
        |line| match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["fn" | "var", name, ..] if !name.starts_with(SHIM_PREFIX) => Some(name),
            _ => None,
        },
    )
}

/// Lines `NAME [MAJOR] [ARCH]`.
fn beside(list: &str, major: Major, arch: Arch) -> impl Iterator<Item = &str> {
    lines(list).filter_map(move |line| {
        let mut words = line.split_whitespace();
        let name = words.next()?;
        words
            .all(|word| word == major.name() || word == arch.name())
            .then_some(name)
    })
}

fn lines(list: &str) -> impl Iterator<Item = &str> {
    list.lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_and_variables_are_offered_and_nothing_else() {
        let list = "# a comment\nfn pget\nvar P_SYSTEM\ntype proc\n\nfn kpi_prele # the shim's\n";
        assert_eq!(declared(list).collect::<Vec<_>>(), ["pget", "P_SYSTEM"]);
    }

    #[test]
    fn a_name_can_be_limited_to_a_major_and_an_architecture() {
        let list = "a\nb 14\nc arm64\nd 14 arm64\n";
        let names = |major, arch| beside(list, major, arch).collect::<Vec<_>>();
        assert_eq!(names(Major::Fourteen, Arch::Amd64), ["a", "b"]);
        assert_eq!(names(Major::Fourteen, Arch::Arm64), ["a", "b", "c", "d"]);
        assert_eq!(names(Major::Fifteen, Arch::Arm64), ["a", "c"]);
    }
}
