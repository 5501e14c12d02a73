// SPDX-License-Identifier: BSD-2-Clause
//! What the interface promises (shared design, section 3), written down a second time and as plainly as possible: the answer
//! that a request must get, from the state of the processes and of the caller's files.
use rwmem_abi as abi;

use crate::layout::*;
use crate::processes::CALLER;
use crate::sim::Sim;
use crate::space::Space;
use crate::step::{Outcome, SLOTS, Segments, Step, from_bytes};
use crate::syscalls::argument_len;

/// An open file.
#[derive(Clone, Copy, Debug)]
pub struct ModelFile {
    pub flags: u32,
    /// The address space that it is attached to.
    pub attached: Option<usize>,
}

/// Bytes that a step moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Move {
    pub space: usize,
    pub write: bool,
    pub remote: u64,
    pub local: u64,
    pub len: u64,
    /// How many were asked for.
    pub asked: u64,
}

/// What `kern.rwmem` counts, in its order of names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub reads: u64,
    pub writes: u64,
    pub bytes_read: u64,
    pub bytes_written: u64,
    pub faults: u64,
    pub denied: u64,
}

/// A predicted answer, with all that comes with it.
#[derive(Clone, Debug, Default)]
pub struct Prediction {
    pub outcome: Outcome,
    pub moves: Vec<Move>,
    pub counts: Counts,
    /// The address space that the file is attached to afterwards, where that changes.
    pub attach: Option<Option<usize>>,
}

#[derive(Default)]
pub struct Model {
    pub files: [Option<ModelFile>; SLOTS],
    pub loaded: bool,
}

/// How many bytes from `start` on may be accessed so.
fn accessible(space: &Space, start: u64, len: u64, need: u8) -> u64 {
    let mut done = 0;
    while done < len {
        let Some(at) = start.checked_add(done) else {
            break;
        };
        match space.find(at).filter(|region| region.prot & need != 0) {
            Some(region) => done += (region.end() - at).min(len - done),
            None => break,
        }
    }
    done
}

/// The errno of finding a process, or its address space.
fn find(sim: &Sim, pid: i32) -> Result<usize, i32> {
    if sim.threads.capability_mode() && pid != CALLER {
        return Err(ECAPMODE);
    }
    let process = sim
        .processes
        .by_pid(pid)
        .filter(|process| !process.zombie)
        .ok_or(ESRCH)?;
    let flag = process.flag();
    let vm = sim.processes.vmspace(process.vmspace()).ok_or(ESRCH)?;
    match () {
        () if process.candebug != 0 => Err(process.candebug),
        () if flag & P_INEXEC != 0 => Err(EBUSY),
        () if flag & P_WEXIT != 0 => Err(ESRCH),
        () if flag & P_SYSTEM != 0 => Err(EINVAL),
        () if vm.references() == 0 => Err(ESRCH),
        () => Ok(vm.addr()),
    }
}

impl Model {
    pub fn predict(&self, sim: &Sim, step: &Step) -> Prediction {
        let mut result = Prediction::default();
        let answer = match step {
            Step::Load | Step::Happen(_) => Ok(()),
            Step::Unload { .. } if !self.loaded => Err(ENOENT),
            Step::Unload { .. } if self.files.iter().flatten().count() > 0 => Err(EBUSY),
            Step::Unload { .. } => Ok(()),
            // The steps' own rule: a descriptor that is in use is not opened again.
            Step::Open { slot, .. } if self.files[*slot].is_some() => Err(EEXIST),
            Step::Open { .. } if !self.loaded => Err(ENOENT),
            Step::Open { .. } => Ok(()),
            Step::Close { slot } | Step::Revoke { slot } => {
                self.files[*slot].map(drop).ok_or(EBADF)
            }
            Step::Ioctl {
                slot,
                request,
                argument,
                segments,
            } => self.files[*slot].ok_or(EBADF).and_then(|file| {
                ioctl(
                    sim,
                    file,
                    *request,
                    argument,
                    segments.as_ref(),
                    &mut result,
                )
            }),
            Step::Io {
                slot,
                write,
                offset,
                buffers,
            } => self.files[*slot]
                .ok_or(EBADF)
                .and_then(|file| io(sim, file, *write, *offset, buffers, &mut result)),
        };
        result.outcome.errno = answer.err().unwrap_or(0);
        if result.outcome.errno != 0 {
            result.outcome.done = 0;
        }
        result
    }
}

/// What a transfer moves: as far as both sides can be accessed.
fn transfer(sim: &Sim, vm: usize, write: bool, remote: u64, local: u64, len: u64) -> (Move, i32) {
    let spaces = &sim.processes.spaces;
    let space = sim.processes.vmspace(vm).map_or(0, |vm| vm.space);
    let there = accessible(&spaces[space], remote, len, READ);
    let here = accessible(&spaces[0], local, len, if write { READ } else { WRITE });
    let moved = there.min(here);
    (
        Move {
            space,
            write,
            remote,
            local,
            len: moved,
            asked: len,
        },
        if moved < len { EFAULT } else { 0 },
    )
}

fn count(result: &mut Prediction, step: &Move, error: i32) {
    let bytes = if step.write {
        &mut result.counts.bytes_written
    } else {
        &mut result.counts.bytes_read
    };
    *bytes += step.len;
    result.counts.faults += u64::from(error == EFAULT);
    result.moves.push(*step);
}

fn count_request(result: &mut Prediction, write: bool) {
    *(if write {
        &mut result.counts.writes
    } else {
        &mut result.counts.reads
    }) += 1;
}

