// SPDX-License-Identifier: BSD-2-Clause
//! Side by side: what `ptrace(2)` and each request of rwmem return to the same caller about the same target.

use super::agent::{Agent, Step};
use super::order;
use crate::sys::{Errno, sysctl};
use crate::tap::{Outcome, Stop, Test};
use crate::text::Text;
use core::fmt::Write;

/// The errno of both, [`Errno::NONE`] where it is yes.
pub const YES: Errno = Errno::NONE;

/// What is expected where the two differ by design.
#[derive(Clone, Copy)]
pub struct Expected {
    pub ptrace: Errno,
    pub rwmem: Errno,
}

impl From<Errno> for Expected {
    fn from(both: Errno) -> Expected {
        Expected {
            ptrace: both,
            rwmem: both,
        }
    }
}

/// What is expected of both where kernels differ: the first errno, and for each major from which on there is another,
/// that one.
#[derive(Clone, Copy)]
pub struct ByMajor(pub Errno, pub &'static [(u32, Errno)]);

impl From<ByMajor> for Expected {
    /// Of the kernel that runs.
    fn from(ByMajor(first, later): ByMajor) -> Expected {
        let running = sysctl::major();
        let holds = later.iter().rfind(|(major, _)| *major <= running);
        holds.map_or(first, |(_, errno)| *errno).into()
    }
}

/// The process that is asked for.
pub struct Subject<'a> {
    pub pid: i32,
    /// An address in it.
    pub remote: u64,
    /// Itself, if it can tell what is at that address.
    pub witness: Option<&'a Agent>,
}

impl<'a> From<&'a Agent> for Subject<'a> {
    fn from(agent: &'a Agent) -> Subject<'a> {
        Subject {
            pid: agent.pid(),
            remote: agent.at(PLACE),
            witness: Some(agent),
        }
    }
}

/// Makes a target and a caller, and compares.
pub fn compare(
    t: &mut Test,
    caller: &[Step],
    target: &[Step],
    expected: impl Into<Expected>,
) -> Outcome {
    let target = Agent::new(t, target)?;
    let caller = Agent::caller(t, caller, Some(&target))?;
    judge(t, &caller, &target, expected)
}

/// Where the byte is that is read and written, in the target's memory, and where in the caller's.
const PLACE: u64 = 64;
const LOCAL: u64 = 128;

/// What is at both places before.
const THERE: u8 = 0x5a;
const HERE: u8 = 0xa5;

/// How the requests are called in a message; the first four are [`order::REQUESTS`].
const NAMES: [&str; 6] = ["READ", "WRITE", "READV", "WRITEV", "ATTACH", "SNAPSHOT"];

/// Compares, and checks that exactly what was allowed was done.
pub fn judge<'a>(
    t: &mut Test,
    caller: &Agent,
    target: impl Into<Subject<'a>>,
    expected: impl Into<Expected>,
) -> Outcome {
    let (target, expected) = (target.into(), expected.into());
    let mut seen = [Errno::NONE; NAMES.len()];
    for (number, seen) in seen.iter_mut().enumerate() {
        *seen = request(t, caller, &target, number)?;
    }
    let ptrace = caller.order([order::PT_ATTACH, target.pid as u64, 0, 0, 0, 0]);
    let ptrace = ptrace.err().unwrap_or(Errno::NONE);
    if ptrace == expected.ptrace && seen == [expected.rwmem; NAMES.len()] {
        return Ok(());
    }
    let mut told = Text::<400>::of(format_args!("ptrace(PT_ATTACH): {ptrace}"));
    for (name, seen) in NAMES.iter().zip(seen) {
        // Writing to a Text never fails.
        let _ = write!(told, "; {name}: {seen}");
    }
    t.note(format_args!(
        "expected of ptrace: {}; of rwmem: {}; got",
        expected.ptrace, expected.rwmem
    ));
    t.note(told.as_str());
    Err(Stop::Failed)
}

/// One request, and what came of it.
fn request(t: &mut Test, caller: &Agent, target: &Subject, number: usize) -> Result<Errno, Stop> {
    caller.poke(t, LOCAL, HERE)?;
    if let Some(witness) = target.witness {
        witness.poke(t, PLACE, THERE)?;
    }
    let pid = target.pid as u64;
    let local = caller.at(LOCAL);
    let asked = match number {
        4 => kept(caller, order::ATTACH, pid, target.remote, local),
        5 => kept(caller, order::SNAPSHOT, pid, target.remote, local),
        _ => {
            let transfer = |len| {
                caller.order([
                    order::TRANSFER,
                    number as u64,
                    pid,
                    target.remote,
                    local,
                    len,
                ])
            };
            let asked = transfer(1);
            // The same checks, though there is nothing to move.
            let what = format_args!("{} of no byte", NAMES[number]);
            t.equal(what, transfer(0), asked.map(|_| [0, 0]))?;
            asked
        }
    };
    let errno = match asked {
        Ok([1, 0]) => Errno::NONE,
        Ok([done, error]) => {
            t.note(format_args!(
                "{}: expected 1 byte, got done = {done}, error = {}",
                NAMES[number],
                Errno(error as i32)
            ));
            return Err(Stop::Failed);
        }
        Err(errno) => errno,
    };
    let allowed = errno == Errno::NONE;
    let wrote = matches!(number, 1 | 3);
    let here = t.can("asking the caller for a byte", caller.peek(LOCAL))?;
    match target.witness {
        Some(witness) if witness.pid() != caller.pid() => {
            let there = t.can("asking the target for a byte", witness.peek(PLACE))?;
            let expected = match (allowed, wrote) {
                (false, _) => (HERE, THERE),
                (true, false) => (THERE, THERE),
                (true, true) => (HERE, HERE),
            };
            let what = format_args!("{}: the byte here and the byte there", NAMES[number]);
            t.equal(what, (here, there), expected)?;
        }
        Some(_) => (),
        // Whatever was there, what must not be read was not.
        None if !allowed => {
            t.equal(format_args!("{}: the byte here", NAMES[number]), here, HERE)?
        }
        None => (),
    }
    Ok(errno)
}

/// Attaches to it or to a snapshot of it, reads a byte, and detaches.
fn kept(caller: &Agent, order: u64, pid: u64, remote: u64, local: u64) -> Result<[u64; 2], Errno> {
    caller.order([order, pid, 0, 0, 0, 0])?;
    let read = caller.order([order::PREAD, remote, local, 1, 0, 0]);
    caller.order([order::DETACH, 0, 0, 0, 0, 0])?;
    read
}
