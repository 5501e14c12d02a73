// SPDX-License-Identifier: BSD-2-Clause
//! Environment variables.

use std::ffi::OsString;

/// An environment variable that is set to more than nothing: `VARIABLE= make` means the default.
pub fn set(variable: &str) -> Option<OsString> {
    std::env::var_os(variable).filter(|value| !value.is_empty())
}
