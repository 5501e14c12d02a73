// SPDX-License-Identifier: BSD-2-Clause
//! How long transfers take, beside what the kernel offers without the module.
//!
//! In an emulated machine whose clock advances by a nanosecond with each instruction (QEMU's
//! `-icount shift=0`), all times are instruction counts: exact, and the same on every host.

mod company;
mod copy;
mod floor;
mod mover;
mod output;
mod search;
mod stopwatch;
mod subject;
mod touched;
mod work;

use crate::console::{bail_out, remark};
use crate::device::Device;
use crate::sys::{Errno, kld, mount};
use core::ffi::CStr;
use mover::Mover;
use output::{Measurement, Table};
use rwmem_vm_protocol::bench::Way;
use stopwatch::{Rounds, time};
use subject::{Sides, Subject};
use work::{Work, works};

pub use output::Output;

/// Where this program runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// On the test disc, where everything is ours.
    Disc,
    /// On an ordinary system.
    System,
}

/// Measures what transfers cost. 0 if all could be measured, 1 if something could not.
pub fn run(place: Place, output: Output, module: &CStr) -> i32 {
    conclude(with_module(module, || measure_all(place, output)))
}

/// Measures what they cost others; the same.
pub fn run_company(output: Output, module: &CStr) -> i32 {
    conclude(with_module(module, || company::measure_all(output)))
}

fn conclude(result: Result<bool, Step>) -> i32 {
    match result {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(Step { what, error }) => {
            bail_out!("nothing can be measured: {what}: {error}");
            1
        }
    }
}

/// A step of the preparation that failed.
struct Step {
    what: &'static str,
    error: Errno,
}

fn step<T>(what: &'static str, result: Result<T, Errno>) -> Result<T, Step> {
    result.map_err(|error| Step { what, error })
}

fn with_module(module: &CStr, measure: impl FnOnce() -> Result<bool, Step>) -> Result<bool, Step> {
    if kld::find_module(c"rwmem").is_ok() {
        return measure();
    }
    let id = step("loading rwmem.ko", kld::load(module))?;
    let result = measure();
    step("unloading rwmem.ko", kld::unload(id, kld::Unload::Normal))?;
    result
}

fn measure_all(place: Place, output: Output) -> Result<bool, Step> {
    let rounds = match place {
        Place::Disc => {
            // A kernel need not have it: then there is nothing to measure.
            let _ = mount::mount(c"procfs", c"/proc");
            Rounds::Second
        }
        Place::System => Rounds::Best,
    };
    // First, lest it inherit the descriptor and keep the module from being unloaded.
    let subject = step("starting the process to read from", Subject::start())?;
    let device = step("opening /dev/rwmem", Device::open())?;
    let sides = step("getting memory", Sides::new(&subject))?;
    let mut table = Table::new(output);
    let mut all = floor::measure(rounds, &device, &mut table);
    // Way by way, so that the process is stopped only where that is needed, and last.
    for way in Way::COLUMNS {
        for work in works().filter(|work| work.row.ways().contains(&way)) {
            match measure(rounds, way, &work, &device, &sides) {
                Ok(measurement) => table.add(work.index, &measurement),
                Err(Errno::ENOENT) if !way.is_owed() => (),
                Err(error) => {
                    all = false;
                    remark!(
                        "{} ({}) cannot be measured: {error}",
                        work.row.name,
                        way.word()
                    );
                }
            }
        }
    }
    // Last, when nothing else is large.
    drop(sides);
    all &= search::measure(&mut table, output);
    all &= copy::measure(rounds, &device, &mut table);
    table.print();
    Ok(all)
}

fn measure(
    rounds: Rounds,
    way: Way,
    work: &Work,
    device: &Device,
    sides: &Sides<'_>,
) -> Result<Measurement, Errno> {
    let operations = work.operations(way);
    sides.spoil(work, operations)?;
    let mover = Mover::new(way, work, device, sides.subject)?;
    let total = time(rounds, || mover.run(work, operations, sides))?;
    // A process that was stopped for it can be asked again.
    drop(mover);
    sides.check(work, operations)?;
    Ok(Measurement {
        row: work.row,
        way,
        operations,
        total,
    })
}
