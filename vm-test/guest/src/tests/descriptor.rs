// SPDX-License-Identifier: BSD-2-Clause
//! What belongs to a descriptor: how it was opened, whether it is attached, to whom it is given.

use super::attach::{attach, expect_byte, scene};
use super::batch::{REQUESTS, STAINED, batch};
use crate::device::Device;
use crate::path::PATHS;
use crate::sys::file::{self, Vectored};
use crate::sys::kld::{self, Unload};
use crate::sys::memory::{PAGE, Region, pattern};
use crate::sys::{Errno, process};
use crate::tap::{Case, Outcome, Test, USER};
use crate::target::{Role, Target};
use rwmem_abi::{PID_ATTACHED, RWMEM_READ, RWMEM_READV, RWMEM_WRITE, RWMEM_WRITEV, Seg, Xfer};

pub const CASES: &[Case] = &[
    Case::everyone(
        "everything but attaching is refused while unattached: ENXIO",
        unattached,
    ),
    Case::root(
        "a direction that the descriptor is not open for is refused: EBADF",
        directions,
    ),
    Case::everyone("ATTACH to what is no process is refused", no_process),
    Case::everyone(
        "a preadv that meets a hole tells how far it came",
        vectored_hole,
    ),
    Case::everyone("empty buffers of a preadv are passed over", empty_buffers),
    Case::root(
        "two descriptors are attached independently of each other",
        independent,
    ),
    Case::root(
        "an attached descriptor serves an unprivileged child as well",
        unprivileged_child,
    ),
];

/// These load and unload the module themselves.
pub const LOADING: &[Case] = &[Case::module(
    "an attached descriptor keeps the module, and unloading is possible after",
    keeps_module,
)];

fn unattached(t: &mut Test) -> Outcome {
    let memory = t.can("mmap", Region::private(PAGE))?;
    let (remote, local) = (memory.at(0), memory.at(100));
    let device = t.device();
    let fd = device.fd();
    let buffers = [[local, 0], [local, 10]];
    let mut xfer = Xfer {
        pid: PID_ATTACHED,
        remote,
        local,
        len: 10,
        ..Xfer::default()
    };
    let mut segs = [Seg {
        remote,
        local,
        len: 10,
        ..STAINED
    }];
    let mut batches = [batch(PID_ATTACHED, &mut segs), batch(PID_ATTACHED, &mut [])];
    let results = [
        ("READ", device.transfer(RWMEM_READ, &mut xfer)),
        ("WRITE", device.transfer(RWMEM_WRITE, &mut xfer)),
        ("READV", device.batch(RWMEM_READV, &mut batches[0])),
        ("WRITEV", device.batch(RWMEM_WRITEV, &mut batches[0])),
        ("an empty READV", device.batch(RWMEM_READV, &mut batches[1])),
        ("DETACH", device.detach()),
        ("lseek", fd.seek(remote).map(drop)),
        ("read", fd.read_some(&mut [0; 10]).map(drop)),
        ("write", fd.write(&[0; 10]).map(drop)),
        ("pread", fd.read_to(local, 10, remote).map(drop)),
        ("pwrite", fd.write_from(local, 10, remote).map(drop)),
        (
            "preadv",
            fd.vectored(Vectored::Read, &buffers, remote).map(drop),
        ),
        (
            "pwritev",
            fd.vectored(Vectored::Write, &buffers, remote).map(drop),
        ),
    ];
    for (what, result) in results {
        match what {
            // A position is only a number.
            "lseek" => t.can(what, result)?,
            _ => t.refused(what, result, Errno::ENXIO)?,
        }
    }
    Ok(())
}

fn directions(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t, 1)?;
    for access in [file::READ_ONLY, file::WRITE_ONLY] {
        let device = t.can("open", Device::open_for(access))?;
        t.can("ATTACH", device.attach(target.pid()))?;
        for pid in [target.pid(), PID_ATTACHED] {
            for (way, (name, request)) in REQUESTS.into_iter().enumerate() {
                let mut segs = [STAINED];
                let got = device.batch(request, &mut batch(pid, &mut segs));
                match way == access {
                    true => t.can(name, got)?,
                    false => t.refused(name, got, Errno::EBADF)?,
                }
            }
            for (way, request) in [RWMEM_READ, RWMEM_WRITE].into_iter().enumerate() {
                let mut xfer = Xfer {
                    pid,
                    ..Xfer::default()
                };
                let got = device.transfer(request, &mut xfer);
                match way == access {
                    true => t.can("READ or WRITE", got)?,
                    false => t.refused("READ or WRITE", got, Errno::EBADF)?,
                }
            }
        }
        let read = device.fd().read_to(local.at(0), 10, remote.at(0));
        let written = device.fd().write_from(local.at(0), 10, remote.at(0));
        match access {
            file::READ_ONLY => {
                t.equal("pread, read-only", read, Ok(10))?;
                t.refused("pwrite, read-only", written, Errno::EBADF)?;
            }
            _ => {
                t.refused("pread, write-only", read, Errno::EBADF)?;
                t.equal("pwrite, write-only", written, Ok(10))?;
            }
        }
        t.can("DETACH", device.detach())?;
    }
    Ok(())
}

