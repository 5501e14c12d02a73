// SPDX-License-Identifier: BSD-2-Clause
//! What a dump is made from: a snapshot, or, where that is not wanted or cannot be had, the process while it runs.

use rwmem::{Error, RemoteProcess};
use serde::Serialize;

use crate::core_file::notes::{Note, instant};
use crate::failure::Failure;
use crate::names::Layout;
use crate::run::instant::{Instant, now};
use crate::run::target::layout;

/// Of which moment the memory is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moment {
    /// Of a single one, which lies between the times; or it was read from the first to the second.
    pub snapshot: bool,
    /// Seconds since 1970.
    from: f64,
    to: f64,
    /// Why there is no snapshot, though one was wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why_live: Option<String>,
}

#[derive(Debug)]
pub enum Source {
    Snapshot(Instant),
    Live {
        process: RemoteProcess,
        layout: Layout,
        from: std::time::Duration,
        why: Option<Error>,
    },
}

impl Source {
    pub fn of(pid: i32, live: bool) -> Result<Source, Failure> {
        let why = match live {
            true => None,
            false => match Instant::of(pid) {
                Ok(instant) => return Ok(Source::Snapshot(instant)),
                Err(Failure::Other(why @ (Error::Unsupported { .. } | Error::NoSwap { .. }))) => {
                    Some(why)
                }
                Err(failure) => return Err(failure),
            },
        };
        let from = now();
        // First of all: what it stays with is this program, whatever the process does later.
        let process = RemoteProcess::open(pid)?;
        Ok(Source::Live {
            process,
            layout: layout(pid)?,
            from,
            why,
        })
    }

    pub fn process(&self) -> &RemoteProcess {
        match self {
            Source::Snapshot(instant) => &instant.process,
            Source::Live { process, .. } => process,
        }
    }

    pub fn layout(&self) -> &Layout {
        match self {
            Source::Snapshot(instant) => &instant.layout,
            Source::Live { layout, .. } => layout,
        }
    }

    /// Whether what is mapped there need not have been mapped when the memory was.
    pub fn is_doubtful(&self, address: u64) -> bool {
        match self {
            Source::Snapshot(instant) => instant.is_doubtful(address),
            Source::Live { .. } => false,
        }
    }

    /// Of which moment it is, once all of it was read.
    pub fn moment(&self) -> (Moment, Note) {
        let (snapshot, from, to) = match self {
            Source::Snapshot(instant) => (true, instant.from, instant.to),
            Source::Live { from, .. } => (false, *from, now()),
        };
        let why_live = match self {
            Source::Live { why: Some(why), .. } => Some(why.to_string()),
            _ => None,
        };
        let moment = Moment {
            snapshot,
            from: from.as_secs_f64(),
            to: to.as_secs_f64(),
            why_live,
        };
        (moment, instant(snapshot, from, to))
    }
}
