// SPDX-License-Identifier: BSD-2-Clause
//! The processes and the memory that the shared cases are about.

use super::mapped::{Mapped, P, before, further};
use crate::sys::memory::pattern;
use crate::sys::process::{self, Ended};
use crate::sys::ptrace::{Io, Stopped};
use crate::sys::time;
use crate::tap::{Outcome, Stop, Test};
use crate::target::{Link, PATIENCE, Role, Target};
use core::ffi::CStr;
use rwmem_cases::{
    BROKEN, CONSTANTS, Case, Event, MEMORY, OURS, OURS_READ_ONLY, PAGE, Place, Step, TEXT,
    UNMAPPED, Who,
};

/// What the target's memory and ours hold at first.
const THEIRS: u8 = 1;
const OURS_HOLDS: u8 = 2;

/// Bytes that a step moves.
pub struct Piece {
    pub write: bool,
    pub remote: Place,
    pub local: Place,
    pub len: u64,
    /// How many of them.
    pub done: u64,
    /// Whether nothing else is moved with it, so that what is beside it stays.
    pub alone: bool,
}

pub struct Scene {
    memory: Mapped,
    text: Mapped,
    constants: Mapped,
    broken: Mapped,
    ours: Mapped,
    ours_read_only: Mapped,
    /// Before the target: it is detached before that is ended.
    stopped: Option<Stopped>,
    target: Target,
    gone: i32,
    zombie: Option<Target>,
    unmapped: bool,
}

/// What the target is asked, above an address.
const LOOK: u64 = 0;
const UNMAP: u64 = 1;
const EXEC: u64 = 2;
const KIND: u32 = 60;

impl Scene {
    pub fn new(t: &mut Test, case: &Case) -> Result<Scene, Stop> {
        let memory = Mapped::new(t, &MEMORY)?;
        let text = Mapped::new(t, &TEXT)?;
        let constants = Mapped::new(t, &CONSTANTS)?;
        let broken = Mapped::new(t, &BROKEN)?;
        let ours = Mapped::new(t, &OURS)?;
        let ours_read_only = Mapped::new(t, &OURS_READ_ONLY)?;
        let theirs = [&memory, &text, &constants, &broken];
        let program = t.program;
        let target = Target::start(|link| {
            if theirs.iter().all(|mapped| mapped.furnish(THEIRS)) {
                serve(&link, &theirs, program);
            }
        });
        let target = t.can("fork", target)?;
        let furnished = ours.furnish(OURS_HOLDS) && ours_read_only.furnish(OURS_HOLDS);
        t.holds("our memory can be protected", furnished)?;

        let mut gone = t.can("fork", Target::idle())?;
        t.can("a process's end", gone.end())?;
        let zombie = match mentions(case, Who::Zombie) {
            true => Some(zombie(t)?),
            false => None,
        };
        Ok(Scene {
            memory,
            text,
            constants,
            broken,
            ours,
            ours_read_only,
            stopped: None,
            target,
            gone: gone.pid(),
            zombie,
            unmapped: false,
        })
    }

    pub fn pid(&self, who: Who) -> i32 {
        match who {
            Who::Target => self.target.pid(),
            Who::Attached => rwmem_abi::PID_ATTACHED,
            Who::Own => process::own_pid(),
            Who::Gone => self.gone,
            Who::Zombie => self.zombie.as_ref().map_or(self.gone, Target::pid),
            Who::System => 1,
            Who::Pid(pid) => pid,
        }
    }

    /// The area that a place is in, and where.
    fn find(&self, place: Place) -> Option<(&Mapped, u64)> {
        Some(match place {
            Place::Memory(offset) => (&self.memory, offset),
            Place::Text(offset) => (&self.text, offset),
            Place::Constants(offset) => (&self.constants, offset),
            Place::Broken(offset) => (&self.broken, offset),
            Place::Ours(offset) => (&self.ours, offset),
            Place::OursReadOnly(offset) => (&self.ours_read_only, offset),
            Place::At(_) => return None,
        })
    }

    pub fn address(&self, place: Place) -> u64 {
        match (self.find(place), place) {
            (Some((mapped, offset)), _) => mapped.at(offset),
            (None, Place::At(address)) => address,
            (None, _) => 0,
        }
    }

    /// The byte that a place holds at first.
    fn first_byte(&self, place: Place) -> Option<u8> {
        let (mapped, offset) = self.find(place)?;
        let ours = matches!(place, Place::Ours(_) | Place::OursReadOnly(_));
        let seed = if ours { OURS_HOLDS } else { THEIRS };
        let unmapped = self.unmapped
            && matches!(place, Place::Memory(_))
            && UNMAPPED.contains(&(offset / PAGE));
        (mapped.has(offset) && !unmapped).then(|| pattern(seed)(P + offset as usize))
    }

    pub fn happen(&mut self, t: &mut Test, event: Event) -> Outcome {
        match event {
            Event::Exec => {
                let told = self.target.ask(EXEC << KIND);
                t.can("the target's new image is ready", told).map(drop)
            }
            Event::Exit => {
                let ended = t.can("the target's end", self.target.end())?;
                t.holds("it was killed", matches!(ended, Ended::Signal(_)))
            }
            Event::Unmap => {
                let told = t.can("telling the target", self.target.ask(UNMAP << KIND))?;
                self.unmapped = true;
                t.equal("munmap in the target", told, 0)
            }
            Event::Trace => {
                self.stopped = Some(t.can("PT_ATTACH", Stopped::attach(self.target.pid()))?);
                Ok(())
            }
            Event::Untrace => {
                self.stopped = None;
                Ok(())
            }
            // Of the caller, not of the target.
            Event::Capability => Ok(()),
        }
    }

