// SPDX-License-Identifier: BSD-2-Clause
//! RWMEM_CURRENT: whether the process is still in the address space that the descriptor is attached to.

use super::attach::attach;
use crate::sys::{Errno, capability, offspring, process, sysctl, time};
use crate::tap::{Case, Outcome, Test, USER};
use crate::target::{PATIENCE, Role, Target};
use core::ffi::CStr;

pub const CASES: &[Case] = &[
    Case::everyone(
        "CURRENT of a descriptor that is attached to nothing: ENXIO",
        of_nothing,
    ),
    Case::everyone("CURRENT after the target's execve: ESTALE", after_execve),
    Case::everyone(
        "CURRENT after the target has left its address space: ESTALE",
        after_leaving,
    ),
    Case::everyone(
        "CURRENT of a target that is a zombie, or gone: ESRCH",
        after_exit,
    ),
    Case::everyone("CURRENT goes on in capability mode", in_capability_mode),
    Case::root(
        "CURRENT tells those who may not see the target no more than ptrace does: ESRCH",
        hidden,
    ),
];

fn current(t: &Test) -> Result<(), Errno> {
    t.device().current()
}

fn of_nothing(t: &mut Test) -> Outcome {
    t.refused("CURRENT", current(t), Errno::ENXIO)?;
    let target = t.can("fork", Target::idle())?;
    attach(t, target.pid())?;
    t.can("CURRENT", current(t))?;
    let detached = t.device().detach();
    t.can("DETACH", detached)?;
    t.refused("CURRENT after DETACH", current(t), Errno::ENXIO)
}

fn after_execve(t: &mut Test) -> Outcome {
    let program = t.program;
    let target = Target::start(|link| {
        link.say(0);
        if link.listen().is_some() {
            link.become_role(program, Role::Idle);
        }
    });
    let target = t.can("fork", target)?;
    attach(t, target.pid())?;
    t.can("CURRENT before it", current(t))?;
    t.can("the new image", target.ask(0))?;
    for _ in 0..2 {
        t.refused("CURRENT", current(t), Errno::ESTALE)?;
    }
    attach(t, target.pid())?;
    t.can("CURRENT of the new image", current(t))
}

/// By rfork(2) without RFPROC and RFMEM: it goes on in a copy, for the descriptor has the address space, too.
fn after_leaving(t: &mut Test) -> Outcome {
    let target = t.can(
        "fork",
        Target::spawn(
            || Ok(()),
            |_| u64::from(offspring::unshare_memory().is_err()),
        ),
    )?;
    attach(t, target.pid())?;
    t.can("CURRENT before it", current(t))?;
    t.equal("rfork failed", target.ask(0), Ok(0))?;
    t.refused("CURRENT", current(t), Errno::ESTALE)
}

fn after_exit(t: &mut Test) -> Outcome {
    let mut target = t.can("fork", Target::idle())?;
    attach(t, target.pid())?;
    t.can("CURRENT before it", current(t))?;
    t.can("kill", target.kill())?;
    let is_zombie = || target.kinfo().is_ok_and(|kinfo| kinfo.is_zombie());
    t.holds("it is a zombie", time::wait_until(PATIENCE, is_zombie))?;
    t.refused("CURRENT of a zombie", current(t), Errno::ESRCH)?;
    t.can("wait", target.wait(PATIENCE))?;
    t.refused("CURRENT of one that is gone", current(t), Errno::ESRCH)
}

fn in_capability_mode(t: &mut Test) -> Outcome {
    let target = t.can("fork", Target::idle())?;
    attach(t, target.pid())?;
    t.can("cap_enter", capability::enter())?;
    t.can("CURRENT", current(t))
}

fn hidden(t: &mut Test) -> Outcome {
    const SEE: &CStr = c"security.bsd.see_other_uids";
    let target = t.can("fork", Target::idle())?;
    attach(t, target.pid())?;
    t.can("hiding it", sysctl::set(SEE, 0))?;
    let by_root = current(t);
    let shown = sysctl::set(SEE, 1);
    t.can("showing it", shown)?;
    t.can("CURRENT by root", by_root)?;
    // One that may be seen, and not debugged: it is not asked for again.
    let child = Target::spawn(
        || process::become_user(USER),
        |_| match current(t) {
            Ok(()) => 0,
            Err(errno) => errno.0 as u64,
        },
    );
    let child = t.can("fork", child)?;
    t.equal("CURRENT by another user", child.ask(0), Ok(0))?;
    t.can("hiding it", sysctl::set(SEE, 0))?;
    let answer = child.ask(0);
    let shown = sysctl::set(SEE, 1);
    t.can("showing it", shown)?;
    t.equal(
        "CURRENT by one who may not see it",
        answer,
        Ok(Errno::ESRCH.0 as u64),
    )
}
