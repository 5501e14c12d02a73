// SPDX-License-Identifier: BSD-2-Clause
//! The hostile world: many callers and many targets at once, each doing the worst that it may; and secrets of set-uid
//! programs that nobody may learn. For a short while as two of the tests, for long as a mode of its own.

mod aftermath;
mod all_sides;
mod board;
mod caller;
mod count;
mod descriptors;
mod ground;
mod herd;
mod long;
mod pressure;
mod secrets;
pub mod stuck;
mod targets;
mod totals;
mod transfer;

pub use aftermath::wired;
pub use all_sides::STRESS;
pub use long::run;
pub use secrets::{PERSON, SECRETS, play as play_person};
pub use targets::{IMAGE, play_image};

use crate::tap::{Outcome, Test};
use totals::Tone;

/// How long the short forms go on, in milliseconds.
const SHORT: u64 = 12_000;
const SHORT_SECRETS: u64 = 6_000;

/// The short forms.
pub fn short_stress(t: &mut Test) -> Outcome {
    all_sides::stress(t, SHORT, Tone::Log)
}

pub fn short_secrets(t: &mut Test) -> Outcome {
    secrets::keep(t, SHORT_SECRETS, Tone::Log)
}
