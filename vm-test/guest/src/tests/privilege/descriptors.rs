// SPDX-License-Identifier: BSD-2-Clause
//! Who may have a descriptor, and whose credentials count: the caller's, at each request by pid. An attached descriptor
//! carries what its attaching was allowed, like a capability.

use super::agent::Agent;
use super::agent::OTHER;
use super::agent::Step::{self, Ids, Jail, Uids, User};
use super::order::{self, PLAIN};
use super::pair::{YES, judge};
use crate::sys::file::{self, Fd};
use crate::sys::process::Tracing::DisabledForGood;
use crate::sys::{Errno, socket};
use crate::tap::{Case, Outcome, Stop, Test, USER};
use rwmem_abi::PID_ATTACHED;

pub const CASES: &[Case] = &[
    Case::root("the device, root: opens", |t| opens(t, &[], YES)),
    Case::root("the device, a jailed root: opens", |t| {
        opens(t, &[Jail(PLAIN)], YES)
    }),
    Case::root("the device, a user: EACCES", |t| {
        opens(t, &[User(USER)], Errno::EACCES)
    }),
    Case::root("the device, a user in group wheel: EACCES", |t| {
        opens(t, &[Ids([USER; 3], [0; 3])], Errno::EACCES)
    }),
    Case::root(
        "a descriptor sent to a user: the user's own rights by pid",
        sent,
    ),
    Case::root(
        "an attached descriptor sent to a user: the attached address space and no other",
        sent_attached,
    ),
    Case::root("setuid(2) after open: the new user's rights by pid", |t| {
        let (roots, users) = (Agent::new(t, &[])?, Agent::new(t, &[User(USER)])?);
        let mut caller = Agent::caller(t, &[], None)?;
        judge(t, &caller, &roots, YES)?;
        caller.take(t, &[Ids([USER; 3], [USER; 3])], None)?;
        judge(t, &caller, &roots, Errno::EPERM)?;
        judge(t, &caller, &users, YES)
    }),
    Case::root(
        "seteuid(2) to a user and back: the rights of the moment",
        |t| {
            let roots = Agent::new(t, &[])?;
            let mut caller = Agent::caller(t, &[Uids([0, USER, 0])], None)?;
            judge(t, &caller, &roots, Errno::EPERM)?;
            caller.take(t, &[Uids([0; 3])], None)?;
            judge(t, &caller, &roots, YES)
        },
    ),
    Case::root(
        "jail_attach(2) after open: a jailed one's rights by pid",
        |t| {
            let outside = Agent::new(t, &[])?;
            let mut caller = Agent::caller(t, &[], None)?;
            judge(t, &caller, &outside, YES)?;
            caller.take(t, &[Jail(PLAIN)], None)?;
            judge(t, &caller, &outside, Errno::ESRCH)
        },
    ),
    Case::root(
        "attached, then jail_attach(2) by the caller: goes on",
        |t| {
            outlives(
                t,
                |t, caller, _| caller.take(t, &[Jail(PLAIN)], None),
                Errno::ESRCH,
            )
        },
    ),
    Case::root("attached, then setuid(2) by the caller: goes on", |t| {
        outlives(
            t,
            |t, caller, _| caller.take(t, &[Uids([USER; 3])], None),
            Errno::EPERM,
        )
    }),
    Case::root(
        "attached, then execve by the caller as a user: goes on",
        |t| {
            outlives(
                t,
                |t, caller, _| caller.take(t, &[User(USER)], None),
                Errno::EPERM,
            )
        },
    ),
    Case::root(
        "attached, then the target becomes another user's: goes on",
        |t| {
            outlives(
                t,
                |t, caller, target| {
                    target.take(t, &[Uids([OTHER; 3])], None)?;
                    caller.take(t, &[User(USER)], None)
                },
                Errno::EPERM,
            )
        },
    ),
    Case::root("attached, then the target forbids tracing: goes on", |t| {
        outlives(
            t,
            |t, caller, target| {
                target.take(t, &[Step::Tracing(DisabledForGood)], None)?;
                caller.take(t, &[Jail(PLAIN), User(USER)], None)
            },
            Errno::ESRCH,
        )
    }),
    Case::root("a refused ATTACH leaves what was attached before", |t| {
        let (roots, users) = (Agent::new(t, &[])?, Agent::new(t, &[User(USER)])?);
        let caller = Agent::caller(t, &[User(USER)], None)?;
        attach(t, &caller, &users)?;
        let refused = caller.order([order::ATTACH, roots.pid() as u64, 0, 0, 0, 0]);
        t.refused("ATTACH to root's process", refused, Errno::EPERM)?;
        reaches(t, &caller, &users)
    }),
];

fn opens(t: &mut Test, steps: &[Step], expected: Errno) -> Outcome {
    let agent = Agent::new(t, steps)?;
    for access in [file::READ_ONLY, file::WRITE_ONLY, file::READ_WRITE] {
        let opened = agent.order([order::OPEN, access as u64, 0, 0, 0, 0]);
        t.equal("open(2)", opened.err().unwrap_or(Errno::NONE), expected)?;
    }
    Ok(())
}

