// SPDX-License-Identifier: BSD-2-Clause
//! The FreeBSD kernel programming interface as bindgen sees it: one module for each kernel major and
//! architecture, generated from `kpi.h` and vendored (`make bindings`), so that a module can be built where
//! there is no FreeBSD. `core` only.
//!
//! [`kernel`] is the one that is built for. The functions named `kpi_*` are the C shim's (`shim.c`), which comes with this
//! crate.
//! Every layout is asserted here when this crate is compiled, and in C against the kernel's headers by
//! `make check-bindings`.
#![no_std]
// The modules describe different kernels: the same function takes different structures there.
#![allow(clashing_extern_declarations)]

macro_rules! kernel {
    ($name:ident) => {
        #[allow(
            non_camel_case_types,
            non_snake_case,
            non_upper_case_globals,
            dead_code,
            missing_docs,
            unsafe_op_in_unsafe_fn,
            clippy::all
        )]
        pub mod $name;
    };
}

// One line for each kernel of kernels.toml, written with the files themselves.
include!("kernels.rs");

// `kernel`, chosen by build.rs.
include!(concat!(env!("OUT_DIR"), "/selected.rs"));
