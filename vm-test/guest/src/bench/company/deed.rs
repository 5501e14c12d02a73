// SPDX-License-Identifier: BSD-2-Clause
//! What a companion does over and over: copy its own memory, or move pieces of a target's.

use super::board::REST;
use crate::bench::subject::Subject;
use crate::bench::work::REGION;
use crate::device::{Device, Direction};
use crate::sys::Errno;
use crate::sys::memory::Region;
use rwmem_abi::{Batch, RWMEM_READV, RWMEM_WRITEV, Seg};
use rwmem_vm_protocol::bench::{SIZES, WAYS, Way};

const LARGEST: u64 = SIZES[SIZES.len() - 1];
/// From one piece to the next, where the pieces are smaller.
const STRIDE: u64 = 64;

/// A way to move memory of a target.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    pub direction: Direction,
    pub way: Way,
    pub bytes: u64,
}

/// Readers and writers of each size, attached and by pid.
pub const PIECES: [Piece; 16] = {
    let kinds = [
        (Direction::Read, WAYS[0]),
        (Direction::Read, WAYS[1]),
        (Direction::Write, WAYS[0]),
        (Direction::Write, WAYS[1]),
    ];
    let mut pieces = [Piece {
        direction: Direction::Read,
        way: Way::Attached,
        bytes: 0,
    }; 16];
    let mut index = 0;
    while index < pieces.len() {
        let (direction, way) = kinds[index / SIZES.len()];
        pieces[index] = Piece {
            direction,
            way,
            bytes: SIZES[index % SIZES.len()],
        };
        index += 1;
    }
    pieces
};

/// An order to a companion.
#[derive(Clone, Copy)]
pub enum Deed {
    /// The control: it needs its processor, and nothing of anybody else's.
    CopyOwn,
    /// Move the piece of [`PIECES`] with this index, of the target with that one.
    Move { piece: usize, target: usize },
}

impl Deed {
    /// As the board has it; never [`REST`].
    pub fn order(self) -> u64 {
        match self {
            Deed::CopyOwn => REST + 1,
            Deed::Move { piece, target } => (REST + 2) + (target * PIECES.len() + piece) as u64,
        }
    }

    pub fn of_order(order: u64) -> Option<Deed> {
        let number = order.checked_sub(REST + 1)? as usize;
        Some(match number.checked_sub(1) {
            None => Deed::CopyOwn,
            Some(number) => Deed::Move {
                piece: number % PIECES.len(),
                target: number / PIECES.len(),
            },
        })
    }
}

/// A target, and a descriptor that is attached to it.
pub struct Reach<'a> {
    subject: &'a Subject,
    device: Device,
}

impl<'a> Reach<'a> {
    pub fn new(subject: &'a Subject) -> Result<Self, Errno> {
        let device = Device::open()?;
        device.attach(subject.pid())?;
        Ok(Reach { subject, device })
    }
}

/// A companion's own memory, and the targets that it can reach.
pub struct Hands<'a, const N: usize> {
    own: Region,
    other: Region,
    targets: [Reach<'a>; N],
    /// The next piece begins there.
    offset: u64,
}

impl<'a, const N: usize> Hands<'a, N> {
    pub fn new(targets: [Reach<'a>; N]) -> Result<Self, Errno> {
        let region = || {
            let region = Region::private(LARGEST as usize)?;
            region.fill(0, LARGEST as usize, |place| place as u8);
            Ok(region)
        };
        Ok(Hands {
            own: region()?,
            other: region()?,
            targets,
            offset: 0,
        })
    }

    pub fn perform(&mut self, deed: Deed) -> Result<(), Errno> {
        match deed {
            Deed::CopyOwn => {
                let source = &self.other;
                self.own
                    .fill_with(|own| source.fill_with(|other| own.copy_from_slice(other)));
                Ok(())
            }
            Deed::Move { piece, target } => {
                let piece = PIECES.get(piece).ok_or(Errno::EINVAL)?;
                let Reach { subject, device } = self.targets.get(target).ok_or(Errno::EINVAL)?;
                if self.offset + piece.bytes > REGION {
                    self.offset = 0;
                }
                let remote = subject.at(self.offset);
                self.offset += piece.bytes.max(STRIDE);
                let done = move_piece(piece, device, subject.pid(), remote, self.own.at(0))?;
                (done == piece.bytes).then_some(()).ok_or(Errno::EIO)
            }
        }
    }
}

/// How many bytes were moved.
fn move_piece(
    piece: &Piece,
    device: &Device,
    pid: i32,
    remote: u64,
    local: u64,
) -> Result<u64, Errno> {
    let len = piece.bytes;
    let read = piece.direction == Direction::Read;
    if piece.way == Way::Attached {
        let file = device.fd();
        return match read {
            true => file.read_to(local, len, remote),
            false => file.write_from(local, len, remote),
        };
    }
    let mut seg = Seg {
        remote,
        local,
        len,
        ..Seg::default()
    };
    let mut batch = Batch {
        pid,
        segs: core::ptr::from_mut(&mut seg) as u64,
        nsegs: 1,
        ..Batch::default()
    };
    let request = if read { RWMEM_READV } else { RWMEM_WRITEV };
    device.batch(request, &mut batch)?;
    Ok(batch.done)
}
