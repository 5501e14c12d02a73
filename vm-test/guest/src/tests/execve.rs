// SPDX-License-Identifier: BSD-2-Clause
//! The target's execve. During a long transfer by the checked path it ends that, and nothing of the new image is
//! seen. (The other paths keep the old image: see `batch` and `attach`.)
//!
//! What is transferred is the program's own zero-initialised data, which both images have at the same
//! addresses. The old image put other memory there (aliased: it costs nothing) and filled it; in the new one it
//! is all zeros. So the new image has something to be read from its first moment on.

use crate::device::Moved;
use crate::sys::memory::{ALIAS, ARENA_LEN, PAGE, Region};
use crate::sys::{Errno, sysctl, time};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::{Role, Target};

pub const CASES: &[Case] = &[
    Case::everyone(
        "execve during a read: ESTALE, no byte of the new image",
        during_read,
    ),
    Case::everyone("execve during a write: ESTALE", during_write),
    Case::root(
        "kern.rwmem.stale counts transfers that an execve ended",
        counted,
    ),
    Case::transfers(
        "a process in execve is refused with EBUSY, and had again after",
        in_execve,
    ),
];

/// So many transfers have to be ended by an execve.
const ROUNDS: usize = 8;
/// A transfer may be over before the target came to execute itself, if the machine is busy: not more often.
const ATTEMPTS: usize = 40;

/// What the old image holds where the new one has zeros.
pub const OLD: u8 = b'o';
/// What the caller's memory holds before a read, or what a write brings.
const OURS: u8 = b'w';

/// A target with its arena filled, that executes itself as soon as `go` says so.
pub fn executing_when(t: &mut Test, go: impl Fn() -> bool) -> Result<Target, Stop> {
    let program = t.program;
    let target = Target::start(|link| {
        let arena = Region::arena();
        if arena.alias().is_err() {
            return;
        }
        arena.fill(0, ALIAS, |_| OLD);
        link.say(0);
        while !go() {
            core::hint::spin_loop();
        }
        link.become_role(program, Role::Idle);
    });
    t.can("fork", target)
}

/// Where the byte is that tells the target to execute itself, once it has been transferred: at another place in
/// each round, and so far that some bytes are counted as done by then.
fn sign(round: usize) -> usize {
    (40 + round * 23) * PAGE
}

/// Runs `round` until it was ended by an execve often enough. It returns how far its transfer came.
fn rounds(t: &mut Test, round: impl Fn(&mut Test, usize) -> Result<usize, Stop>) -> Outcome {
    let mut ended = 0;
    for attempt in 0..ATTEMPTS {
        if round(t, sign(attempt % ROUNDS))? < ARENA_LEN {
            ended += 1;
        }
        if ended == ROUNDS {
            return Ok(());
        }
    }
    t.equal("transfers ended by an execve", ended, ROUNDS)
}

/// How far the transfer came before the execve; all the way, if it was quicker.
fn stale(t: &mut Test, got: Result<Moved, Errno>) -> Result<usize, Stop> {
    match got {
        Ok(Moved {
            done,
            error: Errno::NONE,
        }) if done == ARENA_LEN as u64 => Ok(ARENA_LEN),
        got => t.cut("the transfer", got, ARENA_LEN, Errno::ESTALE),
    }
}

fn during_read(t: &mut Test) -> Outcome {
    rounds(t, read_across)
}

fn read_across(t: &mut Test, sign: usize) -> Result<usize, Stop> {
    let arena = Region::arena();
    let local = t.can("mmap", Region::aliased(ARENA_LEN))?;
    local.fill(0, ALIAS, |_| OURS);
    let target = executing_when(t, || local.get(sign) == OLD)?;
    let got = t.read(target.pid(), arena.at(0), local.at(0), ARENA_LEN as u64);
    let done = stale(t, got)?;
    // What comes last in the local memory is what was read last.
    let seen = done.min(ALIAS);
    t.same("what was read", &local, 0, seen, |_| OLD)?;
    t.same("beyond done", &local, seen, ALIAS - seen, |_| OURS)?;
    t.can("the new image says that it is ready", target.hear())?;
    let again = t.read(target.pid(), arena.at(0), local.at(0), PAGE as u64);
    t.moved_all("a read of the new image, when it is asked for", again, PAGE)?;
    t.same("the new image's arena", &local, 0, PAGE, |_| 0)?;
    Ok(done)
}

fn during_write(t: &mut Test) -> Outcome {
    rounds(t, write_across)
}

fn write_across(t: &mut Test, sign: usize) -> Result<usize, Stop> {
    let arena = Region::arena();
    let local = t.can("mmap", Region::aliased(ARENA_LEN))?;
    local.fill(0, ALIAS, |_| OURS);
    let target = executing_when(t, || arena.get(sign) == OURS)?;
    let got = t.write(target.pid(), arena.at(0), local.at(0), ARENA_LEN as u64);
    let done = stale(t, got)?;
    t.can("the new image says that it is ready", target.hear())?;
    let again = t.write(target.pid(), arena.at(0), local.at(0), PAGE as u64);
    t.moved_all(
        "a write to the new image, when it is asked for",
        again,
        PAGE,
    )?;
    Ok(done)
}

fn counted(t: &mut Test) -> Outcome {
    let before = t.can("kern.rwmem.stale", sysctl::number(c"kern.rwmem.stale"))?;
    rounds(t, read_across)?;
    let after = t.can("kern.rwmem.stale", sysctl::number(c"kern.rwmem.stale"))?;
    t.equal("kern.rwmem.stale", after, before + ROUNDS as u64)
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
            link.become_role(program, Role::Idle);
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
            return t.equal("a process in execve", error, Errno::EBUSY);
        }
        if caught {
            return Ok(());
        }
    }
    t.holds("a target was seen inside execve", false)
}
