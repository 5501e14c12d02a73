// SPDX-License-Identifier: BSD-2-Clause
use rwmem_vm_protocol::Task;
use rwmem_vm_protocol::bench::{
    DUMPED, GETPID, Pages, READ_8, READ_16M, READ_100, ROWS, Record, Row, SEARCH, Way,
};

use super::goals::{Judged, judge};
use super::measurement::{Measurements, Per};
use super::results::Transfers;
use super::*;
use crate::arch::Arch;

fn line(row: Row, path: &str, ops: u64, total: u64) -> String {
    let name = row.name;
    format!(
        r#"{{"kind":"transfer","name":"{name}","path":"{path}","ops":{ops},"ns_total":{total}}}"#
    )
}

fn read(lines: &[String]) -> Measurements {
    Measurements::read(lines.iter().map(String::as_str))
}

fn results(measurements: Measurements, unit: Unit) -> Results {
    Results {
        kernel: Some("FreeBSD 14.2".to_owned()),
        transfers: Some(Transfers {
            measurements,
            unit,
            arch: Arch::Amd64,
        }),
        company: None,
    }
}

/// A run that is complete as far as the table and the goals go.
fn sample() -> Measurements {
    read(&[
        line(GETPID, "kernel", 2000, 512_000),
        line(READ_8, "pid", 2000, 3_700_000),
        line(READ_8, "attached", 2000, 2_300_002),
        line(READ_8, "pt_io", 2000, 61_762_000),
        line(READ_16M, "pid", 4, 8_847_360),
        line(READ_16M, "pt_io", 1, 122_396_672),
        line(READ_100, "pid", 200, 7_000_000),
    ])
}

#[test]
fn costs_are_divided_by_operations_elements_and_pages() {
    let measurements = sample();
    let per = |row, way, what| measurements.get(row, way).and_then(|one| one.per(what));
    assert_eq!(per(READ_8, Way::Pid, Per::Operation), Some(1850.0));
    assert_eq!(per(READ_8, Way::Pid, Per::Page), None);
    assert_eq!(per(READ_8, Way::Pid, Per::Element), None);
    assert_eq!(per(READ_16M, Way::Pid, Per::Page), Some(540.0));
    assert_eq!(per(READ_100, Way::Pid, Per::Element), Some(350.0));
    assert_eq!(per(READ_100, Way::Pid, Per::Page), None);
}

#[test]
fn the_table_shows_costs_ratios_floors_and_goals() {
    let text = results(sample(), Unit::Instructions).tables();
    let lines: Vec<Vec<_>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    for wanted in [
        "instructions for each by pid attached READ PT_IO /proc/mem",
        "read 8 bytes 1,850 1,150 - 30,881 -",
        "PT_IO costs 16.7x 26.9x - 1.0x -",
        "read 16 MiB 2,211,840 - - 122,396,672 -",
        "a page 540 - - 29,882 -",
        "read 100 x 8 bytes, scattered 35,000 - - - -",
        "an element 350 - - - -",
        "getpid 256",
        "ioctl that fails with ENOTTY -",
        "one 8-byte read by pid (READV) 1,850 at most 1,850 reached",
        "one 8-byte read, attached (pread) 1,150 at most 1,150 NOT REACHED",
        "each of 100 scattered elements by pid (READV) 350 at most 450 reached",
    ] {
        let words: Vec<_> = wanted.split_whitespace().collect();
        assert!(lines.contains(&words), "no {wanted:?} in\n{text}");
    }
    let widths = text
        .lines()
        .filter(|line| line.starts_with("read "))
        .map(str::len);
    assert!(widths.clone().max() == widths.min(), "not aligned:\n{text}");
}

