// SPDX-License-Identifier: BSD-2-Clause
//! As pid 1 of the test disc: does what /etc/rwmem-guest.conf says, then switches the machine off.

use crate::console::{self, bail_out, remark, tell};
use crate::sys::process::{self, Ended, Patience};
use crate::sys::{Errno, file, kld, sysctl, time};
use crate::tests::{self, differential};
use crate::{bench, demo, stress, tap, userland};
use rwmem_vm_protocol::{
    CONFIGURATION, Configuration, Line, MODULE, STRESS_MINUTES, Task, Unknown,
};

pub fn run() -> i32 {
    console::open();
    remark!("guest: rwmem-guest {} is pid 1", env!("CARGO_PKG_VERSION"));
    let mut text = [0; 512];
    match configuration(&mut text) {
        Ok(configuration) => run_task(&configuration),
        Err(unknown) => bail_out!("{CONFIGURATION:?}: {unknown}"),
    }
    // The kernel waits five seconds for discs to write what they have cached. There is none.
    let _ = sysctl::set(c"kern.shutdown.poweroff_delay", 0);
    let error = process::power_off();
    remark!("cannot switch the machine off: {error}");
    loop {
        time::pause(1_000_000);
    }
}

fn run_task(configuration: &Configuration<'_>) {
    // init itself carries P_SYSTEM, which no transfer may touch: everything is done by a child.
    match in_a_child(|| work(configuration)) {
        Ok(Ended::Exit(0 | 1)) => {
            tell(Line::Done);
            if configuration.keep {
                let _ = in_a_child(userland::shell);
            }
        }
        end => bail_out!("the process that runs the tests ended with {end:?}"),
    }
}

/// What the disc says; all tests, where it says nothing.
fn configuration(text: &mut [u8]) -> Result<Configuration<'_>, Unknown<'_>> {
    let read = file::open(CONFIGURATION, file::READ_ONLY).and_then(|file| file.read(text));
    match read {
        Ok(len) => Configuration::parse(core::str::from_utf8(&text[..len]).unwrap_or("(no text)")),
        Err(error) => {
            remark!("cannot read {CONFIGURATION:?}: {error}; testing");
            Ok(Configuration::of(Task::Test))
        }
    }
}

fn in_a_child(work: impl FnOnce() -> i32) -> Result<Ended, Errno> {
    match process::fork()? {
        0 => process::exit(work()),
        pid => reap_until(pid),
    }
}

/// Reaps every orphan until `pid` has ended.
fn reap_until(pid: i32) -> Result<Ended, Errno> {
    loop {
        if let Some((reaped, ended)) = process::reap(-1, Patience::Wait)?
            && reaped == pid
        {
            return Ok(ended);
        }
    }
}

fn work(configuration: &Configuration<'_>) -> i32 {
    let Configuration { task, only, .. } = *configuration;
    let seed = configuration.seed.unwrap_or(tests::SEED);
    let mut path = [0; 1024];
    let program = sysctl::own_path(&mut path).unwrap_or(c"/sbin/init");
    match task {
        Task::Test | Task::Userland => {
            let course = tap::Course {
                program,
                module: MODULE,
                seed,
                only,
                more_follow: userland::is_there(),
            };
            let mut totals = match task {
                Task::Test => tap::run_all(&tests::SUITE, &course),
                _ => tap::Totals::default(),
            };
            if !totals.gave_up && (course.more_follow || task == Task::Userland) {
                userland::run(MODULE, only, &mut totals);
            }
            i32::from(totals.failed > 0)
        }
        Task::Differential => i32::from(differential::run(program, MODULE, seed).failed > 0),
        Task::Stress => {
            let minutes = configuration.minutes.unwrap_or(STRESS_MINUTES);
            i32::from(stress::run(program, MODULE, seed, minutes).failed > 0)
        }
        Task::Transfers => bench::run(bench::Place::Disc, bench::Output::Lines, MODULE),
        Task::Company => bench::run_company(bench::Output::Lines, MODULE),
        Task::Shell => match kld::load(MODULE) {
            Ok(_) => 0,
            Err(error) => {
                remark!("cannot load {MODULE:?}: {error}");
                1
            }
        },
        Task::Demo => i32::from(demo::run(program, MODULE).failed > 0),
    }
}
