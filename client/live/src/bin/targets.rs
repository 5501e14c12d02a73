// SPDX-License-Identifier: BSD-2-Clause
//! targets [THREADS [BYTES]]: a process to be read, written, dumped and searched by tests. It prints one line for each
//! thing that it has in its memory, `NAME ADDRESS LENGTH` (hex, decimal), then `ready`, and ends with its standard input.
//!
//! pattern  anonymous memory: byte i is i * 7 + i / 256 * 13 + 3
//! bytes    BYTES (1 MiB) of zeros that were touched, with `needle in a haystack` in the middle
//! text     a message in memory that may only be read
//! hole     two pages of a file that has one
//! none     memory without any access
//! counter  a number of 8 bytes that one of the threads counts up
//! number   a number of 8 bytes; `number N` on standard input prints it (in decimal) if it is N then, else `other`
use std::io::{self, BufRead, Write};
use std::sync::atomic::{AtomicU64, Ordering};

static COUNTER: AtomicU64 = AtomicU64::new(0);
static NUMBER: AtomicU64 = AtomicU64::new(0x1122_3344_5566_7788);
static TEXT: &str = "I am stripped, I have many threads, and nobody stops me.";
const NEEDLE: &[u8] = b"needle in a haystack";

fn map(len: usize, protection: i32, fd: i32) -> io::Result<*mut u8> {
    let flags = libc::MAP_PRIVATE | if fd == -1 { libc::MAP_ANON } else { 0 };
    // SAFETY: a new mapping, at a place of the kernel's choice.
    let address = unsafe { libc::mmap(std::ptr::null_mut(), len, protection, flags, fd, 0) };
    if address == libc::MAP_FAILED {
        Err(io::Error::last_os_error())
    } else {
        Ok(address.cast())
    }
}

fn anonymous(len: usize) -> io::Result<&'static mut [u8]> {
    let address = map(len, libc::PROT_READ | libc::PROT_WRITE, -1)?;
    // SAFETY: mapped just now, and never unmapped.
    Ok(unsafe { std::slice::from_raw_parts_mut(address, len) })
}

/// A file of one page, mapped with two, and removed.
fn hole(page: usize) -> io::Result<*mut u8> {
    use std::os::fd::AsRawFd;
    let path = std::env::temp_dir().join(format!("targets.{}", std::process::id()));
    let mut file = std::fs::File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)?;
    std::fs::remove_file(&path)?;
    file.write_all(&vec![0x5a; page])?;
    map(2 * page, libc::PROT_READ, file.as_raw_fd())
}

fn main() -> io::Result<()> {
    let mut words = std::env::args().skip(1).map(|word| word.parse::<usize>());
    let threads = words.next().and_then(Result::ok).unwrap_or(4);
    let len = words.next().and_then(Result::ok).unwrap_or(1 << 20);
    // SAFETY: always.
    let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize;

    let pattern = anonymous(4 * page)?;
    for (i, byte) in pattern.iter_mut().enumerate() {
        *byte = (i * 7 + i / 256 * 13 + 3) as u8;
    }
    let bytes = anonymous(len.max(NEEDLE.len()))?;
    bytes.fill(0);
    let middle = (bytes.len() - NEEDLE.len()) / 2;
    bytes[middle..middle + NEEDLE.len()].copy_from_slice(NEEDLE);

    std::thread::spawn(|| {
        loop {
            COUNTER.fetch_add(1, Ordering::Relaxed);
        }
    });
    for _ in 1..threads {
        std::thread::spawn(|| {
            loop {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
        });
    }

    let mut out = io::stdout().lock();
    let mut show = |name: &str, address: *const u8, len: usize| {
        writeln!(out, "{name} {:#x} {len}", address as usize)
    };
    show("pattern", pattern.as_ptr(), pattern.len())?;
    show("bytes", bytes.as_ptr(), bytes.len())?;
    show("text", TEXT.as_ptr(), TEXT.len())?;
    show("hole", hole(page)?, 2 * page)?;
    show("none", map(page, libc::PROT_NONE, -1)?, page)?;
    show("counter", COUNTER.as_ptr().cast(), 8)?;
    show("number", NUMBER.as_ptr().cast(), 8)?;
    writeln!(out, "ready")?;
    out.flush()?;
    for line in io::stdin().lock().lines() {
        let number = NUMBER.load(Ordering::Relaxed);
        if line? == format!("number {number}") {
            writeln!(out, "{number}")?;
        } else {
            writeln!(out, "other")?;
        }
        out.flush()?;
    }
    Ok(())
}
