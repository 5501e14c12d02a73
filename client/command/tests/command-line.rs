// SPDX-License-Identifier: BSD-2-Clause
//! What is wrong with a call is printed without a module, for a person and for a program.

use std::process::{Command, Output};

use serde_json::Value;

fn run(line: &str) -> Output {
    let words = line.split_whitespace();
    let output = Command::new(env!("CARGO_BIN_EXE_rwmem"))
        .args(words)
        .output();
    output.expect("it runs")
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

#[test]
fn json_has_the_error_of_a_wrong_call() {
    for (line, wanted) in [
        ("--json read 0 0 0", "\"0\" is no process id"),
        ("read 0 0 0 --json", "\"0\" is no process id"),
        ("--json", "Usage: rwmem"),
        ("--json fly", "unrecognized subcommand"),
        ("--json read", "required arguments"),
        ("--json search 1 00 -n 0", "0 is not in 1.."),
        ("--json write 1 0 --hex x", "no hexadecimal digit"),
        ("--json search 1 xyz", "is not hexadecimal"),
        ("--json watch 1 0 0", "nothing to watch"),
    ] {
        let output = run(line);
        assert_eq!(code(&output), Some(2), "{line}");
        let object: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|error| panic!("{line}: {error}: {output:?}"));
        let error = &object["error"];
        assert_eq!(
            (&error["kind"], &error["exit_code"]),
            (&"usage".into(), &2.into()),
            "{line}"
        );
        let message = error["message"].as_str().unwrap_or_default();
        assert!(message.contains(wanted), "{line}: {message}");
        assert!(
            !message.starts_with("error:") && !output.stderr.is_empty(),
            "{line}"
        );
    }
}

#[test]
fn without_json_the_standard_output_stays_empty() {
    for line in ["read 0 0 0", "fly", "read 1 2 3 4 -- --json"] {
        let output = run(line);
        assert_eq!((code(&output), output.stdout.len()), (Some(2), 0), "{line}");
    }
}

#[test]
fn help_is_no_error() {
    for line in ["--help", "--json --help", "--version", "read --help --json"] {
        let output = run(line);
        assert_eq!(code(&output), Some(0), "{line}");
        assert!(
            output.stdout.len() > 5 && output.stderr.is_empty(),
            "{line}"
        );
    }
}

#[test]
fn absurd_lengths_are_errors() {
    for line in [
        "watch 1 0 0x8000000000000000",
        "watch 1 0 0xffffffffffffffff",
        "watch 1 0x1000 2G",
        "watch 1 0 20000000000G",
        "read 1 0 0x1ffffffffffffffff",
        "read 1 0xffffffffffffffff+1 1",
        "read 1 0x1ffffffffffffffff 1",
    ] {
        let output = run(line);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(code(&output), Some(2), "{line}: {text}");
        assert!(!text.contains("panicked"), "{line}: {text}");
    }
}
