// SPDX-License-Identifier: BSD-2-Clause
//! A process with a secret: an ordinary image of a user's, whose memory everybody may read and write who may debug it,
//! then a set-uid-root one, whose memory nobody may touch; and back again.
//!
//! All images are of the same program, so that what is asked for is at the same addresses in each: the vault (zeroes
//! in a new image), initialised data, text.

use crate::random::Random;
use crate::start::Arguments;
use crate::stress::board::Board;
use crate::stress::count::Event;
use crate::stress::transfer::TAME;
use crate::sys::file::Fd;
use crate::sys::memory::{PAGE, Region};
use crate::sys::sysctl::Kinfo;
use crate::sys::{Errno, process, time};
use crate::tap::USER;
use crate::text::Text;
use core::arch::global_asm;
use core::cell::UnsafeCell;
use core::ffi::CStr;

/// The argument that makes this program a person.
pub const PERSON: &CStr = c"--person";

/// Processes that may be reached at times: persons, and the last is the one that shares its memory.
pub const PREY: usize = 3;
pub const SHARER: usize = PREY - 1;

/// Where the secret is.
pub const VAULT: usize = 32 * PAGE;
/// How much of the data and of the text is watched.
pub const WATCHED: usize = 4 * PAGE;
/// What is in both from the beginning.
const WATCH: u64 = 0x4b2d_5c17_3e61_0a59;

#[repr(C, align(4096))]
struct Data(UnsafeCell<[u64; WATCHED / 8]>);

// SAFETY: only accessed by volatile reads, and written by other processes.
unsafe impl Sync for Data {}

static DATA: Data = Data(UnsafeCell::new([WATCH; WATCHED / 8]));

global_asm!(
    ".pushsection .text.watched,\"ax\",@progbits",
    ".balign 4096",
    "stress_watched_text:",
    ".rept {count}",
    ".quad {word}",
    ".endr",
    ".popsection",
    count = const WATCHED / 8,
    word = const WATCH,
);

unsafe extern "C" {
    /// Not a function: words in the text.
    safe static stress_watched_text: [u64; WATCHED / 8];
}

/// The addresses that are asked for.
pub fn places() -> [(u64, usize); 3] {
    [
        (Region::arena().at(0), VAULT),
        (DATA.0.get() as u64, WATCHED),
        ((&raw const stress_watched_text) as u64, WATCHED),
    ]
}

/// How many of the words at `address` are not `word`.
fn others(address: u64, len: usize, word: u64) -> u64 {
    let words = address as *const u64;
    // SAFETY: the callers ask for one of `places`, which are mapped and aligned; volatile, for others may write them.
    let is_other = |index: &usize| unsafe { words.add(*index).read_volatile() } != word;
    (0..len / 8).filter(is_other).count() as u64
}

/// One image of the process.
pub struct Person<'a> {
    pub board: &'static Board,
    pub index: usize,
    object: i32,
    pub seed: u64,
    /// Which address space it was executed from, if another process left it to this one (see `sharer`); else 0.
    left: u64,
    plain: &'a CStr,
    set_uid: &'a CStr,
}

