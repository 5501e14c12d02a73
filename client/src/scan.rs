// SPDX-License-Identifier: BSD-2-Clause
//! Reading much of a process, piece by piece, without what is not mapped or was never touched.
use std::ops::Range;

use crate::data::Contents;
use crate::memory::{Memory, PAGE, next_page};
use crate::process::RemoteProcess;

mod part;
mod piece;
use part::{Part, What};
pub use piece::{Chunk, Hole, Piece};

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
///
/// Memory that was never touched is skipped ([`Scan::untouched`]), except for as many zeros on either side of what was
/// touched as the overlap has, so that a match that ends or begins in it is found all the same.
///
/// The buffer has room before its middle for the end of the piece before. What is read goes to the middle, which begins
/// with a page, for that is copied the quickest.
#[derive(Debug)]
pub struct Scan<'memory, M: ?Sized = RemoteProcess> {
    memory: &'memory M,
    ranges: Vec<Range<u64>>,
    /// The range that is being read, and the next address in it.
    range: usize,
    position: u64,
    /// What is known of the addresses from there on: nothing, where it is empty.
    part: Part,
    contents: Contents,
    chunk_size: usize,
    overlap: usize,
    /// Empty until something is read.
    buffer: Vec<u8>,
    middle: usize,
    /// Where the last piece ends in the buffer, and its addresses.
    filled: usize,
    piece: Range<u64>,
    holes: Vec<Hole>,
    untouched: Vec<Range<u64>>,
    scanned: u64,
}

/// What was done with the next addresses.
enum Step {
    /// They are in the buffer, behind this many bytes of the piece before.
    Read(usize),
    Untouched(Range<u64>),
    Hole(Range<u64>),
}

/// The length of a piece where nothing else is asked for: enough that a system call does not count, and little enough for
/// a processor's cache.
const CHUNK_SIZE: usize = 256 << 10;

/// The most that a piece and its overlap have, whatever is asked for.
const MOST: usize = 1 << 30;

