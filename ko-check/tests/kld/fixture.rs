// SPDX-License-Identifier: BSD-2-Clause
//! Builds variants of `kld.c`, as a module is built, and checks them.

use ko_check::{Arch, Expectations, Image, Major, Outcome, Report, check};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How one kld is made and what it is taken for.
#[derive(Clone)]
pub struct Fixture {
    source: PathBuf,
    pub arch: Arch,
    pub major: Major,
    compiler_flags: Vec<String>,
    linker_flags: Vec<String>,
}

const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kld");

const AMD64: &[&str] = &[
    "-mcmodel=kernel",
    "-mno-red-zone",
    "-mno-mmx",
    // Some compilers take this to leave SSE2 on.
    "-mno-sse",
    "-mno-sse2",
    "-msoft-float",
    "-fno-pic",
];
const ARM64: &[&str] = &["-fPIC"];

pub fn amd64() -> Fixture {
    Fixture::new("kld.c", Arch::Amd64, AMD64)
}

pub fn arm64() -> Fixture {
    Fixture::new("kld.c", Arch::Arm64, ARM64)
}

pub fn both() -> [Fixture; 2] {
    [amd64(), arm64()]
}

impl Fixture {
    fn new(source: &str, arch: Arch, flags: &[&str]) -> Self {
        Fixture {
            source: Path::new(TESTS).join(source),
            arch,
            major: Major::Fourteen,
            compiler_flags: flags.iter().map(|&flag| flag.to_owned()).collect(),
            linker_flags: Vec::new(),
        }
    }

    /// With a macro: `NAME` or `NAME=value`.
    pub fn with(self, definition: &str) -> Self {
        self.flag(&format!("-D{definition}"))
    }

    /// With these C declarations in front.
    pub fn plus(self, declarations: &str) -> Self {
        self.with(&format!("EXTRA={declarations}"))
    }

    /// With this assembly in a function of the name `extra`.
    pub fn plus_assembly(self, lines: &str) -> Self {
        let lines = lines.replace('\n', "\\n");
        self.plus(&format!(
            "__asm__(\".text\\n.type extra,%function\\nextra:\\n{lines}\\n.size extra, . - extra\\n\");"
        ))
    }

    pub fn flag(mut self, flag: &str) -> Self {
        self.compiler_flags.push(flag.to_owned());
        self
    }

    pub fn without_flag(mut self, flag: &str) -> Self {
        self.compiler_flags.retain(|f| f != flag);
        self
    }

    pub fn linked_with(mut self, flag: &str) -> Self {
        self.linker_flags.push(flag.to_owned());
        self
    }

    pub fn build(&self) -> Vec<u8> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |name: &str| folder.path().join(name);
        let mut cc = compiler(self.arch);
        cc.args(["-ffreestanding", "-O2", "-fno-sanitize=all", "-std=gnu11"])
            .args(["-fno-omit-frame-pointer", "-fno-stack-protector", "-Wall"])
            .args(&self.compiler_flags)
            .arg("-c")
            .arg(&self.source)
            .arg("-o")
            .arg(path("kld.o"));
        run(cc);
        let mut ld = linker();
        match self.arch {
            Arch::Amd64 => {
                ld.args(["-r", "-m", "elf_x86_64_fbsd"]);
            }
            Arch::Arm64 => {
                ld.args(["-Bshareable", "-m", "aarch64elf", "-znotext", "-znorelro"])
                    .arg("--hash-style=sysv");
            }
        }
        ld.args(&self.linker_flags)
            .arg(path("kld.o"))
            .arg("-o")
            .arg(path("kld.ko"));
        run(ld);
        std::fs::read(path("kld.ko")).expect("the linker wrote its output")
    }

    pub fn check(&self) -> Report {
        self.check_bytes(&self.build())
    }

    pub fn check_bytes(&self, module: &[u8]) -> Report {
        self.check_against(module, None)
    }

    pub fn check_against(&self, module: &[u8], kernel: Option<&Image>) -> Report {
        check(
            module,
            &Expectations {
                arch: self.arch,
                major: self.major,
                kernel,
            },
        )
    }

    /// Asserts that exactly the checks whose names begin with one of `checks` fail, and that one of the
    /// reasons contains `reason`.
    #[track_caller]
    pub fn fails(&self, checks: &[&str], reason: &str) {
        fails(&self.check(), checks, reason);
    }
}

#[track_caller]
pub fn fails(report: &Report, checks: &[&str], reason: &str) {
    let mut reasons = Vec::new();
    for check in &report.checks {
        let expected = checks.iter().any(|name| check.name.starts_with(name));
        let failed = match &check.outcome {
            Outcome::Failed(why) => {
                reasons.extend(why.iter().cloned());
                true
            }
            _ => false,
        };
        assert_eq!(failed, expected, "'{}' in:\n{report}", check.name);
    }
    assert!(report.failed() >= checks.len(), "{report}");
    assert!(
        reasons.iter().any(|why| why.contains(reason)),
        "no reason says '{reason}':\n{report}"
    );
}

/// A kernel file that has the symbols of `source`, for amd64.
pub fn kernel(source: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("kernel.c"), source).expect("the temporary folder takes a file");
    let mut cc = compiler(Arch::Amd64);
    cc.args(["-ffreestanding", "-fno-pic", "-mcmodel=kernel", "-c"])
        .arg(path("kernel.c"))
        .arg("-o")
        .arg(path("kernel.o"));
    run(cc);
    let mut ld = linker();
    ld.args([
        "-m",
        "elf_x86_64_fbsd",
        "-e",
        "0",
        "--image-base=0xffffffff80200000",
    ])
    .arg(path("kernel.o"))
    .arg("-o")
    .arg(path("kernel"));
    run(ld);
    std::fs::read(path("kernel")).expect("the linker wrote its output")
}

/// FreeBSD's own compiler there; elsewhere the one that the set-up installs.
fn compiler(arch: Arch) -> Command {
    let cpu = match arch {
        Arch::Amd64 => "x86_64",
        Arch::Arm64 => "aarch64",
    };
    if cfg!(target_os = "freebsd") {
        let mut cc = Command::new("cc");
        cc.arg(format!("--target={cpu}-unknown-freebsd14.0"));
        return cc;
    }
    let mut cc = zig("cc");
    cc.arg(format!("--target={cpu}-freebsd.14.0"));
    cc
}

fn linker() -> Command {
    if cfg!(target_os = "freebsd") {
        return Command::new("ld.lld");
    }
    zig("ld.lld")
}

fn zig(tool: &str) -> Command {
    let zig = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.tools/ziglang-0.15.2/ziglang/zig");
    assert!(
        zig.exists(),
        "no C compiler for FreeBSD: {} is not there; run `scripts/setup.sh ko`",
        zig.display()
    );
    let mut command = Command::new(zig);
    command.arg(tool);
    command
}

fn run(mut command: Command) {
    let output = command.output().unwrap_or_else(|error| {
        panic!("cannot run {command:?}: {error}; run `scripts/setup.sh ko`")
    });
    assert!(
        output.status.success(),
        "{command:?} failed ({}):\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
}
