// SPDX-License-Identifier: BSD-2-Clause
//! Requests that are wrong in themselves fail as a whole, and nothing is attempted.

use crate::device::Device;
use crate::sys::Errno;
use crate::sys::file;
use crate::sys::memory::{PAGE, Region};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;
use crate::text::Text;
use core::ffi::c_ulong;
use rwmem_abi::{MAX_LEN, PID_ATTACHED, RWMEM_INFO, RWMEM_READ, RWMEM_WRITE, Xfer};

pub const CASES: &[Case] = &[
    Case::everyone("any flag is refused: EINVAL", flags),
    Case::everyone(
        "a reserved field that is not zero is refused: EINVAL",
        reserved,
    ),
    Case::transfers("a range that wraps around is refused: EINVAL", wraps),
    Case::transfers("a length beyond max_len is refused: EINVAL", too_long),
    Case::everyone("the outputs' former contents do not matter", outputs),
    Case::everyone(
        "an argument at a bad address is refused: EFAULT",
        bad_argument,
    ),
    Case::transfers(
        "a transfer without attachment is refused: ENXIO",
        unattached,
    ),
    Case::everyone("unknown requests are refused: ENOTTY", unknown),
    Case::root(
        "a write needs a descriptor open for writing: EBADF",
        read_only_descriptor,
    ),
    Case::root(
        "a read needs a descriptor open for reading: EBADF",
        write_only_descriptor,
    ),
];

const REQUESTS: [(&str, c_ulong); 2] = [("READ", RWMEM_READ), ("WRITE", RWMEM_WRITE)];

/// A request that would be right, its target, and the memory it is about.
fn good(t: &mut Test) -> Result<(Xfer, Target, Region), Stop> {
    let memory = t.can("mmap", Region::private(PAGE))?;
    let target = t.can("fork", Target::idle())?;
    let xfer = Xfer {
        pid: target.pid(),
        remote: memory.at(0),
        local: memory.at(100),
        len: 10,
        ..Xfer::default()
    };
    Ok((xfer, target, memory))
}

fn flags(t: &mut Test) -> Outcome {
    let (xfer, _target, _memory) = good(t)?;
    for (name, request) in REQUESTS {
        for bit in 0..32 {
            let mut wrong = Xfer {
                flags: 1 << bit,
                ..xfer
            };
            let got = t.device().transfer(request, &mut wrong);
            t.refused(
                format_args!("{name} with flag {:#x}", wrong.flags),
                got,
                Errno::EINVAL,
            )?;
        }
    }
    Ok(())
}

fn reserved(t: &mut Test) -> Outcome {
    let (xfer, _target, _memory) = good(t)?;
    for (name, request) in REQUESTS {
        for bit in 0..32 {
            let mut wrong = Xfer {
                reserved: 1 << bit,
                ..xfer
            };
            let got = t.device().transfer(request, &mut wrong);
            t.refused(
                format_args!("{name}, reserved {:#x}", wrong.reserved),
                got,
                Errno::EINVAL,
            )?;
        }
    }
    Ok(())
}

fn wraps(t: &mut Test) -> Outcome {
    let (xfer, target, _memory) = good(t)?;
    let Xfer { remote, local, .. } = xfer;
    const LAST: u64 = u64::MAX;
    for (remote, local, len) in [
        (LAST, local, 1),
        (LAST - 99, local, 100),
        (LAST - PAGE as u64, local, MAX_LEN),
        (remote, LAST, 1),
        (remote, LAST - 99, 100),
        (remote, LAST - PAGE as u64, MAX_LEN),
        (LAST, LAST, MAX_LEN),
    ] {
        let what = Text::<100>::of(format_args!("{len:#x} bytes, {remote:#x} and {local:#x}"));
        let read = t.read(target.pid(), remote, local, len);
        t.refused(
            format_args!("read of {}", what.as_str()),
            read,
            Errno::EINVAL,
        )?;
        let written = t.write(target.pid(), remote, local, len);
        t.refused(
            format_args!("write of {}", what.as_str()),
            written,
            Errno::EINVAL,
        )?;
    }
    // The end of all addresses is not beyond it.
    let read = t.read(target.pid(), LAST - 100, local, 100);
    t.moved("read up to the last address", read, 0, Errno::EFAULT)
}

