// SPDX-License-Identifier: BSD-2-Clause
//! FreeBSD's kernel programming interface for kernel modules (klds) in Rust: what section 9 of the manual describes, each
//! wrapper under the kernel's own name, `core` only.
//!
//! A kld is a value of a type that implements [`kld::Kld`], which [`kld!`] makes known to the kernel. A device is a type that
//! implements [`cdev::Cdev`]. [`a_kld_in_a_hundred_lines`] has both, and `kpi/README.md` leads from `cargo new` to a loaded
//! module.
//!
//! Each kernel object is a type whose value proves that a step has been taken: a locked process, a reference on an
//! address space, a locked map. A type says what holds for its values under *Invariants*, and what is not safe under
//! *Safety*. Errors are [`errno::Errno`]s, addresses and lengths are bytes.
#![no_std]
#![warn(missing_docs)]
#![feature(optimize_attribute)]

#[doc = "A whole module, `kpi/examples/tally`:\n\n```rust,ignore"]
#[doc = include_str!("../example.rs")]
#[doc = "```"]
pub mod a_kld_in_a_hundred_lines {}

pub mod cdev;
pub mod copy;
pub mod counter;
pub mod errno;
pub mod jail;
pub mod kld;
pub mod linker_set;
pub mod lock;
pub mod malloc;
mod panic;
pub mod process;
pub mod race;
pub mod sdt;
pub mod sysctl;
pub mod thread;
pub mod uio;
pub mod vm_map;
pub mod vm_page;
pub mod vmspace;

/// The kernel's declarations as bindgen sees them, for the kernel that is built for: for what has no wrapper here yet.
pub use freebsd_kpi_sys::kernel as sys;
