// SPDX-License-Identifier: BSD-2-Clause
//! Stress from all sides.

use super::aftermath::Before;
use super::board::Board;
use super::count::Event;
use super::descriptors::FEW;
use super::ground::{Folder, PLAIN, SET_UID, begin, nothing_wrong};
use super::herd::Herd;
use super::pressure::Pressure;
use super::targets::Stage;
use super::totals::{self, Tone, lacking};
use crate::console::remark;
use crate::sys::sysctl;
use crate::tap::{Outcome, Test};
use core::ffi::CStr;

pub const STRESS: &str =
    "under stress from all sides the kernel stands, and all is as it was before";

const MAX_ATTACHED: &CStr = c"kern.rwmem.max_attached";

pub fn stress(t: &mut Test, duration: u64, tone: Tone) -> Outcome {
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
    totals::tell(board, tone);
    drop(folder);
    t.can("running the stress", ran)?;
    nothing_wrong(t, board)?;
    t.can("taking the swap away", relieved)?;
    if board.events(Event::SwappedOut) == 0 {
        remark!("nothing was swapped out: there is much memory, or the hogs were too slow");
    }
    t.equal("what did not happen at all", lacking(board), None)?;
    t.device = None;
    before.compare(t)
}
