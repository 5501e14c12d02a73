// SPDX-License-Identifier: BSD-2-Clause
//! The relocations that the kernel will apply at load.

use crate::image::{Home, Image, Relocation};
use freebsd_kernels::Cpu;
use object::elf;
use std::collections::BTreeMap;

/// What `elf_reloc` of each architecture's elf_machdep.c applies. It also knows those of a shared object on
/// amd64, and IRELATIVE: a module in Rust has no use for them, so they are a sign of wrong flags.
fn known(cpu: Cpu) -> &'static [elf::RelocationType] {
    match cpu {
        Cpu::X86_64 => &[
            elf::R_X86_64_NONE,
            elf::R_X86_64_64,
            elf::R_X86_64_PC32,
            elf::R_X86_64_PLT32,
            elf::R_X86_64_32S,
        ],
        Cpu::Aarch64 => &[
            elf::R_AARCH64_NONE,
            elf::R_AARCH64_ABS64,
            elf::R_AARCH64_GLOB_DAT,
            elf::R_AARCH64_JUMP_SLOT,
            elf::R_AARCH64_RELATIVE,
        ],
    }
}

fn none(cpu: Cpu) -> elf::RelocationType {
    known(cpu)[0]
}

/// The relocation types that the kernel does not know, each with its number and its first place.
pub fn types(image: &Image, cpu: Cpu) -> Vec<String> {
    let mut unknown: BTreeMap<elf::RelocationType, (usize, &Relocation)> = BTreeMap::new();
    for relocation in image.loaded_relocations() {
        if !known(cpu).contains(&relocation.kind) {
            unknown.entry(relocation.kind).or_insert((0, relocation)).0 += 1;
        }
    }
    unknown
        .into_iter()
        .map(|(kind, (count, first))| {
            format!(
                "{count} of type {}, first at {} for {}",
                type_name(image, kind),
                place(image, first),
                symbol_name(image, first)
            )
        })
        .collect()
}

/// Relocations whose symbol the kernel can't resolve or resolves to a meaningless value: it refuses an
/// undefined local symbol, and leaves a symbol of a section that is not loaded at its offset in the file.
pub fn symbols(image: &Image, cpu: Cpu) -> Vec<String> {
    image
        .loaded_relocations()
        .filter(|r| r.kind != none(cpu))
        .filter_map(|r| {
            if r.symbol == 0 {
                return (r.kind != elf::R_AARCH64_RELATIVE || cpu != Cpu::Aarch64)
                    .then(|| format!("{}: a relocation without a symbol", place(image, r)));
            }
            let Some(symbol) = image.symbols().get(r.symbol) else {
                return Some(format!("{}: no symbol {}", place(image, r), r.symbol));
            };
            let what = match symbol.home {
                Home::Undefined if symbol.local => "local and undefined",
                Home::Undefined if symbol.name.is_empty() => "undefined and nameless",
                Home::Section(section) if !image.is_loaded(section) => "in no loaded section",
                _ => return None,
            };
            let name = symbol_name(image, r);
            Some(format!("{}: its symbol {name} is {what}", place(image, r)))
        })
        .collect()
}

fn type_name(image: &Image, kind: elf::RelocationType) -> String {
    match elf::machine_names(image.machine).r.name(kind) {
        Some(name) => name.to_owned(),
        None => kind.0.to_string(),
    }
}

fn place(image: &Image, relocation: &Relocation) -> String {
    match relocation.section {
        Some(section) => format!("{}+{:#x}", image.sections[section].name, relocation.offset),
        None => format!("{:#x}", relocation.offset),
    }
}

fn symbol_name(image: &Image, relocation: &Relocation) -> String {
    let Some(symbol) = image.symbols().get(relocation.symbol) else {
        return format!("symbol {}", relocation.symbol);
    };
    match symbol.home {
        // The symbol that stands for a section has no name of its own.
        Home::Section(section) if symbol.name.is_empty() => image
            .sections
            .get(section)
            .map_or_else(|| "a section".to_owned(), |s| s.name.clone()),
        _ => format!("'{}'", symbol.name),
    }
}
