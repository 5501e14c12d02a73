// SPDX-License-Identifier: BSD-2-Clause
//! Requests that are wrong in themselves fail as a whole, and nothing is attempted. More of them: `cases/`.

use crate::sys::Errno;
use crate::sys::memory::{PAGE, Region};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;
use core::ffi::c_ulong;
use rwmem_abi::{RWMEM_INFO, RWMEM_READ, RWMEM_WRITE, Xfer};

pub const CASES: &[Case] = &[
    Case::everyone("any flag is refused: EINVAL", flags),
    Case::everyone(
        "a reserved field that is not zero is refused: EINVAL",
        reserved,
    ),
    Case::everyone("the outputs' former contents do not matter", outputs),
    Case::everyone(
        "an argument at a bad address is refused: EFAULT",
        bad_argument,
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
