// SPDX-License-Identifier: BSD-2-Clause
//! The crate rwmem against live processes. Wants FreeBSD, root, `targets` in PATH, and the module loaded from /rwmem.ko.
mod batches;
mod errors;
mod mappings;
mod scans;
mod snapshots;
mod transfers;

use rwmem_live::{Target, ok};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    println!("# time limit: 300 s");
    // These take permissions and the module away from children of a process without threads: first of all.
    part("errors", errors::run());
    let mut target = Target::start(&["6"])?;
    part("transfers", transfers::run(&mut target));
    part("signals", transfers::signals());
    part("batches", batches::run(&target));
    part("mappings", mappings::run(&target));
    part("scans", scans::run(&target));
    part("snapshots", snapshots::run(&target));
    part("after exit", transfers::after_exit(target));
    part("after execve", transfers::after_execve());
    Ok(())
}

/// An error that no test expects ends its part only.
fn part(name: &str, outcome: Outcome) {
    if let Err(error) = outcome {
        ok(false, &format!("the part '{name}' ran to its end"));
        println!("# {error}");
    }
}
