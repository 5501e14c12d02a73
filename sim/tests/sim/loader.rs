// SPDX-License-Identifier: BSD-2-Clause
//! The loader takes what FreeBSD's kernel linker takes, and refuses the rest in its words.
use object::write::{Object, Relocation, Symbol, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SectionKind, SymbolFlags, SymbolKind,
    SymbolScope, elf,
};

use rwmem_sim::load_error::LoadError;
use rwmem_sim::loader::Image;
use rwmem_sim::object_file::ObjectFile;

/// An object whose one function has a relocation of that kind, of that symbol, at its second byte.
fn file(architecture: Architecture, kind: elf::RelocationType, symbol: &str) -> Vec<u8> {
    let mut object = Object::new(BinaryFormat::Elf, architecture, Endianness::Little);
    let text = object.add_section(Vec::new(), b".text".to_vec(), SectionKind::Text);
    let offset = object.append_section_data(text, &[0x90; 16], 16);
    let mut add = |name: &str, kind, section, size| {
        object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value: 0,
            size,
            kind,
            scope: SymbolScope::Dynamic,
            weak: false,
            section,
            flags: SymbolFlags::None,
        })
    };
    add("here", SymbolKind::Text, SymbolSection::Section(text), 16);
    let symbol = add(symbol, SymbolKind::Unknown, SymbolSection::Undefined, 0);
    let flags = RelocationFlags::Elf { r_type: kind };
    object
        .add_relocation(
            text,
            Relocation {
                offset: offset + 1,
                symbol,
                addend: 0,
                flags,
            },
        )
        .expect("a relocation");
    object.write().expect("an object file")
}

/// A kernel that has one symbol, in reach.
fn kernel(name: &str) -> Option<usize> {
    (name == "copyin").then_some(0x4000_0000)
}

fn load(kind: elf::RelocationType, symbol: &str) -> Result<Image, LoadError> {
    Image::load(
        &ObjectFile::parse(&file(Architecture::X86_64, kind, symbol))?,
        kernel,
    )
}

#[test]
fn kinds_that_the_kernel_knows() {
    for kind in [
        elf::R_X86_64_64,
        elf::R_X86_64_PC32,
        elf::R_X86_64_PLT32,
        elf::R_X86_64_32S,
    ] {
        load(kind, "copyin").unwrap_or_else(|error| panic!("{kind:?}: {error}"));
    }
}

#[test]
fn kinds_that_it_does_not() {
    for kind in [
        elf::R_X86_64_32,
        elf::R_X86_64_GOTPCREL,
        elf::R_X86_64_REX_GOTPCRELX,
        elf::R_X86_64_PC64,
    ] {
        let error = load(kind, "copyin")
            .err()
            .unwrap_or_else(|| panic!("{kind:?} was taken"));
        assert!(
            error
                .to_string()
                .starts_with("kldload: unexpected relocation type"),
            "{error}"
        );
    }
}

#[test]
fn an_unknown_symbol_is_named() {
    let error = load(elf::R_X86_64_PLT32, "nonesuch")
        .err()
        .expect("refused");
    assert_eq!(error.to_string(), "link_elf_obj: symbol nonesuch undefined");
}

#[test]
fn other_machines_and_broken_files() {
    let other = ObjectFile::parse(&file(Architecture::Aarch64, elf::R_AARCH64_ABS64, "copyin"));
    assert!(matches!(other, Err(LoadError::Machine)));
    assert!(matches!(
        ObjectFile::parse(b"#!/bin/sh"),
        Err(LoadError::Read(_))
    ));
}

#[test]
fn functions_are_found_by_address() {
    let image = load(elf::R_X86_64_64, "copyin").expect("loads");
    let start = (0..0x8000_0000)
        .step_by(4096)
        .find(|at| image.contains(*at, 1))
        .expect("in the low 2 GiB");
    assert_eq!(image.describe(start + 3).as_deref(), Some("here+0x3"));
    assert_eq!(image.set("sysinit_set"), []);
}
