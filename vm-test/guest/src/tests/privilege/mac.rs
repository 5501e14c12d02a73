// SPDX-License-Identifier: BSD-2-Clause
//! Policies of mandatory access control (mac(4)), each loaded for its rows only. Where the root has none, they are skipped.

use super::agent::OTHER;
use super::agent::Step::{Partition, User};
use super::pair::{YES, compare};
use crate::sys::kld::{self, Unload};
use crate::sys::{Errno, sysctl};
use crate::tap::{Case, Stop, Test, USER};
use core::ffi::CStr;

pub const CASES: &[Case] = &[
    Case::root(
        "mac_seeotheruids, a user and another user's process: ESRCH",
        |t| {
            let _policy = Policy::load(t, SEE_OTHER_UIDS)?;
            compare(t, &[User(USER)], &[User(OTHER)], Errno::ESRCH)
        },
    ),
    Case::root("mac_seeotheruids, a user and an own process: yes", |t| {
        let _policy = Policy::load(t, SEE_OTHER_UIDS)?;
        compare(t, &[User(USER)], &[User(USER)], YES)
    }),
    Case::root(
        "mac_seeotheruids, root, with and without its privilege there: yes, then ESRCH",
        |t| {
            const ROOT_SEES: &CStr = c"security.mac.seeotheruids.suser_privileged";
            let _policy = Policy::load(t, SEE_OTHER_UIDS)?;
            compare(t, &[], &[User(USER)], YES)?;
            // Gone with the policy.
            t.can("sysctl", sysctl::set(ROOT_SEES, 0))?;
            compare(t, &[], &[User(USER)], Errno::ESRCH)
        },
    ),
    Case::root(
        "mac_partition: in another partition or in none ESRCH, in the same or from none yes",
        |t| {
            // Loaded once: the kernel has four places for labels, and an unloaded policy does not give its own back.
            let _policy = Policy::load(t, PARTITION)?;
            compare(t, &[Partition(1)], &[Partition(2)], Errno::ESRCH)?;
            let (here, there) = ([Partition(1), User(USER)], [Partition(2), User(USER)]);
            compare(t, &here, &there, Errno::ESRCH)?;
            compare(t, &here, &[User(USER)], Errno::ESRCH)?;
            compare(t, &here, &here, YES)?;
            compare(t, &[User(USER)], &there, YES)
        },
    ),
    Case::root(
        "mac_bsdextended and mac_partition without rules or labels: all rows of users as without",
        |t| {
            let _files = Policy::load(t, BSD_EXTENDED)?;
            let _partitions = Policy::load(t, PARTITION)?;
            super::users::CASES.iter().try_for_each(|row| row.run(t))
        },
    ),
];

const SEE_OTHER_UIDS: &CStr = c"/boot/kernel/mac_seeotheruids.ko";
const PARTITION: &CStr = c"/boot/kernel/mac_partition.ko";
const BSD_EXTENDED: &CStr = c"/boot/kernel/mac_bsdextended.ko";

/// A policy that is loaded until this is dropped.
struct Policy(i32);

impl Policy {
    fn load(t: &mut Test, file: &CStr) -> Result<Policy, Stop> {
        match kld::load(file) {
            Err(Errno::ENOENT) => Err(Stop::Skipped("the root has no modules of mac(4)")),
            loaded => t.can(format_args!("kldload {file:?}"), loaded).map(Policy),
        }
    }
}

impl Drop for Policy {
    fn drop(&mut self) {
        let _ = kld::unload(self.0, Unload::Normal);
    }
}
