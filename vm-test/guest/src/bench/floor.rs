// SPDX-License-Identifier: BSD-2-Clause
//! What no module can go below: system calls that do next to nothing.

use super::output::{Measurement, Table};
use super::stopwatch::{Rounds, time};
use crate::console::remark;
use crate::device::Device;
use crate::sys::{Errno, process};
use core::ffi::c_ulong;
use rwmem_vm_protocol::bench::{FAILING_IOCTL, GETPID, Row, Way};

/// `_IO('R', 0x7f)`: a request that the module does not know.
const UNKNOWN: c_ulong = 0x2000_527f;
const CALLS: u64 = 2000;

/// Whether all could be measured.
pub fn measure(rounds: Rounds, device: &Device, table: &mut Table) -> bool {
    let getpid = || match process::own_pid() {
        -1 => Err(Errno::EIO),
        _ => Ok(()),
    };
    let unknown = || match device.fd().ioctl_at(UNKNOWN, 0) {
        Err(Errno::ENOTTY) => Ok(()),
        other => other.and(Err(Errno::EIO)),
    };
    let getpid = floor(rounds, table, GETPID, getpid);
    let unknown = floor(rounds, table, FAILING_IOCTL, unknown);
    getpid && unknown
}

fn floor(
    rounds: Rounds,
    table: &mut Table,
    row: Row,
    call: impl Fn() -> Result<(), Errno>,
) -> bool {
    let total = time(rounds, || (0..CALLS).try_for_each(|_| call()));
    match total {
        Ok(total) => table.add_floor(&Measurement {
            row,
            way: Way::Kernel,
            operations: CALLS,
            total,
        }),
        Err(error) => remark!("{} cannot be measured: {error}", row.name),
    }
    total.is_ok()
}
