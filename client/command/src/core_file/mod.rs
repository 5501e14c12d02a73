// SPDX-License-Identifier: BSD-2-Clause
//! A process's memory as an ELF core file that debuggers can open.
//!
//! The memory comes first, from [`CONTENT`] on, each piece at a multiple of the page size; then the notes, then the
//! program headers. So pieces can be added until the end without knowing how many there will be, and the file's header,
//! which says where the rest is, makes a core file of it at last.

mod elf;
mod machine;
pub mod notes;

pub use elf::{CONTENT, Content, PAGE, Segment, finish};
pub use machine::Machine;
