// SPDX-License-Identifier: BSD-2-Clause
//! The symbols that rwmem.ko may expect of a kernel.

use freebsd_kernels::Kernel;
use std::collections::BTreeSet;

/// What the bindings declare, and what their C shim and the compiler use beside that.
const ALLOWLIST: &str = include_str!("../../bindings/allowlist.txt");
const SHIM_SYMBOLS: &str = include_str!("../../bindings/shim-symbols.txt");

/// The shim's own functions are declared in the bindings like the kernel's, but are part of the module.
const SHIM_PREFIX: &str = "kpi_";

/// The names that `kernel` offers.
pub fn by_kernel(kernel: Kernel) -> BTreeSet<&'static str> {
    declared(ALLOWLIST, kernel)
        .chain(beside(SHIM_SYMBOLS, kernel))
        .chain(kernel.major.weak.iter().map(String::as_str))
        .collect()
}

/// Lines `fn NAME` and `var NAME`, with the words for kernels.
fn declared(list: &str, kernel: Kernel) -> impl Iterator<Item = &str> {
    lines(list).filter_map(move |line| {
        let mut words = line.split_whitespace();
        let name = matches!(words.next()?, "fn" | "var").then(|| words.next())??;
        (!name.starts_with(SHIM_PREFIX) && words.all(|word| kernel.is(word) == Some(true)))
            .then_some(name)
    })
}

/// Lines `NAME [MAJOR] [ARCH]`; a `type` is no symbol.
fn beside(list: &str, kernel: Kernel) -> impl Iterator<Item = &str> {
    lines(list).filter_map(move |line| {
        let mut words = line.split_whitespace();
        let name = words.next().filter(|name| *name != "type")?;
        words
            .all(|word| kernel.is(word) == Some(true))
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

    fn kernel(major: u32, arch: &str) -> Kernel {
        Kernel::find(major, arch).expect("it is listed")
    }

    #[test]
    fn functions_and_variables_are_offered_and_nothing_else() {
        let list = "# a comment\nfn pget\nvar P_SYSTEM\ntype proc\n\nfn kpi_prele # the shim's\nfn faultin 14\n\
                    var la57 amd64\nfn no 15\n";
        let names: Vec<_> = declared(list, kernel(14, "amd64")).collect();
        assert_eq!(names, ["pget", "P_SYSTEM", "faultin", "la57"]);
    }

    #[test]
    fn a_name_can_be_limited_to_a_major_and_an_architecture() {
        let list = "type t\na\nb 14\nc arm64\nd 14 arm64\n";
        let names = |major, arch| beside(list, kernel(major, arch)).collect::<Vec<_>>();
        assert_eq!(names(14, "amd64"), ["a", "b"]);
        assert_eq!(names(14, "arm64"), ["a", "b", "c", "d"]);
        assert_eq!(names(15, "arm64"), ["a", "c"]);
    }
}
