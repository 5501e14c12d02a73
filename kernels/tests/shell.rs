// SPDX-License-Identifier: BSD-2-Clause
//! The shell scripts read kernels.toml with a few lines of awk: they must find there what this crate finds.
use std::path::Path;
use std::process::Command;

use freebsd_kernels::Kernel;

fn shell(command: &str) -> String {
    let output = Command::new("sh")
        .args(["-c", &format!("set -eu; . scripts/tools.sh; {command}")])
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .output()
        .expect("sh runs");
    assert!(output.status.success(), "{command}: {output:?}");
    String::from_utf8(output.stdout)
        .expect("text")
        .trim_end()
        .to_owned()
}

#[test]
fn the_scripts_have_the_same_kernels() {
    let names: Vec<_> = Kernel::all().map(Kernel::name).collect();
    assert_eq!(shell("kernels").lines().collect::<Vec<_>>(), names);
    let default = "HOST_OS=Linux; echo $(default_major)-$(default_arch)";
    assert_eq!(shell(default), Kernel::default().name());
}

#[test]
fn the_scripts_find_the_same_facts() {
    for kernel in Kernel::all() {
        let arch = kernel.arch;
        let facts = [
            ("rust_target", arch.rust_target.clone()),
            ("rust_flags", arch.rust_flags.join(" ")),
            ("kasan_flags", arch.kasan_flags.join(" ")),
            ("kmsan_flags", arch.kmsan_flags.join(" ")),
            ("kcsan_flags", arch.kcsan_flags.join(" ")),
            ("emulation", arch.emulation.clone()),
            ("kld", format!("{:?}", arch.kld).to_lowercase()),
            ("cpu", arch.cpu.name().to_owned()),
        ];
        for (key, value) in facts {
            assert_eq!(
                shell(&format!("fact arch.{} {key}", kernel.arch_name)),
                value
            );
        }
        let ziglang = kernel.ziglang(Path::new("/"));
        assert_eq!(
            shell(&format!("TOOLS=/.tools; ziglang {}", kernel.number)),
            ziglang.display().to_string()
        );
        let flags = format!(
            "echo -target $(cpu_of {1})-freebsd.{0}.0 $(fact arch.{1} zig_flags)",
            kernel.number, kernel.arch_name
        );
        assert_eq!(shell(&flags), kernel.zig_target().join(" "));
    }
}

#[test]
fn what_is_not_listed_is_refused() {
    for command in [
        "fact major.14 nothing",
        "fact major.13 version",
        "known_major 13",
        "known_kernel 14 riscv",
    ] {
        let refused = Command::new("sh")
            .args(["-c", &format!(". scripts/tools.sh; {command}")])
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
            .output()
            .expect("sh runs");
        assert_eq!(refused.status.code(), Some(1), "{command}");
        assert!(!refused.stderr.is_empty(), "{command}");
    }
}
