// SPDX-License-Identifier: BSD-2-Clause
//! The examples, tools written for the crate read-process-memory: read-bytes for version 0.3, walk-frames for 0.1. Wants
//! FreeBSD, root, `targets`, `target` and `read-bytes` in PATH, and the module loaded.
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::thread;

use read_process_memory_0_1::CopyAddress;
use rwmem::{Counters, Mappings, ProcessHandle, Protection};
use rwmem_live::{Target, is, ok};

#[allow(dead_code, reason = "its main() is the example's")]
#[path = "../../../examples/walk-frames.rs"]
mod walk_frames;

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn main() -> Outcome {
    println!("# time limit: 120 s");
    read_bytes()?;
    walk()?;
    follow()
}

fn read_bytes() -> Outcome {
    let target = Target::start(&["2"])?;
    let run = |address: u64, len: &str| {
        Command::new("read-bytes")
            .args([&target.pid().to_string(), &format!("{address:#x}"), len])
            .output()
    };
    let output = run(target.thing("pattern").0, "5")?;
    is(
        String::from_utf8_lossy(&output.stdout).as_ref(),
        "030a11181f\n",
        "the tool reads another process",
    );
    is(output.status.code(), Some(0), "its exit status");
    let output = run(0, "5")?;
    let errors = String::from_utf8_lossy(&output.stderr);
    ok(
        errors.contains("cannot read 5 bytes at 0x0") && errors.contains("nothing is mapped there"),
        "its error says what was tried",
    );
    is(output.status.code(), Some(1), "its exit status then");
    Ok(())
}

/// A `target`, and the address of the innermost frame of its first thread and how many are above it.
fn start_target() -> Result<(Child, usize, usize), Box<dyn std::error::Error>> {
    let mut child = Command::new("target")
        .arg("1")
        .stdout(Stdio::piped())
        .spawn()?;
    let output = child.stdout.take().ok_or("no standard output")?;
    let (mut frame, mut depth) = (0, 0);
    for line in BufReader::new(output).lines() {
        let line = line?;
        match line.split_once('=') {
            Some(("frame", value)) => {
                frame = usize::from_str_radix(value.trim_start_matches("0x"), 16)?;
            }
            Some(("depth", value)) => depth = value.parse()?,
            Some(("ready", _)) => break,
            _ => (),
        }
    }
    Ok((child, frame, depth))
}

fn walk() -> Outcome {
    let (mut child, frame, depth) = start_target()?;
    let attached = Counters::query()?.attached;
    let process = ProcessHandle::try_from(&child)?;
    let walkers: Vec<_> = (0..4)
        .map(|_| {
            let process = process.clone();
            thread::spawn(move || {
                let mut walks = Vec::new();
                for _ in 0..100 {
                    walks.push(
                        walk_frames::walk(&process, frame).map_err(|error| error.to_string()),
                    );
                }
                walks
            })
        })
        .collect();
    is(
        Counters::query()?.attached,
        attached,
        "neither a handle nor its clones are attached",
    );
    let mut walks = Vec::new();
    for walker in walkers {
        walks.extend(walker.join().map_err(|_| "a walker panicked")?);
    }
    let first = walks.first().cloned().ok_or("no walk")?.unwrap_or_default();
    ok(
        walks.len() == 400 && walks.iter().all(|walk| walk.as_ref() == Ok(&first)),
        "four threads walk the stack, each with a clone",
    );
    ok(
        first.len() > depth && first[..depth].iter().all(|address| *address == first[0]),
        "a function that calls itself is there as often as it did",
    );
    let mappings: Vec<_> = Mappings::of(child.id() as i32)?.collect();
    let is_code = |address: &usize| {
        mappings.iter().any(|mapping| {
            mapping.contains(*address as u64)
                && mapping.protection.contains(Protection::EXECUTE)
                && mapping
                    .path
                    .as_ref()
                    .is_some_and(|path| path.ends_with("target"))
        })
    };
    ok(
        first.len() > depth && first[..=depth].iter().all(is_code),
        "return addresses are in the program's code",
    );
    ok(
        walk_frames::walk(&process, 0).is_err(),
        "a walk from nowhere is an error",
    );
    child.kill()?;
    child.wait()?;
    ok(
        walk_frames::walk(&process, frame).is_err(),
        "a handle keeps nothing of a process that has ended",
    );
    let gone = ProcessHandle::try_from(&child).err();
    ok(gone.is_some(), "a child that has ended cannot be opened");
    let mut byte = [0];
    let own = ProcessHandle::try_from(std::process::id() as libc::pid_t)?;
    own.copy_address(walk as *const () as usize, &mut byte)?;
    is(
        byte[0],
        {
            // SAFETY: it is code of this program.
            unsafe { *(walk as *const u8) }
        },
        "the trait of 0.1 reads this process, too",
    );
    Ok(())
}

/// As read-process-memory's own handle, it reads what the process runs, whatever that was when it was made.
fn follow() -> Outcome {
    let mut child = Command::new("sh")
        .args(["-c", "echo ready; read line; exec sleep 1000"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().ok_or("no standard output")?).read_line(&mut line)?;
    let process = ProcessHandle::try_from(&child)?;
    let pid = child.id() as i32;
    let begin_of = |name: &str| -> Result<Option<u64>, rwmem::Error> {
        let mut mappings = Mappings::of(pid)?;
        let found = mappings.find(|it| it.path.as_ref().is_some_and(|path| path.ends_with(name)));
        Ok(found.map(|it| it.start))
    };
    let mut bytes = [0; 4096];
    let shell = begin_of("sh")?.ok_or("no mapping of sh")?;
    process.copy_address(shell as usize, &mut bytes)?;
    let file = std::fs::read("/bin/sh")?;
    ok(bytes == file[..4096], "it reads the shell");
    drop(child.stdin.take());
    let mut sleep = None;
    for _ in 0..60_000 {
        thread::sleep(std::time::Duration::from_millis(1));
        // In the middle of it there may be nothing to be had.
        sleep = begin_of("sleep").ok().flatten();
        if sleep.is_some() {
            break;
        }
    }
    let sleep = sleep.ok_or("it does not execute sleep")?;
    process.copy_address(sleep as usize, &mut bytes)?;
    let file = std::fs::read("/bin/sleep")?;
    ok(
        bytes == file[..4096],
        "and after execve(2) the program that runs then",
    );
    child.kill()?;
    child.wait()?;
    Ok(())
}
