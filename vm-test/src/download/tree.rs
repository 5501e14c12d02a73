// SPDX-License-Identifier: BSD-2-Clause
//! The root that is unpacked into. It knows everything that it holds, so that nothing is ever written through a
//! link, over a folder, or beside the root, whatever a set says.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{OpenOptionsExt, symlink};
use std::path::{Component, Path, PathBuf};

use super::error::Error;

/// More entries than this are no FreeBSD (base.txz has 31,000, and less than a half of them is wanted).
const MOST_ENTRIES: usize = 100_000;
/// Nor are longer names; the kernel's own limit is 1024.
const LONGEST_NAME: usize = 1024;
const LONGEST_COMPONENT: usize = 255;

/// Why something of a set is not unpacked.
#[derive(Debug)]
pub enum Fault {
    /// The set is at fault.
    Set(String),
    /// The cache is.
    Store(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Fault::Store(error)
    }
}

/// A path of plain names: relative, with no `.` and no `..`.
///
/// INVARIANT: that, so joined to the root it stays beneath it unless a link is in the way.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name(PathBuf);

impl Name {
    /// A set's name for something; none for the root itself.
    pub fn read(bytes: &[u8]) -> Result<Option<Self>, Fault> {
        let refuse = |why| {
            Err(Fault::Set(format!(
                "it names \"{}\", {why}",
                bytes.escape_ascii()
            )))
        };
        if bytes.starts_with(b"/") {
            return refuse("an absolute path");
        }
        if bytes.len() > LONGEST_NAME {
            return refuse("which is too long");
        }
        let mut path = PathBuf::new();
        for part in bytes.split(|byte| *byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." => return refuse("which leaves the root"),
                _ if part.contains(&0) => return refuse("with a zero in it"),
                _ if part.len() > LONGEST_COMPONENT => return refuse("which is too long"),
                _ => path.push(OsStr::from_bytes(part)),
            }
        }
        Ok((!path.as_os_str().is_empty()).then_some(Name(path)))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The folder that it is in; none for the root.
    fn folder(&self) -> Option<Name> {
        let folder = self.0.parent()?;
        (!folder.as_os_str().is_empty()).then(|| Name(folder.to_owned()))
    }

    fn depth(&self) -> usize {
        self.0.components().count()
    }
}

/// What a name in the tree stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Folder,
    File,
    /// With what it points to, which is never absolute.
    Link(PathBuf),
}

#[derive(Debug)]
pub struct Tree {
    dir: PathBuf,
    entries: BTreeMap<Name, Kind>,
}

