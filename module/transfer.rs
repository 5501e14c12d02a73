// SPDX-License-Identifier: BSD-2-Clause
//! The transfer core: moves bytes between a referenced address space and the caller, one way for every kernel.
//!
//! No lock of the target's is held while bytes move to or from the caller. A read wires some pages under the
//! map's read lock and copies them without; so its pages cannot go, and the target goes on. A write takes the caller's
//! bytes into the kernel first, and stores them under the map's read lock: the target runs and faults meanwhile, but
//! cannot fork, unmap or protect, so that each byte lands once, and where the target sees it.
use core::iter;
use core::mem::MaybeUninit;

use freebsd_kpi::copy::{self, PAGE_SIZE};
use freebsd_kpi::errno::Errno;
use freebsd_kpi::race::{self, Point};
use freebsd_kpi::thread::CurThread;
use freebsd_kpi::vm_map::LockedMap;
use freebsd_kpi::vm_page::{BusyPage, Want};
use freebsd_kpi::vmspace::VmspaceRef;

use crate::counters::{self, Counter};
use crate::memory::Buffer;
use crate::page::{self, Fault, Found, Run};
use crate::request::{Direction, Range};
use crate::sink::{self, Sink, User};

/// The most kernel memory that a request uses for data, and how much it moves between two checks for signals; bytes.
pub const CHUNK: u64 = 64 * 1024;
/// Writes of at most this many bytes go through a buffer on the stack.
const SMALL: usize = 256;
/// How often a page is faulted in for a write that the target takes away again, before that is an error.
const MAX_FAULTS: u32 = 1000;
/// How often a page is looked up again that vm_fault did not return, before that is EFAULT.
const MAX_LOOKUPS: u32 = 16;

/// How far a transfer came.
pub struct Outcome {
    /// Bytes transferred.
    pub done: u64,
    /// Why not all: EFAULT, ESTALE, ESRCH, EINTR, ENOMEM, or what p_candebug says.
    pub stopped: Result<(), Errno>,
}

impl Outcome {
    /// Nothing was transferred.
    #[inline(always)]
    pub fn none(errno: Errno) -> Outcome {
        Outcome {
            done: 0,
            stopped: Err(errno),
        }
    }

    /// Enters it in the statistics.
    #[inline(always)]
    pub fn count(&self, direction: Direction) {
        let bytes = match direction {
            Direction::Read => Counter::BytesRead,
            Direction::Write => Counter::BytesWritten,
        };
        counters::add(bytes, self.done);
        match self.stopped {
            Err(Errno::EFAULT) => counters::add(Counter::Faults, 1),
            Err(Errno::ESTALE) => counters::add(Counter::Stale, 1),
            _ => (),
        }
    }
}

/// Transfers `range`. Stops early with EFAULT where either side cannot be accessed, ENOMEM where the kernel gives up for
/// want of memory, EINTR where a signal came after the first [`CHUNK`].
#[inline(always)]
pub fn transfer(td: CurThread<'_>, vm: &VmspaceRef, direction: Direction, range: Range) -> Outcome {
    match direction {
        Direction::Read => read(td, vm, range),
        Direction::Write => write(td, vm, range),
    }
}

/// Reads of at most this many bytes go through a buffer of that size.
const FEW_BYTES: usize = 64;
/// How many of those are done while the map is locked.
const MAX_FEW: usize = 16;

/// Reads of few bytes each, from pages that are there: copied into the kernel while the map is locked, and then to the
/// caller.
pub struct FewBytes {
    rooms: [[MaybeUninit<u8>; FEW_BYTES]; MAX_FEW],
}

impl FewBytes {
    #[inline(always)]
    pub fn new() -> FewBytes {
        FewBytes {
            rooms: [const { [const { MaybeUninit::uninit() }; FEW_BYTES] }; MAX_FEW],
        }
    }

