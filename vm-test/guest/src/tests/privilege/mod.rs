// SPDX-License-Identifier: BSD-2-Clause
//! Privilege, row by row: for each pair of a caller and a target, what rwmem returns beside what `ptrace(2)` returns.
//!
//! Caller and target are [`agent`]s: processes that do what they are ordered ([`order`], [`obey`]), executed anew as often as it
//! takes to be who they should be. [`pair`] compares the two.

mod agent;
mod capabilities;
mod descriptors;
mod jails;
mod mac;
mod numbers;
mod obey;
mod order;
mod pair;
mod policies;
mod securelevel;
mod states;
mod thirty_two;
mod users;

pub use agent::writable_tmp;
pub use obey::obey;

pub use capabilities::CASES as CAPABILITIES;
pub use descriptors::CASES as DESCRIPTORS;
pub use jails::CASES as JAILS;
pub use mac::CASES as MAC;
pub use numbers::CASES as NUMBERS;
pub use policies::CASES as POLICIES;
pub use securelevel::CASES as SECURELEVEL;
pub use states::CASES as STATES;
pub use thirty_two::CASES as THIRTY_TWO;
pub use users::CASES as USERS;