impl Tree {
    /// In an empty folder.
    pub fn new(dir: PathBuf) -> Self {
        Tree {
            dir,
            entries: BTreeMap::new(),
        }
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    pub fn entries(&self) -> impl Iterator<Item = (&Name, &Kind)> {
        self.entries.iter()
    }

    pub fn kind(&self, name: &Name) -> Option<&Kind> {
        self.entries.get(name)
    }

    /// What a path of plain names stands for.
    pub fn kind_at(&self, path: &Path) -> Option<&Kind> {
        self.entries.get(&Name(path.to_owned()))
    }

    fn add(&mut self, name: &Name, kind: Kind) -> Result<(), Fault> {
        if self.entries.len() >= MOST_ENTRIES {
            return Err(Fault::Set(format!(
                "it has more than {MOST_ENTRIES} entries"
            )));
        }
        self.entries.insert(name.clone(), kind);
        Ok(())
    }

    fn place(&self, name: &Name) -> PathBuf {
        self.dir.join(&name.0)
    }

    /// Makes a folder, with those that it is in.
    pub fn folder(&mut self, name: &Name) -> Result<(), Fault> {
        match self.kind(name) {
            Some(Kind::Folder) => return Ok(()),
            Some(_) => {
                let name = name.0.display();
                return Err(Fault::Set(format!(
                    "it uses \"{name}\", which is a file or a link, as a folder"
                )));
            }
            None => {}
        }
        if let Some(folder) = name.folder() {
            self.folder(&folder)?;
        }
        let place = self.place(name);
        fs::create_dir(&place).map_err(Error::store("make the folder", &place))?;
        self.add(name, Kind::Folder)
    }

    /// Makes room for a file or a link. As tar(1) does it, the last of several takes the name.
    fn make_way(&mut self, name: &Name) -> Result<PathBuf, Fault> {
        if let Some(folder) = name.folder() {
            self.folder(&folder)?;
        }
        let place = self.place(name);
        match self.kind(name) {
            None => Ok(place),
            Some(Kind::Folder) => {
                let name = name.0.display();
                Err(Fault::Set(format!(
                    "it has something else in the place of the folder \"{name}\""
                )))
            }
            Some(Kind::File | Kind::Link(_)) => {
                fs::remove_file(&place).map_err(Error::store("remove", &place))?;
                self.entries.remove(name);
                Ok(place)
            }
        }
    }

    /// A new file, with its path, to be written. Of the mode, only whether it is a program is kept: ownership and set-uid
    /// bits would be the wrong user's.
    pub fn file(&mut self, name: &Name, program: bool) -> Result<(File, PathBuf), Fault> {
        let place = self.make_way(name)?;
        let mode = if program { 0o755 } else { 0o644 };
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(mode)
            .open(&place);
        let file = file.map_err(Error::store("write", &place))?;
        self.add(name, Kind::File)?;
        Ok((file, place))
    }

    /// A symbolic link. One that points to an absolute path points to the same place of this root.
    pub fn link(&mut self, name: &Name, target: &[u8]) -> Result<(), Fault> {
        if target.is_empty() || target.len() > LONGEST_NAME || target.contains(&0) {
            let name = name.0.display();
            return Err(Fault::Set(format!("its link \"{name}\" points to no path")));
        }
        let mut relative = OsString::new();
        if target.starts_with(b"/") {
            relative.push("../".repeat(name.depth() - 1));
            relative.push("./");
        }
        let rest = target
            .iter()
            .position(|byte| *byte != b'/')
            .map_or(&[][..], |at| &target[at..]);
        relative.push(OsString::from_vec(rest.to_vec()));
        self.link_as_it_is(name, PathBuf::from(relative))
    }

    fn link_as_it_is(&mut self, name: &Name, target: PathBuf) -> Result<(), Fault> {
        let place = self.make_way(name)?;
        symlink(&target, &place).map_err(Error::store("make the link", &place))?;
        self.add(name, Kind::Link(target))
    }

    /// Another name for a file that is there; whether it is.
    pub fn hard_link(&mut self, name: &Name, of: &Name) -> Result<bool, Fault> {
        if name == of {
            return Ok(self.kind(of).is_some());
        }
        match self.kind(of).cloned() {
            None => Ok(false),
            Some(Kind::Folder) => {
                let of = of.0.display();
                Err(Fault::Set(format!(
                    "it gives the folder \"{of}\" another name"
                )))
            }
            Some(Kind::File) => {
                let place = self.make_way(name)?;
                fs::hard_link(self.place(of), &place)
                    .map_err(Error::store("make the link", &place))?;
                self.add(name, Kind::File)?;
                Ok(true)
            }
            Some(Kind::Link(target)) => {
                // A link in another folder would point elsewhere; by way of the root it points to the same.
                let folder = of.0.parent().unwrap_or(Path::new(""));
                let up: PathBuf =
                    std::iter::repeat_n(Component::ParentDir, name.depth() - 1).collect();
                self.link_as_it_is(name, up.join(folder).join(target))?;
                Ok(true)
            }
        }
    }
}

/// What went wrong with writing a file of the tree.
pub fn unwritten(path: &Path) -> impl FnOnce(io::Error) -> Fault {
    let error = Error::store("write", path);
    move |source| Fault::Store(error(source))
}

#[cfg(test)]
mod tests;
