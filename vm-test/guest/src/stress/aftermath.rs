// SPDX-License-Identifier: BSD-2-Clause
//! What must be as it was before, when all is over.

use crate::census::Census;
use crate::console::remark;
use crate::sys::kld::{self, Unload};
use crate::sys::{sysctl, time};
use crate::tap::{Outcome, Stop, Test};

/// How many more pages may be wired, beside those of the kernel's zones, which keep what was freed for later. Measured:
/// 200 to 450 more, most of them stacks of threads that are kept, too. (See also the test of wired pages in `leak`.)
const WIRED: u64 = 1500;
/// How many more address spaces, threads, ... there may be: others come and go on the machine.
const NOISE: i64 = 8;
/// What is counted one by one. (Files and vnodes are closed later, in the background.)
const COUNTED: [&str; 5] = ["VMSPACE", "PROC", "MAP ENTRY", "PGRP", "rwmem"];

/// How it was before.
pub struct Before {
    wired: u64,
    census: Census,
}

impl Before {
    pub fn look(t: &mut Test) -> Result<Before, Stop> {
        // Twice: the first time allocates what taking it needs.
        t.can("taking the census", Census::take().map(drop))?;
        Ok(Before {
            census: t.can("taking the census", Census::take())?,
            wired: wired(t)?,
        })
    }

    /// Compares, with the test's own descriptor closed, and unloads the module.
    pub fn compare(&self, t: &mut Test) -> Outcome {
        let attached = sysctl::number(c"kern.rwmem.attached");
        t.equal("kern.rwmem.attached", attached, Ok(0))?;
        let mut growth = None;
        // What an exit leaves to the kernel's own threads takes a moment.
        let mut census = Census::take();
        time::wait_until(10_000, || {
            growth = None;
            if let Ok(census) = &census {
                census.growth(&self.census, NOISE + 1, |name, more| {
                    if COUNTED.contains(&name) && growth.is_none() {
                        growth = Some((COUNTED.iter().position(|&n| n == name), more));
                    }
                });
            }
            if growth.is_some() {
                time::pause(200_000);
                census = Census::take();
            }
            growth.is_none()
        });
        t.can("taking the census", census.map(drop))?;
        if let Some((Some(kind), more)) = growth {
            t.equal(format_args!("more {} than before", COUNTED[kind]), more, 0)?;
        }
        let after = wired(t)?;
        remark!("pages wired: {} before, {after} after", self.wired);
        t.holds(
            format_args!(
                "wired pages are given back ({} before, {after} after)",
                self.wired
            ),
            after < self.wired + WIRED,
        )?;
        let unloaded = kld::find(c"rwmem.ko").and_then(|id| kld::unload(id, Unload::Normal));
        t.can("unloading the module", unloaded)?;
        let census = t.can("taking the census", Census::take())?;
        t.equal("memory of the module is left", census.has("rwmem"), false)
    }
}

/// The pages that are wired, but for the zones'.
pub fn wired(t: &mut Test) -> Result<u64, Stop> {
    let census = t.can("taking the census", Census::take())?;
    let count = sysctl::number(c"vm.stats.vm.v_wire_count");
    let count = t.can("vm.stats.vm.v_wire_count", count)?;
    Ok(count.saturating_sub(census.pages()))
}
