// SPDX-License-Identifier: BSD-2-Clause
//! Reading much of a process, piece by piece, without what is not mapped.
use std::ops::Range;

use rwmem_abi::MAX_SEGS;

use crate::error::Result;
use crate::process::RemoteProcess;

/// Reads ranges of a process's memory into one buffer, piece by piece. Made by [`RemoteProcess::scan`] and
/// [`RemoteProcess::scan_ranges`].
///
/// ```no_run
/// # fn main() -> rwmem::Result<()> {
/// # let process = rwmem::RemoteProcess::open(1234)?;
/// let needle = b"secret";
/// // So that a match across two pieces is found, and none is found twice.
/// let mut scan = process.scan()?.overlap(needle.len() - 1);
/// while let Some(chunk) = scan.next_chunk()? {
///     for (index, window) in chunk.bytes.windows(needle.len()).enumerate() {
///         if window == needle {
///             println!("{:#x}", chunk.address + index as u64);
///         }
///     }
/// }
/// println!("{} holes", scan.holes().len());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Scan<'process> {
    process: &'process RemoteProcess,
    ranges: Vec<Range<u64>>,
    /// The range that is being read, and the next address in it.
    range: usize,
    position: u64,
    chunk_size: usize,
    overlap: usize,
    buffer: Vec<u8>,
    /// The piece in the buffer: where it begins and how long it is.
    piece: Range<u64>,
    holes: Vec<Hole>,
    scanned: u64,
}

/// A piece of memory that was read.
#[derive(Debug)]
#[non_exhaustive]
pub struct Chunk<'scan> {
    /// Where it begins, in the target.
    pub address: u64,
    /// What is there.
    pub bytes: &'scan [u8],
    /// So many bytes at the beginning were the end of the piece before.
    pub overlap: usize,
}

/// A part of the ranges that could not be read: the file is shorter than its mapping, or it was unmapped meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hole {
    /// Its addresses.
    pub range: Range<u64>,
}

/// The length of a piece where nothing else is asked for: more makes nothing faster.
const CHUNK_SIZE: usize = 1 << 20;

/// What is looked at for its own sake when a piece cannot be read. All kernels' pages are multiples of it.
const PAGE: u64 = 4096;

impl<'process> Scan<'process> {
    pub(crate) fn new(
        process: &'process RemoteProcess,
        ranges: impl IntoIterator<Item = Range<u64>>,
    ) -> Scan<'process> {
        let ranges: Vec<_> = ranges
            .into_iter()
            .filter(|range| !range.is_empty())
            .collect();
        Scan {
            process,
            position: ranges.first().map_or(0, |range| range.start),
            ranges,
            range: 0,
            chunk_size: CHUNK_SIZE,
            overlap: 0,
            buffer: Vec::new(),
            piece: 0..0,
            holes: Vec::new(),
            scanned: 0,
        }
    }

    /// How many new bytes a piece has at most: 1 MiB unless told, at least 4 KiB.
    #[must_use]
    pub fn chunk_size(mut self, bytes: usize) -> Self {
        self.chunk_size = bytes.max(PAGE as usize);
        self
    }

    /// How many bytes of a piece are given again at the beginning of the next, where that follows without a gap.
    #[must_use]
    pub fn overlap(mut self, bytes: usize) -> Self {
        self.overlap = bytes;
        self
    }

    /// The bytes of all ranges together.
    pub fn total(&self) -> u64 {
        self.ranges
            .iter()
            .map(|range| range.end - range.start)
            .sum()
    }

    /// How many of them were read or skipped so far.
    pub fn scanned(&self) -> u64 {
        self.scanned
    }

    /// What could not be read so far; neighbours are one.
    pub fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// Reads the next piece; `None` after the last. What cannot be read is skipped and noted in [`Scan::holes`].
    ///
    /// # Errors
    /// [`Error::Transfer`](crate::Error::Transfer) where a read stops for another reason than that nothing is mapped there. The next call goes
    /// on after that page.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk<'_>>> {
        while let Some(range) = self.ranges.get(self.range).cloned() {
            if self.position >= range.end {
                self.range += 1;
                self.position = self.ranges.get(self.range).map_or(0, |range| range.start);
                continue;
            }
            let kept = self.keep_overlap();
            let want = (range.end - self.position).min(self.chunk_size as u64) as usize;
            self.buffer.resize(self.chunk_size + self.overlap, 0);
            let at = self.position;
            match self
                .process
                .read_at(at, &mut self.buffer[kept..kept + want])
            {
                Ok(done) => {
                    self.advance(done as u64);
                    self.piece = at - kept as u64..self.position;
                    return Ok(Some(Chunk {
                        address: self.piece.start,
                        bytes: &self.buffer[..kept + done],
                        overlap: kept,
                    }));
                }
                Err(error) if error.is_fault() => {
                    let end = self.end_of_hole(range.end);
                    self.note_hole(end);
                }
                Err(error) => {
                    let end = range.end.min((at / PAGE + 1).saturating_mul(PAGE));
                    self.note_hole(end);
                    return Err(error);
                }
            }
        }
        Ok(None)
    }

    fn advance(&mut self, bytes: u64) {
        self.position += bytes;
        self.scanned += bytes;
    }

    /// Moves the end of the last piece to the buffer's beginning, if the next follows it. Answers its length.
    fn keep_overlap(&mut self) -> usize {
        if self.piece.end != self.position {
            return 0;
        }
        let len = (self.piece.end - self.piece.start) as usize;
        let kept = self.overlap.min(len);
        self.buffer.copy_within(len - kept..len, 0);
        kept
    }

    /// The first address from `position` on that can be read, or `end`. Asks for a byte of each of many pages at once.
    fn end_of_hole(&self, end: u64) -> u64 {
        let mut next = self.position;
        while next < end {
            let mut bytes = [[0; 1]; MAX_SEGS as usize];
            let mut batch = self.process.read_batch();
            let mut after = next;
            for byte in &mut bytes {
                if after >= end {
                    break;
                }
                batch.read(after, byte);
                after = (after / PAGE + 1).saturating_mul(PAGE);
            }
            let Ok(report) = batch.run() else { return next };
            if let Some(element) = report.elements().iter().find(|element| element.is_whole()) {
                return element.address();
            }
            next = after;
        }
        end
    }

    fn note_hole(&mut self, end: u64) {
        // At least a page, whatever was seen meanwhile, so that it always goes on.
        let range = &self.ranges[self.range];
        let page = (self.position / PAGE + 1).saturating_mul(PAGE);
        let end = end.max(page).min(range.end);
        let hole = self.position..end;
        self.advance(end - hole.start);
        match self.holes.last_mut() {
            Some(last) if last.range.end == hole.start => last.range.end = hole.end,
            _ => self.holes.push(Hole { range: hole }),
        }
    }
}
