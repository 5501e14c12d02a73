// SPDX-License-Identifier: BSD-2-Clause
//! Fetching a FreeBSD, as a person without one sees it: vm-test against mirrors and sets that are made here,
//! good ones and bad ones.

mod archives;
mod bed;
mod hostile;
mod interrupted;
mod mirror;
mod mirrors;
mod sets;
mod settings;
