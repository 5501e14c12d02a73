// SPDX-License-Identifier: BSD-2-Clause
//! bhyve, played by scripts: how it is called, what its end means, and that no machine is left.

use std::process::Command;
use std::time::{Duration, Instant};

use crate::bed::{BOOT, Bed, Finished, GOOD};

/// vm-test on a machine with bhyve; the scripts say what bhyve, bhyveload and bhyvectl do.
fn command(bed: &Bed, [bhyve, load, control]: [&str; 3], arguments: &[&str]) -> Command {
    let mut command = bed.command("echo no QEMU was wanted; exit 1", arguments);
    let fake = Bed::fake();
    for (name, script) in [("BHYVE", bhyve), ("BHYVELOAD", load), ("BHYVECTL", control)] {
        let file = bed.write(&format!("{}.sh", name.to_lowercase()), script);
        command
            .env(format!("VM_TEST_{name}"), fake.join(name.to_lowercase()))
            .env(format!("FAKE_{name}"), file);
    }
    command.env("FAKE_BHYVE_CALLS", bed.path("calls"));
    command
}

fn run(bed: &Bed, scripts: [&str; 3], arguments: &[&str]) -> Finished {
    let output = command(bed, scripts, arguments).output();
    Finished::of(output.expect("vm-test starts"))
}

/// How the programs were called, without what differs from run to run.
fn calls(bed: &Bed) -> Vec<String> {
    let plain = |line: &str| {
        let words = line.split(' ').map(|word| {
            if word.contains("rwmem-test-") {
                let option = word.split_once('=').map_or("", |(option, _)| option);
                format!("{option}{}NAME", if option.is_empty() { "" } else { "=" })
            } else if let Some((before, _)) = word.split_once(bed.path("tmp").to_str().unwrap()) {
                format!("{before}DISC")
            } else {
                word.to_owned()
            }
        });
        words.collect::<Vec<_>>().join(" ")
    };
    bed.read("calls").lines().map(plain).collect()
}

/// bhyve powers the machine off: exit status 1.
fn good() -> String {
    format!("{BOOT}{GOOD}exit 1")
}

#[test]
fn where_it_works_bhyve_is_the_machine_and_is_put_away() {
    let bed = Bed::new();
    let run = run(&bed, [&good(), "echo loading", ""], &[]);
    run.expect(0, &["booting (bhyve)"]);
    assert_eq!(run.last_line(), "2 passed, 0 failed, 0 skipped");
    assert_eq!(
        calls(&bed),
        [
            "bhyvectl --create --vm=NAME",
            "bhyvectl --destroy --vm=NAME",
            "bhyveload -m 1024M -c stdio -d DISC NAME",
            "bhyve -A -H -P -u -w -c 2 -m 1024M -s 0,hostbridge -s 1,lpc -s 2,ahci-cd,DISC -l com1,stdio NAME",
            "bhyvectl --destroy --vm=NAME",
        ]
    );
    assert!(
        bed.read("logs/test-14-amd64-generic.log")
            .starts_with("loading\n")
    );
    assert!(bed.left_behind().is_empty());
}

#[test]
fn where_it_does_not_work_qemu_is_the_machine() {
    let bed = Bed::new();
    let mut command = command(&bed, ["", "", "exit 1"], &[]);
    bed.write("machine.sh", &format!("{BOOT}{GOOD}"));
    let run = Finished::of(command.output().expect("vm-test starts"));
    run.expect(0, &["booting (QEMU, emulating)"]);
    assert_eq!(calls(&bed), ["bhyvectl --create --vm=NAME"]);
}

#[test]
fn whoever_chooses_qemu_or_how_it_accelerates_does_not_get_bhyve() {
    for arguments in [["--backend", "qemu"], ["--accel", "tcg"]] {
        let bed = Bed::new();
        let mut command = command(&bed, [&good(), "", ""], &arguments);
        bed.write("machine.sh", &format!("{BOOT}{GOOD}"));
        let run = Finished::of(command.output().expect("vm-test starts"));
        run.expect(0, &["booting (QEMU, emulating)"]);
    }
}

#[test]
fn the_machine_is_as_large_as_asked_for() {
    let bed = Bed::new();
    let mut command = command(&bed, [&good(), "", ""], &["--cpus", "3"]);
    let output = command
        .env("VM_BACKEND", "bhyve")
        .env("VM_MEMORY", "700")
        .output();
    Finished::of(output.expect("vm-test starts")).expect(0, &[]);
    let calls = bed.read("calls");
    assert!(calls.contains("bhyveload -m 700M "), "{calls}");
    assert!(calls.contains(" -c 3 -m 700M "), "{calls}");
}

#[test]
fn each_exit_status_means_what_the_manual_says() {
    for (status, code, words) in [
        (0, 0, "2 passed, 0 failed"),
        (1, 0, "2 passed, 0 failed"),
        (2, 0, "2 passed, 0 failed"),
        (3, 1, "a triple fault"),
        (4, 1, "exit status 4"),
    ] {
        let bed = Bed::new();
        let bhyve = format!("{BOOT}{GOOD}exit {status}");
        let run = run(&bed, [&bhyve, "", ""], &["--backend", "bhyve"]);
        run.expect(code, &[words]);
    }
}

#[test]
fn a_kernel_that_cannot_be_loaded_is_told_with_bhyveloads_words() {
    let bed = Bed::new();
    // Its own exit status would mean "powered off" if it were bhyve's.
    let load = "echo no such disc >&2; exit 1";
    let run = run(&bed, [&good(), load, ""], &["--backend", "bhyve"]);
    run.expect(1, &["bhyveload could not load the kernel", "no such disc"]);
    let calls = calls(&bed);
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert_eq!(calls[1], "bhyvectl --destroy --vm=NAME");
}

#[test]
fn a_machine_that_hangs_or_panics_is_put_away_too() {
    for (machine, words) in [
        ("sleep 1000", "the console fell silent"),
        ("echo panic: x; exec sleep 1000", "the kernel panicked"),
    ] {
        let bed = Bed::new();
        let start = Instant::now();
        let machine = format!("{BOOT}{machine}");
        let arguments = ["--backend", "bhyve", "--silence", "1"];
        run(&bed, [&machine, "", ""], &arguments).expect(1, &[words]);
        assert!(start.elapsed() < Duration::from_secs(60));
        let last = calls(&bed).pop();
        assert_eq!(last.as_deref(), Some("bhyvectl --destroy --vm=NAME"));
    }
}

#[test]
fn bhyve_that_is_asked_for_and_absent_is_named() {
    let bed = Bed::new();
    bed.run(GOOD, &["--backend", "bhyve"])
        .expect(2, &["bhyve", "cannot be found"]);
}