/// Finds the process or the file's address space, and counts a refusal.
fn acquire(sim: &Sim, file: ModelFile, pid: i32, result: &mut Prediction) -> Result<usize, i32> {
    if pid == abi::PID_ATTACHED {
        return file.attached.ok_or(ENXIO);
    }
    find(sim, pid).inspect_err(|errno| {
        result.counts.denied += u64::from(![ESRCH, EBUSY, EINVAL].contains(errno))
    })
}

fn invalid(remote: u64, local: u64, len: u64) -> bool {
    len > abi::MAX_LEN || remote.checked_add(len).is_none() || local.checked_add(len).is_none()
}

fn ioctl(
    sim: &Sim,
    file: ModelFile,
    request: u32,
    argument: &[u8],
    segments: Option<&Segments>,
    result: &mut Prediction,
) -> Result<(), i32> {
    // fcntl(2)'s: nothing here ever blocks, nothing is asynchronous.
    match request {
        FIONBIO => return Ok(()),
        FIOASYNC if from_bytes::<i32>(argument) == 0 => return Ok(()),
        FIOASYNC => return Err(EINVAL),
        _ => (),
    }
    let known = [
        abi::RWMEM_INFO,
        abi::RWMEM_READ,
        abi::RWMEM_WRITE,
        abi::RWMEM_READV,
        abi::RWMEM_WRITEV,
        abi::RWMEM_ATTACH,
        abi::RWMEM_DETACH,
    ];
    let Some(number) = known.iter().position(|known| *known as u32 == request) else {
        return Err(ENOTTY);
    };
    debug_assert!(argument.len() >= argument_len(request));
    let write = number == 2 || number == 4;
    if (1..=4).contains(&number) && file.flags & if write { kpi::FWRITE } else { kpi::FREAD } == 0 {
        return Err(EBADF);
    }
    match number {
        1 | 2 => {
            let xfer: abi::Xfer = from_bytes(argument);
            if xfer.flags != 0 || xfer.reserved != 0 || invalid(xfer.remote, xfer.local, xfer.len) {
                return Err(EINVAL);
            }
            let vm = acquire(sim, file, xfer.pid, result)?;
            count_request(result, write);
            let (moved, error) = transfer(sim, vm, write, xfer.remote, xfer.local, xfer.len);
            count(result, &moved, error);
            (result.outcome.done, result.outcome.error) = (moved.len, error);
        }
        3 | 4 => {
            let batch: abi::Batch = from_bytes(argument);
            let array = u64::from(batch.nsegs) * size_of::<abi::Seg>() as u64;
            let wraps = batch.segs.checked_add(array).is_none();
            if batch.flags != 0 || batch.reserved != 0 || batch.nsegs > abi::MAX_SEGS || wraps {
                return Err(EINVAL);
            }
            let vm = acquire(sim, file, batch.pid, result)?;
            count_request(result, write);
            let spaces = &sim.processes.spaces;
            let reachable = |need| accessible(&spaces[0], batch.segs, array, need) == array;
            if !reachable(READ) || !reachable(WRITE) {
                return Err(EFAULT);
            }
            let segs = segments
                .map(|segments| segments.segs.as_slice())
                .unwrap_or_default();
            for seg in segs.iter().take(batch.nsegs as usize) {
                let error = if seg.reserved != 0 || invalid(seg.remote, seg.local, seg.len) {
                    result.outcome.segs.push((0, EINVAL));
                    continue;
                } else {
                    let (moved, error) = transfer(sim, vm, write, seg.remote, seg.local, seg.len);
                    count(result, &moved, error);
                    result.outcome.done += moved.len;
                    (moved.len, error)
                };
                result.outcome.segs.push(error);
            }
        }
        5 => {
            let pid: i32 = from_bytes(argument);
            // As any pid that is not there: there is nothing to be attached to.
            let vm = find(sim, pid).inspect_err(|errno| {
                result.counts.denied += u64::from(![ESRCH, EBUSY, EINVAL].contains(errno))
            })?;
            result.attach = Some(Some(vm));
        }
        6 => {
            file.attached.ok_or(ENXIO)?;
            result.attach = Some(None);
        }
        _ => (),
    }
    Ok(())
}

fn io(
    sim: &Sim,
    file: ModelFile,
    write: bool,
    offset: u64,
    buffers: &[(u64, u64)],
    result: &mut Prediction,
) -> Result<(), i32> {
    if file.flags & if write { kpi::FWRITE } else { kpi::FREAD } == 0 {
        return Err(EBADF);
    }
    let mut total = 0u64;
    for (_, len) in buffers {
        total = total
            .checked_add(*len)
            .filter(|sum| *sum <= abi::MAX_LEN)
            .ok_or(EINVAL)?;
    }
    if total == 0 {
        return Ok(());
    }
    let vm = file.attached.ok_or(ENXIO)?;
    count_request(result, write);
    let mut remote = offset;
    for (local, len) in buffers.iter().filter(|(_, len)| *len > 0) {
        let (moved, error) = match invalid(remote, *local, *len) {
            true => (None, EINVAL),
            false => {
                let (moved, error) = transfer(sim, vm, write, remote, *local, *len);
                (Some(moved), error)
            }
        };
        if let Some(moved) = moved {
            count(result, &moved, error);
            result.outcome.done += moved.len;
            remote = remote.wrapping_add(moved.len);
        }
        if error != 0 {
            return if result.outcome.done > 0 {
                Ok(())
            } else {
                Err(error)
            };
        }
    }
    Ok(())
}
