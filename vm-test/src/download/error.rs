// SPDX-License-Identifier: BSD-2-Clause
//! Why no FreeBSD was fetched.

use std::io;
use std::path::{Path, PathBuf};

use crate::exit::Exit;

/// What a person can do without any mirror.
const OTHERWISE: &str =
    "or set FREEBSD_ROOT to a folder with a FreeBSD; FREEBSD_DOWNLOAD=no fetches nothing";

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{variable}={value} {why}; {remedy}")]
    Setting {
        variable: &'static str,
        value: String,
        why: String,
        remedy: &'static str,
    },

    #[error("kernels.toml names no release of {release} to fetch")]
    NoRelease { release: String },

    #[error(
        "FreeBSD cannot be fetched, as no mirror can be reached:\n{}\nWhat to do: look at the network \
             (and at HTTPS_PROXY, if there is a proxy), name another\nmirror with FREEBSD_MIRROR, {OTHERWISE}.",
        list(attempts)
    )]
    Unreachable { attempts: Vec<String> },

    #[error(
        "FreeBSD {version} is not to be had:\n{}\nWhat to do: name another release with FREEBSD_VERSION, \
             another mirror with FREEBSD_MIRROR,\n{OTHERWISE}.",
        list(attempts)
    )]
    NotServed {
        version: String,
        attempts: Vec<String>,
    },

    #[error(
        "{url} is not what it should be: {why}\nNothing of it is used. What to do: try again, or another \
             mirror with FREEBSD_MIRROR."
    )]
    Damaged { url: String, why: String },

    #[error("{} cannot be unpacked: {why}\nNothing of it is used. What to do: try again, or another mirror with \
             FREEBSD_MIRROR.", set.display())]
    Archive { set: PathBuf, why: String },

    #[error(
        "the sets of FreeBSD {version} do not hold a FreeBSD that can be booted; missing:\n{}\nNothing of \
             them is used. What to do: name another release with FREEBSD_VERSION,\nor another mirror with \
             FREEBSD_MIRROR.",
        list(missing)
    )]
    Incomplete {
        version: String,
        missing: Vec<String>,
    },

    #[error("cannot {what} {}: {source}{}", path.display(), room(source))]
    Store {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

impl Error {
    pub fn exit(&self) -> Exit {
        match self {
            Error::Setting { .. } | Error::NoRelease { .. } => Exit::Environment,
            Error::Unreachable { .. } => Exit::Unreachable,
            Error::NotServed { .. } => Exit::NotServed,
            Error::Damaged { .. } | Error::Archive { .. } | Error::Incomplete { .. } => {
                Exit::Damaged
            }
            Error::Store { .. } => Exit::Store,
        }
    }

    /// For `map_err` on an operation in the cache.
    pub fn store(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::Store { what, path, source }
    }
}

fn list(lines: &[String]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

/// What helps against a full disk.
fn room(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "\nA release takes about 400 MB while it is fetched and 200 MB after that. What to do: make room, or \
             move the cache with XDG_CACHE_HOME; what has been fetched is kept for the next try."
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_a_forbidden_one() {
        let store = |kind| {
            let error = Error::store("write", Path::new("/c/base.txz"))(io::Error::from(kind));
            (error.exit().code(), error.to_string().contains("make room"))
        };
        assert_eq!(store(io::ErrorKind::StorageFull), (73, true));
        assert_eq!(store(io::ErrorKind::PermissionDenied), (73, false));
    }
}
