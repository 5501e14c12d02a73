// SPDX-License-Identifier: BSD-2-Clause
//! Targets that map, unmap, execute, fork and exit under the transfer: the outcome is open, but it is one of
//! those that are promised, and the kernel stands.

use super::lengthen;
use crate::console::remark;
use crate::device::Moved;
use crate::stress as hostile;
use crate::sys::memory::{ALIAS, NO_ACCESS, PAGE, Region, WRITABLE};
use crate::sys::process::{self, Patience};
use crate::sys::{Errno, time};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::{Role, Target};
use rwmem_abi::PID_ATTACHED;

pub const CASES: &[Case] = &[
    Case::transfers(
        "a target that maps and unmaps meanwhile does no harm",
        mapping,
    ),
    Case::transfers(
        "a target that executes itself over and over does no harm",
        executing,
    ),
    Case::transfers(
        "targets that come and go meanwhile do no harm",
        coming_and_going,
    ),
    Case::transfers(
        "several callers at once get what each asked for",
        several_callers,
    ),
    Case::transfers(
        "pages that several callers read at once are freed as before",
        same_pages,
    ),
];

/// Everything at once.
pub const HOSTILE: &[Case] = &[
    Case::root(hostile::STRESS, hostile::short_stress),
    Case::root(hostile::SECRETS, hostile::short_secrets),
];

/// How long each goes on, in milliseconds.
const DURATION: u64 = 700;

fn mapping(t: &mut Test) -> Outcome {
    const SIZE: usize = 64 * PAGE;
    let remote = t.can("mmap", Region::private(SIZE))?;
    let local = t.can("mmap", Region::private(SIZE))?;
    local.fill(0, SIZE, |_| b'm');
    let target = Target::start(|link| {
        remote.fill(0, SIZE, |_| b'm');
        link.say(0);
        for round in 0.. {
            let page = round * 7 % 64 * PAGE;
            let _ = remote.protect(page, PAGE, NO_ACCESS);
            let _ = remote.protect(page, PAGE, WRITABLE);
            let _ = remote.guard(page, PAGE);
            let _ = remote.renew(page, PAGE);
            remote.fill(page, PAGE, |_| b'm');
        }
    });
    let target = t.can("fork", target)?;
    let tells_why = t.path.tells_why;
    // A hole that was filled meanwhile looks like a signal to one that has to ask again.
    let at_hole = |error| error == Errno::EFAULT || (!tells_why && error == Errno::EINTR);
    let end = time::now() + DURATION;
    while time::now() < end {
        for (what, got) in [
            (
                "read",
                t.read(target.pid(), remote.at(5), local.at(5), (SIZE - 5) as u64),
            ),
            (
                "write",
                t.write(target.pid(), remote.at(5), local.at(5), (SIZE - 5) as u64),
            ),
        ] {
            let moved = t.can(what, got)?;
            let whole = Moved {
                done: (SIZE - 5) as u64,
                error: Errno::NONE,
            };
            t.holds(
                format_args!("{what} is whole or stops at a hole, got {moved:?}"),
                moved == whole || (moved.done < whole.done && at_hole(moved.error)),
            )?;
        }
        // What has just been mapped anew is zero.
        let wrong = local
            .difference(0, SIZE, |_| b'm')
            .filter(|&(_, byte)| byte != 0);
        t.equal("a byte that the target never had", wrong, None)?;
        local.fill(0, SIZE, |_| b'm');
    }
    Ok(())
}

fn executing(t: &mut Test) -> Outcome {
    let arena = Region::arena();
    let local = t.can("mmap", Region::private(ALIAS))?;

    let target = t.can("execve", Target::executed(t.program, Role::Restless, None))?;
    let begun = time::now();
    let mut whole = 0;
    // On a busy machine it takes longer until one gets through.
    while time::now() < begun + DURATION || (whole == 0 && time::now() < begun + 20 * DURATION) {
        // Long ones are cut by the next image, short ones get through.
        for len in [PAGE, ALIAS] {
            match t.read(target.pid(), arena.at(0), local.at(0), len as u64) {
                Ok(Moved {
                    error: Errno::NONE, ..
                }) => whole += 1,
                Ok(Moved {
                    error: Errno::ESTALE,
                    ..
                })
                | Err(Errno::EBUSY) => (),
                got => t.equal("read", got, Err(Errno::EBUSY))?,
            }
            match t.write(target.pid(), arena.at(0), local.at(0), len as u64) {
                Ok(Moved {
                    error: Errno::NONE | Errno::ESTALE,
                    ..
                })
                | Err(Errno::EBUSY) => (),
                got => t.equal("write", got, Err(Errno::EBUSY))?,
            }
        }
    }
    t.same("what was read", &local, 0, ALIAS, |_| 0)?;
    t.holds("some reads got through", whole > 0)
}

