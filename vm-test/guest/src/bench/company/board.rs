// SPDX-License-Identifier: BSD-2-Clause
//! What the processes of the benchmark tell each other, without a system call: a page that they share.

use crate::sys::Errno;
use crate::sys::memory::{PAGE, Region};

/// One who acts on orders and counts what it has done. Each has a cache line of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    /// The target that maps, touches and unmaps.
    Mapper,
    /// Who keeps it company.
    Companion,
    /// A second one.
    Second,
}

impl Actor {
    pub const ALL: [Actor; 3] = [Actor::Mapper, Actor::Companion, Actor::Second];

    fn place(self) -> usize {
        const APART: usize = 256;
        self as usize * APART
    }
}

/// The order to do nothing, which all begin with.
pub const REST: u64 = 0;

/// Offsets of an actor's words.
const ORDER: usize = 0;
const COUNT: usize = 64;
const ERROR: usize = 128;

pub struct Board(Region);

impl Board {
    /// All rest. Processes that are forked afterwards share it.
    pub fn new() -> Result<Board, Errno> {
        Region::shared(PAGE).map(Board)
    }

    pub fn give_order(&self, actor: Actor, order: u64) {
        self.0.put_word(actor.place() + ORDER, order);
    }

    pub fn order(&self, actor: Actor) -> u64 {
        self.0.word(actor.place() + ORDER)
    }

    /// The actor's own: so many things it has done.
    pub fn set_count(&self, actor: Actor, count: u64) {
        self.0.put_word(actor.place() + COUNT, count);
    }

    pub fn count(&self, actor: Actor) -> u64 {
        self.0.word(actor.place() + COUNT)
    }

    /// The actor's own: it cannot follow its orders.
    pub fn set_error(&self, actor: Actor, error: Errno) {
        self.0.put_word(actor.place() + ERROR, error.0 as u64);
    }

    /// Whether all could do what they should.
    pub fn check(&self) -> Result<(), Errno> {
        let errors = Actor::ALL.map(|actor| Errno(self.0.word(actor.place() + ERROR) as i32));
        match errors.into_iter().find(|&error| error != Errno::NONE) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}
