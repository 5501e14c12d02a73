// SPDX-License-Identifier: BSD-2-Clause
//! Finding a pattern in a piece of memory.

mod finder;
mod pair;

pub use finder::Finder;
