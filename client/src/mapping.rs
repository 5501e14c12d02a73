// SPDX-License-Identifier: BSD-2-Clause
//! What a process has mapped where, as sysctl(3) `kern.proc.vmmap` tells it.
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

#[cfg(not(target_os = "freebsd"))]
use crate::error::Error;
use crate::error::Result;

#[cfg(target_os = "freebsd")]
mod list;
#[cfg(target_os = "freebsd")]
use list::list;

bitflags::bitflags! {
    /// What the process itself may do with a mapping. Prints as `rwx`, with dashes.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Protection: u32 {
        /// It may read.
        const READ = 0x1;
        /// It may write.
        const WRITE = 0x2;
        /// It may execute.
        const EXECUTE = 0x4;
    }
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = |bit, letter| if self.contains(bit) { letter } else { "-" };
        let text = [
            letter(Protection::READ, "r"),
            letter(Protection::WRITE, "w"),
            letter(Protection::EXECUTE, "x"),
        ];
        f.pad(&text.concat())
    }
}

bitflags::bitflags! {
    /// Properties of a mapping (KVME_FLAG_*).
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct MappingFlags: u32 {
        /// Private: what is written is copied first.
        const COPY_ON_WRITE = 0x001;
        /// Not copied yet.
        const NEEDS_COPY = 0x002;
        /// Left out of core dumps (MAP_NOCORE, madvise(2)).
        const NO_CORE_DUMP = 0x004;
        /// Large pages are in use.
        const SUPERPAGES = 0x008;
        /// Grows upwards.
        const GROWS_UP = 0x010;
        /// Grows downwards: a stack.
        const GROWS_DOWN = 0x020;
        /// Wired by mlock(2).
        const WIRED = 0x040;
        /// System V shared memory.
        const SYSV_SHM = 0x080;
        /// POSIX shared memory.
        const POSIX_SHM = 0x100;
        /// What a later kernel may say besides.
        const _ = !0;
    }
}

/// What is behind a mapping (KVME_TYPE_*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Nothing yet: anonymous memory that was never touched.
    Untouched,
    /// A file.
    File,
    /// Anonymous memory.
    Anonymous,
    /// A device's memory.
    Device,
    /// Memory that is never paged out.
    Physical,
    /// Nothing any more.
    Dead,
    /// A device's scattered pages.
    ScatterGather,
    /// Memory that a driver manages (graphics).
    ManagedDevice,
    /// A guard: every access fails.
    Guard,
    /// What this crate does not know, by the kernel's number.
    Unknown(i32),
}

