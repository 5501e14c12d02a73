// SPDX-License-Identifier: BSD-2-Clause
//! revoke(2): the administrator takes the device away from those who have it open.

use crate::device::{Device, NODE};
use crate::sys::kld::{self, Unload};
use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, file, sysctl, time};
use crate::tap::{Case, Outcome, Test};
use crate::target::{PATIENCE, Target};
use core::ffi::CStr;

pub const CASES: &[Case] = &[Case::module(
    "a revoked descriptor is of no use, and releases what it was attached to",
    attached,
)];

const ATTACHED: &CStr = c"kern.rwmem.attached";
const MEMORY: usize = 24 << 20;

fn attached(t: &mut Test) -> Outcome {
    let id = match kld::find(c"rwmem.ko") {
        Ok(id) => id,
        Err(_) => t.load_module()?,
    };
    let memory = t.can("mmap", Region::private(MEMORY))?;
    let target = Target::spawn(
        || {
            (0..MEMORY).step_by(PAGE).for_each(|at| memory.put(at, 1));
            Ok(())
        },
        |_| 0,
    );
    let mut target = t.can("fork", target)?;
    let local = t.can("mmap", Region::private(PAGE))?;
    let devices = [
        t.can("open", Device::open())?,
        t.can("open", Device::open())?,
    ];
    for device in &devices {
        t.can("ATTACH", device.attach(target.pid()))?;
    }
    t.can("revoke", file::revoke(NODE))?;
    for device in &devices {
        let read = device.fd().read_to(local.at(0), 1, memory.at(0));
        t.holds(
            format_args!("pread fails, got {read:?}"),
            matches!(read, Err(Errno::ENXIO | Errno::EBADF | Errno::EIO)),
        )?;
        let attached = device.attach(target.pid());
        t.holds(
            format_args!("ATTACH fails, got {attached:?}"),
            attached.is_err(),
        )?;
    }
    let free = || sysctl::number(c"vm.stats.vm.v_free_count").map_or(0, |free| free as usize);
    let full = free();
    t.can("the target's end", target.end())?;
    drop(devices);
    let released = time::wait_until(PATIENCE / 4, || sysctl::number(ATTACHED) == Ok(0));
    t.holds("nothing stays attached", released)?;
    let pages = MEMORY / PAGE * 3 / 4;
    let given_back = time::wait_until(PATIENCE / 4, || free() > full + pages);
    t.holds("the target's memory is given back", given_back)?;
    // A new descriptor is as good as any.
    let device = t.can("open after the revoke", Device::open())?;
    t.can("INFO", device.info())?;
    drop(device);
    t.can("unload", kld::unload(id, Unload::Normal))
}
