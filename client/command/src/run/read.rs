// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem read`

use rwmem::RemoteProcess;
use serde::Serialize;

use super::{End, explain, locate};
use crate::arguments::Read;
use crate::bytes::push_hex;
use crate::failure::{Failure, Told};
use crate::hexdump::HexDump;
use crate::output::{Hex, Output, aside};

/// Bytes that are read at once.
const CHUNK: usize = 256 << 10;

enum Form {
    Raw,
    Dump(HexDump),
    /// The digits.
    Json(String),
}

#[derive(Serialize)]
struct Document {
    pid: i32,
    address: Hex,
    length: u64,
    read: u64,
    data: String,
    error: Option<Told>,
}

pub fn run(arguments: &Read, output: &mut Output) -> Result<End, Failure> {
    let pid = arguments.pid;
    let process = RemoteProcess::open(pid)?;
    let address = locate(pid, &arguments.address, arguments.length)?;
    let mut form = match output.json {
        true => Form::Json(String::new()),
        false if arguments.hex || output.terminal && !arguments.raw => {
            Form::Dump(HexDump::new(address))
        }
        false => Form::Raw,
    };
    let mut done = 0;
    let stopped = copy(&process, address, arguments.length, &mut done, |bytes| {
        output.write(|out| match &mut form {
            Form::Raw => out.write_all(bytes),
            Form::Dump(dump) => dump.push(out, bytes),
            Form::Json(digits) => {
                push_hex(digits, bytes);
                Ok(())
            }
        })
    })?;
    let stopped = stopped.map(|error| explain(pid, error));
    let failure = match stopped {
        Some(failure) if done == 0 => return Err(failure),
        other => other,
    };
    match form {
        Form::Raw => (),
        Form::Dump(dump) => output.write(|out| dump.finish(out))?,
        Form::Json(data) => output.json_document(&Document {
            pid,
            address: Hex(address),
            length: arguments.length,
            read: done,
            data,
            error: failure.as_ref().map(Failure::told),
        })?,
    }
    let Some(failure) = failure else {
        return Ok(End::Done);
    };
    output.flush()?;
    aside(&format!(
        "{done} of {} bytes were read: {failure}",
        arguments.length
    ));
    Ok(End::Partly)
}

/// Reads piece by piece and counts in `done`, until all is read or something stops it: that is answered.
fn copy(
    process: &RemoteProcess,
    address: u64,
    length: u64,
    done: &mut u64,
    mut take: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<Option<rwmem::Error>, Failure> {
    let mut buffer = vec![0; length.min(CHUNK as u64) as usize];
    while *done < length {
        let want = (length - *done).min(CHUNK as u64) as usize;
        match process.read_at(address + *done, &mut buffer[..want]) {
            Ok(read) => {
                take(&buffer[..read])?;
                *done += read as u64;
            }
            Err(error) => return Ok(Some(error)),
        }
    }
    Ok(None)
}
