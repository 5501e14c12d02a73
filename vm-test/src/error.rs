// SPDX-License-Identifier: BSD-2-Clause
//! Why no verdict was reached.

use std::io;
use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::release::Release;

/// Something that keeps a run from being judged.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no FreeBSD at hand: {looked} has none.\n{remedy}")]
    NoRoot { looked: String, remedy: String },

    #[error("{} (from {origin}) is not a FreeBSD root that can be booted; missing:\n{}\n{remedy}",
            root.display(), list(missing))]
    BadRoot {
        root: PathBuf,
        origin: &'static str,
        missing: Vec<String>,
        remedy: String,
    },

    #[error("there is no {what} at {}; {remedy}", path.display())]
    NoInput {
        what: &'static str,
        path: PathBuf,
        remedy: String,
    },

    #[error("{program} ({what}) cannot be found; {remedy}")]
    NoProgram {
        program: String,
        what: &'static str,
        remedy: &'static str,
    },

    #[error(
        "{word:?} is no word for a root or a kernel. For roots there are: {roots}, and releases such as 15.1{kernels}"
    )]
    Word {
        word: String,
        roots: String,
        kernels: String,
    },

    #[error("{word:?} {why}: a release is named as 15.1 or 15.1-RELEASE")]
    Release { word: String, why: &'static str },

    #[error("{} is a {release}, for which there is no module (see kernels.toml)", root.display())]
    NoModule { root: PathBuf, release: Release },

    #[error("{} (from {origin}) is {name}, which the words of --matrix or VM_MATRIX leave out", root.display())]
    LeftOut {
        root: PathBuf,
        origin: &'static str,
        name: String,
    },

    #[error("{variable} is {value:?}, but {wanted} is wanted")]
    Setting {
        variable: &'static str,
        value: String,
        wanted: String,
    },

    #[error("{program} cannot be started: {source}")]
    Start { program: String, source: io::Error },

    #[error("{program} could not make the disc {}: {how}\n{output}", image.display())]
    Disc {
        program: String,
        image: PathBuf,
        how: String,
        output: String,
    },

    #[error("cannot {what} {}: {source}", path.display())]
    File {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },

    #[error(transparent)]
    Download(#[from] crate::download::Error),

    #[error("cannot listen for signals: {0}")]
    Signals(io::Error),

    #[error("interrupted by signal {signal}; the virtual machine is stopped")]
    Interrupted { signal: usize },
}

impl Error {
    pub fn exit(&self) -> Exit {
        match self {
            Error::NoRoot { .. } => Exit::NoRoot,
            Error::Download(error) => error.exit(),
            Error::Interrupted { signal } => Exit::Interrupted(*signal),
            _ => Exit::Environment,
        }
    }

    /// For `map_err` on a file operation.
    pub fn file(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
        let path = path.to_owned();
        move |source| Error::File { what, path, source }
    }
}

fn list(missing: &[String]) -> String {
    missing
        .iter()
        .map(|line| format!("  {line}"))
        .collect::<Vec<_>>()
        .join("\n")
}
