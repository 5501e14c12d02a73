// SPDX-License-Identifier: BSD-2-Clause
//! Carries a step out: for real, through the simulated system calls.
use rwmem_abi as abi;

use crate::layout::{EBADF, ECANCELED, EEXIST};
use crate::linker::{self, KldError};
use crate::object_file::ObjectFile;
use crate::sim::lock;
use crate::step::{Outcome, SLOTS, Segments, Step, bytes_of, from_bytes};
use crate::syscalls::{self, argument_len};

/// The files behind the descriptors.
pub type Slots = [Option<usize>; SLOTS];

pub fn perform(object: &ObjectFile, slots: &mut Slots, step: &Step) -> Outcome {
    match step {
        Step::Load => Outcome::errno(match linker::load(object) {
            Ok(()) => 0,
            Err(KldError::Module(errno)) => errno,
            Err(error) => lock().fatal(format!("kldload: {error}")),
        }),
        Step::Unload { force } => Outcome::errno(linker::unload(*force)),
        Step::Open { slot, .. } if slots[*slot].is_some() => Outcome::errno(EEXIST),
        Step::Open { slot, flags } => match syscalls::open(*flags) {
            Ok(file) => {
                slots[*slot] = Some(file);
                Outcome::default()
            }
            Err(errno) => Outcome::errno(errno),
        },
        Step::Close { slot } => Outcome::errno(slots[*slot].take().map_or(EBADF, syscalls::close)),
        Step::Revoke { slot } => Outcome::errno(slots[*slot].map_or(EBADF, syscalls::revoke)),
        Step::Ioctl {
            slot,
            request,
            argument,
            segments,
        } => {
            let Some(file) = slots[*slot] else {
                return Outcome::errno(EBADF);
            };
            ioctl(file, *request, argument, segments.as_ref())
        }
        Step::Io {
            slot,
            write,
            offset,
            buffers,
        } => {
            let Some(file) = slots[*slot] else {
                return Outcome::errno(EBADF);
            };
            let (errno, done) = syscalls::transfer(file, *write, *offset, buffers);
            Outcome {
                errno,
                done,
                ..Outcome::default()
            }
        }
        Step::SetMaxAttached(max) => Outcome::errno(lock().set_sysctl("max_attached", *max)),
        Step::Become(who) => {
            lock().become_somebody(*who);
            Outcome::default()
        }
        Step::Happen(event) => {
            let mut sim = lock();
            sim.deferred.push(*event);
            sim.happen();
            Outcome::default()
        }
    }
}

fn ioctl(file: usize, request: u32, argument: &[u8], segments: Option<&Segments>) -> Outcome {
    if let Some(segments) = segments {
        let bytes: Vec<u8> = segments.segs.iter().flat_map(bytes_of).collect();
        put(segments.at, &bytes);
    }
    let mut bytes = argument.to_vec();
    bytes.resize(argument_len(request).max(argument.len()), 0);
    let mut outcome = Outcome::errno(syscalls::ioctl(file, request, &mut bytes));
    if outcome.errno != 0 {
        return outcome;
    }
    let number = u64::from(request);
    if number == abi::RWMEM_READ || number == abi::RWMEM_WRITE {
        let xfer: abi::Xfer = from_bytes(&bytes);
        (outcome.done, outcome.error) = (xfer.done, xfer.error);
    } else if number == abi::RWMEM_READV || number == abi::RWMEM_WRITEV {
        let batch: abi::Batch = from_bytes(&bytes);
        (outcome.done, outcome.error) = (batch.done, batch.error);
        let mut sum = 0;
        for index in 0..u64::from(batch.nsegs) {
            let seg = segment(batch.segs + index * size_of::<abi::Seg>() as u64);
            sum += seg.done;
            outcome.segs.push((seg.done, seg.error));
        }
        let first = outcome.segs.iter().position(|seg| seg.1 != 0);
        let cancelled = match first {
            Some(first) if batch.flags & abi::BATCH_STOP != 0 => first + 1,
            _ => outcome.segs.len(),
        };
        let (tried, rest) = outcome.segs.split_at(cancelled);
        if tried.iter().any(|seg| seg.1 == ECANCELED)
            || rest.iter().any(|seg| *seg != (0, ECANCELED))
        {
            let segs = &outcome.segs;
            lock().violation(format!("the wrong segments are cancelled: {segs:?}"));
        }
        let failed = outcome.segs.iter();
        let failed = failed.filter(|(_, error)| ![0, ECANCELED].contains(error));
        let failed = failed.count();
        if failed != batch.failed as usize || sum != batch.done {
            let told = format!("{} failed, {} bytes", batch.failed, batch.done);
            lock().violation(format!(
                "the batch says {told}, its segments {failed} and {sum}"
            ));
        }
    } else if syscalls::is_seek(request) {
        outcome.done = from_bytes(&bytes);
    } else if number == abi::RWMEM_INFO {
        check_info(&bytes);
    }
    outcome
}

fn check_info(bytes: &[u8]) {
    let word = |index: usize| u32::from_le_bytes(std::array::from_fn(|i| bytes[index * 4 + i]));
    let features = abi::FEATURE_XFER
        | abi::FEATURE_BATCH
        | abi::FEATURE_ATTACH
        | abi::FEATURE_SEEK
        | abi::FEATURE_CURRENT
        | abi::FEATURE_STOP
        | abi::FEATURE_SNAPSHOT;
    let expected = [abi::ABI_VERSION, features, abi::MAX_SEGS, 4096];
    if (0..4).any(|index| word(index) != expected[index]) || bytes[24] == 0 {
        lock().violation("RWMEM_INFO does not answer what the interface says");
    }
}

/// Puts bytes into the caller's memory, where there is some.
fn put(at: u64, bytes: &[u8]) {
    let mut sim = lock();
    let there = sim.processes.caller().find(at).map(|entry| entry.end - at);
    if !bytes.is_empty() && there.is_some_and(|len| len >= bytes.len() as u64) {
        sim.caller_write(at, bytes);
    }
}

fn segment(at: u64) -> abi::Seg {
    let mut bytes = vec![0; size_of::<abi::Seg>()];
    let mut sim = lock();
    if !sim.processes.caller().read(at, &mut bytes) {
        sim.violation(format!("a segment at {at:#x} cannot be read back"));
    }
    from_bytes(&bytes)
}