impl Person<'_> {
    /// Executes the first image, as a user. Returns only what went wrong.
    pub fn begin(
        index: usize,
        object: i32,
        seed: u64,
        plain: &CStr,
        set_uid: &CStr,
    ) -> Result<(), Errno> {
        process::become_user(USER)?;
        execute(plain, (index, object, seed, 0), plain, set_uid)
    }

    /// Executes the set-uid image, which returns to none, in the address space `left`. Returns only what went wrong.
    pub fn turn_set_uid(&self, seed: u64, left: u64) -> Result<(), Errno> {
        let numbers = (self.index, self.object, seed, left);
        execute(self.set_uid, numbers, self.plain, self.set_uid)
    }

    /// The one that an image was executed as.
    pub fn of(arguments: Arguments) -> Option<Person<'static>> {
        let mut numbers = arguments.get(2)?.to_str().ok()?.split(' ');
        let mut next = || numbers.next()?.parse::<u64>().ok();
        let (index, object, seed, left) = (next()? as usize, next()? as i32, next()?, next()?);
        let descriptor = Fd::from_number(object);
        let board = Board::of_descriptor(&descriptor).ok()?;
        core::mem::forget(descriptor);
        Some(Person {
            board,
            index,
            object,
            seed,
            left,
            plain: arguments.get(3)?,
            set_uid: arguments.get(4)?,
        })
    }

    /// Whether it shares its memory, instead of living as the others.
    pub fn shares(&self) -> bool {
        self.index == SHARER && process::effective_uid() != 0
    }

    pub fn live(&self) -> Result<(), Errno> {
        self.board.beat(self.index);
        let mut random = Random::new(self.seed);
        let set_uid = process::effective_uid() == 0;
        if self.left != 0 && Kinfo::of(process::own_pid())?.vmspace() == self.left {
            self.board.count(Event::InPlace);
        }
        match set_uid {
            true => self.guard(&mut random)?,
            false => self.rest(&mut random),
        }
        if self.board.over() || self.left != 0 {
            return Ok(());
        }
        let next = if set_uid { self.plain } else { self.set_uid };
        let numbers = (self.index, self.object, random.next(), 0);
        execute(next, numbers, self.plain, self.set_uid)
    }

    /// As an ordinary image: has something to read, and looks what was written.
    fn rest(&self, random: &mut Random) {
        self.board.count(Event::Exec);
        let arena = Region::arena();
        let word = self.offer(random);
        time::pause(random.below(4000) as u32);
        let [_, data, text] = places();
        let changed = others(arena.at(0), VAULT, word)
            + others(data.0, data.1, WATCH)
            + others(text.0, text.1, WATCH);
        if changed > 0 {
            self.board.count(Event::SeenChange);
        }
    }

    /// Fills the vault with a word that is no secret, and says where that is.
    pub fn offer(&self, random: &mut Random) -> u64 {
        let arena = Region::arena();
        let word = random.next() & !TAME;
        arena.put_words(VAULT, word);
        self.board
            .slot(self.index)
            .publish(process::own_pid(), 0, 1);
        word
    }

    /// As a set-uid image: looks whether it is as its file says, makes up a secret, and looks again and again.
    fn guard(&self, random: &mut Random) -> Result<(), Errno> {
        self.board.count(Event::SetUidExec);
        let arena = Region::arena();
        self.check(0, "zeroes");
        let secret = secret()?;
        arena.put_words(VAULT, secret);
        for _ in 0..1 + random.below(4) {
            if random.one_in(2) {
                time::pause(random.below(1000) as u32);
            }
            self.check(secret, "its secret");
        }
        process::become_user(USER)
    }

    fn check(&self, vault: u64, what: &str) {
        self.board.count(Event::Check);
        let [_, data, text] = places();
        let changed = [
            (what, others(Region::arena().at(0), VAULT, vault)),
            ("data", others(data.0, data.1, WATCH)),
            ("text", others(text.0, text.1, WATCH)),
        ];
        for (what, words) in changed {
            if words > 0 {
                self.board.count(Event::Intrusion);
                self.board.note(format_args!(
                    "a set-uid image found {words} words of {what} changed"
                ));
            }
        }
    }
}

/// What only this image knows: bytes that nobody else's memory has. See [`TAME`].
fn secret() -> Result<u64, Errno> {
    let bits = crate::sys::random_word()?;
    Ok(bits & 0x1f1f_1f1f_1f1f_1f1f | 0xc0c0_c0c0_c0c0_c0c0)
}

/// `PROGRAM --person NUMBERS PLAIN SET-UID`
fn execute(
    path: &CStr,
    (index, object, seed, left): (usize, i32, u64, u64),
    plain: &CStr,
    set_uid: &CStr,
) -> Result<(), Errno> {
    let numbers = Text::<100>::of(format_args!("{index} {object} {seed} {left}"));
    let arguments = [path, PERSON, numbers.as_c_str(), plain, set_uid];
    Err(process::execute(path, arguments))
}
