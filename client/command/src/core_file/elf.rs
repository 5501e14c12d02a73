// SPDX-License-Identifier: BSD-2-Clause
//! The parts of the file that are not memory.

use object::elf::{
    self, FileHeader64, Ident, NoteHeader32, ProgramFlags, ProgramHeader64, SectionHeader64,
};
use object::endian::{LittleEndian as LE, U16, U32, U64};
use object::pod::{Pod, bytes_of};

use super::machine::Machine;
use super::notes::Note;

/// Of all the architectures here.
pub const PAGE: u64 = 4096;
/// Where the memory begins in the file.
pub const CONTENT: u64 = PAGE;

/// Where a range of memory is in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Its first `len` bytes, at `at` of the file. The rest is zeros, which are not in the file.
    File { at: u64, len: u64 },
    /// Nowhere: it is zeros.
    Zeros,
    /// Nowhere: it could not be read.
    Missing,
}

/// A range of memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub start: u64,
    pub end: u64,
    pub read: bool,
    pub write: bool,
    pub execute: bool,
    pub content: Content,
}

impl Segment {
    pub fn len(&self) -> u64 {
        self.end - self.start
    }

    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Its program header, if it could be read.
    fn header(&self) -> Option<ProgramHeader64<LE>> {
        let (offset, in_file) = match self.content {
            Content::File { at, len } => (at, len),
            Content::Zeros => (0, 0),
            Content::Missing => return None,
        };
        let flag = |yes: bool, flag: ProgramFlags| if yes { flag } else { ProgramFlags(0) };
        let flags = flag(self.read, elf::PF_R)
            | flag(self.write, elf::PF_W)
            | flag(self.execute, elf::PF_X);
        Some(ProgramHeader64 {
            p_type: U32::new(LE, elf::PT_LOAD),
            p_flags: U32::new(LE, flags),
            p_offset: U64::new(LE, offset),
            p_vaddr: U64::new(LE, self.start),
            p_paddr: U64::new(LE, 0),
            p_filesz: U64::new(LE, in_file),
            p_memsz: U64::new(LE, self.len()),
            p_align: U64::new(LE, PAGE),
        })
    }
}

/// The file's header, for its beginning, and what follows the memory, for `at`, which is a multiple of 8. Segments
/// that could not be read are left out: a debugger would take them for zeros.
pub fn finish(
    machine: Machine,
    segments: &[Segment],
    notes: &[Note],
    at: u64,
) -> (Vec<u8>, Vec<u8>) {
    let mut tail = Vec::new();
    for note in notes {
        push_note(&mut tail, note);
    }
    let notes_len = tail.len() as u64;
    tail.resize(tail.len().next_multiple_of(8), 0);
    let headers_at = at + tail.len() as u64;
    let notes_header = ProgramHeader64 {
        p_type: U32::new(LE, elf::PT_NOTE),
        p_flags: U32::new(LE, elf::PF_R),
        p_offset: U64::new(LE, at),
        p_vaddr: U64::new(LE, 0),
        p_paddr: U64::new(LE, 0),
        p_filesz: U64::new(LE, notes_len),
        p_memsz: U64::new(LE, 0),
        p_align: U64::new(LE, 4),
    };
    push(&mut tail, &notes_header);
    let headers: Vec<_> = segments.iter().filter_map(Segment::header).collect();
    for header in &headers {
        push(&mut tail, header);
    }
    let count = headers.len() + 1;
    let section_at = at + tail.len() as u64;
    // The header has 16 bits for the number of program headers: more are counted in a section header.
    let many = count >= usize::from(elf::PN_XNUM);
    if many {
        push(&mut tail, &counting_section(count));
    }
    let header = FileHeader64 {
        e_ident: Ident {
            magic: elf::ELFMAG,
            class: elf::ELFCLASS64,
            data: elf::ELFDATA2LSB,
            version: elf::FileVersion(elf::EV_CURRENT.0),
            os_abi: elf::ELFOSABI_FREEBSD,
            abi_version: 0,
            padding: [0; 7],
        },
        e_type: U16::new(LE, elf::ET_CORE),
        e_machine: U16::new(
            LE,
            match machine {
                Machine::Amd64 => elf::EM_X86_64,
                Machine::Arm64 => elf::EM_AARCH64,
            },
        ),
        e_version: U32::new(LE, u32::from(elf::EV_CURRENT.0)),
        e_entry: U64::new(LE, 0),
        e_phoff: U64::new(LE, headers_at),
        e_shoff: U64::new(LE, if many { section_at } else { 0 }),
        e_flags: U32::new(LE, elf::FileFlags(0)),
        e_ehsize: U16::new(LE, size_of::<FileHeader64<LE>>() as u16),
        e_phentsize: U16::new(LE, size_of::<ProgramHeader64<LE>>() as u16),
        e_phnum: U16::new(LE, if many { elf::PN_XNUM } else { count as u16 }),
        e_shentsize: U16::new(LE, size_of::<SectionHeader64<LE>>() as u16),
        e_shnum: U16::new(LE, u16::from(many)),
        e_shstrndx: U16::new(LE, elf::SHN_UNDEF),
    };
    (bytes_of(&header).to_vec(), tail)
}

fn counting_section(count: usize) -> SectionHeader64<LE> {
    SectionHeader64 {
        sh_name: U32::new(LE, 0),
        sh_type: U32::new(LE, elf::SHT_NULL),
        sh_flags: U64::new(LE, elf::SectionFlags(0)),
        sh_addr: U64::new(LE, 0),
        sh_offset: U64::new(LE, 0),
        sh_size: U64::new(LE, 1),
        sh_link: U32::new(LE, 0),
        sh_info: U32::new(LE, count as u32),
        sh_addralign: U64::new(LE, 0),
        sh_entsize: U64::new(LE, 0),
    }
}

/// FreeBSD's notes are aligned to 4, in 64-bit files too.
fn push_note(tail: &mut Vec<u8>, note: &Note) {
    let header = NoteHeader32 {
        n_namesz: U32::new(LE, note.owner.len() as u32 + 1),
        n_descsz: U32::new(LE, note.content.len() as u32),
        n_type: U32::new(LE, elf::NoteType(note.kind)),
    };
    push(tail, &header);
    tail.extend_from_slice(note.owner.as_bytes());
    tail.push(0);
    tail.resize(tail.len().next_multiple_of(4), 0);
    tail.extend_from_slice(&note.content);
    tail.resize(tail.len().next_multiple_of(4), 0);
}

fn push<T: Pod>(tail: &mut Vec<u8>, value: &T) {
    tail.extend_from_slice(bytes_of(value));
}

#[cfg(test)]
mod tests;
