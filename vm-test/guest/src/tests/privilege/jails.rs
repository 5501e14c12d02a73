// SPDX-License-Identifier: BSD-2-Clause
//! Jails: who is in which.

use super::agent::OTHER;
use super::agent::Step::{Ids, Jail, Join, User};
use super::agent::{Agent, JailRoot, Step};
use super::order::{self, MAY_HAVE_CHILDREN, NO_DEBUG, OWN_ROOT, PLAIN, SECURE};
use super::pair::{ByMajor, YES, compare, judge};
use super::policies::without;
use crate::sys::Errno;
use crate::sys::file;
use crate::sys::process::Tracing::Disabled;
use crate::tap::{Case, Outcome, Test, USER};
use core::ffi::CStr;

const ESRCH: Errno = Errno::ESRCH;
const EPERM: Errno = Errno::EPERM;

/// From 15 on, it takes a privilege to reach into a jail (`cr_can_tamper_with_subjail`).
const FROM_OUTSIDE_THE_JAIL: ByMajor = ByMajor(YES, &[(15, EPERM)]);

pub const CASES: &[Case] = &[
    Case::root("a jailed root and root's process outside: ESRCH", |t| {
        compare(t, &[Jail(PLAIN)], &[], ESRCH)
    }),
    Case::root("a jailed root and a user's process outside: ESRCH", |t| {
        compare(t, &[Jail(PLAIN)], &[User(USER)], ESRCH)
    }),
    Case::root(
        "a jailed user and the same user's process outside: ESRCH",
        |t| compare(t, &[Jail(PLAIN), User(USER)], &[User(USER)], ESRCH),
    ),
    Case::root("root outside and root's process in a jail: yes", |t| {
        compare(t, &[], &[Jail(PLAIN)], YES)
    }),
    Case::root("root outside and a user's process in a jail: yes", |t| {
        compare(t, &[], &[Jail(PLAIN), User(USER)], YES)
    }),
    Case::root(
        "a user outside and the same user's process in a jail: yes, EPERM from 15 on",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[Jail(PLAIN), User(USER)],
                FROM_OUTSIDE_THE_JAIL,
            )
        },
    ),
    Case::root(
        "a user outside and another user's process in a jail: EPERM",
        |t| compare(t, &[User(USER)], &[Jail(PLAIN), User(OTHER)], EPERM),
    ),
    Case::root("a user outside and root's process in a jail: EPERM", |t| {
        compare(t, &[User(USER)], &[Jail(PLAIN)], EPERM)
    }),
    Case::root(
        "see_jail_proc=0, a user and the same user's process in a jail: ESRCH",
        |t| {
            without(
                t,
                JAIL_PROC,
                &[User(USER)],
                &[Jail(PLAIN), User(USER)],
                ESRCH,
            )
        },
    ),
    Case::root(
        "see_jail_proc=0, two processes of a user in one jail: yes",
        |t| {
            without(
                t,
                JAIL_PROC,
                &[Join, User(USER)],
                &[Jail(PLAIN), User(USER)],
                YES,
            )
        },
    ),
    Case::root("see_jail_proc=0, root and a process in a jail: yes", |t| {
        without(t, JAIL_PROC, &[], &[Jail(PLAIN), User(USER)], YES)
    }),
    Case::root("two of root's in one jail: yes", |t| {
        compare(t, &[Join], &[Jail(PLAIN)], YES)
    }),
    Case::root("a jailed root and a user's process in the jail: yes", |t| {
        compare(t, &[Join], &[Jail(PLAIN), User(USER)], YES)
    }),
    Case::root(
        "a jailed root and a process in the jail that dropped root: yes",
        |t| compare(t, &[Join], &[Jail(PLAIN), Ids([USER; 3], [USER; 3])], YES),
    ),
    Case::root("two processes of a user in one jail: yes", |t| {
        compare(t, &[Join, User(USER)], &[Jail(PLAIN), User(USER)], YES)
    }),
    Case::root(
        "a jailed user and another user's process in the jail: EPERM",
        |t| compare(t, &[Join, User(USER)], &[Jail(PLAIN), User(OTHER)], EPERM),
    ),
    Case::root("a jailed user and root's process in the jail: EPERM", |t| {
        compare(t, &[Join, User(USER)], &[Jail(PLAIN)], EPERM)
    }),
    Case::root(
        "a jailed root and a process in the jail that disabled tracing: EPERM",
        |t| compare(t, &[Join], &[Jail(PLAIN), Step::Tracing(Disabled)], EPERM),
    ),
    Case::root("sibling jails: ESRCH", |t| {
        compare(t, &[Jail(PLAIN)], &[Jail(PLAIN)], ESRCH)
    }),
    Case::root(
        "root in a jail and root's process in a jail within it: yes",
        |t| compare(t, &[Join], &[Jail(MAY_HAVE_CHILDREN), Jail(PLAIN)], YES),
    ),
    Case::root(
        "root in a jail within a jail and root's process in the outer: ESRCH",
        |t| compare(t, &[Join, Jail(PLAIN)], &[Jail(MAY_HAVE_CHILDREN)], ESRCH),
    ),
    Case::root("sibling jails within a jail: ESRCH", |t| {
        compare(
            t,
            &[Join, Jail(PLAIN)],
            &[Jail(MAY_HAVE_CHILDREN), Jail(PLAIN)],
            ESRCH,
        )
    }),
    Case::root(
        "root outside and a process in a jail within a jail: yes",
        |t| compare(t, &[], &[Jail(MAY_HAVE_CHILDREN), Jail(PLAIN)], YES),
    ),
    Case::root(
        "a jail without unprivileged debugging, two of a user's: EPERM",
        |t| compare(t, &[Join, User(USER)], &[Jail(NO_DEBUG), User(USER)], EPERM),
    ),
    Case::root(
        "a jail without unprivileged debugging, a user and a process outside: ESRCH",
        |t| compare(t, &[Jail(NO_DEBUG), User(USER)], &[User(USER)], ESRCH),
    ),
    Case::root(
        "a jail without unprivileged debugging, its root: yes",
        |t| compare(t, &[Join], &[Jail(NO_DEBUG), User(USER)], YES),
    ),
    Case::root(
        "a jail without unprivileged debugging, a user outside: yes, EPERM from 15 on",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[Jail(NO_DEBUG), User(USER)],
                FROM_OUTSIDE_THE_JAIL,
            )
        },
    ),
    Case::root("a jail at securelevel 3, two of root's: yes", |t| {
        compare(t, &[Join], &[Jail(SECURE)], YES)
    }),
    Case::root(
        "a jail that raised its securelevel, two of root's: yes",
        |t| {
            let target = Agent::new(t, &[Jail(PLAIN)])?;
            let caller = Agent::caller(t, &[Join], Some(&target))?;
            t.can(
                "kern.securelevel=2",
                caller.order([order::SECURELEVEL, 2, 0, 0, 0, 0]),
            )?;
            judge(t, &caller, &target, YES)
        },
    ),
    Case::root(
        "a jail with a devfs of its own: root opens the device there; outside ESRCH, inside yes",
        own_devfs,
    ),
];

const JAIL_PROC: &CStr = c"security.bsd.see_jail_proc";

fn own_devfs(t: &mut Test) -> Outcome {
    let _root = JailRoot::new(t)?;
    let outside = Agent::new(t, &[])?;
    let inside = Agent::new(t, &[Jail(OWN_ROOT)])?;
    let mut caller = Agent::new(t, &[])?;
    caller.take(t, &[Join], Some(&inside))?;
    let opened = caller.order([order::OPEN, file::READ_WRITE as u64, 0, 0, 0, 0]);
    t.can("opening the device in the jail", opened)?;
    judge(t, &caller, &outside, ESRCH)?;
    judge(t, &caller, &inside, YES)
}
