// SPDX-License-Identifier: BSD-2-Clause
//! From a shell of an ordinary FreeBSD.

use crate::bench::{self, Output, Place};
use crate::console::{remark, say};
use crate::start::Arguments;
use crate::sys::{kld, process, sysctl};
use crate::tests::{self, differential};
use crate::{demo, number, tap, traced};
use core::ffi::CStr;
use rwmem_vm_protocol::Task;

const USAGE: &str = "usage: rwmem-guest [--module PATH] [--seed NUMBER] [test | differential | demo | transfers [--json] | company [--json] | traced]   (default: ./rwmem.ko, test)";

/// What needs nothing of the test disc.
const TASKS: [Task; 5] = [
    Task::Test,
    Task::Differential,
    Task::Demo,
    Task::Transfers,
    Task::Company,
];

/// 0 if all tests passed, 1 if not, 2 if they could not begin.
pub fn run(arguments: Arguments) -> i32 {
    let mut module = c"./rwmem.ko";
    let mut task = Task::Test;
    let mut seed = tests::SEED;
    let mut probed = false;
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
            b"traced" => probed = true,
            word => match core::str::from_utf8(word).ok().and_then(Task::from_word) {
                Some(named) if TASKS.contains(&named) => task = named,
                _ => return refuse(USAGE),
            },
        }
    }
    if process::effective_uid() != 0 {
        return refuse("loading a kernel module needs root: run this as root");
    }
    match task {
        _ if probed => return traced::run(),
        Task::Transfers => return bench::run(Place::System, output, module),
        Task::Company => return bench::run_company(output, module),
        _ => {}
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
    run_task(task, program, module, seed)
}

fn run_task(task: Task, program: &CStr, module: &CStr, seed: u64) -> i32 {
    let totals = match task {
        Task::Demo => demo::run(program, module),
        Task::Differential => differential::run(program, module, seed),
        _ => tap::run_all(
            &tests::SUITE,
            &tap::Course {
                program,
                module,
                seed,
                only: "",
                more_follow: false,
            },
        ),
    };
    remark!(
        "{} passed, {} failed, {} skipped",
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
