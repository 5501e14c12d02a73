// SPDX-License-Identifier: BSD-2-Clause
//! Selects the bindings for the kernel targeted and compiles the C shim against that kernel's headers.
//!
//! Environment (set by scripts/build-ko.sh): RWMEM_KERNEL, the FreeBSD major; RWMEM_KERNEL_INCLUDE, the folders
//! that hold its headers, separated by colons; CC_<target>, the C compiler with its target option.
use std::env;
use std::path::Path;
use std::process::exit;

/// The pairs of major and architecture that bindings/src holds, the `__FreeBSD_version` of the major's first
/// release, and the C flags of its kernel code.
const KERNELS: [(&str, &str, &str, u32, &[&str]); 4] = [
    ("14", "x86_64", "freebsd14_amd64", 1400097, AMD64),
    ("14", "aarch64", "freebsd14_arm64", 1400097, ARM64),
    ("15", "x86_64", "freebsd15_amd64", 1500068, AMD64),
    ("15", "aarch64", "freebsd15_arm64", 1500068, ARM64),
];
const AMD64: &[&str] = &[
    "-mcmodel=kernel",
    "-mno-red-zone",
    "-mno-mmx",
    "-mno-sse",
    "-mno-sse2",
    "-msoft-float",
    "-fno-pic",
];
const ARM64: &[&str] = &["-mgeneral-regs-only", "-ffixed-x18", "-fPIC"];

fn main() {
    for variable in ["RWMEM_KERNEL", "RWMEM_KERNEL_INCLUDE"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    for file in ["kpi.h", "shim.h", "shim.c"] {
        println!("cargo:rerun-if-changed=bindings/{file}");
    }
    println!("cargo:rustc-check-cfg=cfg(kernel_bindings, values(any()))");

    let major = env::var("RWMEM_KERNEL").unwrap_or_else(|_| "14".into());
    let arch = env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    let Some((_, _, bindings, version, flags)) =
        KERNELS.iter().find(|(m, a, ..)| *m == major && *a == arch)
    else {
        let known: Vec<_> = KERNELS
            .iter()
            .map(|(m, a, ..)| format!("{m}/{a}"))
            .collect();
        eprintln!(
            "There are no bindings for FreeBSD {major} on {arch}: RWMEM_KERNEL and the cargo target must be \
             one of {}. `make KERNEL=14 ARCH=amd64` sets both.",
            known.join(", ")
        );
        exit(1);
    };
    println!("cargo:rustc-cfg=kernel_bindings=\"{bindings}\"");

    // Checking the Rust code (clippy) needs no shim.
    let Ok(include) = env::var("RWMEM_KERNEL_INCLUDE") else {
        println!(
            "cargo:warning=RWMEM_KERNEL_INCLUDE is not set: the C shim is left out; use `make`"
        );
        return;
    };
    let mut shim = cc::Build::new();
    shim.file("bindings/shim.c")
        .opt_level(2)
        .pic(false)
        .no_default_flags(true)
        .inherit_rustflags(false);
    for folder in include.split(':').filter(|folder| !folder.is_empty()) {
        if !Path::new(folder).is_dir() {
            eprintln!(
                "RWMEM_KERNEL_INCLUDE names {folder}, which is no folder: run scripts/setup.sh ko"
            );
            exit(1);
        }
        shim.flag("-isystem").flag(folder);
    }
    shim.flags([
        "-O2",
        "-nostdinc",
        "-D_KERNEL",
        "-DKLD_MODULE",
        "-ffreestanding",
        "-std=gnu17",
    ])
    .flags([
        "-Wall",
        "-Wextra",
        "-Wno-unused-parameter",
        "-fno-stack-protector",
    ])
    .flags([
        "-fno-omit-frame-pointer",
        "-fno-asynchronous-unwind-tables",
        "-fno-unwind-tables",
        "-fno-ident",
        "-fvisibility=hidden",
        "-fno-common",
    ])
    .flags(["-fno-sanitize=all", "-ffunction-sections"])
    .flag("-U__FreeBSD_version")
    .flag(format!("-D__FreeBSD_version={version}"))
    .flags(*flags)
    .compile("kpi_shim");
}