impl Kind {
    /// What is behind a mapping, in a word: `file`, `anonymous`. Prints so, too.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Untouched => "untouched",
            Kind::File => "file",
            Kind::Anonymous => "anonymous",
            Kind::Device => "device",
            Kind::Physical => "physical",
            Kind::Dead => "dead",
            Kind::ScatterGather => "scatter-gather",
            Kind::ManagedDevice => "managed-device",
            Kind::Guard => "guard",
            Kind::Unknown(_) => "unknown",
        }
    }

    #[cfg_attr(not(target_os = "freebsd"), allow(dead_code))]
    fn from_kernel(number: i32) -> Kind {
        match number {
            0 => Kind::Untouched,
            2 => Kind::File,
            1 | 3 => Kind::Anonymous,
            4 => Kind::Device,
            5 => Kind::Physical,
            6 => Kind::Dead,
            7 => Kind::ScatterGather,
            8 => Kind::ManagedDevice,
            9 => Kind::Guard,
            other => Kind::Unknown(other),
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Which file it is, whatever it is called: a file may have many names, and a name may go to another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId {
    /// The file system (`st_dev`).
    pub device: u64,
    /// The file in it (`st_ino`).
    pub inode: u64,
}

impl FileId {
    /// That of the file which has this name at present, links followed.
    ///
    /// # Errors
    /// Those of stat(2).
    pub fn of(path: &Path) -> io::Result<FileId> {
        use std::os::unix::fs::MetadataExt;
        let file = std::fs::metadata(path)?;
        Ok(FileId {
            device: file.dev(),
            inode: file.ino(),
        })
    }
}

/// One mapping. Its addresses are `start..end`, multiples of the page size.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mapping {
    /// The first address.
    pub start: u64,
    /// The address after the last.
    pub end: u64,
    /// What the process itself may do there.
    pub protection: Protection,
    /// What is behind it.
    pub kind: Kind,
    /// Its properties.
    pub flags: MappingFlags,
    /// Where in the file (or other object) it begins, in bytes.
    pub offset: u64,
    /// The file's path, where the kernel still knows it.
    pub path: Option<PathBuf>,
    /// The file itself. Through a nullfs(5) mount it is the file below.
    pub file: Option<FileId>,
    /// How many of its pages are in memory.
    pub resident_pages: u64,
    /// How many pages in memory its object has that is no copy of another (as procstat(1) counts them). Mappings that share
    /// an object each have all of them.
    pub private_pages: u64,
    /// Which object in the kernel anonymous memory is of: those that share one have the same number.
    pub object: Option<u64>,
}

impl Mapping {
    /// Readable and writable anonymous memory. What else it is can be set: for tests of what works on mappings.
    pub fn anonymous(start: u64, end: u64) -> Mapping {
        Mapping {
            start,
            end,
            protection: Protection::READ | Protection::WRITE,
            kind: Kind::Anonymous,
            flags: MappingFlags::empty(),
            offset: 0,
            path: None,
            file: None,
            resident_pages: 0,
            private_pages: 0,
            object: None,
        }
    }

    /// Its length in bytes.
    pub fn len(&self) -> u64 {
        self.end.saturating_sub(self.start)
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether `address` is in it.
    pub fn contains(&self, address: u64) -> bool {
        (self.start..self.end).contains(&address)
    }

    /// Whether the process itself may read it.
    pub fn is_readable(&self) -> bool {
        self.protection.contains(Protection::READ) && self.kind != Kind::Guard
    }

    /// Whether [`RemoteProcess::scan`](crate::RemoteProcess::scan) reads it: it is readable, and files, anonymous or
    /// physical memory, as in a core dump. What was never touched is all zeros, and reading it would only make pages for
    /// it; reading a device may do anything.
    pub fn is_scannable(&self) -> bool {
        self.is_readable() && matches!(self.kind, Kind::File | Kind::Anonymous | Kind::Physical)
    }
}

/// The mappings of a process, in the order of their addresses, as they were when they were asked for.
#[derive(Clone, Debug)]
pub struct Mappings(std::vec::IntoIter<Mapping>);

impl Mappings {
    /// Asks the kernel for those of the process `pid`. This does not need the module.
    ///
    /// # Errors
    /// [`Error::NoSuchProcess`], [`Error::NotPermitted`], [`Error::Executing`]; [`Error::Mappings`] for anything else
    /// (everything, where this is not FreeBSD).
    pub fn of(pid: i32) -> Result<Mappings> {
        list(pid).map(|mappings| Mappings(mappings.into_iter()))
    }
}

impl Iterator for Mappings {
    type Item = Mapping;

    fn next(&mut self) -> Option<Mapping> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for Mappings {
    fn next_back(&mut self) -> Option<Mapping> {
        self.0.next_back()
    }
}

impl ExactSizeIterator for Mappings {}
impl std::iter::FusedIterator for Mappings {}

#[cfg(not(target_os = "freebsd"))]
fn list(pid: i32) -> Result<Vec<Mapping>> {
    Err(Error::Mappings {
        pid,
        cause: io::Error::from_raw_os_error(libc::ENOSYS),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protection_prints_as_three_letters() {
        let text = |bits| format!("{:>4}", Protection::from_bits_truncate(bits));
        assert_eq!(
            [text(0), text(1), text(6), text(7)],
            [" ---", " r--", " -wx", " rwx"]
        );
    }

    #[test]
    fn what_is_scanned_is_readable_memory() {
        let of = |kind, bits| Mapping {
            protection: Protection::from_bits_truncate(bits),
            kind: Kind::from_kernel(kind),
            ..Mapping::anonymous(0x1000, 0x3000)
        };
        for kind in 0..=9 {
            assert_eq!(
                of(kind, 1).is_scannable(),
                [1, 2, 3, 5].contains(&kind),
                "{kind}"
            );
            assert!(!of(kind, 6).is_scannable());
        }
        assert_eq!(of(255, 1).kind, Kind::Unknown(255));
        let mapping = of(3, 3);
        assert_eq!((mapping.len(), mapping.is_empty()), (0x2000, false));
        assert!(mapping.contains(0x1000) && mapping.contains(0x2fff) && !mapping.contains(0x3000));
    }
}
