// SPDX-License-Identifier: BSD-2-Clause
//! Numbers: init, the kernel's own processes, and numbers that are no pids.

use super::agent::Agent;
use super::agent::Step::{self, User};
use super::order;
use super::pair::{Expected, Subject, YES, judge};
use crate::sys::memory::{PAGE, Region};
use crate::sys::sysctl::Kinfo;
use crate::sys::{Errno, process};
use crate::tap::{Case, Outcome, Stop, Test, USER};
use crate::target::Target;
use rwmem_abi::PID_ATTACHED;

const ESRCH: Errno = Errno::ESRCH;

pub const CASES: &[Case] = &[
    Case::root("init, root: EINVAL", |t| number(t, &[], 1, Errno::EINVAL)),
    Case::root("init, a user: EPERM", |t| {
        number(t, &[User(USER)], 1, Errno::EPERM)
    }),
    Case::root("init, a jailed root: ESRCH", |t| {
        number(t, &[Step::Jail(order::PLAIN)], 1, ESRCH)
    }),
    Case::root("a child of init, root: yes", |t| {
        // The process that runs all tests; from a shell it is another's child.
        let runner = process::parent();
        if Kinfo::of(runner).map(Kinfo::parent) != Ok(1) {
            return Err(Stop::Skipped("the tests are not run by a child of init"));
        }
        let caller = Agent::caller(t, &[], None)?;
        let subject = Subject {
            pid: runner,
            remote: Region::arena().at(0),
            witness: None,
        };
        judge(t, &caller, subject, YES)
    }),
    Case::root("the kernel (pid 0), root: EINVAL", |t| {
        number(t, &[], 0, Errno::EINVAL)
    }),
    Case::root("the kernel (pid 0), a user: EPERM", |t| {
        number(t, &[User(USER)], 0, Errno::EPERM)
    }),
    Case::root("every other process of the kernel's, root: EINVAL", |t| {
        of_the_kernel(t, &[], Errno::EINVAL)
    }),
    Case::root("every other process of the kernel's, a user: EPERM", |t| {
        of_the_kernel(t, &[User(USER)], Errno::EPERM)
    }),
    Case::root("a pid that nobody has: ESRCH", |t| {
        let mut gone = t.can("fork", Target::idle())?;
        t.can("ending a process", gone.end())?;
        number(t, &[], gone.pid(), ESRCH)
    }),
    Case::root("negative and too large pids: ESRCH", |t| {
        for pid in [-2, i32::MIN, i32::MAX] {
            number(t, &[], pid, ESRCH)?;
        }
        Ok(())
    }),
    Case::root(
        "the pid of the attached process without one: ENXIO (ptrace: ESRCH)",
        no_attachment,
    ),
    Case::root("a thread's id: ESRCH (ptrace: yes)", |t| {
        let thread = Target::spawn(
            || Ok(()),
            |_| process::own_thread().map_or(0, |id| id as u64),
        );
        let thread = t.can("fork", thread)?;
        let id = t.can("asking for its thread", thread.ask(0))?;
        t.holds("a thread's id is beyond all pids", id > 99_999)?;
        let caller = Agent::caller(t, &[], None)?;
        refused(t, &caller, id, [ESRCH; 2])?;
        let own = t.can("thr_self", process::own_thread())?;
        let read = t.read(own, 0, 0, 0);
        t.refused("one's own thread's id", read, ESRCH)?;
        t.can("ptrace", caller.order([order::SEIZE, id, 0, 0, 0, 0]))
            .map(drop)
    }),
];

/// A pid as it is.
pub fn number(t: &mut Test, steps: &[Step], pid: i32, expected: impl Into<Expected>) -> Outcome {
    let caller = Agent::caller(t, steps, None)?;
    judge(t, &caller, of_number(pid), expected)
}

pub fn of_number(pid: i32) -> Subject<'static> {
    Subject {
        pid,
        remote: PAGE as u64,
        witness: None,
    }
}

fn of_the_kernel(t: &mut Test, steps: &[Step], expected: Errno) -> Outcome {
    let caller = Agent::caller(t, steps, None)?;
    let mut count = 0;
    for pid in 2..process::own_pid() {
        if Kinfo::of(pid).is_ok_and(Kinfo::is_of_the_kernel) {
            judge(t, &caller, of_number(pid), expected)?;
            count += 1;
        }
    }
    t.holds("the kernel has processes", count > 3)
}

/// What the four transfers, and what ATTACH return.
fn refused(t: &mut Test, caller: &Agent, pid: u64, expected: [Errno; 2]) -> Outcome {
    for request in 0..4 {
        let asked = caller.order([order::TRANSFER, request, pid, 0, caller.at(0), 1]);
        t.refused("a transfer", asked, expected[0])?;
    }
    let attached = caller.order([order::ATTACH, pid, 0, 0, 0, 0]);
    t.refused("ATTACH", attached, expected[1])
}

fn no_attachment(t: &mut Test) -> Outcome {
    let caller = Agent::caller(t, &[], None)?;
    let attached = PID_ATTACHED as u64;
    refused(t, &caller, attached, [Errno::ENXIO, ESRCH])?;
    let traced = caller.order([order::PT_ATTACH, attached, 0, 0, 0, 0]);
    t.refused("ptrace", traced, ESRCH)
}