/// Two sockets that an agent inherits, as numbers.
const ENDS: [i32; 2] = [21, 22];

/// A caller of root's and a user's without the device, with sockets between them.
struct Connected {
    root: Agent,
    user: Agent,
    _ends: [Fd; 2],
}

fn connected(t: &mut Test) -> Result<Connected, Stop> {
    let pair = t.can("socketpair", socket::pair())?;
    for (end, number) in pair.iter().zip(ENDS) {
        t.can("dup2", end.duplicate_to(number))?;
    }
    Ok(Connected {
        root: Agent::caller(t, &[], None)?,
        user: Agent::new(t, &[User(USER)])?,
        _ends: ENDS.map(Fd::from_number),
    })
}

impl Connected {
    fn send(&self, t: &mut Test) -> Outcome {
        let sent = self.root.order([order::SEND, ENDS[0] as u64, 0, 0, 0, 0]);
        t.can("sending the descriptor", sent)?;
        let received = self
            .user
            .order([order::RECEIVE, ENDS[1] as u64, 0, 0, 0, 0]);
        t.can("receiving it", received).map(drop)
    }
}

fn sent(t: &mut Test) -> Outcome {
    let (roots, users) = (Agent::new(t, &[])?, Agent::new(t, &[User(USER)])?);
    let others = Agent::new(t, &[User(OTHER)])?;
    let pair = connected(t)?;
    pair.send(t)?;
    judge(t, &pair.user, &roots, Errno::EPERM)?;
    judge(t, &pair.user, &others, Errno::EPERM)?;
    judge(t, &pair.user, &users, YES)?;
    // The same open file, in root's hand.
    judge(t, &pair.root, &roots, YES)
}

fn sent_attached(t: &mut Test) -> Outcome {
    let (target, other) = (Agent::new(t, &[])?, Agent::new(t, &[])?);
    let pair = connected(t)?;
    attach(t, &pair.root, &target)?;
    pair.send(t)?;
    reaches(t, &pair.user, &target)?;
    // Neither its own pid nor another's; and the attempt leaves the attachment as it is.
    judge(t, &pair.user, &target, Errno::EPERM)?;
    judge(t, &pair.user, &other, Errno::EPERM)?;
    reaches(t, &pair.user, &target)?;
    t.can(
        "DETACH by the user",
        pair.user.order([order::DETACH, 0, 0, 0, 0, 0]),
    )?;
    let read = pair
        .user
        .order([order::PREAD, target.at(0), pair.user.at(0), 1, 0, 0]);
    t.refused("pread after that", read, Errno::ENXIO)?;
    let again = pair
        .user
        .order([order::ATTACH, target.pid() as u64, 0, 0, 0, 0]);
    t.refused("ATTACH by the user", again, Errno::EPERM)
}

fn attach(t: &mut Test, caller: &Agent, target: &Agent) -> Outcome {
    let attached = caller.order([order::ATTACH, target.pid() as u64, 0, 0, 0, 0]);
    t.can("ATTACH", attached).map(drop)
}

/// The attached address space is that of `target`, by every path.
fn reaches(t: &mut Test, caller: &Agent, target: &Agent) -> Outcome {
    let attached = PID_ATTACHED as u64;
    let (remote, local) = (target.at(7), caller.at(9));
    for number in 0..6 {
        caller.poke(t, 9, 0x11 + number as u8)?;
        target.poke(t, 7, 0x77)?;
        let moved = match number {
            4 => caller.order([order::PREAD, remote, local, 1, 0, 0]),
            5 => caller.order([order::PWRITE, remote, local, 1, 0, 0]),
            _ => caller.order([order::TRANSFER, number, attached, remote, local, 1]),
        };
        t.equal(
            format_args!("path {number} to the attached process"),
            moved,
            Ok([1, 0]),
        )?;
        let expected = if number % 2 == 1 {
            0x11 + number as u8
        } else {
            0x77
        };
        let both = (caller.peek(9), target.peek(7));
        t.equal(
            "the byte here and the byte there",
            both,
            (Ok(expected), Ok(expected)),
        )?;
    }
    Ok(())
}

/// Root attaches to a user's process; after `change` of both, the attachment is as good as before, while by its pid the
/// target is out of reach.
fn outlives(
    t: &mut Test,
    change: fn(&mut Test, &mut Agent, &mut Agent) -> Outcome,
    expected: Errno,
) -> Outcome {
    let mut target = Agent::new(t, &[])?;
    let mut caller = Agent::caller(t, &[], None)?;
    attach(t, &caller, &target)?;
    change(t, &mut caller, &mut target)?;
    reaches(t, &caller, &target)?;
    judge(t, &caller, &target, expected)
}