    /// Takes what the first of `ranges` ask for from the target, until one is not of this kind; at most MAX_FEW. Returns
    /// how many have been taken.
    #[inline(always)]
    pub fn take(
        &mut self,
        vm: &VmspaceRef,
        ranges: impl Iterator<Item = Result<Range, Errno>>,
    ) -> usize {
        let map = LockedMap::new(vm);
        let mut taken: usize = 0;
        for (range, room) in ranges.zip(&mut self.rooms) {
            let Ok(range) = range else { break };
            let offset = range.remote() as usize % PAGE_SIZE;
            let Some(room) = room.get_mut(..range.len() as usize) else {
                break;
            };
            if room.is_empty() || offset.wrapping_add(room.len()) > PAGE_SIZE {
                break;
            }
            let Some(entry) = map.readable(range.remote()) else {
                break;
            };
            race::sleep(Point::LookupBusy);
            match entry.place(range.remote()) {
                Some(place) if place.is_managed() && page::peek(&place, offset, room) => (),
                _ => break,
            }
            taken = taken.wrapping_add(1);
        }
        taken
    }

    /// Gives the caller what was taken for the range of number `index`.
    #[inline(always)]
    pub fn give(&self, index: usize, range: Range) -> Outcome {
        let len = range.len();
        let room = self
            .rooms
            .get(index)
            .and_then(|room| room.get(..len as usize));
        // SAFETY: `take` has filled the first `len` bytes.
        let done = room.map_or(0, |room| unsafe {
            copy::copyout(room.as_ptr().cast(), range.local(), room.len())
        });
        Outcome {
            done: done as u64,
            stopped: if done as u64 == len {
                Ok(())
            } else {
                Err(Errno::EFAULT)
            },
        }
    }
}

/// [`transfer`] without the way for few bytes: smaller code, for callers that need not be quick.
#[inline(never)]
pub fn transfer_by_runs(
    td: CurThread<'_>,
    vm: &VmspaceRef,
    direction: Direction,
    range: Range,
) -> Outcome {
    match direction {
        Direction::Read => read_runs(td, vm, range),
        Direction::Write => write(td, vm, range),
    }
}

#[inline(always)]
fn read(td: CurThread<'_>, vm: &VmspaceRef, range: Range) -> Outcome {
    if range.len() <= FEW_BYTES as u64 {
        let mut few = FewBytes::new();
        if few.take(vm, iter::once(Ok(range))) == 1 {
            return few.give(0, range);
        }
    }
    read_runs(td, vm, range)
}

fn read_runs(td: CurThread<'_>, vm: &VmspaceRef, range: Range) -> Outcome {
    read_to(td, vm, range, &mut User)
}

/// Reads `range`, whose local side is in `sink`. Stops early as [`transfer`] does.
#[inline(never)]
pub fn read_to(td: CurThread<'_>, vm: &VmspaceRef, range: Range, sink: &mut dyn Sink) -> Outcome {
    let mut done = 0;
    let mut yielded_at = 0;
    while done < range.len() {
        if done.wrapping_sub(yielded_at) >= CHUNK {
            yielded_at = done;
            if let Err(errno) = td.yield_or_eintr() {
                return Outcome {
                    done,
                    stopped: Err(errno),
                };
            }
        }
        match read_run(td, vm, range.after(done), sink) {
            Ok(bytes) => done = done.wrapping_add(bytes),
            Err(errno) => {
                return Outcome {
                    done,
                    stopped: Err(errno),
                };
            }
        }
    }
    Outcome {
        done,
        stopped: Ok(()),
    }
}

/// Reads the first bytes of `range`, which is not empty: as many as there are in a run of pages. EFAULT where none arrives.
#[inline(always)]
fn read_run(
    td: CurThread<'_>,
    vm: &VmspaceRef,
    range: Range,
    sink: &mut dyn Sink,
) -> Result<u64, Errno> {
    let mut run = Run::new();
    let found = run.fill(
        &LockedMap::new(vm),
        range.remote(),
        range.len(),
        page::SHALLOW,
    );
    if found != Found::Pages {
        return read_page(td, vm, range, found, sink);
    }
    race::sleep(Point::WireCopy);
    let offset = range.remote() as usize % PAGE_SIZE;
    arrived(run.put(sink, offset, range.len() as usize, range.local()))
}

