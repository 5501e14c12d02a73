// SPDX-License-Identifier: BSD-2-Clause
//! Capability mode, and descriptors with fewer rights (capsicum(4)).

use super::agent::Agent;
use super::agent::Step::User;
use super::numbers::of_number;
use super::order;
use super::pair::{Expected, YES, judge};
use crate::sys::Errno;
use crate::sys::capability::Rights;
use crate::tap::{Case, Outcome, Stop, Test, USER};
use crate::target::Target;
use rwmem_abi::PID_ATTACHED;

pub const CASES: &[Case] = &[
    Case::root(
        "capability mode, root and a process it reached before: ECAPMODE",
        |t| {
            let (caller, target) = two(t)?;
            judge(t, &caller, &target, YES)?;
            enter(t, &caller)?;
            judge(t, &caller, &target, Errno::ECAPMODE)
        },
    ),
    Case::root(
        "capability mode, a user and an own process: ECAPMODE",
        |t| {
            let target = Agent::new(t, &[User(USER)])?;
            let caller = Agent::caller(t, &[User(USER)], None)?;
            enter(t, &caller)?;
            judge(t, &caller, &target, Errno::ECAPMODE)
        },
    ),
    // Whether a pid exists is not told either.
    Case::root(
        "capability mode, root, and init or a pid that nobody has: ECAPMODE",
        |t| {
            let mut gone = t.can("fork", Target::idle())?;
            t.can("ending a process", gone.end())?;
            let caller = Agent::caller(t, &[], None)?;
            enter(t, &caller)?;
            for pid in [1, gone.pid()] {
                judge(t, &caller, of_number(pid), Errno::ECAPMODE)?;
            }
            Ok(())
        },
    ),
    Case::root("capability mode, oneself: yes (ptrace: ECAPMODE)", |t| {
        let (caller, _) = two(t)?;
        enter(t, &caller)?;
        judge(
            t,
            &caller,
            &caller,
            Expected {
                ptrace: Errno::ECAPMODE,
                rwmem: YES,
            },
        )
    }),
    Case::root(
        "capability mode, a target in capability mode: yes from outside",
        |t| {
            let (caller, target) = two(t)?;
            enter(t, &target)?;
            judge(t, &caller, &target, YES)
        },
    ),
    Case::root(
        "capability mode, attached before: that address space and no other",
        attached_before,
    ),
    Case::root(
        "a descriptor with CAP_READ only: ENOTCAPABLE for all",
        |t| limited(t, Rights::READ, &[]),
    ),
    Case::root("a descriptor with CAP_READ and CAP_SEEK: pread only", |t| {
        limited(t, Rights::READ.and(Rights::SEEK), &[Use::Pread])
    }),
    Case::root(
        "a descriptor with CAP_WRITE and CAP_SEEK: pwrite only",
        |t| limited(t, Rights::WRITE.and(Rights::SEEK), &[Use::Pwrite]),
    ),
    Case::root(
        "a descriptor with CAP_READ, CAP_WRITE and CAP_SEEK: no ioctl",
        |t| {
            limited(
                t,
                Rights::READ.and(Rights::WRITE).and(Rights::SEEK),
                &[Use::Pread, Use::Pwrite],
            )
        },
    ),
    Case::root(
        "a descriptor with CAP_IOCTL only: every ioctl, also those that write",
        |t| limited(t, Rights::IOCTL, &IOCTLS),
    ),
    Case::root(
        "a descriptor limited to RWMEM_READ and READV: no other ioctl",
        |t| limited_ioctls(t, &[Use::Ioctl(0), Use::Ioctl(2)]),
    ),
    Case::root(
        "a descriptor limited to no ioctl: pread and pwrite of what it was attached to",
        |t| limited_ioctls(t, &[]),
    ),
];

/// What a descriptor can be used for: an ioctl by its number in [`order::IOCTLS`], or read and written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Ioctl(u64),
    Pread,
    Pwrite,
}

const IOCTLS: [Use; order::IOCTLS.len()] = [
    Use::Ioctl(0),
    Use::Ioctl(1),
    Use::Ioctl(2),
    Use::Ioctl(3),
    Use::Ioctl(4),
    Use::Ioctl(5),
    Use::Ioctl(6),
    Use::Ioctl(7),
];

/// Two of root's, caller and target.
fn two(t: &mut Test) -> Result<(Agent, Agent), Stop> {
    let target = Agent::new(t, &[])?;
    let caller = Agent::caller(t, &[], None)?;
    Ok((caller, target))
}

fn enter(t: &mut Test, agent: &Agent) -> Outcome {
    let entered = agent.order([order::CAPABILITY_MODE, 0, 0, 0, 0, 0]);
    t.can("cap_enter", entered).map(drop)
}

