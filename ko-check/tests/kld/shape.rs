// SPDX-License-Identifier: BSD-2-Clause
//! The file as a whole.

use crate::fixture::{Fixture, amd64, arm64, both, fails};

const IDENTITY: &str = "the file is what";
const STRUCTURE: &str = "the kernel's linker accepts its structure";
const PROTECTION: &str = "it has code, and no memory is writable and executable";
const SIZE: &str = "it is smaller than 48 KiB";

#[test]
fn another_architectures_kld_is_refused() {
    fails(
        &amd64().check_bytes(&arm64().build()),
        &[IDENTITY],
        "type ET_DYN, not ET_REL",
    );
    fails(
        &arm64().check_bytes(&amd64().build()),
        &[IDENTITY],
        "machine EM_X86_64, not EM_AARCH64",
    );
}

#[test]
fn another_systems_object_is_refused() {
    amd64()
        .linked_with("-melf_x86_64")
        .fails(&[IDENTITY], "OSABI ELFOSABI_SYSV, not ELFOSABI_FREEBSD");
}

#[test]
fn what_is_no_elf_file_or_not_whole_is_refused() {
    for fixture in both() {
        fails(
            &fixture.check_bytes(b"#!/bin/sh\n"),
            &[IDENTITY],
            "not a whole",
        );
        let whole = fixture.build();
        fails(
            &fixture.check_bytes(&whole[..whole.len() / 2]),
            &[IDENTITY],
            "not a whole",
        );
    }
}

#[test]
fn relocations_of_a_section_that_is_not_loaded_are_refused() {
    amd64()
        .plus("__asm__(\".section .note.x,\\\"a\\\",%note\\n.quad printf\\n.text\\n\");")
        .fails(&[STRUCTURE], ".rela.note.x relocates .note.x");
}

#[test]
fn a_section_of_odd_alignment_is_refused() {
    let mut module = amd64().build();
    // sh_addralign is the seventh of a section header's fields.
    let header = section_header(&module, b".text");
    module[header + 48..header + 56].copy_from_slice(&3u64.to_le_bytes());
    fails(
        &amd64().check_bytes(&module),
        &[STRUCTURE],
        ".text: alignment 3",
    );
}

#[test]
fn a_shared_object_without_the_hash_table_that_the_kernel_reads_is_refused() {
    arm64()
        .linked_with("--hash-style=gnu")
        .fails(&[STRUCTURE], "no DT_HASH");
}

#[test]
fn a_shared_object_with_compressed_relocations_is_refused() {
    let report = arm64()
        .linked_with("-zpack-relative-relocs")
        .check()
        .to_string();
    assert!(report.contains(".relr.dyn is not SHT_RELA"), "{report}");
}

#[test]
fn segments_that_the_kernel_does_not_take_are_refused() {
    const LOAD: u32 = 1;
    const DYNAMIC: u32 = 2;
    const INTERP: u32 = 3;
    let refused = |change: fn(u32) -> u32, reason: &str| {
        let module = change_segments(&arm64(), |header| {
            let kind = u32::from_le_bytes(header[..4].try_into().unwrap());
            header[..4].copy_from_slice(&change(kind).to_le_bytes());
        });
        fails(&arm64().check_bytes(&module), &[STRUCTURE], reason);
    };
    refused(|_| LOAD, "loadable segments");
    refused(
        |kind| if kind == DYNAMIC { 0 } else { kind },
        "no PT_DYNAMIC",
    );
    refused(
        |kind| if kind > INTERP { INTERP } else { kind },
        "PT_INTERP",
    );
}

#[test]
fn memory_that_is_writable_and_executable_is_refused() {
    for fixture in both() {
        fixture
            .plus("__asm__(\".section .evil,\\\"awx\\\"\\nnop\\n.text\\n\");")
            .fails(&[PROTECTION], ".evil is writable and executable");
    }
    let module = change_segments(&arm64(), |header| header[4] |= 0b111);
    fails(
        &arm64().check_bytes(&module),
        &[PROTECTION],
        "a segment is writable and executable",
    );
}

#[test]
fn a_module_without_text_is_refused() {
    let mut module = arm64().build();
    let name = find(&module, b"\0.text\0") + 1;
    module[name..name + 5].copy_from_slice(b".tixt");
    fails(&arm64().check_bytes(&module), &[PROTECTION], "no .text");
}

#[test]
fn a_large_module_is_refused_and_debug_information_does_not_count() {
    let with_data = |bytes: usize, more: &str| {
        amd64().plus(&format!(
            "const char large[{bytes}] __attribute__((used)) = {{1}}; {more}"
        ))
    };
    with_data(48 * 1024, "").fails(&[SIZE], "limit 49152");

    let debug = "__asm__(\".section .debug_info,\\\"\\\",%progbits\\n.zero 24576\\n.text\\n\");";
    let fixture = with_data(32 * 1024, debug);
    let module = fixture.build();
    assert!(module.len() > 48 * 1024, "{}", module.len());
    let report = fixture.check_bytes(&module);
    assert_eq!(report.failed(), 0, "{report}");
}

fn change_segments(fixture: &Fixture, change: impl Fn(&mut [u8])) -> Vec<u8> {
    let mut module = fixture.build();
    let start = u64::from_le_bytes(module[32..40].try_into().unwrap()) as usize;
    let count = u16::from_le_bytes(module[56..58].try_into().unwrap()) as usize;
    for header in module[start..start + 56 * count].chunks_exact_mut(56) {
        change(header);
    }
    module
}

/// Where the header of the section `name` lies.
fn section_header(module: &[u8], name: &[u8]) -> usize {
    let word = |at: usize| u64::from_le_bytes(module[at..at + 8].try_into().unwrap()) as usize;
    let half = |at: usize| u16::from_le_bytes(module[at..at + 2].try_into().unwrap()) as usize;
    let (headers, count, names) = (word(40), half(60), half(62));
    let strings = word(headers + 64 * names + 24);
    let mut starts = (0..count).map(|index| headers + 64 * index);
    starts
        .find(|&at| {
            let offset = u32::from_le_bytes(module[at..at + 4].try_into().unwrap()) as usize;
            module[strings + offset..].starts_with(&[name, b"\0"].concat())
        })
        .expect("the section exists")
}

fn find(module: &[u8], bytes: &[u8]) -> usize {
    module
        .windows(bytes.len())
        .position(|window| window == bytes)
        .expect("the bytes are there")
}
