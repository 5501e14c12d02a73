// SPDX-License-Identifier: BSD-2-Clause
//! A C compiler that targets FreeBSD: the one named by `RWMEM_CC`, else the system's on FreeBSD, else the
//! `zig cc` that `scripts/setup.sh ko` puts into `.tools/`.

use freebsd_kernels::{Cpu, Kernel};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

const ABI: &str = env!("CARGO_MANIFEST_DIR");

#[derive(Clone, Copy, Debug)]
pub enum Language {
    C11,
    Cxx17,
}

pub struct Target {
    name: String,
    /// For `zig cc`, which brings the headers of each target along.
    zig: String,
    /// For any other clang.
    clang: String,
}

/// The architectures of the default major, and amd64's programs of 32 bits. A FreeBSD machine has no headers of
/// another architecture than its own.
pub fn targets() -> Vec<Target> {
    let is_there = |kernel: &Kernel| {
        kernel.number == Kernel::default().number
            && (cfg!(not(target_os = "freebsd")) || kernel.arch.cpu.name() == env::consts::ARCH)
    };
    Kernel::all()
        .filter(is_there)
        .flat_map(for_kernel)
        .collect()
}

fn for_kernel(kernel: Kernel) -> Vec<Target> {
    let number = kernel.number;
    let own = Target {
        name: format!("FreeBSD {} (64 bit)", kernel.arch_name),
        zig: format!("--target={}-freebsd.{number}.0", kernel.arch.cpu.name()),
        clang: format!("--target={}", kernel.clang_target()),
    };
    let compat32 = (kernel.arch.cpu == Cpu::X86_64).then(|| Target {
        name: "FreeBSD i386 (32 bit)".into(),
        zig: format!("--target=x86-freebsd.{number}.0"),
        clang: "-m32".into(),
    });
    [own].into_iter().chain(compat32).collect()
}

/// Compiles `source` and drops the object; the error is what the compiler said, for whom and how.
pub fn compile(source: &str, language: Language, target: &Target) -> Result<(), String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (file, flags) = match language {
        Language::C11 => ("layout.c", ["-std=c11", "-xc"]),
        Language::Cxx17 => ("layout.cc", ["-std=c++17", "-xc++"]),
    };
    let file = folder.path().join(file);
    std::fs::write(&file, source).expect("the temporary folder takes a file");

    let (mut command, target_flag) = compiler(target);
    command
        .arg(target_flag)
        .args(flags)
        .args(["-Wall", "-Wextra", "-Wpedantic", "-Werror"])
        // All wrong values at once, not the first twenty.
        .args(["-ferror-limit=0", "-I"])
        .arg(Path::new(ABI).join("include"))
        .arg("-c")
        .arg(&file)
        .arg("-o")
        .arg(folder.path().join("layout.o"));
    let output = command.output().unwrap_or_else(|error| {
        panic!(
            "cannot run the C compiler {command:?}: {error}; run `scripts/setup.sh ko`, \
             or name a clang with FreeBSD's headers in RWMEM_CC"
        )
    });
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "rwmem/abi.h as {language:?} for {}: {command:?} failed ({}):\n{}",
        target.name,
        output.status,
        String::from_utf8_lossy(&output.stderr)
    ))
}

/// The compiler's command and its flag for `target`.
fn compiler(target: &Target) -> (Command, &str) {
    let zig = Kernel::default()
        .ziglang(&Path::new(ABI).join(".."))
        .join("zig");
    let words: Vec<String> = match env::var("RWMEM_CC") {
        Ok(named) => named.split_whitespace().map(str::to_owned).collect(),
        Err(_) if cfg!(target_os = "freebsd") => vec!["cc".to_owned()],
        Err(_) => {
            assert!(
                zig.exists(),
                "no C compiler for FreeBSD: {} is not there; run `scripts/setup.sh ko`, \
                 or name a clang with FreeBSD's headers in RWMEM_CC",
                zig.display()
            );
            vec![zig.display().to_string(), "cc".to_owned()]
        }
    };
    let program = PathBuf::from(words.first().expect("RWMEM_CC names a command"));
    let is_zig = program.file_name().is_some_and(|name| name == "zig");
    let mut command = Command::new(program);
    command.args(&words[1..]);
    (command, if is_zig { &target.zig } else { &target.clang })
}
