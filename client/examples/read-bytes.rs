// SPDX-License-Identifier: BSD-2-Clause
//! read-bytes PID ADDR LEN: prints bytes of another process, as hex. It is written for the crate read-process-memory,
//! which stops the target with ptrace(2) on FreeBSD; one changed line makes it use /dev/rwmem.
use std::io;

use read_process_memory::{CopyAddress, Pid, copy_address};
// Before: use read_process_memory::ProcessHandle;
use rwmem::ProcessHandle;

fn print<Process: CopyAddress>(process: &Process, address: usize, len: usize) -> io::Result<()> {
    for byte in copy_address(address, len, process)? {
        print!("{byte:02x}");
    }
    println!();
    Ok(())
}

fn number(text: &str) -> Option<usize> {
    match text.strip_prefix("0x") {
        Some(hex) => usize::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

fn main() -> std::process::ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let numbers: Option<Vec<usize>> = words.iter().map(|word| number(word)).collect();
    let Some(&[pid, address, len]) = numbers.as_deref() else {
        eprintln!("usage: read-bytes PID ADDR LEN");
        return 2.into();
    };
    let result = ProcessHandle::try_from(pid as Pid).and_then(|it| print(&it, address, len));
    match result {
        Ok(()) => 0.into(),
        Err(error) => {
            eprintln!("read-bytes: {error}");
            1.into()
        }
    }
}
