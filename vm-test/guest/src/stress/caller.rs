// SPDX-License-Identifier: BSD-2-Clause
//! A process that calls the device from several threads: they share its descriptors, and close, replace, attach, send
//! and inherit them under each other's transfers. It may be stopped or killed at any moment.

use super::board::{Board, CALLERS, SLOTS, THREADS};
use super::count::{Event, Way};
use super::descriptors::{Hoard, Pool};
use super::transfer::{Segs, Wish};
use crate::random::Random;
use crate::sys::memory::{NO_ACCESS, PAGE, READABLE, Region};
use crate::sys::process::{self, Patience};
use crate::sys::{Errno, jail, signal, thread, time};
use crate::tap::USER;
use core::sync::atomic::{AtomicUsize, Ordering};
use rwmem_abi::{MAX_SEGS, Seg};

/// What a thread has of memory to transfer with: its own, and some that is unmapped under it.
const OWN: usize = 64 * PAGE;
const SHAKY: usize = 16 * PAGE;
/// A process is replaced after so many milliseconds, or double that.
const LIFE: u64 = 1500;

/// What the threads of a caller have in common.
struct Caller<'a> {
    board: &'static Board,
    number: usize,
    user: bool,
    pool: &'a Pool,
    /// Each thread's memory, its own and what is unmapped under it. All of it is mapped before the first hole is made,
    /// and never given back: nobody else's mapping must come to be in a hole.
    memory: [(Region, Region); THREADS],
    ready: AtomicUsize,
    end: u64,
}

/// Lives as a caller until its time is over; the unprivileged one keeps the descriptors that it opened before.
pub fn live(board: &'static Board, number: usize, seed: u64) -> Result<(), Errno> {
    let mut random = Random::new(seed);
    let user = number == CALLERS - 1;
    let pool = Pool::open()?;
    if user {
        process::become_user(USER)?;
    }
    if random.one_in(2) {
        signal::set_action(signal::SIGALRM, signal::Action::Call(interrupted))?;
        signal::set_alarm(5, 1 + random.below(20) as u32)?;
    }
    let memory =
        || -> Result<_, Errno> { Ok((Region::private(OWN + PAGE)?, Region::private(SHAKY)?)) };
    let caller = Caller {
        board,
        number,
        user,
        pool: &pool,
        memory: [memory()?, memory()?, memory()?, memory()?],
        ready: AtomicUsize::new(0),
        end: time::now() + LIFE + random.below(LIFE),
    };
    let ran = thread::run::<THREADS>(&|index| caller.thread(index, seed + 1 + index as u64));
    core::mem::forget(caller);
    ran
}

extern "C" fn interrupted(_signal: i32) {}

impl Caller<'_> {
    fn thread(&self, index: usize, seed: u64) {
        let player = self.number * THREADS + index;
        self.ready.fetch_add(1, Ordering::Relaxed);
        while self.ready.load(Ordering::Relaxed) < THREADS && !self.board.over() {
            time::pause(100);
        }
        let (own, shaky) = &self.memory[index];
        let mut hand = Hand {
            caller: self,
            random: Random::new(seed),
            own,
            shaky,
            segs: [Seg::default(); MAX_SEGS as usize],
            hoard: Hoard::new(),
        };
        while time::now() < self.end && !self.board.over() {
            self.board.beat(player);
            hand.act();
        }
        hand.hoard.close_all();
        self.board.beat(player);
    }
}

/// What one thread has.
struct Hand<'a> {
    caller: &'a Caller<'a>,
    random: Random,
    own: &'a Region,
    shaky: &'a Region,
    segs: Segs,
    hoard: Hoard,
}

