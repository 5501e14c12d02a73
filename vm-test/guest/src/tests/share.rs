// SPDX-License-Identifier: BSD-2-Clause
//! What one user, or one jail, can take of `kern.rwmem.max_attached`, and of memory with it.

use super::limit::{ATTACHED, DEFAULT, Limit, attach_to, devices};
use crate::census::Census;
use crate::device::Device;
use crate::sys::jail::{self, Parameter};
use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, process, resource, sysctl, time};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::{PATIENCE, Target};
use core::cell::Cell;
use core::ffi::CStr;
use core::ops::Range;

pub const CASES: &[Case] = &[
    Case::root(
        "a user may have a quarter, users together three quarters, root all",
        users,
    ),
    Case::root(
        "a jail has one share, with its users and the jails in it",
        jails,
    ),
    Case::root(
        "charged is who attached, whoever has the descriptor, and until it is attached anew or closed",
        passed_on,
    ),
    Case::root(
        "charged is who it was at ATTACH, whoever that is afterwards",
        changed,
    ),
    Case::root(
        "shares are exact while users attach and detach at once",
        at_once,
    ),
    Case::root(
        "a thousand descriptors in a jail leave ATTACH to root",
        thousand,
    ),
    Case::root(
        "a jail that ends before its attachment is gone with that",
        outlived,
    ),
    Case::root(
        "memory that an attachment keeps stays charged to its user",
        charged,
    ),
];

const FIRST: u32 = 3001;
const SECOND: u32 = 3002;
const THIRD: u32 = 3003;
const FOURTH: u32 = 3004;

/// What a member is asked to do, and behind it with which descriptor.
const ATTACH: u64 = 0;
const DETACH: u64 = 1;
/// Becomes the user of that number, whatever the descriptor.
const BECOME: u64 = 2;
/// Says the id of its jail.
const JAIL: u64 = 3;
const QUESTIONS: u64 = 4;

#[derive(Clone, Copy)]
enum Who {
    User(u32),
    /// Root in a new jail.
    Jailed,
    /// In the jail of that id: a user, and root in a new jail within it.
    UserIn(i32, u32),
    JailedIn(i32),
}

const MAY_HAVE_CHILDREN: [Parameter; 1] = [Parameter::Number(c"children.max", &2)];

impl Who {
    /// Becomes that; the id of the jail.
    fn enter(self) -> Result<i32, Errno> {
        match self {
            Who::User(uid) => process::become_user(uid).map(|()| 0),
            Who::Jailed => jail::enter_new(&MAY_HAVE_CHILDREN),
            Who::UserIn(id, uid) => {
                jail::enter(id)?;
                process::become_user(uid).map(|()| id)
            }
            Who::JailedIn(id) => {
                jail::enter(id)?;
                jail::enter_new(&[])
            }
        }
    }
}

fn code(errno: Errno) -> u64 {
    errno.0 as u64
}

/// A process that attaches `devices`, which it has in common with all others, to itself. It answers with an errno, or an id.
fn member(t: &mut Test, who: Who, devices: &[Option<Device>]) -> Result<Target, Stop> {
    let id = Cell::new(0);
    let member = Target::spawn(
        || who.enter().map(|jail| id.set(jail)),
        |question| {
            let (what, number) = (question % QUESTIONS, question / QUESTIONS);
            if what == JAIL {
                return id.get() as u64;
            }
            let device = devices.get(number as usize).and_then(Option::as_ref);
            let device = device.ok_or(Errno::EBADF);
            let result = match what {
                ATTACH => device.and_then(|device| device.attach(process::own_pid())),
                DETACH => device.and_then(Device::detach),
                _ => process::become_user(number as u32),
            };
            result.err().map_or(0, code)
        },
    );
    t.can("fork", member)
}

/// That the member can do it with each of the first `most` of these descriptors and, for an ATTACH, with no other: ENFILE.
fn expect(
    t: &mut Test,
    who: &str,
    member: &Target,
    what: u64,
    descriptors: Range<u64>,
    most: usize,
) -> Outcome {
    for (index, descriptor) in descriptors.enumerate() {
        let answer = t.can("asking", member.ask(what + descriptor * QUESTIONS))?;
        let expected = if index < most { 0 } else { code(Errno::ENFILE) };
        t.equal(
            format_args!("{who}: question {what} about descriptor {descriptor}"),
            answer,
            expected,
        )?;
    }
    Ok(())
}

