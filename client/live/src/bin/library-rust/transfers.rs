// SPDX-License-Identifier: BSD-2-Clause
//! Reads and writes of one range.
use std::io::Read;
use std::process::{Command, Stdio};

use rwmem::{Direction, Error, Mappings, RemoteProcess};
use rwmem_live::{Target, fails, is, ok};
use zerocopy::{FromBytes, Immutable, IntoBytes};

use crate::Outcome;

const PAGE: u64 = 4096;

/// What a tool would read from a process: a structure of its own.
#[derive(Debug, PartialEq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct Header {
    bytes: [u8; 4],
    word: u32,
    long: u64,
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 7 + i / 256 * 13 + 3) as u8).collect()
}

pub fn run(target: &mut Target) -> Outcome {
    let process = RemoteProcess::open(target.pid())?;
    let (address, len) = target.thing("pattern");
    let mut bytes = vec![0; len as usize];

    is(
        process.read_at(address, &mut bytes)?,
        bytes.len(),
        "read_at returns how much",
    );
    ok(bytes == pattern(bytes.len()), "read_at reads it");
    bytes.fill(0);
    process.read_exact_at(address + 5, &mut bytes[..1000])?;
    ok(
        bytes[..1000] == pattern(1005)[5..],
        "read_exact_at reads it",
    );
    is(process.read_at(0, &mut [])?, 0, "read_at of nothing");

    let start = pattern(16);
    let header: Header = process.read_value(address)?;
    ok(header.as_bytes() == start, "read_value of a structure");
    is(
        process.read_value::<u8>(address + 1)?,
        start[1],
        "read_value of a byte",
    );
    is(
        process.read_value::<[u8; 3]>(address)?,
        [start[0], start[1], start[2]],
        "read_value of an array",
    );
    is(
        process.read_value::<u64>(target.thing("number").0)?,
        0x1122_3344_5566_7788,
        "read_value of a number",
    );

    let counter = target.thing("counter").0;
    let first: u64 = process.read_value(counter)?;
    let moved = (0..2_000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(1));
        process
            .read_value::<u64>(counter)
            .is_ok_and(|now| now > first)
    });
    ok(moved, "the process is not stopped: it counts on");

    let (text, len) = target.thing("text");
    let mut message = vec![0; len as usize];
    process.read_exact_at(text, &mut message)?;
    ok(
        message.ends_with(b"nobody stops me."),
        "read_exact_at of read-only memory",
    );

    let (hole, _) = target.thing("hole");
    let mut bytes = vec![0; 2 * PAGE as usize];
    is(
        process.read_at(hole + 100, &mut bytes)?,
        PAGE as usize - 100,
        "read_at stops at a hole",
    );
    ok(
        bytes[..PAGE as usize - 100]
            .iter()
            .all(|&byte| byte == 0x5a),
        "and has what is before it",
    );
    fails(
        process.read_exact_at(hole + 100, &mut bytes),
        |error| {
            error.is_fault() && error.address() == Some(hole + PAGE) && error.done() == PAGE - 100
        },
        "read_exact_at into a hole says where, and how far it came",
    );
    fails(
        process.read_at(hole + PAGE, &mut bytes),
        |error| error.is_fault() && error.address() == Some(hole + PAGE) && error.done() == 0,
        "read_at in a hole",
    );
    for (name, address) in [
        ("none", target.thing("none").0),
        ("0", 0),
        ("a high one", u64::MAX - 15),
        ("the kernel's", 0xffff_ffff_8000_0000),
    ] {
        fails(
            process.read_value::<u64>(address),
            |error| error.is_fault() && error.address() == Some(address),
            &format!("read_value where nothing can be read: {name}"),
        );
    }

    fails(
        process.read_value::<u64>(u64::MAX - 7),
        |error| error.errno() == libc::EINVAL && error.to_string().contains("around the end"),
        "read_value around the end of the address space",
    );

    let number = target.thing("number").0;
    fails(
        process.write_value(number, &1u64),
        |error| {
            error.errno() == libc::EBADF
                && error.to_string().contains("open_writable")
                && matches!(
                    error,
                    Error::Transfer {
                        direction: Direction::Write,
                        done: 0,
                        ..
                    }
                )
        },
        "opened for reading, it does not write, and says what to do",
    );
    let writable = RemoteProcess::open_writable(target.pid())?;
    writable.write_value(number, &4711u64)?;
    is(
        target.ask("number 4711")?.as_str(),
        "4711",
        "write_value: the process sees it",
    );
    is(
        writable.write_at(number, &42u64.to_ne_bytes())?,
        8,
        "write_at returns how much",
    );
    is(
        target.ask("number 42")?.as_str(),
        "42",
        "write_at: the process sees it",
    );
    writable.write_all_at(number + 1, &[1])?;
    is(
        target.ask("number 298")?.as_str(),
        "298",
        "write_all_at of one byte",
    );
    writable.write_all_at(text, b"I AM")?;
    process.read_exact_at(text, &mut message)?;
    ok(
        message.starts_with(b"I AM stripped"),
        "read-only memory is written as by a debugger",
    );
    let last = target.thing("pattern").0 + target.thing("pattern").1;
    let end = process
        .mappings()?
        .find(|mapping| mapping.contains(last - 1))
        .map_or(0, |mapping| mapping.end);
    ok(end >= last, "the end of the mapping is known");
    fails(
        writable.write_all_at(target.thing("none").0, &[1]),
        Error::is_fault,
        "PROT_NONE is not written",
    );
    is(writable.write_at(0, &[])?, 0, "write_at of nothing");

    fn is_send_and_sync<T: Send + Sync>(_: &T) {}
    is_send_and_sync(&process);
    let right = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    (0..500).all(|_| {
                        process
                            .read_value::<Header>(address)
                            .is_ok_and(|it| it == header)
                    })
                })
            })
            .collect();
        threads
            .into_iter()
            .all(|thread| thread.join().unwrap_or(false))
    });
    ok(right, "four threads share it");
    Ok(())
}

