// SPDX-License-Identifier: BSD-2-Clause
//! Copies of an address space: what SNAPSHOT costs, and what fork(2) costs the target itself.

use super::output::{Measurement, Table};
use super::stopwatch::Rounds;
use super::touched::Touched;
use crate::console::remark;
use crate::device::Device;
use crate::sys::{Errno, process, time};
use crate::target::Target;
use rwmem_vm_protocol::bench::{Operation, Pages, ROWS, Way};

/// Whether all could be measured.
pub fn measure(rounds: Rounds, device: &Device, table: &mut Table) -> bool {
    let rows = ROWS.iter().filter_map(|row| match row.operation {
        Operation::Copy(pages) => Some((*row, pages)),
        _ => None,
    });
    let mut all = true;
    for (index, (row, pages)) in rows.enumerate() {
        for &way in row.ways() {
            let cost = || cost(device, row.bytes, pages, way);
            if index == 0 {
                // The kernel has what it needs for it from then on.
                let _ = cost();
            }
            // Each is of a process that was not copied before.
            let further = match rounds {
                Rounds::Second => 0,
                Rounds::Best => 2,
            };
            let best = (0..further).fold(cost(), |best, _| Ok(best?.min(cost()?)));
            match best {
                Ok(total) => table.add_floor(&Measurement {
                    row,
                    way,
                    operations: 1,
                    total,
                }),
                Err(error) => remark!("{} ({}) cannot be measured: {error}", row.name, way.word()),
            }
            all &= best.is_ok();
        }
    }
    all
}

/// One copy of the address space of a new process.
fn cost(device: &Device, bytes: u64, pages: Pages, way: Way) -> Result<u64, Errno> {
    let target = Target::start(|link| match Touched::new(bytes, pages) {
        Ok(_touched) => link.serve(|_| time_fork().unwrap_or_default()),
        Err(error) => remark!("{bytes} bytes in {}: {error}", pages.word()),
    })?;
    if way == Way::Fork {
        return match target.ask(0)? {
            0 => Err(Errno::EIO),
            time => Ok(time),
        };
    }
    let begin = time::nanoseconds();
    device.snapshot(target.pid())?;
    let total = time::nanoseconds() - begin;
    device.detach()?;
    Ok(total)
}

/// How long the parent's fork(2) takes.
fn time_fork() -> Result<u64, Errno> {
    let begin = time::nanoseconds();
    match process::fork()? {
        // Its end is not to be in the time.
        0 => loop {
            time::pause(1_000_000);
        },
        child => {
            let total = time::nanoseconds() - begin;
            process::kill(child, crate::sys::signal::SIGKILL)?;
            process::reap(child, process::Patience::Wait)?;
            Ok(total)
        }
    }
}
