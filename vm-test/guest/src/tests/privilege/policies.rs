// SPDX-License-Identifier: BSD-2-Clause
//! What an administrator or a process itself forbids: sysctls under security.bsd, and procctl(2).

use super::agent::OTHER;
use super::agent::Step::{Execute, Fork, Ids, User};
use super::agent::{Agent, Step};
use super::pair::{Expected, YES, compare, judge};
use crate::sys::process::Tracing::{Disabled, DisabledForGood, Enabled};
use crate::sys::{Errno, sysctl};
use crate::tap::{Case, Outcome, Stop, Test, USER};
use core::ffi::CStr;

pub const CASES: &[Case] = &[
    Case::root(
        "unprivileged_proc_debug=0, a user and an own process: EPERM",
        |t| without(t, PROC_DEBUG, &[User(USER)], &[User(USER)], Errno::EPERM),
    ),
    Case::root(
        "unprivileged_proc_debug=0, root and a user's process: yes",
        |t| without(t, PROC_DEBUG, &[], &[User(USER)], YES),
    ),
    Case::root(
        "unprivileged_proc_debug=0, a user and oneself: yes (ptrace: EINVAL)",
        |t| {
            let _off = Off::new(t, PROC_DEBUG)?;
            let caller = Agent::caller(t, &[User(USER)], None)?;
            judge(
                t,
                &caller,
                &caller,
                Expected {
                    ptrace: Errno::EINVAL,
                    rwmem: YES,
                },
            )
        },
    ),
    Case::root(
        "unprivileged_proc_debug, off and on again under the same two: EPERM, then yes",
        |t| {
            let target = Agent::new(t, &[User(USER)])?;
            let caller = Agent::caller(t, &[User(USER)], None)?;
            judge(t, &caller, &target, YES)?;
            let off = Off::new(t, PROC_DEBUG)?;
            judge(t, &caller, &target, Errno::EPERM)?;
            drop(off);
            judge(t, &caller, &target, YES)
        },
    ),
    Case::root(
        "see_other_uids=0, a user and another user's process: ESRCH",
        |t| without(t, OTHER_UIDS, &[User(USER)], &[User(OTHER)], Errno::ESRCH),
    ),
    Case::root("see_other_uids=0, a user and an own process: yes", |t| {
        without(t, OTHER_UIDS, &[User(USER)], &[User(USER)], YES)
    }),
    Case::root("see_other_uids=0, root and a user's process: yes", |t| {
        without(t, OTHER_UIDS, &[], &[User(USER)], YES)
    }),
    Case::root(
        "see_other_gids=0, a user and an own process without a common group: ESRCH",
        |t| without(t, OTHER_GIDS, &[User(USER)], IN_ANOTHER_GROUP, Errno::ESRCH),
    ),
    Case::root(
        "see_other_gids=1, a user and an own process without a common group: EPERM",
        |t| compare(t, &[User(USER)], IN_ANOTHER_GROUP, Errno::EPERM),
    ),
    Case::root(
        "see_other_gids=0, a user and an own process with common groups: yes",
        |t| without(t, OTHER_GIDS, &[User(USER)], &[User(USER)], YES),
    ),
    Case::root("see_other_gids=0, root and a user's process: yes", |t| {
        without(t, OTHER_GIDS, &[], &[User(USER)], YES)
    }),
    Case::root(
        "unprivileged_proc_debug=0 and see_other_uids=0, another user's process: ESRCH",
        |t| {
            let _off = Off::new(t, PROC_DEBUG)?;
            without(t, OTHER_UIDS, &[User(USER)], &[User(OTHER)], Errno::ESRCH)
        },
    ),
    Case::root(
        "procctl disabled tracing, a user and an own process: EPERM",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[User(USER), Step::Tracing(Disabled)],
                Errno::EPERM,
            )
        },
    ),
    Case::root(
        "procctl disabled tracing, root and a user's process: yes",
        |t| compare(t, &[], &[User(USER), Step::Tracing(Disabled)], YES),
    ),
    Case::root(
        "procctl disabled tracing, root and a process of root's: yes",
        |t| compare(t, &[], &[Step::Tracing(Disabled)], YES),
    ),
    Case::root(
        "procctl disabled tracing, a child forked since: EPERM",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[User(USER), Step::Tracing(Disabled), Fork],
                Errno::EPERM,
            )
        },
    ),
    Case::root(
        "procctl disabled tracing until execve, after that: yes",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[User(USER), Step::Tracing(Disabled), Execute],
                YES,
            )
        },
    ),
    Case::root(
        "procctl disabled tracing for good, a user and an own process: EPERM",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[User(USER), Step::Tracing(DisabledForGood)],
                Errno::EPERM,
            )
        },
    ),
    Case::root(
        "procctl disabled tracing for good, after execve: EPERM",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[User(USER), Step::Tracing(DisabledForGood), Execute],
                Errno::EPERM,
            )
        },
    ),
    Case::root(
        "procctl disabled tracing for good, a child's execve: EPERM",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[User(USER), Step::Tracing(DisabledForGood), Fork, Execute],
                Errno::EPERM,
            )
        },
    ),
    Case::root(
        "procctl disabled tracing for good, root after execve: yes",
        |t| {
            compare(
                t,
                &[],
                &[User(USER), Step::Tracing(DisabledForGood), Execute],
                YES,
            )
        },
    ),
    Case::root(
        "procctl disabled tracing for good, then only until execve, after that: yes",
        |t| {
            let steps = &[
                User(USER),
                Step::Tracing(DisabledForGood),
                Step::Tracing(Disabled),
                Execute,
            ];
            compare(t, &[User(USER)], steps, YES)
        },
    ),
    Case::root("procctl enabled tracing again: yes", |t| {
        compare(
            t,
            &[User(USER)],
            &[
                User(USER),
                Step::Tracing(DisabledForGood),
                Step::Tracing(Enabled),
            ],
            YES,
        )
    }),
    Case::root(
        "procctl disabled tracing, oneself: yes (ptrace: EINVAL)",
        |t| {
            let caller = Agent::caller(t, &[User(USER), Step::Tracing(Disabled)], None)?;
            judge(
                t,
                &caller,
                &caller,
                Expected {
                    ptrace: Errno::EINVAL,
                    rwmem: YES,
                },
            )
        },
    ),
];

const PROC_DEBUG: &CStr = c"security.bsd.unprivileged_proc_debug";
const OTHER_UIDS: &CStr = c"security.bsd.see_other_uids";
const OTHER_GIDS: &CStr = c"security.bsd.see_other_gids";

const IN_ANOTHER_GROUP: &[Step] = &[Ids([USER; 3], [OTHER; 3]), Execute];

/// A sysctl that is 0 until this is dropped.
pub struct Off(&'static CStr);

impl Off {
    pub fn new(t: &mut Test, name: &'static CStr) -> Result<Off, Stop> {
        let is = t.can(format_args!("sysctl {name:?}"), sysctl::number(name))?;
        t.equal(format_args!("{name:?} of an ordinary system"), is, 1)?;
        t.can(format_args!("sysctl {name:?}=0"), sysctl::set(name, 0))?;
        Ok(Off(name))
    }
}

impl Drop for Off {
    fn drop(&mut self) {
        let _ = sysctl::set(self.0, 1);
    }
}

/// Compares while a sysctl is 0.
pub fn without(
    t: &mut Test,
    name: &'static CStr,
    caller: &[Step],
    target: &[Step],
    expected: Errno,
) -> Outcome {
    let _off = Off::new(t, name)?;
    compare(t, caller, target, expected)
}
