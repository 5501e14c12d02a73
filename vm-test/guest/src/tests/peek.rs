// SPDX-License-Identifier: BSD-2-Clause
//! The example in C, where the disc has it and the C library.

use crate::sys::file;
use crate::sys::memory::{PAGE, Region};
use crate::sys::process::{self, Ended};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::{PATIENCE, Target};
use crate::text::Text;
use core::ffi::CStr;

pub const CASES: &[Case] = &[
    Case::root("peek, in C, prints the bytes of a process", prints),
    Case::root(
        "peek says how far it came, and why not further",
        stops_at_hole,
    ),
];

const PEEK: &CStr = c"/peek";
const MESSAGE: &[u8] = b"seen by a C program";

/// The files of the disc that it needs.
fn available() -> Result<(), Stop> {
    match file::stat(PEEK).and(file::stat(c"/libexec/ld-elf.so.1")) {
        Ok(_) => Ok(()),
        Err(_) => Err(Stop::Skipped("no C library on this disc")),
    }
}

struct Printed {
    output: Text<1000>,
    ended: Ended,
}

/// Runs it; both its outputs together, and how it ended.
fn peek(t: &mut Test, pid: i32, address: u64, len: usize) -> Result<Printed, Stop> {
    let (out, into) = t.can("pipe", file::pipe())?;
    let child = Target::start(|link| {
        let pid = Text::<16>::of(format_args!("{pid}"));
        let address = Text::<32>::of(format_args!("{address:#x}"));
        let len = Text::<16>::of(format_args!("{len}"));
        if into.duplicate_to(1).is_ok() && into.duplicate_to(2).is_ok() {
            link.say(0);
            let arguments = [PEEK, pid.as_c_str(), address.as_c_str(), len.as_c_str()];
            process::execute(PEEK, arguments);
        }
    });
    let mut child = t.can("fork", child)?;
    drop(into);
    let mut bytes = [0; 1000];
    let len = t.can("reading what peek prints", out.read(&mut bytes))?;
    let ended = t.can("peek's end", child.wait(PATIENCE))?;
    let text = core::str::from_utf8(&bytes[..len]).unwrap_or("(no text)");
    Ok(Printed {
        output: Text::of(format_args!("{text}")),
        ended,
    })
}

fn prints(t: &mut Test) -> Outcome {
    available()?;
    let memory = t.can("mmap", Region::private(PAGE))?;
    let target = Target::spawn(
        || {
            memory.fill(0, MESSAGE.len(), |place| MESSAGE[place]);
            Ok(())
        },
        |_| 0,
    );
    let target = t.can("fork", target)?;
    let printed = peek(t, target.pid(), memory.at(0), MESSAGE.len())?;
    let expected = Text::<200>::of(format_args!(
        "{:016x}  73 65 65 6e 20 62 79 20 61 20 43 20 70 72 6f 67  seen by a C prog\n\
         {:016x}  72 61 6d                                         ram\n",
        memory.at(0),
        memory.at(16),
    ));
    t.equal("output", printed.output.as_str(), expected.as_str())?;
    t.equal("end", printed.ended, Ended::Exit(0))
}

fn stops_at_hole(t: &mut Test) -> Outcome {
    available()?;
    let memory = t.can("mmap", Region::private(2 * PAGE))?;
    let target = Target::spawn(
        || {
            memory.fill(0, PAGE, |_| b'x');
            memory.unmap(PAGE, PAGE)
        },
        |_| 0,
    );
    let target = t.can("fork", target)?;
    let printed = peek(t, target.pid(), memory.at(PAGE - 4), 20)?;
    let output = printed.output.as_str();
    t.note(format_args!("peek printed: {output}"));
    t.holds(
        "the four bytes are printed",
        output.contains("  78 78 78 78  "),
    )?;
    t.holds(
        "it says how far it came",
        output.contains("after 4 of 20 bytes"),
    )?;
    t.holds("it says why", output.contains("Bad address"))?;
    t.equal("end", printed.ended, Ended::Exit(1))?;
    let mut gone = t.can("fork", Target::idle())?;
    t.can("the target's end", gone.end())?;
    let printed = peek(t, gone.pid(), memory.at(0), 1)?;
    t.holds(
        "it names what is missing",
        printed.output.as_str().contains("No such process"),
    )?;
    t.equal("end", printed.ended, Ended::Exit(1))
}