/// Signals end no transfer.
pub fn signals() -> Outcome {
    extern "C" fn ignore(_: libc::c_int) {}
    let from = vec![7u8; 48 << 20];
    let mut to = vec![0u8; from.len()];
    let process = RemoteProcess::open_writable(std::process::id() as i32)?;
    let often = libc::itimerval {
        it_interval: libc::timeval {
            tv_sec: 0,
            tv_usec: 500,
        },
        it_value: libc::timeval {
            tv_sec: 0,
            tv_usec: 500,
        },
    };
    // SAFETY: the handler does nothing; both structures are whole.
    unsafe {
        libc::signal(libc::SIGALRM, ignore as *const () as libc::sighandler_t);
        libc::setitimer(libc::ITIMER_REAL, &raw const often, std::ptr::null_mut());
    }
    let read = process.read_exact_at(from.as_ptr() as u64, &mut to);
    ok(read.is_ok() && to == from, "signals do not end a read");
    to.fill(0);
    let mut batch = process.read_batch();
    for (index, part) in to.chunks_mut(7 << 20).enumerate() {
        batch.read(from.as_ptr() as u64 + index as u64 * (7 << 20), part);
    }
    let report = batch.run()?;
    is(
        report.done(),
        from.len() as u64,
        "signals do not end a batch",
    );
    ok(report.all_whole().is_ok() && to == from, "and it is right");
    let never = libc::itimerval {
        it_interval: libc::timeval {
            tv_sec: 0,
            tv_usec: 0,
        },
        it_value: libc::timeval {
            tv_sec: 0,
            tv_usec: 0,
        },
    };
    // SAFETY: the structure is whole.
    unsafe { libc::setitimer(libc::ITIMER_REAL, &raw const never, std::ptr::null_mut()) };
    Ok(())
}

/// What stays when the process goes.
pub fn after_exit(mut target: Target) -> Outcome {
    let process = RemoteProcess::open(target.pid())?;
    let (address, len) = target.thing("pattern");
    ok(process.is_current()?, "a process is where it was attached");
    target.stop()?;
    ok(
        !process.is_current()?,
        "after it has exited it is not any more",
    );
    let mut bytes = vec![0; len as usize];
    process.read_exact_at(address, &mut bytes)?;
    ok(
        bytes == pattern(bytes.len()),
        "after it has exited, its memory can still be read",
    );
    fails(
        process.mappings(),
        |error| matches!(error, Error::NoSuchProcess { .. }),
        "but its mappings are gone",
    );
    fails(
        RemoteProcess::open(target.pid()),
        |error| matches!(error, Error::NoSuchProcess { .. }),
        "and it cannot be opened again",
    );
    ok(
        Mappings::of(std::process::id() as i32)?.len() > 3,
        "one's own mappings are there",
    );
    Ok(())
}

/// A process that executes another program leaves its old memory to whoever is attached.
pub fn after_execve() -> Outcome {
    let mut child = Command::new("sh")
        .args(["-c", "echo ready; read line; exec sleep 1000"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut ready = [0; 6];
    child
        .stdout
        .take()
        .ok_or("no pipe")?
        .read_exact(&mut ready)?;
    let pid = child.id() as i32;
    let process = RemoteProcess::open(pid)?;
    let program = |name: &str| -> Option<u64> {
        let mut mappings = Mappings::of(pid).ok()?;
        let found =
            mappings.find(|it| it.path.as_ref().is_some_and(|path| path.ends_with(name)))?;
        Some(found.start)
    };
    let start = program("sh").ok_or("no mapping of sh")?;
    let before: [u8; 4096] = process.read_value(start)?;
    drop(child.stdin.take());
    let changed = (0..5_000).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(1));
        program("sleep").is_some()
    });
    ok(
        changed,
        "after execve(2), its mappings are those of the new program",
    );
    let after: [u8; 4096] = process.read_value(start)?;
    ok(after == before, "its memory is still the old program's");
    ok(!process.is_current()?, "and is_current() says so");
    let (new, old) = (RemoteProcess::open(pid)?, process);
    ok(new.is_current()?, "opened again, it is current");
    let header: [u8; 4096] = new.read_value(program("sleep").ok_or("no mapping of sleep")?)?;
    ok(
        header != before && header.starts_with(b"\x7fELF"),
        "and opened again, it is the new one's",
    );
    drop(old);
    child.kill()?;
    child.wait()?;
    Ok(())
}
