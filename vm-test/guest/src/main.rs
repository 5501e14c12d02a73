// SPDX-License-Identifier: BSD-2-Clause
//! The guest's part of vm-test: loads rwmem.ko into a running FreeBSD kernel and tests it, in TAP.
//!
//! It is a static program without a C library, so that a disc needs nothing but a kernel and this file, as
//! /sbin/init ([`init`]). From a shell of an ordinary FreeBSD it works as well ([`shell`]).
#![no_std]
#![no_main]

mod bench;
mod census;
mod console;
mod demo;
mod device;
mod init;
mod patch;
mod path;
mod random;
mod roles;
mod shell;
mod start;
mod stress;
mod sys;
mod tap;
mod target;
mod tests;
mod text;
mod traced;
mod userland;

use core::ffi::CStr;
use start::Arguments;
use sys::process;
use tap::{CASE, run_instance};
use target::{Link, ROLE, Role};

/// What `_start` calls (`sys/arch`), with a pointer to what the kernel passed.
#[unsafe(no_mangle)]
extern "C" fn begin(stack: *const usize) -> ! {
    // SAFETY: `_start` passes what the kernel passed to it.
    process::exit(main(unsafe { Arguments::new(stack) }))
}

/// Decides what this process is: the whole, or a part of it that was executed anew.
fn main(arguments: Arguments) -> i32 {
    match arguments.get(1) {
        Some(first) if first == CASE => case(arguments).unwrap_or(127),
        Some(first) if first == ROLE => role(arguments).unwrap_or(127),
        Some(first) if first == stress::IMAGE => stress::play_image(arguments).unwrap_or(127),
        Some(first) if first == stress::PERSON => stress::play_person(arguments).unwrap_or(127),
        _ if process::own_pid() == 1 => init::run(),
        _ => shell::run(arguments),
    }
}

/// `PROGRAM --case PLACE NUMBER DESCRIPTOR MODULE SEED`
fn case(arguments: Arguments) -> Option<i32> {
    let program = arguments.get(0)?;
    let index = number(arguments.get(2)?)?;
    let test = number(arguments.get(3)?)?;
    let descriptor = number(arguments.get(4)?);
    let module = arguments.get(5)?;
    let seed = number(arguments.get(6)?)?;
    Some(run_instance(
        &tests::SUITE,
        index,
        test,
        descriptor,
        program,
        module,
        seed,
    ))
}

/// `PROGRAM --role NAME QUESTIONS ANSWERS`
fn role(arguments: Arguments) -> Option<i32> {
    let role = Role::from_name(arguments.get(2)?)?;
    let link = Link::from_numbers(number(arguments.get(3)?)?, number(arguments.get(4)?)?);
    roles::play(role, arguments.get(0)?, &link);
    Some(0)
}

fn number<T: core::str::FromStr>(text: &CStr) -> Option<T> {
    text.to_str().ok()?.parse().ok()
}
