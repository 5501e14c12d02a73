// SPDX-License-Identifier: BSD-2-Clause
//! Signals to the caller during a long transfer.

use super::ENDLESS;
use crate::device::{Direction, Request};
use crate::sys::memory::{ALIAS, PAGE, Region, pattern};
use crate::sys::process::Ended;
use crate::sys::signal::{self, Action, SIGALRM, SIGKILL};
use crate::sys::{Errno, time};
use crate::tap::{Case, Outcome, Test};
use crate::target::{PATIENCE, Target};
use core::sync::atomic::{AtomicU32, Ordering};

pub const CASES: &[Case] = &[
    Case::transfers(
        "a signal cuts a long read short: EINTR, with what was read",
        cut_read,
    ),
    Case::transfers(
        "a signal cuts a long write short: EINTR, with what was written",
        cut_write,
    ),
    Case::transfers("a signal that is ignored cuts nothing short", ignored),
    Case::transfers(
        "a caller killed in mid-transfer ends at once, and holds nothing",
        killed_caller,
    ),
];

static ALARMS: AtomicU32 = AtomicU32::new(0);

extern "C" fn on_alarm(_signal: i32) {
    ALARMS.fetch_add(1, Ordering::Relaxed);
}

fn cut_read(t: &mut Test) -> Outcome {
    cut(t, Direction::Read)
}

fn cut_write(t: &mut Test) -> Outcome {
    cut(t, Direction::Write)
}

fn cut(t: &mut Test, direction: Direction) -> Outcome {
    let remote = t.can("mmap", Region::aliased(ENDLESS))?;
    let local = t.can("mmap", Region::aliased(ENDLESS))?;
    let target = t.can("fork", Target::idle())?;
    let (from, to) = match direction {
        Direction::Read => (&remote, &local),
        Direction::Write => (&local, &remote),
    };
    from.fill(0, ALIAS, pattern(1));
    t.can(
        "sigaction",
        signal::set_action(SIGALRM, Action::Call(on_alarm)),
    )?;
    t.can("setitimer", signal::set_alarm(60, 0))?;
    let got = t.transfer(Request {
        direction,
        pid: target.pid(),
        remote: remote.at(0),
        local: local.at(0),
        len: ENDLESS as u64,
    });
    let done = t.cut("the transfer", got, ENDLESS, Errno::EINTR)?;
    t.equal("signals handled", ALARMS.load(Ordering::Relaxed), 1)?;
    let arrived = done.min(ALIAS);
    t.same("what was transferred", to, 0, arrived, pattern(1))?;
    t.same("beyond done", to, arrived, ALIAS - arrived, |_| 0)?;
    let again = t.read(target.pid(), remote.at(0), local.at(0), PAGE as u64);
    t.moved_all("a transfer after it", again, PAGE)
}

fn ignored(t: &mut Test) -> Outcome {
    const LEN: usize = 4 * ALIAS;
    let remote = t.can("mmap", Region::aliased(LEN))?;
    let local = t.can("mmap", Region::aliased(LEN))?;
    let target = t.can("fork", Target::idle())?;
    t.can("sigaction", signal::set_action(SIGALRM, Action::Ignore))?;
    t.can("setitimer", signal::set_alarm(5, 5))?;
    let got = t.read(target.pid(), remote.at(0), local.at(0), LEN as u64);
    t.moved_all("the transfer", got, LEN)
}

fn killed_caller(t: &mut Test) -> Outcome {
    let remote = t.can("mmap", Region::aliased(ENDLESS))?;
    let local = t.can("mmap", Region::aliased(ENDLESS))?;
    remote.fill(0, ALIAS, |_| b'r');
    let mut target = t.can("fork", Target::idle())?;
    for direction in [Direction::Read, Direction::Write] {
        let (from, to) = match direction {
            Direction::Read => (&remote, &local),
            Direction::Write => (&local, &remote),
        };
        from.fill(0, ALIAS, |_| b'f');
        to.fill(0, ALIAS, |_| 0);
        let caller = Target::start(|link| {
            link.say(0);
            let _ = t.transfer(Request {
                direction,
                pid: target.pid(),
                remote: remote.at(0),
                local: local.at(0),
                len: ENDLESS as u64,
            });
        });
        let mut caller = t.can("fork", caller)?;
        let under_way = time::wait_until(PATIENCE, || to.get(0) == b'f');
        t.holds(
            format_args!("the caller's {direction:?} is under way"),
            under_way,
        )?;
        let ended = t.can("the killed caller's end", caller.end())?;
        t.equal("the caller's end", ended, Ended::Signal(SIGKILL))?;
    }
    let before = time::now();
    t.can("the target's end", target.end())?;
    t.holds("the target could exit at once", time::now() - before < 5000)
}