    /// Our side of the piece holds what it held at first.
    pub fn prepare(&self, piece: &Piece) {
        if let Place::Ours(offset) = piece.local {
            let rest = (self.ours.len() as u64).saturating_sub(offset);
            let len = piece.len.min(rest) as usize;
            let start = P + offset as usize;
            self.ours.region.fill(start, len, pattern(OURS_HOLDS));
        }
    }

    /// The bytes that are done have arrived, and the next one has not.
    pub fn verify(&self, t: &mut Test, piece: &Piece) -> Outcome {
        if piece.write {
            self.verify_write(t, piece)
        } else {
            self.verify_read(t, piece)
        }
    }

    fn verify_read(&self, t: &mut Test, piece: &Piece) -> Outcome {
        let Place::Ours(offset) = piece.local else {
            return Ok(());
        };
        let mut got =
            (0..piece.done).map(|way| (way, self.ours.region.get(P + (offset + way) as usize)));
        let wrong =
            got.find(|&(way, byte)| self.first_byte(further(piece.remote, way)) != Some(byte));
        t.equal("the first wrong byte that was read", wrong, None)?;
        let next = further(piece.local, piece.done);
        match self.first_byte(next) {
            Some(kept) if piece.alone && piece.done < piece.len => {
                let byte = self.ours.region.get(P + (offset + piece.done) as usize);
                t.equal("the byte behind what was read", byte, kept)
            }
            _ => Ok(()),
        }
    }

    fn verify_write(&self, t: &mut Test, piece: &Piece) -> Outcome {
        if piece.done == 0 {
            return Ok(());
        }
        for way in [0, piece.done / 2, piece.done - 1] {
            let byte = self.look(t, further(piece.remote, way))?;
            let given = self.first_byte(further(piece.local, way));
            t.equal(
                format_args!("byte {way} that was written"),
                Some(byte),
                given,
            )?;
        }
        let behind = Some(further(piece.remote, piece.done));
        let beside = [before(piece.remote), behind].into_iter().flatten();
        for place in beside.filter(|_| piece.alone) {
            if let Some(kept) = self.first_byte(place) {
                let byte = self.look(t, place)?;
                t.equal(
                    format_args!("the byte at {place:?}, beside what was written"),
                    byte,
                    kept,
                )?;
            }
        }
        Ok(())
    }

    /// A byte, as its process sees it; of one that is stopped, as its debugger does.
    fn look(&self, t: &mut Test, place: Place) -> Result<u8, Stop> {
        let address = self.address(place);
        match (self.find(place), place, &self.stopped) {
            (Some((mapped, offset)), Place::Ours(_) | Place::OursReadOnly(_), _) => {
                Ok(mapped.region.get(P + offset as usize))
            }
            (_, _, Some(stopped)) => {
                let byte = [0u8; 1];
                let looked = stopped.io(Io::Read, address, byte.as_ptr() as u64, 1);
                t.can("PT_IO", looked)?;
                // SAFETY: the kernel has just written to it, behind the compiler's back.
                Ok(unsafe { byte.as_ptr().read_volatile() })
            }
            _ => {
                let byte = self.target.ask(LOOK << KIND | address);
                t.can("asking the target", byte).map(|byte| byte as u8)
            }
        }
    }
}

fn mentions(case: &Case, who: Who) -> bool {
    case.steps.iter().any(|step| match step {
        Step::Transfer(transfer, _) | Step::Single(transfer, ..) => transfer.who == who,
        Step::Batch(batch) => batch.who == who,
        Step::Attach(whom, _) => *whom == who,
        _ => false,
    })
}

fn zombie(t: &mut Test) -> Result<Target, Stop> {
    let target = t.can("fork", Target::idle())?;
    t.can("kill", target.kill())?;
    let seen = time::wait_until(PATIENCE, || {
        target.kinfo().is_ok_and(|kinfo| kinfo.is_zombie())
    });
    t.holds("the killed process becomes a zombie", seen)?;
    Ok(target)
}

/// The target: answers with its bytes, unmaps, executes this program again.
fn serve(link: &Link, theirs: &[&Mapped; 4], program: &CStr) {
    link.say(0);
    while let Some(question) = link.listen() {
        let address = question & ((1 << KIND) - 1);
        match question >> KIND {
            LOOK => {
                let place = theirs.iter().find_map(|mapped| {
                    let offset = address.checked_sub(mapped.at(0))?;
                    mapped
                        .has(offset)
                        .then(|| mapped.region.get(P + offset as usize))
                });
                link.say(place.map_or(u64::MAX, u64::from));
            }
            UNMAP => {
                let (start, end) = (UNMAPPED.start as usize, UNMAPPED.end as usize);
                let done = theirs[0].region.unmap(P + start * P, (end - start) * P);
                link.say(u64::from(done.is_err()));
            }
            // Its new image says that it is ready.
            _ => link.become_role(program, Role::Idle),
        }
    }
}
