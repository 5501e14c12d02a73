// SPDX-License-Identifier: BSD-2-Clause
//! Machines that run, well or badly, and what vm-test makes of them.

use std::time::{Duration, Instant};

use crate::bed::{BOOT, Bed, DEBUG_KERNEL, GOOD};

#[test]
fn a_good_run_passes_and_the_last_line_counts_it() {
    let bed = Bed::new();
    let run = bed.run(&format!("{BOOT}{GOOD}"), &[]);
    run.expect(0, &["logs/test-14-amd64-generic.log"]);
    assert_eq!(run.last_line(), "2 passed, 0 failed, 0 skipped");
    assert!(
        bed.read("logs/test-14-amd64-generic.log")
            .contains("ok 2 - writes")
    );
    assert!(!bed.path("logs/test-14-amd64-generic.log.stderr").exists());
    assert!(bed.left_behind().is_empty());
}

#[test]
fn both_kernels_run_and_are_counted_and_labelled() {
    let bed = Bed::new();
    bed.write(&format!("root/{DEBUG_KERNEL}"), "");
    let run = bed.run(&format!("{BOOT}{GOOD}"), &[]);
    run.expect(
        0,
        &[
            "14-amd64 generic: booting",
            "14-amd64 debug: booting",
            "logs/test-14-amd64-debug.log",
        ],
    );
    assert_eq!(run.last_line(), "4 passed, 0 failed, 0 skipped");
}

#[test]
fn a_failed_test_is_shown_with_its_diagnostics_and_the_log() {
    let bed = Bed::new();
    let machine =
        "printf '1..2\\nnot ok 1 - reads\\n# got 14, wanted 0\\nok 2 - b # SKIP no libc\\n'\n";
    let run = bed.run(&format!("{BOOT}{machine}echo '# guest: done'"), &[]);
    let log = "the whole console is in logs/test-14-amd64-generic.log";
    run.expect(
        1,
        &[
            "14-amd64 generic: not ok 1 - reads",
            "    got 14, wanted 0",
            "skipped 2 - b: no libc",
            log,
        ],
    );
    assert_eq!(run.last_line(), "0 passed, 1 failed, 1 skipped");
}

#[test]
fn a_panic_is_shown_with_its_backtrace_and_the_next_kernel_still_runs() {
    let bed = Bed::new();
    bed.write(&format!("root/{DEBUG_KERNEL}"), "");
    let machine = "if [ -e second ]; then\n".to_owned()
        + GOOD
        + "else\ntouch second; echo 1..2; echo ok 1 - a; echo panic: page fault\n\
           echo 'KDB: stack backtrace:'; echo '#0 rwmem_read at 0x10'\nfi\n";
    let run = bed.run(&format!("{BOOT}{machine}"), &["--jobs", "1"]);
    run.expect(
        1,
        &[
            "14-amd64 generic: the kernel panicked: after test 1 of 2 (a)",
            "    #0 rwmem_read at 0x10",
        ],
    );
    assert_eq!(run.last_line(), "3 passed, 1 failed, 0 skipped");
}

#[test]
fn after_a_panic_nobody_waits_for_the_time_limit() {
    // The console stays open, as with a kernel that stands in its debugger.
    let bed = Bed::new();
    let start = Instant::now();
    let run = bed.run(
        &format!("{BOOT}echo panic: x; exec sleep 1000"),
        &["--silence", "2"],
    );
    run.expect(1, &["the kernel panicked"]);
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_qemu_that_is_killed_is_told_with_its_signal_and_its_own_words() {
    let bed = Bed::new();
    let run = bed.run(
        &format!("{BOOT}echo ok 1 - a; echo no memory >&2; kill -SEGV $$"),
        &[],
    );
    run.expect(1, &["signal 11 (SIGSEGV)", "after test 1 (a)", "no memory"]);
    assert_eq!(run.last_line(), "1 passed, 1 failed, 0 skipped");
}

#[test]
fn a_qemu_that_refuses_to_start_is_told_with_its_own_words() {
    let run = Bed::new().run("echo \"no such machine\" >&2; exit 1", &[]);
    run.expect(1, &["exit status 1", "did not boot", "    no such machine"]);
    assert_eq!(run.last_line(), "0 passed, 1 failed, 0 skipped");
}

#[test]
fn silence_ends_the_machine() {
    let bed = Bed::new();
    let run = bed.run(&format!("{BOOT}echo 1..9; sleep 1000"), &["--silence", "1"]);
    run.expect(
        1,
        &[
            "the console fell silent: nothing for 1 s; before the first test",
            "    1..9",
        ],
    );
    assert!(bed.left_behind().is_empty());
}

#[test]
fn a_machine_that_never_ends_meets_the_time_limit() {
    let machine = format!("{BOOT}while :; do echo tick; sleep 0.1; done");
    Bed::new()
        .run(&machine, &["--timeout", "1"])
        .expect(1, &["the time limit passed: 1 s", "    tick"]);
}

#[test]
fn a_machine_that_stays_on_after_the_guest_is_done_fails() {
    let run = Bed::new().run(&format!("{BOOT}{GOOD}sleep 1000"), &["--silence", "1"]);
    run.expect(1, &["the guest was done, the machine not yet off"]);
    assert_eq!(run.last_line(), "2 passed, 1 failed, 0 skipped");
}

#[test]
fn what_qemu_left_running_does_not_keep_vm_test_waiting() {
    let start = Instant::now();
    Bed::new()
        .run(&format!("{BOOT}{GOOD}sleep 1000 &"), &[])
        .expect(0, &[]);
    assert!(start.elapsed() < Duration::from_secs(60));
}

#[test]
fn a_console_that_floods_is_stopped() {
    let bed = Bed::new();
    let run = bed.run(&format!("{BOOT}yes 'WARNING: rwmem overflows'"), &[]);
    run.expect(1, &["the console never stops: more than 16 MiB"]);
}

#[test]
fn a_demo_shows_its_lines_under_the_first_kernel_only() {
    let bed = Bed::new();
    bed.write(&format!("root/{DEBUG_KERNEL}"), "");
    let machine =
        format!("{BOOT}echo 'show: reading pid 12'; echo 'show: 5 bytes'; echo '# guest: done'");
    let run = bed.run(&machine, &["--mode", "demo"]);
    run.expect(0, &[]);
    assert_eq!(run.out, "reading pid 12\n5 bytes\n");
    assert!(bed.path("logs/demo-14-amd64-generic.log").is_file());
}

#[test]
fn a_demo_that_falls_is_no_success() {
    let run = Bed::new().run(
        &format!("{BOOT}echo 'show: reading'; echo panic: x"),
        &["--mode", "demo"],
    );
    run.expect(1, &["the kernel panicked"]);
    assert_eq!(run.last_line(), "0 passed, 1 failed, 0 skipped");
}

#[test]
fn verbose_prints_the_console() {
    let run = Bed::new().run(&format!("{BOOT}{GOOD}"), &["--verbose"]);
    run.expect(
        0,
        &[
            "14-amd64 generic| ---<<BOOT>>---",
            "14-amd64 generic| ok 1 - reads",
        ],
    );
}
