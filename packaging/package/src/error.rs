// SPDX-License-Identifier: BSD-2-Clause
//! Why there is no package.

use std::io;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot {what} {}: {source}", path.display())]
    File {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },

    #[error("{} says nothing of {key}", path.display())]
    NotSaid { path: PathBuf, key: &'static str },

    #[error("{} has no message between <<EOM and EOM", path.display())]
    NoMessage { path: PathBuf },

    #[error("{} is in pkg-plist, but not in the stage: build it first", path.display())]
    NotStaged { path: PathBuf },

    #[error("{} is in the stage, but not in pkg-plist", path.display())]
    NotListed { path: PathBuf },

    #[error("cannot pack: {0}")]
    Pack(io::Error),
}

impl Error {
    pub fn file(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        move |source| Error::File {
            what,
            path: path.to_owned(),
            source,
        }
    }
}
