// SPDX-License-Identifier: BSD-2-Clause
//! Printing. Not with `println!`, which panics when nobody listens any more (`vm-test run | head`): the run
//! would end in the middle and leave its disc behind.

use std::io::{self, Write};

/// Prints to standard output: results, and what the guest shows. Nothing for an empty text.
pub fn out(text: &str) {
    write(&mut io::stdout().lock(), text);
}

/// Prints to standard error: progress and complaints.
pub fn aside(text: &str) {
    write(&mut io::stderr().lock(), text);
}

fn write(stream: &mut dyn Write, text: &str) {
    if !text.is_empty() {
        // There is no place left to say that nobody listens.
        let _ = writeln!(stream, "{text}").and_then(|()| stream.flush());
    }
}
