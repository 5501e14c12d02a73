// SPDX-License-Identifier: BSD-2-Clause
//! One test file as it runs: its output is read, its tests are numbered, and its time is limited.

use super::line::{Lines, time_limit};
use super::place::SEARCH;
use crate::console::{remark, tell_test};
use crate::sys::file::{self, Fd};
use crate::sys::process::{self, Ended, Patience};
use crate::sys::{Errno, poll, signal, time};
use crate::tap::Totals;
use crate::text::Text;
use core::ffi::CStr;
use core::fmt;
use rwmem_vm_protocol::{Line, Outcome};

/// What the file finds.
const ENVIRONMENT: [&CStr; 5] = [
    SEARCH[0],
    SEARCH[1],
    c"HOME=/tmp",
    c"TMPDIR=/tmp",
    c"TERM=dumb",
];

/// Milliseconds that a file may take, unless it asks for more.
const LIMIT: u64 = 60_000;
/// When its process has ended, but something that it started still holds its output.
const DRAIN: u64 = 1000;
/// The host stops a machine whose console is silent: something is printed so often.
const SIGN_OF_LIFE: u64 = 20_000;

/// How a file ended.
pub enum End {
    Exit(i32),
    Signal(i32),
    /// It was killed after so many milliseconds.
    TimeLimit(u64),
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            End::Exit(code) => write!(f, "it ended with exit status {code}"),
            End::Signal(number) => write!(f, "it ended by signal {number}"),
            End::TimeLimit(limit) => write!(
                f,
                "it was stopped after {} s; a file that needs longer prints \"# time limit: N s\" first",
                limit / 1000
            ),
        }
    }
}

/// A test file under way.
pub struct Script<'a> {
    name: &'a str,
    totals: &'a mut Totals,
    limit: u64,
}

impl<'a> Script<'a> {
    pub fn new(name: &'a str, totals: &'a mut Totals) -> Self {
        Script {
            name,
            totals,
            limit: LIMIT,
        }
    }

    /// Runs the file to its end.
    pub fn run(&mut self, path: &CStr) -> Result<End, Errno> {
        let (output, output_in) = file::pipe()?;
        let (errors, errors_in) = file::pipe()?;
        let pid = match process::fork()? {
            0 => {
                let error = become_file(path, &output_in, &errors_in);
                remark!("cannot execute {path:?}: {error}");
                process::exit(127);
            }
            pid => pid,
        };
        drop((output_in, errors_in));
        Ok(self.follow(pid, output, errors))
    }

    fn follow(&mut self, pid: i32, output: Fd, errors: Fd) -> End {
        let (mut output, mut errors) = (Some(output), Some(errors));
        let (mut told, mut complained) = (Lines::new(), Lines::new());
        let start = time::now();
        let (mut heard, mut ended) = (start, None);
        while output.is_some() || errors.is_some() || ended.is_none() {
            let ready = poll::readable([output.as_ref(), errors.as_ref()], 100);
            if ready[0] {
                take(&mut output, &mut told, |line| self.hear(line));
            }
            if ready[1] {
                take(&mut errors, &mut complained, |line| remark!("{line}"));
            }
            let now = time::now();
            if ready[0] || ready[1] {
                heard = now;
            } else if output.is_none() && errors.is_none() {
                // There is nothing left to wait at.
                time::pause(10_000);
            }
            if now - heard >= SIGN_OF_LIFE {
                heard = now;
                remark!(
                    "{} has been running for {} s",
                    self.name,
                    (now - start) / 1000
                );
            }
            if ended.is_none() {
                let reaped = process::reap(pid, Patience::Look);
                ended = reaped
                    .unwrap_or(Some((pid, Ended::Exit(126))))
                    .map(|(_, ended)| (ended, now));
            }
            match ended {
                Some((_, when)) if now - when >= DRAIN => break,
                None if now - start >= self.limit => {
                    // The processes that it leaves are killed by the caller; this only reaps it.
                    let _ = process::kill(pid, signal::SIGKILL);
                    let _ = process::reap(pid, Patience::Wait);
                    told.finish(|line| self.hear(line));
                    return End::TimeLimit(self.limit);
                }
                _ => {}
            }
        }
        told.finish(|line| self.hear(line));
        complained.finish(|line| remark!("{line}"));
        match ended {
            Some((Ended::Signal(number), _)) => End::Signal(number),
            Some((Ended::Exit(code), _)) => End::Exit(code),
            None => End::Exit(126),
        }
    }

    /// Relays one line of the file's output. A number that a file gives to a test is dropped.
    fn hear(&mut self, line: &str) {
        if let Some(seconds) = time_limit(line) {
            self.limit = seconds.saturating_mul(1000);
            return;
        }
        let Line::Test { name, outcome, .. } = Line::parse(line) else {
            let text = line.strip_prefix('#').map_or(line, str::trim_start);
            return remark!("{text}");
        };
        let (file, number) = (self.name, self.totals.next());
        let name = Text::<900>::of(format_args!("{file}: {name}"));
        tell_test(number, name.as_str(), outcome);
        match outcome {
            Outcome::Passed => self.totals.passed += 1,
            Outcome::Failed => self.totals.failed += 1,
            Outcome::Skipped(_) => self.totals.skipped += 1,
        }
    }
}

/// Reads what is there; at the end, or where it cannot be read, the descriptor is closed.
fn take(from: &mut Option<Fd>, lines: &mut Lines, with: impl FnMut(&str)) {
    let mut buffer = [0; 1024];
    match from.as_ref().map(|fd| fd.read_some(&mut buffer)) {
        Some(Ok(len)) if len > 0 => lines.feed(&buffer[..len], with),
        Some(Err(Errno::EINTR)) => {}
        _ => *from = None,
    }
}

/// In the child: becomes the file. Returns what kept it from that.
fn become_file(path: &CStr, output: &Fd, errors: &Fd) -> Errno {
    let prepared = process::begin_session()
        .and_then(|()| process::change_directory(c"/tmp"))
        .and_then(|()| file::open(c"/dev/null", file::READ_ONLY))
        .and_then(|nothing| nothing.duplicate_to(0))
        // The messages about a failure from here on go to the file's own output.
        .and_then(|()| errors.duplicate_to(2))
        .and_then(|()| output.duplicate_to(1));
    if let Err(error) = prepared {
        return error;
    }
    close_others();
    process::execute_in(path, [path], ENVIRONMENT)
}

/// Leaves the file nothing but its three descriptors.
fn close_others() {
    for number in 3..32 {
        drop(Fd::from_number(number));
    }
}
