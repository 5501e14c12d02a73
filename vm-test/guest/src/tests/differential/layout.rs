// SPDX-License-Identifier: BSD-2-Clause
//! The memory of the processes that are compared: a mosaic of mappings of every kind, and at times large pages.

use super::large;
use crate::random::Random;
use crate::sys::file::Fd;
use crate::sys::mapping::{EXECUTE, Memory, READ, WRITE, at_most};
use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, process, time};

/// Pages of the mosaic. The first and last ones are never mapped, so that nothing beyond it is touched.
pub const PAGES: usize = 96;
const EDGE: usize = 2;
const PIECES: usize = 40;
/// The files have at least so many bytes.
const FILE: usize = 64 * PAGE;
/// Of a page that is filled, only one byte in so many is.
const GRAIN: usize = 64;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Hole,
    Guard,
    /// As it came by fork: shared with the parent until it is written.
    Inherited,
    Private,
    Shared,
    Stack,
    PrivateFile,
    SharedFile,
    /// Of a file, but behind its end.
    BeyondFile,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Touch {
    Not,
    Read,
    Write,
}

/// A run of pages that were mapped in the same way.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    page: usize,
    pages: usize,
    kind: Kind,
    protection: usize,
    /// Whether the protection cannot be extended (PROT_MAX).
    closed: bool,
    touch: Touch,
    locked: bool,
}

impl Piece {
    fn random(random: &mut Random, page: usize, room: usize) -> Piece {
        let kind = random.pick(&[
            Kind::Hole,
            Kind::Guard,
            Kind::Inherited,
            Kind::Inherited,
            Kind::Inherited,
            Kind::Private,
            Kind::Private,
            Kind::Private,
            Kind::Private,
            Kind::Private,
            Kind::Shared,
            Kind::Shared,
            Kind::Stack,
            Kind::PrivateFile,
            Kind::PrivateFile,
            Kind::PrivateFile,
            Kind::SharedFile,
            Kind::SharedFile,
            Kind::BeyondFile,
        ]);
        let protection = match kind {
            Kind::Stack => READ | WRITE,
            // The file is open for reading only.
            Kind::SharedFile => random.pick(&[0, READ, READ, EXECUTE, READ | EXECUTE]),
            _ => random.pick(&[
                0,
                READ,
                WRITE,
                EXECUTE,
                READ | EXECUTE,
                READ,
                READ | WRITE,
                READ | WRITE,
                READ | WRITE,
                READ | WRITE,
                READ | WRITE,
                READ | WRITE | EXECUTE,
                READ | WRITE | EXECUTE,
            ]),
        };
        let mut piece = Piece {
            page,
            pages: (1 + random.below(5) as usize).min(room),
            kind,
            protection,
            closed: random.one_in(6),
            touch: match kind {
                Kind::BeyondFile => Touch::Not,
                Kind::SharedFile => random.pick(&[Touch::Not, Touch::Read]),
                _ => random.pick(&[Touch::Not, Touch::Read, Touch::Write, Touch::Write]),
            },
            locked: kind != Kind::BeyondFile && random.one_in(8),
        };
        // Once a fork shared it, even memory that may never be made writable can be written from outside: but only if
        // there was an object to share. A read by PT_IO makes one, where the module's reads leave nothing behind.
        if kind == Kind::Private && piece.closed && piece.touch == Touch::Not {
            piece.touch = Touch::Read;
        }
        piece
    }

    /// Whether the process itself may read so many pages of it, beginning with which.
    fn readable(&self) -> Option<(usize, usize)> {
        match self.kind {
            Kind::Hole | Kind::Guard | Kind::BeyondFile => None,
            _ if self.protection & READ == 0 => None,
            // Its lowest page is where it ends, and grows no more.
            Kind::Stack => (self.pages > 1).then_some((self.page + 1, self.pages - 1)),
            _ => Some((self.page, self.pages)),
        }
    }

    fn make(&self, mosaic: &Region, file: &Fd) -> Result<(), Errno> {
        let (at, len) = (self.page * PAGE, self.pages * PAGE);
        let memory = match self.kind {
            Kind::Hole => return mosaic.unmap(at, len),
            Kind::Guard => return mosaic.guard(at, len),
            // One page would be all guard.
            Kind::Stack if self.pages == 1 => return mosaic.guard(at, len),
            Kind::Inherited => None,
            Kind::Private => Some(Memory::Private),
            Kind::Shared => Some(Memory::Shared),
            Kind::Stack => Some(Memory::Stack),
            Kind::PrivateFile => Some(Memory::PrivateFile(file, at % FILE)),
            Kind::SharedFile => Some(Memory::SharedFile(file, at % FILE)),
            Kind::BeyondFile => Some(Memory::PrivateFile(file, at + (1 << 30))),
        };
        // What it takes to touch it first.
        let needed = match self.touch {
            Touch::Not => 0,
            Touch::Read => READ,
            Touch::Write => READ | WRITE,
        };
        let first = self.protection | needed;
        if let Some(memory) = memory {
            let closed = self.closed && self.kind != Kind::Stack;
            let limit = if closed { at_most(first) } else { 0 };
            mosaic.map_over(at, len, first | limit, memory)?;
        }
        self.touch(mosaic);
        // Where there is not even a page to keep, that may fail.
        if self.locked && first & READ != 0 && self.kind != Kind::Stack {
            mosaic.lock(at, len)?;
        }
        match self.kind {
            Kind::Stack => Ok(()),
            _ => mosaic.protect(at, len, self.protection),
        }
    }

