// SPDX-License-Identifier: BSD-2-Clause
//! Finding a pattern in a piece of memory, and what becomes of what was found.

pub mod condition;
mod finder;
pub mod kept;
mod pair;

pub use finder::Finder;
