// SPDX-License-Identifier: BSD-2-Clause
//! `/dev/rwmem`: the entry points that the kernel calls, all of them in this file.
use core::cell::UnsafeCell;
use core::ffi::{c_char, c_int, c_ulong};
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};

use rwmem_abi::{self as abi, Batch, Info, Xfer};

use crate::batch;
use crate::buffer::PAGE_SIZE;
use crate::checked::Target;
use crate::counters::{self, Counter};
use crate::errno::{Errno, answer};
use crate::file::{self, File};
use crate::kpi;
use crate::probes;
use crate::process::CurThread;
use crate::request::{self, Direction, Range};
use crate::seek::{Contents, seek};
use crate::target;
use crate::transfer::{Outcome, transfer, transfer_by_runs};
use crate::uio::UserIo;
use crate::vmspace::VmspaceRef;

/// The device node, while it exists.
///
/// # Invariants
/// `dev` was made by `make_dev_p` and not destroyed since.
pub struct Device {
    dev: NonNull<kpi::cdev>,
}

impl Device {
    /// Makes `/dev/rwmem`, 0600 root:wheel. Fails with what `make_dev_p` answers.
    pub fn new() -> Result<Device, Errno> {
        let mut dev = ptr::null_mut();
        // SAFETY: the cdevsw is static and complete; the format is a plain name without conversions.
        Errno::check(unsafe {
            kpi::make_dev_p(
                (kpi::MAKEDEV_CHECKNAME | kpi::MAKEDEV_WAITOK) as c_int,
                &mut dev,
                CDEVSW.0.get(),
                ptr::null_mut(),
                kpi::UID_ROOT as _,
                kpi::GID_WHEEL as _,
                0o600,
                c"rwmem".as_ptr(),
            )
        })?;
        // INVARIANT: make_dev_p answered 0.
        NonNull::new(dev)
            .map(|dev| Device { dev })
            .ok_or(Errno::ENXIO)
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        // SAFETY: the type's invariant. It waits for every thread that is inside one of the functions below.
        unsafe { kpi::destroy_dev(self.dev.as_ptr()) }
    }
}

extern "C" fn open(
    _dev: *mut kpi::cdev,
    _flags: c_int,
    _type: c_int,
    _td: *mut kpi::thread,
) -> c_int {
    answer(File::open())
}

/// Runs for every file (D_TRACKCLOSE), to destroy its data here, where `destroy_dev` waits for the thread.
extern "C" fn close(
    _dev: *mut kpi::cdev,
    _flags: c_int,
    _type: c_int,
    _td: *mut kpi::thread,
) -> c_int {
    file::close();
    0
}

/// read(2), pread(2), preadv(2) and their like: the remote address is the offset.
extern "C" fn read(_dev: *mut kpi::cdev, uio: *mut kpi::uio, _flags: c_int) -> c_int {
    // SAFETY: the kernel passes a uio of its own for the time of this call, made by curthread.
    answer(unsafe { UserIo::new(uio) }.and_then(|io| attached_io(Direction::Read, io)))
}

extern "C" fn write(_dev: *mut kpi::cdev, uio: *mut kpi::uio, _flags: c_int) -> c_int {
    // SAFETY: as in read.
    answer(unsafe { UserIo::new(uio) }.and_then(|io| attached_io(Direction::Write, io)))
}

extern "C" fn ioctl(
    _dev: *mut kpi::cdev,
    request: c_ulong,
    data: *mut c_char,
    fflag: c_int,
    td: *mut kpi::thread,
) -> c_int {
    // SAFETY: the kernel passes curthread, for the time of this call.
    let td = unsafe { CurThread::new(td) };
    answer(td.and_then(|td| {
        // sys_ioctl hands over as many bytes as the request number encodes, aligned for any integer; the
        // structures are integers throughout, so that every bit pattern is a value.
        match request {
            abi::RWMEM_INFO => {
                // SAFETY: see above; RWMEM_INFO encodes an Info.
                unsafe { data.cast::<Info>().write(info()) };
                Ok(())
            }
            abi::RWMEM_READ | abi::RWMEM_WRITE => {
                // SAFETY: see above; both encode an Xfer, and nobody else has this copy of it.
                let xfer = unsafe { &mut *data.cast::<Xfer>() };
                let direction = direction(td, request == abi::RWMEM_WRITE, fflag)?;
                xfer_ioctl(td, direction, xfer)
            }
            abi::RWMEM_READV | abi::RWMEM_WRITEV => {
                // SAFETY: see above; both encode a Batch, and nobody else has this copy of it.
                let batch = unsafe { &mut *data.cast::<Batch>() };
                let direction = direction(td, request == abi::RWMEM_WRITEV, fflag)?;
                batch_ioctl(td, direction, batch)
            }
            abi::RWMEM_ATTACH => {
                // SAFETY: see above; RWMEM_ATTACH encodes an int32_t.
                let pid = unsafe { data.cast::<i32>().read() };
                let attachment = target::attach(td, pid)?;
                File::current(td)?.attach(attachment)
            }
            abi::RWMEM_DETACH if File::current(td)?.detach() => Ok(()),
            abi::RWMEM_DETACH => Err(Errno::ENXIO),
            abi::RWMEM_CURRENT => File::current(td)?.check_current(),
            FIOSEEKDATA | FIOSEEKHOLE => {
                // SAFETY: see above; both encode an off_t, which lseek(2) hands over in memory of its own.
                let offset = unsafe { &mut *data.cast::<u64>() };
                let contents = if request == FIOSEEKDATA {
                    Contents::Data
                } else {
                    Contents::Hole
                };
                direction(td, false, fflag)?;
                *offset = seek(td, &*File::current(td)?.attached()?, *offset, contents)?;
                Ok(())
            }
            // fcntl(2) asks for these whenever it sets flags: no operation here ever blocks, none is asynchronous.
            FIONBIO => Ok(()),
            // SAFETY: see above; FIOASYNC encodes an int.
            FIOASYNC if unsafe { data.cast::<c_int>().read() } == 0 => Ok(()),
            FIOASYNC => Err(Errno::EINVAL),
            _ => Err(Errno::ENOTTY),
        }
    }))
}

