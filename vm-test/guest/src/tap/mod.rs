// SPDX-License-Identifier: BSD-2-Clause
//! Tests: what they check with, how they are listed, how they are run and reported (TAP).

mod case;
mod runner;
mod test;

pub use case::{Case, Suite, USER};
pub use runner::{CASE, Course, Totals, clean_up, report, run_all, run_instance};
pub use test::{Outcome, Stop, Test};
