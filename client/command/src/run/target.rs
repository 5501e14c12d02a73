// SPDX-License-Identifier: BSD-2-Clause
//! The process that a command is about: what it has mapped, and where in it something is.

use rwmem::{Error, Mappings, RemoteProcess};

use crate::address::Address;
use crate::failure::Failure;
use crate::kernel;
use crate::names::Layout;

/// What a process has mapped, with names.
pub fn layout(pid: i32) -> Result<Layout, Failure> {
    let mappings = Mappings::of(pid)?.collect();
    Ok(Layout::new(pid, mappings, &kernel::executable(pid)))
}

/// The number behind the address of something that is so long. The mappings are asked for only where it takes them.
pub fn locate(pid: i32, address: &Address, length: u64) -> Result<u64, Failure> {
    let number = match address {
        Address::Absolute(number) => *number,
        relative => layout(pid)?.resolve(relative)?,
    };
    match number.checked_add(length) {
        Some(_) => Ok(number),
        None => Err(Failure::Usage(format!(
            "{length} bytes from {number:#x} on go beyond the end of the address space"
        ))),
    }
}

/// A transfer that failed, in the terms of what is mapped, if that can still be had.
pub fn explain(pid: i32, error: rwmem::Error) -> Failure {
    let layout = match error.is_fault() {
        true => layout(pid).ok(),
        false => None,
    };
    Failure::transfer(error, pid, layout.as_ref())
}

/// Whether the process has another address space than the one that is read. A module that cannot tell is not asked.
pub fn has_left(process: &RemoteProcess) -> Result<bool, Failure> {
    match process.is_current() {
        Ok(current) => Ok(!current),
        Err(Error::Unsupported { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
