// SPDX-License-Identifier: BSD-2-Clause
//! The example of another kld on the crate freebsd-kpi: `kpi/examples/tally`.

use crate::sys::kld::{self, Unload};
use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, file, sysctl};
use crate::tap::{Case, Outcome, Test};
use core::ffi::CStr;
use rwmem_abi::RWMEM_DETACH;
use rwmem_vm_protocol::EXAMPLE;

pub const CASES: &[Case] = &[
    Case::module("the example counts what is written to it", counts),
    Case::module("an open descriptor keeps the example, too", stays),
];

const NODE: &CStr = c"/dev/tally";
const COUNT: &CStr = c"kern.tally.bytes";

fn counts(t: &mut Test) -> Outcome {
    for _ in 0..2 {
        let id = t.can("kldload", kld::load(EXAMPLE))?;
        t.can("modfind", kld::find_module(c"tally"))?;
        let device = t.can("open", file::open(NODE, file::READ_WRITE))?;
        let memory = t.can("mmap", Region::private(PAGE))?;
        for bytes in [b"one".as_slice(), b"", b"four and more"] {
            t.equal("written", device.write(bytes), Ok(bytes.len()))?;
        }
        let page = device.write_from(memory.at(0), PAGE as u64, 0);
        t.equal("a page written", page, Ok(PAGE as u64))?;
        t.equal(
            "kern.tally.bytes",
            sysctl::number(COUNT),
            Ok(16 + PAGE as u64),
        )?;
        let mut text = [0; 32];
        let other = t.can("open", file::open(NODE, file::READ_ONLY))?;
        let mut len = 0;
        // In pieces, to its end.
        for room in [2, 3, 4] {
            len += t.can("read", other.read_some(&mut text[len..len + room]))?;
        }
        t.equal("what is read", &text[..len], b"4112\n".as_slice())?;
        t.refused("an ioctl", other.ioctl_at(RWMEM_DETACH, 0), Errno::ENOTTY)?;
        drop((device, other));
        t.can("kldunload", kld::unload(id, Unload::Normal))?;
        t.refused("the sysctl", sysctl::number(COUNT), Errno::ENOENT)?;
        let gone = file::open(NODE, file::READ_ONLY).map(drop);
        t.refused("the device", gone, Errno::ENOENT)?;
    }
    Ok(())
}

fn stays(t: &mut Test) -> Outcome {
    let id = t.can("kldload", kld::load(EXAMPLE))?;
    let device = t.can("open", file::open(NODE, file::READ_ONLY))?;
    for how in [Unload::Normal, Unload::Force] {
        t.refused("kldunload", kld::unload(id, how), Errno::EBUSY)?;
    }
    drop(device);
    t.can("kldunload", kld::unload(id, Unload::Normal))
}
