// SPDX-License-Identifier: BSD-2-Clause
//! Reads and writes the memory of another FreeBSD process through `/dev/rwmem`, without stopping it.
//!
//! ```no_run
//! use rwmem::RemoteProcess;
//!
//! fn main() -> rwmem::Result<()> {
//!     let process = RemoteProcess::open(1234)?;
//!     for mapping in process.mappings()?.filter(|mapping| mapping.is_readable()) {
//!         let word: u64 = process.read_value(mapping.start)?;
//!         println!("{:#x}: {word:#x}", mapping.start);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! [`RemoteProcess`] reads and writes; it gives [batches](RemoteProcess::read_batch) for many small transfers at once,
//! the process's [mappings](RemoteProcess::mappings), and a [scan](RemoteProcess::scan) of all its memory. [`Info`] and
//! [`Counters`] tell what the loaded module can do and has done. Every [`Error`] says what was tried, on what, and what
//! can be done about it.
//!
//! Addresses are those of the target, lengths are in bytes. Nothing here stops the target: what is read while it runs
//! may change meanwhile, and only transfers of naturally aligned words up to 8 bytes can be expected to be whole. A
//! [snapshot](RemoteProcess::snapshot) is the memory of one instant.
//!
//! The crate compiles on other systems too; there every call fails, for the device is missing.
#![warn(missing_docs)]

mod access;
mod batch;
mod counters;
mod data;
mod device;
mod errno;
mod error;
mod features;
mod info;
mod mapping;
mod memory;
mod process;
#[cfg(any(feature = "read-process-memory", feature = "read-process-memory-0_1"))]
mod process_handle;
mod requests;
mod scan;
#[cfg(target_os = "freebsd")]
pub mod sysctl;

pub use access::{Access, Direction};
pub use batch::{Element, ReadBatch, Report, WriteBatch};
pub use counters::Counters;
pub use data::Data;
pub use error::{Error, Result};
pub use features::Features;
pub use info::Info;
pub use mapping::{FileId, Kind, Mapping, MappingFlags, Mappings, Protection};
pub use memory::Memory;
pub use process::RemoteProcess;
#[cfg(any(feature = "read-process-memory", feature = "read-process-memory-0_1"))]
pub use process_handle::ProcessHandle;
pub use rwmem_abi as abi;
pub use scan::{Chunk, Hole, Piece, Scan};
/// The crate whose traits say which types may be read from and written to foreign memory.
pub use zerocopy;

/// The device.
pub const DEVICE: &str = "/dev/rwmem";
