// SPDX-License-Identifier: BSD-2-Clause
//! Many machines in one run.

use std::process::Command;

use crate::bed::{BOOT, Bed, DEBUG_KERNEL, EFI_ROOT, Finished, GOOD, ROOT};

fn bed() -> Bed {
    let bed = Bed::new();
    bed.write(&format!("root/{DEBUG_KERNEL}"), "");
    bed
}

/// vm-test with these roots in the cache, each with two kernels, and the files that are built for them.
fn command(bed: &Bed, roots: &[&str], matrix: &str) -> Command {
    for root in roots {
        let arm = root.ends_with("arm64");
        for name in if arm { EFI_ROOT } else { ROOT }
            .iter()
            .chain([&DEBUG_KERNEL])
        {
            bed.write(&format!("home/.cache/rwmem/freebsd-{root}/{name}"), name);
        }
    }
    for pair in ["14-amd64", "15-amd64", "15-arm64"] {
        for name in ["rwmem", "tally"] {
            bed.write(&format!("target/ko/{pair}/{name}.ko"), pair);
        }
    }
    for arch in ["amd64", "arm64"] {
        bed.write(&format!("target/guest/{arch}/rwmem-guest"), arch);
    }
    bed.write(
        "machine.sh",
        &format!("echo \"$*\" >>arguments; {BOOT}{GOOD}"),
    );
    let mut command = bed.vm_test();
    command.args(["run", "--logs", "logs", "--matrix", matrix]);
    command
        .env("VM_TEST_QEMU_ARM64", Bed::fake().join("qemu"))
        .env("VM_TEST_EFI_ARM64", bed.write("firmware.fd", ""));
    command
}

fn run(bed: &Bed, roots: &[&str], matrix: &str) -> Finished {
    let mut command = command(bed, roots, matrix);
    Finished::of(command.output().expect("vm-test starts"))
}

/// The first words of the table's lines.
fn rows(run: &Finished) -> Vec<String> {
    let rows = run.out.lines().filter(|line| line.contains("logs/test-"));
    let first = |line: &str| {
        line.split_whitespace()
            .take(2)
            .collect::<Vec<_>>()
            .join(" ")
    };
    rows.map(first).collect()
}

#[test]
fn every_root_in_the_cache_runs_under_every_kernel_and_one_table_tells_of_all() {
    let bed = Bed::new();
    bed.write("home/.cache/rwmem/freebsd-14-arm64/boot/loader.efi", "");
    let run = run(&bed, &["14-amd64", "15-arm64", "15-amd64", "12-amd64"], "");
    run.expect(
        0,
        &[
            "freebsd-12-amd64 is left out",
            "14-arm64 is left out: it has no kernel",
        ],
    );
    let expected = [
        "15-amd64 generic",
        "15-amd64 debug",
        "14-amd64 generic",
        "14-amd64 debug",
        "15-arm64 generic",
        "15-arm64 debug",
    ];
    assert_eq!(rows(&run), expected);
    assert_eq!(run.last_line(), "12 passed, 0 failed, 0 skipped");
    let arguments = bed.read("arguments");
    let machines = |words: &str| arguments.matches(words).count();
    assert_eq!(machines("-smp 2 -m 1024 "), 6, "{arguments}");
    assert_eq!(machines("-M virt -bios "), 2, "{arguments}");
    assert_eq!(
        machines("-cpu cortex-a57 -smp 2 -m 1024 "),
        2,
        "{arguments}"
    );
}

#[test]
fn words_choose_roots_and_kernels() {
    let bed = Bed::new();
    let roots = ["14-amd64", "15-amd64", "15-arm64"];
    for (matrix, expected) in [
        (
            "15-amd64 15-arm64 debug",
            &["15-amd64 debug", "15-arm64 debug"][..],
        ),
        ("generic arm64", &["15-arm64 generic"]),
        ("14", &["14-amd64 generic", "14-amd64 debug"]),
        (
            "debug amd64 15 generic",
            &["15-amd64 generic", "15-amd64 debug"],
        ),
    ] {
        let run = run(&bed, &roots, matrix);
        run.expect(0, &[]);
        assert_eq!(rows(&run), expected, "{matrix}");
    }
    bed.write("home/.cache/rwmem/freebsd-14-amd64/bin/sh", "");
    let mut command = command(&bed, &roots, "");
    let output = command.args(["--pairs"]).env("VM_MATRIX", "debug").output();
    let run = Finished::of(output.expect("vm-test starts"));
    assert_eq!(run.out, "15-amd64\n14-amd64 userland\n15-arm64\n");
}

#[test]
fn a_root_that_is_named_is_taken_for_what_its_kernel_is() {
    let bed = bed();
    let machine = format!("{BOOT}{GOOD}");
    let output = bed
        .command(&machine, &[])
        .env("VM_MATRIX", "debug generic")
        .output();
    let run = Finished::of(output.expect("vm-test starts"));
    run.expect(0, &["logs/test-14-amd64-debug.log"]);
    assert_eq!(rows(&run), ["14-amd64 generic", "14-amd64 debug"]);
    bed.run(&machine, &["--matrix", "generic"])
        .expect(0, &["2 passed, 0 failed"]);
    // This file is an ELF of 64 bits for arm64, and nothing else.
    let head = b"\x7fELF\x02\x01\x01\x09\0\0\0\0\0\0\0\0\x02\0\xb7\0\x01\0\0\0";
    let mut file = head.to_vec();
    file.resize(64, 0);
    file[52] = 64;
    std::fs::write(bed.path("root/boot/kernel/kernel"), file).expect("written");
    bed.run(&machine, &[])
        .expect(2, &["boot/loader.efi  (the boot loader for EFI"]);
}

