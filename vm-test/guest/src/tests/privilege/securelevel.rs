// SPDX-License-Identifier: BSD-2-Clause
//! A raised kern.securelevel of the whole system, which is for ever as far as sysctl(8) goes. So that other tests can
//! come after this, the test disc's kernel gets its old level back through /dev/kmem; nowhere else is this run.

use super::agent::Agent;
use super::agent::Step::User;
use super::pair::{Subject, YES, judge};
use crate::sys::file::{self, Fd};
use crate::sys::{Errno, kld, sysctl};
use crate::tap::{Case, Outcome, Stop, Test, USER};
use core::ffi::CStr;

pub const CASES: &[Case] = &[Case::root(
    "kern.securelevel=1, init: EPERM instead of EINVAL, all else as before",
    raised,
)];

/// What only the test disc has.
const DISC: &CStr = c"/etc/rwmem-guest.conf";
const NAME: &CStr = c"kern.securelevel";

fn raised(t: &mut Test) -> Outcome {
    if file::stat(DISC).is_err() {
        return Err(Stop::Skipped(
            "it would raise this machine's securelevel until it is started again",
        ));
    }
    let (roots, users) = (Agent::new(t, &[])?, Agent::new(t, &[User(USER)])?);
    let root = Agent::caller(t, &[], None)?;
    let user = Agent::caller(t, &[User(USER)], None)?;
    let init = || Subject {
        pid: 1,
        remote: 4096,
        witness: None,
    };
    judge(t, &root, init(), Errno::EINVAL)?;
    let level = Raised::new(t, 1)?;
    let was = level.was;
    judge(t, &root, init(), Errno::EPERM)?;
    judge(t, &user, init(), Errno::EPERM)?;
    judge(t, &root, &roots, YES)?;
    judge(t, &root, &users, YES)?;
    judge(t, &user, &users, YES)?;
    judge(t, &user, &roots, Errno::EPERM)?;
    drop(level);
    t.equal("kern.securelevel, set back", level_now(), Ok(was))
}

fn level_now() -> Result<i32, Errno> {
    sysctl::number(NAME).map(|level| level as i32)
}

/// A raised level, and where in the kernel's memory it is kept; set back on drop.
struct Raised {
    kmem: Fd,
    place: u64,
    was: i32,
}

impl Raised {
    fn new(t: &mut Test, level: i32) -> Result<Raised, Stop> {
        // The system's own jail, in which the level is one of the words.
        let (jail, size) = t.can("looking up prison0", kld::symbol(c"prison0"))?;
        // Before: at a raised level it cannot be opened.
        let kmem = t.can(
            "opening /dev/kmem",
            file::open(c"/dev/kmem", file::READ_WRITE),
        )?;
        let mut before = [0; 8192];
        let mut after = [0; 8192];
        let size = size.min(before.len());
        let was = t.can("kern.securelevel", level_now())?;
        t.can("reading prison0", kmem.read_at(&mut before[..size], jail))?;
        t.can("kern.securelevel=1", sysctl::set(NAME, level))?;
        t.can("reading prison0", kmem.read_at(&mut after[..size], jail))?;
        let is = |bytes: &[u8], level: i32| bytes == level.to_ne_bytes();
        let mut places = (0..size)
            .step_by(4)
            .filter(|&at| is(&before[at..at + 4], was) && is(&after[at..at + 4], level));
        let (place, other) = (places.next(), places.next());
        match (place, other) {
            (Some(place), None) => Ok(Raised {
                kmem,
                place: jail + place as u64,
                was,
            }),
            _ => {
                t.note("expected one word of prison0 to change; the level stays raised");
                Err(Stop::Failed)
            }
        }
    }
}

impl Drop for Raised {
    fn drop(&mut self) {
        // Where it fails, the test finds the level still raised.
        let _ = self
            .kmem
            .write_from(self.was.to_ne_bytes().as_ptr() as u64, 4, self.place);
    }
}
