// SPDX-License-Identifier: BSD-2-Clause
//! The file as a whole: what kind it is, whether the kernel's linker takes it, how its memory is protected.

use crate::image::{Image, Section};
use freebsd_kernels::Cpu;
use object::elf;

/// The stripped module must stay below this many bytes.
pub const SIZE_LIMIT: u64 = 48 * 1024;

/// What the kernel's linker reads of a shared object at first: its headers must lie there.
const FIRST_PAGE: u64 = 4096;

/// How many loadable segments the kernel's linker takes (`MAXSEGS` of kern/link_elf.c).
const MAX_SEGMENTS: usize = 4;

/// An amd64 kld is relocatable, an arm64 one a shared object. The kernel does not look at the OSABI; FreeBSD's
/// own klds carry FreeBSD's on amd64 and none on arm64, and the tools go by it.
pub fn identity(image: &Image, cpu: Cpu) -> Vec<String> {
    let (file_type, machine, os_abis): (_, _, &[_]) = match cpu {
        Cpu::X86_64 => (elf::ET_REL, elf::EM_X86_64, &[elf::ELFOSABI_FREEBSD]),
        Cpu::Aarch64 => (
            elf::ET_DYN,
            elf::EM_AARCH64,
            &[elf::ELFOSABI_NONE, elf::ELFOSABI_FREEBSD],
        ),
    };
    let names = elf::names();
    let name = |constant: Option<&'static str>| constant.unwrap_or("unknown");
    let mut wrong = Vec::new();
    if image.file_type != file_type {
        let show = |kind| name(names.et.name(kind));
        wrong.push(format!(
            "type {}, not {}",
            show(image.file_type),
            show(file_type)
        ));
    }
    if image.machine != machine {
        wrong.push(format!(
            "machine {}, not {}",
            name(image.machine.name()),
            name(machine.name())
        ));
    }
    if !os_abis.contains(&image.os_abi) {
        let show = |os_abi: elf::OsAbi| name(os_abi.name());
        wrong.push(format!(
            "OSABI {}, not {}",
            show(image.os_abi),
            show(os_abis[0])
        ));
    }
    wrong
}

/// What makes `link_elf_obj.c` (ET_REL) or `link_elf.c` (ET_DYN) refuse a file, or load it wrongly, whatever
/// it says.
pub fn loadable(image: &Image) -> Vec<String> {
    if image.is_relocatable() {
        loadable_relocatable(image)
    } else {
        loadable_shared(image)
    }
}

fn loadable_relocatable(image: &Image) -> Vec<String> {
    let mut wrong = Vec::new();
    let tables = sections_of(image, elf::SHT_SYMTAB).count();
    if tables != 1 {
        wrong.push(format!("{tables} symbol tables, not one"));
    }
    for (_, section) in image.loaded_sections() {
        if !section.align.is_power_of_two() {
            wrong.push(format!(
                "{}: alignment {} is no power of two",
                section.name, section.align
            ));
        }
    }
    for relocations in &image.sections {
        let Some(relocated) = image.sections.get(relocations.info) else {
            continue;
        };
        match relocations.kind {
            elf::SHT_RELA if relocations.size == 0 || !relocated.is_allocated() => {}
            elf::SHT_RELA if image.is_loaded(relocations.info) => {}
            elf::SHT_RELA => wrong.push(format!(
                "{} relocates {}, of a type that is not loaded",
                relocations.name, relocated.name
            )),
            elf::SHT_REL | elf::SHT_RELR | elf::SHT_CREL if relocated.is_allocated() => {
                wrong.push(format!("{} is not SHT_RELA", relocations.name));
            }
            _ => {}
        }
    }
    wrong
}

fn loadable_shared(image: &Image) -> Vec<String> {
    let mut wrong = Vec::new();
    let segments = |kind| image.segments.iter().filter(move |s| s.kind == kind);
    let loads = segments(elf::PT_LOAD).count();
    if !(1..=MAX_SEGMENTS).contains(&loads) {
        wrong.push(format!(
            "{loads} loadable segments, not 1 to {MAX_SEGMENTS}"
        ));
    }
    if segments(elf::PT_DYNAMIC).count() != 1 {
        wrong.push("no PT_DYNAMIC segment: not dynamically linked".to_owned());
    }
    if segments(elf::PT_INTERP).count() != 0 {
        wrong.push("a PT_INTERP segment: a program, not a kld".to_owned());
    }
    if image.segment_headers_end > FIRST_PAGE {
        wrong.push("program headers beyond the first page".to_owned());
    }
    let has = |tag| image.dynamic.iter().any(|(t, _)| *t == tag);
    if !has(elf::DT_HASH) {
        wrong.push(
            "no DT_HASH: the kernel finds no symbol by a GNU hash (link with --hash-style=sysv)"
                .to_owned(),
        );
    }
    for section in &image.sections {
        if matches!(
            section.kind,
            elf::SHT_REL | elf::SHT_RELR | elf::SHT_CREL | elf::SHT_ANDROID_RELA
        ) {
            wrong.push(format!("{} is not SHT_RELA", section.name));
        }
    }
    wrong
}

/// No memory may be writable and executable, and there must be code at all.
pub fn protection(image: &Image) -> Vec<String> {
    let mut wrong: Vec<String> = image
        .sections
        .iter()
        .filter(|s| s.is_allocated() && s.is_writable() && s.is_executable())
        .map(|s| format!("{} is writable and executable", s.name))
        .collect();
    let both = |flags: elf::ProgramFlags| flags.contains(elf::PF_W) && flags.contains(elf::PF_X);
    if image
        .segments
        .iter()
        .any(|s| s.kind == elf::PT_LOAD && both(s.flags))
    {
        wrong.push("a segment is writable and executable".to_owned());
    }
    let is_text = |s: &Section| s.name == ".text" || s.name.starts_with(".text.");
    if !image
        .loaded_sections()
        .any(|(_, s)| s.is_executable() && is_text(s))
    {
        wrong.push("no .text".to_owned());
    }
    wrong
}

/// The file without its debug information.
pub fn size(image: &Image) -> Vec<String> {
    let names_and_debug: u64 = image
        .sections
        .iter()
        .filter(|s| {
            matches!(&*s.name, ".symtab" | ".strtab")
                || s.name.starts_with(".debug")
                || s.name.starts_with(".rela.debug")
        })
        .map(|s| s.data.len() as u64)
        .sum();
    let size = image.size.saturating_sub(names_and_debug);
    if size < SIZE_LIMIT {
        return Vec::new();
    }
    vec![format!(
        "{size} bytes without symbol table and debug information, limit {SIZE_LIMIT}"
    )]
}

fn sections_of<'i>(
    image: &'i Image,
    kind: elf::SectionType,
) -> impl Iterator<Item = &'i Section<'i>> {
    image.sections.iter().filter(move |s| s.kind == kind)
}
