// SPDX-License-Identifier: BSD-2-Clause
//! The tests in /userland/tests: programs and scripts that use the module as a person or another program
//! would, with FreeBSD's own shell, commands and C library. Each file prints tests without numbers; they are
//! relayed to the console with the numbers that follow.

mod child;
mod line;
mod person;
mod place;

use crate::console::{remark, tell, tell_test};
use crate::sys::{directory, file, kld, process};
use crate::tap::{Totals, clean_up};
use crate::text::Text;
use child::Script;
use core::ffi::CStr;
pub use person::shell;
use place::SHELL;
use rwmem_vm_protocol::Line;
use rwmem_vm_protocol::Outcome::{Failed, Skipped};

const TESTS: &CStr = c"/userland/tests";

/// So many files, and so long names, there may be.
const FILES: usize = 128;
const NAME: usize = 64;

/// Whether the disc has any.
pub fn is_there() -> bool {
    file::stat(TESTS).is_ok()
}

/// Runs every file whose name holds `only`, adds up what they report, and prints the plan for these tests
/// and those that are in `totals` already.
pub fn run(module: &CStr, only: &str, totals: &mut Totals) {
    let mut names = Names::new();
    let listed = directory::each_name(TESTS, |name| names.add(name));
    match listed {
        Err(error) => fail(
            totals,
            "userland",
            format_args!("cannot read {TESTS:?}: {error}"),
        ),
        Ok(()) if names.lost > 0 => fail(
            totals,
            "userland",
            format_args!(
                "{TESTS:?}: {} names are too many ({FILES} at most) or too long ({NAME} bytes)",
                names.lost
            ),
        ),
        Ok(()) => {}
    }
    if let Err(error) = process::adopt_descendants() {
        remark!("cannot become the reaper of the tests' processes: {error}");
    }
    let mut left_behind = process::descendants().unwrap_or(0);
    let shell = file::stat(SHELL).is_ok();
    if shell {
        place::prepare();
    }
    for name in names.sorted() {
        let name = name.as_str();
        if !name.contains(only) {
            continue;
        }
        if !shell {
            let number = totals.next();
            let why = format_args!(
                "the FreeBSD root has no {SHELL:?}: it is a kernel without a userland"
            );
            tell_test(number, format_args!("{name}: all of it"), Skipped(why));
            totals.skipped += 1;
            continue;
        }
        run_file(name, module, totals);
        left_behind = clean_up(totals.next() - 1, left_behind);
    }
    tell(Line::Plan(totals.next() as u64 - 1));
}

/// Runs one file, which finds the module loaded.
fn run_file(name: &str, module: &CStr, totals: &mut Totals) {
    let path = Text::<128>::of(format_args!("/userland/tests/{name}"));
    match file::stat(path.as_c_str()) {
        Ok(stat) if stat.mode & 0o111 == 0 => {
            return fail(
                totals,
                name,
                "is no program: chmod +x it, or keep it elsewhere",
            );
        }
        Ok(_) => {}
        Err(error) => return fail(totals, name, format_args!("stat: {error}")),
    }
    if kld::find_module(c"rwmem").is_err()
        && let Err(error) = kld::load(module)
    {
        return fail(
            totals,
            name,
            format_args!("kldload {module:?} before it: {error}"),
        );
    }
    let before = totals.next();
    let mut script = Script::new(name, totals);
    let ended = script.run(path.as_c_str());
    let notes = match ended {
        Err(error) => Text::<200>::of(format_args!("cannot be started: {error}")),
        Ok(child::End::Exit(0)) if totals.next() == before => {
            Text::of(format_args!("it ended well, but printed no test"))
        }
        Ok(child::End::Exit(0)) => Text::new(),
        Ok(end) => Text::of(format_args!("{end}")),
    };
    if !notes.is_empty() {
        fail(totals, name, notes.as_str());
    }
}

/// Reports that a file did not do what every one must.
fn fail(totals: &mut Totals, file: &str, why: impl core::fmt::Display) {
    let number = totals.next();
    tell_test(
        number,
        format_args!("{file}: {file} ran to its end"),
        Failed,
    );
    remark!("{why}");
    totals.failed += 1;
}

/// The names of the files.
struct Names {
    names: [Text<NAME>; FILES],
    count: usize,
    /// How many did not fit.
    lost: usize,
}

impl Names {
    fn new() -> Self {
        Names {
            names: [const { Text::new() }; FILES],
            count: 0,
            lost: 0,
        }
    }

    fn add(&mut self, name: &[u8]) {
        match core::str::from_utf8(name) {
            Ok(text) if self.count < FILES && text.len() < NAME => {
                self.names[self.count] = Text::of(format_args!("{text}"));
                self.count += 1;
            }
            _ => self.lost += 1,
        }
    }

    fn sorted(&mut self) -> &[Text<NAME>] {
        let names = &mut self.names[..self.count];
        names.sort_unstable_by(|one, other| one.as_bytes().cmp(other.as_bytes()));
        names
    }
}
