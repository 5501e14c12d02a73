// SPDX-License-Identifier: BSD-2-Clause
//! What the guest measured: read from its `bench: ` lines, shown as tables or as JSON, and held against the
//! design's goals.

mod company;
mod copied;
mod goals;
mod json;
mod measurement;
mod results;
mod table;
#[cfg(test)]
mod tests;

pub use json::json;
pub use measurement::Unit;
pub use results::{Part, Results};
