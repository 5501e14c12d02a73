// SPDX-License-Identifier: BSD-2-Clause
//! Targets that execute themselves: as they are, as a set-uid program, alone or among other threads.
//!
//! Forked processes that gave up root are out of everybody else's reach until they execute something. So these are the
//! ones that an unprivileged caller may touch.

use super::stage::{Stage, touch};
use crate::random::Random;
use crate::start::Arguments;
use crate::stress::board::{Board, Slot};
use crate::stress::count::Event;
use crate::sys::file::Fd;
use crate::sys::{Errno, process, thread, time};
use crate::tap::USER;
use crate::text::Text;
use core::ffi::CStr;

/// The argument that makes this program such an image.
pub const IMAGE: &CStr = c"--image";

const PAGES: usize = 16;

/// What an image is begun with.
#[derive(Clone, Copy)]
pub struct Begin {
    pub object: i32,
    pub slot: usize,
    pub seed: u64,
    /// How many more images come after it.
    pub left: u64,
}

/// `PROGRAM --image NUMBERS PLAIN SET-UID`: the numbers in one argument.
pub struct Texts(Text<80>);

pub fn arguments(begin: &Begin) -> Texts {
    Texts(Text::of(format_args!(
        "{} {} {} {}",
        begin.object, begin.slot, begin.seed, begin.left
    )))
}

impl Texts {
    pub fn list<'a>(&'a self, plain: &'a CStr, set_uid: &'a CStr) -> [&'a CStr; 5] {
        [plain, IMAGE, self.0.as_c_str(), plain, set_uid]
    }
}

/// Executes the first image.
pub fn begin(
    stage: Stage<'_>,
    _slot: &Slot,
    index: usize,
    random: &mut Random,
) -> Result<(), Errno> {
    let begin = Begin {
        object: stage.object,
        slot: index,
        seed: random.next(),
        left: 4 + random.below(30),
    };
    stage.board.count(Event::Exec);
    next(stage, &begin, false)
}

fn next(stage: Stage<'_>, begin: &Begin, set_uid: bool) -> Result<(), Errno> {
    let texts = arguments(begin);
    let path = if set_uid { stage.set_uid } else { stage.plain };
    Err(process::execute(
        path,
        texts.list(stage.plain, stage.set_uid),
    ))
}

/// In the image.
pub fn play(arguments: Arguments) -> Option<i32> {
    let mut numbers = arguments.get(2)?.to_str().ok()?.split(' ');
    let mut next_number = || numbers.next()?.parse::<u64>().ok();
    let begin = Begin {
        object: next_number()? as i32,
        slot: next_number()? as usize,
        seed: next_number()?,
        left: next_number()?,
    };
    let object = Fd::from_number(begin.object);
    let board = Board::of_descriptor(&object).ok()?;
    core::mem::forget(object);
    let stage = Stage {
        board,
        object: begin.object,
        plain: arguments.get(3)?,
        set_uid: arguments.get(4)?,
    };
    if let Err(error) = live(stage, &begin) {
        board.wrong(format_args!("an image of a target: {error}"));
    }
    Some(0)
}

fn live(stage: Stage<'_>, begin: &Begin) -> Result<(), Errno> {
    let mut random = Random::new(begin.seed);
    touch(0, PAGES, b'i');
    stage
        .board
        .slot(begin.slot)
        .publish(process::own_pid(), 0, PAGES);
    time::pause(random.below(4000) as u32);
    if process::effective_uid() == 0 && process::real_uid() == USER {
        // A set-uid program; without this, the next one would keep its rights.
        process::become_user(USER)?;
    }
    if begin.left == 0 || stage.board.over() {
        return Ok(());
    }
    let begin = Begin {
        seed: random.next(),
        left: begin.left - 1,
        ..*begin
    };
    let set_uid = random.one_in(2);
    stage.board.count(match set_uid {
        true => Event::SetUidExec,
        false => Event::Exec,
    });
    if random.one_in(4) {
        stage.board.count(Event::ThreadedExec);
        return thread::run::<2>(&|index| {
            if index == 0 {
                if let Err(error) = next(stage, &begin, set_uid) {
                    stage
                        .board
                        .wrong(format_args!("execve among threads: {error}"));
                }
            } else {
                while !stage.board.over() {
                    let _ = process::parent();
                    time::pause(100);
                }
            }
        });
    }
    next(stage, &begin, set_uid)
}
