// SPDX-License-Identifier: BSD-2-Clause
//! Targets in unusual states: traced, stopped, inside vfork or execve, dead, dying.

use super::agent::Agent;
use super::agent::Step::{self, User};
use super::numbers::{number, of_number};
use super::order;
use super::pair::{Expected, Subject, YES, judge};
use crate::sys::file::Fd;
use crate::sys::memory::{PAGE, Region};
use crate::sys::ptrace::Stopped;
use crate::sys::sysctl::Kinfo;
use crate::sys::{Errno, process, pty, signal, time};
use crate::tap::{Case, Outcome, Test, USER};
use crate::target::{Link, PATIENCE, Role, Target};

const ESRCH: Errno = Errno::ESRCH;

pub const CASES: &[Case] = &[
    Case::root(
        "a target that another process traces: yes (ptrace: EBUSY)",
        |t| {
            let (target, tracer) = (Agent::new(t, &[])?, Agent::new(t, &[])?);
            traced(t, &[], &target, Some(&tracer))
        },
    ),
    Case::root(
        "a user's target that root traces, the user: yes (ptrace: EBUSY)",
        |t| {
            let (target, tracer) = (Agent::new(t, &[User(USER)])?, Agent::new(t, &[])?);
            traced(t, &[User(USER)], &target, Some(&tracer))
        },
    ),
    Case::root(
        "a target that the caller traces: yes (ptrace: EBUSY)",
        |t| {
            let target = Agent::new(t, &[])?;
            traced(t, &[], &target, None)
        },
    ),
    Case::root("a traced target of root's, a user: EPERM", |t| {
        let (target, tracer) = (Agent::new(t, &[])?, Agent::new(t, &[])?);
        let caller = Agent::caller(t, &[User(USER)], None)?;
        hold(t, &tracer, &target)?;
        let judged = judge(t, &caller, unable(&target), Errno::EPERM);
        detach(t, &tracer)?;
        judged
    }),
    Case::root(
        "a traced caller and the one that traces it: yes (ptrace: EINVAL)",
        |t| {
            let tracer = Agent::new(t, &[])?;
            let caller = Agent::caller(t, &[], None)?;
            hold(t, &tracer, &caller)?;
            t.can(
                "PT_CONTINUE",
                tracer.order([order::CONTINUE, 0, 0, 0, 0, 0]),
            )?;
            let expected = Expected {
                ptrace: Errno::EINVAL,
                rwmem: YES,
            };
            let judged = judge(t, &caller, &tracer, expected);
            // First, for only the tracer could reap the caller.
            drop(tracer);
            judged
        },
    ),
    Case::root("a stopped target: yes", |t| {
        let target = Agent::new(t, &[User(USER)])?;
        let caller = Agent::caller(t, &[User(USER)], None)?;
        t.can("SIGSTOP", process::kill(target.pid(), signal::SIGSTOP))?;
        let is_stopped = || Kinfo::of(target.pid()).is_ok_and(Kinfo::is_stopped);
        t.holds("the target stops", time::wait_until(PATIENCE, is_stopped))?;
        judge(t, &caller, unable(&target), YES)
    }),
    Case::root("a child inside vfork: yes", |t| in_vfork(t, true)),
    Case::root("a parent inside vfork: yes", |t| in_vfork(t, false)),
    Case::root("a zombie: ESRCH", |t| zombie(t, &[])),
    Case::root("a zombie of root's, a user: ESRCH", |t| {
        zombie(t, &[User(USER)])
    }),
    Case::root("a process in the middle of its exit: ESRCH", |t| {
        exiting(t, &[], ESRCH)
    }),
    Case::root(
        "root's process in the middle of its exit, a user: ESRCH",
        |t| exiting(t, &[User(USER)], ESRCH),
    ),
    Case::root("a target in the middle of execve: EBUSY", in_execve),
];

/// As a subject that cannot be asked for its memory now.
fn unable(agent: &Agent) -> Subject<'static> {
    Subject {
        pid: agent.pid(),
        remote: agent.at(0),
        witness: None,
    }
}

fn hold(t: &mut Test, tracer: &Agent, target: &Agent) -> Outcome {
    let held = tracer.order([order::HOLD, target.pid() as u64, 0, 0, 0, 0]);
    t.can("PT_ATTACH", held).map(drop)
}

fn detach(t: &mut Test, tracer: &Agent) -> Outcome {
    t.can("PT_DETACH", tracer.order([order::PT_DETACH, 0, 0, 0, 0, 0]))
        .map(drop)
}

