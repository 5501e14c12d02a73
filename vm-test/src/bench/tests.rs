// SPDX-License-Identifier: BSD-2-Clause
use super::measurement::Per;
use super::rows::{self, READ_8, READ_16M, READ_100, SEARCH};
use super::*;

fn line(name: &str, path: &str, bytes: u64, elements: u64, ops: u64, total: u64) -> String {
    format!(
        r#"{{"name":"{name}","path":"{path}","bytes":{bytes},"elements":{elements},"ops":{ops},"ns_total":{total}}}"#
    )
}

fn read(lines: &[String]) -> Measurements {
    Measurements::read(lines.iter().map(String::as_str))
}

/// A run that is complete as far as the table and the targets go.
fn sample() -> Measurements {
    read(&[
        line("getpid", "kernel", 0, 1, 2000, 512_000),
        line(READ_8, "pid", 8, 1, 2000, 3_500_000),
        line(READ_8, "attached", 8, 1, 2000, 2_000_002),
        line(READ_8, "pt_io", 8, 1, 2000, 61_762_000),
        line(READ_16M, "pid", 16 << 20, 1, 4, 8_847_360),
        line(READ_16M, "pt_io", 16 << 20, 1, 1, 122_396_672),
        line(READ_100, "pid", 8, 100, 200, 7_000_000),
    ])
}

#[test]
fn costs_are_divided_by_operations_elements_and_pages() {
    let measurements = sample();
    let per = |name, way, what| measurements.get(name, way).and_then(|one| one.per(what));
    assert_eq!(per(READ_8, Way::Pid, Per::Operation), Some(1750.0));
    assert_eq!(per(READ_8, Way::Pid, Per::Page), None);
    assert_eq!(per(READ_8, Way::Pid, Per::Element), None);
    assert_eq!(per(READ_16M, Way::Pid, Per::Page), Some(540.0));
    assert_eq!(per(READ_100, Way::Pid, Per::Element), Some(350.0));
    assert_eq!(per(READ_100, Way::Pid, Per::Page), None);
}

#[test]
fn the_table_shows_costs_ratios_floors_and_targets() {
    let text = table(&sample(), Unit::Instructions);
    let lines: Vec<Vec<_>> = text
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    for wanted in [
        "instructions for each by pid attached READ PT_IO /proc/mem",
        "read 8 bytes 1,750 1,000 - 30,881 -",
        "PT_IO costs 17.6x 30.9x - 1.0x -",
        "read 16 MiB 2,211,840 - - 122,396,672 -",
        "a page 540 - - 29,882 -",
        "read 100 x 8 bytes, scattered 35,000 - - - -",
        "an element 350 - - - -",
        "getpid 256",
        "ioctl that fails with ENOTTY -",
        "one 8-byte read by pid (READV) 1,750 1,750 reached",
        "one 8-byte read, attached (pread) 1,000 1,000 NOT REACHED",
        "each of 100 scattered elements by pid (READV) 350 400 reached",
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
fn nanoseconds_are_not_held_against_targets() {
    let text = table(&sample(), Unit::Nanoseconds);
    assert!(text.starts_with("nanoseconds for each"));
    assert!(!text.contains("targets"), "{text}");
    assert!(json(&sample(), Unit::Nanoseconds, None).contains(r#""targets": []"#));
}

#[test]
fn a_target_is_reached_by_what_is_no_greater() {
    let judged = judge(&sample());
    let reached: Vec<_> = judged.iter().map(|target| target.reached).collect();
    // By pid 1,750 of 1,750; attached 1,000.001 of 1,000; without an attached 16 MiB there is nothing to judge.
    assert_eq!(reached, [true, true, true, false], "{judged:#?}");
}

#[test]
fn what_was_not_measured_is_named() {
    let missing = sample().missing();
    assert!(missing.contains(&"read 8 bytes (READ)".to_owned()));
    assert!(missing.contains(&"ioctl that fails with ENOTTY (kernel)".to_owned()));
    assert!(missing.iter().all(|what| !what.contains("/proc/mem")));
    assert_eq!(missing.len(), rows::required().count() - 7);
}

#[test]
fn a_line_that_makes_no_sense_is_kept_and_not_counted() {
    let lines = [
        line(READ_8, "pid", 8, 1, 0, 5),
        line(READ_8, "telepathy", 8, 1, 1, 5),
        "{".to_owned(),
        String::new(),
    ];
    let measurements = read(&lines);
    assert_eq!(measurements.unreadable, lines);
    assert!(measurements.get(READ_8, Way::Pid).is_none());
}

#[test]
fn json_holds_the_measurements_and_what_follows_from_them() {
    let text = json(&sample(), Unit::Instructions, Some("FreeBSD 14.2"));
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["unit"], "instructions");
    assert_eq!(value["kernel"], "FreeBSD 14.2");
    let one = &value["measurements"][4];
    assert_eq!(one["name"], READ_16M);
    assert_eq!(one["path"], "pid");
    assert_eq!(one["ns_total"], 8_847_360);
    assert_eq!(one["per_page"], 540.0);
    assert!(one["per_element"].is_null());
    assert!((one["pt_io"].as_f64().expect("a number") - 55.337).abs() < 0.01);
    assert_eq!(value["targets"][0]["reached"], true);
}

#[test]
fn the_search_is_held_against_a_tenth_of_pt_ios() {
    let search = |attached, pt_io| {
        let measurements = read(&[
            line(SEARCH, "attached", 256 << 20, 1, 1, attached),
            line(SEARCH, "pt_io", 256 << 20, 1, 1, pt_io),
        ]);
        let text = table(&measurements, Unit::Instructions);
        assert!(text.contains("PT_IO costs"), "{text}");
        let judged = judge(&measurements);
        assert_eq!(judged.len(), 1, "{judged:#?}");
        (judged[0].measured, judged[0].reached)
    };
    assert_eq!(search(100, 1000), (10.0, true));
    assert_eq!(search(100, 800), (12.5, false));
}
