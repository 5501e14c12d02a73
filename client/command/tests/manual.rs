// SPDX-License-Identifier: BSD-2-Clause
//! The manual pages name everything that there is.

use std::fs;
use std::path::PathBuf;

use clap::{CommandFactory, ValueEnum};
use rwmem_command::arguments::Arguments;
use rwmem_command::failure::{Exit, Kind};

fn page(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../man")
        .join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Whether a line is a macro with these words among its arguments, one after the other.
fn names(page: &str, words: &str) -> bool {
    let wanted: Vec<_> = words.split(' ').collect();
    page.lines()
        .filter_map(|line| line.strip_prefix('.'))
        .any(|line| {
            let words: Vec<_> = line
                .split([' ', ',', ';'])
                .filter(|word| !word.is_empty())
                .collect();
            words.windows(wanted.len()).any(|window| window == wanted)
        })
}

/// The part of the page that describes a subcommand.
fn part<'a>(page: &'a str, subcommand: &str) -> &'a str {
    let begin = page
        .find(&format!("\n.It Cm {subcommand}"))
        .unwrap_or_else(|| panic!("rwmem(1) does not describe {subcommand}"));
    let rest = &page[begin + 1..];
    let mut depth = 0;
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        let ends =
            end > 0 && depth == 0 && (line.starts_with(".It Cm ") || line.starts_with(".El"));
        if ends {
            break;
        }
        depth += i32::from(line.starts_with(".Bl ")) - i32::from(line.starts_with(".El"));
        end += line.len();
    }
    &rest[..end]
}

#[test]
fn rwmem_1_names_each_subcommand_option_and_value() {
    let page = page("rwmem.1");
    let mut command = Arguments::command();
    command.build();
    let mut options = 0;
    for subcommand in command
        .get_subcommands()
        .filter(|one| one.get_name() != "help")
    {
        let name = subcommand.get_name();
        let part = part(&page, name);
        for argument in subcommand.get_arguments() {
            let (part, whole) = match argument.is_global_set() || argument.get_id() == "help" {
                // Described once for all.
                true => (&*page, true),
                false => (part, false),
            };
            if let Some(long) = argument.get_long() {
                options += 1;
                assert!(
                    names(part, &format!("Fl -{long}")),
                    "{name}: --{long} is not described"
                );
            }
            if let Some(short) = argument.get_short().filter(|_| !whole) {
                assert!(
                    names(part, &format!("Fl {short}")),
                    "{name}: -{short} is not described"
                );
            }
            let takes = argument
                .get_num_args()
                .is_some_and(|number| number.takes_values());
            for value in argument.get_possible_values().iter().filter(|_| takes) {
                let value = value.get_name();
                assert!(
                    names(part, &format!("Cm {value}")),
                    "{name}: {value} is not described"
                );
            }
        }
    }
    assert!(options > 15, "only {options} options were looked for");
}

#[test]
fn rwmem_1_names_each_exit_code_and_kind_of_failure() {
    let page = page("rwmem.1");
    let codes = Exit::value_variants();
    assert!(codes.len() > 5);
    for code in codes.iter().map(|&code| code as u8) {
        assert!(
            page.contains(&format!("\n.It {code}\n")),
            "exit status {code}"
        );
    }
    let kinds = Kind::value_variants();
    assert!(kinds.len() > 8);
    for kind in kinds {
        let json = serde_json::to_string(kind).expect("a name");
        let name = json.trim_matches('"');
        assert!(names(&page, &format!("Ql {name}")), "the kind {name}");
    }
}

#[test]
fn rwmem_4_names_each_request_structure_feature_and_counter() {
    let page = page("rwmem.4");
    let header = include_str!("../../../abi/include/rwmem/abi.h");
    let defined = header
        .lines()
        .filter_map(|line| line.strip_prefix("#define\t"));
    let mut requests = 0;
    for name in defined.filter_map(|line| line.split_whitespace().next()) {
        // The limits are what RWMEM_INFO returns.
        if matches!(name, "RWMEM_ABI_H" | "RWMEM_MAX_SEGS" | "RWMEM_MAX_LEN") {
            continue;
        }
        requests += 1;
        assert!(page.contains(name), "{name}");
    }
    assert!(requests >= 12, "{requests}");
    for line in header.lines().filter(|line| line.ends_with(" {")) {
        let name = line.strip_suffix(" {").expect("a structure");
        assert!(page.contains(&format!("\"{name}\"")), "{name}");
    }
    for counter in [
        "reads",
        "writes",
        "bytes_read",
        "bytes_written",
        "faults",
        "denied",
        "stale",
        "attached",
    ] {
        assert!(
            names(&page, &format!("Va kern.rwmem.{counter}")),
            "{counter}"
        );
    }
}
