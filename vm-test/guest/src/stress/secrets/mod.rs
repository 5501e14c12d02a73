// SPDX-License-Identifier: BSD-2-Clause
//! Secrets across execve: processes of a user turn into a set-uid-root program that has a secret, and back, over and
//! over, while an unprivileged process reads and writes by every path, through descriptors that root opened. And a
//! process that leaves an address space to such a program.

mod person;
mod sharer;
mod thief;

pub use person::PERSON;

use super::board::Board;
use super::count::{Ending, Event, Way};
use super::ground::{Folder, MORE, PLAIN, SET_UID, begin, nothing_wrong};
use super::stuck;
use super::totals::{self, Tone};
use crate::start::Arguments;
use crate::sys::process::{self, Ended, Patience};
use crate::sys::{signal, time};
use crate::tap::{Outcome, Test};
use person::{PREY, Person};

pub const SECRETS: &str = "no secret of a set-uid program is learnt, and none of its bytes changed";

/// Who has to show signs of life: those, then the threads that want their secrets.
const PLAYERS: usize = PREY + thief::THREADS;
const SILENCE: u64 = 40_000;
const LEAVING: u64 = 40_000;

pub fn keep(t: &mut Test, duration: u64, tone: Tone) -> Outcome {
    begin(t)?;
    let folder = t.can("the programs' copies", Folder::fill(t.program))?;
    let (board, object) = t.can("the board", Board::make())?;
    board.begin(duration * MORE);
    let until = time::now() + duration;
    let mut pids = [0; PREY + 1];
    for (index, pid) in pids.iter_mut().enumerate() {
        let seed = t.seed.wrapping_mul(100) + index as u64;
        let forked = t.can("fork", process::fork())?;
        if forked == 0 {
            let begun = match index {
                PREY => thief::live(board, seed),
                index => Person::begin(index, object.number(), seed, PLAIN, SET_UID),
            };
            if let Err(error) = begun {
                board.wrong(format_args!("process {index} cannot begin: {error}"));
            }
            process::exit(0);
        }
        *pid = forked;
    }
    watch(board, &mut pids, until);
    drop(folder);
    totals::tell(board, tone);
    nothing_wrong(t, board)?;
    t.equal("what did not happen (often enough)", lacking(board), None)
}

/// Waits until the time is over and all have ended.
fn watch(board: &Board, pids: &mut [i32; PREY + 1], enough: u64) {
    let mut over = None;
    while pids.iter().any(|&pid| pid != 0) {
        time::pause(50_000);
        if time::now() > enough && lacking(board).is_none() {
            board.call_off();
        }
        while let Ok(Some((pid, ended))) = process::reap(-1, Patience::Look) {
            if ended != Ended::Exit(0) {
                board.wrong(format_args!("process {pid} ended with {ended:?}"));
            }
            for place in pids.iter_mut().filter(|place| **place == pid) {
                *place = 0;
            }
        }
        let (player, silence) = board.most_silent(PLAYERS);
        if silence > SILENCE && !board.over() {
            board.wrong(format_args!("player {player}: silent for {silence} ms"));
            stuck::tell_descendants();
        }
        if board.over() && time::now() > *over.get_or_insert(time::now()) + LEAVING {
            board.wrong(format_args!("processes {pids:?} (0: gone) do not end"));
            stuck::tell_descendants();
            let _ = process::kill_descendants(signal::SIGKILL);
            time::pause(2_000_000);
            return;
        }
    }
}

/// What must have happened and has not, or not often enough.
fn lacking(board: &Board) -> Option<&'static str> {
    let no_way = |way: &&Way| board.endings(**way, Ending::Whole) == 0;
    let no_ending =
        |ending: &&Ending| !Way::ALL.iter().any(|&way| board.endings(way, **ending) > 0);
    let events = [
        Event::SetUidExec,
        Event::Check,
        Event::SeenChange,
        Event::InPlace,
    ];
    let few = |event: &&Event| board.events(**event) < 20;
    let endings = [Ending::Denied, Ending::Busy, Ending::Stale];
    let way = Way::ALL.iter().find(no_way).map(|way| way.name());
    let ending = endings.iter().find(no_ending).map(|ending| ending.name());
    let event = events.iter().find(few).map(|event| event.name());
    way.or(ending).or(event)
}

/// In the image of a person.
pub fn play(arguments: Arguments) -> Option<i32> {
    let person = Person::of(arguments)?;
    let lived = match person.shares() {
        true => sharer::live(&person),
        false => person.live(),
    };
    match lived {
        Ok(()) => Some(0),
        Err(error) => {
            let board = person.board;
            board.wrong(format_args!("a person cannot go on: {error}"));
            Some(1)
        }
    }
}