/// The direction of a request, if the descriptor is open for it (EBADF), and writing is allowed at all.
fn direction(td: CurThread<'_>, write: bool, fflag: c_int) -> Result<Direction, Errno> {
    let (direction, needed) = if write {
        (Direction::Write, kpi::FWRITE)
    } else {
        (Direction::Read, kpi::FREAD)
    };
    if fflag as u32 & needed == 0 {
        return Err(Errno::EBADF);
    }
    if write {
        may_write(td)?;
    }
    Ok(direction)
}

/// What [`CurThread::may_write`] says, counted.
fn may_write(td: CurThread<'_>) -> Result<(), Errno> {
    td.may_write()
        .inspect_err(|_| counters::add(Counter::Denied, 1))
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
        let vm = File::current(td)?.attached()?;
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
    xfer.error = answer(outcome.stopped);
    Ok(())
}

fn batch_ioctl(td: CurThread<'_>, direction: Direction, batch: &mut Batch) -> Result<(), Errno> {
    let nsegs = request::nsegs(batch)?;
    let (attached, acquired);
    let vm: &VmspaceRef = if batch.pid == abi::PID_ATTACHED {
        attached = File::current(td)?.attached()?;
        &attached
    } else {
        acquired = target::acquire(td, batch.pid)?;
        &acquired
    };
    counters::add(requests(direction), 1);
    // RWMEM_BATCH_STOP is the only flag.
    if batch.flags == 0 {
        batch::run(td, vm, direction, nsegs, batch)
    } else {
        batch::run_until_stopped(td, vm, direction, nsegs, batch)
    }
}

#[inline(never)]
fn attached_io(direction: Direction, mut io: UserIo<'_>) -> Result<(), Errno> {
    let td = io.td();
    if direction == Direction::Write {
        may_write(td)?;
    }
    let vm = File::current(td)?.attached()?;
    counters::add(requests(direction), 1);
    let before = io.left();
    let traced = probes::Transfer {
        pid: abi::PID_ATTACHED,
        remote: io.offset(),
        len: before,
        direction,
    };
    traced.start(td);
    let stopped = io.transfer(|range| transfer(td, &vm, direction, range));
    let outcome = Outcome {
        done: before.wrapping_sub(io.left()),
        stopped,
    };
    traced.done(td, outcome.done, stopped);
    outcome.count(direction);
    // As read(2) wants it: what was transferred is told, and the error comes with the next call.
    if outcome.done > 0 {
        Ok(())
    } else {
        outcome.stopped
    }
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
            | abi::FEATURE_STOP,
        max_segs: abi::MAX_SEGS,
        page_size: PAGE_SIZE as u32,
        max_len: abi::MAX_LEN,
        version,
    }
}

const FIONBIO: c_ulong = kpi::kpi_fcntl_KPI_FIONBIO as c_ulong;
const FIOASYNC: c_ulong = kpi::kpi_fcntl_KPI_FIOASYNC as c_ulong;
/// lseek(2) with SEEK_DATA and SEEK_HOLE.
const FIOSEEKDATA: c_ulong = kpi::kpi_fcntl_KPI_FIOSEEKDATA as c_ulong;
const FIOSEEKHOLE: c_ulong = kpi::kpi_fcntl_KPI_FIOSEEKHOLE as c_ulong;

/// The kernel keeps its own list in it, so it is not constant.
struct Cdevsw(UnsafeCell<kpi::cdevsw>);

// SAFETY: we hand out its address only, to make_dev_p; the kernel guards its fields with its own lock.
unsafe impl Sync for Cdevsw {}

static CDEVSW: Cdevsw = Cdevsw(UnsafeCell::new({
    // SAFETY: integers, pointers and optional functions, for which zero is a value.
    let mut cdevsw: kpi::cdevsw = unsafe { MaybeUninit::zeroed().assume_init() };
    cdevsw.d_version = kpi::D_VERSION as c_int;
    cdevsw.d_flags = kpi::D_TRACKCLOSE;
    cdevsw.d_name = c"rwmem".as_ptr();
    cdevsw.d_open = Some(open);
    cdevsw.d_close = Some(close);
    cdevsw.d_read = Some(read);
    cdevsw.d_write = Some(write);
    cdevsw.d_ioctl = Some(ioctl);
    cdevsw
}));
