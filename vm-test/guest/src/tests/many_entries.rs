// SPDX-License-Identifier: BSD-2-Clause
//! A target that has made its map long: an entry for each page. Its readers must not wait for that, nor have it wait for
//! them.

use crate::device::{Device, Direction, Request};
use crate::path::{PATHS, Path};
use crate::random::Random;
use crate::sys::mapping::READ;
use crate::sys::memory::{ALIAS, PAGE, Region};
use crate::sys::{Errno, cpu, time};
use crate::tap::{Case, Outcome, Test};
use crate::target::Target;
use rwmem_abi::PID_ATTACHED;

pub const CASES: &[Case] = &[Case::root(
    "a target whose map has very many entries is read as fast, and keeps its pace beside two readers",
    pace,
)];

/// Every other page may not be written.
const ENTRIES: usize = 1 << 17;
const SIZE: usize = ENTRIES * PAGE;
/// As many entries as an ordinary process has.
const FEW: usize = 64;
/// What a lap maps, touches and unmaps.
const LAP: usize = 16 * PAGE;

/// The words of the board.
const LAPS: usize = 0;
/// What readers do: rest, read among few entries, read among all.
const ORDER: usize = 8;
/// How often each has done it, and whether anything went wrong.
const READS: [usize; 2] = [16, 24];
const WRONG: usize = 32;

const TURNS: u32 = 4;
const TURN: u32 = 100_000;
const SETTLE: u32 = 10_000;

/// Of its pace beside readers among few entries, so much the target must keep beside those among many, in percent; and of
/// theirs, they. Where the search went from entry to entry, the target kept a sixth.
const LEAST: u64 = 40;
/// A machine that is busy otherwise may have it fail a few times.
const TRIES: u32 = 6;

fn pace(t: &mut Test) -> Outcome {
    // Whose pages are all there, and take no memory: what is measured is the map.
    let region = t.can("mmap", Region::aliased(SIZE))?;
    region.fill(0, ALIAS, |_| 1);
    let board = t.can("mmap", Region::shared(PAGE))?;
    let target = Target::start(|link| {
        let prepared = (0..ENTRIES)
            .step_by(2)
            .try_for_each(|page| region.protect(page * PAGE, PAGE, READ))
            .and_then(|()| cpu::bind_to(0));
        if prepared.is_err() {
            return;
        }
        link.say(0);
        loop {
            let Ok(lap) = Region::private(LAP) else {
                return;
            };
            for page in (0..LAP).step_by(PAGE) {
                lap.put(page, 1);
            }
            board.count(LAPS);
        }
    });
    let target = t.can("fork", target)?;
    PATHS.iter().try_for_each(|path| {
        t.path = path;
        board.put_word(ORDER, 0);
        let reader = |index: usize| {
            Target::start(|link| {
                link.say(0);
                read_on(path, &board, &region, target.pid(), index);
            })
        };
        let _readers = [t.can("fork", reader(0))?, t.can("fork", reader(1))?];
        let mut found = [0; 2];
        for _ in 0..TRIES {
            found = compare(&board);
            if found.iter().all(|&percent| percent >= LEAST) {
                break;
            }
        }
        t.equal(
            format_args!("{}: what went wrong", path.name),
            board.word(WRONG),
            0,
        )?;
        let [laps, reads] = found;
        t.holds(
            format_args!("{}: the target keeps {laps} % of its pace", path.name),
            laps >= LEAST,
        )?;
        t.holds(
            format_args!("{}: the readers keep {reads} % of theirs", path.name),
            reads >= LEAST,
        )
    })
}

/// A reader's life: reads words from one random page after the other, each in another entry.
fn read_on(path: &Path, board: &Region, region: &Region, pid: i32, index: usize) {
    let mut random = Random::new(index as u64 + 1);
    // A descriptor of its own, which is attached once.
    let begun = cpu::bind_to(1).and_then(|()| Device::open());
    let attached = begun.and_then(|device| {
        if !path.attaches {
            return Ok((device, pid));
        }
        device.attach(pid)?;
        Ok((device, PID_ATTACHED))
    });
    let Ok((device, pid)) = attached else {
        return board.put_word(WRONG, 1);
    };
    let Ok(local) = Region::private(PAGE) else {
        return;
    };
    loop {
        let entries = match board.word(ORDER) {
            0 => {
                time::pause(1000);
                continue;
            }
            1 => FEW,
            _ => ENTRIES,
        };
        let page = random.below(entries as u64) as usize;
        let moved = (path.transfer)(
            &device,
            Request {
                direction: Direction::Read,
                pid,
                remote: region.at(page * PAGE),
                local: local.at(0),
                len: 8,
            },
        );
        let right = moved.is_ok_and(|moved| moved.done == 8 && moved.error == Errno::NONE);
        if !right {
            board.put_word(WRONG, 1);
        }
        board.count(READS[index]);
    }
}

/// What the target and the readers keep of their pace among few entries, among many; in percent. They take turns.
fn compare(board: &Region) -> [u64; 2] {
    let count = || {
        [
            board.word(LAPS),
            board.word(READS[0]) + board.word(READS[1]),
        ]
    };
    let mut sums = [[0; 2]; 2];
    for _ in 0..TURNS {
        for (sum, order) in sums.iter_mut().zip([1, 2]) {
            board.put_word(ORDER, order);
            time::pause(SETTLE);
            let before = count();
            time::pause(TURN);
            let after = count();
            for ((sum, after), before) in sum.iter_mut().zip(after).zip(before) {
                *sum += after - before;
            }
        }
    }
    board.put_word(ORDER, 0);
    let [few, many] = sums;
    [0, 1].map(|who| many[who] * 100 / few[who].max(1))
}
