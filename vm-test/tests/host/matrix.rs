// SPDX-License-Identifier: BSD-2-Clause
//! Many machines in one run.

use crate::bed::{BOOT, Bed, DEBUG_KERNEL, Finished, GOOD};

fn bed() -> Bed {
    let bed = Bed::new();
    bed.write(&format!("root/{DEBUG_KERNEL}"), "");
    bed
}

#[test]
fn words_choose_kernels_and_their_order() {
    let bed = bed();
    let machine = format!("{BOOT}{GOOD}");
    let output = bed
        .command(&machine, &[])
        .env("VM_MATRIX", "debug generic")
        .output();
    let run = Finished::of(output.expect("vm-test starts"));
    run.expect(0, &["logs/test-debug.log", "logs/test-generic.log"]);
    let table: Vec<&str> = run.out.lines().collect();
    assert!(table[1].starts_with("debug "), "{run:#?}");
    assert!(table[2].starts_with("generic "), "{run:#?}");
    assert_eq!(run.last_line(), "4 passed, 0 failed, 0 skipped");
    bed.run(&machine, &["--matrix", "generic"])
        .expect(0, &["2 passed, 0 failed"]);
}

#[test]
fn a_file_multiplies_kernels_by_tests() {
    let bed = bed();
    bed.write("other", "");
    bed.write(
        "m.toml",
        "[[kernel]]\nname = 'generic'\n[[kernel]]\nname = 'mine'\nfile = 'other'\n\
         [[test]]\nname = 'all'\n[[test]]\nname = 'one cpu'\nmode = 'userland'\ncpus = 1\nmemory = 300\n",
    );
    let machine = format!("echo \"$*\" >>arguments; {BOOT}{GOOD}");
    let run = bed.run(&machine, &["--matrix", "m.toml"]);
    run.expect(
        0,
        &[
            "generic, all: booting",
            "mine, one cpu: booting",
            "logs/test-generic-all.log",
            "logs/userland-mine-one-cpu.log",
        ],
    );
    assert_eq!(run.last_line(), "8 passed, 0 failed, 0 skipped");
    let arguments = bed.read("arguments");
    assert_eq!(
        arguments.matches("-smp 2 -m 512 ").count(),
        2,
        "{arguments}"
    );
    assert_eq!(
        arguments.matches("-smp 1 -m 300 ").count(),
        2,
        "{arguments}"
    );
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
    assert!(table[1].starts_with("kernel "), "{run:#?}");
    assert!(table[2].starts_with("kernel.debug "), "{run:#?}");
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
fn what_cannot_be_is_refused() {
    let bed = bed();
    let words = "there is no kernel \"custom\" in root; it has: kernel, kernel.debug";
    bed.run(GOOD, &["--matrix", "custom"]).expect(2, &[words]);
    bed.run(GOOD, &["--matrix", "absent.toml"])
        .expect(2, &["cannot read absent.toml"]);
    bed.write("m.toml", "[[kernel]]\nname = 'x'\nflie = 'y'\n");
    bed.run(GOOD, &["--matrix", "m.toml"])
        .expect(2, &["m.toml is no matrix", "flie"]);
}

#[test]
fn a_release_boots_from_the_cache_and_is_no_reason_to_fail_where_it_may_not_be_fetched() {
    let bed = bed();
    for name in crate::bed::ROOT {
        bed.write(
            &format!("home/.cache/rwmem/freebsd-14.5-RELEASE-amd64/{name}"),
            "",
        );
    }
    // Without --root, which would count more.
    let run = |matrix| {
        let machine = bed.write("machine.sh", &format!("{BOOT}{GOOD}"));
        let mut command = bed.vm_test();
        command.env("FAKE_QEMU", machine);
        command.args([
            "run", "--ko", "rwmem.ko", "--guest", "guest", "--logs", "logs",
        ]);
        command.args(["--matrix", matrix]);
        Finished::of(command.output().expect("vm-test starts"))
    };
    run("14.5").expect(0, &["14.5: booting", "logs/test-14.5.log"]);
    run("14.5 14.4").expect(77, &["freebsd-14.4-RELEASE-amd64"]);
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
        &["logs/stress-kernel-2-cpus.log", "kernel, 4 cpus: booting"],
    );
    assert_eq!(bed.read("tasks"), "stress 5 16\nstress 1000005 16\n");
    let arguments = bed.read("arguments");
    assert!(
        arguments.contains("-smp 2 ") && arguments.contains("-smp 4 "),
        "{arguments}"
    );
    stress(&["--cpus", "3"]).expect(0, &["logs/stress-kernel.log"]);
    assert!(bed.read("tasks").ends_with("\nstress 5 31\n"));
    assert!(bed.read("arguments").contains("-smp 3 "));
}
