// SPDX-License-Identifier: BSD-2-Clause
//! The target's end during a long transfer.

use super::ENDLESS;
use crate::device::{Direction, Moved, Request};
use crate::sys::memory::{ALIAS, Region};
use crate::sys::process::{self, Ended};
use crate::sys::signal::SIGKILL;
use crate::sys::sysctl::Kinfo;
use crate::sys::{Errno, time};
use crate::tap::{Case, Outcome, Test};
use crate::target::{PATIENCE, Target};

pub const CASES: &[Case] = &[
    Case::transfers(
        "a target killed in the middle of a read need not wait for it",
        killed_in_read,
    ),
    Case::transfers(
        "a target killed in the middle of a write need not wait for it",
        killed_in_write,
    ),
    Case::transfers("a target may exit in the middle of a read", exit_in_read),
];

fn killed_in_read(t: &mut Test) -> Outcome {
    killed(t, Direction::Read)
}

fn killed_in_write(t: &mut Test) -> Outcome {
    killed(t, Direction::Write)
}

fn killed(t: &mut Test, direction: Direction) -> Outcome {
    let len = length(t);
    let remote = t.can("mmap", Region::aliased(len))?;
    let local = t.can("mmap", Region::aliased(len))?;
    let (from, to) = match direction {
        Direction::Read => (&remote, &local),
        Direction::Write => (&local, &remote),
    };
    from.fill(0, ALIAS, |_| b'f');
    let mut target = t.can("fork", Target::idle())?;
    let pid = target.pid();
    // Kills the target as soon as some bytes have arrived, and tells how long its exit took.
    let killer = Target::start(|link| {
        link.say(0);
        while to.get(SIGN) != b'f' {
            time::pause(1000);
        }
        let moment = time::now();
        let _ = process::kill(pid, SIGKILL);
        // Its remains may be reaped already.
        let gone = || Kinfo::of(pid).map_or(true, Kinfo::is_zombie);
        time::wait_until(PATIENCE, gone);
        link.say(time::now() - moment);
    });
    let killer = t.can("fork", killer)?;
    let got = t.transfer(Request {
        direction,
        pid,
        remote: remote.at(0),
        local: local.at(0),
        len: len as u64,
    });
    ended_by_exit(t, got, len)?;
    let ended = t.can("the target's end", target.wait(PATIENCE))?;
    t.equal("the target's end", ended, Ended::Signal(SIGKILL))?;
    let took = t.can("the killer", killer.hear())?;
    t.holds(
        format_args!("the target is gone within 5 s (it took {took} ms)"),
        took < 5000,
    )
}

fn exit_in_read(t: &mut Test) -> Outcome {
    let len = length(t);
    let remote = t.can("mmap", Region::aliased(len))?;
    let local = t.can("mmap", Region::aliased(len))?;
    remote.fill(0, ALIAS, |_| b'f');
    let target = Target::start(|link| {
        link.say(0);
        while local.get(SIGN) != b'f' {
            time::pause(1000);
        }
    });
    let mut target = t.can("fork", target)?;
    let got = t.read(target.pid(), remote.at(0), local.at(0), len as u64);
    ended_by_exit(t, got, len)?;
    let ended = t.can("the target's end", target.wait(PATIENCE))?;
    t.equal("the target's end", ended, Ended::Exit(0))
}

/// Long enough to be cut, or for the end to come in the middle of a transfer that goes on.
fn length(t: &Test) -> usize {
    if t.path.pinned { ENDLESS / 16 } else { ENDLESS }
}

/// Where the first bytes that call for the end are: so far that some are counted as done by then.
const SIGN: usize = ALIAS / 2;

/// A transfer with a pinned address space does not need the process.
fn ended_by_exit(t: &mut Test, got: Result<Moved, Errno>, len: usize) -> Outcome {
    match t.path.pinned {
        true => t.moved_all("the transfer", got, len),
        false => t.cut("the transfer", got, len, Errno::ESRCH).map(drop),
    }
}
