// SPDX-License-Identifier: BSD-2-Clause
//! Reading and writing: what a process is opened for, and which way bytes go.
use std::fmt;

/// What the device is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To read memory.
    Read,
    /// To read and to write memory.
    ReadWrite,
}

impl fmt::Display for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Access::Read => "for reading",
            Access::ReadWrite => "for reading and writing",
        })
    }
}

/// Which way the bytes go, seen from the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the target to the caller.
    Read,
    /// From the caller to the target.
    Write,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Direction::Read => "read",
            Direction::Write => "write",
        })
    }
}
