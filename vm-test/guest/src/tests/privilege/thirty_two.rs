// SPDX-License-Identifier: BSD-2-Clause
//! 32-bit processes (COMPAT_FREEBSD32) as caller and as target.

use super::agent::Agent;
use super::agent::Step::{self, Execute32, Jail, User};
use super::order::{self, BATCH_BYTES, PLAIN};
use super::pair::{Expected, YES, compare, judge};
use crate::sys::Errno;
use crate::tap::{Case, Outcome, Stop, Test, USER};
use rwmem_abi::PID_ATTACHED;

pub const CASES: &[Case] = &[
    Case::root("32 bits, a caller and a 64-bit target: yes", |t| {
        compare(t, &[Execute32], &[], YES)
    }),
    Case::root("32 bits, a caller and a 32-bit target: yes", |t| {
        compare(t, &[Execute32], &[Execute32], YES)
    }),
    Case::root("32 bits, a 64-bit caller and a 32-bit target: yes", |t| {
        compare(t, &[], &[Execute32], YES)
    }),
    Case::root("32 bits, oneself: yes (ptrace: EINVAL)", |t| {
        let caller = Agent::caller(t, &[Execute32], None)?;
        judge(
            t,
            &caller,
            &caller,
            Expected {
                ptrace: Errno::EINVAL,
                rwmem: YES,
            },
        )
    }),
    Case::root("32 bits, a user and an own 32-bit process: yes", |t| {
        compare(t, &[User(USER), Execute32], &[User(USER), Execute32], YES)
    }),
    Case::root("32 bits, a user and root's 64-bit process: EPERM", |t| {
        compare(t, &[User(USER), Execute32], &[], Errno::EPERM)
    }),
    Case::root(
        "32 bits, a 64-bit user and root's 32-bit process: EPERM",
        |t| compare(t, &[User(USER)], &[Execute32], Errno::EPERM),
    ),
    Case::root("32 bits, a jailed root and a process outside: ESRCH", |t| {
        compare(t, &[Jail(PLAIN), Execute32], &[Execute32], Errno::ESRCH)
    }),
    Case::root("32 bits, RWMEM_INFO says the same", |t| {
        let (narrow, wide) = (
            Agent::caller(t, &[Execute32], None)?,
            Agent::caller(t, &[], None)?,
        );
        let info = t.can("INFO, 64 bits", wide.order([order::INFO, 0, 0, 0, 0, 0]))?;
        t.equal(
            "INFO, 32 bits",
            narrow.order([order::INFO, 0, 0, 0, 0, 0]),
            Ok(info),
        )
    }),
    Case::root("32 bits, segment arrays of a caller, 64-bit target", |t| {
        segments(t, &[Execute32], &[])
    }),
    Case::root("32 bits, segment arrays of a caller, 32-bit target", |t| {
        segments(t, &[Execute32], &[Execute32])
    }),
    Case::root(
        "32 bits, segment arrays of a 64-bit caller, 32-bit target",
        |t| segments(t, &[], &[Execute32]),
    ),
    Case::root(
        "32 bits, attached, addresses of the target above 4 GiB",
        beyond_4_gib,
    ),
    Case::root(
        "32 bits, an address of the caller above 4 GiB: EFAULT, nothing is cut off",
        local_beyond,
    ),
    Case::root(
        "32 bits, an address of a 32-bit target above 4 GiB: EFAULT",
        remote_beyond,
    ),
    Case::root("32 bits, the bytes are those of PT_IO", as_pt_io),
];

fn two(t: &mut Test, caller: &[Step], target: &[Step]) -> Result<(Agent, Agent), Stop> {
    let target = Agent::new(t, target)?;
    let caller = Agent::caller(t, caller, None)?;
    Ok((caller, target))
}

/// Bytes that are 256 apart in the target; the last segment is behind a hole.
fn segments(t: &mut Test, caller: &[Step], target: &[Step]) -> Outcome {
    const COUNT: u64 = 20;
    const DISTANCE: u64 = 256;
    let here = |place: u64| BATCH_BYTES as u64 + place;
    let (caller, target) = two(t, caller, target)?;
    let pid = target.pid() as u64;
    for place in 0..COUNT {
        target.poke(t, place * DISTANCE, 100 + place as u8)?;
    }
    let read = caller.order([order::BATCH, 0, pid, target.at(0), DISTANCE, COUNT]);
    t.equal("READV: done and failed", read, Ok([COUNT, 0]))?;
    for place in 0..COUNT {
        t.equal(
            "READV: a byte",
            caller.peek(here(place)),
            Ok(100 + place as u8),
        )?;
        caller.poke(t, here(place), 200 - place as u8)?;
    }
    let written = caller.order([order::BATCH, 1, pid, target.at(0), DISTANCE, COUNT]);
    t.equal("WRITEV: done and failed", written, Ok([COUNT, 0]))?;
    for place in 0..COUNT {
        t.equal(
            "WRITEV: a byte",
            target.peek(place * DISTANCE),
            Ok(200 - place as u8),
        )?;
    }
    // The first of three is mapped, the others are in the half of all addresses that is nobody's.
    let partly = caller.order([order::BATCH, 0, pid, target.at(0), 1 << 62, 3]);
    t.equal(
        "READV with two bad segments: done and failed",
        partly,
        Ok([1, 2]),
    )
}

