// SPDX-License-Identifier: BSD-2-Clause
//! What vm-test says when it has nothing to work with.

use std::fs;

use crate::bed::{BOOT, Bed, Finished, GOOD, ROOT};

#[test]
fn without_a_root_it_says_how_to_get_one_and_exits_with_a_code_of_its_own() {
    let bed = Bed::new();
    for task in ["root", "run"] {
        let finished = Finished::of(bed.vm_test().arg(task).output().expect("vm-test starts"));
        finished.expect(
            77,
            &[
                "home/.cache/rwmem/freebsd-14-amd64",
                "FREEBSD_ROOT",
                "tar -C",
                "base.txz",
            ],
        );
        assert_eq!(finished.out, "");
    }
}

#[test]
fn root_prints_the_root_that_would_be_used() {
    let bed = Bed::new();
    let output = bed
        .vm_test()
        .arg("root")
        .env("FREEBSD_ROOT", bed.path("root"))
        .output();
    let finished = Finished::of(output.expect("vm-test starts"));
    assert_eq!(
        (finished.code, finished.out.trim_end()),
        (Some(0), bed.path("root").to_str().unwrap())
    );
}

#[test]
fn an_empty_variable_is_no_choice() {
    let bed = Bed::new();
    let output = bed
        .vm_test()
        .arg("root")
        .env("FREEBSD_ROOT", "")
        .env("FREEBSD_KERNEL", "")
        .output();
    Finished::of(output.expect("vm-test starts")).expect(77, &[]);
}

#[test]
fn each_missing_file_of_a_root_is_named() {
    let bed = Bed::new();
    for name in ROOT {
        fs::remove_file(bed.path("root").join(name)).expect("removed");
        let run = bed.run(GOOD, &[]);
        run.expect(
            2,
            &[
                "root (from --root) is not a FreeBSD root that can be booted",
                &format!("  {name}  ("),
            ],
        );
        assert_eq!(run.err.matches("\n  boot/").count(), 1, "{run:#?}");
        bed.write(&format!("root/{name}"), "");
    }
    fs::remove_dir_all(bed.path("root")).expect("removed");
    assert_eq!(
        bed.run(GOOD, &[]).err.matches("\n  boot/").count(),
        ROOT.len()
    );
}

#[test]
fn a_kernel_of_ones_own_is_used_by_variable_and_named_when_absent() {
    let bed = Bed::new();
    bed.write("NODEBUG", "");
    let output = bed
        .command(&format!("{BOOT}{GOOD}"), &[])
        .env("FREEBSD_KERNEL", "NODEBUG")
        .output();
    Finished::of(output.expect("vm-test starts")).expect(
        0,
        &[
            "14-amd64 NODEBUG: booting",
            "logs/test-14-amd64-NODEBUG.log",
        ],
    );
    bed.run(GOOD, &["--kernel", "absent"])
        .expect(2, &["there is no kernel at absent", "FREEBSD_KERNEL"]);
}

#[test]
fn an_absent_module_or_guest_is_named_with_what_makes_it() {
    let bed = Bed::new();
    for (option, words) in [
        (
            "--ko",
            "there is no module at absent; make it with scripts/build-ko.sh 14 amd64",
        ),
        (
            "--kld",
            "there is no kld at target/ko/14-amd64/absent.ko; make it with KLD=FOLDER scripts/build-ko.sh 14 amd64",
        ),
        (
            "--guest",
            "there is no guest program at absent; make it with scripts/build-guest.sh",
        ),
    ] {
        let mut command = bed.vm_test();
        command.args(["run", "--root", "root", option, "absent"]);
        for (other, file) in [("--ko", "rwmem.ko"), ("--guest", "guest")] {
            if other != option {
                command.args([other, file]);
            }
        }
        Finished::of(command.output().expect("vm-test starts")).expect(2, &[words, option]);
    }
}

#[test]
fn an_absent_qemu_or_xorriso_is_named_with_the_remedy() {
    let bed = Bed::new();
    for option in ["--qemu", "--xorriso"] {
        bed.run(GOOD, &[option, "no-such-program"]).expect(
            2,
            &["no-such-program", "cannot be found", "scripts/setup.sh vm"],
        );
    }
}

#[test]
fn a_disc_that_cannot_be_made_is_told_with_xorrisos_words() {
    let bed = Bed::new();
    let script = bed.write("xorriso.sh", "echo FAILURE: no space >&2; exit 5");
    let output = bed.command(GOOD, &[]).env("FAKE_XORRISO", script).output();
    let finished = Finished::of(output.expect("vm-test starts"));
    finished.expect(
        2,
        &[
            "could not make the disc",
            "exit status 5",
            "FAILURE: no space",
        ],
    );
    assert!(bed.left_behind().is_empty());
}

#[test]
fn a_xorriso_that_makes_nothing_is_not_believed() {
    let bed = Bed::new();
    let script = bed.write("xorriso.sh", "exit 0");
    let output = bed.command(GOOD, &[]).env("FAKE_XORRISO", script).output();
    Finished::of(output.expect("vm-test starts")).expect(2, &["made no file"]);
}

#[test]
fn logs_that_cannot_be_kept_are_told() {
    let bed = Bed::new();
    bed.write("logs", "a file in the folder's place");
    bed.run(GOOD, &[])
        .expect(2, &["cannot make the folder logs"]);
}

#[test]
fn wrong_options_are_told() {
    let bed = Bed::new();
    for options in [["--timeout", "0"], ["--mode", "nap"], ["--nonsense", "1"]] {
        bed.run(GOOD, &options).expect(2, &[options[0]]);
    }
}
