// SPDX-License-Identifier: BSD-2-Clause
//! Names for places in a process's memory, and back.

use std::path::{Path, PathBuf};

use rwmem::{Kind, Mapping, MappingFlags};
use thiserror::Error;

use crate::address::Address;

/// The executable, whatever its file is called.
pub const EXECUTABLE: &str = "exe";
/// The anonymous memory right behind the executable: what it did not initialise, and brk(2)'s.
pub const HEAP: &str = "heap";
/// The first thread's stack, as far as it has grown.
pub const STACK: &str = "stack";

/// A range of memory that has a name: the mappings of a file that belong together, or a special one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, if it is one.
    pub path: Option<PathBuf>,
    special: Option<&'static str>,
    pub start: u64,
    pub end: u64,
}

impl Place {
    fn file_name(&self) -> Option<String> {
        let name = self.path.as_ref()?.file_name()?;
        Some(name.to_string_lossy().into_owned())
    }

    fn is_called(&self, name: &str) -> bool {
        self.special == Some(name)
            || self.file_name().is_some_and(|own| own == name)
            || self.path.as_deref() == Some(Path::new(name))
    }

    fn describe(&self) -> String {
        let what = match (&self.path, self.special) {
            (Some(path), _) => path.display().to_string(),
            (None, special) => special.unwrap_or_default().to_owned(),
        };
        format!("{:#x}-{:#x} {what}", self.start, self.end)
    }
}

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

/// What a process has mapped, with names.
#[derive(Debug)]
pub struct Layout {
    pid: i32,
    pub mappings: Vec<Mapping>,
    places: Vec<Place>,
}

impl Layout {
    /// The mappings in the order of their addresses; `executable` is the file of the program that runs.
    pub fn new(pid: i32, mappings: Vec<Mapping>, executable: Option<&Path>) -> Layout {
        let mut places = files(&mappings);
        let executable = executable.or_else(|| {
            // Where the kernel has forgotten it, the first file is it.
            mappings.iter().find_map(|mapping| mapping.path.as_deref())
        });
        let exe = places
            .iter_mut()
            .find(|place| place.path.as_deref() == executable && executable.is_some());
        if let Some(exe) = exe {
            exe.special = Some(EXECUTABLE);
            let end = exe.end;
            places.extend(heap(&mappings, end));
        }
        places.extend(stack(&mappings));
        places.sort_by_key(|place| place.start);
        Layout {
            pid,
            mappings,
            places,
        }
    }

    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// What is called so.
    pub fn find(&self, name: &str) -> Result<&Place, NameError> {
        let found: Vec<_> = self
            .places
            .iter()
            .filter(|place| place.is_called(name))
            .collect();
        match found[..] {
            [place] => Ok(place),
            [] => Err(NameError::Unknown {
                pid: self.pid,
                name: name.to_owned(),
                hint: hint(name),
            }),
            _ => Err(NameError::Ambiguous {
                pid: self.pid,
                name: name.to_owned(),
                candidates: found.iter().map(|place| place.describe()).collect(),
            }),
        }
    }

    pub fn resolve(&self, address: &Address) -> Result<u64, NameError> {
        let (name, offset) = match address {
            Address::Absolute(address) => return Ok(*address),
            Address::Relative { name, offset } => (name, *offset),
        };
        let place = self.find(name)?;
        if offset >= place.end - place.start {
            return Err(NameError::Beyond {
                pid: self.pid,
                name: name.clone(),
                len: place.end - place.start,
                offset,
            });
        }
        Ok(place.start + offset)
    }

    /// The address as a place with an offset, if it is in one; what is answered, [`Layout::resolve`] understands.
    pub fn label(&self, address: u64) -> Option<String> {
        let place = self
            .places
            .iter()
            .find(|place| (place.start..place.end).contains(&address))?;
        let path = || place.path.as_ref().map(|path| path.display().to_string());
        let names = [
            place.file_name(),
            path(),
            place.special.map(ToOwned::to_owned),
        ];
        let name = names
            .into_iter()
            .flatten()
            .find(|name| self.find(name).is_ok())?;
        Some(format!("{name}+{:#x}", address - place.start))
    }

    /// The mapping that holds an address.
    pub fn mapping(&self, address: u64) -> Option<&Mapping> {
        self.mappings.iter().find(|one| one.contains(address))
    }

    /// The mappings nearest to an address that none holds: below and above.
    pub fn neighbours(&self, address: u64) -> (Option<&Mapping>, Option<&Mapping>) {
        let below = self.mappings.iter().rfind(|one| one.end <= address);
        let above = self.mappings.iter().find(|one| one.start > address);
        (below, above)
    }
}

/// Files, each with all the mappings that belong together: those of a program or library follow each other, with
/// anonymous memory between them at most, and each begins further behind in the file or is of another protection. So
/// the same file mapped twice is two.
fn files(mappings: &[Mapping]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut last: Option<&Mapping> = None;
    for mapping in mappings {
        let Some(path) = &mapping.path else {
            continue;
        };
        let continues = last.is_some_and(|last| {
            last.path == mapping.path
                && (mapping.offset > last.offset
                    || mapping.offset == last.offset && mapping.protection != last.protection)
        });
        last = Some(mapping);
        match places.last_mut() {
            Some(place) if continues => place.end = mapping.end,
            _ => places.push(Place {
                path: Some(path.clone()),
                special: None,
                start: mapping.start,
                end: mapping.end,
            }),
        }
    }
    places
}

fn special(name: &'static str, start: u64, end: u64) -> Place {
    Place {
        path: None,
        special: Some(name),
        start,
        end,
    }
}

fn heap(mappings: &[Mapping], executable_end: u64) -> Option<Place> {
    let mut end = executable_end;
    for mapping in mappings.iter().filter(|one| one.start >= executable_end) {
        let anonymous = matches!(mapping.kind, Kind::Anonymous | Kind::Untouched);
        if mapping.start != end || !anonymous || !mapping.is_readable() {
            break;
        }
        end = mapping.end;
    }
    (end > executable_end).then(|| special(HEAP, executable_end, end))
}

fn stack(mappings: &[Mapping]) -> Option<Place> {
    let grows =
        |one: &&Mapping| one.flags.contains(MappingFlags::GROWS_DOWN) && one.kind != Kind::Guard;
    // Other threads' are below it.
    let top = mappings.iter().rfind(grows)?;
    Some(special(STACK, top.start, top.end))
}

/// What the person may have meant.
fn hint(name: &str) -> String {
    let digits = !name.is_empty() && name.chars().all(|letter| letter.is_ascii_hexdigit());
    match digits {
        true => format!(" (an address in hexadecimal begins with 0x: 0x{name})"),
        false => String::new(),
    }
}

#[cfg(test)]
mod tests;
