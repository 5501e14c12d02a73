// SPDX-License-Identifier: BSD-2-Clause
//! The layouts in a file of bindings, as bindgen asserts them for rustc, turned into assertions for a C compiler: the
//! same numbers are then tested against the kernel's headers by something that is not bindgen.
mod assertion;
mod c;
mod name;
mod records;

pub use assertion::assertions;
pub use c::c_source;
pub use name::{mangled, unmangled};
pub use records::Records;
