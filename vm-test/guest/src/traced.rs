// SPDX-License-Identifier: BSD-2-Clause
//! Transfers by every path, and for each what dtrace(1) should see of it: the arguments of `rwmem:::start` and of
//! `rwmem:::done`. For the test of the module's probes.

use crate::console::say;
use crate::device::Device;
use crate::sys::Errno;
use crate::sys::file::Vectored;
use crate::sys::memory::{PAGE, Region};
use crate::target::Target;
use rwmem_abi::{
    Batch, PID_ATTACHED, RWMEM_READ, RWMEM_READV, RWMEM_WRITE, RWMEM_WRITEV, Seg, Xfer,
};

/// The first transfer that is seen: whether the probes are enabled is tried with it.
const FIRST: u64 = 77;

/// 0, or 1 if a transfer did something else than it should.
pub fn run() -> i32 {
    match transfers() {
        Ok(()) => 0,
        Err(error) => {
            say!("rwmem-guest: a transfer to be traced went wrong: {error}");
            1
        }
    }
}

fn transfers() -> Result<(), Errno> {
    let memory = Region::private(3 * PAGE)?;
    let target = Target::spawn(|| memory.unmap(PAGE, PAGE), |_| 0)?;
    let device = Device::open()?;
    let (pid, fault) = (target.pid(), Errno::EFAULT);
    let end = PAGE - 10;

    single(&device, pid, pid, &memory, (0, FIRST, FIRST, Errno::NONE))?;
    single(&device, pid, pid, &memory, (5, 100, 100, Errno::NONE))?;
    single(&device, pid, pid, &memory, (end, 30, 10, fault))?;
    single(&device, pid, pid, &memory, (0, 0, 0, Errno::NONE))?;
    several(&device, pid, pid, &memory)?;
    // These are refused, and so no transfers.
    let refused = single(&device, -2, -2, &memory, (0, 1, 1, Errno::NONE));
    expect(refused == Err(Errno::ESRCH))?;

    device.attach(pid)?;
    single(
        &device,
        PID_ATTACHED,
        pid,
        &memory,
        (9, 70, 70, Errno::NONE),
    )?;
    several(&device, PID_ATTACHED, pid, &memory)?;
    for (at, len, done, error) in [
        (3, 8, 8, Errno::NONE),
        (0, PAGE, PAGE, Errno::NONE),
        (end, 30, 10, fault),
        (PAGE, 4, 0, fault),
    ] {
        let local = memory.at(2 * PAGE);
        let expected = if done == 0 {
            Err(error)
        } else {
            Ok(done as u64)
        };
        let len = len as u64;
        expect(device.fd().read_to(local, len, memory.at(at)) == expected)?;
        told(pid, memory.at(at), len, 0, done as u64, error);
        expect(device.fd().write_from(local, len, memory.at(at)) == expected)?;
        told(pid, memory.at(at), len, 1, done as u64, error);
    }
    let buffers = [[memory.at(2 * PAGE), 8], [memory.at(2 * PAGE + 100), 12]];
    for (way, direction) in [(Vectored::Read, 0), (Vectored::Write, 1)] {
        expect(device.fd().vectored(way, &buffers, memory.at(16)) == Ok(20))?;
        told(pid, memory.at(16), 20, direction, 20, Errno::NONE);
    }
    Ok(())
}

fn expect(condition: bool) -> Result<(), Errno> {
    if condition { Ok(()) } else { Err(Errno::EIO) }
}

/// What the probes of a transfer say.
fn told(pid: i32, remote: u64, len: u64, direction: u8, done: u64, error: Errno) {
    say!("start {pid} {remote:#x} {len} {direction}");
    say!(
        "done {pid} {remote:#x} {len} {direction} {done} {}",
        error.0
    );
}

/// READ and WRITE; `about` is the offset, the length, what is done of it, and why not more.
fn single(
    device: &Device,
    request_pid: i32,
    pid: i32,
    memory: &Region,
    about: (usize, u64, u64, Errno),
) -> Result<(), Errno> {
    let (at, len, done, error) = about;
    for (request, direction) in [(RWMEM_READ, 0), (RWMEM_WRITE, 1)] {
        let mut xfer = Xfer {
            pid: request_pid,
            remote: memory.at(at),
            local: memory.at(2 * PAGE),
            len,
            ..Xfer::default()
        };
        device.transfer(request, &mut xfer)?;
        expect((xfer.done, xfer.error) == (done, error.0))?;
        told(pid, memory.at(at), len, direction, done, error);
    }
    Ok(())
}

/// READV and WRITEV: of one segment, and of several, each with an end of its own.
fn several(device: &Device, request_pid: i32, pid: i32, memory: &Region) -> Result<(), Errno> {
    let outcomes = [
        (40, 8, 8, Errno::NONE, 0),
        (PAGE, 8, 0, Errno::EFAULT, 0),
        (PAGE - 10, 30, 10, Errno::EFAULT, 0),
        (41, 9, 0, Errno::EINVAL, 1),
        (0, PAGE as u64, PAGE as u64, Errno::NONE, 0),
    ];
    for (request, direction) in [(RWMEM_READV, 0), (RWMEM_WRITEV, 1)] {
        for few in [1, outcomes.len()] {
            let mut segs = outcomes.map(|(at, len, _, _, reserved)| Seg {
                remote: memory.at(at),
                local: memory.at(2 * PAGE),
                len,
                reserved,
                ..Seg::default()
            });
            let mut batch = Batch {
                pid: request_pid,
                segs: segs.as_mut_ptr() as u64,
                nsegs: few as u32,
                ..Batch::default()
            };
            device.batch(request, &mut batch)?;
            for (seg, (at, len, done, error, _)) in segs.iter().zip(outcomes).take(few) {
                expect((seg.done, seg.error) == (done, error.0))?;
                told(pid, memory.at(at), len, direction, done, error);
            }
        }
    }
    Ok(())
}
