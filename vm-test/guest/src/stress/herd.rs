// SPDX-License-Identifier: BSD-2-Clause
//! All processes of a run: begins them, kills, stops and replaces them at random, and sees to it that each of them
//! goes on and, in the end, goes away.

use super::board::{Board, CALLERS, PLAYERS, SLOTS, THREADS, UNLOADER};
use super::caller;
use super::count::Event;
use super::descriptors::{FEW, HOARD, POOL};
use super::ground::MORE;
use super::stuck;
use super::targets::{self, Kind, Stage};
use super::totals::lacking;
use crate::census::Census;
use crate::console::remark;
use crate::random::Random;
use crate::sys::kld::{self, Unload};
use crate::sys::process::{self, Ended, Patience};
use crate::sys::{Errno, signal, sysctl, time};
use core::ffi::CStr;

/// Who shows no sign of life for so many milliseconds is stuck.
const SILENCE: u64 = 40_000;
/// So long may it take until everybody is gone when the time is over.
const LEAVING: u64 = 40_000;

/// Between two looks at the module's memory, in milliseconds.
const LOOKS: u64 = 20_000;
/// The priority of the process that manages all others, and theirs.
const FIRST: i32 = -20;
const USUAL: i32 = 0;
/// Hogs are among the first so many targets.
const HOGS: usize = 4;
/// The most pieces of memory that the module may have: each open file is one, and each call under way has one. Children
/// of the callers and descriptors in sockets are no more files; who is killed has some until it is gone.
/// An attachment that counts to a share is one more.
const MOST_MEMORY: u64 = (2 * CALLERS * (POOL + THREADS * (HOARD + 3))) as u64 + FEW;

/// Who may be unprivileged among the targets' slots: every other one.
fn is_users(index: usize) -> bool {
    index % 2 == 1
}

pub struct Herd<'a> {
    stage: Stage<'a>,
    random: Random,
    targets: [(i32, Kind); SLOTS],
    callers: [i32; CALLERS],
    unloader: i32,
    /// When the module's memory is looked at next.
    look: u64,
    /// How many targets have begun.
    begun: usize,
    /// This process's own slowest step: what it was, and how many milliseconds it took.
    slowest: (&'static str, u64),
}

