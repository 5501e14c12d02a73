// SPDX-License-Identifier: BSD-2-Clause
//! Nothing may be left running, however vm-test ends.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::bed::{BOOT, Bed, Finished};

/// Long enough for the slowest machine, short enough to fail rather than hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// A pipe with a name that the fake holds open: its first line says that the fake runs, its end that the
/// fake and all that it started are gone.
fn lifeline(bed: &Bed) -> (PathBuf, Receiver<&'static str>) {
    let fifo = bed.path("lifeline");
    let made = Command::new("mkfifo")
        .arg(&fifo)
        .status()
        .expect("mkfifo starts");
    assert!(made.success());
    let (sender, news) = channel();
    let path = fifo.clone();
    std::thread::spawn(move || {
        let mut reader = BufReader::new(File::open(path).expect("the pipe opens"));
        let mut line = String::new();
        reader.read_line(&mut line).expect("readable");
        let _ = sender.send("up");
        reader.read_to_end(&mut Vec::new()).expect("readable");
        let _ = sender.send("gone");
    });
    (fifo, news)
}

fn start(mut command: Command) -> Child {
    command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("vm-test starts")
}

fn send(child: &Child, signal: Signal) {
    kill(Pid::from_raw(child.id().cast_signed()), signal).expect("vm-test runs");
}

#[test]
fn a_signal_ends_the_machine_and_puts_everything_away() {
    for (signal, code) in [
        (Signal::SIGINT, 130),
        (Signal::SIGTERM, 143),
        (Signal::SIGHUP, 129),
    ] {
        let bed = Bed::new();
        let (fifo, news) = lifeline(&bed);
        let machine = format!(
            "exec 9>{}; echo up >&9; {BOOT}sleep 1000 & wait",
            fifo.display()
        );
        let child = start(bed.command(&machine, &[]));
        assert_eq!(news.recv_timeout(PATIENCE), Ok("up"));
        send(&child, signal);
        assert_eq!(news.recv_timeout(PATIENCE), Ok("gone"), "{signal}");
        let finished = Finished::of(child.wait_with_output().expect("vm-test ends"));
        finished.expect(
            code,
            &["interrupted by signal", "the virtual machine is stopped"],
        );
        assert!(bed.left_behind().is_empty(), "{:?}", bed.left_behind());
    }
}

#[test]
fn a_signal_while_the_disc_is_made_ends_xorriso() {
    let bed = Bed::new();
    let (fifo, news) = lifeline(&bed);
    let script = format!("exec 9>{}; echo up >&9; sleep 1000", fifo.display());
    let script = bed.write("xorriso.sh", &script);
    let mut command = bed.command("exit 0", &[]);
    command.env("FAKE_XORRISO", script);
    let child = start(command);
    assert_eq!(news.recv_timeout(PATIENCE), Ok("up"));
    send(&child, Signal::SIGINT);
    assert_eq!(news.recv_timeout(PATIENCE), Ok("gone"));
    Finished::of(child.wait_with_output().expect("vm-test ends")).expect(130, &[]);
    assert!(bed.left_behind().is_empty());
}

#[test]
fn a_vm_test_that_is_killed_outright_takes_the_machine_along() {
    let bed = Bed::new();
    let (fifo, news) = lifeline(&bed);
    // Like QEMU, one process: what it might have started is beyond the kernel's promise.
    let machine = format!(
        "exec 9>{}; echo up >&9; {BOOT}exec sleep 1000",
        fifo.display()
    );
    let child = start(bed.command(&machine, &[]));
    assert_eq!(news.recv_timeout(PATIENCE), Ok("up"));
    send(&child, Signal::SIGKILL);
    assert_eq!(news.recv_timeout(PATIENCE), Ok("gone"));
    assert_eq!(
        child
            .wait_with_output()
            .expect("vm-test ends")
            .status
            .code(),
        None
    );
}

#[test]
fn a_listener_that_goes_away_does_not_end_the_run() {
    let bed = Bed::new();
    // The failure comes when both streams are long closed.
    let machine = format!(
        "sleep 1; {BOOT}echo 'show: x'; echo 'not ok 1 - a'; echo 1..1; echo '# guest: done'"
    );
    let mut child = start(bed.command(&machine, &["--verbose"]));
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().expect("vm-test ends").code(), Some(1));
    assert!(bed.left_behind().is_empty());
}