fn too_long(t: &mut Test) -> Outcome {
    let (xfer, target, _memory) = good(t)?;
    for len in [MAX_LEN + 1, 1 << 63, u64::MAX - xfer.remote.max(xfer.local)] {
        let read = t.read(target.pid(), xfer.remote, xfer.local, len);
        t.refused(format_args!("read of {len:#x}"), read, Errno::EINVAL)?;
        let written = t.write(target.pid(), xfer.remote, xfer.local, len);
        t.refused(format_args!("write of {len:#x}"), written, Errno::EINVAL)?;
    }
    Ok(())
}

fn outputs(t: &mut Test) -> Outcome {
    let (xfer, _target, _memory) = good(t)?;
    for (name, request) in REQUESTS {
        for (done, error) in [(0, 0), (u64::MAX, -1), (5, 14)] {
            let mut given = Xfer {
                done,
                error,
                ..xfer
            };
            let result = t.device().transfer(request, &mut given);
            t.can(name, result)?;
            t.equal(
                name,
                given,
                Xfer {
                    done: xfer.len,
                    error: 0,
                    ..xfer
                },
            )?;
        }
    }
    Ok(())
}

fn bad_argument(t: &mut Test) -> Outcome {
    let hole = t.can("mmap", Region::private(PAGE))?;
    t.can("munmap", hole.unmap(0, PAGE))?;
    for request in [RWMEM_INFO, RWMEM_READ, RWMEM_WRITE] {
        for address in [0, hole.at(0), hole.at(PAGE - 8), 0xffff_ffff_8020_0000] {
            let got = t.device().fd().ioctl_at(request, address);
            t.refused(
                format_args!("{request:#x} at {address:#x}"),
                got,
                Errno::EFAULT,
            )?;
        }
    }
    Ok(())
}

fn unattached(t: &mut Test) -> Outcome {
    let memory = t.can("mmap", Region::private(PAGE))?;
    // Of no bytes at all, read(2) and its like do not ask the device.
    let shortest = u64::from(!t.path.tells_why);
    for len in [shortest, 1] {
        let read = t.read(PID_ATTACHED, memory.at(0), memory.at(0), len);
        t.refused("read", read, Errno::ENXIO)?;
        let written = t.write(PID_ATTACHED, memory.at(0), memory.at(0), len);
        t.refused("write", written, Errno::ENXIO)?;
    }
    Ok(())
}

fn unknown(t: &mut Test) -> Outcome {
    // A number that is free; READ's with another size; INFO's in another direction; READ's in another group.
    const READ_OF_47_BYTES: c_ulong = 0xc02f_5201;
    const INFO_AS_INPUT: c_ulong = 0x8040_5200;
    const READ_IN_GROUP_S: c_ulong = 0xc030_5301;
    let mut argument = [0u64; 16];
    for request in [
        0x2000_5207,
        0x2000_52ff,
        READ_OF_47_BYTES,
        INFO_AS_INPUT,
        READ_IN_GROUP_S,
    ] {
        let got = t.device().fd().ioctl(request, &mut argument);
        t.refused(format_args!("request {request:#x}"), got, Errno::ENOTTY)?;
    }
    Ok(())
}

fn read_only_descriptor(t: &mut Test) -> Outcome {
    let (mut xfer, _target, _memory) = good(t)?;
    let device = t.can("open", Device::open_for(file::READ_ONLY))?;
    t.can("READ", device.transfer(RWMEM_READ, &mut xfer))?;
    t.refused(
        "WRITE",
        device.transfer(RWMEM_WRITE, &mut xfer),
        Errno::EBADF,
    )
}

fn write_only_descriptor(t: &mut Test) -> Outcome {
    let (mut xfer, _target, _memory) = good(t)?;
    let device = t.can("open", Device::open_for(file::WRITE_ONLY))?;
    t.can("WRITE", device.transfer(RWMEM_WRITE, &mut xfer))?;
    t.refused("READ", device.transfer(RWMEM_READ, &mut xfer), Errno::EBADF)
}
