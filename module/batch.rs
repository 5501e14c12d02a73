// SPDX-License-Identifier: BSD-2-Clause
//! RWMEM_READV and RWMEM_WRITEV: many independent transfers with one address space.
use core::mem::{MaybeUninit, offset_of};

use rwmem_abi::{Batch, MAX_SEGS, Seg};

use crate::buffer::{Buffer, user};
use crate::counters::{self, Counter};
use crate::errno::{Errno, answer};
use crate::kpi;
use crate::pinned::{self, Session};
use crate::process::CurThread;
use crate::request::{Direction, Range};
use crate::transfer::Outcome;
use crate::vmspace::VmspaceRef;

/// So many segments are kept on the stack instead of in allocated memory.
const FEW: usize = 8;

/// Runs the segments in order. The error is for the whole: EFAULT where the array cannot be read or written, ENOMEM
/// where there is no memory for it; then nothing was transferred.
#[inline(never)]
pub fn run(
    td: CurThread,
    vm: &VmspaceRef,
    direction: Direction,
    nsegs: usize,
    batch: &mut Batch,
) -> Result<(), Errno> {
    let mut few = [const { MaybeUninit::uninit() }; FEW];
    let mut many;
    let space = match few.get_mut(..nsegs) {
        Some(space) => space,
        None => {
            many = Buffer::new(nsegs.min(MAX_SEGS as usize).wrapping_mul(size_of::<Seg>()))?;
            many.as_segs()
        }
    };
    let segs = copyin(batch.segs, space)?;
    if direction == Direction::Write || segs.len() > 1 {
        probe(batch.segs, segs)?;
    }

    batch.failed = 0;
    batch.error = 0;
    batch.done = 0;
    let mut faults = 0;
    match &mut *segs {
        // One alone is not worth a session.
        [seg] => finish(seg, batch, &mut faults, |range| {
            pinned::transfer_quick(td, vm, direction, range)
        }),
        segs => {
            let mut session = Session::new(td, vm, direction);
            for seg in segs.iter_mut() {
                finish(seg, batch, &mut faults, |range| session.copy(range));
            }
        }
    }
    // Its locks are gone: what follows may fault.
    Outcome {
        done: batch.done,
        stopped: Ok(()),
    }
    .count(direction);
    if faults > 0 {
        counters::add(Counter::Faults, faults);
    }
    copyout(segs, batch.segs)
}

/// Runs one segment, unless an earlier one was interrupted, and enters its results.
#[inline(always)]
fn finish(seg: &mut Seg, batch: &mut Batch, faults: &mut u64, copy: impl FnOnce(Range) -> Outcome) {
    seg.done = 0;
    seg.error = batch.error;
    if batch.error == 0 {
        match Range::of_seg(seg) {
            Ok(range) => {
                let outcome = copy(range);
                seg.done = outcome.done;
                seg.error = answer(outcome.stopped);
                batch.done = batch.done.wrapping_add(outcome.done);
            }
            Err(errno) => seg.error = errno.get(),
        }
    }
    if seg.error != 0 {
        batch.failed = batch.failed.wrapping_add(1);
        if seg.error == Errno::EFAULT.get() {
            *faults = faults.wrapping_add(1);
        } else if seg.error == Errno::EINTR.get() {
            // What interrupts one keeps the rest from running.
            batch.error = seg.error;
        }
    }
}

fn copyin(from: u64, segs: &mut [MaybeUninit<Seg>]) -> Result<&mut [Seg], Errno> {
    // SAFETY: copyin checks the user address.
    match unsafe { kpi::copyin(user(from), segs.as_mut_ptr().cast(), size_of_val(segs) as _) } {
        // SAFETY: all of it was filled, and every bit pattern is a Seg.
        0 => Ok(unsafe { segs.assume_init_mut() }),
        _ => Err(Errno::EFAULT),
    }
}

/// Copies the segments to the caller, but for what comes before the first one's results: that has not changed.
fn copyout(segs: &[Seg], to: u64) -> Result<(), Errno> {
    const UNCHANGED: usize = offset_of!(Seg, done);
    let Some(len) = size_of_val(segs).checked_sub(UNCHANGED) else {
        return Ok(());
    };
    // SAFETY: `len` bytes of the slice come after the first UNCHANGED; it is initialised, and a Seg has no padding.
    // copyout checks the user address.
    let error = unsafe {
        kpi::copyout(
            segs.as_ptr().byte_add(UNCHANGED).cast(),
            user(to.wrapping_add(UNCHANGED as u64)),
            len as _,
        )
    };
    if error == 0 {
        Ok(())
    } else {
        Err(Errno::EFAULT)
    }
}

/// Whether the results can be told: writes one unchanged segment to every page of the array, and the last. A single read
/// is spared that: it costs much of what the read does, and a read for nothing does no harm.
fn probe(to: u64, segs: &[Seg]) -> Result<(), Errno> {
    const IN_A_PAGE: usize = crate::buffer::PAGE_SIZE / size_of::<Seg>();
    let last = segs.len().wrapping_sub(1);
    for (index, seg) in segs.iter().enumerate() {
        if index % IN_A_PAGE == 0 || index == last {
            let place = to.wrapping_add(index.wrapping_mul(size_of::<Seg>()) as u64);
            copyout(core::slice::from_ref(seg), place)?;
        }
    }
    Ok(())
}
