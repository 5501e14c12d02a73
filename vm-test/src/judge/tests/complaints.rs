// SPDX-License-Identifier: BSD-2-Clause
//! What the kernel complains of.

use super::super::course::{EXCERPT, KEPT, LONGEST_EXCERPT};
use super::*;

#[test]
fn a_panic_tells_one_story_from_the_trap_to_the_backtrace() {
    let verdict = judged(
        "1..3\nok 1 - a\nFatal trap 12: page fault while in kernel mode\ncpuid = 1\npanic: page fault\n\
         KDB: stack backtrace:\n#0 0xffffffff80b at kdb_backtrace+0x5d\nUptime: 3s\n",
    );
    assert_eq!(kinds(&verdict), [Kind::Panic]);
    let fault = &verdict.faults[0];
    assert_eq!(fault.lines.len(), 6, "{fault:#?}");
    assert!(
        fault.to_string().contains("after test 1 of 3 (a)"),
        "{fault}"
    );
    assert_eq!(counts(&verdict), (1, 1, 0));
}

#[test]
fn a_panic_is_seen_behind_a_guests_unfinished_line() {
    assert_eq!(
        only_fault("1..2\nok 1 - a\nok 2 - bpanic: mutex rwmem not owned\n").kind,
        Kind::Panic
    );
}

#[test]
fn a_panic_at_power_off_fails_too() {
    assert_eq!(
        only_fault("1..1\nok 1 - a\n# guest: done\npanic: rwmem: busy\n").kind,
        Kind::Panic
    );
}

#[test]
fn a_lock_order_reversal_fails_though_all_tests_pass() {
    let verdict = judged(
        "1..2\nok 1 - a\nlock order reversal: (sleepable after non-sleepable)\n 1st 0xf process lock\n\
         ok 2 - b\nstack backtrace:\n# guest: done\n",
    );
    assert_eq!(kinds(&verdict), [Kind::LockOrder]);
    assert_eq!(verdict.faults[0].lines.len(), 3, "{:#?}", verdict.faults);
    assert_eq!(counts(&verdict), (2, 1, 0));
}

#[test]
fn every_complaint_of_the_kernel_fails() {
    let complaints = [
        ("KDB: stack backtrace:", Kind::Backtrace),
        (
            "Memory modified after free 0xf(16) val=0 @ 0xf",
            Kind::UseAfterFree,
        ),
        (
            "Warning: memory type rwmem leaked memory on destroy (1 allocations, 64 bytes leaked).",
            Kind::Leak,
        ),
        (
            "Freed UMA keg (rwmem) was not empty (3 items).  Lost 1 pages of memory.",
            Kind::Leak,
        ),
        (
            "Sleeping on \"x\" with the following non-sleepable locks held:",
            Kind::LocksHeld,
        ),
        (
            "acquiring duplicate lock of same type: \"process lock\"",
            Kind::LockOrder,
        ),
        ("WARNING: something of the tests' doing", Kind::Warning),
        (
            "CSan: Racy Access [Cpu0 Write Addr=0xf Size=8 PC=0xf<_RNvNtC5rwmem5share8exchange>] [Cpu1 Read Addr=0xf Size=8 PC=0xf<malloc>]",
            Kind::Race,
        ),
    ];
    for (line, kind) in complaints {
        assert_eq!(
            only_fault(&format!("1..1\n{line}\nok 1 - a\n# guest: done\n")).kind,
            kind,
            "{line}"
        );
    }
}

#[test]
fn a_race_of_the_kernel_s_own_is_none_of_ours() {
    let race = "CSan: Racy Access [Cpu0 Write Addr=0xf Size=4 PC=0xf<witness_lock>] [Cpu1 Write Addr=0xf Size=4 PC=0xf<witness_lock>]";
    let verdict = judged(&format!("1..1\nok 1 - rwmem {race}\n# guest: done\n"));
    assert_eq!(verdict.failed(), 0);
}

#[test]
fn a_warning_while_booting_counts_only_if_it_is_ours() {
    let witness = "WARNING: WITNESS option enabled, expect reduced performance.\n";
    let tests = "1..1\nok 1 - a\n# guest: done\n";
    assert_eq!(
        judged(&format!(
            "{witness}WARNING: Device \"x\" is Giant locked\n{tests}"
        ))
        .failed(),
        0
    );
    assert_eq!(
        only_fault(&format!("WARNING: rwmem: no device\n{tests}")).kind,
        Kind::Warning
    );
}

#[test]
fn two_complaints_far_apart_are_two_faults() {
    let calm = "x\n".repeat(EXCERPT);
    let reversal = "lock order reversal:\n";
    let verdict = judged(&format!(
        "1..1\n{reversal}{calm}{reversal}ok 1 - a\n# guest: done\n"
    ));
    assert_eq!(kinds(&verdict), [Kind::LockOrder, Kind::LockOrder]);
}

#[test]
fn a_console_full_of_complaints_does_not_fill_the_memory() {
    let verdict = judged(&"WARNING: rwmem\nlock order reversal\n".repeat(1_000));
    assert!(verdict.faults.len() <= KEPT + 1, "{}", verdict.faults.len());
    let verdict = judged(&"WARNING: rwmem\n".repeat(1_000));
    assert_eq!(
        (verdict.faults.len(), verdict.faults[0].lines.len()),
        (2, LONGEST_EXCERPT)
    );
}