fn no_process(t: &mut Test) -> Outcome {
    let own_thread = t.can("thr_self", process::own_thread())?;
    let system = if t.user { Errno::EPERM } else { Errno::EINVAL };
    for (pid, expected) in [
        (PID_ATTACHED, Errno::ESRCH),
        (i32::MIN, Errno::ESRCH),
        (i32::MAX, Errno::ESRCH),
        (own_thread, Errno::ESRCH),
        (0, system),
        (1, system),
    ] {
        let got = t.device().attach(pid);
        t.refused(format_args!("ATTACH to {pid}"), got, expected)?;
        let got = t.device().detach();
        t.refused("DETACH afterwards", got, Errno::ENXIO)?;
    }
    Ok(())
}

fn vectored_hole(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t, 1)?;
    attach(t, target.pid())?;
    // The hole begins at page 3: 40 bytes after `from`, in the second buffer.
    let from = remote.at(3 * PAGE - 40);
    let buffers = [[local.at(0), 30], [local.at(100), 30], [local.at(200), 30]];
    for direction in [Vectored::Read, Vectored::Write] {
        let fd = t.device().fd();
        let short = fd.vectored(direction, &buffers, from);
        let then = fd.vectored(direction, &buffers, from + 40);
        // A bad buffer ends it as well.
        let bad = [[local.at(0), 10], [0, 10], [local.at(100), 10]];
        let short_of_buffer = fd.vectored(direction, &bad, remote.at(0));
        t.equal("up to the hole", short, Ok(40))?;
        t.refused("in the hole", then, Errno::EFAULT)?;
        t.equal("up to the bad buffer", short_of_buffer, Ok(10))?;
    }
    Ok(())
}

fn empty_buffers(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t, 1)?;
    attach(t, target.pid())?;
    // Where an empty buffer lies does not matter.
    let buffers = [
        [0, 0],
        [local.at(0), 1],
        [u64::MAX, 0],
        [local.at(1), 0],
        [local.at(10), 2],
        [0, 0],
    ];
    for (direction, count, expected) in [
        (Vectored::Read, 6, 3),
        (Vectored::Read, 1, 0),
        (Vectored::Write, 6, 3),
        (Vectored::Write, 1, 0),
    ] {
        let fd = t.device().fd();
        let got = fd.vectored(direction, &buffers[..count], remote.at(7));
        t.equal(format_args!("{count} buffers"), got, Ok(expected))?;
    }
    t.equal("first byte", local.get(0), pattern(1)(7))?;
    t.same("next bytes", &local, 10, 2, |to| pattern(1)(to - 2))
}

fn independent(t: &mut Test) -> Outcome {
    let (remote, _local, first) = scene(t, 1)?;
    let region = &remote;
    let second = Target::spawn(
        || {
            region.fill(0, PAGE, pattern(2));
            Ok(())
        },
        |_| 0,
    );
    let second = t.can("fork", second)?;
    let other = t.can("open", Device::open())?;
    attach(t, first.pid())?;
    t.can("ATTACH of the other", other.attach(second.pid()))?;
    let mut byte = [0];
    for _ in 0..2 {
        expect_byte(t, "pread", remote.at(77), pattern(1)(77))?;
        let got = other.fd().read_at(&mut byte, remote.at(77));
        t.equal("pread of the other", got, Ok(1))?;
        t.equal("the other's byte", byte[0], pattern(2)(77))?;
    }
    t.can("DETACH of the other", other.detach())?;
    let got = other.fd().read_at(&mut byte, remote.at(77));
    t.refused("pread of the other", got, Errno::ENXIO)?;
    expect_byte(t, "pread", remote.at(77), pattern(1)(77))
}

fn unprivileged_child(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t, 1)?;
    attach(t, target.pid())?;
    let device = t.device();
    // Asked with a path's number, it tells the first byte that it read by it.
    let child = Target::spawn(
        || process::become_user(USER),
        |number| {
            let request = crate::device::Request {
                direction: crate::device::Direction::Read,
                pid: PID_ATTACHED,
                remote: remote.at(9),
                local: local.at(0),
                len: 1,
            };
            match (PATHS[number as usize].transfer)(device, request) {
                Ok(moved) if moved.done == 1 => local.get(0).into(),
                _ => u64::MAX,
            }
        },
    );
    let child = t.can("fork", child)?;
    for (number, path) in PATHS.iter().enumerate() {
        let byte = t.can("asking the child", child.ask(number as u64))?;
        t.equal(
            format_args!("the child's byte by {}", path.name),
            byte,
            pattern(1)(9).into(),
        )?;
    }
    Ok(())
}

fn keeps_module(t: &mut Test) -> Outcome {
    let id = match kld::find(c"rwmem.ko") {
        Ok(id) => id,
        Err(_) => t.load_module()?,
    };
    let mut target = t.can("execve", Target::executed(t.program, Role::Idle, None))?;
    let device = t.can("open", Device::open())?;
    t.can("ATTACH", device.attach(target.pid()))?;
    for when in ["while the process lives", "after its end"] {
        for how in [Unload::Normal, Unload::Force] {
            let got = kld::unload(id, how);
            t.refused(format_args!("unload {when}"), got, Errno::EBUSY)?;
        }
        if target.kinfo().is_ok_and(|kinfo| !kinfo.is_zombie()) {
            t.can("the target's end", target.end())?;
        }
    }
    drop(device);
    t.can("unload", kld::unload(id, Unload::Normal))
}
