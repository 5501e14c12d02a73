// SPDX-License-Identifier: BSD-2-Clause
//! The place in the cache: one run at a time works there, and what it makes appears at once or not at all.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::error::Error;
use super::tree::Tree;
use crate::say;

/// A folder to be, and the folder beside it where it is made. Locked until dropped.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    work: PathBuf,
    /// The lock is this open file's, and so ends with the process, however that ends.
    _lock: File,
}

impl Store {
    /// Waits while another process works for the same folder. None if the folder is there.
    pub fn lock(folder: &Path) -> Result<Option<Self>, Error> {
        if folder.is_dir() {
            return Ok(None);
        }
        let cache = folder.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(cache).map_err(Error::store("make the folder", cache))?;
        let path = folder.with_added_extension("lock");
        let lock = File::create(&path).map_err(Error::store("write", &path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                say::aside(&format!(
                    "vm-test: another one is making {}; waiting for it",
                    folder.display()
                ));
                lock.lock().map_err(Error::store("lock", &path))?;
            }
            Err(TryLockError::Error(error)) => return Err(Error::store("lock", &path)(error)),
        }
        if folder.is_dir() {
            // Another process made it meanwhile.
            return Ok(None);
        }
        let work = folder.with_added_extension("part");
        fs::create_dir_all(&work).map_err(Error::store("make the folder", &work))?;
        Ok(Some(Store {
            folder: folder.to_owned(),
            work,
            _lock: lock,
        }))
    }

    /// Where a set is fetched to. It stays if it cannot be completed, for the next try.
    pub fn part(&self, name: &str) -> PathBuf {
        self.work.join(name)
    }

    /// A new folder to unpack into; what an interrupted run left there is gone.
    pub fn empty_tree(&self) -> Result<Tree, Error> {
        let tree = self.work.join("root");
        match fs::remove_dir_all(&tree) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::store("remove", &tree)(error));
            }
            _ => {}
        }
        fs::create_dir(&tree).map_err(Error::store("make the folder", &tree))?;
        Ok(Tree::new(tree))
    }

    /// Makes the finished tree the folder.
    pub fn publish(self, tree: &Tree) -> Result<PathBuf, Error> {
        // A power cut must not leave the new name on files whose content was still on its way.
        nix::unistd::sync();
        fs::rename(tree.dir(), &self.folder).map_err(Error::store("make", &self.folder))?;
        // The sets. If they stay, they do no harm.
        let _ = fs::remove_dir_all(&self.work);
        Ok(self.folder)
    }
}
