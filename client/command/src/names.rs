// SPDX-License-Identifier: BSD-2-Clause
//! Names for places in a process's memory, and back. Each takes the same time however much is mapped.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use rwmem::{FileId, Mapping};
use thiserror::Error;

use crate::address::{self, Address};
use crate::places::places;
pub use crate::places::{EXECUTABLE, Executable, HEAP, Place, STACK};
use crate::visible::visible;

#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum NameError {
    #[error(
        "process {pid} has nothing mapped that is called {name:?}{hint}; 'rwmem maps {pid}' lists what it has"
    )]
    Unknown {
        pid: i32,
        name: String,
        hint: String,
    },
    #[error("{name:?} is mapped more than once in process {pid}: write one of these addresses instead\n  {}", candidates.join("\n  "))]
    Ambiguous {
        pid: i32,
        name: String,
        candidates: Vec<String>,
    },
    #[error("{name:?} has {len:#x} bytes in process {pid}: +{offset:#x} is beyond its end")]
    Beyond {
        pid: i32,
        name: String,
        len: u64,
        offset: u64,
    },
}

/// More candidates than these nobody reads.
const CANDIDATES: usize = 20;

/// What a process has mapped, with names.
#[derive(Debug)]
pub struct Layout {
    pid: i32,
    pub mappings: Vec<Mapping>,
    places: Vec<Place>,
    /// For each place the name to tell it by, if one means it alone.
    labels: Vec<Option<OsString>>,
    /// Which places are called so. Names are there as they are and as they are shown.
    by_name: HashMap<OsString, Vec<usize>>,
    by_file: HashMap<FileId, Vec<usize>>,
}

impl Layout {
    /// The mappings in the order of their addresses; `executable` is the program that runs.
    pub fn new(pid: i32, mappings: Vec<Mapping>, executable: &Executable) -> Layout {
        let places = places(&mappings, executable);
        let mut by_name: HashMap<OsString, Vec<usize>> = HashMap::new();
        let mut by_file: HashMap<FileId, Vec<usize>> = HashMap::new();
        for (number, place) in places.iter().enumerate() {
            for name in place.names() {
                for name in [name.to_owned(), visible(name).into()] {
                    let called = by_name.entry(name).or_default();
                    if called.last() != Some(&number) {
                        called.push(number);
                    }
                }
            }
            if let Some(file) = place.file {
                by_file.entry(file).or_default().push(number);
            }
        }
        let mut layout = Layout {
            pid,
            mappings,
            places,
            labels: Vec::new(),
            by_name,
            by_file,
        };
        layout.labels = layout
            .places
            .iter()
            .map(|place| Some(place.names().find(|name| layout.is_good(name))?.to_owned()))
            .collect();
        layout
    }

    /// Whether a name that is printed, with an offset, can be typed back.
    fn is_good(&self, name: &OsStr) -> bool {
        let shown = visible(name);
        let text = format!("{shown}+0x0");
        let alone = |name: &OsStr| self.by_name.get(name).is_some_and(|all| all.len() == 1);
        // A name that is a number means the number, and one with a dash would be taken for an option.
        matches!(text.parse(), Ok(Address::Named(_))) && alone(name) && alone(OsStr::new(&shown))
    }

    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// What is called so: by one of its names, or by a path that leads to its file.
    pub fn find(&self, name: &str) -> Result<&Place, NameError> {
        let of_file = || {
            let file = name
                .contains('/')
                .then(|| FileId::of(Path::new(name)).ok())??;
            self.by_file.get(&file)
        };
        let found = self.by_name.get(OsStr::new(name)).or_else(of_file);
        match found.map(Vec::as_slice) {
            Some(&[place]) => Ok(&self.places[place]),
            None | Some([]) => Err(NameError::Unknown {
                pid: self.pid,
                name: name.to_owned(),
                hint: hint(name),
            }),
            Some(all) => {
                let first = all.iter().take(CANDIDATES);
                let mut candidates: Vec<_> =
                    first.map(|&place| self.places[place].describe()).collect();
                if all.len() > CANDIDATES {
                    candidates.push(format!("and {} more", all.len() - CANDIDATES));
                }
                Err(NameError::Ambiguous {
                    pid: self.pid,
                    name: name.to_owned(),
                    candidates,
                })
            }
        }
    }

    pub fn resolve(&self, address: &Address) -> Result<u64, NameError> {
        let text = match address {
            Address::Absolute(address) => return Ok(*address),
            Address::Named(text) => text,
        };
        let Some((name, offset)) = address::split(text) else {
            return Ok(self.find(text)?.start);
        };
        let place = match self.find(name) {
            Ok(place) => place,
            // The plus may be a part of the name.
            Err(unknown @ NameError::Unknown { .. }) => match self.find(text) {
                Err(NameError::Unknown { .. }) => return Err(unknown),
                whole => return Ok(whole?.start),
            },
            Err(error) => return Err(error),
        };
        if offset >= place.end - place.start {
            return Err(NameError::Beyond {
                pid: self.pid,
                name: name.to_owned(),
                len: place.end - place.start,
                offset,
            });
        }
        Ok(place.start + offset)
    }

    /// The name of the place that an address is in, and the offset there.
    fn name(&self, address: u64) -> Option<(&OsStr, u64)> {
        let after = self.places.partition_point(|place| place.start <= address);
        let number = after.checked_sub(1)?;
        let place = &self.places[number];
        let name = self.labels[number].as_deref()?;
        place
            .contains(address)
            .then(|| (name, address - place.start))
    }

    /// The address as a place with an offset, for a person, if it is in one; [`Layout::resolve`] understands it.
    pub fn label(&self, address: u64) -> Option<String> {
        let (name, offset) = self.name(address)?;
        Some(format!("{}+{offset:#x}", visible(name)))
    }

    /// The same for a program: the name as it is, where that is UTF-8.
    pub fn exact_label(&self, address: u64) -> Option<String> {
        let (name, offset) = self.name(address)?;
        let name = name
            .to_str()
            .map_or_else(|| visible(name), ToOwned::to_owned);
        Some(format!("{name}+{offset:#x}"))
    }

    /// The mapping that holds an address.
    pub fn mapping(&self, address: u64) -> Option<&Mapping> {
        self.neighbours_or_holder(address)
            .0
            .filter(|one| one.contains(address))
    }

    /// The mappings nearest to an address that none holds: below and above.
    pub fn neighbours(&self, address: u64) -> (Option<&Mapping>, Option<&Mapping>) {
        self.neighbours_or_holder(address)
    }

    /// The last mapping that begins at or below an address, and the first above it.
    fn neighbours_or_holder(&self, address: u64) -> (Option<&Mapping>, Option<&Mapping>) {
        let after = self.mappings.partition_point(|one| one.start <= address);
        let (below, above) = self.mappings.split_at(after);
        (below.last(), above.first())
    }
}

/// What is behind a mapping, for a person: its path, or its kind.
pub fn behind(mapping: &Mapping) -> String {
    match &mapping.path {
        Some(path) => visible(path),
        None => mapping.kind.to_string(),
    }
}

/// What the person may have meant.
fn hint(name: &str) -> String {
    if !name.is_empty() && name.chars().all(|letter| letter.is_ascii_hexdigit()) {
        return format!(" (an address in hexadecimal begins with 0x: 0x{name})");
    }
    if name.starts_with(|letter: char| letter.is_ascii_digit()) {
        return " (and it is no number)".into();
    }
    String::new()
}

#[cfg(test)]
mod tests;
