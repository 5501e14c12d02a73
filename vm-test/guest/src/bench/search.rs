// SPDX-License-Identifier: BSD-2-Clause
//! The search of a large process, by the command `rwmem` and by the same program with PT_IO: from fork to the
//! end of the program.

use super::output::{Measurement, Output, Table};
use crate::console::{remark, say};
use crate::sys::file::{self, Fd};
use crate::sys::memory::Region;
use crate::sys::process::{self, Ended, Patience};
use crate::sys::{Errno, time};
use crate::target::Target;
use crate::text::Text;
use core::ffi::CStr;
use rwmem_vm_protocol::bench::{SEARCH, Way};

const SIZE: usize = SEARCH.bytes as usize;
/// It is in the memory's last bytes, and nowhere else.
const NEEDLE: [u64; 2] = [0x157c_4a7f_b979_379e, 0x4a7c_15f3_9cc0_605c];
/// The same, as bytes.
const PATTERN: &CStr = c"9e3779b97f4a7c155c60c09cf3157c4a";
const ENVIRONMENT: [&CStr; 1] = [c"LD_LIBRARY_PATH=/userland/lib"];

/// What reads how.
const PROGRAMS: [(&CStr, Way); 2] = [
    (c"/userland/bin/rwmem", Way::Attached),
    (c"/userland/bin/search-pt-io", Way::PtIo),
];

/// Whether all could be measured.
pub fn measure(table: &mut Table, output: Output) -> bool {
    if PROGRAMS
        .iter()
        .any(|(program, _)| file::stat(program).is_err())
    {
        // The host knows whether they should be on it.
        match output {
            Output::Table => {
                say!(
                    "({}: measured on the test disc only, where the programs for it are)",
                    SEARCH.name
                );
            }
            Output::Lines => remark!("{}: the programs for it are not on the disc", SEARCH.name),
        }
        return true;
    }
    let haystack = match haystack() {
        Ok(haystack) => haystack,
        Err(error) => {
            remark!("{}: there is no process to search: {error}", SEARCH.name);
            return false;
        }
    };
    PROGRAMS.iter().fold(true, |all, &(program, way)| {
        let result = search(program, haystack.0.pid(), haystack.1);
        match result {
            Ok(total) => table.add_floor(&Measurement {
                row: SEARCH,
                way,
                operations: 1,
                total,
            }),
            Err(error) => remark!(
                "{} ({}) cannot be measured: {error}",
                SEARCH.name,
                way.word()
            ),
        }
        all && result.is_ok()
    })
}

/// A process with so much memory, which it filled with bytes that have no pattern, and where the needle is.
fn haystack() -> Result<(Target, u64), Errno> {
    let target = Target::start(|link| {
        if let Ok(region) = Region::private(SIZE) {
            let mut word = 88_172_645_463_325_252u64;
            for place in (0..SIZE).step_by(8) {
                word ^= word << 13;
                word ^= word >> 7;
                word ^= word << 17;
                region.put_word(place, word);
            }
            region.put_word(SIZE - 16, NEEDLE[0]);
            region.put_word(SIZE - 8, NEEDLE[1]);
            link.serve(|_| region.at(SIZE - 16));
        }
    })?;
    let place = target.ask(0)?;
    Ok((target, place))
}

/// The time of a search that finds the needle, and nothing else.
fn search(program: &CStr, pid: i32, place: u64) -> Result<u64, Errno> {
    let pid = Text::<16>::of(format_args!("{pid}"));
    let pid = pid.as_c_str();
    let arguments = [program, c"search", pid, PATTERN];
    // The first time, the program itself is read from the disc.
    run(program, arguments)?;
    let begin = time::nanoseconds();
    let (code, said) = run(program, arguments)?;
    let total = time::nanoseconds() - begin;
    let wanted = Text::<32>::of(format_args!("{place:#014x} "));
    let right = said.as_str().starts_with(wanted.as_str()) && said.as_str().lines().count() == 1;
    if code != Ended::Exit(0) || !right {
        remark!(
            "{program:?} ended with {code:?} and said: {}",
            said.as_str()
        );
        return Err(Errno::EIO);
    }
    Ok(total)
}

/// Runs a program to its end: how it ended, and what it said.
fn run<const N: usize>(program: &CStr, arguments: [&CStr; N]) -> Result<(Ended, Text<512>), Errno> {
    let (output, output_in) = file::pipe()?;
    let child = match process::fork()? {
        0 => {
            let error = match output_in.duplicate_to(1) {
                Ok(_) => process::execute_in(program, arguments, ENVIRONMENT),
                Err(error) => error,
            };
            remark!("cannot execute {program:?}: {error}");
            process::exit(127);
        }
        child => child,
    };
    drop(output_in);
    let said = read_all(&output)?;
    match process::reap(child, Patience::Wait)? {
        Some((_, ended)) => Ok((ended, said)),
        None => Err(Errno::ESRCH),
    }
}

fn read_all(from: &Fd) -> Result<Text<512>, Errno> {
    use core::fmt::Write;
    let mut text = Text::new();
    let mut buffer = [0; 256];
    loop {
        match from.read_some(&mut buffer)? {
            0 => return Ok(text),
            len => {
                let part = core::str::from_utf8(&buffer[..len]).unwrap_or("(no text)");
                // What does not fit is cut off.
                let _ = text.write_str(part);
            }
        }
    }
}
