// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem write`

use std::io::{self, Read};

use rwmem::RemoteProcess;
use serde::Serialize;

use super::end::End;
use super::target::{explain, locate};
use crate::arguments::Write;
use crate::failure::{ErrorDocument, Failure};
use crate::output::{Hex, Output, aside};

/// Bytes that are written at once.
const CHUNK: usize = 256 << 10;

#[derive(Serialize)]
struct Document {
    pid: i32,
    address: Hex,
    written: u64,
    error: Option<ErrorDocument>,
}

pub fn run(arguments: &Write, output: &mut Output) -> Result<End, Failure> {
    let pid = arguments.pid;
    let process = RemoteProcess::open_writable(pid)?;
    let known = arguments.hex.as_ref().map_or(0, |hex| hex.0.len() as u64);
    let address = locate(pid, &arguments.address, known)?;
    let mut done = 0;
    let stopped = match &arguments.hex {
        Some(hex) => copy(&process, address, &hex.0[..], &mut done)?,
        None => copy(&process, address, io::stdin().lock(), &mut done)?,
    };
    let failure = match stopped.map(|error| explain(pid, error)) {
        Some(failure) if done == 0 => return Err(failure),
        other => other,
    };
    if output.json {
        output.json_document(&Document {
            pid,
            address: Hex(address),
            written: done,
            error: failure.as_ref().map(Failure::document),
        })?;
    }
    let Some(failure) = failure else {
        if !output.json {
            output.line(&format!(
                "{done} bytes written at {address:#x} in process {pid}"
            ))?;
        }
        return Ok(End::Done);
    };
    output.flush()?;
    aside(&format!(
        "{done} bytes were written, and not the rest: {failure}"
    ));
    Ok(End::Partly)
}

/// Writes what comes and counts in `done`, until no more comes or something stops it, which is returned.
fn copy(
    process: &RemoteProcess,
    address: u64,
    mut source: impl Read,
    done: &mut u64,
) -> Result<Option<rwmem::Error>, Failure> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = match source.read(&mut buffer) {
            Ok(0) => return Ok(None),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Failure::Input(error)),
        };
        let Some(place) = address.checked_add(*done) else {
            return Err(Failure::Usage(
                "the input goes beyond the end of the address space".into(),
            ));
        };
        let result = process.write_all_at(place, &buffer[..read]);
        *done += match &result {
            Ok(()) => read as u64,
            Err(error) => error.done(),
        };
        if let Err(error) = result {
            return Ok(Some(error));
        }
    }
}
