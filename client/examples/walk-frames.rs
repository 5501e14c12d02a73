// SPDX-License-Identifier: BSD-2-Clause
//! walk-frames PID FRAME [TIMES]: walks the stack of another process, as a sampling profiler does, from the frame pointer
//! FRAME on, and prints the return addresses, the innermost first. TIMES threads do the same at once, each with a clone of
//! the handle.
//!
//! It is written for read-process-memory 0.1, which stops the target with ptrace(2) on FreeBSD for every read; one changed
//! line makes it use /dev/rwmem, and the target runs on.
use std::io;
use std::process::ExitCode;
use std::thread;

// Cargo's name for the crate read-process-memory where another version of it is there, too.
use read_process_memory_0_1::{CopyAddress, Pid};
// Before: use read_process_memory::ProcessHandle;
use rwmem::ProcessHandle;

/// More than any sensible stack has; a chain that goes in a circle ends too.
const DEEPEST: usize = 256;

/// Where the frame pointer points to, on amd64 as on arm64: the caller's, and behind it the return address.
fn frame(process: &impl CopyAddress, at: usize) -> io::Result<[usize; 2]> {
    let mut bytes = [0; 2 * size_of::<usize>()];
    process.copy_address(at, &mut bytes)?;
    let (words, _) = bytes.as_chunks();
    Ok([
        usize::from_ne_bytes(words[0]),
        usize::from_ne_bytes(words[1]),
    ])
}

/// The return addresses. Callers' frames are higher up on the stack: the chain ends where that is not so, or where a
/// function used the frame pointer for something else.
pub fn walk(process: &impl CopyAddress, mut at: usize) -> io::Result<Vec<usize>> {
    let [mut caller, first] = frame(process, at)?;
    let mut returns = vec![first];
    while caller > at && returns.len() < DEEPEST {
        at = caller;
        let Ok([next, address]) = frame(process, at) else {
            break;
        };
        returns.push(address);
        caller = next;
    }
    Ok(returns)
}

fn run(pid: Pid, at: usize, times: usize) -> io::Result<()> {
    let process = ProcessHandle::try_from(pid)?;
    let threads: Vec<_> = (0..times)
        .map(|_| {
            let process = process.clone();
            thread::spawn(move || walk(&process, at))
        })
        .collect();
    for thread in threads {
        let returns = thread
            .join()
            .map_err(|_| io::Error::other("a thread panicked"))??;
        let text: Vec<_> = returns
            .iter()
            .map(|address| format!("{address:#x}"))
            .collect();
        println!("{}", text.join(" "));
    }
    Ok(())
}

fn number(text: &str) -> Option<usize> {
    match text.strip_prefix("0x") {
        Some(hex) => usize::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Option<Vec<usize>> = words.iter().map(|word| number(word)).collect();
    let (pid, at, times) = match numbers.as_deref() {
        Some(&[pid, at]) => (pid, at, 1),
        Some(&[pid, at, times]) => (pid, at, times),
        _ => {
            eprintln!("usage: walk-frames PID FRAME [TIMES]");
            return 2.into();
        }
    };
    match run(pid as Pid, at, times) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("walk-frames: {error}");
            ExitCode::FAILURE
        }
    }
}
