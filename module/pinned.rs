// SPDX-License-Identifier: BSD-2-Clause
//! The fast path: transfers with a pinned address space, which no execve can replace.
use crate::direct::{self, Direct};
use crate::errno::Errno;
use crate::page;
use crate::process::CurThread;
use crate::request::{Direction, Range};
use crate::transfer::Outcome;
use crate::vmspace::VmspaceRef;

/// How long the target's locks are held and signals are not looked for: as long as it takes to copy so many bytes.
pub const STRETCH: u64 = 64 * 1024;
/// What a transfer counts of that beside its bytes.
const OVERHEAD: u64 = 128;
/// What is tried the short way first, in bytes.
const SMALL: u64 = 4096;

/// A series of transfers in one direction.
pub struct Session<'a> {
    td: CurThread,
    vm: &'a VmspaceRef,
    direction: Direction,
    /// The target's locks, while we have them.
    direct: Option<Direct<'a>>,
    /// What is left of the stretch.
    left: u64,
}

impl<'a> Session<'a> {
    #[inline(always)]
    pub fn new(td: CurThread, vm: &'a VmspaceRef, direction: Direction) -> Session<'a> {
        Session {
            td,
            vm,
            direction,
            direct: Some(Direct::enter(td, vm, direction)),
            left: STRETCH,
        }
    }

    /// Transfers `range`: EFAULT and ENOMEM as in [`page::copy`], EINTR where a signal came at the end of a stretch.
    #[inline(always)]
    pub fn copy(&mut self, range: Range) -> Outcome {
        let cost = range.len().saturating_add(OVERHEAD);
        // In most cases, all of it is present, and the stretch goes on.
        if let Some(direct) = &mut self.direct
            && cost <= self.left
            && !direct.is_overdue()
        {
            self.left = self.left.wrapping_sub(cost);
            let done = direct.copy(range);
            if done == range.len() {
                return Outcome::all(range);
            }
            return self.copy_rest(range, done);
        }
        self.copy_rest(range, 0)
    }

    /// Transfers what is left of `range` after `done` bytes.
    #[inline(never)]
    #[optimize(size)]
    pub fn copy_rest(&mut self, range: Range, mut done: u64) -> Outcome {
        while done < range.len() {
            match self.advance(range.after(done)) {
                Ok(bytes) => {
                    done = done.wrapping_add(bytes);
                    self.left = self.left.saturating_sub(bytes);
                }
                Err(errno) => {
                    return Outcome {
                        done,
                        stopped: Err(errno),
                    };
                }
            }
        }
        // What has no length costs a little, too.
        self.left = self.left.saturating_sub(OVERHEAD);
        Outcome {
            done,
            stopped: Ok(()),
        }
    }

    /// Transfers some of `range`, which is not empty.
    fn advance(&mut self, range: Range) -> Result<u64, Errno> {
        if self.left == 0 {
            self.let_go();
            self.td.pause()?;
            self.left = STRETCH;
        }
        if self.direct.as_ref().is_some_and(Direct::is_overdue) {
            self.let_go();
        }
        let direct = self
            .direct
            .get_or_insert_with(|| enter(self.td, self.vm, self.direction));
        match direct.copy(range.first(self.left)) {
            0 => {
                self.let_go();
                page::copy(self.td, self.vm, self.direction, range)
            }
            bytes => Ok(bytes),
        }
    }

    /// Lets go of the target's locks until they are needed again.
    #[inline(never)]
    pub fn let_go(&mut self) {
        self.direct = None;
    }
}

/// [`Direct::enter`], where it need not be quick.
#[inline(never)]
fn enter(td: CurThread, vm: &VmspaceRef, direction: Direction) -> Direct<'_> {
    Direct::enter(td, vm, direction)
}

/// One transfer.
#[inline(never)]
#[optimize(size)]
pub fn transfer(td: CurThread, vm: &VmspaceRef, direction: Direction, range: Range) -> Outcome {
    Session::new(td, vm, direction).copy(range)
}

/// One transfer, if it is small, and all of it present; otherwise nothing is done.
#[inline(always)]
pub fn transfer_at_once(
    td: CurThread,
    vm: &VmspaceRef,
    direction: Direction,
    range: Range,
) -> bool {
    range.len() <= SMALL && direct::copy_once(td, vm, direction, range)
}
