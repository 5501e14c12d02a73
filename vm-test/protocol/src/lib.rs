// SPDX-License-Identifier: BSD-2-Clause
//! What the host (`vm-test`) and the guest (`rwmem-guest`) tell each other. Both are built from these definitions.
//!
//! The host speaks once, before the machine starts, by a file on the disc ([`CONFIGURATION`]). From then on only the guest
//! speaks, on the serial console, a line at a time, and the kernel's own messages come between its lines. What a person
//! types on the console (`--keep`, `--mode shell`) goes to a shell, never to the guest.
//!
//! ```text
//!      host                                                 guest, pid 1 of the machine
//!       |                                                     |
//!       |  the disc: /sbin/init is the guest,                 |
//!       |  /rwmem.ko what it tests, and                       |
//!       |  /etc/rwmem-guest.conf                              |
//!       |    test             the task: one word              |
//!       |    seed 5           what random numbers begin with  |
//!       |    minutes 15       how long to stress              |
//!       |    only attach:     what the tests' names hold      |
//!       |    keep             end with a shell                |
//!       |---------------------------------------------------->|
//!       |                                                     |
//!       |<--- # guest: 412 tests, and more after them --------|  Line::AtLeast, where the userland's tests follow
//!       |<--- 1..412 -----------------------------------------|  Line::Plan, first, or last where there was AtLeast
//!       |                                                     |
//!       |   for each test, in the plan's order:               |
//!       |<--- ok 1 - GROUP: NAME -----------------------------|  Line::Test, passed
//!       |<--- ok 2 - GROUP: NAME # SKIP REASON ---------------|  ... not run
//!       |<--- not ok 3 - GROUP: NAME -------------------------|  ... failed
//!       |<--- # done: expected 8, got 4 ----------------------|  Line::Remark, about the failed test before it
//!       |                                                     |
//!       |   in other tasks, as it comes:                      |
//!       |<--- show: process 12 begins to count ---------------|  Line::Show, for the person who watches
//!       |<--- bench: {"kind":"transfer","name":...} ----------|  Line::Bench, a measurement: bench::Record
//!       |                                                     |
//!       |<--- Bail out! REASON -------------------------------|  Line::BailOut: it gives up; nothing else is owed
//!       |<--- # guest: done ----------------------------------|  Line::Done: all was said; the machine goes off
//!       |                                                     |
//! ```
//!
//! Lines that begin otherwise are the loader's or the kernel's. All but `show:` and `bench:` is TAP, so a console's log can
//! be given to any TAP reader. The host holds the guest to it: a plan that does not add up, a number twice or not at all,
//! no `# guest: done` before the machine goes off, and silence are faults (vm-test/src/judge).
#![no_std]

use core::ffi::CStr;

/// An enumeration whose values are written as words.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub enum $name {
            $($(#[$doc])* #[cfg_attr(feature = "serde", serde(rename = $word))] $value,)*
        }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$value,)*];

            pub const fn word(self) -> &'static str {
                match self { $($name::$value => $word,)* }
            }

            pub fn from_word(word: &str) -> Option<$name> {
                Self::ALL.iter().copied().find(|value| value.word() == word)
            }
        }
    };
}

pub mod bench;
mod line;
mod task;

pub use line::{Line, Outcome, group};
pub use task::{Configuration, STRESS_MINUTES, Task, Unknown};

/// The guest's configuration on the disc.
pub const CONFIGURATION: &CStr = c"/etc/rwmem-guest.conf";
/// The module under test on the disc.
pub const MODULE: &CStr = c"/rwmem.ko";
/// The kld of `kpi/examples`, which some tests load beside it.
pub const EXAMPLE: &CStr = c"/tally.ko";
