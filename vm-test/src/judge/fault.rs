// SPDX-License-Identifier: BSD-2-Clause
//! What can be wrong with a run beside a failed test.

use std::fmt;

/// The sorts of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The kernel panicked.
    Panic,
    /// The kernel took a trap that it cannot survive; a panic follows.
    Trap,
    LockOrder,
    LocksHeld,
    /// Two threads used the same memory at once, one of them to write (KCSAN).
    Race,
    UseAfterFree,
    Leak,
    Warning,
    /// A backtrace without a complaint that was recognised.
    Backtrace,
    /// The guest gave up.
    BailOut,
    /// No plan, or tests that do not agree with it.
    Plan,
    /// Nothing was tested or shown at all.
    Nothing,
    /// The machine ended before the guest was done.
    EarlyEnd,
    TimeLimit,
    Silence,
    Flood,
}

impl Kind {
    /// Whether the kernel cannot go on after it.
    pub fn is_fatal(self) -> bool {
        matches!(self, Kind::Panic | Kind::Trap)
    }

    /// Whether a complaint of this sort, right after one of `earlier`, is about the same fault: a trap
    /// panics, and everything ends in a backtrace.
    pub(super) fn continues(self, earlier: Kind) -> bool {
        match self {
            Kind::Backtrace => true,
            Kind::Panic => earlier.is_fatal(),
            Kind::Trap => earlier == Kind::Panic,
            _ => self == earlier,
        }
    }

    /// Of two complaints about the same fault, the one that names it.
    pub(super) fn graver(self, other: Kind) -> Kind {
        if other == Kind::Panic { other } else { self }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Panic => "the kernel panicked",
            Kind::Trap => "the kernel took a fatal trap",
            Kind::LockOrder => "locks were taken in the wrong order",
            Kind::LocksHeld => "a lock was held where none may be",
            Kind::Race => "memory was used by two at once",
            Kind::UseAfterFree => "memory was used after it was freed",
            Kind::Leak => "kernel memory leaked",
            Kind::Warning => "the kernel warned",
            Kind::Backtrace => "the kernel printed a backtrace",
            Kind::BailOut => "the guest gave up",
            Kind::Plan => "the tests do not agree with their plan",
            Kind::Nothing => "nothing was tested",
            Kind::EarlyEnd => "the machine ended before the guest was done",
            Kind::TimeLimit => "the time limit passed",
            Kind::Silence => "the console fell silent",
            Kind::Flood => "the console never stops",
        })
    }
}

/// One thing that is wrong, with the console lines that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: Kind,
    /// More than the sort says; may be empty.
    pub detail: String,
    pub lines: Vec<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.detail.as_str() {
            "" => write!(f, "{}", self.kind),
            detail => write!(f, "{}: {detail}", self.kind),
        }
    }
}
