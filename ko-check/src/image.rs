// SPDX-License-Identifier: BSD-2-Clause
//! The parts of an ELF file that a kernel linker looks at, in plain form. All that knows the file's
//! encoding is here.

use object::elf::{self, FileHeader64};
use object::read::elf::{
    Dyn, FileHeader, ProgramHeader, Rela, SectionHeader, SectionTable, Sym, SymbolTable,
};
use object::{LittleEndian, SectionIndex, SymbolIndex};

const LE: LittleEndian = LittleEndian;
type Header = FileHeader64<LittleEndian>;

/// Both of FreeBSD's architectures that this project builds for are 64-bit and little-endian.
#[derive(Debug, thiserror::Error)]
#[error("not a whole 64-bit little-endian ELF file: {0}")]
pub struct ParseError(#[from] object::read::Error);

pub struct Image<'d> {
    pub size: u64,
    pub file_type: elf::FileType,
    pub machine: elf::Machine,
    pub os_abi: elf::OsAbi,
    /// By ELF section index; the first is the null section.
    pub sections: Vec<Section<'d>>,
    pub segments: Vec<Segment>,
    /// Where the program headers end in the file.
    pub segment_headers_end: u64,
    /// `.symtab`, by ELF symbol index.
    pub symtab: Vec<Symbol>,
    /// `.dynsym`, by ELF symbol index.
    pub dynsym: Vec<Symbol>,
    pub relocations: Vec<Relocation>,
    /// Tags and values of the dynamic section.
    pub dynamic: Vec<(elf::DynamicTag, u64)>,
}

pub struct Section<'d> {
    pub name: String,
    pub kind: elf::SectionType,
    pub flags: elf::SectionFlags,
    pub address: u64,
    pub size: u64,
    pub align: u64,
    /// For a relocation section: the section that it relocates.
    pub info: usize,
    /// Empty for a section that takes no room in the file.
    pub data: &'d [u8],
}

pub struct Segment {
    pub kind: elf::ProgramType,
    pub flags: elf::ProgramFlags,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    Undefined,
    Common,
    /// An absolute value, or another reserved index.
    Absolute,
    Section(usize),
}

pub struct Symbol {
    pub name: String,
    pub home: Home,
    /// An offset in its section (ET_REL) or an address.
    pub value: u64,
    pub kind: elf::SymbolType,
    pub local: bool,
    pub weak: bool,
}

pub struct Relocation {
    /// In a relocatable file, the section that is changed; in a shared object, none: `offset` is an address.
    pub section: Option<usize>,
    pub offset: u64,
    pub kind: elf::RelocationType,
    /// Index into [`Image::symbols`]; 0 is none.
    pub symbol: usize,
    pub addend: i64,
}

impl<'d> Image<'d> {
    pub fn parse(data: &'d [u8]) -> Result<Self, ParseError> {
        let header = Header::parse(data)?;
        header.endian()?;
        let table = header.sections(LE, data)?;
        let file_type = header.e_type(LE);
        let segments = header.program_headers(LE, data)?;
        let headers_size = std::mem::size_of_val(segments) as u64;

        let mut image = Image {
            size: data.len() as u64,
            file_type,
            machine: header.e_machine(LE),
            os_abi: header.e_ident().os_abi,
            sections: sections(data, &table)?,
            segments: segments
                .iter()
                .map(|s| Segment {
                    kind: s.p_type(LE),
                    flags: s.p_flags(LE),
                })
                .collect(),
            segment_headers_end: header.e_phoff.get(LE) + headers_size,
            symtab: symbols(&table.symbols(LE, data, elf::SHT_SYMTAB)?)?,
            dynsym: symbols(&table.symbols(LE, data, elf::SHT_DYNSYM)?)?,
            relocations: Vec::new(),
            dynamic: Vec::new(),
        };
        for section in table.iter() {
            let relocated = (file_type == elf::ET_REL).then_some(section.sh_info(LE) as usize);
            if let Some((entries, _symbols)) = section.rela(LE, data)? {
                image.relocations.extend(entries.iter().map(|r| Relocation {
                    section: relocated,
                    offset: r.r_offset(LE),
                    kind: r.r_type(LE, false),
                    symbol: r.r_sym(LE, false) as usize,
                    addend: r.r_addend(LE),
                }));
            }
        }
        if let Some((entries, _strings)) = table.dynamic(LE, data)? {
            image
                .dynamic
                .extend(entries.iter().map(|d| (d.d_tag(LE), d.d_val(LE))));
        }
        Ok(image)
    }

