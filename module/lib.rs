// SPDX-License-Identifier: BSD-2-Clause
//! rwmem.ko: `/dev/rwmem`, through which one process reads and writes the memory of another.
//!
//! A request's way is the order of these files: `device` takes it from the kernel, `request` judges it, `target` and
//! `process` acquire the address space, a `vmspace`. `batch` runs many transfers, `checked` one with a process that must
//! go on with its image. `transfer` is the core that moves bytes: `map` says what is mapped where, `page` finds the
//! pages; `seek` finds out where there are any. `file` is what an open descriptor has, `counters` is `kern.rwmem`, `kld` is what the kernel's linker sees,
//! `layout` the look at the kernel before all that.
//!
//! `core` only. Unsafe code stays in the wrappers of kernel objects, each of which is a type whose value proves
//! that a step has been taken.
#![no_std]
#![feature(used_with_arg, optimize_attribute)]

mod batch;
mod buffer;
mod checked;
mod counters;
mod device;
mod errno;
mod file;
mod kld;
mod kpi;
mod layout;
mod lock;
mod map;
mod page;
mod panic;
mod probes;
mod process;
mod request;
mod seek;
mod target;
mod transfer;
mod uio;
mod vmspace;
