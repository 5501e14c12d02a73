// SPDX-License-Identifier: BSD-2-Clause
//! Runs each test in a process of its own, executed anew: a test that crashes or hangs fails alone, and one
//! that gives up root begins with clean credentials.

use super::case::{Instance, Suite, USER};
use super::test::{Outcome, Stop, Test};
use crate::console::{bail_out, remark, tell, tell_test};
use crate::device::Device;
use crate::stress::stuck;
use crate::sys::file::Fd;
use crate::sys::process::{self, Ended, Patience};
use crate::sys::{Errno, kld, signal, time};
use crate::text::Text;
use core::ffi::CStr;
use rwmem_vm_protocol::Line;
use rwmem_vm_protocol::Outcome::{Failed, Passed, Skipped};

/// The longest a test may take, in milliseconds.
const LIMIT: u64 = 200_000;

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
    /// Further tests would only fail or wait.
    pub gave_up: bool,
}

impl Totals {
    /// The number of the next test.
    pub fn next(&self) -> usize {
        (self.passed + self.failed + self.skipped) as usize + 1
    }
}

/// The tests to run, and with what.
pub struct Course<'a> {
    pub program: &'a CStr,
    pub module: &'a CStr,
    pub seed: u64,
    /// Only those whose names hold this; all, where it is empty.
    pub only: &'a str,
    /// Other tests follow these, so that the plan comes after them.
    pub more_follow: bool,
}

/// Runs the tests of this program and reports them.
pub fn run_all(suite: &Suite, course: &Course<'_>) -> Totals {
    let mut totals = Totals::default();
    let wanted = |instance: &Instance| instance.name().as_str().contains(course.only);
    let instances = || suite.instances();
    let count = instances().filter(wanted).count();
    let closing = usize::from(count > 0);
    match course.more_follow {
        true => tell(Line::AtLeast((count + closing) as u64)),
        false => tell(Line::Plan((count + closing) as u64)),
    }
    if let Err(error) = process::adopt_descendants() {
        remark!("cannot become the reaper of the tests' processes: {error}");
    }
    if !instances().take(suite.at_boot).all(|one| wanted(&one)) {
        (suite.unload)();
    }
    let mut left_behind = 0;
    for (index, instance) in instances().enumerate().filter(|(_, one)| wanted(one)) {
        let number = totals.next();
        match run_apart(number, index, &instance, course) {
            Ended::Exit(PASSED) => totals.passed += 1,
            Ended::Exit(SKIPPED) => totals.skipped += 1,
            Ended::Exit(FAILED) => totals.failed += 1,
            ended => {
                totals.failed += 1;
                tell_test(number, instance.name().as_str(), Failed);
                remark!("the test itself ended with {ended:?} (Signal(9): it took too long)");
            }
        }
        left_behind = clean_up(number, left_behind);
        if index == suite.at_boot && totals.failed > 0 && kld::find_module(c"rwmem").is_err() {
            bail_out!("the module cannot be loaded");
            totals.gave_up = true;
            return totals;
        }
        // Each costs much waiting, and there would be more of them.
        if left_behind >= TOO_MANY {
            bail_out!("processes cannot exit any more: what the module holds is not released");
            totals.gave_up = true;
            return totals;
        }
    }
    if closing > 0 {
        report_left_behind(left_behind, &mut totals);
    }
    totals
}

/// Runs a test in its own process; how that ended.
fn run_apart(number: usize, index: usize, instance: &Instance, course: &Course<'_>) -> Ended {
    let pid = match process::fork() {
        Ok(0) => {
            let error = become_case(number, index, instance, course);
            remark!("cannot start test {number}: {error}");
            process::exit(127);
        }
        Ok(pid) => pid,
        Err(error) => {
            remark!("cannot fork for test {number}: {error}");
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
fn become_case(number: usize, index: usize, instance: &Instance, course: &Course<'_>) -> Errno {
    let Course {
        program,
        module,
        seed,
        ..
    } = *course;
    if instance.needs_module()
        && kld::find_module(c"rwmem").is_err()
        && let Err(error) = kld::load(module)
    {
        remark!("cannot load {module:?}: {error}");
        return error;
    }
    let number = Text::<16>::of(format_args!("{number}"));
    let index = Text::<16>::of(format_args!("{index}"));
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
            index.as_c_str(),
            number.as_c_str(),
            descriptor,
            module,
            seed.as_c_str(),
        ],
    )
}

/// In the process of one test: runs the one at this place of the list, reports it under its number, and
/// returns the exit code.
pub fn run_instance(
    suite: &Suite,
    index: usize,
    number: usize,
    descriptor: Option<i32>,
    program: &CStr,
    module: &CStr,
    seed: u64,
) -> i32 {
    let Some(instance) = suite.instances().nth(index) else {
        remark!("there is no test at place {index}");
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
            instance.case.run(&mut test)
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

/// Writes a test's result with its notes, and returns the exit code that tells it to the runner.
pub fn report(number: usize, name: &str, outcome: Outcome, notes: &str) -> i32 {
    let code = match outcome {
        Ok(()) => {
            tell_test(number, name, Passed);
            PASSED
        }
        Err(Stop::Skipped(reason)) => {
            tell_test(number, name, Skipped(reason));
            SKIPPED
        }
        Err(Stop::Failed) => {
            tell_test(number, name, Failed);
            FAILED
        }
    };
    if code == FAILED {
        for line in notes.lines() {
            remark!("{line}");
        }
    }
    code
}

/// Ends what a test left running. How many processes do not go; `already` did not go before.
pub fn clean_up(number: usize, already: u32) -> u32 {
    // ESRCH where nothing is left.
    let _ = process::kill_descendants(signal::SIGKILL);
    let mut left = 0;
    let gone = time::wait_until(crate::target::PATIENCE, || {
        while let Ok(Some(_)) = process::reap(-1, Patience::Look) {}
        left = process::descendants().unwrap_or(0);
        left <= already
    });
    if !gone {
        remark!("{left} processes are still there after test {number}, though they were killed");
        stuck::tell_descendants();
    }
    left
}

fn report_left_behind(left_behind: u32, totals: &mut Totals) {
    let name = "release: every process that a test used could exit: none was left held";
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
    match report(totals.next(), name, outcome, notes.as_str()) {
        PASSED => totals.passed += 1,
        _ => totals.failed += 1,
    }
}
