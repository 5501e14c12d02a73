// SPDX-License-Identifier: BSD-2-Clause
//! Which FreeBSD: what a module is built for.

use std::fmt;
use std::fs;
use std::path::Path;

use freebsd_kernels::Kernel as Known;
use object::{Object, ObjectSection, ObjectSymbol};

use crate::arch::Arch;

/// A FreeBSD that is tested: what a module is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    pub major: u32,
    pub arch: Arch,
}

impl Release {
    /// `15-amd64`: what the scripts call it, and its folder in target/ko.
    pub fn name(&self) -> String {
        format!("{}-{}", self.major, self.arch.name())
    }

    /// What a kernel's file says of itself: its processor, and its major where it still has its symbols.
    pub fn of_kernel(file: &Path) -> Option<(Option<u32>, Arch)> {
        let content = fs::read(file).ok()?;
        let file = object::File::parse(&*content).ok()?;
        let arch = Arch::of_file(&file)?;
        let version = file
            .symbol_by_name("osreldate")
            .and_then(|symbol| {
                let section = file.section_by_index(symbol.section_index()?).ok()?;
                section.data_range(symbol.address(), 4).ok().flatten()
            })
            .and_then(|bytes| bytes.try_into().ok())
            .map(u32::from_le_bytes);
        Some((version.map(|version| version / 100_000), arch))
    }
}

impl Default for Release {
    fn default() -> Self {
        let known = Known::default();
        Release {
            major: known.number,
            arch: Arch::named(known.arch_name).unwrap_or(Arch::Amd64),
        }
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FreeBSD {} {}", self.major, self.arch.name())
    }
}