#[test]
fn nanoseconds_are_not_held_against_goals() {
    let results = results(sample(), Unit::Nanoseconds);
    let text = results.tables();
    assert!(text.starts_with("nanoseconds for each"));
    assert!(!text.contains("goals"), "{text}");
    assert!(json(&results).contains(r#""goals": []"#));
}

#[test]
fn a_goal_is_reached_by_what_is_no_greater() {
    let reached = |judged: &[Judged]| judged.iter().map(|goal| goal.reached).collect();
    let judged = judge(&sample(), Arch::Amd64);
    // By pid 1,850 of 1,850; attached 1,150.001 of 1,150; without an attached 16 MiB there is nothing to judge.
    let reached_here: Vec<_> = reached(&judged);
    assert_eq!(reached_here, [true, false, true, true], "{judged:#?}");
    let judged = judge(&sample(), Arch::Arm64);
    let reached_here: Vec<_> = reached(&judged);
    assert_eq!(reached_here, [true; 4], "{judged:#?}");
}

#[test]
fn what_was_not_measured_is_named() {
    let missing = sample().missing(true);
    assert!(missing.contains(&"read 8 bytes (READ)".to_owned()));
    assert!(missing.contains(&"ioctl that fails with ENOTTY (kernel)".to_owned()));
    assert!(missing.iter().all(|what| !what.contains("/proc/mem")));
    assert_eq!(
        missing.len(),
        ROWS.iter()
            .flat_map(Row::ways)
            .filter(|way| way.is_owed())
            .count()
            - 7
    );
    // Attached, and by PT_IO.
    assert_eq!(sample().missing(false).len(), missing.len() - 2);
}

#[test]
fn a_line_that_makes_no_sense_is_kept_and_not_counted() {
    let lines = [
        line(READ_8, "pid", 0, 5),
        line(READ_8, "telepathy", 1, 5),
        line(
            Row {
                name: "read minds",
                ..READ_8
            },
            "pid",
            1,
            5,
        ),
        "{".to_owned(),
        String::new(),
    ];
    let measurements = read(&lines);
    assert_eq!(measurements.unreadable, lines);
    assert!(measurements.get(READ_8, Way::Pid).is_none());
}

#[test]
fn json_holds_the_measurements_and_what_follows_from_them() {
    let text = json(&results(sample(), Unit::Instructions));
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["unit"], "instructions");
    assert_eq!(value["kernel"], "FreeBSD 14.2");
    assert_eq!(value["arch"], "amd64");
    let one = &value["measurements"][4];
    assert_eq!(one["name"], READ_16M.name);
    assert_eq!(one["path"], "pid");
    assert_eq!(one["ns_total"], 8_847_360);
    assert_eq!(one["per_page"], 540.0);
    assert!(one["per_element"].is_null());
    assert!((one["pt_io"].as_f64().expect("a number") - 55.337).abs() < 0.01);
    assert_eq!(value["goals"][0]["reached"], true);
}

#[test]
fn the_search_is_held_against_a_tenth_of_pt_ios() {
    let search = |attached, pt_io| {
        let measurements = read(&[
            line(SEARCH, "attached", 1, attached),
            line(SEARCH, "pt_io", 1, pt_io),
        ]);
        let judged = judge(&measurements, Arch::Amd64);
        let text = results(measurements, Unit::Instructions).tables();
        assert!(text.contains("PT_IO costs"), "{text}");
        assert_eq!(judged.len(), 1, "{judged:#?}");
        (judged[0].measured, judged[0].reached)
    };
    assert_eq!(search(100, 1000), (10.0, true));
    assert_eq!(search(100, 800), (12.5, false));
}

fn company_line(direction: &str, bytes: u64, laps: u64, control: u64) -> String {
    format!(
        r#"{{"kind":"company","direction":"{direction}","path":"attached","bytes":{bytes},"round":1,"laps":{laps},"ns":500000000,"pieces":1000,"control_laps":{control},"control_ns":250000000}}"#
    )
}

fn readers_line(together: u64, apart: u64) -> String {
    format!(
        r#"{{"kind":"readers","path":"pid","bytes":65536,"round":1,"together":{together},"together_ns":1000,"apart":{apart},"apart_ns":1000}}"#
    )
}

const COMPANY: Part = Part {
    task: Task::Company,
    arch: Arch::Amd64,
    unit: Unit::Nanoseconds,
    userland: false,
};

fn in_company(lines: &[String]) -> Results {
    let mut results = Results::default();
    let lines = lines.iter().map(String::as_str);
    results.take(COMPANY, lines);
    results
}

#[test]
fn paces_are_compared_within_a_round_and_the_median_counts() {
    let results = in_company(&[
        r#"{"kind":"alone","round":1,"laps":100,"ns":1000,"control_laps":98,"control_ns":1000}"#
            .to_owned(),
        // Laps a second 190, 100, 180, of 200, 400, 200.
        company_line("read", 4096, 95, 50),
        company_line("read", 4096, 50, 100),
        company_line("read", 4096, 90, 50),
        readers_line(89, 100),
    ]);
    let text = results.tables();
    let lines: Vec<Vec<_>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    for wanted in [
        "a target's pace, control = 1.00 8 B 4 KiB 64 KiB 1 MiB",
        "beside a reader, attached - 0.90 - -",
        // 1,000 pages in half a second.
        "MB/s - 8.2 - -",
        "beside a writer, attached - - - -",
        "two readers of one, of two = 1.00 - - 64 KiB 1 MiB",
        "by pid - - 0.89 -",
        "beside the control, alone = 1.00 0.98",
        "a target's pace beside a reader of 4 KiB 0.90 at least 0.90 reached",
        "two readers of one target, pieces of 64 KiB 0.89 at least 0.90 NOT REACHED",
    ] {
        let words: Vec<_> = wanted.split_whitespace().collect();
        assert!(lines.contains(&words), "no {wanted:?} in\n{text}");
    }
    let value: serde_json::Value = serde_json::from_str(&json(&results)).expect("JSON");
    let one = &value["company"][1];
    assert_eq!(one["kind"], "company");
    assert_eq!(one["direction"], "read");
    assert_eq!(one["median"], 0.9);
    assert_eq!(one["rounds"][1], 0.25);
    assert_eq!(value["goals"][0]["at_least"], 0.9);
}

#[test]
fn a_control_that_stood_still_and_a_round_that_is_missing_are_told() {
    let lines = [
        company_line("read", 8, 95, 0),
        company_line("write", 8, 95, 50),
        company_line("write", 8, 95, 50),
    ];
    let mut results = Results::default();
    let owed = results.take(COMPANY, lines.iter().map(String::as_str));
    assert_eq!(owed.unreadable, lines[..1]);
    let missing = owed.missing;
    assert!(missing.contains(&"beside a write of 8 B, attached (2 of 3 times)".to_owned()));
    assert!(missing.contains(&"two readers of 1 MiB, by pid (0 of 3 times)".to_owned()));
    // The control itself, 2 directions, 2 ways and 4 sizes, 2 ways and 2 sizes; copies in 2 ways, of 3 sizes and 2 sorts
    // of pages, and 3 dumps.
    assert_eq!(missing.len(), 1 + 16 + 4 + 12 + 3);
    assert!(missing.contains(&"a copy by fork of 1 GiB in superpages (0 of 3 times)".to_owned()));
}

#[test]
fn the_median_of_pauses_counts() {
    let copy = |round, pause_ns, laps| {
        let record = Record::Copy {
            path: Way::Snapshot,
            bytes: 16 << 20,
            pages: Pages::Small,
            round,
            pause_ns,
            laps,
            ns: 2000,
            control_pause_ns: 20_000,
            control_laps: 100,
            control_ns: 1000,
        };
        record.to_string()
    };
    let dump = |took_ns| {
        let record = Record::Dump {
            path: Way::PtIo,
            bytes: DUMPED,
            round: 1,
            took_ns,
            pause_ns: 123_456_789,
            laps: 0,
            ns: 1000,
            control_pause_ns: 20_000,
            control_laps: 100,
            control_ns: 1000,
        };
        record.to_string()
    };
    let stood_still = in_company(&[
        company_line("read", 8, 95, 50),
        copy(1, 1_500_000, 150),
        copy(2, 900_000_000, 10),
        copy(3, 1_000_000, 200),
        dump(234_000_000),
    ]);
    let text = stood_still.tables();
    let lines: Vec<Vec<_>> = (text.lines())
        .map(|line| line.split_whitespace().collect())
        .collect();
    for wanted in [
        "a target that is copied longest pause control's pace took",
        "SNAPSHOT 1.50 ms 0.02 ms 0.75 -",
        "stopped, PT_ATTACH and PT_IO 123 ms 0.02 ms 0.00 234 ms",
    ] {
        let words: Vec<_> = wanted.split_whitespace().collect();
        assert!(lines.contains(&words), "no {wanted:?} in\n{text}");
    }
    let value: serde_json::Value = serde_json::from_str(&json(&stood_still)).expect("JSON");
    let one = &value["copied"][0];
    assert_eq!(one["kind"], "copy");
    assert_eq!(one["pages"], "4 KiB pages");
    assert_eq!(one["median"]["pause_ns"], 1_500_000.0);
    assert_eq!(one["rounds"][1]["pace"], 0.05);
}
