// SPDX-License-Identifier: BSD-2-Clause
//! Places a relocatable module in the low 2 GiB and relocates it, as FreeBSD's kernel linker does on amd64: the
//! same relocation kinds and no others, a page's protection the union of what the sections in it need.
use std::collections::{HashMap, HashSet};

use crate::coverage;
use crate::load_error::LoadError;
use crate::memory::{Mapping, PAGE, pages};
use crate::object_file::{Home, ObjectFile, Relocation};

const R_X86_64_NONE: u32 = 0;
const R_X86_64_64: u32 = 1;
const R_X86_64_PC32: u32 = 2;
const R_X86_64_PLT32: u32 = 4;
const R_X86_64_32S: u32 = 11;

/// Where a module is put, if that is free: at the same place each time.
const PREFERRED: usize = 0x5000_0000;

struct Function {
    start: usize,
    end: usize,
    name: String,
}

/// A module in memory.
pub struct Image {
    mapping: Mapping,
    functions: Vec<Function>,
    sets: HashMap<String, (usize, usize)>,
}

impl Image {
    /// Loads the file; `kernel` returns where the kernel has a symbol.
    pub fn load(
        file: &ObjectFile,
        kernel: impl Fn(&str) -> Option<usize>,
    ) -> Result<Image, LoadError> {
        let mut places = HashMap::new();
        let mut end = 0usize;
        for section in file.sections.iter().filter(|section| !section.stays()) {
            end = end.div_ceil(section.align) * section.align;
            places.insert(section.index, end);
            end += section.size;
        }
        let mapping = Mapping::low_at(PREFERRED, end)?;
        for place in places.values_mut() {
            *place += mapping.addr();
        }
        let mut filled = HashSet::new();
        for section in file.sections.iter().filter(|section| section.stays()) {
            let (place, fresh) = coverage::place(&section.name, section.size)?;
            places.insert(section.index, place);
            if !fresh {
                filled.insert(section.index);
            }
        }
        for section in &file.sections {
            if let Some(data) = &section.data
                && !filled.contains(&section.index)
            {
                // SAFETY: the fresh mapping, or the section's own, has room for it at its place.
                unsafe {
                    std::ptr::copy_nonoverlapping(
                        data.as_ptr(),
                        places[&section.index] as *mut u8,
                        data.len(),
                    )
                };
            }
        }
        for relocation in &file.relocations {
            relocate(file, &places, relocation, &kernel)?;
        }
        protect(file, &places, &mapping);

        let mut functions = Vec::new();
        for symbol in file.symbols.iter().filter(|symbol| symbol.function) {
            if let Home::Section(section) = symbol.home
                && let Some(place) = places.get(&section)
            {
                let start = place + symbol.value;
                functions.push(Function {
                    start,
                    end: start + symbol.size,
                    name: symbol.readable.clone(),
                });
            }
        }
        let sets = file
            .sections
            .iter()
            .filter_map(|section| {
                let set = section.name.strip_prefix("set_")?;
                Some((
                    set.to_owned(),
                    (places[&section.index], section.size / size_of::<usize>()),
                ))
            })
            .collect();
        Ok(Image {
            mapping,
            functions,
            sets,
        })
    }

    /// The pointers of a linker set, in the file's order.
    pub fn set(&self, name: &str) -> Vec<usize> {
        let (start, len) = self.sets.get(name).copied().unwrap_or((0, 0));
        // SAFETY: the section's own range, which is loaded and relocated.
        (0..len)
            .map(|index| unsafe { *((start + index * size_of::<usize>()) as *const usize) })
            .collect()
    }

    pub fn start(&self) -> usize {
        self.mapping.addr()
    }

    pub fn contains(&self, addr: usize, len: usize) -> bool {
        self.mapping.contains(addr, len)
    }

    /// `function+offset`, where `addr` is in the module's code.
    pub fn describe(&self, addr: usize) -> Option<String> {
        let (function, offset) = self.place(addr)?;
        Some(format!("{function}+{offset:#x}"))
    }

    /// The function that `addr` is in, and how far.
    pub fn place(&self, addr: usize) -> Option<(&str, usize)> {
        let function = self
            .functions
            .iter()
            .find(|f| f.start <= addr && addr < f.end.max(f.start + 1))?;
        Some((&function.name, addr - function.start))
    }
}

fn relocate(
    file: &ObjectFile,
    places: &HashMap<usize, usize>,
    relocation: &Relocation,
    kernel: &impl Fn(&str) -> Option<usize>,
) -> Result<(), LoadError> {
    let Relocation {
        kind,
        symbol: index,
        offset,
        ..
    } = *relocation;
    let width = match kind {
        R_X86_64_NONE => return Ok(()),
        R_X86_64_64 => 8,
        R_X86_64_PC32 | R_X86_64_PLT32 | R_X86_64_32S => 4,
        _ => {
            return Err(LoadError::Relocation {
                kind,
                symbol: index,
            });
        }
    };
    let symbol = file
        .symbols
        .get(index)
        .ok_or(LoadError::Damaged("a relocation of no symbol"))?;
    let base = match symbol.home {
        Home::Undefined => match kernel(&symbol.name) {
            Some(place) => place,
            None if symbol.weak => 0,
            None => return Err(LoadError::Undefined(symbol.name.clone())),
        },
        Home::Absolute => symbol.value,
        Home::Section(section) => {
            let place = places
                .get(&section)
                .ok_or(LoadError::Damaged("a symbol in what is not loaded"))?;
            place + symbol.value
        }
    };
    let section = file
        .sections
        .iter()
        .find(|section| section.index == relocation.section)
        .ok_or(LoadError::Damaged("a relocation of what is not loaded"))?;
    if offset
        .checked_add(width)
        .is_none_or(|end| end > section.size)
    {
        return Err(LoadError::Damaged("a relocation outside its section"));
    }
    let place = places[&section.index] + offset;
    let target = (base as i64).wrapping_add(relocation.addend);
    let value = if kind == R_X86_64_PC32 || kind == R_X86_64_PLT32 {
        target.wrapping_sub(place as i64)
    } else {
        target
    };
    // SAFETY: `place` and the width after it are inside the section, in the writable mapping.
    unsafe {
        if width == 8 {
            (place as *mut i64).write_unaligned(value);
        } else {
            // The kernel would cut the value silently.
            let value = i32::try_from(value).map_err(|_| LoadError::Reach {
                kind,
                section: section.name.clone(),
                offset,
                target: target as usize,
            })?;
            (place as *mut i32).write_unaligned(value);
        }
    }
    Ok(())
}

/// Gives each page what the sections that lie in it need together.
fn protect(file: &ObjectFile, places: &HashMap<usize, usize>, mapping: &Mapping) {
    let mut needs = vec![libc::PROT_READ; pages(mapping.len()) / PAGE];
    for section in file.sections.iter().filter(|section| !section.stays()) {
        let start = places[&section.index] - mapping.addr();
        let need = if section.writable {
            libc::PROT_WRITE
        } else {
            0
        } | if section.executable {
            libc::PROT_EXEC
        } else {
            0
        };
        for page in &mut needs[start / PAGE..=(start + section.size - 1) / PAGE] {
            *page |= need;
        }
    }
    let mut page = 0;
    for same in needs.chunk_by(|a, b| a == b) {
        mapping.protect_raw(page * PAGE, same.len() * PAGE, same[0]);
        page += same.len();
    }
}
