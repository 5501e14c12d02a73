// SPDX-License-Identifier: BSD-2-Clause
//! `/dev/rwmem`: the requests as the kernel hands them over, all of them in this file.
use core::ffi::{c_int, c_ulong};

use freebsd_kpi::cdev::{self, Call, Cdev, Ioctl};
use freebsd_kpi::copy::PAGE_SIZE;
use freebsd_kpi::errno::{Errno, errno_or_zero};
use freebsd_kpi::thread::CurThread;
use freebsd_kpi::uio::UserIo;
use freebsd_kpi::vmspace::VmspaceRef;
use rwmem_abi::{self as abi, Batch, Info, Xfer};

use crate::batch;
use crate::checked::Target;
use crate::counters::{self, Counter};
use crate::file::{Attached, Attachment, File, Shared};
use crate::memory::M_RWMEM;
use crate::probes;
use crate::request::{self, Direction, Range};
use crate::seek::{Contents, seek};
use crate::sys;
use crate::target;
use crate::transfer::{CHUNK, Outcome, transfer, transfer_by_runs};

/// What `/dev/rwmem` does.
pub struct Rwmem;

/// `/dev/rwmem`, while it exists.
pub type Device = cdev::Device<Rwmem>;

/// Makes it, 0600 root:wheel. Fails with what `make_dev_p` returns.
pub fn make() -> Result<Device, Errno> {
    Device::new(c"rwmem", 0o600, Rwmem)
}

impl Cdev for Rwmem {
    type File = Shared;
    type Locked = Attachment;
    type Malloc = M_RWMEM;

    /// Attached to nothing.
    fn open(&self, _td: CurThread<'_>) -> Result<(Shared, Attachment), Errno> {
        Ok(Default::default())
    }

    /// The remote address is the offset.
    #[inline(always)]
    fn read(&self, _call: Call<'_, Rwmem>, io: UserIo<'_>) -> Result<(), Errno> {
        attached_io(Direction::Read, io)
    }

    #[inline(always)]
    fn write(&self, _call: Call<'_, Rwmem>, io: UserIo<'_>) -> Result<(), Errno> {
        attached_io(Direction::Write, io)
    }

    #[inline(always)]
    fn ioctl(&self, call: Call<'_, Rwmem>, request: Ioctl<'_>) -> Result<(), Errno> {
        ioctl(call.td(), request)
    }
}

#[inline(always)]
fn ioctl(td: CurThread<'_>, mut request: Ioctl<'_>) -> Result<(), Errno> {
    // The structures are integers throughout, without padding.
    match request.number() {
        abi::RWMEM_INFO => {
            // SAFETY: see above; RWMEM_INFO encodes an Info.
            *unsafe { request.argument::<Info>() } = info();
            Ok(())
        }
        number @ (abi::RWMEM_READ | abi::RWMEM_WRITE) => {
            let direction = direction(td, number == abi::RWMEM_WRITE, &request)?;
            // SAFETY: see above; both encode an Xfer.
            xfer_ioctl(td, direction, unsafe { request.argument::<Xfer>() })
        }
        number @ (abi::RWMEM_READV | abi::RWMEM_WRITEV) => {
            let direction = direction(td, number == abi::RWMEM_WRITEV, &request)?;
            // SAFETY: see above; both encode a Batch.
            batch_ioctl(td, direction, unsafe { request.argument::<Batch>() })
        }
        abi::RWMEM_ATTACH => {
            // SAFETY: see above; RWMEM_ATTACH encodes an int32_t.
            let pid = *unsafe { request.argument::<i32>() };
            let acquired = target::acquire_to_keep(td, pid)?;
            File::current(td)?.attach(td, acquired)
        }
        abi::RWMEM_SNAPSHOT => {
            // SAFETY: see above; RWMEM_SNAPSHOT encodes an int32_t.
            let pid = *unsafe { request.argument::<i32>() };
            let acquired = target::snapshot(td, pid)?;
            File::current(td)?.attach(td, acquired)
        }
        abi::RWMEM_DETACH if File::current(td)?.detach() => Ok(()),
        abi::RWMEM_DETACH => Err(Errno::ENXIO),
        abi::RWMEM_CURRENT => File::current(td)?.check_current(),
        number @ (FIOSEEKDATA | FIOSEEKHOLE) => {
            let contents = if number == FIOSEEKDATA {
                Contents::Data
            } else {
                Contents::Hole
            };
            direction(td, false, &request)?;
            // SAFETY: see above; both encode an off_t, which lseek(2) hands over in memory of its own.
            let offset = unsafe { request.argument::<u64>() };
            *offset = seek(td, &*File::current(td)?.attached()?, *offset, contents)?;
            Ok(())
        }
        // fcntl(2) asks for these whenever it sets flags: no operation here ever blocks, none is asynchronous.
        FIONBIO => Ok(()),
        // SAFETY: see above; FIOASYNC encodes an int.
        FIOASYNC if *unsafe { request.argument::<c_int>() } == 0 => Ok(()),
        FIOASYNC => Err(Errno::EINVAL),
        _ => Err(Errno::ENOTTY),
    }
}