fn expect_attached(t: &mut Test, expected: u64) -> Outcome {
    t.equal("attached", sysctl::number(ATTACHED), Ok(expected))
}

fn users(t: &mut Test) -> Outcome {
    let devices = devices::<14>(t)?;
    let _limit = Limit::new(t, 8)?;
    let first = member(t, Who::User(FIRST), &devices)?;
    let second = member(t, Who::User(SECOND), &devices)?;
    let third = member(t, Who::User(THIRD), &devices)?;
    let fourth = member(t, Who::User(FOURTH), &devices)?;
    expect(t, "the first user", &first, ATTACH, 0..3, 2)?;
    let again = member(t, Who::User(FIRST), &devices)?;
    expect(t, "another process of the first", &again, ATTACH, 2..3, 0)?;
    expect(t, "the second", &second, ATTACH, 3..6, 2)?;
    expect(t, "the third", &third, ATTACH, 6..9, 2)?;
    expect(t, "the fourth", &fourth, ATTACH, 9..10, 0)?;
    expect(t, "the first, anew", &first, ATTACH, 0..2, 2)?;
    expect_attached(t, 6)?;
    for device in &devices[9..11] {
        t.can("ATTACH by root", attach_to(device, process::own_pid()))?;
    }
    let beyond = attach_to(&devices[11], process::own_pid());
    t.refused("ATTACH by root beyond the limit", beyond, Errno::ENFILE)?;
    expect_attached(t, 8)
}

fn jails(t: &mut Test) -> Outcome {
    let devices = devices::<14>(t)?;
    let _limit = Limit::new(t, 16)?;
    let root = member(t, Who::Jailed, &devices)?;
    let id = t.can("asking", root.ask(JAIL))? as i32;
    let user = member(t, Who::UserIn(id, FIRST), &devices)?;
    let inner = member(t, Who::JailedIn(id), &devices)?;
    let other = member(t, Who::Jailed, &devices)?;
    let outside = member(t, Who::User(FIRST), &devices)?;
    expect(t, "a jailed root", &root, ATTACH, 0..2, 2)?;
    expect(t, "a user in that jail", &user, ATTACH, 2..3, 1)?;
    expect(t, "root in a jail within it", &inner, ATTACH, 3..5, 1)?;
    expect(t, "the jailed root", &root, ATTACH, 4..5, 0)?;
    expect(t, "the user in the jail", &user, ATTACH, 4..5, 0)?;
    expect(t, "root in another jail", &other, ATTACH, 4..9, 4)?;
    expect(t, "the same user outside", &outside, ATTACH, 8..13, 4)?;
    expect_attached(t, 12)?;
    expect(t, "root in the inner jail", &inner, DETACH, 0..1, 1)?;
    expect(t, "the user in the jail", &user, ATTACH, 0..1, 1)
}

fn passed_on(t: &mut Test) -> Outcome {
    let mut devices = devices::<4>(t)?;
    let _limit = Limit::new(t, 8)?;
    let first = member(t, Who::User(FIRST), &devices)?;
    let second = member(t, Who::User(SECOND), &devices)?;
    expect(t, "the first user", &first, ATTACH, 0..3, 2)?;
    // One of the first's becomes root's, one nobody's, and one the second's.
    t.can("ATTACH by root", attach_to(&devices[0], process::own_pid()))?;
    expect(t, "the first", &first, ATTACH, 2..4, 1)?;
    expect(t, "the second", &second, DETACH, 1..2, 1)?;
    expect(t, "the first", &first, ATTACH, 3..4, 1)?;
    expect(t, "the second", &second, ATTACH, 3..4, 1)?;
    expect(t, "the first", &first, ATTACH, 1..2, 1)?;
    // Root's becomes one too many, and stays root's.
    expect(t, "the first", &first, ATTACH, 0..1, 0)?;
    let current = devices[0].as_ref().map(Device::current);
    t.equal("what root has attached", current, Some(Ok(())))?;
    expect_attached(t, 4)?;
    // The descriptors outlive who attached them, and are charged still.
    drop((first, second));
    let first = member(t, Who::User(FIRST), &devices)?;
    expect(t, "the first's next process", &first, ATTACH, 0..1, 0)?;
    drop(first);
    devices[1] = None;
    let first = member(t, Who::User(FIRST), &devices)?;
    expect(t, "the first, when one is closed", &first, ATTACH, 0..1, 1)
}

