// SPDX-License-Identifier: BSD-2-Clause
//! What a target feels of those who read and write its memory, and they of each other: in real time, on two processors,
//! each process bound to one of them.
//!
//! The target maps 1 MiB, touches its pages and unmaps it, over and over; its laps are counted beside a companion that moves
//! other memory of the target, and beside one that only copies its own: the control. Whatever else the host does changes the
//! machine's speed from one moment to the next, so the two take turns, a fraction of a second each, and only their
//! ratio means something.

mod board;
mod copied;
mod deed;

use super::output::{Output, tell_record};
use super::subject::Subject;
use super::{Step, step};
use crate::console::{remark, say};
use crate::device::Direction;
use crate::sys::memory::{PAGE, Region};
use crate::sys::{Errno, cpu, time};
use crate::target::Target;
use board::{Actor, Board, REST};
use deed::{Deed, Hands, PIECES, Piece, Reach};
use rwmem_vm_protocol::bench::{LARGE, ROUNDS, Record};

/// What the mapper maps.
const LAP: usize = 1 << 20;
/// The two sides of a measurement take so many turns each.
const TURNS: usize = 8;
/// A turn's time that counts, and before it the time until everybody does what it was told, in microseconds.
const TURN: u32 = 125_000;
const SETTLE: u32 = 25_000;
/// How long one looks for the next order who rests, in microseconds.
const NAP: u32 = 1000;
/// The processor of the target, and of one of two readers; and of all others.
const ITS_CPU: u32 = 0;
const THEIR_CPU: u32 = 1;

/// The indices of a companion's targets: the mapper, and two processes that sleep.
const MAPPER: usize = 0;
const SLEEPERS: [usize; 2] = [1, 2];

/// What was done in so much time.
#[derive(Clone, Copy, Default)]
struct Pace {
    count: u64,
    nanoseconds: u64,
}

/// Measures everything; whether all could be.
pub fn measure_all(output: Output) -> Result<bool, Step> {
    let board = step("getting memory to share", Board::new())?;
    let mapper = Subject::start_and_do(|_, _| map_and_touch(&board));
    let mapper = step("starting the process that maps memory", mapper)?;
    let sleeper = || step("starting a process to read from", Subject::start());
    let sleepers = [sleeper()?, sleeper()?];
    let [first, second] = &sleepers;
    let targets = [&mapper, first, second];
    let companion = |actor, cpu| {
        let target = Target::start(|link| match prepare(targets, cpu) {
            Ok(mut hands) => {
                link.say(0);
                follow_orders(&board, actor, |deed| hands.perform(deed));
            }
            Err(error) => remark!("a companion cannot begin: {error}"),
        });
        step("starting a companion", target)
    };
    // They are killed at the end.
    let _companions = [
        companion(Actor::Companion, THEIR_CPU)?,
        companion(Actor::Second, ITS_CPU)?,
    ];
    step("binding to the second processor", cpu::bind_to(THEIR_CPU))?;
    let (mut all, mut copies) = (true, true);
    let mut note = |what: &str, piece: Option<&Piece>, result: Result<(), Errno>| {
        if let Err(error) = result {
            all = false;
            let (direction, path, bytes) = piece.map_or(("no", "", 0), |piece| {
                (piece.direction.word(), piece.way.word(), piece.bytes)
            });
            remark!("{what} ({direction} {path} {bytes}) cannot be measured: {error}");
        }
    };
    for round in 1..=ROUNDS as u64 {
        note("the target alone", None, alone(&board, output, round));
        for (index, piece) in PIECES.iter().enumerate() {
            let result = company(&board, output, round, index, piece);
            note("company", Some(piece), result);
        }
        for (index, piece) in PIECES.iter().enumerate() {
            if piece.direction == Direction::Read && LARGE.contains(&piece.bytes) {
                let result = readers(&board, output, round, index, piece);
                note("two readers", Some(piece), result);
            }
        }
        copies &= step("preparing copies", copied::measure(output, round))?;
    }
    Ok(all && copies)
}

/// The mapper's life.
fn map_and_touch(board: &Board) {
    if let Err(error) = cpu::bind_to(ITS_CPU) {
        board.set_error(Actor::Mapper, error);
    }
    let lap = || {
        let region = Region::private(LAP)?;
        for page in (0..LAP).step_by(PAGE) {
            region.put(page, 1);
        }
        Ok(())
    };
    follow_orders(board, Actor::Mapper, |_| lap());
}

fn prepare(targets: [&Subject; 3], cpu: u32) -> Result<Hands<'_, 3>, Errno> {
    cpu::bind_to(cpu)?;
    let [mapper, first, second] = targets;
    Hands::new([Reach::new(mapper)?, Reach::new(first)?, Reach::new(second)?])
}

/// Does what the board says, until killed.
fn follow_orders(board: &Board, actor: Actor, mut perform: impl FnMut(Deed) -> Result<(), Errno>) {
    let mut count = 0;
    loop {
        let Some(deed) = Deed::of_order(board.order(actor)) else {
            time::pause(NAP);
            continue;
        };
        match perform(deed) {
            Ok(()) => {
                count += 1;
                board.set_count(actor, count);
            }
            Err(error) => {
                board.set_error(actor, error);
                time::pause(NAP);
            }
        }
    }
}

