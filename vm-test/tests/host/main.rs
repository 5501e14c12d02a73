// SPDX-License-Identifier: BSD-2-Clause
//! vm-test as a person sees it: its output, exit codes and manners, with a fake QEMU that prints what a
//! machine would have printed.

mod attach;
mod bed;
mod bench;
mod bhyve;
mod disc;
mod environment;
mod machine;
mod matrix;
mod results;
mod stopping;
mod verdicts;
