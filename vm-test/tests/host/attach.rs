// SPDX-License-Identifier: BSD-2-Clause
//! A person at the console: --shell and --keep.

use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::process::{Child, Stdio};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use nix::pty::openpty;
use nix::sys::signal::{Signal, kill};
use nix::sys::termios::tcgetattr;
use nix::unistd::Pid;

use crate::bed::{BOOT, Bed, Finished, GOOD};

/// A shell that echoes a line after an answer to it, until the end of its input.
const SHELL: &str = "printf 'prompt> '\nwhile read -r line; do\n\
    line=$(echo \"$line\" | tr -d '\\r')\n\
    [ \"$line\" != exit ] || exit 0\necho \"you typed: $line\"\ndone\n";

fn typed(bed: &Bed, machine: &str, text: &str) -> Finished {
    bed.write("root/bin/sh", "");
    let mut command = bed.command(machine, &["--mode", "shell"]);
    command.stdin(Stdio::piped());
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("vm-test starts");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(text.as_bytes()).expect("typed");
    drop(input);
    Finished::of(child.wait_with_output().expect("vm-test ends"))
}

#[test]
fn a_shell_gets_what_is_typed_and_shows_what_it_prints() {
    let bed = Bed::new();
    let machine = format!("{BOOT}echo '# guest: done'\n{SHELL}");
    let run = typed(&bed, &machine, "kldstat\nexit\n");
    run.expect(0, &["this is FreeBSD's shell"]);
    assert_eq!(run.out, "prompt> you typed: kldstat\n");
    assert!(bed.left_behind().is_empty());
}

#[test]
fn a_shell_whose_input_ends_is_told_so() {
    let bed = Bed::new();
    let machine = "echo '# guest: done'; head -c 1 | od -An -to1";
    let run = typed(&bed, &format!("{BOOT}{machine}"), "");
    run.expect(0, &[]);
    assert_eq!(run.out.trim(), "004");
}

#[test]
fn a_root_without_a_shell_is_told_before_anything_boots() {
    for options in [&["--mode", "shell"][..], &["--keep"]] {
        let bed = Bed::new();
        bed.run("exit 0", options)
            .expect(2, &["there is no shell at root/bin/sh", "base.txz"]);
    }
}

#[test]
fn a_machine_that_does_not_come_as_far_as_a_shell_is_judged() {
    let bed = Bed::new();
    let run = typed(&bed, &format!("{BOOT}echo panic: x"), "");
    run.expect(1, &["the kernel panicked"]);
}

#[test]
fn at_a_terminal_every_key_goes_to_the_machine_but_the_way_out() {
    let bed = Bed::new();
    bed.write("root/bin/sh", "");
    // It says what it got in octal, for ever.
    let machine = format!("{BOOT}echo '# guest: done'; echo ready; exec od -v -An -to1 -w1");
    let pty = openpty(None, None).expect("a terminal");
    let before = tcgetattr(&pty.slave).expect("a terminal");
    let end = || Stdio::from(pty.slave.try_clone().expect("a descriptor"));
    let mut command = bed.command(&machine, &["--mode", "shell"]);
    command.stdin(end()).stdout(end()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("vm-test starts");
    let mut keyboard = File::from(pty.master);
    let mut screen = keyboard.try_clone().expect("a descriptor");
    let (sender, news) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 256];
        loop {
            let read = match screen.read(&mut buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return,
                Ok(read) => read,
            };
            let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
            if sender.send(text).is_err() {
                return;
            }
        }
    });
    let mut shown = String::new();
    let mut wait_for = |words: &str| {
        while !shown.contains(words) {
            shown += &news.recv_timeout(Duration::from_secs(60)).expect(&shown);
        }
    };
    wait_for("ready");
    // Ctrl-C, Ctrl-D, a carriage return: a terminal that is not raw would keep, act on or change them.
    keyboard.write_all(b"\x03\x04\r").expect("typed");
    // `od` waits for a block.
    keyboard.write_all(&[b'a'; 4096]).expect("typed");
    wait_for(" 003");
    wait_for(" 004");
    wait_for(" 015");
    assert!(child.try_wait().expect("a child").is_none());
    keyboard.write_all(b"\x1d").expect("typed");
    let run = Finished::of(child.wait_with_output().expect("vm-test ends"));
    assert_eq!(run.code, Some(0), "{run:#?}");
    let after = tcgetattr(&pty.slave).expect("a terminal");
    assert_eq!(
        after.local_flags, before.local_flags,
        "the terminal is set back"
    );
    assert!(bed.left_behind().is_empty());
}

/// A vm-test that does not outlive a test that fails.
struct Running(Child);

impl Running {
    fn code(&mut self) -> Option<i32> {
        self.0.wait().expect("vm-test ends").code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended, unless the test failed.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A machine that stays on after its tests, and the path of its console.
fn kept(bed: &Bed) -> (Running, BufReader<std::process::ChildStdout>, String) {
    bed.write("root/bin/sh", "");
    let machine = format!("{BOOT}{GOOD}{SHELL}");
    let mut command = bed.command(&machine, &["--keep"]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("vm-test starts");
    let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
    let child = Running(child);
    let mut said = String::new();
    while !said.contains("switches it off") {
        assert_ne!(out.read_line(&mut said).expect("readable"), 0, "{said}");
    }
    assert!(said.contains("2 passed, 0 failed, 0 skipped\n"), "{said}");
    let (_, path) = said.split_once("UNIX-CONNECT:").expect("a path");
    let path = path.lines().next().expect("a path").to_owned();
    (child, out, path)
}

fn ask(path: &str, line: &str, answer: &str) {
    let mut stream = UnixStream::connect(path).expect("somebody listens");
    stream
        .set_read_timeout(Some(Duration::from_secs(30)))
        .expect("set");
    stream.write_all(line.as_bytes()).expect("typed");
    let mut got = String::new();
    let mut buffer = [0; 256];
    while !got.contains(answer) {
        let read = match stream.read(&mut buffer) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            read => read.expect(&got),
        };
        assert_ne!(read, 0, "{got}");
        got += &String::from_utf8_lossy(&buffer[..read]);
    }
}

#[test]
fn a_machine_that_is_kept_answers_one_person_after_the_other_until_it_is_off() {
    let bed = Bed::new();
    let (mut child, _out, path) = kept(&bed);
    ask(&path, "kldstat\n", "you typed: kldstat");
    ask(&path, "uname\n", "you typed: uname");
    let mut stream = UnixStream::connect(&path).expect("somebody listens");
    stream.write_all(b"exit\n").expect("typed");
    assert_eq!(child.code(), Some(0));
    assert!(bed.left_behind().is_empty());
    assert!(
        bed.read("logs/test-14-amd64-generic.log")
            .contains("you typed: uname"),
        "the log goes on"
    );
}

#[test]
fn a_machine_that_is_kept_goes_with_a_signal() {
    let bed = Bed::new();
    let (mut child, _out, _path) = kept(&bed);
    let start = Instant::now();
    kill(Pid::from_raw(child.0.id().cast_signed()), Signal::SIGINT).expect("vm-test runs");
    assert_eq!(child.code(), Some(130));
    assert!(start.elapsed() < Duration::from_secs(60));
    assert!(bed.left_behind().is_empty());
}