/// One turn: the orders to the mapper, the companion and the second one, and what each has done.
fn turn(board: &Board, deeds: [Option<Deed>; 3], paces: &mut [Pace; 3]) -> Result<(), Errno> {
    let orders = deeds.map(|deed| deed.map_or(REST, Deed::order));
    for (actor, order) in Actor::ALL.into_iter().zip(orders) {
        board.give_order(actor, order);
    }
    time::pause(SETTLE);
    let begin = time::nanoseconds();
    let before = Actor::ALL.map(|actor| board.count(actor));
    time::pause(TURN);
    let end = time::nanoseconds();
    let after = Actor::ALL.map(|actor| board.count(actor));
    for ((pace, before), after) in paces.iter_mut().zip(before).zip(after) {
        pace.count += after - before;
        pace.nanoseconds += end - begin;
    }
    board.check()
}

/// Two sides take turns; one that has several things to do does one of them each turn, in their order. Then all rest.
fn compare<const N: usize>(
    board: &Board,
    sides: [[[Option<Deed>; 3]; N]; 2],
) -> Result<[[Pace; 3]; 2], Errno> {
    const { assert!(TURNS.is_multiple_of(N)) };
    let mut paces = [[Pace::default(); 3]; 2];
    for number in 0..TURNS {
        for (side, paces) in sides.iter().zip(&mut paces) {
            turn(board, side[number % N], paces)?;
        }
    }
    for actor in Actor::ALL {
        board.give_order(actor, REST);
    }
    Ok(paces)
}

/// Any order has the mapper map.
const MAP: Option<Deed> = Some(Deed::CopyOwn);
const CONTROL: [Option<Deed>; 3] = [MAP, Some(Deed::CopyOwn), None];

/// How quiet the host is: beside the control, the target goes as fast as alone.
fn alone(board: &Board, output: Output, round: u64) -> Result<(), Errno> {
    let [[alone, ..], [control, ..]] = compare(board, [[[MAP, None, None]], [CONTROL]])?;
    match output {
        Output::Lines => tell_record(Record::Alone {
            round,
            laps: alone.count,
            ns: alone.nanoseconds,
            control_laps: control.count,
            control_ns: control.nanoseconds,
        }),
        Output::Table => say!(
            "{:>5}% the control's pace, of the pace alone",
            percent(control, alone)
        ),
    }
    Ok(())
}

fn company(
    board: &Board,
    output: Output,
    round: u64,
    index: usize,
    piece: &Piece,
) -> Result<(), Errno> {
    let deed = Deed::Move {
        piece: index,
        target: MAPPER,
    };
    let [[beside, moved, _], [control, ..]] =
        compare(board, [[[MAP, Some(deed), None]], [CONTROL]])?;
    let Piece {
        direction,
        way,
        bytes,
    } = *piece;
    match output {
        Output::Lines => tell_record(Record::Company {
            direction,
            path: way,
            bytes,
            round,
            laps: beside.count,
            ns: beside.nanoseconds,
            pieces: moved.count,
            control_laps: control.count,
            control_ns: control.nanoseconds,
        }),
        Output::Table => say!(
            "{:>5}% of the control's pace: beside a {} of {bytes} bytes, {}",
            percent(beside, control),
            direction.word(),
            way.word()
        ),
    }
    Ok(())
}

/// Two readers of one target, in turn with the same two of a target each. Each reader has each target on both sides: how
/// fast an emulated machine copies depends on where the pages are.
fn readers(
    board: &Board,
    output: Output,
    round: u64,
    index: usize,
    piece: &Piece,
) -> Result<(), Errno> {
    let [one, other] = SLEEPERS.map(|target| {
        Some(Deed::Move {
            piece: index,
            target,
        })
    });
    let together = [[None, one, one], [None, other, other]];
    let apart = [[None, one, other], [None, other, one]];
    let [[_, a, b], [_, c, d]] = compare(board, [together, apart])?;
    let sum = |a: Pace, b: Pace| Pace {
        count: a.count + b.count,
        nanoseconds: a.nanoseconds,
    };
    let (together, apart) = (sum(a, b), sum(c, d));
    let Piece { way, bytes, .. } = *piece;
    match output {
        Output::Lines => tell_record(Record::Readers {
            path: way,
            bytes,
            round,
            together: together.count,
            together_ns: together.nanoseconds,
            apart: apart.count,
            apart_ns: apart.nanoseconds,
        }),
        Output::Table => say!(
            "{:>5}% of two readers of a target each: two of one target, {bytes} bytes, {}",
            percent(together, apart),
            way.word()
        ),
    }
    Ok(())
}

/// How fast one is, in percent of another.
fn percent(one: Pace, other: Pace) -> u64 {
    let per_second = |pace: Pace| pace.count * 1_000_000_000 / pace.nanoseconds.max(1);
    per_second(one) * 100 / per_second(other).max(1)
}