/// Makes one use of the descriptor; it is attached to the target, and again after DETACH.
fn make(caller: &Agent, target: &Agent, made: Use) -> Result<[u64; 2], Errno> {
    let (pid, remote, local) = (target.pid() as u64, target.at(0), caller.at(0));
    match made {
        Use::Ioctl(number @ 0..4) => caller.order([order::TRANSFER, number, pid, remote, local, 1]),
        Use::Ioctl(4) => caller.order([order::ATTACH, pid, 0, 0, 0, 0]),
        Use::Ioctl(5) => {
            caller.order([order::DETACH, 0, 0, 0, 0, 0])?;
            caller.order([order::ATTACH, pid, 0, 0, 0, 0])
        }
        Use::Ioctl(6) => caller.order([order::INFO, 0, 0, 0, 0, 0]),
        Use::Ioctl(_) => {
            let [value, more] = caller.order([order::SNAPSHOT, pid, 0, 0, 0, 0])?;
            // What is written to next is the target itself.
            caller.order([order::ATTACH, pid, 0, 0, 0, 0])?;
            Ok([value, more])
        }
        Use::Pread => caller.order([order::PREAD, remote, local, 1, 0, 0]),
        Use::Pwrite => caller.order([order::PWRITE, remote, local, 1, 0, 0]),
    }
}

/// Exactly these uses are possible, and the others ENOTCAPABLE, in capability mode or not.
fn only(t: &mut Test, caller: &Agent, target: &Agent, possible: &[Use]) -> Outcome {
    for (number, made) in IOCTLS
        .into_iter()
        .chain([Use::Pread, Use::Pwrite])
        .enumerate()
    {
        let expected = match possible.contains(&made) {
            true => Errno::NONE,
            false => Errno::ENOTCAPABLE,
        };
        let got = make(caller, target, made).err().unwrap_or(Errno::NONE);
        const NAMES: [&str; 10] = [
            "READ", "WRITE", "READV", "WRITEV", "ATTACH", "DETACH", "INFO", "SNAPSHOT", "pread",
            "pwrite",
        ];
        t.equal(NAMES[number], got, expected)?;
    }
    Ok(())
}

fn limited(t: &mut Test, rights: Rights, possible: &[Use]) -> Outcome {
    let (caller, target) = two(t)?;
    t.can("ATTACH", make(&caller, &target, Use::Ioctl(4)))?;
    let [first, second] = rights.0;
    t.can(
        "cap_rights_limit",
        caller.order([order::RIGHTS, first, second, 0, 0, 0]),
    )?;
    only(t, &caller, &target, possible)
}

fn limited_ioctls(t: &mut Test, possible: &[Use]) -> Outcome {
    let (caller, target) = two(t)?;
    t.can("ATTACH", make(&caller, &target, Use::Ioctl(4)))?;
    let bits = possible.iter().fold(0, |bits, &made| match made {
        Use::Ioctl(number) => bits | 1 << number,
        _ => bits,
    });
    t.can(
        "cap_ioctls_limit",
        caller.order([order::LIMIT_IOCTLS, bits, 0, 0, 0, 0]),
    )?;
    let mut all = [Use::Pread; IOCTLS.len() + 2];
    let (ioctls, rest) = all.split_at_mut(possible.len());
    ioctls.copy_from_slice(possible);
    rest[0] = Use::Pwrite;
    only(t, &caller, &target, &all)
}

fn attached_before(t: &mut Test) -> Outcome {
    let (caller, target) = two(t)?;
    let other = Agent::new(t, &[])?;
    t.can("ATTACH", make(&caller, &target, Use::Ioctl(4)))?;
    enter(t, &caller)?;
    target.poke(t, 0, 0x5a)?;
    let attached = PID_ATTACHED as u64;
    for number in [0, 2] {
        caller.poke(t, 0, 0)?;
        let read = caller.order([
            order::TRANSFER,
            number,
            attached,
            target.at(0),
            caller.at(0),
            1,
        ]);
        t.equal("reading the attached process", read, Ok([1, 0]))?;
        t.equal("what was read", caller.peek(0), Ok(0x5a))?;
    }
    for number in [1, 3] {
        caller.poke(t, 1, number as u8)?;
        let written = caller.order([
            order::TRANSFER,
            number,
            attached,
            target.at(1),
            caller.at(1),
            1,
        ]);
        t.equal("writing the attached process", written, Ok([1, 0]))?;
        t.equal("what was written", target.peek(1), Ok(number as u8))?;
    }
    t.equal("pread", make(&caller, &target, Use::Pread), Ok([1, 0]))?;
    t.equal("pwrite", make(&caller, &target, Use::Pwrite), Ok([1, 0]))?;
    // Its pid is no good, nor is another's, and trying does not end the attachment.
    for agent in [&target, &other] {
        for number in [0, 1, 2, 3, 4, 7] {
            let refused = make(&caller, agent, Use::Ioctl(number));
            t.refused("a pid", refused, Errno::ECAPMODE)?;
        }
    }
    t.equal(
        "pread after that",
        make(&caller, &target, Use::Pread),
        Ok([1, 0]),
    )?;
    // Oneself instead; and there is no way back.
    t.can("ATTACH to oneself", make(&caller, &caller, Use::Ioctl(4)))?;
    t.can("DETACH", caller.order([order::DETACH, 0, 0, 0, 0, 0]))?;
    let refused = make(&caller, &target, Use::Ioctl(4));
    t.refused("ATTACH after DETACH", refused, Errno::ECAPMODE)?;
    t.refused(
        "pread after DETACH",
        make(&caller, &target, Use::Pread),
        Errno::ENXIO,
    )
}
