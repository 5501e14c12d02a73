// SPDX-License-Identifier: BSD-2-Clause
//! An unprivileged process with descriptors that root opened: reads and writes what it can reach of the persons, by
//! every path, as fast as it can.

use super::person::{PREY, SHARER, places};
use crate::device::Device;
use crate::random::Random;
use crate::stress::board::Board;
use crate::stress::count::{Event, Way};
use crate::stress::transfer::{Segs, Wish};
use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, process, thread};
use crate::tap::USER;
use core::sync::atomic::Ordering;
use rwmem_abi::{MAX_SEGS, Seg};

pub const THREADS: usize = 4;
/// The ways through an attached descriptor.
const ATTACHED: &[Way] = &[
    Way::AttachedRead,
    Way::AttachedWrite,
    Way::AttachedReadv,
    Way::AttachedWritev,
    Way::Pread,
    Way::Pwrite,
];
const ROOM: usize = super::person::VAULT;

pub fn live(board: &'static Board, seed: u64) -> Result<(), Errno> {
    let device = || Device::open();
    // One for each thread, and one for all.
    let devices: [Device; THREADS + 1] = [device()?, device()?, device()?, device()?, device()?];
    process::become_user(USER)?;
    thread::run::<THREADS>(&|index| {
        let mut random = Random::new(seed + index as u64);
        let Ok(local) = Region::private(ROOM + PAGE) else {
            return board.wrong(format_args!("a thief cannot get memory"));
        };
        let mut segs = [Seg::default(); MAX_SEGS as usize];
        while !board.over() {
            board.beat(PREY + index);
            let own = random.below(4) != 0;
            let device = &devices[if own { index } else { THREADS }];
            attempt(board, device, &local, &mut segs, &mut random);
        }
    })
}

fn attempt(
    board: &'static Board,
    device: &Device,
    local: &Region,
    segs: &mut Segs,
    random: &mut Random,
) {
    let prey = random.below(PREY as u64) as usize;
    let pid = board.slot(prey).pid.load(Ordering::Relaxed);
    if prey == SHARER && random.one_in(2) {
        if !attach(board, device, random, pid) {
            return;
        }
        // Long enough for whoever else has this memory to make up its secret.
        for _ in 0..random.below(16) {
            let mut wish = wish(pid, random);
            wish.way = random.pick(ATTACHED);
            steal(board, device, local, segs, random, &wish);
        }
        // For nothing is executed in an address space that is in use. Another thread may have been faster.
        let _ = device.detach();
        return;
    }
    if prey != SHARER && random.one_in(6) {
        attach(board, device, random, pid);
    }
    let wish = wish(pid, random);
    steal(board, device, local, segs, random, &wish);
}

/// Whether it is attached now, to the process or to a copy of its memory.
fn attach(board: &Board, device: &Device, random: &mut Random, pid: i32) -> bool {
    let snapshot = random.one_in(3);
    let result = match snapshot {
        true => device.snapshot(pid),
        false => device.attach(pid),
    };
    match result {
        Ok(()) => {
            board.count(if snapshot {
                Event::Snapshot
            } else {
                Event::Attach
            });
            return true;
        }
        Err(Errno::EPERM | Errno::EBUSY | Errno::ESRCH) => (),
        Err(Errno::ESTALE | Errno::ENOMEM) if snapshot => (),
        Err(error) => board.wrong(format_args!("ATTACH or SNAPSHOT: {error}")),
    }
    false
}

fn steal(
    board: &'static Board,
    device: &Device,
    local: &Region,
    segs: &mut Segs,
    random: &mut Random,
    wish: &Wish,
) {
    wish.prepare(local, random);
    let reply = wish.ask(device.fd(), local, segs);
    wish.judge(board, &reply);
    if wish.way.reads()
        && let Some((place, byte)) = wish.blemish(local, segs, &reply)
    {
        board.count(Event::Theft);
        board.note(format_args!(
            "{wish:x?} returned {reply:?}, and brought {byte:#04x} at {place}"
        ));
    }
}

/// The vault in most cases; all of it, that is long enough for an execve in between, or a little.
fn wish(pid: i32, random: &mut Random) -> Wish {
    let place = match random.below(4) {
        0 => 1,
        1 => 2,
        _ => 0,
    };
    let (address, room) = places()[place];
    let len = match random.below(3) {
        0 => room,
        1 => 1 + random.below(64) as usize,
        _ => 1 + random.below(room as u64) as usize,
    };
    Wish {
        // The checked path is the one that looks at the process again.
        way: match random.one_in(3) {
            true => random.pick(&[Way::Read, Way::Write]),
            false => random.pick(Way::ALL),
        },
        pid,
        remote: address + random.below((room - len + 1) as u64),
        local: 0,
        len,
        segs: (1 + random.below(40) as usize).min(len),
    }
}