fn beyond_4_gib(t: &mut Test) -> Outcome {
    let (caller, target) = two(t, &[Execute32], &[])?;
    // Beyond the reach of 32 bits, and what is left of the address in 32 bits is something else.
    let address = t.can("mapping", target.order([order::MAP, 0, 0, 0, 0, 0]))?[0];
    t.holds("the target has memory above 4 GiB", address > 1 << 32)?;
    let pid = target.pid() as u64;
    t.can("ATTACH", caller.order([order::ATTACH, pid, 0, 0, 0, 0]))?;
    caller.poke(t, 0, 42)?;
    let written = caller.order([order::PWRITE, address, caller.at(0), 1, 0, 0]);
    t.equal("pwrite", written, Ok([1, 0]))?;
    let read = caller.order([order::PREAD, address, caller.at(1), 1, 0, 0]);
    t.equal("pread", read, Ok([1, 0]))?;
    t.equal("the byte read back", caller.peek(1), Ok(42))?;
    for (place, pid) in [(2, pid), (3, PID_ATTACHED as u64)] {
        for number in [0, 2] {
            caller.poke(t, place, 0)?;
            let read = caller.order([order::TRANSFER, number, pid, address, caller.at(place), 1]);
            t.equal("a transfer", read, Ok([1, 0]))?;
            t.equal("the byte read", caller.peek(place), Ok(42))?;
        }
    }
    Ok(())
}

fn local_beyond(t: &mut Test) -> Outcome {
    let (caller, target) = two(t, &[Execute32], &[])?;
    target.poke(t, 0, 9)?;
    caller.poke(t, 0, 7)?;
    let local = 1 << 32 | caller.at(0);
    for number in 0..4 {
        let moved = caller.order([
            order::TRANSFER,
            number,
            target.pid() as u64,
            target.at(0),
            local,
            1,
        ]);
        t.equal(
            "a transfer: done and error",
            moved,
            Ok([0, Errno::EFAULT.0 as u64]),
        )?;
        t.equal("the byte here", caller.peek(0), Ok(7))?;
        t.equal("the byte there", target.peek(0), Ok(9))?;
    }
    Ok(())
}

fn remote_beyond(t: &mut Test) -> Outcome {
    for bits in [&[][..], &[Execute32]] {
        let (caller, target) = two(t, bits, &[Execute32])?;
        target.poke(t, 0, 9)?;
        caller.poke(t, 0, 7)?;
        let remote = 1 << 32 | target.at(0);
        for number in 0..4 {
            let moved = caller.order([
                order::TRANSFER,
                number,
                target.pid() as u64,
                remote,
                caller.at(0),
                1,
            ]);
            t.equal(
                "a transfer: done and error",
                moved,
                Ok([0, Errno::EFAULT.0 as u64]),
            )?;
            t.equal("the byte here", caller.peek(0), Ok(7))?;
            t.equal("the byte there", target.peek(0), Ok(9))?;
        }
    }
    Ok(())
}

fn as_pt_io(t: &mut Test) -> Outcome {
    const LEN: u64 = 16;
    let (caller, target) = two(t, &[Execute32], &[Execute32])?;
    for place in 0..LEN {
        target.poke(t, place, 3 * place as u8 + 1)?;
    }
    let pid = target.pid() as u64;
    let io = caller.order([order::PT_IO, 0, pid, target.at(0), caller.at(0), LEN]);
    t.equal("PT_IO", io, Ok([LEN, 0]))?;
    for number in [0, 2] {
        let read = caller.order([
            order::TRANSFER,
            number,
            pid,
            target.at(0),
            caller.at(LEN),
            LEN,
        ]);
        t.equal("a transfer", read, Ok([LEN, 0]))?;
        for place in 0..LEN {
            let both = (caller.peek(place), caller.peek(LEN + place));
            let expected = 3 * place as u8 + 1;
            t.equal("the byte by both", both, (Ok(expected), Ok(expected)))?;
        }
    }
    Ok(())
}
