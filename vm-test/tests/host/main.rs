// SPDX-License-Identifier: BSD-2-Clause
//! vm-test as a person sees it: its output, exit codes and manners, with a fake QEMU that prints what a
//! machine would have printed.

mod bed;
mod bench;
mod disc;
mod environment;
mod stopping;
mod verdicts;