fn changed(t: &mut Test) -> Outcome {
    let devices = devices::<8>(t)?;
    let _limit = Limit::new(t, 8)?;
    let someone = t.can("fork", {
        let devices = &devices;
        Target::spawn(
            || {
                (0..3).try_for_each(|index| attach_to(&devices[index], process::own_pid()))?;
                process::set_user_ids([FIRST, 0, 0])?;
                (3..5).try_for_each(|index| attach_to(&devices[index], process::own_pid()))
            },
            |question| {
                let result = match question {
                    BECOME => process::set_user_ids([SECOND, 0, 0]),
                    _ => attach_to(&devices[question as usize], process::own_pid()),
                };
                result.err().map_or(0, code)
            },
        )
    })?;
    let ask = |t: &mut Test, question, expected: u64| {
        let answer = t.can("asking", someone.ask(question))?;
        t.equal(format_args!("question {question}"), answer, expected)
    };
    expect_attached(t, 5)?;
    ask(t, 5, code(Errno::ENFILE))?;
    ask(t, BECOME, 0)?;
    ask(t, 5, 0)?;
    ask(t, 6, 0)?;
    ask(t, 7, code(Errno::ENFILE))
}

const EACH: usize = 6;

fn at_once(t: &mut Test) -> Outcome {
    const ROUNDS: u64 = 300;
    const LIMIT: i32 = 12;
    let target = t.can("fork", Target::idle())?;
    let _limit = Limit::new(t, LIMIT)?;
    let mut callers = [const { None }; 6];
    for (index, caller) in callers.iter_mut().enumerate() {
        let devices = devices::<EACH>(t)?;
        let uid = [FIRST, SECOND, THIRD][index % 3];
        // Each user has two processes, and a share of three: the most that both may have at once, and the least.
        let churn = move |_| {
            let (mut most, mut least) = (0, EACH as u64);
            for _ in 0..ROUNDS {
                let attached = devices
                    .iter()
                    .filter(|it| attach_to(it, process::own_pid()).is_ok());
                let attached = attached.count() as u64;
                let detached = devices.iter().flatten().filter(|it| it.detach().is_ok());
                if detached.count() as u64 != attached {
                    return 0;
                }
                (most, least) = (attached.max(most), attached.min(least));
            }
            1 + least * 10 + most * 100
        };
        *caller = Some(t.can("fork", Target::spawn(|| process::become_user(uid), churn))?);
    }
    for caller in callers.iter().flatten() {
        t.can("asking", caller.tell(0))?;
    }
    let mut seen = 0;
    let until = time::now() + 500;
    while time::now() < until {
        seen = sysctl::number(ATTACHED).unwrap_or(u64::MAX).max(seen);
    }
    for caller in callers.iter().flatten() {
        let answer = t.can("a caller's answer", caller.hear())?;
        t.holds(
            format_args!(
                "as many DETACHes work as ATTACHes did, never more than three, got {answer}"
            ),
            answer % 10 == 1 && answer / 100 <= 3,
        )?;
    }
    t.holds(
        format_args!("three quarters at most, got {seen}"),
        seen <= 9,
    )?;
    expect_attached(t, 0)?;
    drop(target);
    Ok(())
}