impl<'a> Herd<'a> {
    pub fn new(stage: Stage<'a>, seed: u64) -> Herd<'a> {
        Herd {
            stage,
            random: Random::new(seed),
            targets: [(0, Kind::Brief); SLOTS],
            callers: [0; CALLERS],
            unloader: 0,
            look: time::now() + LOOKS / 5,
            begun: 0,
            slowest: ("none", 0),
        }
    }

    /// Runs until the time is over or something is wrong, and until everybody has gone.
    pub fn run(&mut self, duration: u64) -> Result<(), Errno> {
        let board = self.stage.board;
        // The others leave little of the processors.
        process::set_priority(FIRST)?;
        board.begin(duration * MORE);
        let enough = time::now() + duration;
        self.unloader = begin(|| try_to_unload(board))?;
        while !board.over() {
            self.step("beginning others", Self::begin_missing)?;
            self.step("disturbing others", |herd| {
                herd.disturb();
                Ok(())
            })?;
            time::pause(self.random.below(8000) as u32);
            self.step("reaping", |herd| {
                herd.reap();
                Ok(())
            })?;
            self.step("looking at memory", Self::look_at_memory)?;
            if time::now() > enough && lacking(board).is_none() {
                board.call_off();
            }
            self.listen();
        }
        let (what, took) = self.slowest;
        remark!("the slowest step of the herd: {what}, {took} ms");
        self.part()
    }

    /// Takes a step and its time. If it was long, others have been waiting for this process, and are not to blame.
    fn step(
        &mut self,
        what: &'static str,
        step: impl FnOnce(&mut Self) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        let begun = time::now();
        let result = step(self);
        let took = time::now() - begun;
        if took > self.slowest.1 {
            self.slowest = (what, took);
        }
        if took > SILENCE / 4 {
            (0..PLAYERS).for_each(|player| self.stage.board.beat(player));
        }
        result
    }

    /// Whether everybody shows signs of life.
    fn listen(&self) {
        let board = self.stage.board;
        let (player, silence) = board.most_silent(PLAYERS);
        if silence > SILENCE {
            let pid = match player {
                UNLOADER => self.unloader,
                player => self.callers[player / THREADS],
            };
            board.wrong(format_args!(
                "process {pid} has not gone on for {silence} ms (player {player})"
            ));
            stuck::tell(pid);
        }
    }

    fn begin_missing(&mut self) -> Result<(), Errno> {
        for index in 0..SLOTS {
            if self.targets[index].0 == 0 {
                self.begin_target(index)?;
            }
        }
        for number in 0..CALLERS {
            if self.callers[number] == 0 {
                self.begin_caller(number)?;
            }
        }
        Ok(())
    }

    /// From time to time, for it takes long: what the module has allocated is bounded by its open files and the calls
    /// under way.
    fn look_at_memory(&mut self) -> Result<(), Errno> {
        if time::now() >= self.look {
            self.look = time::now() + LOOKS;
            let board = self.stage.board;
            let in_use = Census::take()?.in_use("rwmem") as u64;
            let more = in_use.saturating_sub(board.events(Event::Memory));
            board.add(Event::Memory, more);
            if in_use > MOST_MEMORY {
                board.wrong(format_args!("{in_use} pieces of memory are the module's"));
            }
            let attached = sysctl::number(c"kern.rwmem.attached")?;
            if attached > FEW {
                board.wrong(format_args!(
                    "{attached} descriptors are attached, and {FEW} may be"
                ));
            }
        }
        Ok(())
    }

    fn begin_target(&mut self, index: usize) -> Result<(), Errno> {
        // One after the other, so that no kind is left out.
        let mut kind = Kind::ALL[self.begun % Kind::ALL.len()];
        self.begun += 1;
        let hog_elsewhere = kind == Kind::Hog && index >= HOGS;
        if hog_elsewhere || (is_users(index) && self.random.one_in(3)) {
            kind = Kind::Image;
        } else if index == 0 || (index == 2 && self.random.one_in(2)) {
            kind = Kind::Hog;
        }
        // A user's target is of use to an unprivileged caller only after an execve.
        let as_user = is_users(index) && kind == Kind::Image;
        let (stage, seed) = (self.stage, self.random.next());
        let pid = begin(|| targets::live(stage, index, kind, as_user, seed))?;
        self.targets[index] = (pid, kind);
        stage.board.count(Event::Target);
        Ok(())
    }

    fn begin_caller(&mut self, number: usize) -> Result<(), Errno> {
        let (board, seed) = (self.stage.board, self.random.next());
        for thread in 0..THREADS {
            board.beat(number * THREADS + thread);
        }
        self.callers[number] = begin(|| {
            if let Err(error) = caller::live(board, number, seed) {
                board.wrong(format_args!("a caller cannot begin: {error}"));
            }
        })?;
        board.count(Event::Caller);
        Ok(())
    }

    /// Kills or stops somebody, or nobody.
    fn disturb(&mut self) {
        let board = self.stage.board;
        let (pid, _) = self.targets[self.random.below(SLOTS as u64) as usize];
        let caller = self.callers[self.random.below(CALLERS as u64) as usize];
        let seen = board
            .slot(self.random.below(SLOTS as u64) as usize)
            .pid
            .load(core::sync::atomic::Ordering::Relaxed);
        // Whoever was published last may be gone since: then there is nobody of that number, for they are not given
        // out again so soon.
        let target = if self.random.one_in(2) { pid } else { seen };
        match self.random.below(30) {
            0..6 if kill(target, signal::SIGKILL) => board.count(Event::Kill),
            6..12 => self.stop(target, Event::Stop),
            12 if kill(caller, signal::SIGKILL) => board.count(Event::CallerKill),
            13 => self.stop(caller, Event::CallerStop),
            _ => (),
        }
    }

    fn stop(&mut self, pid: i32, event: Event) {
        if kill(pid, signal::SIGSTOP) {
            time::pause(self.random.below(10_000) as u32);
            kill(pid, signal::SIGCONT);
            self.stage.board.count(event);
        }
    }

    /// Reaps all that have ended.
    fn reap(&mut self) {
        let board = self.stage.board;
        while let Ok(Some((pid, ended))) = process::reap(-1, Patience::Look) {
            let killed = ended == Ended::Signal(signal::SIGKILL);
            if let Some(target) = self.targets.iter_mut().find(|target| target.0 == pid) {
                target.0 = 0;
                match ended {
                    Ended::Exit(_) => board.count(Event::Exit),
                    Ended::Signal(signal::SIGKILL) => (),
                    Ended::Signal(_) if target.1.may_crash() => board.count(Event::Crash),
                    ended => board.wrong(format_args!(
                        "target {pid}, {:?}, ended with {ended:?}",
                        target.1
                    )),
                }
            } else if let Some(caller) = self.callers.iter_mut().find(|caller| **caller == pid) {
                *caller = 0;
                if ended != Ended::Exit(0) && !killed {
                    board.wrong(format_args!("caller {pid} ended with {ended:?}"));
                }
            } else if pid == self.unloader {
                self.unloader = 0;
            }
        }
    }

    /// Waits for everybody's end: first for the callers, who end by themselves, then for all others.
    fn part(&mut self) -> Result<(), Errno> {
        let board = self.stage.board;
        let gone = time::wait_until(LEAVING, || {
            self.reap();
            self.callers == [0; CALLERS] && self.unloader == 0
        });
        if !gone {
            board.wrong(format_args!(
                "callers {:?} and the unloader {} (0: gone) do not end",
                self.callers, self.unloader
            ));
            self.callers
                .into_iter()
                .filter(|&pid| pid > 0)
                .for_each(stuck::tell);
        }
        let mut left = 0;
        let gone = time::wait_until(LEAVING, || {
            // Again and again: what was being forked is not told. ESRCH where nobody is left.
            let _ = process::kill_descendants(signal::SIGKILL);
            self.reap();
            left = process::descendants().unwrap_or(0);
            left == 0
        });
        if !gone {
            board.wrong(format_args!(
                "{left} processes do not end, though they were killed"
            ));
            stuck::tell_descendants();
        }
        Ok(())
    }
}

/// Forks a process that runs `body` and ends.
fn begin(body: impl FnOnce()) -> Result<i32, Errno> {
    let pid = process::fork()?;
    if pid == 0 {
        let _ = process::set_priority(USUAL);
        body();
        process::exit(0);
    }
    Ok(pid)
}

/// Whether there was somebody to send it to.
fn kill(pid: i32, signal: i32) -> bool {
    pid > 0 && process::kill(pid, signal).is_ok()
}

/// Tries to unload the module, of which files are open all the time.
fn try_to_unload(board: &'static Board) {
    const FILE: &CStr = c"rwmem.ko";
    while !board.over() {
        board.beat(UNLOADER);
        for how in [Unload::Normal, Unload::Force] {
            match kld::find(FILE).and_then(|id| kld::unload(id, how)) {
                Err(Errno::EBUSY) => board.count(Event::Unload),
                answer => {
                    return board.wrong(format_args!(
                        "kldunload of a module in use, {how:?}: returned {answer:?}"
                    ));
                }
            }
        }
        time::pause(3000);
    }
}