/// Puts the bytes of `range`, which are in the run's only page, into `sink`. EFAULT where none of them arrives.
#[inline(never)]
#[optimize(size)]
fn put_page(run: Run, range: Range, sink: &mut dyn Sink) -> Result<u64, Errno> {
    let offset = range.remote() as usize % PAGE_SIZE;
    arrived(run.put_of_page(sink, offset, range.len() as usize, range.local()))
}

/// EFAULT where none of the bytes has.
fn arrived(bytes: usize) -> Result<u64, Errno> {
    if bytes == 0 {
        Err(Errno::EFAULT)
    } else {
        Ok(bytes as u64)
    }
}

/// Reads the first bytes of `range`, from a page that is not simply there.
#[cold]
#[inline(never)]
#[optimize(size)]
fn read_page(
    td: CurThread<'_>,
    vm: &VmspaceRef,
    range: Range,
    mut found: Found,
    sink: &mut dyn Sink,
) -> Result<u64, Errno> {
    let range = range.first(PAGE_SIZE as u64 - range.remote() % PAGE_SIZE as u64);
    // More than one pass is needed only where others fault the same page in meanwhile.
    for _ in 0..MAX_LOOKUPS {
        match found {
            Found::Unreadable => return Err(Errno::EFAULT),
            Found::Pages => (),
            Found::Zeros => {
                return arrived(sink::put_zeros(sink, range.local(), range.len() as usize));
            }
            Found::Absent => match Run::fault(vm, range.remote(), Want::Read) {
                Ok(run) if run.is_managed() => return put_page(run, range, sink),
                Ok(run) => return read_device(vm, run, range, sink),
                Err(Fault::Error(errno)) => return Err(errno),
                // Nothing is there, or it has gone since: look again.
                Err(Fault::Nothing) => (),
            },
        }
        race::sleep(Point::FaultLookup);
        let mut run = Run::new();
        found = run.fill(&LockedMap::new(vm), range.remote(), range.len(), page::DEEP);
        if found == Found::Pages {
            return put_page(run, range, sink);
        }
        if found == Found::Absent {
            td.yield_or_eintr()?;
        }
    }
    Err(Errno::EFAULT)
}

/// Reads the first bytes of `range` from a device's page. Its object frees such a page when it goes, wired or not: so it
/// is copied while the map keeps the object, and the caller, whose memory may be slow, gets the copy.
#[cold]
#[optimize(size)]
fn read_device(vm: &VmspaceRef, run: Run, range: Range, sink: &mut dyn Sink) -> Result<u64, Errno> {
    let offset = range.remote() as usize % PAGE_SIZE;
    let mut buffer = Buffer::new(range.len() as usize)?;
    let room = buffer.room();
    {
        let map = LockedMap::new(vm);
        let entry = map.readable(range.remote()).ok_or(Errno::EFAULT)?;
        let place = entry.place(range.remote()).ok_or(Errno::EFAULT)?;
        if !run.peek_device(&place, offset, room) {
            return Err(Errno::EFAULT);
        }
        drop(run);
    }
    race::sleep(Point::WireCopy);
    // SAFETY: peek_device has filled all of it.
    arrived(unsafe { sink.put(room.as_ptr().cast(), range.local(), room.len()) })
}

#[inline(never)]
fn write(td: CurThread<'_>, vm: &VmspaceRef, range: Range) -> Outcome {
    if range.len() <= SMALL as u64 {
        let mut room = [const { MaybeUninit::uninit() }; SMALL];
        return write_through(td, vm, range, &mut room);
    }
    match Buffer::new(range.len().min(CHUNK) as usize) {
        Ok(mut buffer) => write_through(td, vm, range, buffer.room()),
        Err(errno) => Outcome::none(errno),
    }
}

