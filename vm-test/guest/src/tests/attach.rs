// SPDX-License-Identifier: BSD-2-Clause
//! Attached descriptors: all the ways to transfer through them.

use crate::device::{Direction, Request};
use crate::path::PATHS;
use crate::sys::file::Vectored;
use crate::sys::memory::{PAGE, Region, pattern};
use crate::sys::{Errno, time};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;
use rwmem_abi::PID_ATTACHED;

pub const CASES: &[Case] = &[
    Case::everyone(
        "an attached descriptor serves every request, pread and pwrite",
        every_request,
    ),
    Case::everyone(
        "read and write begin at the position that lseek set",
        position,
    ),
    Case::everyone(
        "preadv and pwritev fill and empty several buffers",
        vectored,
    ),
    Case::everyone("a short pread is followed by the error", short_count),
    Case::everyone(
        "children share the attachment of an inherited descriptor",
        inherited,
    ),
    Case::everyone(
        "attaching, transferring and detaching at once do no harm",
        at_once,
    ),
];

pub const SIZE: usize = 4 * PAGE;

/// A target whose region holds the pattern `seed`, and a region of our own.
pub fn scene(t: &mut Test, seed: u8) -> Result<(Region, Region, Target), Stop> {
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, pattern(seed));
            remote.unmap(3 * PAGE, PAGE)
        },
        |place| u64::from(remote.get(place as usize)),
    );
    let target = t.can("fork", target)?;
    Ok((remote, local, target))
}

pub fn attach(t: &mut Test, pid: i32) -> Outcome {
    let result = t.device().attach(pid);
    t.can("ATTACH", result)
}

/// By pread, the simplest way.
pub fn expect_byte(t: &mut Test, what: &str, address: u64, expected: u8) -> Outcome {
    let mut byte = [0];
    let got = t.device().fd().read_at(&mut byte, address);
    t.equal(what, got, Ok(1))?;
    t.equal(what, byte[0], expected)
}

fn every_request(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t, 1)?;
    attach(t, target.pid())?;
    for path in PATHS {
        local.fill(0, SIZE, |_| 0);
        for (direction, at) in [
            (Direction::Read, 0),
            (Direction::Write, PAGE),
            (Direction::Read, PAGE),
        ] {
            let request = Request {
                direction,
                pid: PID_ATTACHED,
                remote: remote.at(at),
                local: local.at(0),
                len: 100,
            };
            let got = (path.transfer)(t.device(), request);
            t.moved_all(format_args!("{} {direction:?}", path.name), got, 100)?;
            t.same(path.name, &local, 0, 100, pattern(1))?;
        }
    }
    Ok(())
}

fn position(t: &mut Test) -> Outcome {
    let (remote, _local, target) = scene(t, 1)?;
    attach(t, target.pid())?;
    let fd = t.device().fd();
    let mut bytes = [0; 64];
    let seek = fd.seek(remote.at(PAGE - 32));
    let first = fd.read_some(&mut bytes[..40]);
    let second = fd.read_some(&mut bytes[40..]);
    let written = fd.write(&[b'w'; 10]);
    t.equal("lseek", seek, Ok(remote.at(PAGE - 32)))?;
    t.equal("first read", first, Ok(40))?;
    t.equal("second read", second, Ok(24))?;
    t.equal("write", written, Ok(10))?;
    for (place, byte) in bytes.into_iter().enumerate() {
        t.equal(
            format_args!("byte {place} read"),
            byte,
            pattern(1)(PAGE - 32 + place),
        )?;
    }
    for (place, expected) in [(31, pattern(1)(PAGE + 31)), (32, b'w'), (41, b'w')] {
        let byte = t.can("asking the target", target.ask((PAGE + place) as u64))?;
        t.equal(
            format_args!("byte {place} of the target's page"),
            byte,
            expected.into(),
        )?;
    }
    Ok(())
}

