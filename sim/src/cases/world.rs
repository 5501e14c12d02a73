// SPDX-License-Identifier: BSD-2-Clause
//! The processes and the memory that the cases are about.
use rwmem_abi as abi;
use rwmem_cases::{self as cases, Place, Who};

use crate::processes::*;
use crate::regions::*;

// The simulated processes have the memory that the cases are about.
const _: () = {
    let areas = [
        (&cases::MEMORY, &MAIN),
        (&cases::TEXT, &TEXT),
        (&cases::CONSTANTS, &CONSTANTS),
        (&cases::OURS, &BUFFER),
        (&cases::OURS_READ_ONLY, &ONLY_READ),
    ];
    let mut index = 0;
    while index < areas.len() {
        let (area, region) = areas[index];
        assert!(area.pages * cases::PAGE == region.len && area.protection == region.prot);
        index += 1;
    }
    assert!(BEFORE.start + cases::BREAK == FORBIDDEN.start && FORBIDDEN.len == cases::PAGE);
    assert!(BEFORE.start + cases::BROKEN.pages * cases::PAGE == AFTER.start + AFTER.len);
    assert!(UNMAPPED.0 == MAIN.start + cases::UNMAPPED.start * cases::PAGE);
    assert!(UNMAPPED.1 == MAIN.start + cases::UNMAPPED.end * cases::PAGE);
};

pub fn address(place: Place) -> u64 {
    match place {
        Place::Memory(offset) => MAIN.start + offset,
        Place::Text(offset) => TEXT.start + offset,
        Place::Constants(offset) => CONSTANTS.start + offset,
        Place::Broken(offset) => BEFORE.start + offset,
        Place::Ours(offset) => BUFFER.start + offset,
        Place::OursReadOnly(offset) => ONLY_READ.start + offset,
        Place::At(address) => address,
    }
}

pub fn pid(who: Who) -> i32 {
    match who {
        Who::Target => TARGET,
        Who::Attached => abi::PID_ATTACHED,
        Who::Own => CALLER,
        Who::Gone => NOBODY,
        Who::Zombie => ZOMBIE,
        Who::System => SYSTEM,
        Who::Pid(pid) => pid,
    }
}