    /// The symbols that the kernel's linker goes by.
    pub fn symbols(&self) -> &[Symbol] {
        if self.is_relocatable() {
            &self.symtab
        } else {
            &self.dynsym
        }
    }

    pub fn is_relocatable(&self) -> bool {
        self.file_type == elf::ET_REL
    }

    /// The sections that the kernel gets to see, with their indices. Of a relocatable file, its linker
    /// loads those of a few types; of a shared object, whatever lies in a segment.
    pub fn loaded_sections(&self) -> impl Iterator<Item = (usize, &Section<'d>)> {
        (0..self.sections.len())
            .filter(|&index| self.is_loaded(index))
            .map(|index| (index, &self.sections[index]))
    }

    pub fn is_loaded(&self, index: usize) -> bool {
        let Some(section) = self.sections.get(index) else {
            return false;
        };
        let loadable = matches!(
            section.kind,
            elf::SHT_PROGBITS
                | elf::SHT_NOBITS
                | elf::SHT_X86_64_UNWIND
                | elf::SHT_INIT_ARRAY
                | elf::SHT_FINI_ARRAY
        );
        section.is_allocated() && section.size > 0 && (loadable || !self.is_relocatable())
    }

    /// The relocations that the kernel applies.
    pub fn loaded_relocations(&self) -> impl Iterator<Item = &Relocation> {
        self.relocations.iter().filter(|r| match r.section {
            Some(index) => self.sections.get(index).is_some_and(Section::is_allocated),
            None => true,
        })
    }
}

impl Section<'_> {
    pub fn is_allocated(&self) -> bool {
        self.flags.contains(elf::SHF_ALLOC)
    }

    pub fn is_writable(&self) -> bool {
        self.flags.contains(elf::SHF_WRITE)
    }

    pub fn is_executable(&self) -> bool {
        self.flags.contains(elf::SHF_EXECINSTR)
    }
}

fn sections<'d>(
    data: &'d [u8],
    table: &SectionTable<'d, Header>,
) -> Result<Vec<Section<'d>>, ParseError> {
    table
        .iter()
        .map(|s| {
            Ok(Section {
                name: String::from_utf8_lossy(table.section_name(LE, s)?).into_owned(),
                kind: s.sh_type(LE),
                flags: s.sh_flags(LE),
                address: s.sh_addr(LE),
                size: s.sh_size(LE),
                align: s.sh_addralign(LE),
                info: s.sh_info(LE) as usize,
                data: s.data(LE, data)?,
            })
        })
        .collect()
}

fn symbols(table: &SymbolTable<'_, Header>) -> Result<Vec<Symbol>, ParseError> {
    table
        .enumerate()
        .map(|(index, s)| {
            Ok(Symbol {
                name: String::from_utf8_lossy(table.symbol_name(LE, s)?).into_owned(),
                home: home(table, s, index)?,
                value: s.st_value(LE),
                kind: s.st_type(),
                local: s.is_local(),
                weak: s.is_weak(),
            })
        })
        .collect()
}

fn home(
    table: &SymbolTable<'_, Header>,
    symbol: &elf::Sym64<LittleEndian>,
    index: SymbolIndex,
) -> Result<Home, ParseError> {
    Ok(match table.symbol_section(LE, symbol, index)? {
        Some(SectionIndex(section)) => Home::Section(section),
        None if symbol.is_undefined(LE) => Home::Undefined,
        None if symbol.is_common(LE) => Home::Common,
        None => Home::Absolute,
    })
}
