// SPDX-License-Identifier: BSD-2-Clause
//! `kernels.toml`, which says what each key means: the FreeBSD kernels that rwmem.ko is built for.
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::Deserialize;

static LIST: LazyLock<List> = LazyLock::new(|| {
    let list = toml::from_str(include_str!("../kernels.toml"));
    list.unwrap_or_else(|error| panic!("kernels.toml: {error}"))
});

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    default: Chosen,
    major: BTreeMap<String, Major>,
    arch: BTreeMap<String, Arch>,
    #[serde(default)]
    differs: Vec<Difference>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Chosen {
    major: u32,
    arch: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Major {
    /// `__FreeBSD_version` of its first release
    pub version: i32,
    ziglang: String,
    /// Functions that not every kernel of the major has
    pub weak: Vec<String>,
    /// The release that vm-test fetches, as `14.5`
    pub release: String,
    architectures: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arch {
    pub cpu: Cpu,
    pub rust_target: String,
    pub rust_flags: Vec<String>,
    /// Beside them, for a module whose accesses a kernel with KASAN checks
    pub kasan_flags: Vec<String>,
    /// The same for KMSAN
    pub kmsan_flags: Vec<String>,
    /// The same for KCSAN
    pub kcsan_flags: Vec<String>,
    pub kld: Kld,
    pub emulation: String,
    pub c_flags: Vec<String>,
    zig_flags: Vec<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Cpu {
    #[serde(rename = "x86_64")]
    X86_64,
    Aarch64,
}

impl Cpu {
    /// LLVM's, zig's and Rust's name
    pub fn name(self) -> &'static str {
        match self {
            Cpu::X86_64 => "x86_64",
            Cpu::Aarch64 => "aarch64",
        }
    }
}

/// What the kernel's linker takes as a module.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Kld {
    /// `ET_REL`
    Relocatable,
    /// `ET_DYN`
    Shared,
}

/// What a later release of a major has otherwise than the headers that the bindings are made from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// As `make check-bindings` writes it, such as `fn proc_rwmem`
    pub what: String,
    /// What that release has
    pub is: String,
    /// Why the module is right there nevertheless
    pub dealt_with: String,
    /// A field that the bindings keep to themselves
    #[serde(default)]
    pub private: bool,
}

impl Difference {
    pub fn all() -> &'static [Difference] {
        &LIST.differs
    }
}

/// A FreeBSD major on an architecture.
#[derive(Clone, Copy, Debug)]
pub struct Kernel {
    pub number: u32,
    pub major: &'static Major,
    /// FreeBSD's name of the architecture
    pub arch_name: &'static str,
    pub arch: &'static Arch,
}

impl PartialEq for Kernel {
    fn eq(&self, other: &Self) -> bool {
        (self.number, self.arch_name) == (other.number, other.arch_name)
    }
}

/// What is built where nothing is chosen.
impl Default for Kernel {
    fn default() -> Self {
        let Chosen { major, arch } = &LIST.default;
        Kernel::find(*major, arch)
            .unwrap_or_else(|| panic!("kernels.toml: the default {major}-{arch} is not listed"))
    }
}

impl Kernel {
    /// Every kernel of the list, by major and then by architecture.
    pub fn all() -> impl Iterator<Item = Kernel> {
        LIST.major.iter().flat_map(|(number, major)| {
            let number = number.parse().unwrap_or_else(|_| panic!("kernels.toml: major.{number} is no number"));
            major.architectures.iter().map(move |name| {
                let Some((arch_name, arch)) = LIST.arch.get_key_value(name) else {
                    panic!("kernels.toml: major.{number} names the architecture {name}, which has no entry");
                };
                Kernel { number, major, arch_name, arch }
            })
        })
    }

    pub fn find(major: u32, arch: &str) -> Option<Kernel> {
        Kernel::all().find(|one| one.number == major && one.arch_name == arch)
    }

    /// `14-amd64`
    pub fn name(self) -> String {
        format!("{}-{}", self.number, self.arch_name)
    }

    /// The name of its bindings: `freebsd14_amd64`
    pub fn bindings(self) -> String {
        format!("freebsd{}_{}", self.number, self.arch_name)
    }

    /// The last `__FreeBSD_version` that its major can have.
    pub fn last_version(self) -> i32 {
        self.major.version / 100_000 * 100_000 + 99_999
    }

    /// Whether a word for a major or an architecture is this kernel's; none if it is no such word.
    pub fn is(self, word: &str) -> Option<bool> {
        let matches = |one: &Kernel| word == one.arch_name || word == one.number.to_string();
        Kernel::all()
            .any(|one| matches(&one))
            .then(|| matches(&self))
    }

    /// What a kernel module's C code is compiled with, whatever the compiler.
    pub fn c_flags(self) -> Vec<String> {
        self.c_flags_for(self.major.version)
    }

    /// The same for another release of the major, by its `__FreeBSD_version`.
    pub fn c_flags_for(self, version: i32) -> Vec<String> {
        let flags = [
            "-nostdinc",
            "-D_KERNEL",
            "-DKLD_MODULE",
            "-ffreestanding",
            "-std=gnu17",
            "-U__FreeBSD_version",
        ];
        flags
            .map(String::from)
            .into_iter()
            .chain([format!("-D__FreeBSD_version={version}")])
            .chain(self.arch.c_flags.iter().cloned())
            .collect()
    }

    /// `--target` of a clang.
    pub fn clang_target(self) -> String {
        format!("{}-unknown-freebsd{}.0", self.arch.cpu.name(), self.number)
    }

    /// The folder of the ziglang package, in the project's folder.
    pub fn ziglang(self, project: &Path) -> PathBuf {
        project.join(format!(".tools/ziglang-{}/ziglang", self.major.ziglang))
    }

    /// The kernel's headers in that folder.
    pub fn zig_headers(self, ziglang: &Path) -> [PathBuf; 2] {
        let include = ziglang.join("lib/libc/include");
        [
            include.join(format!("{}-freebsd-none", self.arch.cpu.name())),
            include.join("generic-freebsd"),
        ]
    }

    /// The options of `zig cc` that choose the kernel.
    pub fn zig_target(self) -> Vec<String> {
        let target = format!("{}-freebsd.{}.0", self.arch.cpu.name(), self.number);
        ["-target".into(), target]
            .into_iter()
            .chain(self.arch.zig_flags.iter().cloned())
            .collect()
    }
}
