// SPDX-License-Identifier: BSD-2-Clause
//! What the interface promises (rwmem(4)), written down a second time and as plainly as possible: the result that a request
//! must get, from the state of the processes and of the caller's files.
mod requests;

use requests::{io, ioctl};
use rwmem_abi as abi;

use crate::layout::*;
use crate::processes::CALLER;
use crate::sim::Sim;
use crate::space::{Access, Space};
use crate::step::{Outcome, SLOTS, Segments, Step};
use crate::syscalls::argument_len;
use crate::who::Who;

/// An open file.
#[derive(Clone, Copy, Debug)]
pub struct ModelFile {
    pub flags: u32,
    /// The address space that it is attached to.
    pub attached: Option<usize>,
    /// The process of that, where it is.
    pub process: Option<usize>,
    /// Whether that is a copy.
    pub snapshot: bool,
    /// Who has attached it.
    pub who: Who,
    /// revoke(2) has come over it.
    pub revoked: bool,
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

/// A predicted result, with all that comes with it.
#[derive(Clone, Debug, Default)]
pub struct Prediction {
    pub outcome: Outcome,
    pub moves: Vec<Move>,
    pub counts: Counts,
    /// The address space that the file is attached to afterwards, where that changes.
    pub attach: Option<Option<usize>>,
    /// The process of that.
    pub process: Option<usize>,
    /// Whether that is to be a copy of it.
    pub snapshot: bool,
}

#[derive(Default)]
pub struct Model {
    pub files: [Option<ModelFile>; SLOTS],
    pub loaded: bool,
    /// kern.rwmem.max_attached
    pub max_attached: u32,
}

/// What that is at first.
pub const MAX_ATTACHED: u32 = 256;

/// A revoked file has no device any more.
fn not_revoked(file: ModelFile) -> Result<(), i32> {
    if file.revoked { Err(ENXIO) } else { Ok(()) }
}

/// How many bytes from `start` on may be accessed so.
fn accessible(space: &Space, start: u64, len: u64, access: Access) -> u64 {
    let mut done = 0;
    while done < len {
        match start
            .checked_add(done)
            .filter(|at| space.permits(*at, access))
        {
            // Page by page.
            Some(at) => done += (PAGE - at % PAGE).min(len - done),
            None => break,
        }
    }
    done
}

const PAGE: u64 = 4096;

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
        () if process.cansee != 0 => Err(process.cansee),
        () if flag & P_WEXIT != 0 => Err(ESRCH),
        () if process.candebug != 0 => Err(process.candebug),
        () if flag & P_INEXEC != 0 => Err(EBUSY),
        () if flag & P_SYSTEM != 0 => Err(EINVAL),
        () if vm.references() == 0 => Err(ESRCH),
        () => Ok(vm.addr()),
    }
}

impl Model {
    /// Whether the caller may not attach the file, for as many are attached as may be, or of those that have a share, or of
    /// those of its owner. What is another's already takes nobody's place, but may be one more of the caller's.
    fn is_full(&self, sim: &Sim, file: ModelFile) -> bool {
        let most = self.max_attached as usize;
        let attached = self.files.iter().flatten();
        let attached = attached.filter(|file| file.attached.is_some());
        let owners: Vec<_> = attached.map(|file| file.who.owner()).collect();
        if file.attached.is_none() && owners.len() >= most {
            return true;
        }
        let before = file.attached.and(file.who.owner());
        let Some(owner) = sim.jails.who().owner().filter(|is| before != Some(*is)) else {
            return false;
        };
        let own = owners.iter().filter(|is| **is == Some(owner)).count();
        let shared = owners.iter().flatten().count();
        own * 4 >= most || before.is_none() && shared >= most - most / 4
    }

    pub fn predict(&self, sim: &Sim, step: &Step) -> Prediction {
        let mut result = Prediction::default();
        let answer = match step {
            Step::Load if sim.setting.moved.is_some() => Err(ENOEXEC),
            Step::Load | Step::Happen(_) | Step::Become(_) => Ok(()),
            Step::Unload { .. } | Step::SetMaxAttached(_) if !self.loaded => Err(ENOENT),
            Step::SetMaxAttached(_) => Ok(()),
            Step::Unload { .. } if self.files.iter().flatten().count() > 0 => Err(EBUSY),
            Step::Unload { .. } => Ok(()),
            // The steps' own rule: a descriptor that is in use is not opened again.
            Step::Open { slot, .. } if self.files[*slot].is_some() => Err(EEXIST),
            Step::Open { .. } if !self.loaded => Err(ENOENT),
            Step::Open { .. } => Ok(()),
            Step::Close { slot } => self.files[*slot].map(drop).ok_or(EBADF),
            Step::Revoke { slot } => self.files[*slot].ok_or(EBADF).and_then(not_revoked),
            Step::Ioctl {
                slot,
                request,
                argument,
                segments,
            } => self.files[*slot].ok_or(EBADF).and_then(|file| {
                ioctl(
                    sim,
                    self.is_full(sim, file),
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
    let there = accessible(
        &spaces[space],
        remote,
        len,
        if write { Access::Write } else { Access::Read },
    );
    let own = Access::Own(if write { READ } else { WRITE });
    let here = accessible(&spaces[0], local, len, own);
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

/// The file's address space, to which nothing is written if it is a copy.
fn attached(file: ModelFile, write: bool) -> Result<usize, i32> {
    let vm = file.attached.ok_or(ENXIO)?;
    if write && file.snapshot {
        return Err(EROFS);
    }
    Ok(vm)
}

/// Finds the process or the file's address space, and counts a refusal.
fn acquire(
    sim: &Sim,
    file: ModelFile,
    (pid, write): (i32, bool),
    result: &mut Prediction,
) -> Result<usize, i32> {
    if pid == abi::PID_ATTACHED {
        return attached(file, write);
    }
    find(sim, pid).inspect_err(|errno| {
        result.counts.denied += u64::from(![ESRCH, EBUSY, EINVAL].contains(errno))
    })
}

fn invalid(remote: u64, local: u64, len: u64) -> bool {
    len > abi::MAX_LEN || remote.checked_add(len).is_none() || local.checked_add(len).is_none()
}
