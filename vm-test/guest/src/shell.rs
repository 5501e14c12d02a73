// SPDX-License-Identifier: BSD-2-Clause
//! From a shell of an ordinary FreeBSD.

use crate::bench::{self, Output, Place};
use crate::console::say;
use crate::start::Arguments;
use crate::sys::{kld, process, sysctl};
use crate::tests::{self, differential};
use crate::{demo, number, tap, traced};
use core::ffi::CStr;

const USAGE: &str = "usage: rwmem-guest [--module PATH] [--seed NUMBER] [test | differential | demo | transfers [--json] | company [--json] | traced]   (default: ./rwmem.ko, test)";

/// 0 if all tests passed, 1 if not, 2 if they could not begin.
pub fn run(arguments: Arguments) -> i32 {
    let mut module = c"./rwmem.ko";
    let mut mode = c"test";
    let mut seed = tests::SEED;
    let mut output = Output::Table;
    let mut index = 1;
    while let Some(argument) = arguments.get(index) {
        index += 1;
        match argument.to_bytes() {
            b"--module" => match arguments.get(index) {
                Some(path) => {
                    module = path;
                    index += 1;
                }
                None => return refuse("--module needs the path of rwmem.ko"),
            },
            b"--seed" => match arguments.get(index).and_then(number) {
                Some(given) => {
                    seed = given;
                    index += 1;
                }
                None => return refuse("--seed needs a number"),
            },
            b"--json" => output = Output::Lines,
            b"test" | b"differential" | b"demo" | b"transfers" | b"company" | b"traced" => {
                mode = argument
            }
            _ => return refuse(USAGE),
        }
    }
    if process::effective_uid() != 0 {
        return refuse("loading a kernel module needs root: run this as root");
    }
    if mode == c"transfers" {
        return bench::run(Place::System, output, module);
    }
    if mode == c"company" {
        return bench::run_company(output, module);
    }
    if mode == c"traced" {
        return traced::run();
    }
    if kld::find_module(c"rwmem").is_ok() {
        return refuse(
            "rwmem is loaded already, and the tests load it themselves: kldunload rwmem first",
        );
    }
    let mut path = [0; 1024];
    let Some(program) = sysctl::own_path(&mut path).ok().or(arguments.get(0)) else {
        return refuse("cannot find this program's own file: start it by its full path");
    };
    run_mode(mode, program, module, seed)
}

fn run_mode(mode: &CStr, program: &CStr, module: &CStr, seed: u64) -> i32 {
    let totals = match mode.to_bytes() {
        b"demo" => demo::run(program, module),
        b"differential" => differential::run(program, module, seed),
        _ => tap::run_all(&tap::Course {
            program,
            module,
            seed,
            only: "",
            more_follow: false,
        }),
    };
    say!(
        "# {} passed, {} failed, {} skipped",
        totals.passed,
        totals.failed,
        totals.skipped
    );
    i32::from(totals.failed > 0)
}

fn refuse(message: &str) -> i32 {
    say!("rwmem-guest: {message}");
    2
}