impl<'memory, M: Memory + ?Sized> Scan<'memory, M> {
    /// Reads these ranges of `memory`, in this order.
    pub fn new(
        memory: &'memory M,
        ranges: impl IntoIterator<Item = Range<u64>>,
    ) -> Scan<'memory, M> {
        let ranges: Vec<_> = ranges
            .into_iter()
            .filter(|range| !range.is_empty())
            .collect();
        Scan {
            memory,
            position: ranges.first().map_or(0, |range| range.start),
            ranges,
            range: 0,
            part: Part::UNKNOWN,
            contents: Contents::default(),
            chunk_size: CHUNK_SIZE,
            overlap: 0,
            buffer: Vec::new(),
            middle: 0,
            filled: 0,
            piece: 0..0,
            holes: Vec::new(),
            untouched: Vec::new(),
            scanned: 0,
        }
    }

    /// How many new bytes a piece has at most: 256 KiB by default, at least 4 KiB, at most 1 GiB.
    #[must_use]
    pub fn chunk_size(mut self, bytes: usize) -> Self {
        self.chunk_size = bytes.clamp(PAGE as usize, MOST);
        self
    }

    /// How many bytes of a piece are repeated at the beginning of the next, where that follows without a gap; at most
    /// 1 GiB.
    #[must_use]
    pub fn overlap(mut self, bytes: usize) -> Self {
        self.overlap = bytes.min(MOST);
        self
    }

    /// The bytes of all ranges together, `u64::MAX` if they are more.
    pub fn total(&self) -> u64 {
        let lens = self.ranges.iter().map(|range| range.end - range.start);
        lens.fold(0, u64::saturating_add)
    }

    /// How many of them have contents that are to be read, as far as is known beforehand: what has contents may
    /// change.
    pub fn contents(&self) -> u64 {
        let mut contents = Contents::default();
        let mut sum = 0u64;
        for range in &self.ranges {
            let mut rest = range.clone();
            while let Some(part) = contents.next(self.memory, rest.clone()) {
                sum = sum.saturating_add(part.end - part.start);
                rest.start = part.end;
            }
        }
        sum
    }

    /// How many of them were read or skipped so far.
    pub fn scanned(&self) -> u64 {
        self.scanned
    }

    /// What could not be read so far; neighbours are one.
    pub fn holes(&self) -> &[Hole] {
        &self.holes
    }

    /// What was found to have no contents so far and can be read all the same, as zeros: memory that was never touched. A
    /// range that has more than one mapping without contents beside each other counts as the first of them.
    pub fn untouched(&self) -> &[Range<u64>] {
        &self.untouched
    }

    /// Reads the next piece; `None` after the last. What cannot be read is skipped and noted in [`Scan::holes`], and what was
    /// never touched in [`Scan::untouched`].
    ///
    /// # Errors
    /// [`Error::Transfer`](crate::Error::Transfer) where a read stops for another reason than that nothing is mapped there.
    /// The next call goes on after that page.
    pub fn next_chunk(&mut self) -> Result<Option<Chunk<'_>>, M::Error> {
        loop {
            match self.step()? {
                Some(Step::Read(kept)) => return Ok(Some(self.chunk(kept))),
                Some(Step::Untouched(_) | Step::Hole(_)) => (),
                None => return Ok(None),
            }
        }
    }

    /// The same with what is skipped in its place.
    ///
    /// # Errors
    /// As for [`Scan::next_chunk`].
    pub fn next_piece(&mut self) -> Result<Option<Piece<'_>>, M::Error> {
        Ok(self.step()?.map(|step| match step {
            Step::Read(kept) => Piece::Bytes(self.chunk(kept)),
            Step::Untouched(range) => Piece::Untouched(range),
            Step::Hole(range) => Piece::Hole(range),
        }))
    }

    /// The piece that was read last, behind `kept` bytes of the one before.
    fn chunk(&self, kept: usize) -> Chunk<'_> {
        Chunk {
            address: self.piece.start,
            bytes: &self.buffer[self.middle - kept..self.filled],
            overlap: kept,
        }
    }

    fn step(&mut self) -> Result<Option<Step>, M::Error> {
        while let Some(range) = self.ranges.get(self.range).cloned() {
            if self.position >= range.end {
                self.range += 1;
                self.position = self.ranges.get(self.range).map_or(0, |range| range.start);
                self.part = Part::UNKNOWN;
                continue;
            }
            if self.position >= self.part.range.end {
                self.find_part(range.end)?;
            }
            let end = match self.part.what {
                What::Contents => self.part.range.end,
                What::Zeros => match self.part.zeros_to_give(self.position, self.overlap as u64) {
                    Ok(end) => end,
                    Err(skipped) => {
                        let from = self.position;
                        self.advance(skipped);
                        return Ok(Some(Step::Untouched(from..self.position)));
                    }
                },
                What::Hole => return Ok(Some(self.note_hole(self.part.range.end))),
            };
            return self.read(end).map(Some);
        }
        Ok(None)
    }

    /// Reads from the position on, at most up to `end`.
    fn read(&mut self, end: u64) -> Result<Step, M::Error> {
        self.make_room();
        let (at, middle) = (self.position, self.middle);
        let want = (end - at).min(self.chunk_size as u64) as usize;
        let kept = self.keep_overlap();
        let room = &mut self.buffer[middle..middle + want];
        let read = match self.part.what {
            What::Contents => self.memory.read_at(at, room),
            _ => {
                room.fill(0);
                Ok(want)
            }
        };
        match read {
            Ok(0) => {
                let end = self.memory.end_of_hole(at..end);
                Ok(self.note_hole(end))
            }
            Ok(done) => {
                let done = done.min(want);
                self.advance(done as u64);
                self.filled = middle + done;
                self.piece = at - kept as u64..self.position;
                Ok(Step::Read(kept))
            }
            Err(error) => {
                self.note_hole(next_page(at));
                Err(error)
            }
        }
    }

    /// Finds out what there is from the position on, at most up to `end`.
    fn find_part(&mut self, end: u64) -> Result<(), M::Error> {
        let at = self.position;
        let next = self.contents.next(self.memory, at..end);
        let start = next.as_ref().map_or(end, |part| part.start);
        if start == at {
            self.part = Part {
                range: next.unwrap_or(at..end),
                what: What::Contents,
            };
            return Ok(());
        }
        // A byte tells memory that was never touched from what is not readable; to read it does not touch it.
        let what = match self.memory.read_at(at, &mut [0]) {
            Ok(0) => What::Hole,
            Ok(_) => What::Zeros,
            Err(error) => {
                self.note_hole(next_page(at));
                return Err(error);
            }
        };
        let range = at..start;
        if what == What::Zeros {
            match self.untouched.last_mut() {
                Some(last) if last.end == at => last.end = start,
                _ => self.untouched.push(range.clone()),
            }
        }
        self.part = Part { range, what };
        Ok(())
    }

    fn make_room(&mut self) {
        if self.buffer.is_empty() {
            let page = PAGE as usize;
            let before = self.overlap.next_multiple_of(page);
            self.buffer = vec![0; before + self.chunk_size + page];
            self.middle = before + self.buffer.as_ptr().align_offset(page).min(page);
        }
    }

    fn advance(&mut self, bytes: u64) {
        self.position += bytes;
        self.scanned = self.scanned.saturating_add(bytes);
    }

    /// Moves the end of the last piece before the middle, if the next follows it. Returns its length.
    fn keep_overlap(&mut self) -> usize {
        if self.piece.end != self.position {
            return 0;
        }
        let kept = self
            .overlap
            .min((self.piece.end - self.piece.start) as usize);
        let end = self.filled;
        self.buffer.copy_within(end - kept..end, self.middle - kept);
        // Here it is found again, should nothing be read after it.
        self.filled = self.middle;
        self.piece.start = self.piece.end - kept as u64;
        kept
    }

    fn note_hole(&mut self, end: u64) -> Step {
        // At least a page, whatever was seen meanwhile, so that it always goes on.
        let range = &self.ranges[self.range];
        let hole = self.position..end.max(next_page(self.position)).min(range.end);
        self.advance(hole.end - hole.start);
        match self.holes.last_mut() {
            Some(last) if last.range.end == hole.start => last.range.end = hole.end,
            _ => self.holes.push(Hole {
                range: hole.clone(),
            }),
        }
        Step::Hole(hole)
    }
}

#[cfg(test)]
mod tests;
