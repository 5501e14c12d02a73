// SPDX-License-Identifier: BSD-2-Clause
//! Capability mode: a descriptor is not a licence to name other processes.

use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, capability, process};
use crate::tap::{Case, Outcome, Test};
use crate::target::Target;

pub const CASES: &[Case] = &[
    Case::transfers(
        "in capability mode another pid is refused: ECAPMODE",
        another,
    ),
    Case::transfers("in capability mode a process still reaches itself", own),
];

fn another(t: &mut Test) -> Outcome {
    let memory = t.can("mmap", Region::private(PAGE))?;
    let target = t.can("fork", Target::idle())?;
    let mut dead = t.can("fork", Target::idle())?;
    t.can("ending a target", dead.end())?;
    let before = t.read(target.pid(), memory.at(0), memory.at(0), 8);
    t.moved_all("read before capability mode", before, 8)?;
    t.can("cap_enter", capability::enter())?;
    // Whether a pid exists is not told either.
    for (who, pid) in [
        ("a child", target.pid()),
        ("a pid that is gone", dead.pid()),
        ("init", 1),
    ] {
        for len in [8, 0] {
            let read = t.read(pid, memory.at(0), memory.at(0), len);
            t.refused(
                format_args!("read of {len} from {who}"),
                read,
                Errno::ECAPMODE,
            )?;
            let written = t.write(pid, memory.at(0), memory.at(0), len);
            t.refused(
                format_args!("write of {len} to {who}"),
                written,
                Errno::ECAPMODE,
            )?;
        }
    }
    Ok(())
}

fn own(t: &mut Test) -> Outcome {
    let memory = t.can("mmap", Region::private(PAGE))?;
    memory.put(0, 5);
    t.can("cap_enter", capability::enter())?;
    let read = t.read(process::own_pid(), memory.at(0), memory.at(100), 1);
    t.moved_all("read", read, 1)?;
    t.equal("the byte read", memory.get(100), 5)?;
    let written = t.write(process::own_pid(), memory.at(200), memory.at(0), 1);
    t.moved_all("write", written, 1)?;
    t.equal("the byte written", memory.get(200), 5)
}
