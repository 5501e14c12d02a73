// SPDX-License-Identifier: BSD-2-Clause
//! The scenarios: what callers do with the device. What must come of it is the model's to say.
mod attached;
mod batched;
mod moved;
mod objects;
mod requests;
mod shares;

use rwmem_abi as abi;

use crate::call::Event;
use crate::layout::kpi::{FREAD, FWRITE};
use crate::layout::{FIOASYNC, FIONBIO};
use crate::processes::*;
use crate::regions::*;
use crate::run::READ_WRITE;
use crate::setting::Setting;
use crate::step::{Segments, Step};

pub struct Scenario {
    pub name: &'static str,
    pub setting: Setting,
    pub steps: Vec<Step>,
}

const P: u64 = 4096;
const HERE: u64 = BUFFER.start;
const THERE: u64 = MAIN.start;
const ARRAY: u64 = ARGUMENTS.start;
/// The last bytes of the target's memory and of the caller's, before a hole.
const EDGE: u64 = MAIN.start + MAIN.len;
const OUR_EDGE: u64 = BUFFER.start + BUFFER.len;

const PLAIN: Setting = Setting {
    transient: false,
    waiters: false,
    capability_mode: false,
    probed: false,
    moved: None,
};
const PROBED: Setting = Setting {
    probed: true,
    ..PLAIN
};
const TRANSIENT: Setting = Setting {
    transient: true,
    ..PLAIN
};
const WAITERS: Setting = Setting {
    waiters: true,
    ..PLAIN
};
const CAPABILITY: Setting = Setting {
    capability_mode: true,
    ..PLAIN
};

const OPEN: Step = Step::Open {
    slot: 0,
    flags: READ_WRITE,
};

fn scenario(name: &'static str, setting: Setting, steps: Vec<Step>) -> Scenario {
    Scenario {
        name,
        setting,
        steps,
    }
}

/// Opens, and attaches to the target.
fn attached(steps: Vec<Step>) -> Vec<Step> {
    [OPEN, Step::attach(0, TARGET)]
        .into_iter()
        .chain(steps)
        .collect()
}

fn opened(steps: Vec<Step>) -> Vec<Step> {
    [OPEN].into_iter().chain(steps).collect()
}

pub fn all() -> Vec<Scenario> {
    let mut all = requests::lifecycle();
    all.extend(moved::structures());
    all.extend(requests::by_pid());
    all.extend(requests::refusals());
    all.extend(attached::attachment());
    all.extend(shares::shares());
    all.extend(batched::batches());
    all.extend(objects::reads_and_writes());
    all
}