fn coming_and_going(t: &mut Test) -> Outcome {
    let local = t.can("mmap", Region::private(PAGE))?;
    let end = time::now() + DURATION;
    while time::now() < end {
        let pid = t.can("fork", process::fork())?;
        if pid == 0 {
            process::exit(0);
        }
        loop {
            let got = t.read(pid, local.at(0), local.at(0), PAGE as u64);
            match got {
                Ok(Moved {
                    error: Errno::NONE | Errno::ESRCH,
                    ..
                })
                | Err(Errno::ESRCH) => (),
                got => t.equal("read", got, Err(Errno::ESRCH))?,
            }
            let reaped = t.can("wait", process::reap(pid, Patience::Look))?;
            if reaped.is_some() {
                break;
            }
        }
    }
    Ok(())
}

fn several_callers(t: &mut Test) -> Outcome {
    const SIZE: usize = 20 * PAGE;
    let remote = t.can("mmap", Region::private(SIZE))?;
    let target = Target::spawn(
        || {
            remote.fill(0, SIZE, |place| (place / PAGE) as u8);
            Ok(())
        },
        |_| 0,
    );
    let target = t.can("fork", target)?;
    let pid = reachable(t, target.pid())?;
    // Each reads, checks and writes back its own pages; asked, it tells how many of its rounds failed.
    let callers = [0, 1, 2, 3].map(|number| {
        let t = &*t;
        let remote = &remote;
        Target::spawn(
            || Ok(()),
            move |rounds| {
                let Ok(local) = Region::private(SIZE) else {
                    return rounds;
                };
                let (at, len) = (number * 5 * PAGE + number, 4 * PAGE);
                let whole = Ok(Moved {
                    done: len as u64,
                    error: Errno::NONE,
                });
                let good = |_: &u64| {
                    t.read(pid, remote.at(at), local.at(at), len as u64) == whole
                        && local
                            .difference(at, len, |place| (place / PAGE) as u8)
                            .is_none()
                        && t.write(pid, remote.at(at), local.at(at), len as u64) == whole
                };
                rounds - (0..rounds).filter(good).count() as u64
            },
        )
    });
    for caller in callers.iter().flatten() {
        t.can("asking a caller", caller.tell(150))?;
    }
    for caller in callers {
        let caller = t.can("fork", caller)?;
        let failed = t.can("a caller", caller.hear())?;
        t.equal("rounds of a caller that failed", failed, 0)?;
    }
    Ok(())
}

/// A page that is no longer wired belongs to one of the kernel's queues: 15.1 with INVARIANTS stops where one that is freed
/// with its object does not. Nor may it still be counted as wired.
fn same_pages(t: &mut Test) -> Outcome {
    const SIZE: usize = 8 * PAGE;
    const CALLERS: usize = 4;
    const MOST_WIRED: u64 = 50;
    let remote = t.can("mmap", Region::private(SIZE))?;
    let target = Target::start(|link| {
        link.say(0);
        loop {
            let _ = remote.renew(0, SIZE);
            remote.fill(0, SIZE, |_| b'p');
            time::pause(500);
        }
    });
    let target = t.can("fork", target)?;
    let pid = reachable(t, target.pid())?;
    let callers: [_; CALLERS] = core::array::from_fn(|_| {
        let (t, remote) = (&*t, &remote);
        // Asked, it reads for so many milliseconds, longer if it never had all, and tells how often it had.
        Target::spawn(
            || Ok(()),
            move |milliseconds| {
                let Ok(local) = Region::private(SIZE) else {
                    return 0;
                };
                let begun = time::now();
                let mut whole = 0;
                while time::now() < begun + milliseconds
                    || (whole == 0 && time::now() < begun + milliseconds.max(20 * DURATION))
                {
                    let moved = t.read(pid, remote.at(0), local.at(0), SIZE as u64);
                    whole += u64::from(moved.is_ok_and(|moved| moved.done == SIZE as u64));
                }
                whole
            },
        )
    });
    let mut before = 0;
    // What is allocated the first time stays.
    for duration in [DURATION / 2, lengthen(DURATION)] {
        before = hostile::wired(t)?;
        for caller in callers.iter().flatten() {
            t.can("asking a caller", caller.tell(duration))?;
        }
        for caller in &callers {
            let caller = t.can("fork", caller.as_ref().map_err(|&error| error))?;
            let whole = t.can("a caller", caller.hear())?;
            t.holds("it had all of the pages, now and then", whole > 0)?;
        }
    }
    let after = hostile::wired(t)?;
    remark!("pages wired: {before} before, {after} after");
    // In so short a time as with a module that does not wait, the kernel's own come and go by as many.
    t.holds(
        format_args!("wired pages are given back ({before} before, {after} after)"),
        lengthen(DURATION) == DURATION || after < before + MOST_WIRED,
    )
}

/// How callers that share the open file, and so one attachment, name the process.
fn reachable(t: &mut Test, pid: i32) -> Result<i32, Stop> {
    if !t.path.attaches {
        return Ok(pid);
    }
    let attached = t.device().attach(pid);
    t.can("ATTACH", attached)?;
    Ok(PID_ATTACHED)
}
