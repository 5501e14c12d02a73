// SPDX-License-Identifier: BSD-2-Clause
//! Machines that measure.

use rwmem_vm_protocol::Line;
use rwmem_vm_protocol::bench::{
    COPIED, COPIES, DUMPED, DUMPS, Direction, LARGE, Pages, ROUNDS, ROWS, Record, SIZES, WAYS, Way,
};

use crate::bed::{BOOT, Bed, Finished};

/// A command of a machine that says so.
fn said(record: Record<'_>) -> String {
    format!("echo '{}'\n", Line::Bench(record))
}

/// The console of a machine that measured everything but what is left out, at so much for each operation.
fn machine(cost: u64, left_out: &str) -> String {
    let mut script = BOOT.to_owned();
    for row in ROWS {
        let owed = row.ways().iter().filter(|way| way.is_owed());
        for &path in owed.filter(|way| format!("{} {}", row.name, way.word()) != left_out) {
            // What PT_IO costs decides about the search only.
            let cost = if path == Way::PtIo { 11_000 } else { cost };
            let record = Record::Transfer {
                name: row.name,
                path,
                ops: 10,
                ns_total: cost * 10,
            };
            script += &said(record);
        }
    }
    script + "echo '# guest: done'\n"
}

/// The lines of a machine that measured in company, where beside a reader or writer so many laps are made of 100.
fn company(laps: u64) -> String {
    let mut script = BOOT.to_owned();
    for round in 1..=ROUNDS as u64 {
        script += &said(Record::Alone {
            round,
            laps: 100,
            ns: 1000,
            control_laps: 100,
            control_ns: 1000,
        });
        for path in WAYS {
            for bytes in SIZES {
                for &direction in Direction::ALL {
                    script += &said(Record::Company {
                        direction,
                        path,
                        bytes,
                        round,
                        laps,
                        ns: 1000,
                        pieces: 10,
                        control_laps: 100,
                        control_ns: 1000,
                    });
                }
            }
            for bytes in LARGE {
                script += &said(Record::Readers {
                    path,
                    bytes,
                    round,
                    together: 95,
                    together_ns: 1000,
                    apart: 100,
                    apart_ns: 1000,
                });
            }
        }
        for path in COPIES {
            for bytes in COPIED {
                for &pages in Pages::ALL {
                    script += &said(Record::Copy {
                        path,
                        bytes,
                        pages,
                        round,
                        pause_ns: 1_234_000 * round,
                        laps: 50,
                        ns: 1000,
                        control_pause_ns: 20_000,
                        control_laps: 100,
                        control_ns: 1000,
                    });
                }
            }
        }
        for path in DUMPS {
            script += &said(Record::Dump {
                path,
                bytes: DUMPED,
                round,
                took_ns: 123_000_000,
                pause_ns: 77_000_000,
                laps: 25,
                ns: 1000,
                control_pause_ns: 20_000,
                control_laps: 100,
                control_ns: 1000,
            });
        }
    }
    script + "echo '# guest: done'\n"
}

/// A machine that counts instructions, or else one in company.
fn both(transfers: &str, company: &str) -> String {
    format!("case \"$*\" in *icount*)\n{transfers};;\n*)\n{company};;\nesac\n")
}

/// The same with one space where there are more: columns are as wide as what they hold.
fn squeezed(run: Finished) -> Finished {
    let lines = run.out.lines().map(|line| {
        let words: Vec<_> = line.split_whitespace().collect();
        words.join(" ")
    });
    let out = lines.collect::<Vec<_>>().join("\n");
    Finished { out, ..run }
}

/// Of one part.
fn measure(mode: &str, machine: &str, options: &[&str]) -> Finished {
    let mut arguments = vec!["--mode", mode];
    arguments.extend(options);
    Bed::new().run(machine, &arguments)
}

fn bench(machine: &str, options: &[&str]) -> Finished {
    measure("transfers", machine, options)
}

