// SPDX-License-Identifier: BSD-2-Clause
//! What happens in the course of a batch: the target's execve, a signal; and how it is counted.

use super::batch::{HOLE, REQUESTS, STAINED, batch, run, scene};
use super::execve::{OLD, executing_when};
use crate::sys::memory::{ALIAS, ARENA_LEN, Region};
use crate::sys::signal::{self, Action, SIGALRM};
use crate::sys::{Errno, sysctl};
use crate::tap::{Case, Outcome, Test};
use crate::target::Target;
use rwmem_abi::Seg;

pub const CASES: &[Case] = &[
    Case::everyone(
        "execve in the middle of a batch: it goes on with the old image",
        execve,
    ),
    Case::everyone(
        "a signal keeps the rest of a batch from running: EINTR",
        interrupted,
    ),
    Case::root(
        "kern.rwmem counts a batch as one request, its bytes and its faults",
        counted,
    ),
];

fn execve(t: &mut Test) -> Outcome {
    /// Enough for an execve to happen meanwhile.
    const SEGS: usize = 4;
    let arena = Region::arena();
    let local = t.can("mmap", Region::aliased(ARENA_LEN))?;
    let target = executing_when(t, || local.get(0) == OLD)?;
    let seg = Seg {
        remote: arena.at(0),
        local: local.at(0),
        len: ARENA_LEN as u64,
        ..STAINED
    };
    run(
        t,
        REQUESTS[0],
        target.pid(),
        &mut [seg; SEGS],
        &[(ARENA_LEN, Errno::NONE); SEGS],
    )?;
    t.same("what was read last", &local, 0, ALIAS, |_| OLD)?;
    t.can("the new image says that it is ready", target.hear())?;
    let seg = Seg {
        len: ALIAS as u64,
        ..seg
    };
    run(
        t,
        REQUESTS[0],
        target.pid(),
        &mut [seg],
        &[(ALIAS, Errno::NONE)],
    )?;
    t.same("the new image's arena", &local, 0, ALIAS, |_| 0)
}

fn counted(t: &mut Test) -> Outcome {
    let (remote, local, target) = scene(t)?;
    let seg = |from: usize| Seg {
        remote: remote.at(from),
        local: local.at(0),
        len: 100,
        ..STAINED
    };
    let names = [
        c"kern.rwmem.reads",
        c"kern.rwmem.bytes_read",
        c"kern.rwmem.faults",
    ];
    let before = names.map(sysctl::number);
    let outcomes = [(100, Errno::NONE), (0, Errno::EFAULT), (100, Errno::NONE)];
    let mut segs = [seg(0), seg(HOLE), seg(200)];
    run(t, REQUESTS[0], target.pid(), &mut segs, &outcomes)?;
    for ((name, before), added) in names.into_iter().zip(before).zip([1, 200, 1]) {
        let before = t.can(format_args!("{name:?}"), before)?;
        let after = t.can(format_args!("{name:?}"), sysctl::number(name))?;
        t.equal(format_args!("added to {name:?}"), after - before, added)?;
    }
    Ok(())
}

fn interrupted(t: &mut Test) -> Outcome {
    /// Together far more than can be transferred before the signal.
    const SEGS: usize = 1000;
    const LEN: usize = 4 * ALIAS;
    extern "C" fn on_alarm(_signal: i32) {}
    let remote = t.can("mmap", Region::aliased(LEN))?;
    let local = t.can("mmap", Region::aliased(LEN))?;
    let target = t.can("fork", Target::idle())?;
    t.can(
        "sigaction",
        signal::set_action(SIGALRM, Action::Call(on_alarm)),
    )?;
    for (name, request) in REQUESTS {
        let mut segs = [Seg {
            remote: remote.at(0),
            local: local.at(0),
            len: LEN as u64,
            ..STAINED
        }; SEGS];
        let mut answered = batch(target.pid(), &mut segs);
        t.can("setitimer", signal::set_alarm(60, 0))?;
        let result = t.device().batch(request, &mut answered);
        t.can(name, result)?;
        t.equal(
            format_args!("{name}'s error"),
            Errno(answered.error),
            Errno::EINTR,
        )?;
        let whole = segs
            .iter()
            .take_while(|seg| seg.done == LEN as u64 && seg.error == 0)
            .count();
        let rest = &segs[whole..];
        t.equal(
            format_args!("{name}'s failed"),
            answered.failed as usize,
            rest.len(),
        )?;
        let done: u64 = segs.iter().map(|seg| seg.done).sum();
        t.equal(format_args!("{name}'s done"), answered.done, done)?;
        t.holds(
            "some, but not all, was transferred",
            done > 0 && !rest.is_empty(),
        )?;
        // The first of them may have been begun.
        let told = rest.iter().all(|seg| Errno(seg.error) == Errno::EINTR);
        t.holds("each that was not transferred says EINTR", told)?;
        t.holds(
            "none after it was begun",
            rest.iter().skip(1).all(|seg| seg.done == 0),
        )?;
    }
    Ok(())
}
