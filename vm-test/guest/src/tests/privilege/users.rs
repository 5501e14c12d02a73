// SPDX-License-Identifier: BSD-2-Clause
//! Users, groups, set-id programs.

use super::agent::OTHER;
use super::agent::Step::{Execute, ExecuteSetId, Fork, Groups, Ids, Uids, User};
use super::agent::{Agent, Step};
use super::pair::{Expected, YES, compare, judge};
use crate::sys::Errno;
use crate::tap::{Case, Outcome, Test, USER};

const EPERM: Errno = Errno::EPERM;

pub const CASES: &[Case] = &[
    Case::root("a user and an own process: yes", |t| {
        compare(t, &[User(USER)], &[User(USER)], YES)
    }),
    Case::root("a user and another user's process: EPERM", |t| {
        compare(t, &[User(USER)], &[User(OTHER)], EPERM)
    }),
    Case::root("a user and root's process: EPERM", |t| {
        compare(t, &[User(USER)], &[], EPERM)
    }),
    Case::root("root and a user's process: yes", |t| {
        compare(t, &[], &[User(USER)], YES)
    }),
    Case::root("root and another of root's: yes", |t| {
        compare(t, &[], &[], YES)
    }),
    // A target's real, effective and saved user id must all be the caller's effective one.
    Case::root("a target with another real user id: EPERM", |t| {
        compare(
            t,
            &[User(USER)],
            &[Ids([OTHER, USER, USER], [USER; 3]), Execute],
            EPERM,
        )
    }),
    Case::root("a target with another effective user id: EPERM", |t| {
        compare(
            t,
            &[User(USER)],
            &[Ids([USER, OTHER, OTHER], [USER; 3]), Execute],
            EPERM,
        )
    }),
    Case::root("a target with another saved user id: EPERM", |t| {
        // execve makes the saved id the effective one, so this one has also changed its credentials.
        compare(
            t,
            &[User(USER)],
            &[Ids([USER, USER, OTHER], [USER; 3])],
            EPERM,
        )
    }),
    Case::root("a target with another real group id: EPERM", |t| {
        compare(
            t,
            &[User(USER)],
            &[Ids([USER; 3], [OTHER, USER, USER]), Execute],
            EPERM,
        )
    }),
    Case::root("a target with another effective group id: EPERM", |t| {
        compare(
            t,
            &[User(USER)],
            &[Ids([USER; 3], [USER, OTHER, OTHER]), Execute],
            EPERM,
        )
    }),
    Case::root(
        "a target in a group that the caller is not in: EPERM",
        |t| compare(t, &[User(USER)], IN_BOTH_GROUPS, EPERM),
    ),
    Case::root("a target in the caller's groups: yes", |t| {
        compare(t, IN_BOTH_GROUPS, IN_BOTH_GROUPS, YES)
    }),
    Case::root("a caller in more groups than the target: yes", |t| {
        compare(t, IN_BOTH_GROUPS, &[User(USER)], YES)
    }),
    Case::root(
        "a caller whose real group only is the target's: EPERM",
        |t| {
            compare(
                t,
                &[Ids([USER; 3], [OTHER, USER, USER]), Execute],
                IN_BOTH_GROUPS,
                EPERM,
            )
        },
    ),
    // Of the caller, the effective ids count.
    Case::root(
        "a caller that is root by its real id only, and root's process: EPERM",
        |t| compare(t, &[Ids([0, USER, USER], [USER; 3]), Execute], &[], EPERM),
    ),
    Case::root(
        "a caller that is root by its effective id only, and root's process: yes",
        |t| compare(t, &[Ids([USER, 0, 0], [USER; 3]), Execute], &[], YES),
    ),
    Case::root(
        "a user and an own process that runs a set-uid root program: EPERM",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[User(USER), ExecuteSetId(0o4755, 0, 0)],
                EPERM,
            )
        },
    ),
    Case::root(
        "root and a user's process that runs a set-uid root program: yes",
        |t| compare(t, &[], &[User(USER), ExecuteSetId(0o4755, 0, 0)], YES),
    ),
    Case::root(
        "a user and an own process that runs another user's set-uid program: EPERM",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[User(USER), ExecuteSetId(0o4755, OTHER, OTHER)],
                EPERM,
            )
        },
    ),
    Case::root(
        "a user and the owner of a set-uid program that another user runs: EPERM",
        |t| {
            compare(
                t,
                &[User(OTHER)],
                &[User(USER), ExecuteSetId(0o4755, OTHER, OTHER)],
                EPERM,
            )
        },
    ),
    Case::root(
        "a user and an own process that runs an own set-uid program: yes",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[User(USER), ExecuteSetId(0o4755, USER, USER)],
                YES,
            )
        },
    ),
    Case::root(
        "a user and an own process that runs a set-gid program: EPERM",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[User(USER), ExecuteSetId(0o2755, USER, OTHER)],
                EPERM,
            )
        },
    ),
    Case::root(
        "a user in the group of a set-gid program and an own process that runs it: EPERM",
        |t| {
            compare(
                t,
                IN_BOTH_GROUPS,
                &[User(USER), ExecuteSetId(0o2755, USER, OTHER)],
                EPERM,
            )
        },
    ),
    Case::root(
        "a user and an own process that runs a set-gid program of the own group: yes",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[User(USER), ExecuteSetId(0o2755, USER, USER)],
                YES,
            )
        },
    ),
    Case::root(
        "a set-uid root program that dropped its privileges: EPERM",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[User(USER), ExecuteSetId(0o4755, 0, 0), Uids([USER; 3])],
                EPERM,
            )
        },
    ),
    Case::root(
        "a set-uid root program that dropped its privileges and executed another: yes",
        |t| {
            compare(
                t,
                &[User(USER)],
                &[
                    User(USER),
                    ExecuteSetId(0o4755, 0, 0),
                    Uids([USER; 3]),
                    Execute,
                ],
                YES,
            )
        },
    ),
    Case::root("a daemon of root's that became the user: EPERM", |t| {
        compare(t, &[User(USER)], DROPPED, EPERM)
    }),
    Case::root(
        "a child of a daemon of root's that became the user: EPERM",
        |t| compare(t, &[User(USER)], &[Ids([USER; 3], [USER; 3]), Fork], EPERM),
    ),
    Case::root("root and a daemon of root's that became a user: yes", |t| {
        compare(t, &[], DROPPED, YES)
    }),
    Case::root(
        "a caller that runs a set-uid root program, and root's process: yes",
        |t| compare(t, &[User(USER), ExecuteSetId(0o4755, 0, 0)], &[], YES),
    ),
    Case::root(
        "a caller that was root, and a process of the user it became: yes",
        |t| compare(t, DROPPED, &[User(USER)], YES),
    ),
    Case::root("a caller that was root, and root's process: EPERM", |t| {
        compare(t, DROPPED, &[], EPERM)
    }),
    Case::root("oneself: yes (ptrace: EINVAL)", |t| oneself(t, &[])),
    Case::root(
        "oneself, a user that dropped root: yes (ptrace: EINVAL)",
        |t| oneself(t, DROPPED),
    ),
    Case::root("oneself, in a set-uid program: yes (ptrace: EINVAL)", |t| {
        oneself(t, &[User(USER), ExecuteSetId(0o4755, OTHER, OTHER)])
    }),
];

const IN_BOTH_GROUPS: &[Step] = &[
    Ids([0; 3], [USER; 3]),
    Groups(&[USER, OTHER]),
    Uids([USER; 3]),
    Execute,
];

/// Root that became the user without executing anything since.
const DROPPED: &[Step] = &[Ids([USER; 3], [USER; 3])];

/// A process may always reach itself through rwmem; `ptrace(2)` cannot attach to oneself.
fn oneself(t: &mut Test, steps: &[Step]) -> Outcome {
    let caller = Agent::caller(t, steps, None)?;
    let expected = Expected {
        ptrace: Errno::EINVAL,
        rwmem: YES,
    };
    judge(t, &caller, &caller, expected)
}
