// SPDX-License-Identifier: BSD-2-Clause
//! The kernels that there are bindings for, and how a C compiler is told about them.
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// A FreeBSD major on an architecture.
#[derive(Clone, Copy)]
pub struct Kernel {
    pub major: u32,
    /// FreeBSD's name of the architecture
    arch: &'static str,
    /// LLVM's name of its processors
    cpu: &'static str,
    /// `__FreeBSD_version` of the major's first release; ziglang's headers leave it out
    version: u32,
}

const fn kernel(major: u32, arch: &'static str, cpu: &'static str, version: u32) -> Kernel {
    Kernel {
        major,
        arch,
        cpu,
        version,
    }
}

pub const KERNELS: [Kernel; 4] = [
    kernel(14, "amd64", "x86_64", 1_400_097),
    kernel(14, "arm64", "aarch64", 1_400_097),
    kernel(15, "amd64", "x86_64", 1_500_068),
    kernel(15, "arm64", "aarch64", 1_500_068),
];

impl Kernel {
    pub fn name(self) -> String {
        format!("freebsd{}_{}", self.major, self.arch)
    }

    /// Whether a word for a major or an architecture is this kernel's; none if it is no such word.
    pub fn is(self, word: &str) -> Option<bool> {
        let known = |one: &Kernel| word == one.arch || word == one.major.to_string();
        KERNELS.iter().any(known).then(|| known(&self))
    }

    pub fn rust_file(self, folder: &Path) -> PathBuf {
        folder.join(self.name()).with_extension("rs")
    }

    /// What a kernel module's C code is compiled with, whatever the compiler.
    fn flags(self, ziglang: &Path) -> Vec<String> {
        let include = ziglang.join("lib/libc/include");
        let mut flags: Vec<String> = [
            "-nostdinc",
            "-D_KERNEL",
            "-DKLD_MODULE",
            "-ffreestanding",
            "-std=gnu17",
        ]
        .map(String::from)
        .into();
        flags.push("-U__FreeBSD_version".into());
        flags.push(format!("-D__FreeBSD_version={}", self.version));
        for folder in [
            format!("{}-freebsd-none", self.cpu),
            "generic-freebsd".into(),
        ] {
            flags.push("-isystem".into());
            flags.push(include.join(folder).display().to_string());
        }
        flags
    }

    /// For libclang, through bindgen.
    pub fn libclang_flags(self, ziglang: &Path) -> Vec<String> {
        let mut flags = self.flags(ziglang);
        flags.push(format!(
            "--target={}-unknown-freebsd{}.0",
            self.cpu, self.major
        ));
        // The kernel keeps its per-CPU data in x18, by a global register variable.
        if self.cpu == "aarch64" {
            flags.push("-ffixed-x18".into());
        }
        flags
    }

    /// ziglang's C compiler, which is another clang than libclang: one does not repeat the other's error.
    pub fn c_compiler(self, ziglang: &Path) -> Command {
        let mut command = Command::new(ziglang.join("zig"));
        command.args([
            "cc",
            "-target",
            &format!("{}-freebsd.{}.0", self.cpu, self.major),
        ]);
        if self.cpu == "aarch64" {
            command.arg("-mcpu=baseline+reserve_x18");
        }
        command.args(self.flags(ziglang));
        command
    }
}

/// The folder of each major's ziglang package, from the command line.
pub struct Ziglangs<'a>(&'a [(u32, PathBuf)]);

impl<'a> Ziglangs<'a> {
    pub fn new(given: &'a [(u32, PathBuf)]) -> Self {
        Ziglangs(given)
    }

    pub fn get(&self, kernel: Kernel) -> Result<&'a Path> {
        let Some((_, folder)) = self.0.iter().find(|(major, _)| *major == kernel.major) else {
            bail!(
                "no headers for FreeBSD {0}: give --ziglang {0}=FOLDER (scripts/bindings.sh does)",
                kernel.major
            );
        };
        if !folder.join("lib/libc/include").is_dir() {
            bail!(
                "{} holds no kernel headers: run scripts/setup.sh bindings",
                folder.display()
            );
        }
        Ok(folder)
    }
}

/// Parses `14=FOLDER`.
pub fn parse_ziglang(argument: &str) -> Result<(u32, PathBuf)> {
    let (major, folder) = argument.split_once('=').context("expected MAJOR=FOLDER")?;
    Ok((
        major
            .parse()
            .with_context(|| format!("'{major}' is no FreeBSD major"))?,
        folder.into(),
    ))
}
