// SPDX-License-Identifier: BSD-2-Clause
//! Threads that attach, detach, transfer with and close one descriptor at the same time. Each transfer has one
//! of the attached processes, entirely, or is refused.

use super::batch::{STAINED, batch};
use crate::console::remark;
use crate::device::{Device, Direction, Request};
use crate::path::PATHS;
use crate::random::Random;
use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, process, sysctl, thread, time};
use crate::tap::{Case, Outcome, Stop, Test};
use crate::target::Target;
use core::sync::atomic::{AtomicU64, Ordering};
use rwmem_abi::{PID_ATTACHED, RWMEM_READV, RWMEM_WRITEV, Seg};

pub const CASES: &[Case] = &[Case::root(
    "threads share a descriptor, and attach, transfer and close at once",
    at_once,
)];

const THREADS: usize = 6;
/// What a target has of memory beside: it is missed if it is not given back.
const BALLAST: usize = 16 << 20;
/// How long they go on, in milliseconds.
const DURATION: u64 = 3000;
/// What each process's memory is filled with: two targets, and this process.
const FILLED: [u8; 3] = [b'a', b'b', b'c'];
const SIZE: usize = 8 * PAGE;
const SEGS: usize = 12;

/// What the threads have in common.
struct Stage<'a> {
    /// One descriptor, closed and opened anew under the same number again and again.
    device: &'a Device,
    /// Which processes it may be attached to.
    pids: [i32; 3],
    /// What is read: the same addresses in each of them.
    read: &'a Region,
    /// What is written, a page per thread.
    written: &'a Region,
    /// Where each thread reads to, and writes from.
    local: &'a Region,
    end: u64,
    /// Transfers that went through.
    whole: AtomicU64,
    /// Answers that are not among those promised: how many, and what the last of them was about.
    wrong: AtomicU64,
    last: AtomicU64,
}

fn at_once(t: &mut Test) -> Outcome {
    let attached = |t: &mut Test| -> Result<u64, Stop> {
        let count = sysctl::number(c"kern.rwmem.attached");
        t.can("kern.rwmem.attached", count)
    };
    let before = attached(t)?;
    let read = t.can("mmap", Region::private(SIZE))?;
    let written = t.can("mmap", Region::private(THREADS * PAGE))?;
    let local = t.can("mmap", Region::private(THREADS * SIZE))?;
    let ballast = t.can("mmap", Region::private(BALLAST))?;
    let target = |byte: u8| {
        let (read, written, ballast) = (&read, &written, &ballast);
        Target::spawn(
            move || {
                read.fill(0, SIZE, |_| byte);
                for place in (0..BALLAST).step_by(PAGE) {
                    ballast.put(place, byte);
                }
                Ok(())
            },
            // Asked, it tells how many of its pages were written in part only.
            move |_| {
                let torn = |page: &usize| {
                    let first = written.get(page * PAGE);
                    written.difference(page * PAGE, PAGE, |_| first).is_some()
                };
                (0..THREADS).filter(torn).count() as u64
            },
        )
    };
    let targets = [target(FILLED[0]), target(FILLED[1])];
    let [first, second] = targets.map(|target| t.can("fork", target));
    let (first, second) = (first?, second?);
    read.fill(0, SIZE, |_| FILLED[2]);

    let seed = t.seed;
    let device = t.can("open", Device::open())?;
    let stage = Stage {
        device: &device,
        pids: [first.pid(), second.pid(), process::own_pid()],
        read: &read,
        written: &written,
        local: &local,
        end: time::now() + DURATION,
        whole: AtomicU64::new(0),
        wrong: AtomicU64::new(0),
        last: AtomicU64::new(0),
    };
    let ran = thread::run::<THREADS>(&|index| play(&stage, index, seed));
    t.can("thr_new", ran)?;
    let whole = stage.whole.load(Ordering::Relaxed);
    let wrong = stage.wrong.load(Ordering::Relaxed);
    remark!("seed {seed}: {whole} transfers went through");
    let last = stage.last.load(Ordering::Relaxed);
    t.equal(
        format_args!(
            "results not promised (the last: action {}, errno or byte {})",
            last >> 32,
            last as u32
        ),
        wrong,
        0,
    )?;
    t.holds("some transfers went through", whole > 100)?;
    let free = |t: &mut Test| {
        let count = sysctl::number(c"vm.stats.vm.v_free_count");
        t.can("vm.stats.vm.v_free_count", count)
    };
    let full = free(t)?;
    for mut target in [first, second] {
        let torn = t.can("asking a target", target.ask(0))?;
        t.equal("pages written in part", torn, 0)?;
        t.can("a target's end", target.end())?;
    }
    drop(device);
    let after = attached(t)?;
    t.equal("kern.rwmem.attached in the end", after, before)?;
    let given_back = free(t)?;
    t.holds(
        format_args!("the targets' memory is given back (pages free: {full}, then {given_back})"),
        given_back > full + (2 * BALLAST / PAGE * 3 / 4) as u64,
    )
}

