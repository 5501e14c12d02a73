// SPDX-License-Identifier: BSD-2-Clause
//! Names for the addresses in a kernel's last words, where the kernel itself had none: a backtrace on a kernel
//! without DDB is bare numbers, and so is a trap's instruction pointer on every kernel.

use std::fs;
use std::path::Path;

use object::{Object, ObjectSymbol, SymbolKind};

use crate::judge::Verdict;

/// All of the kernel is in the upper half of the address space: amd64's text in its last 2 GiB, arm64's in its first.
const KERNEL: u64 = 0xffff_0000_0000_0000;

/// Adds names to the excerpts of all faults.
pub fn name_addresses(verdict: &mut Verdict, kernel: &Path) {
    let mut lines = verdict
        .faults
        .iter_mut()
        .flat_map(|fault| &mut fault.lines)
        .filter(|line| address(line).is_some())
        .peekable();
    if lines.peek().is_none() {
        return;
    }
    // Without the file or its symbols, the numbers stay numbers.
    let symbols = fs::read(kernel).ok().and_then(|file| Symbols::of(&file));
    let Some(symbols) = symbols else { return };
    for line in lines {
        if let Some(name) = address(line).and_then(|address| symbols.name(address)) {
            line.push_str(&format!("  [{name}]"));
        }
    }
}

/// The last address of kernel text in a line that has no name for it yet.
fn address(line: &str) -> Option<u64> {
    let named = line
        .split_whitespace()
        .any(|word| word.contains("+0x") && !word.starts_with("??"));
    if named {
        return None;
    }
    let numbers = line.split(|c: char| !c.is_ascii_alphanumeric());
    numbers
        .filter_map(|word| u64::from_str_radix(word.strip_prefix("0x")?, 16).ok())
        .rfind(|number| *number >= KERNEL)
}

/// A kernel's functions, by address.
struct Symbols(Vec<(u64, u64, String)>);

impl Symbols {
    fn of(file: &[u8]) -> Option<Self> {
        let file = object::File::parse(file).ok()?;
        let mut functions: Vec<_> = file
            .symbols()
            .filter(|symbol| symbol.kind() == SymbolKind::Text && symbol.is_definition())
            .filter_map(|symbol| {
                let name = symbol.name().ok()?.to_owned();
                Some((symbol.address(), symbol.size(), name))
            })
            .collect();
        functions.sort();
        (!functions.is_empty()).then_some(Symbols(functions))
    }

    /// `function+0x1f`, for an address within a function.
    fn name(&self, address: u64) -> Option<String> {
        let after = self.0.partition_point(|(start, ..)| *start <= address);
        let (start, size, name) = self.0.get(after.checked_sub(1)?)?;
        let offset = address - start;
        // Symbols of assembly often have no size: the next function's address is the end.
        (*size == 0 || offset < *size).then(|| format!("{name}+{offset:#x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_without_a_name_are_taken() {
        assert_eq!(
            address("instruction pointer     = 0x20:0xffffffff80b6c9c5"),
            Some(0xffff_ffff_80b6_c9c5)
        );
        assert_eq!(
            address("#0 0xffffffff80b6c9c5 at ??+0x65"),
            Some(0xffff_ffff_80b6_c9c5)
        );
        assert_eq!(address("#0 0xffffffff80b6c9c5 at kdb_backtrace+0x65"), None);
        assert_eq!(address("fault virtual address   = 0x10"), None);
        assert_eq!(address("panic: page fault"), None);
    }

    #[test]
    fn an_address_is_named_by_the_function_that_holds_it() {
        let symbols = Symbols(vec![
            (KERNEL, 0x10, "first".into()),
            (KERNEL + 0x20, 0, "second".into()),
        ]);
        assert_eq!(symbols.name(KERNEL + 0xf).as_deref(), Some("first+0xf"));
        assert_eq!(symbols.name(KERNEL + 0x10), None);
        assert_eq!(symbols.name(KERNEL + 0x21).as_deref(), Some("second+0x1"));
        assert_eq!(symbols.name(KERNEL - 1), None);
    }
}