/// Writes `range` in pieces for which there is room in the kernel.
fn write_through(
    td: CurThread<'_>,
    vm: &VmspaceRef,
    range: Range,
    room: &mut [MaybeUninit<u8>],
) -> Outcome {
    let mut done = 0;
    while done < range.len() {
        if done > 0
            && let Err(errno) = td.yield_or_eintr()
        {
            return Outcome {
                done,
                stopped: Err(errno),
            };
        }
        let piece = range.after(done).first(room.len() as u64);
        let bytes = copy::copyin(
            piece.local(),
            room.get_mut(..piece.len() as usize).unwrap_or_default(),
        );
        let (stored, stopped) = store_all(td, vm, piece.remote(), bytes);
        done = done.wrapping_add(stored as u64);
        let readable = bytes.len() as u64 == piece.len();
        if let Err(errno) = stopped.and(if readable { Ok(()) } else { Err(Errno::EFAULT) }) {
            return Outcome {
                done,
                stopped: Err(errno),
            };
        }
    }
    Outcome {
        done,
        stopped: Ok(()),
    }
}

/// Stores `bytes` at `address`, faulting pages in where that is needed. Returns how many, and why not all.
fn store_all(
    td: CurThread<'_>,
    vm: &VmspaceRef,
    address: u64,
    bytes: &[u8],
) -> (usize, Result<(), Errno>) {
    let mut done = 0;
    let mut faults = 0;
    // Wired until it has been stored to, or the target has replaced it.
    let mut faulted = None;
    while let Some(rest) = bytes.get(done..)
        && !rest.is_empty()
    {
        let at = address.wrapping_add(done as u64);
        race::sleep(Point::FaultLookup);
        let stored = store(&LockedMap::new(vm), at, rest, faulted.as_ref());
        done = done.wrapping_add(match stored {
            Ok(0) => 0,
            Ok(stored) => {
                faults = 0;
                faulted = None;
                stored
            }
            Err(errno) => return (done, Err(errno)),
        });
        if matches!(stored, Ok(0)) {
            // More than once in a row only if it was taken away meanwhile.
            if faults > 0
                && let Err(errno) = td.yield_or_eintr()
            {
                return (done, Err(errno));
            }
            faults += 1;
            drop(faulted.take());
            faulted = match Run::fault(vm, at, Want::Write) {
                Ok(_) if faults > MAX_FAULTS => return (done, Err(Errno::EFAULT)),
                Ok(run) => Some(run),
                Err(Fault::Error(errno)) => return (done, Err(errno)),
                Err(Fault::Nothing) => return (done, Err(Errno::EFAULT)),
            };
        }
    }
    (done, Ok(()))
}

/// Stores the first of `bytes`, until a page has to be faulted in. `faulted` is such a page, the first one. EFAULT where
/// nothing may be written.
fn store(
    map: &LockedMap<'_>,
    address: u64,
    bytes: &[u8],
    faulted: Option<&Run>,
) -> Result<usize, Errno> {
    let mut done = 0;
    while let Some(rest) = bytes.get(done..)
        && !rest.is_empty()
    {
        let at = address.wrapping_add(done as u64);
        let offset = at as usize % PAGE_SIZE;
        let piece = rest.get(..PAGE_SIZE.wrapping_sub(offset)).unwrap_or(rest);
        let Some(entry) = map.readable(at) else {
            return if done > 0 {
                Ok(done)
            } else {
                Err(Errno::EFAULT)
            };
        };
        let Some(place) = entry.place(at).filter(|_| entry.owns_contents()) else {
            break;
        };
        if place.is_managed() {
            let Some(page) = BusyPage::new(&place) else {
                break;
            };
            // SAFETY: `piece` ends with the page.
            unsafe { page.store(&place, offset, piece) };
        } else {
            // A device's page: only what the fault has found, if it is there still.
            match faulted
                .and_then(Run::first)
                .filter(|page| done == 0 && place.has(page.as_ptr()))
            {
                // SAFETY: as above; the map keeps the device's object.
                Some(page) => unsafe { page.store(offset, piece) },
                None => break,
            }
        }
        if entry.is_executable() {
            map.sync_icache(at, piece.len());
        }
        done = done.wrapping_add(piece.len());
    }
    Ok(done)
}
