// SPDX-License-Identifier: BSD-2-Clause
//! What can go wrong, the message for it, and the exit code.

use std::io;
use std::path::PathBuf;

use clap::ValueEnum;
use rwmem::{Access, Mapping};
use serde::Serialize;
use thiserror::Error;

use crate::kernel;
use crate::names::{Layout, NameError, behind};
use crate::pattern::PatternError;
use crate::visible::visible;

/// Why a command ended before it was done.
#[derive(Debug, Error)]
pub enum Failure {
    #[error(
        "the module rwmem is not loaded: there is no /dev/rwmem. Load it as root: 'kldload rwmem', or 'kldload \
         ./rwmem.ko' where it was built"
    )]
    NotLoaded,
    #[error(
        "the module rwmem is loaded, but there is no /dev/rwmem here: in a jail, its devfs ruleset must show the \
         device ('add path rwmem unhide' in /etc/devfs.rules of the host)"
    )]
    Hidden,
    #[error(
        "you may not open /dev/rwmem {0}: only root may, unless /etc/devfs.rules opens it to a group (rwmem(4) shows \
         how). Become root, or have the administrator add you to that group"
    )]
    Device(Access),
    #[error("you may not access process {pid}: {why}")]
    Process { pid: i32, why: String },
    #[error("there is no process {0} (or it is ending, or you may not see it)")]
    NoProcess(i32),
    #[error("process {0} is executing another program at this moment; try again")]
    Executing(i32),
    #[error("process {0} is one of the system's: the kernel lets nobody access its memory")]
    System(i32),
    #[error("nothing can be {what} at {address:#x} in process {pid}: {where_}")]
    NotMapped {
        /// "read" or "written".
        what: &'static str,
        pid: i32,
        address: u64,
        where_: String,
    },
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Pattern(#[from] PatternError),
    #[error("{0}")]
    Usage(String),
    #[error("cannot {what} {}: {source}", visible(path))]
    File {
        what: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    #[error("cannot read the standard input: {0}")]
    Input(io::Error),
    #[error("cannot write to the standard output: {0}")]
    Output(io::Error),
    #[error("cannot {what}: {source}")]
    Kernel {
        what: &'static str,
        source: io::Error,
    },
    #[error("{0}")]
    Other(rwmem::Error),
}

/// The exit codes of rwmem(1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[repr(u8)]
pub enum Exit {
    Done = 0,
    Partly = 1,
    Usage = 2,
    NotLoaded = 3,
    NotPermitted = 4,
    NoProcess = 5,
    NotMapped = 6,
    Failed = 7,
}

/// What a failure is for a program; JSON has these names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Kind {
    Usage,
    AmbiguousName,
    NotLoaded,
    DevicePermission,
    ProcessPermission,
    NoProcess,
    NotMapped,
    UnknownName,
    Executing,
    File,
    System,
}

impl Kind {
    pub fn exit(self) -> Exit {
        match self {
            Kind::Usage | Kind::AmbiguousName => Exit::Usage,
            Kind::NotLoaded => Exit::NotLoaded,
            Kind::DevicePermission | Kind::ProcessPermission => Exit::NotPermitted,
            Kind::NoProcess => Exit::NoProcess,
            Kind::NotMapped | Kind::UnknownName => Exit::NotMapped,
            Kind::Executing | Kind::File | Kind::System => Exit::Failed,
        }
    }
}

/// A failure as `--json` prints it.
#[derive(Debug, Serialize)]
pub struct ErrorDocument {
    pub kind: Kind,
    pub message: String,
    pub exit_code: u8,
}

