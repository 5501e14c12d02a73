// SPDX-License-Identifier: BSD-2-Clause
//! RWMEM_READV and RWMEM_WRITEV: many transfers with one address space, independent of each other, or until one stops early.
use core::mem::{MaybeUninit, offset_of};

use freebsd_kpi::copy::{PAGE_SIZE, user};
use freebsd_kpi::errno::{Errno, errno_or_zero};
use freebsd_kpi::race::{self, Point};
use freebsd_kpi::thread::CurThread;
use freebsd_kpi::vmspace::VmspaceRef;
use rwmem_abi::{Batch, MAX_SEGS, Seg};

use crate::counters::{self, Counter};
use crate::memory::Buffer;
use crate::probes;
use crate::request::{Direction, Range};
use crate::sys;
use crate::transfer::{CHUNK, FewBytes, Outcome, transfer, transfer_by_runs};

/// Up to this many segments are kept on the stack instead of in allocated memory.
const ON_STACK: usize = 8;
/// What a segment costs beside its bytes, in bytes.
const OVERHEAD: u64 = 128;

/// Runs the segments in order. The error is for the whole: EFAULT where the array cannot be read or written, ENOMEM
/// where there is no memory for it; then nothing was transferred.
#[inline(never)]
pub fn run(
    td: CurThread<'_>,
    vm: &VmspaceRef,
    direction: Direction,
    nsegs: usize,
    batch: &mut Batch,
) -> Result<(), Errno> {
    let mut few = [const { MaybeUninit::uninit() }; ON_STACK];
    let mut many;
    let space = match few.get_mut(..nsegs) {
        Some(space) => space,
        None => {
            many = Buffer::new(nsegs.min(MAX_SEGS as usize).wrapping_mul(size_of::<Seg>()))?;
            many.room_for::<Seg>()
        }
    };
    let segs = copyin(batch.segs, space)?;
    if direction == Direction::Write || segs.len() > 1 {
        check_writable(batch.segs, segs)?;
    }

    let mut results = Results {
        done: 0,
        failed: 0,
        faults: 0,
        rest: Ok(()),
        since_yield: 0,
    };
    let is_together = direction == Direction::Read && segs.len() > 1 && !vm.is_of(td);
    let mut few = FewBytes::new();
    let mut rest = &mut segs[..];
    while !rest.is_empty() {
        // Not from the caller's own memory: a segment may read what the one before it has stored.
        let taken = if is_together && results.rest.is_ok() && !probes::is_traced() {
            few.take(vm, rest.iter().map(Range::of_seg))
        } else {
            0
        };
        if taken == 0
            && let Some(first) = rest.first_mut()
        {
            let outcome = if probes::is_traced() {
                transfer_traced(td, vm, direction, batch.pid, first, results.range(first))
            } else {
                match results.range(first) {
                    Ok(range) => transfer(td, vm, direction, range),
                    Err(errno) => Outcome::none(errno),
                }
            };
            results.enter(first, outcome);
        } else {
            race::sleep(Point::WireCopy);
            for (index, seg) in rest.iter_mut().take(taken).enumerate() {
                if let Ok(range) = Range::of_seg(seg) {
                    let outcome = few.give(index, range);
                    results.enter(seg, outcome);
                }
            }
        }
        if results.rest.is_ok() && results.should_yield() {
            results.rest = td.yield_or_eintr();
        }
        rest = rest.get_mut(taken.max(1)..).unwrap_or_default();
    }
    batch.failed = results.failed;
    batch.error = errno_or_zero(results.rest);
    batch.done = results.done;
    Outcome {
        done: results.done,
        stopped: Ok(()),
    }
    .count(direction);
    if results.faults > 0 {
        counters::add(Counter::Faults, results.faults);
    }
    copyout(segs, batch.segs)
}

