// SPDX-License-Identifier: BSD-2-Clause
//! The demonstration for machines without FreeBSD: a live process's memory is read and changed by the real module.
use std::io::Write;
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use crate::child::Child;
use crate::object_file::ObjectFile;
use crate::perform::{Slots, perform};
use crate::processes::TARGET;
use crate::regions::{BUFFER, MAIN};
use crate::run::{READ_WRITE, prepare};
use crate::setting::Setting;
use crate::sim::lock;
use crate::step::{SLOTS, Step};

const MESSAGE: &[u8; 48] = b"the target's own words, which nobody has touched";
const CHANGED: &[u8; 48] = b"rwmem.ko was here: these words came from outside";
const TICK: Duration = Duration::from_millis(300);

/// What the target does: says what it has in its memory, until it is killed.
fn live() -> ! {
    let message = MAIN.start as *mut [u8; MESSAGE.len()];
    // SAFETY: the process's own memory, mapped before this runs.
    unsafe { message.write(*MESSAGE) };
    // Until the module is loaded.
    std::thread::sleep(TICK);
    loop {
        // SAFETY: as above; volatile, for somebody else changes it.
        let words = unsafe { message.read_volatile() };
        let _ = writeln!(
            std::io::stdout(),
            "    target {}: \"{}\"",
            std::process::id(),
            String::from_utf8_lossy(&words)
        );
        std::thread::sleep(TICK);
    }
}

/// Carries a step out, which must succeed.
fn must(object: &ObjectFile, slots: &mut Slots, step: &Step) -> anyhow::Result<u64> {
    let outcome = perform(object, slots, step);
    let errors = outcome.errors();
    ensure!(errors.is_empty(), "{step:x?} returned {errors:?}");
    Ok(outcome.done)
}

fn in_buffer(len: usize) -> Vec<u8> {
    let mut bytes = vec![0; len];
    lock().processes.caller().read(BUFFER.start, &mut bytes);
    bytes
}

pub fn run(object: &ObjectFile) -> anyhow::Result<()> {
    println!(
        "This is a SIMULATED FreeBSD kernel in an ordinary Linux process: no FreeBSD runs here."
    );
    println!(
        "What is real: rwmem.ko, the very file that FreeBSD would load, and the process whose memory it reaches."
    );
    prepare(Setting::default(), None, "demo".into());
    // The target is forked while this process has one thread.
    let target = {
        let sim = lock();
        let pages = sim.processes.spaces[1].resident(MAIN.start, MAIN.end());
        Child::fork(&pages, sim.frames.file(), live)
            .context("a target process cannot be started")?
    };
    let pid = target.pid();

    let mut slots = [None; SLOTS];
    println!("kldload rwmem.ko");
    must(object, &mut slots, &Step::Load)?;
    for line in std::mem::take(&mut lock().console) {
        println!("    kernel: {line}");
    }
    println!(
        "The target, Linux process {pid}, is process {TARGET} to the simulated kernel. It says:"
    );
    std::thread::sleep(TICK * 4);

    must(
        object,
        &mut slots,
        &Step::Open {
            slot: 0,
            flags: READ_WRITE,
        },
    )?;
    let len = MESSAGE.len() as u64;
    let done = must(
        object,
        &mut slots,
        &Step::read(0, TARGET, MAIN.start, BUFFER.start, len),
    )?;
    let words = in_buffer(MESSAGE.len());
    println!(
        "RWMEM_READ of {done} bytes at {:#x}: \"{}\"",
        MAIN.start,
        String::from_utf8_lossy(&words)
    );
    ensure!(words == MESSAGE, "those are not the target's words");

    lock().caller_write(BUFFER.start, CHANGED);
    must(object, &mut slots, &Step::attach(0, TARGET))?;
    let done = must(
        object,
        &mut slots,
        &Step::pwrite(0, MAIN.start, BUFFER.start, len),
    )?;
    println!("RWMEM_ATTACH, then pwrite of {done} bytes. The target says now:");
    std::thread::sleep(TICK * 3);
    let done = must(
        object,
        &mut slots,
        &Step::pread(0, MAIN.start, BUFFER.start, len),
    )?;
    let seen = std::fs::File::open(format!("/proc/{pid}/mem")).and_then(|memory| {
        let mut bytes = vec![0; MESSAGE.len()];
        std::os::unix::fs::FileExt::read_exact_at(&memory, &mut bytes, MAIN.start).map(|()| bytes)
    })?;
    ensure!(
        in_buffer(MESSAGE.len()) == CHANGED && seen == CHANGED,
        "the target's memory was not changed"
    );
    println!("pread of {done} bytes agrees, and so does Linux's /proc/{pid}/mem.");

    must(object, &mut slots, &Step::Close { slot: 0 })?;
    must(object, &mut slots, &Step::Unload { force: false })?;
    println!("kldunload: nothing was left behind.");
    let violations = std::mem::take(&mut lock().violations);
    if let Some(first) = violations.first() {
        bail!("a rule of the kernel was broken: {first}");
    }
    let calls = lock().calls.len();
    println!(
        "{calls} kernel calls, no rule broken. (The judge of the module is the VM test: `make vm-test`.)"
    );
    Ok(())
}
