// SPDX-License-Identifier: BSD-2-Clause
//! As pid 1 of the test disc: does what /etc/rwmem-guest.conf says, then switches the machine off.

use crate::console::{self, say};
use crate::sys::process::{self, Ended, Patience};
use crate::sys::{Errno, file, sysctl, time};
use crate::tests::{self, differential};
use crate::{bench, demo, tap};
use core::ffi::CStr;

const CONFIGURATION: &CStr = c"/etc/rwmem-guest.conf";
const MODULE: &CStr = c"/rwmem.ko";

pub fn run() -> i32 {
    console::open();
    say!(
        "# guest: rwmem-guest {} is pid 1",
        env!("CARGO_PKG_VERSION")
    );
    // init itself carries P_SYSTEM, which no transfer may touch: everything is done by a child.
    let end = match process::fork() {
        Ok(0) => process::exit(work()),
        Ok(pid) => reap_until(pid),
        Err(error) => Err(error),
    };
    match end {
        Ok(Ended::Exit(0 | 1)) => say!("# guest: done"),
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

fn work() -> i32 {
    let mut text = [0; 64];
    let mut words =
        match file::open(CONFIGURATION, file::READ_ONLY).and_then(|file| file.read(&mut text)) {
            Ok(len) => core::str::from_utf8(&text[..len]).unwrap_or("(no text)"),
            Err(error) => {
                say!("# cannot read {CONFIGURATION:?}: {error}; testing");
                "test"
            }
        }
        .split_ascii_whitespace();
    let mode = words.next().unwrap_or_default();
    let seed = words.next().and_then(|word| word.parse().ok());
    let seed = seed.unwrap_or(tests::SEED);
    let mut path = [0; 1024];
    let program = sysctl::own_path(&mut path).unwrap_or(c"/sbin/init");
    match mode {
        "test" => i32::from(tap::run_all(program, MODULE, seed).failed > 0),
        "differential" => i32::from(differential::run(program, MODULE, seed).failed > 0),
        "bench" => bench::run(bench::Place::Disc, bench::Output::Lines, MODULE),
        "demo" => i32::from(demo::run(program, MODULE).failed > 0),
        other => {
            say!(
                "Bail out! {CONFIGURATION:?} says {other:?}: write test, differential, demo or bench there"
            );
            2
        }
    }
}