/// `tracer` is the caller where there is none.
fn traced(t: &mut Test, steps: &[Step], target: &Agent, tracer: Option<&Agent>) -> Outcome {
    let caller = Agent::caller(t, steps, None)?;
    let tracer = tracer.unwrap_or(&caller);
    hold(t, tracer, target)?;
    let expected = Expected {
        ptrace: Errno::EBUSY,
        rwmem: YES,
    };
    let judged = judge(t, &caller, unable(target), expected);
    detach(t, tracer)?;
    judged
}

/// Both share the memory; the child runs no program of its own yet, the parent waits for that.
fn in_vfork(t: &mut Test, child: bool) -> Outcome {
    let parent = t.can("fork", Target::start(|link| link.vfork()))?;
    let pid = t.can("asking the child for its pid", parent.hear())? as i32;
    t.holds("the child is another process", pid != parent.pid())?;
    let caller = Agent::caller(t, &[], None)?;
    let subject = Subject {
        pid: if child { pid } else { parent.pid() },
        remote: Region::arena().at(0),
        witness: None,
    };
    let pid = subject.pid as u64;
    for request in 0..4 {
        let asked = caller.order([
            order::TRANSFER,
            request,
            pid,
            subject.remote,
            caller.at(0),
            1,
        ]);
        t.equal("a transfer", asked, Ok([1, 0]))?;
    }
    t.can("ATTACH", caller.order([order::ATTACH, pid, 0, 0, 0, 0]))?;
    let read = caller.order([order::PREAD, subject.remote, caller.at(0), 1, 0, 0]);
    t.equal("pread", read, Ok([1, 0]))?;
    // Neither can stop now, so that waiting for it would last until the child's end.
    t.can("ptrace", caller.order([order::SEIZE, pid, 0, 0, 0, 0]))?;
    // The end of the one that traces it is its end too.
    Ok(())
}

fn zombie(t: &mut Test, steps: &[Step]) -> Outcome {
    let target = t.can("fork", Target::idle())?;
    t.can("kill", target.kill())?;
    let is_zombie = || target.kinfo().is_ok_and(Kinfo::is_zombie);
    t.holds(
        "the target becomes a zombie",
        time::wait_until(PATIENCE, is_zombie),
    )?;
    number(t, steps, target.pid(), ESRCH)
}

fn exiting(t: &mut Test, steps: &[Step], expected: Errno) -> Outcome {
    let controller = t.can("posix_openpt", pty::open_controller())?;
    let caller = Agent::caller(t, steps, None)?;
    let target = Target::start(|link| last_words(&link, &controller));
    let target = t.can("fork", target)?;
    t.can("telling the target to exit", target.tell(0))?;
    let is_exiting = || target.kinfo().is_ok_and(Kinfo::is_exiting);
    t.holds(
        "the target is seen exiting",
        time::wait_until(PATIENCE, is_exiting),
    )?;
    judge(t, &caller, of_number(target.pid()), expected)?;
    t.holds("the target is still exiting after that", is_exiting())?;
    t.can("hearing its last words", controller.read_some(&mut [0; 16]))
        .map(drop)
}

/// Exits when told to, and leaves behind what a terminal's other end has yet to read: till then its exit lasts, a second
/// at most.
fn last_words(link: &Link, controller: &Fd) {
    let Ok(terminal) = pty::open_terminal(controller) else {
        return;
    };
    if terminal.write(b"last words").is_ok() {
        link.say(0);
        link.listen();
        // Left open for the kernel to close.
        core::mem::forget(terminal);
    }
}

fn in_execve(t: &mut Test) -> Outcome {
    /// So much to give back makes an execve long enough to be seen from the other processor.
    const BALLAST: usize = 32 << 20;
    const ATTEMPTS: usize = 40;
    let ballast = t.can("mmap", Region::private(BALLAST))?;
    let program = t.program;
    for _ in 0..ATTEMPTS {
        let target = Target::start(|link: Link| {
            (0..BALLAST)
                .step_by(PAGE)
                .for_each(|page| ballast.put(page, 1));
            link.say(0);
            link.listen();
            link.become_role(program, Role::Idle);
        });
        let target = t.can("fork", target)?;
        t.can("telling the target to execute", target.tell(0))?;
        let is_busy = || t.read(target.pid(), 0, 0, 0) == Err(Errno::EBUSY);
        if time::wait_until(500, is_busy) {
            // The execve may be over by now: then it is attached to, and detached again.
            match Stopped::attach(target.pid()).err() {
                Some(Errno::EBUSY) => return Ok(()),
                Some(other) => return t.equal("ptrace", other, Errno::EBUSY),
                None => (),
            }
        }
    }
    t.holds("both found a target inside execve", false)
}