impl Hand<'_> {
    fn act(&mut self) {
        let (board, pool) = (self.caller.board, self.caller.pool);
        let random = &mut self.random;
        match random.below(100) {
            0..60 => self.transfer(),
            60..68 => self.shaky_transfer(),
            68..76 => {
                let pid = self.slot().0;
                let snapshot = self.random.one_in(4);
                let device = pool.pick(&mut self.random);
                match snapshot {
                    true if device.snapshot(pid).is_ok() => board.count(Event::Snapshot),
                    false if device.attach(pid).is_ok() => board.count(Event::Attach),
                    _ => (),
                }
            }
            76..78 => drop(pool.pick(random).detach()),
            78..82 => {
                let pid = self.slot().0;
                pool.replace(board, &mut self.random, !self.caller.user, pid);
            }
            82..86 => {
                let pid = self.slot_to_keep();
                self.hoard.keep(board, &mut self.random, pid);
            }
            86..90 => pool.pass(board, random),
            90 => self.share(),
            91..95 => self.large_batch(),
            95..97 => self.patch(),
            97 => self.change_credentials(),
            _ => self.shake(),
        }
    }

    /// A target's pid and playground.
    fn slot(&mut self) -> (i32, u64, usize) {
        let mut index = self.random.below(SLOTS as u64) as usize;
        if self.caller.user && !self.random.one_in(4) {
            // Elsewhere it is denied.
            index |= 1;
        }
        let slot = self.caller.board.slot(index);
        let first = slot.first.load(Ordering::Relaxed) as usize;
        let pages = slot.pages.load(Ordering::Relaxed) as usize;
        (
            slot.pid.load(Ordering::Relaxed),
            Region::arena().at(first * PAGE),
            pages.max(1) * PAGE,
        )
    }

    /// A target whose memory may be kept for long: a small one.
    fn slot_to_keep(&mut self) -> i32 {
        match self.slot() {
            (pid, _, len) if len <= 1 << 20 => pid,
            _ => 0,
        }
    }

    /// Something to ask for, at random. Mostly small.
    fn wish(&mut self, room: usize) -> Wish {
        let (pid, base, reach) = self.slot();
        let random = &mut self.random;
        let most = room.min(reach);
        let len = match random.below(8) {
            0..4 => 1 + random.below(256),
            4..7 => 1 + random.below(4 * PAGE as u64),
            _ => 1 + random.below(most as u64),
        } as usize;
        let len = len.min(most);
        let at = random.below((reach - len + 1) as u64);
        let segs = match random.below(4) {
            0 => 1,
            1 => MAX_SEGS as u64,
            _ => 1 + random.below(20),
        } as usize;
        Wish {
            way: random.pick(Way::ALL),
            pid,
            remote: base + at,
            local: random.below((room - len + 1) as u64) as usize,
            len,
            segs: segs.min(len),
        }
    }

    /// A transfer with memory of our own, so that what arrives can be looked at.
    fn transfer(&mut self) {
        let wish = self.wish(OWN);
        wish.prepare(self.own, &mut self.random);
        let fd = self.caller.pool.pick(&mut self.random);
        let reply = wish.ask(fd.fd(), self.own, &mut self.segs);
        wish.judge(self.caller.board, &reply);
        if wish.way.reads()
            && let Some((place, byte)) = wish.blemish(self.own, &self.segs, &reply)
        {
            self.caller.board.wrong(format_args!(
                "{wish:x?} returned {reply:?}, and left {byte:#04x} at {place}"
            ));
        }
    }

    /// A transfer with memory that is partly unmapped, or is being so by another thread.
    fn shaky_transfer(&mut self) {
        let wish = self.wish(SHAKY);
        let fd = self.caller.pool.pick(&mut self.random);
        let reply = wish.ask(fd.fd(), self.shaky, &mut self.segs);
        wish.judge(self.caller.board, &reply);
    }

    /// For a moment, another user's rights, for all threads; or, for good, those of somebody in a jail.
    fn change_credentials(&mut self) {
        let board = self.caller.board;
        if self.caller.user {
            return;
        }
        if self.random.one_in(3) {
            if jail::enter_new(&[]).is_ok() {
                board.count(Event::Jail);
            }
        } else if process::set_user_ids([0, USER, 0]).is_ok() {
            time::pause(self.random.below(500) as u32);
            match process::set_user_ids([0; 3]) {
                Ok(()) => board.count(Event::Seteuid),
                Err(error) => board.wrong(format_args!("seteuid back to root: {error}")),
            }
        }
    }

    fn shake(&mut self) {
        let (_, shaky) = &self.caller.memory[self.random.below(THREADS as u64) as usize];
        let at = self.random.below(16) as usize * PAGE;
        let len = (1 + self.random.below(4) as usize) * PAGE;
        let len = len.min(SHAKY - at);
        let changed = match self.random.below(5) {
            0 => shaky.unmap(at, len),
            1 => shaky.protect(at, len, NO_ACCESS),
            2 => shaky.protect(at, len, READABLE),
            _ => shaky.renew(at, len),
        };
        if changed.is_ok() {
            self.caller.board.count(Event::Vandal);
        }
    }

    /// As many segments as there can be. The longer kind is 64 KiB in each of them; where a signal interrupts
    /// it, it goes on with what is left.
    fn large_batch(&mut self) {
        let mut wish = self.wish(OWN);
        wish.way = self.random.pick(&[
            Way::Readv,
            Way::Writev,
            Way::AttachedReadv,
            Way::AttachedWritev,
        ]);
        (wish.local, wish.len, wish.segs) = (0, OWN, MAX_SEGS as usize);
        self.caller.board.count(Event::LargeBatch);
        if !wish.way.reads() {
            wish.prepare(self.own, &mut self.random);
        }
        let device = self.caller.pool.pick(&mut self.random);
        if !self.random.one_in(40) {
            let reply = wish.ask(device.fd(), self.own, &mut self.segs);
            return wish.judge(self.caller.board, &reply);
        }
        wish.len = OWN / 4;
        while wish.segs > 0 && time::now() < self.caller.end && !self.caller.board.over() {
            let (reply, done) = wish.ask_repeatedly(device.fd(), self.own, &mut self.segs);
            let asked = Wish {
                len: wish.len * wish.segs,
                ..wish
            };
            asked.judge(self.caller.board, &reply);
            if reply.error != Errno::EINTR {
                break;
            }
            wish.segs -= done;
            self.caller.board.count(Event::Resumed);
        }
    }

    /// Writes a part of the target's text as it is, as one who sets a breakpoint: a private copy is made of it.
    fn patch(&mut self) {
        let (pid, ..) = self.slot();
        let mut wish = Wish {
            way: self.random.pick(&[Way::Read, Way::Readv]),
            pid,
            remote: (interrupted as extern "C" fn(i32)) as usize as u64 & !15,
            local: 0,
            len: 16,
            segs: 1,
        };
        let fd = self.caller.pool.pick(&mut self.random);
        let reply = wish.ask(fd.fd(), self.own, &mut self.segs);
        wish.judge(self.caller.board, &reply);
        if reply.done == wish.len as u64 {
            wish.way = self.random.pick(&[Way::Write, Way::Writev]);
            let reply = wish.ask(fd.fd(), self.own, &mut self.segs);
            wish.judge(self.caller.board, &reply);
            self.caller.board.count(Event::Patch);
        }
    }

    /// Forks a child that goes on with the same descriptors, and is killed in the middle of that, or ends by itself.
    fn share(&mut self) {
        let killed = self.random.one_in(2);
        let Ok(pid) = process::fork() else {
            return;
        };
        if pid == 0 {
            let _ = signal::set_alarm(0, 0);
            let end = time::now() + 500;
            for _ in 0..if killed {
                u64::MAX
            } else {
                self.random.below(20)
            } {
                if time::now() > end || self.caller.board.over() {
                    break;
                }
                match self.random.below(4) {
                    0 => self.large_batch(),
                    1 => self.shaky_transfer(),
                    _ => self.transfer(),
                }
            }
            process::exit(0);
        }
        self.caller.board.count(Event::Share);
        if killed {
            time::pause(self.random.below(15_000) as u32);
            let _ = process::kill(pid, signal::SIGKILL);
            self.caller.board.count(Event::ShareKill);
        }
        let _ = process::reap(pid, Patience::Wait);
    }
}
