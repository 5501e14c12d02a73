// SPDX-License-Identifier: BSD-2-Clause
//! A set into a tree: what is needed of it, and only if the whole set is in order.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use tar::{Entry, EntryType};

use super::bar::Bar;
use super::error::Error;
use super::needed::needed;
use super::sparse::{self, Wrong};
use super::stream::Archive;
use super::tree::{Fault, Name, Tree, unwritten};

/// No file of FreeBSD's is that long.
const LONGEST_FILE: u64 = 1 << 30;

/// Unpacks what is needed.
pub fn unpack(set: &Path, tree: &mut Tree) -> Result<(), Error> {
    let file = File::open(set).map_err(Error::store("read", set))?;
    let length = file.metadata().map_err(Error::store("read", set))?.len();
    let name = set.file_name().unwrap_or_default().to_string_lossy();
    let mut bar = Bar::new(&format!("unpacking {name}"));
    bar.set_end(Some(length));
    all(file, tree, &mut bar).map_err(|fault| in_set(set, fault))?;
    bar.set(length);
    bar.done(&format!("unpacked {name}"));
    Ok(())
}

/// Says which set it was.
pub fn in_set(set: &Path, fault: Fault) -> Error {
    match fault {
        Fault::Store(error) => error,
        Fault::Set(why) => Error::Archive {
            set: set.to_owned(),
            why,
        },
    }
}

fn unreadable(error: io::Error) -> Fault {
    Fault::Set(error.to_string())
}

fn all(file: File, tree: &mut Tree, bar: &mut Bar) -> Result<(), Fault> {
    let (stream, gauge) = Archive::new(file).map_err(unreadable)?;
    let mut archive = tar::Archive::new(stream);
    let mut entries = archive.entries().map_err(unreadable)?;
    loop {
        gauge.header();
        let Some(entry) = entries.next() else { break };
        let mut entry = entry.map_err(unreadable)?;
        gauge.data();
        add(&mut entry, tree)?;
        // All of it, so that the next call finds a header first.
        io::copy(&mut entry, &mut io::sink()).map_err(unreadable)?;
        bar.set(gauge.compressed());
    }
    archive.into_inner().finish().map_err(Fault::Set)
}

/// One entry. Its name must be in order even if nobody needs it: a set with such a name is not one of FreeBSD's.
fn add<R: Read>(entry: &mut Entry<'_, R>, tree: &mut Tree) -> Result<(), Fault> {
    let kind = entry.header().entry_type();
    if kind == EntryType::XGlobalHeader {
        return Ok(());
    }
    let sparse = sparse::sparse(entry).map_err(Fault::Set)?;
    let name = match &sparse {
        Some(sparse) => Name::read(&sparse.name)?,
        None => Name::read(&entry.path_bytes())?,
    };
    let Some(name) = name.filter(|name| needed(name.path())) else {
        return Ok(());
    };
    let shown = name.path().display();
    match kind {
        EntryType::Directory => tree.folder(&name),
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
            let length = sparse.as_ref().map_or(entry.size(), |sparse| sparse.length);
            if length > LONGEST_FILE {
                return Err(Fault::Set(format!(
                    "its file \"{shown}\" is {length} bytes long"
                )));
            }
            let mode = entry.header().mode().map_err(unreadable)?;
            let (mut file, path) = tree.file(&name, mode & 0o111 != 0)?;
            let written = match sparse {
                Some(_) => sparse::write(entry, length, &mut file),
                None => sparse::copy(entry, &mut file).map(|_| ()),
            };
            written.map_err(|wrong| match wrong {
                Wrong::Data(why) => Fault::Set(why),
                Wrong::File(error) => unwritten(&path)(error),
            })
        }
        EntryType::Symlink => {
            let target = entry.link_name_bytes().unwrap_or_default();
            tree.link(&name, &target)
        }
        EntryType::Link => {
            let target = entry.link_name_bytes().unwrap_or_default();
            let of = Name::read(&target)?;
            let of =
                of.ok_or_else(|| Fault::Set(format!("it gives the root the name \"{shown}\"")))?;
            // A link to what is not needed is not needed either.
            if tree.hard_link(&name, &of)? || !needed(of.path()) {
                return Ok(());
            }
            let of = of.path().display();
            Err(Fault::Set(format!(
                "its \"{shown}\" is another name for \"{of}\", which is not there"
            )))
        }
        _ => Err(Fault::Set(format!(
            "its \"{shown}\" is neither a file nor a folder nor a link ({kind:?})"
        ))),
    }
}