/// The same with RWMEM_BATCH_STOP: the segments behind the first that stops early are not tried.
#[inline(never)]
#[optimize(size)]
pub fn run_until_stopped(
    td: CurThread<'_>,
    vm: &VmspaceRef,
    direction: Direction,
    nsegs: usize,
    batch: &mut Batch,
) -> Result<(), Errno> {
    let nsegs = nsegs.min(MAX_SEGS as usize);
    let mut buffer = Buffer::new(nsegs.max(1).wrapping_mul(size_of::<Seg>()))?;
    let room = buffer.room_for::<Seg>();
    let segs = copyin(batch.segs, room.get_mut(..nsegs).unwrap_or_default())?;
    check_writable(batch.segs, segs)?;
    batch.done = 0;
    let mut since_yield: u64 = 0;
    let mut stopped = Ok(());
    for seg in segs.iter_mut() {
        if stopped.is_err() {
            (seg.done, seg.error) = (0, Errno::ECANCELED.get());
            continue;
        }
        let range = if since_yield < CHUNK {
            Range::of_seg(seg)
        } else {
            since_yield = 0;
            td.yield_or_eintr().and_then(|()| Range::of_seg(seg))
        };
        let outcome = if probes::is_traced() {
            transfer_traced(td, vm, direction, batch.pid, seg, range)
        } else {
            match range {
                Ok(range) => transfer_by_runs(td, vm, direction, range),
                Err(errno) => Outcome::none(errno),
            }
        };
        outcome.count(direction);
        (seg.done, seg.error) = (outcome.done, errno_or_zero(outcome.stopped));
        batch.done = batch.done.wrapping_add(outcome.done);
        since_yield = since_yield.wrapping_add(outcome.done.wrapping_add(OVERHEAD));
        stopped = outcome.stopped;
    }
    batch.failed = u32::from(stopped.is_err());
    batch.error = match stopped {
        Err(Errno::EINTR) => Errno::EINTR.get(),
        _ => 0,
    };
    copyout(segs, batch.segs)
}

/// One segment's transfer, between its two probes.
#[cold]
#[inline(never)]
#[optimize(size)]
fn transfer_traced(
    td: CurThread<'_>,
    vm: &VmspaceRef,
    direction: Direction,
    pid: i32,
    seg: &Seg,
    range: Result<Range, Errno>,
) -> Outcome {
    let traced = probes::Transfer {
        pid,
        remote: seg.remote,
        len: seg.len,
        direction,
    };
    traced.start(td);
    let outcome = match range {
        Ok(range) => transfer_by_runs(td, vm, direction, range),
        Err(errno) => Outcome::none(errno),
    };
    traced.done(td, outcome.done, outcome.stopped);
    outcome
}

/// What has become of the segments so far.
struct Results {
    /// Bytes transferred.
    done: u64,
    /// Segments that stopped early.
    failed: u32,
    /// Those of them that an address stopped.
    faults: u64,
    /// What keeps the rest from running.
    rest: Result<(), Errno>,
    /// What has been transferred since signals were looked for, in bytes; a segment counts [`OVERHEAD`] beside its own.
    since_yield: u64,
}

impl Results {
    /// What to transfer for `seg`, or why nothing.
    #[inline(always)]
    fn range(&self, seg: &Seg) -> Result<Range, Errno> {
        self.rest.and_then(|()| Range::of_seg(seg))
    }

    /// Whether signals should be looked for.
    #[inline(always)]
    fn should_yield(&mut self) -> bool {
        let due = self.since_yield >= CHUNK;
        if due {
            self.since_yield = 0;
        }
        due
    }

    #[inline(always)]
    fn enter(&mut self, seg: &mut Seg, outcome: Outcome) {
        seg.done = outcome.done;
        seg.error = errno_or_zero(outcome.stopped);
        self.done = self.done.wrapping_add(outcome.done);
        self.since_yield = self
            .since_yield
            .wrapping_add(outcome.done.wrapping_add(OVERHEAD));
        if let Err(errno) = outcome.stopped {
            self.failed = self.failed.wrapping_add(1);
            match errno {
                Errno::EFAULT => self.faults = self.faults.wrapping_add(1),
                // What interrupts one keeps the rest from running.
                Errno::EINTR => self.rest = Err(errno),
                _ => (),
            }
        }
    }
}

fn copyin(from: u64, segs: &mut [MaybeUninit<Seg>]) -> Result<&mut [Seg], Errno> {
    // SAFETY: copyin checks the user address.
    match unsafe { sys::copyin(user(from), segs.as_mut_ptr().cast(), size_of_val(segs) as _) } {
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
        sys::copyout(
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

/// EFAULT where the results could not be written: writes one unchanged segment to every page of the array, and the last.
/// Not for a single read: this costs a good part of what the read does, and a read whose result is lost does no harm.
fn check_writable(to: u64, segs: &[Seg]) -> Result<(), Errno> {
    const IN_A_PAGE: usize = PAGE_SIZE / size_of::<Seg>();
    let last = segs.len().wrapping_sub(1);
    for index in (0..segs.len()).step_by(IN_A_PAGE).chain([last]) {
        if let Some(seg) = segs.get(index) {
            let place = to.wrapping_add(index.wrapping_mul(size_of::<Seg>()) as u64);
            copyout(core::slice::from_ref(seg), place)?;
        }
    }
    Ok(())
}
