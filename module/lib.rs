// SPDX-License-Identifier: BSD-2-Clause
//! rwmem.ko: `/dev/rwmem`, through which one process reads and writes the memory of another.
//!
//! A request's way is the order of these files: `device` takes it from the kernel, `request` judges it, `target` acquires the
//! address space. `batch` runs many transfers, `checked` one with a process that must go on with its image. `transfer` is the
//! core that moves bytes, `page` finds the pages, `sink` is where they go; `seek` finds out where there are any. `file` is what
//! an open descriptor has, `share` how many may be attached, `counters` is `kern.rwmem`, `kld` loads and unloads all of it, `layout` checks the kernel's
//! structures before that.
//!
//! `core` only. The kernel's objects have their wrappers in [`freebsd_kpi`], each a type whose value proves that a step has
//! been taken; what is refused, and with which errno, is decided here.
#![no_std]
#![feature(used_with_arg, optimize_attribute)]

mod batch;
mod checked;
mod counters;
mod device;
mod file;
mod kld;
mod layout;
mod memory;
mod page;
mod probes;
mod request;
mod seek;
mod share;
mod sink;
mod target;
mod transfer;

use freebsd_kpi::sys;
