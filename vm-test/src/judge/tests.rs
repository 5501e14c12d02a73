// SPDX-License-Identifier: BSD-2-Clause
mod complaints;

use std::time::Duration;

use super::*;

const BOOT: &str = "---<<BOOT>>---\nFreeBSD 14.2-RELEASE n269506 GENERIC amd64\n";

fn judged_as(expect: Expect, console: &str, end: End) -> Verdict {
    let mut judge = Judge::new(expect);
    for line in console.lines() {
        judge.line(line);
    }
    judge.finish(end)
}

/// A console after which the machine powered off.
fn judged(console: &str) -> Verdict {
    judged_as(Expect::Tests, &format!("{BOOT}{console}"), End::Stopped)
}

fn kinds(verdict: &Verdict) -> Vec<Kind> {
    verdict.faults.iter().map(|fault| fault.kind).collect()
}

fn only_fault(console: &str) -> Fault {
    let verdict = judged(console);
    assert_eq!(verdict.faults.len(), 1, "{:#?}", verdict.faults);
    verdict.faults[0].clone()
}

fn counts(verdict: &Verdict) -> (usize, usize, usize) {
    (verdict.passed(), verdict.failed(), verdict.skipped())
}

#[test]
fn a_good_run_passes_whether_the_plan_is_first_or_last() {
    let tests = "# guest: rwmem-guest\nok 1 - a\nok 2 - b # SKIP no libc\n";
    for console in [
        format!("1..2\n{tests}# guest: done\n"),
        format!("{tests}1..2\n# guest: done\n"),
    ] {
        let verdict = judged(&console);
        assert_eq!(counts(&verdict), (1, 0, 1), "{verdict:#?}");
        assert_eq!(verdict.tests[1].outcome, Outcome::Skipped("no libc".into()));
        assert_eq!(
            verdict.banner.as_deref(),
            Some("FreeBSD 14.2-RELEASE n269506 GENERIC amd64")
        );
    }
}

#[test]
fn kernel_lines_between_the_tests_do_no_harm() {
    let verdict =
        judged("1..2\nok 1 - a\nrwmem: loaded\nok 2 - b\n# guest: done\nUptime: 9s\nokay then\n");
    assert_eq!(counts(&verdict), (2, 0, 0), "{verdict:#?}");
}

#[test]
fn a_failed_test_fails_and_keeps_its_diagnostics() {
    let verdict = judged(
        "1..2\nnot ok 1 - a\n# got 5\nvm_fault: noise\n# wanted 6\nok 2 - b\n# c\n# guest: done\n",
    );
    assert_eq!(counts(&verdict), (1, 1, 0));
    assert_eq!(verdict.tests[0].diagnostics, ["got 5", "wanted 6"]);
    assert!(verdict.tests[1].diagnostics.is_empty());
}

#[test]
fn todo_and_skip_do_not_excuse_a_failure() {
    let verdict = judged("1..2\nnot ok 1 - a # TODO later\nnot ok 2 - b # SKIP\n# guest: done\n");
    assert_eq!(counts(&verdict), (0, 2, 0));
}

#[test]
fn no_plan_fails() {
    let fault = only_fault("ok 1 - a\n# guest: done\n");
    assert_eq!(fault.kind, Kind::Plan);
    assert!(fault.to_string().contains("no plan"), "{fault}");
}

#[test]
fn a_second_plan_fails() {
    assert_eq!(
        only_fault("1..1\nok 1 - a\n1..1\n# guest: done\n").kind,
        Kind::Plan
    );
}

#[test]
fn a_number_that_comes_twice_fails() {
    let verdict = judged("1..2\nok 1 - a\nok 1 - b\nok 2 - c\n# guest: done\n");
    assert_eq!(kinds(&verdict), [Kind::Plan]);
    assert!(
        verdict.faults[0]
            .to_string()
            .contains("test 1 a second time")
    );
    assert_eq!(verdict.faults[0].lines, ["ok 1 - b"]);
}

#[test]
fn a_number_beyond_the_plan_fails() {
    let fault = only_fault("1..1\nok 1 - a\nok 2 - b\n# guest: done\n");
    assert!(fault.to_string().contains("there is a test 2"), "{fault}");
    assert_eq!(
        judged("1..1\nok 0 - z\nok 1 - a\n# guest: done\n").failed(),
        1
    );
}

#[test]
fn missing_numbers_fail_and_are_named_with_the_line_that_swallowed_one() {
    let fault = only_fault("1..4\nok 1 - a\nrwmem: unloadedok 2 - b\nok 4 - d\n# guest: done\n");
    assert_eq!(fault.kind, Kind::Plan);
    assert!(
        fault
            .to_string()
            .contains("2 of 4 tests did not report: 2, 3"),
        "{fault}"
    );
    assert_eq!(
        fault.lines,
        ["not at the start of a line: rwmem: unloadedok 2 - b"]
    );
}

#[test]
fn an_enormous_plan_is_only_a_wrong_one() {
    let fault = only_fault("1..18446744073709551615\nok 1 - a\n# guest: done\n");
    assert!(
        fault.to_string().contains("did not report: 2, 3, 4"),
        "{fault}"
    );
}

#[test]
fn a_test_without_a_number_fails() {
    assert_eq!(
        only_fault("1..1\nok - a\nok 1 - a\n# guest: done\n").kind,
        Kind::Plan
    );
}

