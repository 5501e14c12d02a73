// SPDX-License-Identifier: BSD-2-Clause
//! The hostile world: many callers and many targets at once, each doing the worst that it may; and secrets of set-uid
//! programs that nobody may learn. For a short while as two of the tests, for long as a mode of its own.

mod aftermath;
mod board;
mod caller;
mod count;
mod descriptors;
mod herd;
mod long;
mod pressure;
mod secrets;
pub mod stuck;
mod targets;
mod transfer;

pub use long::run;
pub use secrets::{PERSON, play as play_person};
pub use targets::{IMAGE, play_image};

use crate::console::remark;
use crate::sys::{Errno, mount, node, process, sysctl};
use crate::tap::{Outcome, Test};
use aftermath::Before;
use board::Board;
use core::ffi::CStr;
use count::Tone;
use herd::Herd;
use pressure::Pressure;
use targets::Stage;

pub const STRESS: &str =
    "under stress from all sides the kernel stands, and all is as it was before";
pub const SECRETS: &str = "no secret of a set-uid program is learnt, and none of its bytes changed";

/// How long the long form goes on, unless it is told.
pub const MINUTES: u64 = 30;

/// How long each goes on, in milliseconds: as a test, and as a round of the long form. Where some of what must happen
/// has not happened by then, for the machine is slow, it goes on, but not longer than [`MORE`] times that.
const SHORT: u64 = 12_000;
const SHORT_SECRETS: u64 = 6_000;
const ROUND: u64 = 65_000;
const ROUND_SECRETS: u64 = 20_000;
const MORE: u64 = 4;

/// So few attached descriptors that the limit is reached.
const FEW: u64 = 16;
const MAX_ATTACHED: &CStr = c"kern.rwmem.max_attached";

/// A folder on a file system in memory: it has set-uid programs, and files that can be truncated.
const FOLDER: &CStr = c"/mnt";
const PLAIN: &CStr = c"/mnt/plain";
const SET_UID: &CStr = c"/mnt/set-uid";

/// The folder while there is something in it.
struct Folder;

impl Folder {
    fn fill(program: &CStr) -> Result<Folder, Errno> {
        mount::mount(c"tmpfs", FOLDER)?;
        let folder = Folder;
        node::copy(program, PLAIN, 0o755)?;
        node::copy(program, SET_UID, 0o4755)?;
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = mount::unmount(FOLDER) {
            remark!("{FOLDER:?} cannot be unmounted: {error}");
        }
    }
}

/// The seed, before anything that it leads to; and the process is made ready to have many others.
fn begin(t: &mut Test) -> Outcome {
    remark!("seed {}", t.seed);
    t.can("becoming a reaper", process::adopt_descendants())?;
    t.can("procctl", process::protect())
}

/// The short forms.
pub fn short_stress(t: &mut Test) -> Outcome {
    stress(t, SHORT, Tone::Log)
}

pub fn short_secrets(t: &mut Test) -> Outcome {
    secrets::keep(t, SHORT_SECRETS, Tone::Log)
}

fn stress(t: &mut Test, duration: u64, tone: Tone) -> Outcome {
    begin(t)?;
    let before = Before::look(t)?;
    let folder = t.can("the programs' copies", Folder::fill(t.program))?;
    let (board, object) = t.can("the board", Board::make())?;
    let limit = sysctl::number(MAX_ATTACHED);
    let limit = t.can("kern.rwmem.max_attached", limit)?;
    t.can(
        "kern.rwmem.max_attached",
        sysctl::set(MAX_ATTACHED, FEW as i32),
    )?;
    let pressure = t.can("a disk to swap to", Pressure::begin())?;
    let stage = Stage {
        board,
        object: object.number(),
        plain: PLAIN,
        set_uid: SET_UID,
    };
    let ran = Herd::new(stage, t.seed).run(duration);
    let relieved = pressure.end(board);
    let _ = sysctl::set(MAX_ATTACHED, limit as i32);
    count::tell(board, tone);
    drop(folder);
    t.can("running the stress", ran)?;
    nothing_wrong(t, board)?;
    t.can("taking the swap away", relieved)?;
    if board.events(count::Event::SwappedOut) == 0 {
        remark!("nothing was swapped out: there is much memory, or the hogs were too slow");
    }
    t.equal("what did not happen at all", lacking(board), None)?;
    t.device = None;
    before.compare(t)
}

fn nothing_wrong(t: &mut Test, board: &Board) -> Outcome {
    let (count, text) = board.trouble();
    if count > 0 {
        let seed = t.seed;
        t.note(format_args!("seed {seed}: {}", text.as_str()));
    }
    t.equal("things that went wrong", count, 0)
}

/// What must have happened and has not: a run without it has not tested it.
fn lacking(board: &Board) -> Option<&'static str> {
    use count::{Answer, Event, Way};
    // These depend on the machine, or are of the other test.
    let may_lack = |event: Event| {
        matches!(
            event,
            Event::Crash
                | Event::SwappedIn
                | Event::SwappedOut
                | Event::Resumed
                | Event::Limit
                | Event::InPlace
                | Event::Check
                | Event::SeenChange
                | Event::Theft
                | Event::Intrusion
        )
    };
    let no_event = |event: &&Event| board.events(**event) == 0 && !may_lack(**event);
    let no_way = |way: &&Way| board.answers(**way, Answer::Whole) == 0;
    let no_answer =
        |answer: &&Answer| !Way::ALL.iter().any(|&way| board.answers(way, **answer) > 0);
    let answers = [Answer::Fault, Answer::Gone, Answer::Denied];
    let event = Event::ALL.iter().find(no_event).map(|event| event.name());
    let way = Way::ALL.iter().find(no_way).map(|way| way.name());
    let answer = answers.iter().find(no_answer).map(|answer| answer.name());
    event.or(way).or(answer)
}
