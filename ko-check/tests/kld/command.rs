// SPDX-License-Identifier: BSD-2-Clause
//! The command: its exit code and its last line are what scripts go by.

use crate::fixture::{amd64, arm64, kernel};
use std::path::Path;
use std::process::{Command, Output};

fn ko_check(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_ko-check"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("ko-check runs")
}

fn last_line(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn the_exit_code_and_the_last_line_tell_how_it_went() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).expect("the temporary folder takes a file");
    };
    let run = |arguments: &[&str]| ko_check(arguments, folder.path());
    write("good.ko", &amd64().build());
    write("bad.ko", &amd64().with("VERSION=2").build());
    write("arm.ko", &arm64().build());
    write(
        "kernel",
        &kernel(
            "const int osreldate = 1402000; void printf(void) {} void module_register_init(void) {}",
        ),
    );
    write("text", b"no kernel");

    let good = run(&["good.ko"]);
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    assert!(
        last_line(&good).ends_with(" passed, 0 failed, 2 skipped"),
        "{good:?}"
    );

    let arm = run(&["--arch", "arm64", "arm.ko"]);
    assert_eq!(arm.status.code(), Some(0), "{arm:?}");

    let with_kernel = run(&["--kernel", "kernel", "good.ko"]);
    assert_eq!(with_kernel.status.code(), Some(0), "{with_kernel:?}");
    assert!(last_line(&with_kernel).ends_with(" passed, 0 failed, 0 skipped"));

    let bad = run(&["bad.ko"]);
    assert_eq!(bad.status.code(), Some(1), "{bad:?}");
    assert!(
        last_line(&bad).ends_with(" passed, 1 failed, 2 skipped"),
        "{bad:?}"
    );

    let other_major = run(&["--major", "15", "good.ko"]);
    assert_eq!(other_major.status.code(), Some(1), "{other_major:?}");

    for arguments in [
        &["missing.ko"][..],
        &["--kernel", "missing", "good.ko"],
        &["--kernel", "text", "good.ko"],
        &["--major", "13", "good.ko"],
        &[],
    ] {
        let refused = run(arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}: {refused:?}");
        assert!(!refused.stderr.is_empty(), "{arguments:?}");
    }
}