impl Failure {
    pub fn kind(&self) -> Kind {
        match self {
            Failure::NotLoaded | Failure::Hidden => Kind::NotLoaded,
            Failure::Device(_) => Kind::DevicePermission,
            Failure::Process { .. } | Failure::System(_) => Kind::ProcessPermission,
            Failure::NoProcess(_) => Kind::NoProcess,
            Failure::Executing(_) => Kind::Executing,
            Failure::NotMapped { .. } => Kind::NotMapped,
            Failure::Name(NameError::Ambiguous { .. }) => Kind::AmbiguousName,
            Failure::Name(_) => Kind::UnknownName,
            Failure::Pattern(_) | Failure::Usage(_) => Kind::Usage,
            Failure::File { .. } | Failure::Input(_) | Failure::Output(_) => Kind::File,
            Failure::Kernel { .. } | Failure::Other(_) => Kind::System,
        }
    }

    pub fn exit(&self) -> Exit {
        self.kind().exit()
    }

    pub fn document(&self) -> ErrorDocument {
        ErrorDocument {
            kind: self.kind(),
            message: self.to_string(),
            exit_code: self.exit() as u8,
        }
    }

    pub fn file(what: &'static str, path: &std::path::Path) -> impl FnOnce(io::Error) -> Failure {
        let path = path.to_owned();
        move |source| Failure::File { what, path, source }
    }

    /// A transfer that stopped at an address which is not accessible; any other error as it is. Without a layout,
    /// what is mapped is not known.
    pub fn transfer(error: rwmem::Error, pid: i32, layout: Option<&Layout>) -> Failure {
        let what = match &error {
            rwmem::Error::Transfer { direction, .. } => match direction {
                rwmem::Direction::Read => "read",
                rwmem::Direction::Write => "written",
            },
            _ => return error.into(),
        };
        match (error.is_fault(), error.address()) {
            (true, Some(address)) => Failure::NotMapped {
                what,
                pid,
                address,
                where_: match layout {
                    Some(layout) => surroundings(layout, address),
                    None => "what is mapped is not known, for the process has ended".into(),
                },
            },
            _ => error.into(),
        }
    }
}

/// Why an address cannot be accessed: what is there, or what is nearest.
fn surroundings(layout: &Layout, address: u64) -> String {
    match layout.mapping(address) {
        Some(mapping) => format!("it lies in {}", describe(mapping)),
        None => {
            let (below, above) = layout.neighbours(address);
            let near = |mapping: Option<&Mapping>, side, distance: fn(&Mapping, u64) -> u64| {
                mapping.map(|mapping| {
                    let distance = distance(mapping, address);
                    format!("{side}, {distance:#x} bytes away, is {}", describe(mapping))
                })
            };
            let sides = [
                near(below, "before it", |mapping, address| address - mapping.end),
                near(above, "after it", |mapping, address| {
                    mapping.start - address
                }),
            ];
            let sides: Vec<_> = sides.into_iter().flatten().collect();
            match sides.is_empty() {
                true => "nothing at all is mapped".to_owned(),
                false => format!("nothing is mapped there; {}", sides.join("; ")),
            }
        }
    }
}

fn describe(mapping: &Mapping) -> String {
    let (start, end) = (mapping.start, mapping.end);
    format!(
        "{start:#x}-{end:#x} {} {}",
        mapping.protection,
        behind(mapping)
    )
}

impl From<rwmem::Error> for Failure {
    fn from(error: rwmem::Error) -> Failure {
        match error {
            rwmem::Error::NotLoaded if kernel::module_is_loaded() => Failure::Hidden,
            rwmem::Error::NotLoaded => Failure::NotLoaded,
            rwmem::Error::DevicePermission { access, .. } => Failure::Device(access),
            rwmem::Error::NoSuchProcess { pid } => Failure::NoProcess(pid),
            rwmem::Error::NotPermitted { pid, .. } => Failure::Process {
                pid,
                why: kernel::why_not_permitted(pid),
            },
            rwmem::Error::Executing { pid } => Failure::Executing(pid),
            rwmem::Error::SystemProcess { pid } => Failure::System(pid),
            other => Failure::Other(other),
        }
    }
}

#[cfg(test)]
mod tests;
