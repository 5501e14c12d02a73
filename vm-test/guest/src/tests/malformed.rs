// SPDX-License-Identifier: BSD-2-Clause
//! Arguments that are wrong in themselves, or hold what should not matter. More of them: `cases/`.

use crate::sys::Errno;
use crate::sys::memory::{PAGE, Region};
use crate::tap::{Case, Outcome, Test};
use crate::target::Target;
use rwmem_abi::{RWMEM_INFO, RWMEM_READ, RWMEM_WRITE, Xfer};

pub const CASES: &[Case] = &[
    Case::everyone("the outputs' former contents do not matter", outputs),
    Case::everyone(
        "an argument at a bad address is refused: EFAULT",
        bad_argument,
    ),
];

fn outputs(t: &mut Test) -> Outcome {
    let memory = t.can("mmap", Region::private(PAGE))?;
    let target = t.can("fork", Target::idle())?;
    let xfer = Xfer {
        pid: target.pid(),
        remote: memory.at(0),
        local: memory.at(100),
        len: 10,
        ..Xfer::default()
    };
    for (name, request) in [("READ", RWMEM_READ), ("WRITE", RWMEM_WRITE)] {
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
