// SPDX-License-Identifier: BSD-2-Clause
//! Pids that no transfer can be had with.

use crate::sys::memory::{PAGE, Region};
use crate::sys::process::Ended;
use crate::sys::sysctl::Kinfo;
use crate::sys::{Errno, process, pty, time};
use crate::tap::{Case, Outcome, Test};
use crate::target::{PATIENCE, Target};

pub const CASES: &[Case] = &[
    Case::transfers("a process in the middle of its exit: ESRCH", exiting),
    Case::transfers("a thread's id is not a pid: ESRCH", thread),
    Case::transfers("system processes, pid 0 and init: EINVAL for root", system),
    Case::transfers(
        "a process in execve is refused with EBUSY, and had again after",
        in_execve,
    ),
];

/// Each direction, and also without a byte to move, is refused.
fn refused(t: &mut Test, what: &str, pid: i32, expected: Errno) -> Outcome {
    let memory = t.can("mmap", Region::private(PAGE))?;
    for len in [8, 0] {
        let read = t.read(pid, memory.at(0), memory.at(0), len);
        t.refused(format_args!("read of {len} from {what}"), read, expected)?;
        let written = t.write(pid, memory.at(0), memory.at(0), len);
        t.refused(format_args!("write of {len} to {what}"), written, expected)?;
    }
    Ok(())
}

fn exiting(t: &mut Test) -> Outcome {
    let controller = t.can("posix_openpt", pty::open_controller())?;
    // Its exit closes the terminal, which waits a second for its last words to be heard.
    let mut target = t.can("fork", Target::start(|link| last_words(&link, &controller)))?;
    t.can("telling the target to exit", target.tell(0))?;
    let is_exiting = |target: &Target| target.kinfo().is_ok_and(|kinfo| kinfo.is_exiting());
    let seen = time::wait_until(PATIENCE, || is_exiting(&target));
    t.holds("the target is seen exiting", seen)?;
    refused(t, "an exiting process", target.pid(), Errno::ESRCH)?;
    t.holds(
        "the target is still exiting after that",
        is_exiting(&target),
    )?;
    let mut words = [0; 16];
    t.can("hearing its last words", controller.read_some(&mut words))?;
    let ended = t.can("the target's end", target.wait(PATIENCE))?;
    t.equal("the target's end", ended, Ended::Exit(0))
}

/// Exits when told to, and leaves behind what a terminal's other end has yet to read: till then its exit lasts, a second
/// at most.
pub fn last_words(link: &crate::target::Link, controller: &crate::sys::file::Fd) {
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

fn thread(t: &mut Test) -> Outcome {
    let target = Target::spawn(
        || Ok(()),
        |_| process::own_thread().map_or(0, |id| id as u64),
    );
    let target = t.can("fork", target)?;
    let id = t.can("asking the target for its thread", target.ask(0))?;
    t.holds("a thread's id is beyond all pids", id > 99_999)?;
    refused(t, "a thread's id", id as i32, Errno::ESRCH)?;
    let own = t.can("thr_self", process::own_thread())?;
    refused(t, "the caller's own thread's id", own, Errno::ESRCH)
}

fn system(t: &mut Test) -> Outcome {
    // To anybody else they are first of all root's.
    let expected = if t.user { Errno::EPERM } else { Errno::EINVAL };
    // Asks for the same pids while we live: a lock that we kept would be in its way.
    let second = Target::spawn(
        || Ok(()),
        |pid| {
            let got = t.read(pid as i32, 0, 0, 0);
            u64::from(got == Err(expected) && Kinfo::of(pid as i32).is_ok())
        },
    );
    let second = t.can("fork", second)?;
    for (who, pid) in [("the kernel", 0), ("init", 1)] {
        refused(t, who, pid, expected)?;
        let same = t.can("asking another process", second.ask(pid as u64))?;
        t.equal(
            format_args!("another process finds the same about {who}"),
            same,
            1,
        )?;
    }
    Ok(())
}

fn in_execve(t: &mut Test) -> Outcome {
    /// So much to give back makes an execve long enough to be seen from the other processor.
    const BALLAST: usize = 32 << 20;
    const ATTEMPTS: usize = 40;
    let ballast = t.can("mmap", Region::private(BALLAST))?;
    let local = t.can("mmap", Region::private(PAGE))?;
    let program = t.program;
    for _ in 0..ATTEMPTS {
        let target = Target::start(|link| {
            for page in (0..BALLAST).step_by(PAGE) {
                ballast.put(page, 1);
            }
            link.say(0);
            link.listen();
            link.become_role(program, crate::target::Role::Idle);
        });
        let target = t.can("fork", target)?;
        t.can("telling the target to execute", target.tell(0))?;
        let mut busy = false;
        let mut other = None;
        let caught = time::wait_until(500, || {
            // Without a byte to move: nothing but the acquisition.
            match t.read(target.pid(), 0, local.at(0), 0) {
                Ok(_) => busy,
                Err(Errno::EBUSY) => {
                    busy = true;
                    false
                }
                Err(error) => {
                    other = Some(error);
                    true
                }
            }
        });
        if let Some(error) = other {
            return t.equal("what a process in execve answers", error, Errno::EBUSY);
        }
        if caught {
            return Ok(());
        }
    }
    t.holds("a target was seen inside execve", false)
}
