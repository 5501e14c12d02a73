// SPDX-License-Identifier: BSD-2-Clause
//! The requests that sim asks of the module over its simulated kernel too (`cases/`). What FreeBSD returns decides.

mod mapped;
mod scene;

use crate::device::{Device, Direction, Moved, Request};
use crate::path::{PATHS, Path};
use crate::sys::file::Vectored;
use crate::sys::{Errno, capability, file};
use crate::tap::{Case, Outcome, Test};
use core::ffi::c_ulong;
use rwmem_abi as abi;
use rwmem_cases::{self as shared, Answer, Batch, Event, GROUPS, Place, Step, Transfer, errno};
use scene::{Piece, Scene};

const COUNT: usize = {
    let (mut count, mut group) = (0, 0);
    while group < GROUPS.len() {
        count += GROUPS[group].len();
        group += 1;
    }
    count
};

pub const CASES: &[Case] = &{
    let mut all = [const { Case::shared(&GROUPS[0][0], run) }; COUNT];
    let (mut count, mut group) = (0, 0);
    while group < GROUPS.len() {
        let mut index = 0;
        while index < GROUPS[group].len() {
            all[count] = Case::shared(&GROUPS[group][index], run);
            count += 1;
            index += 1;
        }
        group += 1;
    }
    all
};

/// The most segments and buffers that a step has.
const PIECES: usize = 16;

/// Runs a case by every path that makes a difference to it, each with a new target.
fn run(t: &mut Test, case: &'static shared::Case) -> Outcome {
    let transfers = case
        .steps
        .iter()
        .any(|step| matches!(step, Step::Transfer(..)));
    let paths = if transfers { PATHS } else { &PATHS[..1] };
    for path in paths {
        t.path = path;
        let mut scene = Scene::new(t, case)?;
        for (number, step) in case.steps.iter().enumerate() {
            let ran = run_step(t, &mut scene, step, path);
            if ran.is_err() {
                t.note(format_args!("that was step {number}, by {}", path.name));
                return ran;
            }
        }
    }
    Ok(())
}

fn run_step(t: &mut Test, scene: &mut Scene, step: &Step, path: &Path) -> Outcome {
    match *step {
        Step::Transfer(transfer, answer) => {
            let request = request(scene, &transfer);
            moves(t, scene, &transfer, answer, |device| {
                (path.transfer)(device, request)
            })
        }
        Step::Single(transfer, unused, answer) => {
            let request = request(scene, &transfer);
            moves(t, scene, &transfer, answer, |device| {
                single(device, request, unused)
            })
        }
        Step::Batch(batch) => run_batch(t, scene, &batch),
        Step::Io {
            write,
            remote,
            buffers,
            answer,
        } => vectored(t, scene, write, remote, buffers, answer),
        Step::Attach(who, errno) => {
            let got = t.device().attach(scene.pid(who));
            returned(t, got, errno)
        }
        Step::Detach(errno) => {
            let got = t.device().detach();
            returned(t, got, errno)
        }
        Step::Raw(request, errno) => {
            let got = t.device().fd().ioctl(request, &mut [0u64; 16]);
            returned(t, got, errno)
        }
        Step::Reopen { write } => {
            let access = match write {
                true => file::WRITE_ONLY,
                false => file::READ_ONLY,
            };
            let device = t.can("open", Device::open_for(access))?;
            t.device = Some(device);
            Ok(())
        }
        Step::Happen(Event::Capability) => t.can("cap_enter", capability::enter()),
        Step::Happen(event) => scene.happen(t, event),
    }
}

fn returned(t: &mut Test, got: Result<(), Errno>, errno: i32) -> Outcome {
    let expected = match errno {
        errno::NONE => Ok(()),
        errno => Err(Errno(errno)),
    };
    t.equal("the request", got, expected)
}

fn request(scene: &Scene, transfer: &Transfer) -> Request {
    Request {
        direction: match transfer.write {
            true => Direction::Write,
            false => Direction::Read,
        },
        pid: scene.pid(transfer.who),
        remote: scene.address(transfer.remote),
        local: scene.address(transfer.local),
        len: transfer.len,
    }
}

/// One transfer: its result, and its bytes.
fn moves(
    t: &mut Test,
    scene: &Scene,
    transfer: &Transfer,
    answer: Answer,
    run: impl FnOnce(&Device) -> Result<Moved, Errno>,
) -> Outcome {
    let mut piece = Piece {
        write: transfer.write,
        remote: transfer.remote,
        local: transfer.local,
        len: transfer.len,
        done: 0,
        alone: true,
    };
    scene.prepare(&piece);
    let got = run(t.device());
    let expected = match answer {
        Answer::Refused(errno) => Err(Errno(errno)),
        Answer::Moved(done, error) => {
            piece.done = done;
            Ok(Moved {
                done,
                error: Errno(error),
            })
        }
    };
    t.equal("the transfer", got, expected)?;
    scene.verify(t, &piece)
}

