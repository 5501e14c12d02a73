// SPDX-License-Identifier: BSD-2-Clause
//! The example read-bytes, a tool written for the crate read-process-memory. Wants FreeBSD, root, `targets` and
//! `read-bytes` in PATH, and the module loaded.
use std::process::Command;

use rwmem_live::{Target, is, ok};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let target = Target::start(&["2"])?;
    let run = |address: u64, len: &str| {
        Command::new("read-bytes")
            .args([&target.pid().to_string(), &format!("{address:#x}"), len])
            .output()
    };
    let output = run(target.thing("pattern").0, "5")?;
    is(
        String::from_utf8_lossy(&output.stdout).as_ref(),
        "030a11181f\n",
        "the tool reads another process",
    );
    is(output.status.code(), Some(0), "its exit status");
    let output = run(0, "5")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ok(
        errors.contains("cannot read 5 bytes at 0x0") && errors.contains("nothing is mapped there"),
        "its error says what was tried",
    );
    is(output.status.code(), Some(1), "its exit status then");
    Ok(())
}