#[test]
fn measurements_become_a_table() {
    let run = bench(&machine(840, ""), &["--check"]);
    run.expect(
        0,
        &[
            "instructions for each",
            "write 16 MiB",
            "each page of 16 MiB, attached (pread)",
            "search of 256 MiB, in % of PT_IO's",
        ],
    );
    assert!(!run.out.contains("bench: "), "{run:#?}");
    assert!(!run.out.contains("NOT REACHED"), "{run:#?}");
}

#[test]
fn a_missed_goal_fails_only_where_that_is_asked_for() {
    let machine = machine(1151, "");
    let missed =
        "one 8-byte read, attached (pread)                 1,151       at most 1,150  NOT REACHED";
    bench(&machine, &[]).expect(0, &[missed]);
    bench(&machine, &["--check"]).expect(1, &[missed]);
    // 1,151 of 11,000.
    let search =
        "search of 256 MiB, in % of PT_IO's                   10          at most 10  NOT REACHED";
    bench(&machine, &[]).expect(0, &[search]);
    let words = ["nanoseconds for each", "--check needs --accel count"];
    bench(&machine, &["--check", "--accel", "tcg"]).expect(1, &words);
}

#[test]
fn a_missing_measurement_fails_and_is_named() {
    let run = bench(&machine(900, "write 8 bytes pt_io"), &[]);
    let words = [
        "this was not measured:\n    write 8 bytes (PT_IO)",
        "the reason may be in logs/transfers-14-amd64-generic.log",
    ];
    run.expect(1, &words);
}

#[test]
fn a_line_that_cannot_be_understood_fails() {
    let machine =
        machine(900, "").replace("echo '# guest", "echo 'bench: {\"ns\":1}'\necho '# guest");
    bench(&machine, &[]).expect(1, &["cannot be understood:\n    {\"ns\":1}"]);
}

#[test]
fn for_a_program_there_is_json_and_nothing_else() {
    for machine in [machine(900, ""), machine(900, "getpid kernel")] {
        let run = bench(&machine, &["--json"]);
        let value: serde_json::Value = serde_json::from_str(&run.out).expect("JSON only");
        assert_eq!(value["unit"], "instructions");
        assert_eq!(value["kernel"], "FreeBSD 14.2-RELEASE GENERIC amd64");
    }
}

#[test]
fn a_machine_that_falls_while_it_measures_is_no_success() {
    let run = bench(&format!("{BOOT}echo panic: x"), &[]);
    run.expect(1, &["the kernel panicked", "was not measured"]);
}

#[test]
fn both_parts_are_measured_one_after_the_other() {
    let machines = both(&machine(840, ""), &company(95));
    let run = squeezed(measure("bench", &machines, &["--check"]));
    run.expect(
        0,
        &[
            "instructions for each",
            "beside a writer, by pid 0.95 0.95 0.95 0.95",
            "a target's pace beside a reader of 1 MiB 0.95 at least 0.90 reached",
        ],
    );
    let run = measure("bench", &machines, &["--json"]);
    let value: serde_json::Value = serde_json::from_str(&run.out).expect("JSON only");
    assert_eq!(value["measurements"][0]["name"], "getpid");
    assert_eq!(value["company"][0]["kind"], "control");
    assert_eq!(value["company"].as_array().map(Vec::len), Some(21));
}

#[test]
fn a_target_that_stands_still_fails_where_that_is_asked_for() {
    let machines = both(&machine(840, ""), &company(89));
    let missed = "a target's pace beside a reader of 8 B 0.89 at least 0.90 NOT REACHED";
    squeezed(measure("bench", &machines, &[])).expect(0, &[missed]);
    squeezed(measure("bench", &machines, &["--check"])).expect(1, &[missed]);
    squeezed(measure("company", &company(89), &["--check"])).expect(1, &[missed]);
}

#[test]
fn company_that_was_not_measured_fails_and_is_named() {
    let left_out = company(95).replace("\"pid\",\"bytes\":4096,\"round\":3", "\"nowhere\"");
    let words = [
        "this was not measured:\n    beside a read of 4 KiB, by pid (2 of 3 times)",
        "cannot be understood",
        "logs/company-14-amd64-generic.log",
    ];
    measure("company", &left_out, &[]).expect(1, &words);
}
