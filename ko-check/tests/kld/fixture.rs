// SPDX-License-Identifier: BSD-2-Clause
//! Builds variants of `kld.c`, as a module is built, and checks them.

use freebsd_kernels::{Arch, Cpu, Kernel, Kld};
use ko_check::{Expectations, Image, Outcome, Report, check};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How one kld is made and what it is taken for.
#[derive(Clone)]
pub struct Fixture {
    source: PathBuf,
    pub built_for: Kernel,
    compiler_flags: Vec<String>,
    linker_flags: Vec<String>,
}

const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kld");

/// For the default major.
pub fn amd64() -> Fixture {
    Fixture::new(kernel_for(Cpu::X86_64))
}

pub fn arm64() -> Fixture {
    Fixture::new(kernel_for(Cpu::Aarch64))
}

fn kernel_for(cpu: Cpu) -> Kernel {
    Kernel::all()
        .find(|kernel| kernel.number == Kernel::default().number && kernel.arch.cpu == cpu)
        .expect("the default major is listed for both")
}

pub fn both() -> [Fixture; 2] {
    [amd64(), arm64()]
}

impl Fixture {
    fn new(built_for: Kernel) -> Self {
        Fixture {
            source: Path::new(TESTS).join("kld.c"),
            built_for,
            compiler_flags: built_for.arch.c_flags.clone(),
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
        let mut cc = compiler(self.built_for);
        cc.args(["-ffreestanding", "-O2", "-fno-sanitize=all", "-std=gnu11"])
            .args(["-fno-omit-frame-pointer", "-fno-stack-protector", "-Wall"])
            .args(&self.compiler_flags)
            .arg("-c")
            .arg(&self.source)
            .arg("-o")
            .arg(path("kld.o"));
        run(cc);
        let mut ld = linker();
        let Arch { kld, emulation, .. } = self.built_for.arch;
        ld.args(["-m", emulation]);
        match kld {
            Kld::Relocatable => ld.arg("-r"),
            Kld::Shared => ld.args(["-Bshareable", "-znotext", "-znorelro", "--hash-style=sysv"]),
        };
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
                name: "rwmem",
                built_for: self.built_for,
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
    let mut cc = compiler(amd64().built_for);
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
fn compiler(kernel: Kernel) -> Command {
    if cfg!(target_os = "freebsd") {
        let mut cc = Command::new("cc");
        cc.arg(format!("--target={}", kernel.clang_target()));
        return cc;
    }
    let mut cc = zig("cc");
    cc.args(kernel.zig_target());
    cc
}

fn linker() -> Command {
    if cfg!(target_os = "freebsd") {
        return Command::new("ld.lld");
    }
    zig("ld.lld")
}

fn zig(tool: &str) -> Command {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let zig = Kernel::default().ziglang(&project).join("zig");
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
