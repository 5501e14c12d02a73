// SPDX-License-Identifier: BSD-2-Clause
//! Runs each test in a process of its own, executed anew: a test that crashes or hangs fails alone, and one
//! that gives up root begins with clean credentials.

use super::case::{Instance, USER, instances};
use super::test::{Outcome, Stop, Test};
use crate::console::say;
use crate::device::Device;
use crate::sys::file::Fd;
use crate::sys::process::{self, Ended, Patience};
use crate::sys::{Errno, kld, signal, time};
use crate::text::Text;
use core::ffi::CStr;

/// The longest a test may take, in milliseconds; the slowest needs a tenth of it.
const LIMIT: u64 = 120_000;

/// So many processes left behind end the run.
const TOO_MANY: u32 = 3;

/// The argument that makes this program run one test.
pub const CASE: &CStr = c"--case";
const NO_DESCRIPTOR: &CStr = c"-";

const PASSED: i32 = 0;
const FAILED: i32 = 1;
const SKIPPED: i32 = 2;

#[derive(Default)]
pub struct Totals {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
}

/// Runs all tests and reports them.
pub fn run_all(program: &CStr, module: &CStr, seed: u64) -> Totals {
    let mut totals = Totals::default();
    let count = instances().count();
    say!("1..{}", count + 1);
    if let Err(error) = process::adopt_descendants() {
        say!("# cannot become the reaper of the tests' processes: {error}");
    }
    let mut left_behind = 0;
    for (index, instance) in instances().enumerate() {
        let number = index + 1;
        match run_apart(number, &instance, program, module, seed) {
            Ended::Exit(PASSED) => totals.passed += 1,
            Ended::Exit(SKIPPED) => totals.skipped += 1,
            Ended::Exit(FAILED) => totals.failed += 1,
            ended => {
                totals.failed += 1;
                say!("not ok {number} - {}", instance.name().as_str());
                say!("# the test itself ended with {ended:?} (Signal(9): it took too long)");
            }
        }
        left_behind = clean_up(number, left_behind);
        if number == 1 && totals.failed > 0 {
            say!("Bail out! the module cannot be loaded");
            return totals;
        }
        // Each costs much waiting, and there would be more of them.
        if left_behind >= TOO_MANY {
            say!("Bail out! processes cannot exit any more: what the module holds is not let go");
            return totals;
        }
    }
    report_left_behind(count + 1, left_behind, &mut totals);
    totals
}

/// Runs a test in its own process; how that ended.
fn run_apart(
    number: usize,
    instance: &Instance,
    program: &CStr,
    module: &CStr,
    seed: u64,
) -> Ended {
    let pid = match process::fork() {
        Ok(0) => {
            let error = become_case(number, instance, program, module, seed);
            say!("# cannot start test {number}: {error}");
            process::exit(127);
        }
        Ok(pid) => pid,
        Err(error) => {
            say!("# cannot fork for test {number}: {error}");
            return Ended::Exit(127);
        }
    };
    let mut ended = None;
    time::wait_until(LIMIT, || {
        ended = process::reap(pid, Patience::Look).unwrap_or(Some((pid, Ended::Exit(126))));
        ended.is_some()
    });
    ended.map_or(Ended::Signal(signal::SIGKILL), |(_, ended)| ended)
}

/// Executes this program anew for one test; returns what kept it from that.
fn become_case(
    number: usize,
    instance: &Instance,
    program: &CStr,
    module: &CStr,
    seed: u64,
) -> Errno {
    if instance.needs_module()
        && kld::find_module(c"rwmem").is_err()
        && let Err(error) = kld::load(module)
    {
        say!("# cannot load {module:?}: {error}");
        return error;
    }
    let number = Text::<16>::of(format_args!("{number}"));
    let seed = Text::<24>::of(format_args!("{seed}"));
    let mut descriptor = Text::<16>::new();
    if instance.user {
        // Opened while root, and kept through the execve.
        match Device::open() {
            Ok(device) => {
                descriptor = Text::of(format_args!("{}", device.fd().number()));
                core::mem::forget(device);
            }
            Err(error) => return error,
        }
        if let Err(error) = process::become_user(USER) {
            return error;
        }
    }
    let descriptor = match descriptor.is_empty() {
        true => NO_DESCRIPTOR,
        false => descriptor.as_c_str(),
    };
    process::execute(
        program,
        [
            program,
            CASE,
            number.as_c_str(),
            descriptor,
            module,
            seed.as_c_str(),
        ],
    )
}

/// In the process of one test: runs it, reports it, and answers the exit code.
pub fn run_instance(
    number: usize,
    descriptor: Option<i32>,
    program: &CStr,
    module: &CStr,
    seed: u64,
) -> i32 {
    let Some(instance) = number
        .checked_sub(1)
        .and_then(|index| instances().nth(index))
    else {
        say!("# there is no test {number}");
        return 127;
    };
    let device = match descriptor {
        Some(fd) => Ok(Some(Device::from_fd(Fd::from_number(fd)))),
        None if instance.needs_module() => Device::open().map(Some),
        None => Ok(None),
    };
    let mut test = Test {
        device: None,
        path: instance.path,
        user: instance.user,
        program,
        module,
        seed,
        notes: Text::new(),
    };
    let outcome = match test.can("opening /dev/rwmem", device) {
        Ok(device) => {
            test.device = device;
            (instance.case.run)(&mut test)
        }
        Err(stop) => Err(stop),
    };
    report(
        number,
        instance.name().as_str(),
        outcome,
        test.notes.as_str(),
    )
}

/// Writes a test's result with its notes, and answers the exit code that tells it to the runner.
pub fn report(number: usize, name: &str, outcome: Outcome, notes: &str) -> i32 {
    let code = match outcome {
        Ok(()) => {
            say!("ok {number} - {name}");
            PASSED
        }
        Err(Stop::Skipped(reason)) => {
            say!("ok {number} - {name} # SKIP {reason}");
            SKIPPED
        }
        Err(Stop::Failed) => {
            say!("not ok {number} - {name}");
            FAILED
        }
    };
    if code == FAILED {
        for line in notes.lines() {
            say!("# {line}");
        }
    }
    code
}

/// Ends what a test left running. How many processes do not go; `already` did not go before.
fn clean_up(number: usize, already: u32) -> u32 {
    // ESRCH where nothing is left.
    let _ = process::kill_descendants(signal::SIGKILL);
    let mut left = 0;
    let gone = time::wait_until(crate::target::PATIENCE, || {
        while let Ok(Some(_)) = process::reap(-1, Patience::Look) {}
        left = process::descendants().unwrap_or(0);
        left <= already
    });
    if !gone {
        say!("# {left} processes are still there after test {number}, though they were killed");
    }
    left
}

fn report_left_behind(number: usize, left_behind: u32, totals: &mut Totals) {
    let name = "every process that a test used could exit: none was left held";
    let mut notes = Text::<200>::new();
    let outcome = match left_behind {
        0 => Ok(()),
        left => {
            notes = Text::of(format_args!(
                "left behind, all tests together: expected 0, got {left}"
            ));
            Err(Stop::Failed)
        }
    };
    match report(number, name, outcome, notes.as_str()) {
        PASSED => totals.passed += 1,
        _ => totals.failed += 1,
    }
}