/// The direction of a request, if the descriptor is open for it (EBADF), and writing is allowed at all.
fn direction(td: CurThread<'_>, write: bool, request: &Ioctl<'_>) -> Result<Direction, Errno> {
    let (direction, may) = if write {
        (Direction::Write, request.may_write())
    } else {
        (Direction::Read, request.may_read())
    };
    if !may {
        return Err(Errno::EBADF);
    }
    if write {
        may_write(td)?;
    }
    Ok(direction)
}

/// Whether this kernel lets the thread write to other address spaces at all; where not, that is counted.
fn may_write(td: CurThread<'_>) -> Result<(), Errno> {
    td.priv_proc_mem_write()
        .inspect_err(|_| counters::add(Counter::Denied, 1))
}

/// What the file is attached to; EROFS where that can only be read.
#[inline(always)]
fn attached(td: CurThread<'_>, direction: Direction) -> Result<Attached<'_>, Errno> {
    let vm = File::current(td)?.attached()?;
    if direction == Direction::Write && vm.is_snapshot() {
        Err(Errno::EROFS)
    } else {
        Ok(vm)
    }
}

/// Apart from the batches, which must be quick.
#[inline(never)]
#[optimize(size)]
fn xfer_ioctl(td: CurThread<'_>, direction: Direction, xfer: &mut Xfer) -> Result<(), Errno> {
    let range = Range::of_xfer(xfer)?;
    let traced = probes::Transfer {
        pid: xfer.pid,
        remote: range.remote(),
        len: range.len(),
        direction,
    };
    let outcome = if xfer.pid == abi::PID_ATTACHED {
        let vm = attached(td, direction)?;
        counters::add(requests(direction), 1);
        traced.start(td);
        Ok(transfer_by_runs(td, &vm, direction, range))
    } else {
        let target = Target::acquire(td, xfer.pid)?;
        counters::add(requests(direction), 1);
        traced.start(td);
        target.transfer(direction, range)
    };
    match &outcome {
        Ok(outcome) => traced.done(td, outcome.done, outcome.stopped),
        Err(errno) => traced.done(td, 0, Err(*errno)),
    }
    let outcome = outcome?;
    outcome.count(direction);
    xfer.done = outcome.done;
    xfer.error = errno_or_zero(outcome.stopped);
    Ok(())
}

fn batch_ioctl(td: CurThread<'_>, direction: Direction, batch: &mut Batch) -> Result<(), Errno> {
    if batch.flags != 0 {
        return stopping_batch_ioctl(td, direction, batch);
    }
    let nsegs = request::nsegs(batch)?;
    let (attached, acquired);
    let vm: &VmspaceRef = if batch.pid == abi::PID_ATTACHED {
        attached = self::attached(td, direction)?;
        &attached
    } else {
        acquired = target::acquire(td, batch.pid)?;
        &acquired
    };
    counters::add(requests(direction), 1);
    batch::run(td, vm, direction, nsegs, batch)
}

/// Apart from those without a flag, as [`xfer_ioctl`] is.
#[inline(never)]
#[optimize(size)]
fn stopping_batch_ioctl(
    td: CurThread<'_>,
    direction: Direction,
    batch: &mut Batch,
) -> Result<(), Errno> {
    let nsegs = request::nsegs_stopping(batch)?;
    let (attached, acquired);
    let vm: &VmspaceRef = if batch.pid == abi::PID_ATTACHED {
        attached = self::attached(td, direction)?;
        &attached
    } else {
        acquired = target::acquire_to_keep(td, batch.pid)?;
        &acquired.vm
    };
    counters::add(requests(direction), 1);
    batch::run_until_stopped(td, vm, direction, nsegs, batch)
}

#[inline(never)]
fn attached_io(direction: Direction, mut io: UserIo<'_>) -> Result<(), Errno> {
    let td = io.td();
    if direction == Direction::Write {
        may_write(td)?;
    }
    let vm = attached(td, direction)?;
    counters::add(requests(direction), 1);
    let before = io.resid();
    let traced = probes::Transfer {
        pid: abi::PID_ATTACHED,
        remote: io.offset(),
        len: before,
        direction,
    };
    traced.start(td);
    let stopped = transfer_buffers(td, &vm, direction, &mut io);
    let outcome = Outcome {
        done: before.wrapping_sub(io.resid()),
        stopped,
    };
    traced.done(td, outcome.done, stopped);
    outcome.count(direction);
    // As read(2) does: a short count now, and the error from the next call.
    if outcome.done > 0 {
        Ok(())
    } else {
        outcome.stopped
    }
}

/// Transfers to or from one of the caller's buffers after the other, until one stops early. EINVAL where addresses would
/// wrap; EINTR between buffers.
#[inline(always)]
fn transfer_buffers(
    td: CurThread<'_>,
    vm: &VmspaceRef,
    direction: Direction,
    io: &mut UserIo<'_>,
) -> Result<(), Errno> {
    // The transfer of a single buffer checks for signals by itself; many small ones do not.
    let mut since_yield = 0;
    io.each_buffer(|remote, local, len| {
        if since_yield >= CHUNK {
            since_yield = 0;
            if let Err(errno) = td.yield_or_eintr() {
                return (0, Err(errno));
            }
        }
        match Range::new(remote, local, len) {
            Ok(range) => {
                let outcome = transfer(td, vm, direction, range);
                since_yield = since_yield.wrapping_add(outcome.done);
                (outcome.done, outcome.stopped)
            }
            Err(errno) => (0, Err(errno)),
        }
    })
}

fn requests(direction: Direction) -> Counter {
    match direction {
        Direction::Read => Counter::Reads,
        Direction::Write => Counter::Writes,
    }
}

fn info() -> Info {
    let mut version = [0; 40];
    for (to, from) in version.iter_mut().zip(env!("CARGO_PKG_VERSION").bytes()) {
        *to = from;
    }
    Info {
        abi_version: abi::ABI_VERSION,
        features: abi::FEATURE_XFER
            | abi::FEATURE_BATCH
            | abi::FEATURE_ATTACH
            | abi::FEATURE_SEEK
            | abi::FEATURE_CURRENT
            | abi::FEATURE_STOP
            | abi::FEATURE_SNAPSHOT,
        max_segs: abi::MAX_SEGS,
        page_size: PAGE_SIZE as u32,
        max_len: abi::MAX_LEN,
        version,
    }
}

const FIONBIO: c_ulong = sys::kpi_fcntl_KPI_FIONBIO as c_ulong;
const FIOASYNC: c_ulong = sys::kpi_fcntl_KPI_FIOASYNC as c_ulong;
/// lseek(2) with SEEK_DATA and SEEK_HOLE.
const FIOSEEKDATA: c_ulong = sys::kpi_fcntl_KPI_FIOSEEKDATA as c_ulong;
const FIOSEEKHOLE: c_ulong = sys::kpi_fcntl_KPI_FIOSEEKHOLE as c_ulong;
