// SPDX-License-Identifier: BSD-2-Clause
//! For the tests on FreeBSD, which has no such program: reads JSON values from the standard input and prints each on a
//! line of its own, without spaces. Fails if there is something else or nothing at all.

use std::io;
use std::process::ExitCode;

use serde_json::{Deserializer, Value};

fn main() -> ExitCode {
    let mut values = 0;
    for value in Deserializer::from_reader(io::stdin().lock()).into_iter::<Value>() {
        match value {
            Ok(value) => println!("{value}"),
            Err(error) => {
                eprintln!("json-lines: value {}: {error}", values + 1);
                return ExitCode::FAILURE;
            }
        }
        values += 1;
    }
    match values {
        0 => ExitCode::FAILURE,
        _ => ExitCode::SUCCESS,
    }
}
