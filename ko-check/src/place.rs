// SPDX-License-Identifier: BSD-2-Clause
//! Reads data as the kernel will find it: a pointer is what its relocation makes of it.

use crate::image::{Home, Image, Relocation};
use object::elf;

/// A byte of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub section: usize,
    pub offset: u64,
}

impl Place {
    /// The place `bytes` further on.
    pub fn plus(self, bytes: u64) -> Self {
        Place {
            section: self.section,
            offset: self.offset.wrapping_add(bytes),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pointer {
    Null,
    /// Into this file.
    Place(Place),
    /// To something of the kernel's.
    Symbol(String),
}

impl Image<'_> {
    /// Where a shared object's address lies.
    pub fn place_of(&self, address: u64) -> Option<Place> {
        self.sections
            .iter()
            .enumerate()
            .filter(|(_, s)| s.is_allocated() && !s.flags.contains(elf::SHF_TLS))
            .find(|(_, s)| (s.address..s.address.saturating_add(s.size)).contains(&address))
            .map(|(section, s)| Place {
                section,
                offset: address - s.address,
            })
    }

    /// `section+offset`, for messages.
    pub fn show(&self, place: Place) -> String {
        match self.sections.get(place.section) {
            Some(section) => format!("{}+{:#x}", section.name, place.offset),
            None => format!("section {}+{:#x}", place.section, place.offset),
        }
    }

    /// The pointer stored at `at`.
    pub fn pointer(&self, at: Place) -> Result<Pointer, String> {
        let Some(relocation) = self.relocation_at(at) else {
            return match u64::from_le_bytes(self.bytes(at)?) {
                0 => Ok(Pointer::Null),
                value => Err(format!(
                    "{} holds {value:#x} and no relocation: it will not point into the loaded module",
                    self.show(at)
                )),
            };
        };
        // Without a symbol it is R_AARCH64_RELATIVE: the addend is an address of this file.
        if relocation.symbol == 0 {
            return self.pointer_to(relocation.addend as u64, at);
        }
        let symbol = self
            .symbols()
            .get(relocation.symbol)
            .ok_or_else(|| format!("{}: its relocation's symbol does not exist", self.show(at)))?;
        let value = symbol.value.wrapping_add(relocation.addend as u64);
        match symbol.home {
            Home::Undefined => Ok(Pointer::Symbol(symbol.name.clone())),
            Home::Section(section) if self.is_relocatable() => Ok(Pointer::Place(Place {
                section,
                offset: value,
            })),
            Home::Section(_) => self.pointer_to(value, at),
            Home::Common | Home::Absolute => Err(format!(
                "{}: its relocation's symbol {} has no section",
                self.show(at),
                symbol.name
            )),
        }
    }

    /// As [`Self::pointer`], where only a pointer into this file will do.
    pub fn place(&self, at: Place) -> Result<Place, String> {
        match self.pointer(at)? {
            Pointer::Place(place) if self.is_loaded(place.section) => Ok(place),
            Pointer::Place(place) => Err(format!(
                "{} points to {}, which is not loaded",
                self.show(at),
                self.show(place)
            )),
            Pointer::Null => Err(format!("{} is a null pointer", self.show(at))),
            Pointer::Symbol(name) => Err(format!(
                "{} points to the undefined {name}, not into the module",
                self.show(at)
            )),
        }
    }

    /// The C `int` at `at`.
    pub fn int(&self, at: Place) -> Result<i32, String> {
        Ok(i32::from_le_bytes(self.bytes(at)?))
    }

    /// The NUL-terminated text that the pointer at `at` points to.
    pub fn text(&self, at: Place) -> Result<String, String> {
        let start = self.place(at)?;
        self.sections[start.section]
            .data
            .get(start.offset as usize..)
            .and_then(|bytes| bytes.split(|&b| b == 0).next())
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            .ok_or_else(|| format!("{}: no text is there", self.show(start)))
    }

    fn pointer_to(&self, address: u64, at: Place) -> Result<Pointer, String> {
        self.place_of(address).map(Pointer::Place).ok_or_else(|| {
            format!(
                "{} points to {address:#x}, outside the module",
                self.show(at)
            )
        })
    }

    fn relocation_at(&self, at: Place) -> Option<&Relocation> {
        let address = self.sections.get(at.section)?.address;
        self.relocations.iter().find(|r| match r.section {
            Some(section) => (section, r.offset) == (at.section, at.offset),
            None => r.offset == address.wrapping_add(at.offset),
        })
    }

    fn bytes<const N: usize>(&self, at: Place) -> Result<[u8; N], String> {
        let start = at.offset as usize;
        let section = self.sections.get(at.section);
        if section.is_some_and(|s| {
            s.kind == elf::SHT_NOBITS && at.offset.saturating_add(N as u64) <= s.size
        }) {
            return Ok([0; N]);
        }
        section
            .and_then(|s| s.data.get(start..start.checked_add(N)?))
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or_else(|| format!("{}: {N} bytes of data are not there", self.show(at)))
    }
}