#[test]
fn machines_run_at_the_same_time_where_that_is_wanted() {
    let bed = bed();
    // Each waits for the other to be there.
    let machine = format!(
        "{BOOT}touch up.$$; n=0; until [ $(ls up.* | wc -l) = 2 ] || [ $n = 100 ]; do sleep 0.1; n=$((n + 1)); done\n\
         [ $n = 100 ] || {GOOD}"
    );
    let run = bed.run(&machine, &["--jobs", "2"]);
    run.expect(0, &[]);
    assert_eq!(run.last_line(), "4 passed, 0 failed, 0 skipped");
    // In the order of the kernels, whichever was first to end.
    let table: Vec<&str> = run.out.lines().collect();
    assert!(table[1].starts_with("14-amd64 generic "), "{run:#?}");
    assert!(table[2].starts_with("14-amd64 debug "), "{run:#?}");
    assert!(bed.left_behind().is_empty());
}

#[test]
fn one_that_fails_does_not_hide_the_others() {
    let bed = bed();
    let machine = format!("{BOOT}if mkdir first; then echo panic: x; else\n{GOOD}fi");
    for jobs in ["1", "2"] {
        let run = bed.run(&machine, &["--jobs", jobs]);
        run.expect(1, &["the kernel panicked"]);
        assert_eq!(run.last_line(), "2 passed, 1 failed, 0 skipped");
        std::fs::remove_dir(bed.path("first")).expect("one machine was first");
    }
}

#[test]
fn words_that_mean_nothing_are_refused_with_those_that_do() {
    let bed = bed();
    let known = ["14-amd64 14 amd64", "15-arm64", "releases such as 15.1"];
    for (matrix, word) in [
        ("custom", "\"custom\""),
        ("15-vax", "\"15-vax\""),
        ("9", "\"9\""),
    ] {
        let run = bed.run(GOOD, &["--matrix", matrix]);
        run.expect(2, &known);
        run.expect(2, &[word]);
    }
    let labels = "for kernels: generic debug";
    bed.run(GOOD, &["--matrix", "custom"]).expect(2, &[labels]);
    let left_out = "root (from --root) is 14-amd64, which the words";
    bed.run(GOOD, &["--matrix", "15"]).expect(2, &[left_out]);
    bed.run(GOOD, &["--matrix", "15.x"])
        .expect(2, &["15.x", "is not the name of a release"]);
}

#[test]
fn a_release_boots_from_the_cache_and_is_no_reason_to_fail_where_it_may_not_be_fetched() {
    let bed = Bed::new();
    let roots = ["14.5-RELEASE-amd64", "15-amd64"];
    let log = "logs/test-14.5-RELEASE-amd64-generic.log";
    let found = run(&bed, &roots, "14.5 generic");
    found.expect(0, &["14.5-RELEASE-amd64 generic: booting", log]);
    assert_eq!(rows(&found), ["14.5-RELEASE-amd64 generic"]);
    run(&bed, &roots, "14.5 14.4").expect(77, &["freebsd-14.4-RELEASE-amd64"]);
    run(&bed, &roots, "15.1 arm64").expect(77, &["-RELEASE-arm64"]);
    run(&bed, &roots, "15-arm64").expect(77, &["freebsd-15-arm64", "arm64/aarch64"]);
}

#[test]
fn the_userland_is_tested_under_the_last_kernel_of_its_root() {
    let bed = Bed::new();
    bed.write("userland/tests/10-first", "");
    bed.write(
        "xorriso.sh",
        "for a; do case $a in */paths) grep -c userland/tests/10-first \"$a\" >>discs || : ;; esac; done",
    );
    let discs = |mode: &str, matrix: &str| {
        bed.write("discs", "");
        let mut command = command(&bed, &["14-amd64", "15-amd64"], matrix);
        command
            .args(["--jobs", "1", "--mode", mode, "--userland", "userland"])
            .env("FAKE_XORRISO", bed.path("xorriso.sh"));
        Finished::of(command.output().expect("vm-test starts")).expect(0, &[]);
        bed.read("discs").replace('\n', "")
    };
    assert_eq!(discs("test", ""), "1100");
    assert_eq!(discs("test", "generic 15"), "1");
    assert_eq!(discs("userland", ""), "1111");
}

#[test]
fn a_stress_run_is_two_machines_that_share_the_time_and_no_seed() {
    let bed = Bed::new();
    // The guest's configuration is a file of the disc's.
    bed.write(
        "xorriso.sh",
        "for a; do case $a in */paths) cat \"${a%paths}etc-rwmem-guest.conf\" >>tasks ;; esac; done",
    );
    let machine = format!("echo \"$*\" >>arguments; {BOOT}{GOOD}");
    let options = ["--mode", "stress", "--seed", "5", "--minutes", "31"];
    let stress = |more: &[&str]| {
        let mut command = bed.command(&machine, &options);
        command
            .args(more)
            .env("FAKE_XORRISO", bed.path("xorriso.sh"));
        Finished::of(command.output().expect("vm-test starts"))
    };
    stress(&[]).expect(
        0,
        &[
            "logs/stress-14-amd64-generic-2-cpus.log",
            "14-amd64 generic, 4 cpus: booting",
        ],
    );
    assert_eq!(
        bed.read("tasks"),
        "stress\nseed 5\nminutes 16\nstress\nseed 1000005\nminutes 16\n"
    );
    let arguments = bed.read("arguments");
    assert!(
        arguments.contains("-smp 2 ") && arguments.contains("-smp 4 "),
        "{arguments}"
    );
    stress(&["--cpus", "3"]).expect(0, &["logs/stress-14-amd64-generic.log"]);
    assert!(
        bed.read("tasks")
            .ends_with("\nstress\nseed 5\nminutes 31\n")
    );
    assert!(bed.read("arguments").contains("-smp 3 "));
}
