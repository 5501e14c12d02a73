// SPDX-License-Identifier: BSD-2-Clause
//! Finding the programs that this one starts, before any work is done.

use std::ffi::OsStr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::variable::set;

/// A program that is needed.
#[derive(Debug)]
pub struct Needed {
    pub name: &'static str,
    pub what: &'static str,
    /// The environment variable that names another one.
    pub variable: &'static str,
}

pub const QEMU_X86_64: Needed = Needed {
    name: "qemu-system-x86_64",
    what: "the virtual machine",
    variable: "VM_TEST_QEMU",
};

pub const QEMU_AARCH64: Needed = Needed {
    name: "qemu-system-aarch64",
    what: "the virtual machine",
    variable: "VM_TEST_QEMU_ARM64",
};

pub const XORRISO: Needed = Needed {
    name: "xorriso",
    what: "which makes the test disc",
    variable: "VM_TEST_XORRISO",
};

/// The option, the variable or the plain name: the first that says something, looked up on PATH unless it
/// holds a slash.
pub fn find(needed: &Needed, option: Option<&Path>) -> Result<PathBuf, Error> {
    let name = option
        .map(Path::to_owned)
        .or_else(|| set(needed.variable).map(PathBuf::from))
        .unwrap_or_else(|| needed.name.into());
    let path = set("PATH").unwrap_or_default();
    look_up(&name, &path).ok_or_else(|| Error::NoProgram {
        program: name.display().to_string(),
        what: needed.what,
        remedy: "install it (scripts/setup.sh vm does), or name it: see vm-test run --help",
    })
}

/// Where distributions put the EFI firmware of QEMU's machine for arm64.
const EFI_ARM64: &[&str] = &[
    "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd",
    "/usr/share/AAVMF/AAVMF_CODE.fd",
    "/usr/share/edk2/aarch64/QEMU_EFI.fd",
    "/usr/local/share/qemu/edk2-aarch64-code.fd",
    "/usr/share/qemu/edk2-aarch64-code.fd",
];

/// The firmware of QEMU's machine for arm64: `VM_TEST_EFI_ARM64`, else where it usually is.
pub fn efi_arm64() -> Result<PathBuf, Error> {
    if let Some(named) = set("VM_TEST_EFI_ARM64") {
        return Ok(named.into());
    }
    let place = EFI_ARM64.iter().find(|place| Path::new(place).is_file());
    place.map(PathBuf::from).ok_or_else(|| Error::NoInput {
        what: "EFI firmware",
        path: EFI_ARM64[0].into(),
        remedy: "install it (scripts/setup.sh vm does), or name it with VM_TEST_EFI_ARM64".into(),
    })
}

fn look_up(name: &Path, path: &OsStr) -> Option<PathBuf> {
    let runs = |file: &Path| {
        file.metadata()
            .is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
    };
    if name.components().count() > 1 {
        return runs(name).then(|| name.to_owned());
    }
    std::env::split_paths(path)
        .map(|folder| folder.join(name))
        .find(|file| runs(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_is_looked_up_and_a_path_is_taken_as_it_is() {
        let path = OsStr::new("/nowhere:/bin");
        assert_eq!(
            look_up(Path::new("sh"), path).as_deref(),
            Some(Path::new("/bin/sh"))
        );
        assert_eq!(
            look_up(Path::new("/bin/sh"), OsStr::new("")).as_deref(),
            Some(Path::new("/bin/sh"))
        );
        assert_eq!(look_up(Path::new("/etc/passwd"), path), None);
        assert_eq!(look_up(Path::new("no-such-program"), path), None);
    }
}
