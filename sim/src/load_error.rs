// SPDX-License-Identifier: BSD-2-Clause
//! What the kernel's linker would refuse.
use std::io;

/// Why the kernel's linker would refuse a file, in its words where it has some.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    #[error("not an ELF file that can be read: {0}")]
    Read(#[from] object::read::Error),
    #[error("kldload: Unsupported machine")]
    Machine,
    #[error("kldload: Unsupported file layout: a kld for amd64 is a relocatable object")]
    Layout,
    #[error("link_elf_obj: symbol {0} undefined")]
    Undefined(String),
    #[error("kldload: unexpected relocation type {kind}, symbol index {symbol}")]
    Relocation { kind: u32, symbol: usize },
    #[error("relocation type {kind} at {section}+{offset:#x} does not reach {target:#x}")]
    Reach {
        kind: u32,
        section: String,
        offset: usize,
        target: usize,
    },
    #[error("the file is damaged: {0}")]
    Damaged(&'static str),
    #[error("no memory in the low 2 GiB for the module: {0}")]
    Memory(#[from] io::Error),
}
