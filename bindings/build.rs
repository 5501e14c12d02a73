// SPDX-License-Identifier: BSD-2-Clause
//! Selects the bindings for the kernel targeted and compiles the C shim against that kernel's headers.
//!
//! Environment (set by scripts/build-ko.sh): RWMEM_KERNEL, the FreeBSD major; RWMEM_KERNEL_INCLUDE, the folders
//! that hold its headers, separated by colons; CC_<target>, the C compiler with its target option. On the host,
//! where nothing of this is set, only the declarations are of use.
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::exit;

use freebsd_kernels::Kernel;

fn main() {
    for variable in ["RWMEM_KERNEL", "RWMEM_KERNEL_INCLUDE"] {
        println!("cargo:rerun-if-env-changed={variable}");
    }
    for file in ["kpi.h", "opt_global.h", "shim.h", "shim.c"] {
        println!("cargo:rerun-if-changed={file}");
    }

    let kernel = selected();
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    fs::write(
        out.join("selected.rs"),
        format!("pub use crate::{} as kernel;\n", kernel.bindings()),
    )
    .expect("cargo's OUT_DIR takes a file");

    // Checking the Rust code (clippy) needs no shim.
    let Ok(include) = env::var("RWMEM_KERNEL_INCLUDE") else {
        if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "none") {
            println!(
                "cargo:warning=RWMEM_KERNEL_INCLUDE is not set: the C shim is left out; use `make`"
            );
        }
        return;
    };
    let mut shim = cc::Build::new();
    shim.file("shim.c")
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
    .flags(kernel.c_flags())
    .compile("kpi_shim");
}

/// The kernel of the major in RWMEM_KERNEL and the architecture of cargo's target.
fn selected() -> Kernel {
    let major = env::var("RWMEM_KERNEL").unwrap_or_else(|_| Kernel::default().number.to_string());
    let cpu = env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    let found = Kernel::all()
        .find(|kernel| kernel.number.to_string() == major && kernel.arch.cpu.name() == cpu);
    found.unwrap_or_else(|| {
        let known: Vec<_> = Kernel::all()
            .map(|kernel| format!("{}/{}", kernel.number, kernel.arch.cpu.name()))
            .collect();
        let default = Kernel::default();
        eprintln!(
            "There are no bindings for FreeBSD {major} on {cpu}: RWMEM_KERNEL and the cargo target must be \
             one of {}. `make KERNEL={} ARCH={}` sets both.",
            known.join(", "),
            default.number,
            default.arch_name
        );
        exit(1);
    })
}
