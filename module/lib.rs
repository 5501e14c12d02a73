// SPDX-License-Identifier: BSD-2-Clause
//! rwmem.ko: `/dev/rwmem`, through which one process reads and writes the memory of another.
//!
//! A request's way is the order of these files: `device` takes it from the kernel, `request` judges it, `target`
//! and `process` acquire the process, `vmspace` its address space. Then `transfer` moves the bytes with `proc_rwmem`
//! through a `buffer` (the reference path), or `pinned` and `batch` move them without (the fast path): `direct` where
//! both sides are present, `page` where they are not. `file` is what an open descriptor has, `counters` is
//! `kern.rwmem`, `kld` is what the kernel's linker sees.
//!
//! `core` only. Unsafe code stays in the wrappers of kernel objects, each of which is a type whose value proves
//! that a step has been taken.
#![no_std]
#![feature(used_with_arg, optimize_attribute)]

mod batch;
mod buffer;
mod counters;
mod device;
mod direct;
mod errno;
mod file;
mod kld;
mod kpi;
mod lock;
mod page;
mod panic;
mod pinned;
mod pmap;
mod probes;
mod process;
mod request;
mod target;
mod transfer;
mod uio;
mod vmspace;
