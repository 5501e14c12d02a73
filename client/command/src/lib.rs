// SPDX-License-Identifier: BSD-2-Clause
//! The command `rwmem`. It is a library so that the benchmark can search with the same code, from another source.

pub mod address;
pub mod arguments;
pub mod bytes;
pub mod core_file;
pub mod failure;
pub mod hexdump;
pub mod kernel;
pub mod names;
pub mod number;
pub mod output;
pub mod pattern;
pub mod places;
pub mod run;
pub mod search;
pub mod visible;
