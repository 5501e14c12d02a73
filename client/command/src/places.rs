// SPDX-License-Identifier: BSD-2-Clause
//! The ranges of a process's memory that have names.

use std::ffi::OsStr;
use std::path::PathBuf;

use rwmem::{FileId, Kind, Mapping, MappingFlags};

use crate::visible::visible;

/// The executable, whatever its file is called.
pub const EXECUTABLE: &str = "exe";
/// The anonymous memory right behind the executable: what it did not initialise, and brk(2)'s.
pub const HEAP: &str = "heap";
/// The first thread's stack, as far as it has grown.
pub const STACK: &str = "stack";

/// The program that a process runs, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Executable {
    /// By what name it was executed; mappings may have another.
    pub path: Option<PathBuf>,
    /// What file that is now.
    pub file: Option<FileId>,
    /// Addresses in it, as the kernel has them: those of its program headers and of its entry.
    pub addresses: Vec<u64>,
}

/// A range of memory that has a name: the mappings of a file that belong together, or a special one. None is in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file, if it is one; its name may be forgotten.
    pub path: Option<PathBuf>,
    pub file: Option<FileId>,
    pub special: Option<&'static str>,
    /// By what other name it was executed.
    pub alias: Option<PathBuf>,
    pub start: u64,
    pub end: u64,
}

impl Place {
    fn special(name: &'static str, start: u64, end: u64) -> Place {
        Place {
            path: None,
            file: None,
            special: Some(name),
            alias: None,
            start,
            end,
        }
    }

    pub fn contains(&self, address: u64) -> bool {
        (self.start..self.end).contains(&address)
    }

    /// What it is called, the best names first.
    pub fn names(&self) -> impl Iterator<Item = &OsStr> {
        let path = self.path.as_deref();
        let alias = self.alias.as_deref();
        [
            path.and_then(|path| path.file_name()),
            path.map(|path| path.as_os_str()),
            alias.and_then(|path| path.file_name()),
            alias.map(|path| path.as_os_str()),
            self.special.map(OsStr::new),
        ]
        .into_iter()
        .flatten()
    }

    /// For a person.
    pub fn describe(&self) -> String {
        let what = self.path.as_deref().map(visible);
        let what = what.or_else(|| self.special.map(ToOwned::to_owned));
        let what = what.unwrap_or_else(|| "a file without a name".into());
        format!("{:#x}-{:#x} {what}", self.start, self.end)
    }
}

/// The places of a process, in the order of their addresses. `mappings` are in that order.
pub fn places(mappings: &[Mapping], executable: &Executable) -> Vec<Place> {
    let mut places = files(mappings);
    if let Some(exe) = find_executable(&places, executable) {
        let exe = &mut places[exe];
        exe.special = Some(EXECUTABLE);
        exe.alias = executable
            .path
            .clone()
            .filter(|path| exe.path.as_ref() != Some(path));
        let end = exe.end;
        places.extend(heap(mappings, end));
    }
    places.extend(stack(mappings));
    places.sort_by_key(|place| place.start);
    places
}

/// A program that is run through a hard link or a nullfs(5) mount has another name than its mappings, through the mount
/// another file number too, and a file that was removed has none: the addresses of its headers and entry are surest.
fn find_executable(places: &[Place], executable: &Executable) -> Option<usize> {
    let at = |address: &u64| places.iter().position(|place| place.contains(*address));
    let of_file = |file| places.iter().position(|place| place.file == Some(file));
    let called = |path| {
        places
            .iter()
            .position(|place| place.path.as_ref() == Some(path))
    };
    let unknown = executable.path.is_none() && executable.file.is_none();
    executable
        .addresses
        .iter()
        .find_map(at)
        .or_else(|| executable.file.and_then(of_file))
        .or_else(|| executable.path.as_ref().and_then(called))
        // Where the kernel says nothing, the first file is it.
        .or_else(|| (unknown && !places.is_empty()).then_some(0))
}

fn is_anonymous(mapping: &Mapping) -> bool {
    matches!(mapping.kind, Kind::Anonymous | Kind::Untouched)
        && !mapping.flags.contains(MappingFlags::GROWS_DOWN)
}

fn is_same_file(one: &Mapping, other: &Mapping) -> bool {
    match (one.file, other.file) {
        (Some(one), Some(other)) => one == other,
        // Neither has a file number: shared memory, devices.
        _ => one.path.is_some() && one.path == other.path,
    }
}

/// Files, each with all the mappings that belong together: those of a program or library follow each other, with
/// anonymous memory between them at most, and each begins further behind in the file or is of another protection. So
/// the same file mapped twice is two.
fn files(mappings: &[Mapping]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut last: Option<&Mapping> = None;
    for mapping in mappings {
        if mapping.path.is_none() && mapping.file.is_none() {
            if !is_anonymous(mapping) && mapping.kind != Kind::Guard {
                last = None;
            }
            continue;
        }
        let continues = last.is_some_and(|last| {
            is_same_file(last, mapping)
                && (mapping.offset > last.offset
                    || mapping.offset == last.offset && mapping.protection != last.protection)
        });
        last = Some(mapping);
        match places.last_mut() {
            Some(place) if continues => {
                place.end = mapping.end;
                // The kernel may have forgotten its name meanwhile, or remembered it.
                place.path = place.path.take().or_else(|| mapping.path.clone());
            }
            _ => places.push(Place {
                path: mapping.path.clone(),
                file: mapping.file,
                special: None,
                alias: None,
                start: mapping.start,
                end: mapping.end,
            }),
        }
    }
    places
}

fn heap(mappings: &[Mapping], executable_end: u64) -> Option<Place> {
    let mut end = executable_end;
    for mapping in mappings.iter().filter(|one| one.start >= executable_end) {
        if mapping.start != end
            || mapping.path.is_some()
            || !is_anonymous(mapping)
            || !mapping.is_readable()
        {
            break;
        }
        end = mapping.end;
    }
    (end > executable_end).then(|| Place::special(HEAP, executable_end, end))
}

fn stack(mappings: &[Mapping]) -> Option<Place> {
    let grows =
        |one: &&Mapping| one.flags.contains(MappingFlags::GROWS_DOWN) && one.kind != Kind::Guard;
    // Other threads' are below it.
    let top = mappings.iter().rfind(grows)?;
    Some(Place::special(STACK, top.start, top.end))
}
