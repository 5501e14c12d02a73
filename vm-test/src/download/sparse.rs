// SPDX-License-Identifier: BSD-2-Clause
//! Files with holes, as bsdtar(1) writes them: entries named GNUSparseFile.0/NAME whose real name and length are in
//! the extended header, and whose data begin with a map of what is not hole. (On ZFS, where releases are
//! made, any file with pages of zeros may be one.) The tar crate does not know them.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};

use tar::Entry;

/// What the extended header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sparse {
    pub name: Vec<u8>,
    pub length: u64,
}

/// A map of more pieces than this is no file of FreeBSD.
const MOST_PIECES: u64 = 1 << 20;
/// The map is filled up to a multiple of this.
const BLOCK: u64 = 512;

/// Whether this entry is one.
pub fn sparse<R: Read>(entry: &mut Entry<'_, R>) -> Result<Option<Sparse>, String> {
    let (mut major, mut name, mut length, mut any) = (None, None, None, false);
    let pax = entry.pax_extensions().map_err(|error| error.to_string())?;
    for extension in pax.into_iter().flatten() {
        let extension = extension.map_err(|error| error.to_string())?;
        let Some(key) = extension.key_bytes().strip_prefix(b"GNU.sparse.") else {
            continue;
        };
        any = true;
        let value = extension.value_bytes();
        match key {
            b"major" => major = number(value),
            b"name" => name = Some(value.to_vec()),
            b"realsize" => length = number(value),
            _ => {}
        }
    }
    match (any, major, name, length) {
        (false, ..) => Ok(None),
        (true, Some(1), Some(name), Some(length)) => Ok(Some(Sparse { name, length })),
        _ => Err("it has a sparse file of an unknown kind".into()),
    }
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// What is wrong with the data, or with the file written.
#[derive(Debug)]
pub enum Wrong {
    Data(String),
    File(io::Error),
}

/// Writes the file that these data stand for.
pub fn write(data: impl Read, length: u64, file: &mut File) -> Result<(), Wrong> {
    let bad = |why: &str| Wrong::Data(format!("the map of a sparse file {why}"));
    let mut data = Counted {
        inner: BufReader::new(data),
        count: 0,
    };
    let pieces = data.number().ok_or_else(|| bad("has no length"))?;
    if pieces > MOST_PIECES {
        return Err(bad("is too long"));
    }
    let mut map = Vec::new();
    let mut end = 0;
    for _ in 0..pieces {
        let (Some(offset), Some(size)) = (data.number(), data.number()) else {
            return Err(bad("is cut off"));
        };
        let next = offset
            .checked_add(size)
            .filter(|next| offset >= end && *next <= length);
        end = next.ok_or_else(|| bad("leaves the file"))?;
        map.push((offset, size));
    }
    let padding = data.count.next_multiple_of(BLOCK) - data.count;
    skip(&mut data.inner, padding).map_err(|error| Wrong::Data(error.to_string()))?;
    for (offset, size) in map {
        file.seek(SeekFrom::Start(offset)).map_err(Wrong::File)?;
        let copied = copy(&mut (&mut data.inner).take(size), file)?;
        if copied != size {
            return Err(bad("promises more than there is"));
        }
    }
    file.set_len(length).map_err(Wrong::File)
}

/// Copies. The error says which side it is of.
pub fn copy(from: &mut impl Read, to: &mut File) -> Result<u64, Wrong> {
    let mut buffer = vec![0; 64 * 1024];
    let mut length = 0;
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(length),
            Ok(n) => {
                to.write_all(&buffer[..n]).map_err(Wrong::File)?;
                length += n as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Wrong::Data(error.to_string())),
        }
    }
}

fn skip(data: &mut impl Read, length: u64) -> io::Result<u64> {
    io::copy(&mut data.take(length), &mut io::sink())
}

/// Reads numbers, each on a line of its own, and counts what they take.
struct Counted<R> {
    inner: BufReader<R>,
    count: u64,
}

impl<R: Read> Counted<R> {
    fn number(&mut self) -> Option<u64> {
        let mut line = Vec::new();
        let read = (&mut self.inner)
            .take(24)
            .read_until(b'\n', &mut line)
            .ok()?;
        self.count += read as u64;
        number(line.strip_suffix(b"\n")?)
    }
}
