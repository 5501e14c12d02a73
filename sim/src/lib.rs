// SPDX-License-Identifier: BSD-2-Clause
//! A simulated FreeBSD kernel in an ordinary Linux process (x86-64), which loads the linked rwmem.ko itself and runs it.
//!
//! `object_file`, `loader` and `linker` are the kernel's linker; `kpi` are the functions that the module finds in
//! the kernel, each of which goes through `sim::enter`; `frames`, `objects`, `space` and `processes` are what is behind
//! them, with real memory. `step`, `syscalls` and `perform` are the caller's side. `model` says what must
//! be returned, `judge` whether it was; `sweep` makes every call fail, `interleave` runs threads, `fuzz` runs what libFuzzer
//! has made up.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

pub mod build;
pub mod busy;
pub mod call;
pub mod cases;
pub mod child;
pub mod command;
pub mod coverage;
pub mod demo;
pub mod devices;
pub mod entries;
pub mod fault;
pub mod frames;
pub mod fuzz;
pub mod heap;
pub mod interleave;
pub mod jails;
pub mod judge;
pub mod kpi;
pub mod layout;
pub mod life;
pub mod linker;
pub mod load_error;
pub mod loader;
pub mod locks;
pub mod memory;
pub mod model;
pub mod object_file;
pub mod objects;
pub mod perform;
pub mod probes;
pub mod processes;
pub mod regions;
pub mod report;
pub mod run;
pub mod scenario;
pub mod schedule;
pub mod setting;
pub mod shadow;
pub mod sim;
pub mod space;
pub mod statistics;
pub mod step;
pub mod stub;
pub mod sweep;
pub mod syscalls;
pub mod threads;
pub mod who;
