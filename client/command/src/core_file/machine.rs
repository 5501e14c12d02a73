// SPDX-License-Identifier: BSD-2-Clause
//! What a core file's process runs on.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    Amd64,
    Arm64,
}

impl Machine {
    /// What this program runs on.
    pub const NATIVE: Machine = if cfg!(target_arch = "aarch64") {
        Machine::Arm64
    } else {
        Machine::Amd64
    };
}
