// SPDX-License-Identifier: BSD-2-Clause
//! What is in a relocatable ELF file, judged as FreeBSD's `link_elf_obj` judges it.
use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader, Rela, SectionHeader, Sym};
use object::{LittleEndian, SymbolIndex};

use crate::load_error::LoadError;

const LE: LittleEndian = LittleEndian;

/// A section of LLVM's coverage instrumentation: the counters, one byte for each edge.
pub const COUNTERS: &str = "__sancov_cntrs";
/// Another: for each edge, its place in the code and whether a function begins there.
pub const PLACES: &str = "__sancov_pcs";

/// A section that is loaded.
pub struct Section {
    pub index: usize,
    pub name: String,
    /// None for one of zeroes (.bss).
    pub data: Option<Vec<u8>>,
    pub size: usize,
    pub align: usize,
    pub writable: bool,
    pub executable: bool,
}

impl Section {
    /// Whether it stays where it is when the module is unloaded: libFuzzer reads it afterwards.
    pub fn stays(&self) -> bool {
        self.name == COUNTERS || self.name == PLACES
    }
}

/// Where a symbol is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Home {
    Undefined,
    Absolute,
    Section(usize),
}

pub struct Symbol {
    pub name: String,
    /// The name for people.
    pub readable: String,
    pub home: Home,
    pub value: usize,
    pub size: usize,
    pub function: bool,
    pub weak: bool,
}

pub struct Relocation {
    /// The section that is changed, and where in it.
    pub section: usize,
    pub offset: usize,
    pub kind: u32,
    pub symbol: usize,
    pub addend: i64,
}

/// A relocatable file, parsed once and loaded any number of times.
pub struct ObjectFile {
    pub sections: Vec<Section>,
    pub symbols: Vec<Symbol>,
    pub relocations: Vec<Relocation>,
}

impl ObjectFile {
    /// How many bytes the section of that name has; 0 if there is none.
    pub fn section_len(&self, name: &str) -> usize {
        let section = self.sections.iter().find(|section| section.name == name);
        section.map_or(0, |section| section.size)
    }

    pub fn parse(bytes: &[u8]) -> Result<ObjectFile, LoadError> {
        let header = FileHeader64::<LittleEndian>::parse(bytes)?;
        if header.e_machine(LE) != elf::EM_X86_64 {
            return Err(LoadError::Machine);
        }
        if header.e_type(LE) != elf::ET_REL {
            return Err(LoadError::Layout);
        }
        let table = header.sections(LE, bytes)?;
        let mut sections = Vec::new();
        let mut relocations = Vec::new();
        for (index, section) in table.iter().enumerate() {
            let flags = section.sh_flags(LE).0;
            let kind = section.sh_type(LE);
            if let Some((entries, _)) = section.rela(LE, bytes)? {
                relocations.extend(entries.iter().map(|entry| Relocation {
                    section: section.sh_info(LE) as usize,
                    offset: entry.r_offset(LE) as usize,
                    kind: entry.r_type(LE, false).0,
                    symbol: entry.r_sym(LE, false) as usize,
                    addend: entry.r_addend(LE),
                }));
            } else if flags & elf::SHF_ALLOC.0 != 0 && section.sh_size(LE) > 0 {
                sections.push(Section {
                    index,
                    name: String::from_utf8_lossy(table.section_name(LE, section)?).into_owned(),
                    data: match kind {
                        elf::SHT_NOBITS => None,
                        _ => Some(section.data(LE, bytes)?.to_vec()),
                    },
                    size: section.sh_size(LE) as usize,
                    align: (section.sh_addralign(LE) as usize).max(1),
                    writable: flags & elf::SHF_WRITE.0 != 0,
                    executable: flags & elf::SHF_EXECINSTR.0 != 0,
                });
            }
        }
        // Relocations of what is not loaded (debug information) are of no interest.
        relocations.retain(|entry: &Relocation| {
            sections
                .iter()
                .any(|section| section.index == entry.section)
        });

        let symbol_table = table.symbols(LE, bytes, elf::SHT_SYMTAB)?;
        let mut symbols = Vec::new();
        for (index, symbol) in symbol_table.symbols().iter().enumerate() {
            let name = symbol_table.symbol_name(LE, symbol).unwrap_or_default();
            let home = match symbol_table.symbol_section(LE, symbol, SymbolIndex(index))? {
                Some(section) => Home::Section(section.0),
                None if symbol.is_undefined(LE) => Home::Undefined,
                None => Home::Absolute,
            };
            symbols.push(Symbol {
                readable: format!(
                    "{:#}",
                    rustc_demangle::demangle(&String::from_utf8_lossy(name))
                ),
                name: String::from_utf8_lossy(name).into_owned(),
                home,
                value: symbol.st_value(LE) as usize,
                size: symbol.st_size(LE) as usize,
                function: symbol.st_type() == elf::STT_FUNC,
                weak: symbol.st_bind() == elf::STB_WEAK,
            });
        }
        Ok(ObjectFile {
            sections,
            symbols,
            relocations,
        })
    }
}