#[test]
fn a_test_after_the_end_fails() {
    assert_eq!(
        only_fault("1..2\nok 1 - a\n# guest: done\nok 2 - b\n").kind,
        Kind::Plan
    );
}

#[test]
fn nothing_tested_fails() {
    assert_eq!(only_fault("1..0\n# guest: done\n").kind, Kind::Nothing);
    assert_eq!(
        only_fault("1..1\nok 1 - a # SKIP no device\n# guest: done\n").kind,
        Kind::Nothing
    );
}

#[test]
fn bailing_out_fails() {
    let verdict = judged("1..2\nok 1 - a\nBail out! kldload: ENOEXEC\n");
    assert_eq!(kinds(&verdict), [Kind::BailOut]);
    assert!(verdict.faults[0].to_string().contains("kldload: ENOEXEC"));
}

#[test]
fn a_guest_that_never_says_done_fails() {
    let fault = only_fault("1..1\nok 1 - a\n");
    assert_eq!(fault.kind, Kind::EarlyEnd);
    assert!(
        fault.to_string().contains("after test 1 of 1 (a)"),
        "{fault}"
    );
    assert_eq!(fault.lines.last().map(String::as_str), Some("ok 1 - a"));
}

#[test]
fn a_machine_that_breaks_fails_even_after_the_last_test() {
    let console = format!("{BOOT}1..1\nok 1 - a\n# guest: done\n");
    let verdict = judged_as(
        Expect::Tests,
        &console,
        End::Broke("killed by signal 9 (SIGKILL)".into()),
    );
    assert_eq!(kinds(&verdict), [Kind::EarlyEnd]);
    assert!(verdict.faults[0].to_string().contains("signal 9"));
}

#[test]
fn time_silence_and_flood_fail_and_say_how_far_it_came() {
    let limit = Duration::from_secs(7);
    let ends = [
        (End::TimeLimit(limit), Kind::TimeLimit, "7 s"),
        (End::Silence(limit), Kind::Silence, "nothing for 7 s"),
        (End::Flood(16 << 20), Kind::Flood, "16 MiB"),
    ];
    for (end, kind, words) in ends {
        let verdict = judged_as(Expect::Tests, &format!("{BOOT}1..3\nok 1 - a\n"), end);
        assert_eq!(kinds(&verdict), [kind]);
        let fault = &verdict.faults[0];
        assert!(fault.to_string().contains(words), "{fault}");
        assert!(
            fault.to_string().contains("after test 1 of 3 (a)"),
            "{fault}"
        );
        assert_eq!(fault.lines.last().map(String::as_str), Some("ok 1 - a"));
        assert_eq!(counts(&verdict), (1, 1, 0));
    }
}

#[test]
fn the_stage_that_was_never_reached_is_named() {
    let silent = |console| {
        let verdict = judged_as(Expect::Tests, console, End::Silence(Duration::from_secs(1)));
        verdict.faults[0].to_string()
    };
    assert!(silent("").contains("the disc did not boot"));
    assert!(silent("BTX loader 1.00\n").contains("the disc did not boot"));
    assert!(silent(BOOT).contains("/sbin/init"));
    assert!(silent("---<<BOOT>>---\n# guest: begins\n").contains("before the first test"));
    assert!(silent("ok 1 - a\n1..1\n# guest: done\n").contains("not yet off"));
}

#[test]
fn a_demo_must_show_something_and_end() {
    let show = |console: &str| judged_as(Expect::Show, &format!("{BOOT}{console}"), End::Stopped);
    assert_eq!(show("show: read 5 bytes\n# guest: done\n").failed(), 0);
    assert_eq!(show("bench: {}\n# guest: done\n").failed(), 0);
    assert_eq!(kinds(&show("# guest: done\n")), [Kind::Nothing]);
    assert_eq!(kinds(&show("show: a\n")), [Kind::EarlyEnd]);
    assert_eq!(
        show("show: a\nnot ok 1 - a\n1..1\n# guest: done\n").failed(),
        1
    );
}

#[test]
fn what_a_line_meant_is_told_for_the_progress() {
    let mut judge = Judge::new(Expect::Show);
    let banner = "FreeBSD 14.2-RELEASE GENERIC amd64";
    assert_eq!(judge.line(banner), Seen::Kernel(banner.into()));
    let more = "# guest: 9 tests, and more after them";
    assert_eq!(judge.line(more), Seen::AtLeast(9));
    assert_eq!(judge.line("1..2"), Seen::Plan(2));
    assert!(matches!(judge.line("ok 1 - a"), Seen::Test(test) if test.name == "a"));
    assert_eq!(judge.line("show: hello"), Seen::Show("hello".into()));
    assert_eq!(judge.line("bench: {\"ns\":1}"), Seen::Measurement(2));
    assert_eq!(judge.line("panic: x"), Seen::Fault);
    assert!(judge.fallen());
    assert_eq!(judge.line("# guest: done"), Seen::Done);
}

#[test]
fn a_console_may_be_ready_without_having_shown_anything() {
    let console = format!("{BOOT}# guest: done\n");
    let verdict = judged_as(Expect::Readiness, &console, End::Stopped);
    assert_eq!(kinds(&verdict), []);
    let verdict = judged_as(Expect::Readiness, BOOT, End::Stopped);
    assert_eq!(kinds(&verdict), [Kind::EarlyEnd]);
}