/// READ or WRITE with flags and the reserved field.
fn single(device: &Device, request: Request, [flags, reserved]: [u32; 2]) -> Result<Moved, Errno> {
    let mut xfer = abi::Xfer {
        pid: request.pid,
        flags,
        remote: request.remote,
        local: request.local,
        len: request.len,
        // Outputs only: what is in them must not matter.
        done: 0xdead,
        error: 0xdead,
        reserved,
    };
    let number = match request.direction {
        Direction::Read => abi::RWMEM_READ,
        Direction::Write => abi::RWMEM_WRITE,
    };
    device.transfer(number, &mut xfer)?;
    Ok(Moved {
        done: xfer.done,
        error: Errno(xfer.error),
    })
}

fn run_batch(t: &mut Test, scene: &Scene, batch: &Batch) -> Outcome {
    let mut segs = [abi::Seg::default(); PIECES];
    let segs = &mut segs[..batch.segments.len()];
    for (seg, segment) in segs.iter_mut().zip(batch.segments) {
        *seg = abi::Seg {
            remote: scene.address(segment.remote),
            local: scene.address(segment.local),
            len: segment.len,
            done: 0xdead,
            error: 0xdead,
            reserved: segment.reserved,
        };
        scene.prepare(&piece(batch.write, segment));
    }
    let mut request = abi::Batch {
        pid: scene.pid(batch.who),
        flags: batch.flags,
        segs: batch
            .address
            .map_or(segs.as_mut_ptr() as u64, |place| scene.address(place)),
        nsegs: batch.number.unwrap_or(segs.len() as u32),
        failed: 0xdead,
        done: 0xdead,
        error: 0xdead,
        reserved: batch.reserved,
    };
    let number: c_ulong = match batch.write {
        true => abi::RWMEM_WRITEV,
        false => abi::RWMEM_READV,
    };
    let got = t.device().batch(number, &mut request);
    returned(t, got, batch.errno)?;
    if batch.errno != errno::NONE {
        return Ok(());
    }
    let failed = batch
        .segments
        .iter()
        .filter(|s| ![errno::NONE, errno::ECANCELED].contains(&s.error));
    let expected = (
        batch.segments.iter().map(|s| s.done).sum(),
        failed.count() as u32,
        0,
    );
    t.equal(
        "done, failed and error of the batch",
        (request.done, request.failed, request.error),
        expected,
    )?;
    for (index, (seg, segment)) in segs.iter().zip(batch.segments).enumerate() {
        t.equal(
            format_args!("done and error of segment {index}"),
            (seg.done, Errno(seg.error)),
            (segment.done, Errno(segment.error)),
        )?;
        scene.verify(t, &piece(batch.write, segment))?;
    }
    Ok(())
}

fn piece(write: bool, segment: &shared::Segment) -> Piece {
    Piece {
        write,
        remote: segment.remote,
        local: segment.local,
        len: segment.len,
        done: segment.done,
        alone: false,
    }
}

fn vectored(
    t: &mut Test,
    scene: &Scene,
    write: bool,
    remote: Place,
    buffers: &[(Place, u64)],
    answer: Answer,
) -> Outcome {
    let mut places = [[0; 2]; PIECES];
    let places = &mut places[..buffers.len()];
    let (mut left, expected) = match answer {
        Answer::Moved(done, _) => (done, Ok(done)),
        Answer::Refused(errno) => (0, Err(Errno(errno))),
    };
    let mut pieces = [const { None }; PIECES];
    let mut offset = 0;
    for (index, &(local, len)) in buffers.iter().enumerate() {
        places[index] = [scene.address(local), len];
        let done = left.min(len);
        let piece = Piece {
            write,
            remote: mapped::further(remote, offset),
            local,
            len,
            done,
            alone: buffers.len() == 1,
        };
        scene.prepare(&piece);
        pieces[index] = Some(piece);
        left -= done;
        offset += len;
    }
    let direction = match write {
        true => Vectored::Write,
        false => Vectored::Read,
    };
    let got = t
        .device()
        .fd()
        .vectored(direction, places, scene.address(remote));
    t.equal("bytes moved", got, expected)?;
    for piece in pieces.iter().flatten() {
        scene.verify(t, piece)?;
    }
    Ok(())
}