fn vectored(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t, 1)?;
    attach(t, target.pid())?;
    let buffers = [
        [local.at(500), 100],
        [local.at(0), 0],
        [local.at(PAGE - 5), 50],
        [local.at(0), 1],
    ];
    let got = t
        .device()
        .fd()
        .vectored(Vectored::Read, &buffers, remote.at(10));
    t.equal("preadv", got, Ok(151))?;
    t.same("first buffer", &local, 500, 100, |to| {
        pattern(1)(10 + to - 500)
    })?;
    t.same("third buffer", &local, PAGE - 5, 50, |to| {
        pattern(1)(110 + to - (PAGE - 5))
    })?;
    t.same("fourth buffer", &local, 0, 1, |_| pattern(1)(160))?;
    let got = t
        .device()
        .fd()
        .vectored(Vectored::Write, &buffers, remote.at(2 * PAGE));
    t.equal("pwritev", got, Ok(151))?;
    for place in [0, 99, 100, 149, 150] {
        let byte = t.can("asking the target", target.ask((2 * PAGE + place) as u64))?;
        t.equal(
            format_args!("byte {place} written"),
            byte,
            pattern(1)(10 + place).into(),
        )?;
    }
    Ok(())
}

fn short_count(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t, 1)?;
    attach(t, target.pid())?;
    let fd = t.device().fd();
    let short = fd.read_to(local.at(0), 100, remote.at(3 * PAGE - 30));
    let then = fd.read_to(local.at(0), 70, remote.at(3 * PAGE));
    let written = fd.write_from(local.at(0), 100, remote.at(3 * PAGE - 30));
    let then_written = fd.write_from(local.at(0), 70, remote.at(3 * PAGE));
    let bad_buffer = fd.read_to(0, 10, remote.at(0));
    t.equal("pread up to a hole", short, Ok(30))?;
    t.refused("pread in the hole", then, Errno::EFAULT)?;
    t.equal("pwrite up to a hole", written, Ok(30))?;
    t.refused("pwrite in the hole", then_written, Errno::EFAULT)?;
    t.refused("pread to a bad address", bad_buffer, Errno::EFAULT)
}

fn inherited(t: &mut Test) -> Outcome {
    let (remote, _local, target) = scene(t, 1)?;
    let device = t.device();
    let child = Target::spawn(
        || Ok(()),
        |pid| u64::from(device.attach(pid as i32).is_ok()),
    );
    let child = t.can("fork", child)?;
    let attached = t.can("asking the child", child.ask(target.pid() as u64))?;
    t.equal("the child's ATTACH succeeded", attached, 1)?;
    expect_byte(t, "pread by the parent", remote.at(5), pattern(1)(5))?;
    drop(child);
    expect_byte(
        t,
        "pread after the child's end",
        remote.at(5),
        pattern(1)(5),
    )
}

/// Several processes use one open file at the same time.
fn at_once(t: &mut Test) -> Outcome {
    const DURATION: u64 = 2000;
    let (remote, local, target) = scene(t, 1)?;
    let device = t.device();
    let wrong_of = |role: u64| -> u64 {
        let end = time::now() + DURATION;
        let mut wrong = 0;
        while time::now() < end {
            let good = match role {
                0 => device.attach(target.pid()).is_ok(),
                1 => matches!(device.detach(), Ok(()) | Err(Errno::ENXIO)),
                _ => match device
                    .fd()
                    .read_to(local.at(0), 2 * PAGE as u64, remote.at(0))
                {
                    Ok(len) => {
                        len == 2 * PAGE as u64
                            && local.difference(0, 2 * PAGE, pattern(1)).is_none()
                    }
                    Err(error) => error == Errno::ENXIO,
                },
            };
            wrong += u64::from(!good);
        }
        wrong
    };
    let workers = [0, 1, 2, 3].map(|role| (role, Target::spawn(|| Ok(()), |_| wrong_of(role))));
    for (_, worker) in &workers {
        if let Ok(worker) = worker {
            let _ = worker.tell(0);
        }
    }
    for (role, worker) in workers {
        let worker = t.can("fork", worker)?;
        let wrong = t.can("a worker", worker.hear())?;
        t.equal(format_args!("wrong results of worker {role}"), wrong, 0)?;
    }
    Ok(())
}
