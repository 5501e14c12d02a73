// SPDX-License-Identifier: BSD-2-Clause
//! The symbols of the module: what it asks of the kernel, and what must not be in it.

use crate::image::{Home, Image, Symbol};
use crate::offered;
use freebsd_kernels::Kernel;
use object::elf;
use std::collections::BTreeSet;

/// What the standard library and the kernel call when something panics. `panicking` covers `core::panicking`
/// in legacy and v0 mangling alike.
const PANIC_MACHINERY: &[&str] = &[
    "panicking",
    "rust_begin_unwind",
    "rust_eh_personality",
    "panic_fmt",
    "panic_bounds_check",
    "unwrap_failed",
    "expect_failed",
    "slice_index_fail",
    "slice_start_index_len_fail",
    "slice_end_index_len_fail",
    "slice_index_order_fail",
];

/// The kernel's own ways to panic.
const KERNEL_PANICS: &[&str] = &["panic", "vpanic", "kassert_panic"];

pub fn common(image: &Image) -> Vec<String> {
    image
        .symtab
        .iter()
        .filter(|s| s.home == Home::Common || s.kind == elf::STT_COMMON)
        .map(|s| format!("'{}' is common", s.name))
        .collect()
}

/// The kernel has no thread-local storage.
pub fn thread_local(image: &Image) -> Vec<String> {
    let sections = image.sections.iter();
    sections
        .filter(|s| s.flags.contains(elf::SHF_TLS))
        .map(|s| format!("section {}", s.name))
        .chain(
            both_tables(image)
                .filter(|s| s.kind == elf::STT_TLS)
                .map(|s| format!("symbol '{}'", s.name)),
        )
        .collect()
}

/// Nobody fills a global offset table or procedure linkage table of a relocatable file.
pub fn offset_table(image: &Image) -> Vec<String> {
    let is_table = |name: &str| {
        [".got", ".plt"].iter().any(|table| {
            name.strip_prefix(table)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    let names = elf::machine_names(image.machine).r;
    let mut wrong: Vec<String> = image
        .sections
        .iter()
        .filter(|s| s.size > 0 && is_table(&s.name))
        .map(|s| format!("section {}", s.name))
        .collect();
    for relocation in image.loaded_relocations() {
        if let Some(name) = names.name(relocation.kind)
            && name.contains("GOT")
        {
            let symbol = image.symbols().get(relocation.symbol);
            wrong.push(format!("{name} for '{}'", symbol.map_or("", |s| &s.name)));
        }
    }
    wrong
}

/// The symbols that the kernel is asked for.
///
/// `__start_SECTION` and `__stop_SECTION` are not among them where the kernel's linker sets them itself (in a
/// relocatable file, for a section that exists), or where only a header's declaration mentions them.
fn wanted<'i>(image: &'i Image) -> impl Iterator<Item = &'i Symbol> {
    let used: BTreeSet<usize> = image.loaded_relocations().map(|r| r.symbol).collect();
    let is_bound = |name: &str| {
        name.strip_prefix("__start_")
            .or_else(|| name.strip_prefix("__stop_"))
            .is_some_and(|section| {
                image.is_relocatable() && image.sections.iter().any(|s| s.name == section)
            })
    };
    let is_set = |name: &str| name.starts_with("__start_set_") || name.starts_with("__stop_set_");
    let symbols = image.symbols().iter().enumerate();
    symbols
        .filter(|(_, s)| s.home == Home::Undefined && !s.name.is_empty())
        .filter(move |(index, s)| !is_bound(&s.name) && (used.contains(index) || !is_set(&s.name)))
        .map(|(_, symbol)| symbol)
}

/// References that are weak though each kernel of the major has the symbol, or are not though some lack it. The kernel's
/// linker takes a weak one for 0 where it is missing, and refuses a module where another one is.
pub fn wrongly_bound(image: &Image, kernel: Kernel) -> Vec<String> {
    let must_be_weak = |symbol: &Symbol| kernel.major.weak.contains(&symbol.name);
    wanted(image)
        .filter(|symbol| symbol.weak != must_be_weak(symbol))
        .map(|symbol| match symbol.weak {
            true => format!(
                "'{}' is weak, but kernels.toml does not say so",
                symbol.name
            ),
            false => format!("'{}' is not weak, but not every kernel has it", symbol.name),
        })
        .collect()
}

/// The wanted names that the kernel does not promise.
pub fn not_offered(image: &Image, kernel: Kernel) -> Vec<String> {
    let offered = offered::by_kernel(kernel);
    wanted(image)
        .map(|symbol| symbol.name.as_str())
        .filter(|name| !offered.contains(name))
        .map(|name| {
            format!("'{name}' is in neither bindings/allowlist.txt nor bindings/shim-symbols.txt")
        })
        .collect()
}

/// The wanted names that are not global in this very kernel.
pub fn not_in_kernel(image: &Image, kernel: &Image) -> Vec<String> {
    let has: BTreeSet<&str> = kernel
        .symtab
        .iter()
        .filter(|s| !s.local && s.home != Home::Undefined)
        .map(|s| s.name.as_str())
        .collect();
    wanted(image)
        .filter(|symbol| !symbol.weak)
        .map(|symbol| symbol.name.as_str())
        .filter(|name| !has.contains(name))
        .map(|name| format!("the kernel has no global '{name}'"))
        .collect()
}

/// A release module cannot panic, so the linker has thrown all of this away. It is looked for by name: a module
/// without names proves nothing.
pub fn panic_machinery(image: &Image) -> Vec<String> {
    if !image.symtab.iter().any(|s| s.kind == elf::STT_FUNC) {
        return vec!["no function has a name: .symtab is stripped".to_owned()];
    }
    let found: BTreeSet<String> = both_tables(image)
        .filter(|s| is_panic(s))
        .map(|s| format!("'{:#}'", rustc_demangle::demangle(&s.name)))
        .collect();
    found.into_iter().collect()
}

/// What the feature `races` of freebsd-kpi leaves in a module: a release has none of it.
pub fn waits(image: &Image) -> Vec<String> {
    const SEED: &str = "FREEBSD_KPI_RACES_SEED";
    let found = both_tables(image).find(|symbol| symbol.name == SEED);
    found
        .map(|_| format!("it has '{SEED}'"))
        .into_iter()
        .collect()
}

fn is_panic(symbol: &Symbol) -> bool {
    let demangled = format!("{:#}", rustc_demangle::demangle(&symbol.name));
    let any_of = |text: &str| PANIC_MACHINERY.iter().any(|part| text.contains(part));
    any_of(&symbol.name)
        || any_of(&demangled)
        || (symbol.home == Home::Undefined && KERNEL_PANICS.contains(&symbol.name.as_str()))
}

fn both_tables<'i>(image: &'i Image) -> impl Iterator<Item = &'i Symbol> {
    image.symtab.iter().chain(&image.dynsym)
}
