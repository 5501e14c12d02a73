// SPDX-License-Identifier: BSD-2-Clause
//! How it came to that: the module's backtrace and the last kernel calls, for a broken rule or a crash.
use std::fmt::Write;
use std::sync::OnceLock;

use crate::layout::get;
use crate::sim::{Sim, current, try_lock};

const CALLS: usize = 14;
const FRAMES: usize = 12;

/// The message with everything that led there. `frame`: the frame pointer and the place in the code, where they are
/// not those of the last kernel call.
pub fn describe(sim: &Sim, message: &str, frame: Option<(usize, usize)>) -> String {
    let mut text = format!("{}: {message}\n", sim.title);
    let thread = current();
    let (mut pointer, mut place) = frame.unwrap_or_else(|| sim.threads.last_frame(thread));
    let image = sim.image.as_ref();
    for _ in 0..FRAMES {
        let Some(name) = image.and_then(|image| image.describe(place)) else {
            break;
        };
        let _ = writeln!(text, "    in {name}");
        if !sim.threads.on_stack(thread, pointer, 16) {
            break;
        }
        // SAFETY: on this thread's own stack; frame pointers chain upwards.
        let above = unsafe { (get(pointer, 0), get(pointer, 8)) };
        (pointer, place) = above;
    }
    let skipped = sim.calls.len().saturating_sub(CALLS);
    for (index, record) in sim.calls.iter().enumerate().skip(skipped) {
        let [a, b, c] = record.args;
        let (name, thread, step) = (record.call.name(), record.thread, record.step);
        let _ = writeln!(
            text,
            "    call {index}: {name}({a:#x}, {b:#x}, {c:#x}) thread {thread} step {step}"
        );
    }
    text
}

/// Ends the program with all the violations.
pub fn end(sim: &Sim) -> ! {
    for violation in &sim.violations {
        eprintln!("VIOLATION {violation}");
    }
    println!(
        "FAILED {}: {} violation(s)",
        sim.title,
        sim.violations.len()
    );
    match INSTEAD.get() {
        Some(ending) => ending(),
        None => exit(1),
    }
}

static INSTEAD: OnceLock<fn() -> !> = OnceLock::new();

/// After a violation that nothing sensible can follow, the program ends this way.
pub fn end_with(ending: fn() -> !) {
    let _ = INSTEAD.set(ending);
}

/// Ends the program at once, whatever the other threads do.
fn exit(status: i32) -> ! {
    use std::io::Write;
    let _ = std::io::stdout().flush();
    // SAFETY: no destructor and no handler runs, and none is needed.
    unsafe { libc::_exit(status) }
}

/// From now on a memory fault is reported as what it means, and ends the program with status 1.
pub fn catch_faults() {
    const STACK: usize = 256 * 1024;
    let stack = Box::leak(vec![0u8; STACK].into_boxed_slice());
    let alternate = libc::stack_t {
        ss_sp: stack.as_mut_ptr().cast(),
        ss_flags: 0,
        ss_size: STACK,
    };
    // SAFETY: a stack that is never freed, and a handler that ends the program.
    unsafe {
        libc::sigaltstack(&alternate, std::ptr::null_mut());
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = fault as *const () as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
        for signal in [
            libc::SIGSEGV,
            libc::SIGBUS,
            libc::SIGILL,
            libc::SIGFPE,
            libc::SIGTRAP,
        ] {
            libc::sigaction(signal, &action, std::ptr::null_mut());
        }
    }
}

extern "C" fn fault(signal: i32, info: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: what the kernel hands to a handler with SA_SIGINFO.
    let (addr, registers) = unsafe {
        let registers = &(*context.cast::<libc::ucontext_t>()).uc_mcontext.gregs;
        ((*info).si_addr() as usize, registers)
    };
    let (pointer, place) = (
        registers[libc::REG_RBP as usize] as usize,
        registers[libc::REG_RIP as usize] as usize,
    );
    let Some(mut sim) = try_lock() else {
        eprintln!("signal {signal} at {addr:#x} inside the simulator itself (code at {place:#x})");
        exit(3);
    };
    if sim.processes.is_leaving(addr)
        && let Some(vm) = sim.processes.end_leaving()
    {
        // The instruction is tried again.
        sim.leave(vm);
        return;
    }
    let what = sim
        .heap
        .describe(addr)
        .or_else(|| sim.processes.describe(addr))
        .or_else(|| sim.describe_window(addr));
    let message = match what {
        Some(what) => format!("the module touched {what} (address {addr:#x})"),
        None => format!("signal {signal}: the module touched {addr:#x}, code at {place:#x}"),
    };
    let text = describe(&sim, &message, Some((pointer, place)));
    sim.violations.push(text);
    end(&sim)
}