/// What one thread does: the first closes and opens, the others use the descriptor.
fn play(stage: &Stage<'_>, index: usize, seed: u64) {
    let mut random = Random::new(seed + index as u64);
    while time::now() < stage.end {
        let action = match index {
            0 => 0,
            _ => 1 + random.below(8),
        };
        let wrong = match action {
            0 => reopen(stage, &mut random),
            1 => told(stage.device.attach(stage.pids[random.below(3) as usize])),
            2 => told(stage.device.detach()),
            3 | 4 => read(stage, index, &mut random),
            5 => read_batch(stage, index, &mut random),
            6 | 7 => write(stage, index, &mut random),
            _ => told(stage.device.info().map(drop)),
        };
        if let Some(what) = wrong {
            stage.wrong.fetch_add(1, Ordering::Relaxed);
            stage
                .last
                .store(action << 32 | u64::from(what), Ordering::Relaxed);
        }
    }
}

/// The errno, if it is not one that a descriptor may return that others close and detach.
fn told(result: Result<(), Errno>) -> Option<u32> {
    match result {
        Ok(()) | Err(Errno::ENXIO | Errno::EBADF) => None,
        Err(error) => Some(error.0 as u32),
    }
}

fn reopen(stage: &Stage<'_>, random: &mut Random) -> Option<u32> {
    time::pause(random.below(3000) as u32);
    let result = Device::open().and_then(|fresh| {
        if random.one_in(2) {
            let _ = fresh.attach(stage.pids[random.below(3) as usize]);
        }
        let number = stage.device.fd().number();
        if random.one_in(2) {
            // For a moment nothing is open under the number.
            stage.device.fd().close_early();
            time::pause(random.below(300) as u32);
        }
        fresh.fd().duplicate_to(number)
    });
    result.err().map(|error| error.0 as u32)
}

fn request(direction: Direction, remote: u64, local: u64, len: u64) -> Request {
    Request {
        direction,
        pid: PID_ATTACHED,
        remote,
        local,
        len,
    }
}

/// A read by any path; the pids of the paths that take one are known, so what they read is too.
fn read(stage: &Stage<'_>, index: usize, random: &mut Random) -> Option<u32> {
    let path = &PATHS[random.below(PATHS.len() as u64) as usize];
    let len = 1 + random.below(SIZE as u64 - PAGE as u64);
    let at = random.below(PAGE as u64) as usize;
    let mut request = request(
        Direction::Read,
        stage.read.at(at),
        stage.local.at(index * SIZE),
        len,
    );
    let known = (!path.attaches && random.one_in(2)).then(|| random.below(3) as usize);
    if let Some(known) = known {
        request.pid = stage.pids[known];
    }
    match (path.transfer)(stage.device, request) {
        Ok(moved) if moved.done == len && moved.error == Errno::NONE => {
            stage.whole.fetch_add(1, Ordering::Relaxed);
            let first = stage.local.get(index * SIZE);
            let expected = known.is_none_or(|known| FILLED[known] == first);
            let mixed = stage
                .local
                .difference(index * SIZE, len as usize, |_| first);
            (!expected || !FILLED.contains(&first) || mixed.is_some()).then_some(first.into())
        }
        Ok(moved) => Some(moved.error.0 as u32),
        Err(error) => told(Err(error)),
    }
}

/// All segments of a batch are of one process.
fn read_batch(stage: &Stage<'_>, index: usize, random: &mut Random) -> Option<u32> {
    let count = 1 + random.below(SEGS as u64) as usize;
    let mut segs = [STAINED; SEGS];
    for (place, seg) in segs.iter_mut().enumerate() {
        *seg = Seg {
            remote: stage.read.at(random.below(SIZE as u64 - 600) as usize),
            local: stage.local.at(index * SIZE + place * 600),
            len: 600,
            ..STAINED
        };
    }
    let mut given = batch(PID_ATTACHED, &mut segs[..count]);
    match stage.device.batch(RWMEM_READV, &mut given) {
        Ok(()) if given.done == 600 * count as u64 => {
            let first = stage.local.get(index * SIZE);
            let mixed = stage.local.difference(index * SIZE, 600 * count, |_| first);
            (!FILLED.contains(&first) || mixed.is_some()).then_some(first.into())
        }
        Ok(()) => Some(given.error as u32),
        Err(error) => told(Err(error)),
    }
}

/// Writes a whole page of one byte, to a page that no other thread writes.
fn write(stage: &Stage<'_>, index: usize, random: &mut Random) -> Option<u32> {
    let byte = random.next() as u8;
    let local = index * SIZE;
    stage.local.fill(local, PAGE, |_| byte);
    let page = stage.written.at(index * PAGE);
    let result = if random.one_in(2) {
        let fd = stage.device.fd();
        fd.write_from(stage.local.at(local), PAGE as u64, page)
    } else {
        let mut segs = [Seg {
            remote: page,
            local: stage.local.at(local),
            len: PAGE as u64,
            ..STAINED
        }];
        let mut given = batch(PID_ATTACHED, &mut segs);
        let result = stage.device.batch(RWMEM_WRITEV, &mut given);
        result.map(|()| given.done)
    };
    match result {
        Ok(done) if done == PAGE as u64 => {
            stage.whole.fetch_add(1, Ordering::Relaxed);
            None
        }
        Ok(_) => Some(0),
        Err(error) => told(Err(error)),
    }
}
