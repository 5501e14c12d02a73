// SPDX-License-Identifier: BSD-2-Clause
//! The judge: console lines in, a verdict out. It knows nothing of QEMU, files or time, so that every way
//! to fail can be tested with a few lines of text.

mod course;
mod ending;
mod fault;
mod kernel;
#[cfg(test)]
mod tests;

pub use course::{Expect, Judge, Outcome, Seen, Test, Verdict};
pub use ending::End;
pub use fault::Fault;
#[cfg(test)]
use fault::Kind;