    fn touch(&self, mosaic: &Region) {
        let pages = match self.kind {
            Kind::Stack => self.page + self.pages - 1..self.page + self.pages,
            _ => self.page..self.page + self.pages,
        };
        for page in pages {
            match self.touch {
                Touch::Not => (),
                Touch::Read => {
                    mosaic.get(page * PAGE);
                }
                Touch::Write => mark(mosaic, page, self.pages),
            }
        }
    }
}

/// Leaves bytes in a page that tell it from all others.
pub fn mark(region: &Region, page: usize, salt: usize) {
    for place in (0..PAGE).step_by(GRAIN) {
        let at = page * PAGE + place + page % GRAIN;
        region.put(at, (page * 31 + place / GRAIN + salt * 7) as u8);
    }
}

/// A whole mosaic. It does not hold what a transfer changes, only how it was made.
#[derive(Clone, Copy)]
pub struct Layout {
    pieces: [Option<Piece>; PIECES],
    /// Whether there are large pages too, and what protection a page in their middle has.
    pub large: Option<usize>,
}

impl Layout {
    pub fn random(random: &mut Random) -> Layout {
        let mut pieces = [None; PIECES];
        let mut page = EDGE;
        for piece in &mut pieces {
            let room = PAGES - EDGE - page;
            if room > 0 {
                let made = Piece::random(random, page, room);
                page += made.pages;
                *piece = Some(made);
            }
        }
        let large = random
            .one_in(4)
            .then(|| random.pick(&[0, READ, WRITE, WRITE, READ | WRITE, READ | EXECUTE]));
        Layout { pieces, large }
    }

    /// Makes it, in the process that is to have it. The regions are the parent's, at the same addresses.
    pub fn make(&self, mosaic: &Region, large: &Region, file: &Fd) -> Result<(), Errno> {
        for page in [0, PAGES - EDGE] {
            mosaic.guard(page * PAGE, EDGE * PAGE)?;
        }
        let end = self.pieces().map(|piece| piece.page + piece.pages).max();
        let end = end.unwrap_or(EDGE);
        mosaic.unmap(end * PAGE, (PAGES - end) * PAGE)?;
        self.pieces()
            .try_for_each(|piece| piece.make(mosaic, file))?;
        let Some(protection) = self.large else {
            return Ok(());
        };
        large::make(large, protection)
    }

    fn pieces(&self) -> impl Iterator<Item = &Piece> {
        self.pieces.iter().flatten()
    }

    /// The piece that has this page of the mosaic.
    pub fn piece(&self, page: usize) -> Option<&Piece> {
        self.pieces()
            .find(|piece| (piece.page..piece.page + piece.pages).contains(&page))
    }

    /// Changes something about a random piece: in the process whose mosaic is given, and in this description of it.
    pub fn change(
        &mut self,
        random: &mut Random,
        made: Option<(&Region, &Fd)>,
    ) -> Result<(), Errno> {
        let count = self.pieces().count() as u64;
        let chosen = random.below(count) as usize;
        let replacement = random.one_in(2);
        let Some(piece) = self.pieces.iter_mut().flatten().nth(chosen) else {
            return Ok(());
        };
        if replacement {
            let mut fresh = Piece::random(random, piece.page, piece.pages);
            fresh.pages = piece.pages;
            if fresh.kind == Kind::Inherited {
                fresh.kind = Kind::Private;
            }
            *piece = fresh;
            if let Some((mosaic, file)) = made {
                piece.make(mosaic, file)?;
            }
        } else if random.one_in(2) {
            // After a fork all private pages are shared again; the child only waits.
            if made.is_some() && process::fork()? == 0 {
                let parent = process::parent();
                while process::parent() == parent {
                    time::pause(20_000);
                }
                process::exit(0);
            }
        } else if let Some((mosaic, _)) = made
            && piece.readable().is_some()
            && piece.protection & WRITE != 0
        {
            piece.touch(mosaic);
        }
        Ok(())
    }

    /// A number made of all bytes that the process itself can read in its mosaic.
    pub fn digest(&self, mosaic: &Region) -> u64 {
        let words = self
            .pieces()
            .filter_map(Piece::readable)
            .flat_map(|(page, pages)| (page * PAGE..(page + pages) * PAGE).step_by(8));
        // FNV-1a, by words.
        words.fold(0xcbf2_9ce4_8422_2325, |digest, place| {
            (digest ^ mosaic.word(place)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    }
}
