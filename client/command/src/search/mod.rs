// SPDX-License-Identifier: BSD-2-Clause
//! Finding a pattern in memory that is read piece by piece.

mod finder;
mod pair;
mod scan;

pub use finder::Finder;
pub use scan::{Event, Scan};
