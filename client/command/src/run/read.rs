// SPDX-License-Identifier: BSD-2-Clause
//! `rwmem read`

use std::io::{self, Write};

use rwmem::RemoteProcess;
use serde::Serialize;

use super::end::End;
use super::target::{explain, locate};
use crate::arguments::Read;
use crate::bytes::push_hex;
use crate::failure::{ErrorDocument, Failure};
use crate::hexdump::HexDump;
use crate::output::{Hex, Output, aside};
use crate::visible::JsonGuard;

/// Bytes that are read at once.
const CHUNK: usize = 256 << 10;

enum Form {
    Raw,
    Dump(HexDump),
    Json(Document),
}

/// The object of `--json`, which is written as the memory comes: there may be more of it than fits into this process's.
struct Document {
    head: Head,
    begun: bool,
    digits: String,
}

#[derive(Serialize)]
struct Head {
    pid: i32,
    address: Hex,
    length: u64,
}

#[derive(Serialize)]
struct Tail {
    read: u64,
    error: Option<ErrorDocument>,
}

impl Document {
    fn new(head: Head) -> Document {
        Document {
            head,
            begun: false,
            digits: String::new(),
        }
    }

    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !std::mem::replace(&mut self.begun, true) {
            let head = serde_json::to_string_pretty(&self.head)?;
            let open = head.strip_suffix("\n}").unwrap_or(&head);
            write!(out, "{open},\n  \"data\": \"")?;
        }
        Ok(())
    }

    fn push(&mut self, out: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
        self.begin(out)?;
        self.digits.clear();
        push_hex(&mut self.digits, bytes);
        out.write_all(self.digits.as_bytes())
    }

    fn finish(mut self, out: &mut dyn Write, tail: &Tail) -> io::Result<()> {
        self.begin(out)?;
        let mut text = Vec::new();
        serde_json::to_writer_pretty(JsonGuard(&mut text), tail)?;
        out.write_all(b"\",")?;
        out.write_all(text.strip_prefix(b"{").unwrap_or(&text))?;
        out.write_all(b"\n")
    }
}

pub fn run(arguments: &Read, output: &mut Output) -> Result<End, Failure> {
    let pid = arguments.pid;
    let process = RemoteProcess::open(pid)?;
    let address = locate(pid, &arguments.address, arguments.length)?;
    let mut form = match output.json {
        true => Form::Json(Document::new(Head {
            pid,
            address: Hex(address),
            length: arguments.length,
        })),
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
            Form::Json(document) => document.push(out, bytes),
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
        Form::Json(document) => {
            let tail = Tail {
                read: done,
                error: failure.as_ref().map(Failure::document),
            };
            output.write(|out| document.finish(out, &tail))?;
        }
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

/// Reads piece by piece and counts in `done`, until all is read or something stops it, which is returned.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Kind;
    use serde_json::{Value, json};

    fn document() -> Document {
        Document::new(Head {
            pid: 7,
            address: Hex(0x1000),
            length: 5,
        })
    }

    fn finished(
        document: Document,
        mut out: Vec<u8>,
        read: u64,
        error: Option<ErrorDocument>,
    ) -> Value {
        document
            .finish(&mut out, &Tail { read, error })
            .expect("written");
        assert!(out.ends_with(b"\n}\n"));
        serde_json::from_slice(&out).expect("JSON")
    }

    #[test]
    fn json_is_written_as_memory_comes() {
        let (mut document, mut out) = (document(), Vec::new());
        document.push(&mut out, &[0xde, 0xad]).expect("written");
        assert!(
            out.ends_with(b"\"data\": \"dead"),
            "{}",
            String::from_utf8_lossy(&out)
        );
        document.push(&mut out, &[0xbe]).expect("written");
        assert!(out.ends_with(b"deadbe"));
        let error = ErrorDocument {
            kind: Kind::NotMapped,
            message: "two\nlines \u{9b}".into(),
            exit_code: 6,
        };
        assert_eq!(
            finished(document, out, 3, Some(error)),
            json!({ "pid": 7, "address": "0x1000", "length": 5, "data": "deadbe", "read": 3,
                "error": { "kind": "not_mapped", "message": "two\nlines \u{9b}", "exit_code": 6 } })
        );
    }

    #[test]
    fn json_of_nothing_is_an_object_too() {
        assert_eq!(
            finished(document(), Vec::new(), 0, None),
            json!({ "pid": 7, "address": "0x1000", "length": 5, "data": "", "read": 0, "error": null })
        );
    }
}
