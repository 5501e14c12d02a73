// SPDX-License-Identifier: BSD-2-Clause
//! Who may: what the kernel's `p_candebug` says, with a descriptor that root opened.

use crate::sys::memory::{PAGE, Region};
use crate::sys::process::{self, Tracing};
use crate::sys::{Errno, jail};
use crate::tap::{Case, Outcome, Test, USER};
use crate::target::{Role, Target};

pub const CASES: &[Case] = &[
    Case::root(
        "an unprivileged user may transfer with its own processes",
        own,
    ),
    Case::root(
        "an unprivileged user may not touch root's processes: EPERM",
        roots,
    ),
    Case::root(
        "an unprivileged user may not touch another user's processes: EPERM",
        others,
    ),
    Case::root(
        "a process that changed its credentials is out of reach: EPERM",
        changed,
    ),
    Case::root(
        "procctl's NOTRACE keeps the unprivileged out: EPERM, but not root",
        no_trace,
    ),
    Case::root("root may transfer with everybody's processes", root_may),
    Case::root(
        "a jailed root does not find a process outside: ESRCH",
        jailed,
    ),
];

const OTHER_USER: u32 = 1002;

fn refused(t: &mut Test, target: &Target, expected: Errno) -> Outcome {
    let memory = t.can("mmap", Region::private(PAGE))?;
    for len in [8, 0] {
        let read = t.read(target.pid(), memory.at(0), memory.at(0), len);
        t.refused(format_args!("read of {len}"), read, expected)?;
        let written = t.write(target.pid(), memory.at(0), memory.at(0), len);
        t.refused(format_args!("write of {len}"), written, expected)?;
    }
    Ok(())
}

/// Both directions work, on memory of the program that every image of it has.
fn allowed(t: &mut Test, target: &Target) -> Outcome {
    let local = t.can("mmap", Region::private(PAGE))?;
    let arena = Region::arena();
    local.put(0, 77);
    let written = t.write(target.pid(), arena.at(0), local.at(0), 1);
    t.moved_all("write", written, 1)?;
    let read = t.read(target.pid(), arena.at(0), local.at(1), 1);
    t.moved_all("read", read, 1)?;
    t.equal("the byte read back", local.get(1), 77)
}

fn become_user(t: &mut Test) -> Outcome {
    t.can("becoming an unprivileged user", process::become_user(USER))
}

fn own(t: &mut Test) -> Outcome {
    let target = t.can(
        "execve",
        Target::executed(t.program, Role::Idle, Some(USER)),
    )?;
    become_user(t)?;
    allowed(t, &target)
}

fn roots(t: &mut Test) -> Outcome {
    let target = t.can("fork", Target::idle())?;
    become_user(t)?;
    refused(t, &target, Errno::EPERM)
}

fn others(t: &mut Test) -> Outcome {
    let target = t.can(
        "execve",
        Target::executed(t.program, Role::Idle, Some(OTHER_USER)),
    )?;
    become_user(t)?;
    refused(t, &target, Errno::EPERM)
}

fn changed(t: &mut Test) -> Outcome {
    // It has the user's ids, but may still hold what it learnt as root.
    let target = t.can("fork", Target::spawn(|| process::become_user(USER), |_| 0))?;
    become_user(t)?;
    refused(t, &target, Errno::EPERM)
}

fn no_trace(t: &mut Test) -> Outcome {
    let target = t.can(
        "fork",
        Target::spawn(|| process::allow_tracing(Tracing::Disabled), |_| 0),
    )?;
    allowed(t, &target)?;
    become_user(t)?;
    // A process of the user's own, executed anew and so with clean credentials.
    let own = t.can("execve", Target::executed(t.program, Role::Idle, None))?;
    allowed(t, &own)?;
    let hidden = t.can("execve", Target::executed(t.program, Role::NoTrace, None))?;
    refused(t, &hidden, Errno::EPERM)
}

fn root_may(t: &mut Test) -> Outcome {
    let user = t.can(
        "execve",
        Target::executed(t.program, Role::Idle, Some(USER)),
    )?;
    allowed(t, &user)?;
    let changed = t.can("fork", Target::spawn(|| process::become_user(USER), |_| 0))?;
    allowed(t, &changed)
}

fn jailed(t: &mut Test) -> Outcome {
    let outside = t.can("fork", Target::idle())?;
    allowed(t, &outside)?;
    t.can("jail", jail::enter_new(&[]))?;
    refused(t, &outside, Errno::ESRCH)?;
    let inside = t.can("fork", Target::idle())?;
    allowed(t, &inside)
}
