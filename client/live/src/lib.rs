// SPDX-License-Identifier: BSD-2-Clause
//! What the test programs share: lines of TAP, and a `targets` to be tested on.
use std::fmt::Debug;
use std::io::{self, BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// One test: passed if `passed`.
pub fn ok(passed: bool, name: &str) -> bool {
    println!("{} - {name}", if passed { "ok" } else { "not ok" });
    passed
}

/// One test: `got` is `want`.
pub fn is<T: PartialEq + Debug>(got: T, want: T, name: &str) {
    if !ok(got == want, name) {
        println!("# got {got:?}, wanted {want:?}");
    }
}

/// One test: the call failed, and with an error of which `right` says so.
pub fn fails<T, E: Debug>(result: Result<T, E>, right: impl FnOnce(&E) -> bool, name: &str) {
    match result {
        Err(error) => {
            if !ok(right(&error), name) {
                println!("# got {error:?}");
            }
        }
        Ok(_) => {
            ok(false, name);
            println!("# it succeeded");
        }
    }
}

/// One test, run in a child process so that what it does to itself ends with it.
pub fn in_child(name: &str, body: impl FnOnce() -> Result<(), String>) {
    // SAFETY: this process has no other threads when it calls this, so that the child may do anything.
    let pid = unsafe { libc::fork() };
    if pid == 0 {
        let code = match body() {
            Ok(()) => 0,
            Err(text) => {
                eprintln!("{name}: {text}");
                1
            }
        };
        // SAFETY: ends the child without what belongs to its parent.
        unsafe { libc::_exit(code) };
    }
    let mut status = 0;
    // SAFETY: waits for the child that was made above.
    let waited = unsafe { libc::waitpid(pid, &raw mut status, 0) };
    is((waited, status), (pid, 0), name);
}

/// A running `targets`.
pub struct Target {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
    things: Vec<(String, u64, u64)>,
}

impl Target {
    /// Starts it and waits until it is ready.
    pub fn start(arguments: &[&str]) -> io::Result<Target> {
        let mut child = Command::new("targets")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let missing = || io::Error::other("targets has no standard input and output");
        let to = child.stdin.take();
        let from = BufReader::new(child.stdout.take().ok_or_else(missing)?);
        let mut target = Target {
            child,
            to,
            from,
            things: Vec::new(),
        };
        loop {
            let line = target.line()?;
            let words: Vec<_> = line.split_whitespace().collect();
            match words[..] {
                ["ready"] => return Ok(target),
                [name, address, len] => {
                    let address = u64::from_str_radix(address.trim_start_matches("0x"), 16);
                    let len = len.parse();
                    let (Ok(address), Ok(len)) = (address, len) else {
                        return Err(io::Error::other(line));
                    };
                    target.things.push((name.into(), address, len));
                }
                _ => return Err(io::Error::other(format!("targets says {line:?}"))),
            }
        }
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.from.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    /// Its pid.
    pub fn pid(&self) -> i32 {
        self.child.id() as i32
    }

    /// Where a thing is, and how long.
    pub fn thing(&self, name: &str) -> (u64, u64) {
        let found = self.things.iter().find(|thing| thing.0 == name);
        found.map_or((0, 0), |thing| (thing.1, thing.2))
    }

    /// Sends it a line, and returns its reply.
    pub fn ask(&mut self, question: &str) -> io::Result<String> {
        let mut to = self.to.as_ref().ok_or(io::ErrorKind::BrokenPipe)?;
        writeln!(to, "{question}")?;
        self.line()
    }

    /// Ends it, and waits for that.
    pub fn stop(&mut self) -> io::Result<()> {
        self.to = None;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        self.to = None;
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