fn thousand(t: &mut Test) -> Outcome {
    const MANY: u64 = 1000;
    t.equal("attached at first", sysctl::number(ATTACHED), Ok(0))?;
    let greedy = |_| {
        let mut attached = 0;
        for _ in 0..MANY {
            // Left open: they end with the process.
            let Ok(device) = Device::open() else { return 0 };
            attached += u64::from(device.attach(process::own_pid()).is_ok());
            core::mem::forget(device);
        }
        attached
    };
    let jailed = t.can(
        "fork",
        Target::spawn(|| Who::Jailed.enter().map(drop), greedy),
    )?;
    let attached = t.can("asking", jailed.ask(0))?;
    t.equal("attached of a thousand", attached, DEFAULT / 4)?;
    let by_root = devices::<100>(t)?;
    for device in &by_root {
        t.can("ATTACH by root", attach_to(device, process::own_pid()))?;
    }
    drop(jailed);
    expect_attached(t, by_root.len() as u64)
}

fn outlived(t: &mut Test) -> Outcome {
    let mut devices = devices::<1>(t)?;
    let jails = |t: &mut Test| -> Result<i64, Stop> {
        let census = t.can("taking the census", Census::take())?;
        Ok(census.in_use("prison"))
    };
    let before = jails(t)?;
    let mut jailed = member(t, Who::Jailed, &devices)?;
    expect(t, "a jailed root", &jailed, ATTACH, 0..1, 1)?;
    t.can("its end", jailed.end())?;
    let kept = jails(t)?;
    t.holds("the jail is kept by the attachment", kept > before)?;
    devices[0] = None;
    let mut after = kept;
    time::wait_until(PATIENCE, || {
        after = Census::take().map_or(kept, |census| census.in_use("prison"));
        after == before
    });
    t.equal("allocations for jails when it is closed", after, before)
}

const OVERCOMMIT: &CStr = c"vm.overcommit";
/// RLIMIT_SWAP is heeded.
const HEEDED: i32 = 2;
/// More than half of what the user may have.
const MUCH: usize = 64 << 20;
const MOST: usize = 96 << 20;

/// A user who may have so much swap reserved.
fn limited(limit: u64) -> Result<(), Errno> {
    resource::set_limit(resource::SWAP, limit)?;
    process::become_user(FIRST)
}

/// What setrlimit(2) has to be told for that. Kernels have been seen (14.2, 15.1) that hold pages against its bytes.
fn limit_that_holds(t: &mut Test) -> Result<u64, Stop> {
    for limit in [MOST, MOST / PAGE] {
        let limit = limit as u64;
        let user = Target::spawn(
            || limited(limit),
            |_| {
                let [first, second] = [0; 2].map(|_| Region::private(MUCH));
                u64::from(first.is_ok() && second.is_err())
            },
        );
        let user = t.can("fork", user)?;
        if t.can("asking", user.ask(0))? == 1 {
            return Ok(limit);
        }
    }
    t.can("finding a limit on swap that holds", Err(Errno::EINVAL))
}

fn charged(t: &mut Test) -> Outcome {
    let before = t.can("vm.overcommit", sysctl::number(OVERCOMMIT))? as i32;
    t.can("setting vm.overcommit", sysctl::set(OVERCOMMIT, HEEDED))?;
    let outcome = charged_to_the_user(t);
    t.can("setting it back", sysctl::set(OVERCOMMIT, before))?;
    outcome
}

fn charged_to_the_user(t: &mut Test) -> Outcome {
    let devices = devices::<1>(t)?;
    let limit = limit_that_holds(t)?;
    let mapped = Cell::new(None);
    let kept = Target::spawn(
        || {
            limited(limit)?;
            mapped.set(Some(Region::private(MUCH)?));
            attach_to(&devices[0], process::own_pid())
        },
        |_| 0,
    );
    let mut kept = t.can("fork", kept)?;
    let is_refused = |_| u64::from(Region::private(MUCH).is_err());
    let greedy = t.can("fork", Target::spawn(|| limited(limit), is_refused))?;
    t.equal("while the first process is there", greedy.ask(0), Ok(1))?;
    t.can("its end", kept.end())?;
    t.equal("while it is attached", greedy.ask(0), Ok(1))?;
    let device = devices[0].as_ref().map(Device::detach);
    t.equal("DETACH", device, Some(Ok(())))?;
    t.equal("when it is not", greedy.ask(0), Ok(0))
}
