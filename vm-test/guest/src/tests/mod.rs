// SPDX-License-Identifier: BSD-2-Clause
//! The tests, by topic. [`SUITE`] has them in order.

mod attach;
mod attachment;
mod batch;
mod batch_course;
mod boot;
mod caller_file;
mod cases;
mod counters;
mod current;
mod descriptor;
mod device_memory;
pub mod differential;
mod entries;
mod example;
mod execve;
mod first_touch;
mod harm;
mod holes;
mod info;
mod large_page;
mod leak;
mod limit;
mod little_memory;
mod load;
mod local;
mod log;
mod lost;
mod malformed;
mod many_entries;
mod msync;
mod myself;
mod once;
mod overlap;
mod patching;
pub mod privilege;
mod release;
mod revoke;
mod seek;
mod segment_array;
mod segments;
mod share;
mod sharing;
mod signals;
mod snapshot;
mod snapshot_instant;
mod snapshot_meanwhile;
mod snapshot_shared;
mod stress;
mod threads;
mod transfer;
mod vanish;

use crate::sys::sysctl;
use crate::tap::{Case, Suite};

/// What the loader brought comes first, then loading, and unloading last.
pub static SUITE: Suite = Suite {
    groups: GROUPS,
    at_boot: boot::CASES.len(),
    unload: boot::without,
};

const GROUPS: &[&[Case]] = &[
    boot::CASES,
    load::FIRST,
    info::CASES,
    cases::CASES,
    transfer::CASES,
    holes::CASES,
    large_page::CASES,
    first_touch::CASES,
    local::CASES,
    caller_file::CASES,
    entries::CASES,
    patching::CASES,
    sharing::CASES,
    once::CASES,
    msync::CASES,
    device_memory::CASES,
    myself::CASES,
    overlap::CASES,
    many_entries::CASES,
    malformed::CASES,
    privilege::USERS,
    privilege::POLICIES,
    privilege::JAILS,
    privilege::CAPABILITIES,
    privilege::DESCRIPTORS,
    privilege::STATES,
    privilege::NUMBERS,
    privilege::SECURELEVEL,
    privilege::THIRTY_TWO,
    privilege::MAC,
    signals::CASES,
    vanish::CASES,
    lost::CASES,
    execve::CASES,
    counters::CASES,
    batch::CASES,
    batch_course::CASES,
    segments::CASES,
    segment_array::CASES,
    attach::CASES,
    attachment::CASES,
    current::CASES,
    seek::CASES,
    snapshot::CASES,
    snapshot_instant::CASES,
    snapshot_shared::CASES,
    snapshot_meanwhile::CASES,
    limit::CASES,
    share::CASES,
    harm::CASES,
    descriptor::CASES,
    release::CASES,
    stress::CASES,
    stress::HOSTILE,
    threads::CASES,
    differential::CASES,
    leak::REQUESTS,
    load::CASES,
    limit::LOADING,
    log::CASES,
    descriptor::LOADING,
    revoke::CASES,
    example::CASES,
    leak::LOADS,
];

/// What random numbers begin with, unless another seed is given.
pub const SEED: u64 = 1;

/// What memory holds that a test does not expect to change.
const UNTOUCHED: u8 = 0xee;

/// Enough bytes for a transfer that takes far longer than anything that should cut it short.
const ENDLESS: usize = 1 << 30;

/// How long a test of so many milliseconds goes on: longer with a module that waits on purpose.
fn lengthen(milliseconds: u64) -> u64 {
    match sysctl::number(c"kern.rwmem.races_seed") {
        Ok(_) => 20 * milliseconds,
        Err(_) => milliseconds,
    }
}
