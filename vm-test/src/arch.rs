// SPDX-License-Identifier: BSD-2-Clause
//! What of a machine depends on its processor, above all the firmware's way to the kernel.

use clap::ValueEnum;
use object::Architecture;

/// FreeBSD's words for processors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Arch {
    Amd64,
    Arm64,
}

/// How a machine comes from its firmware to the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firmware {
    /// A BIOS, which runs /boot/cdboot as a CD's boot block.
    Bios,
    /// EFI, which runs /boot/loader.efi from a FAT image on the CD.
    Efi,
}

impl Arch {
    pub fn name(self) -> &'static str {
        match self {
            Arch::Amd64 => "amd64",
            Arch::Arm64 => "arm64",
        }
    }

    pub fn named(name: &str) -> Option<Arch> {
        Arch::from_str(name, false).ok()
    }

    /// The architecture of an ELF file.
    pub fn of_file(file: &object::File<'_>) -> Option<Arch> {
        use object::Object;
        match file.architecture() {
            Architecture::X86_64 => Some(Arch::Amd64),
            Architecture::Aarch64 => Some(Arch::Arm64),
            _ => None,
        }
    }

    pub fn firmware(self) -> Firmware {
        match self {
            Arch::Amd64 => Firmware::Bios,
            Arch::Arm64 => Firmware::Efi,
        }
    }

    /// Its folder on a mirror, below the one for releases: MACHINE/MACHINE_ARCH, where amd64 has a shorter name too.
    pub fn mirror_folder(self) -> &'static str {
        match self {
            Arch::Amd64 => "amd64",
            Arch::Arm64 => "arm64/aarch64",
        }
    }
}

impl Firmware {
    /// What a root must hold beside a kernel, what it is, and the release set that it is in.
    pub fn needs(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Firmware::Bios => &[
                ("boot/cdboot", "the boot block for CDs, in base.txz"),
                ("boot/loader", "the boot loader, in base.txz"),
                SCRIPTS,
                DEFAULTS,
                ("boot/device.hints", "where the serial port is, in base.txz"),
            ],
            Firmware::Efi => &[
                ("boot/loader.efi", "the boot loader for EFI, in base.txz"),
                SCRIPTS,
                DEFAULTS,
            ],
        }
    }

    /// Of the root's /boot, beside the kernel, what goes into the disc's: files and whole folders.
    pub fn boot(self) -> &'static [&'static str] {
        match self {
            Firmware::Bios => &["cdboot", "loader", "lua", "defaults", "device.hints"],
            // The loader itself is in the FAT image.
            Firmware::Efi => &["lua", "defaults"],
        }
    }

    /// What the loader calls the serial port.
    pub fn console(self) -> &'static str {
        match self {
            Firmware::Bios => "comconsole",
            Firmware::Efi => "efi",
        }
    }
}

const SCRIPTS: (&str, &str) = (
    "boot/lua/loader.lua",
    "the boot loader's scripts, in base.txz",
);
const DEFAULTS: (&str, &str) = (
    "boot/defaults/loader.conf",
    "the boot loader's defaults, in base.txz",
);
