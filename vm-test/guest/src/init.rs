// SPDX-License-Identifier: BSD-2-Clause
//! As pid 1 of the test disc: does what /etc/rwmem-guest.conf says, then switches the machine off.

use crate::console::{self, say};
use crate::sys::process::{self, Ended, Patience};
use crate::sys::{Errno, file, kld, sysctl, time};
use crate::tests::{self, differential};
use crate::{bench, demo, stress, tap, userland};
use core::ffi::CStr;

const CONFIGURATION: &CStr = c"/etc/rwmem-guest.conf";
const MODULE: &CStr = c"/rwmem.ko";

pub fn run() -> i32 {
    console::open();
    say!(
        "# guest: rwmem-guest {} is pid 1",
        env!("CARGO_PKG_VERSION")
    );
    let mut text = [0; 512];
    let task = Task::read(&mut text);
    // init itself carries P_SYSTEM, which no transfer may touch: everything is done by a child.
    match in_a_child(|| work(&task)) {
        Ok(Ended::Exit(0 | 1)) => {
            say!("# guest: done");
            if task.keep {
                let _ = in_a_child(userland::shell);
            }
        }
        end => say!("Bail out! the process that runs the tests ended with {end:?}"),
    }
    // The kernel waits five seconds for discs to write what they have cached. There is none.
    let _ = sysctl::set(c"kern.shutdown.poweroff_delay", 0);
    let error = process::power_off();
    say!("# cannot switch the machine off: {error}");
    loop {
        time::pause(1_000_000);
    }
}

/// What the configuration says: `MODE [SEED [MINUTES]]`, and on lines of their own `only TEXT` and `keep`.
struct Task<'a> {
    mode: &'a str,
    seed: u64,
    /// How long to go on, with stress.
    minutes: u64,
    /// What the names of the tests to run hold.
    only: &'a str,
    /// When all is done, a person may go on by a shell on the console.
    keep: bool,
}

impl Task<'_> {
    fn read(text: &mut [u8]) -> Task<'_> {
        let read = file::open(CONFIGURATION, file::READ_ONLY).and_then(|file| file.read(text));
        let text = match read {
            Ok(len) => core::str::from_utf8(&text[..len]).unwrap_or("(no text)"),
            Err(error) => {
                say!("# cannot read {CONFIGURATION:?}: {error}; testing");
                "test"
            }
        };
        let mut lines = text.lines();
        let mut words = lines.next().unwrap_or_default().split_ascii_whitespace();
        let mode = words.next().unwrap_or_default();
        let mut number = || words.next().and_then(|word| word.parse().ok());
        Task {
            mode,
            seed: number().unwrap_or(tests::SEED),
            minutes: number().unwrap_or(stress::MINUTES),
            only: text
                .lines()
                .find_map(|line| line.strip_prefix("only "))
                .unwrap_or_default(),
            keep: lines.any(|line| line == "keep"),
        }
    }
}

fn in_a_child(work: impl FnOnce() -> i32) -> Result<Ended, Errno> {
    match process::fork()? {
        0 => process::exit(work()),
        pid => reap_until(pid),
    }
}

/// Takes leave of every orphan until `pid` has ended.
fn reap_until(pid: i32) -> Result<Ended, Errno> {
    loop {
        if let Some((reaped, ended)) = process::reap(-1, Patience::Wait)?
            && reaped == pid
        {
            return Ok(ended);
        }
    }
}

fn work(task: &Task<'_>) -> i32 {
    let Task {
        mode, seed, only, ..
    } = *task;
    let mut path = [0; 1024];
    let program = sysctl::own_path(&mut path).unwrap_or(c"/sbin/init");
    match mode {
        "test" | "userland" => {
            let course = tap::Course {
                program,
                module: MODULE,
                seed,
                only,
                more_follow: userland::is_there(),
            };
            let mut totals = match mode {
                "test" => tap::run_all(&course),
                _ => tap::Totals::default(),
            };
            if !totals.gave_up && (course.more_follow || mode == "userland") {
                userland::run(MODULE, only, &mut totals);
            }
            i32::from(totals.failed > 0)
        }
        "differential" => i32::from(differential::run(program, MODULE, seed).failed > 0),
        "stress" => i32::from(stress::run(program, MODULE, seed, task.minutes).failed > 0),
        "transfers" => bench::run(bench::Place::Disc, bench::Output::Lines, MODULE),
        "company" => bench::run_company(bench::Output::Lines, MODULE),
        "shell" => match kld::load(MODULE) {
            Ok(_) => 0,
            Err(error) => {
                say!("# cannot load {MODULE:?}: {error}");
                1
            }
        },
        "demo" => i32::from(demo::run(program, MODULE).failed > 0),
        other => {
            say!(
                "Bail out! {CONFIGURATION:?} says {other:?}: write test, userland, differential, stress, demo, transfers, company or shell there"
            );
            2
        }
    }
}
