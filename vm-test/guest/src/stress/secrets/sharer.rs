// SPDX-License-Identifier: BSD-2-Clause
//! A user's process that shares its memory with a child (`rfork(2)`), and leaves it: it goes on in a copy, while the
//! child, which is then the only one to have the address space, executes the set-uid program in it. Whoever was
//! permitted to reach the process, and takes what it had before for what it has, gets the set-uid image.

use super::person::Person;
use crate::random::Random;
use crate::stress::count::Event;
use crate::sys::memory::Region;
use crate::sys::offspring::{Descriptors, share_memory, unshare_memory};
use crate::sys::process::{self, Ended, Patience};
use crate::sys::sysctl::Kinfo;
use crate::sys::{Errno, time};
use core::hint::spin_loop;
use core::sync::atomic::{AtomicBool, Ordering};

const STACK: usize = 64 << 10;

/// What the child is told, in memory that both have even when the parent has left.
struct Heir<'a> {
    person: &'a Person<'a>,
    seed: u64,
    /// The address space that it is to inherit.
    vmspace: u64,
    /// How long the parent took to leave the last time, in nanoseconds.
    took: u64,
    /// The parent is about to leave, and has left.
    leaving: AtomicBool,
    left: AtomicBool,
}

/// A call that locks the process waits for whoever looks at it, and keeps a processor from the child meanwhile: so the
/// parent sleeps first, for so many microseconds.
const AWAY: u32 = 5000;

pub fn live(person: &Person<'_>) -> Result<(), Errno> {
    let mut random = Random::new(person.seed);
    person.offer(&mut random);
    let mut took = 0;
    while !person.board.over() {
        person.board.beat(person.index);
        let child = leave(person, &mut random, &mut took)?;
        time::pause(AWAY);
        person.board.count(Event::Rfork);
        match process::reap(child, Patience::Wait)? {
            Some((_, Ended::Exit(0))) => (),
            ended => person.board.wrong(format_args!("an heir ended: {ended:?}")),
        }
    }
    Ok(())
}

/// Has a child that shares this process's memory, and leaves that to it. The child's pid.
fn leave(person: &Person<'_>, random: &mut Random, took: &mut u64) -> Result<i32, Errno> {
    let vmspace = Kinfo::of(process::own_pid())?.vmspace();
    let stack = Region::shared(STACK)?;
    let place = stack.at(0) as *mut Heir<'_>;
    // SAFETY: the start of a fresh mapping, which is page-aligned and large enough. This process has it until the end
    // of this function, the child, for which it is mapped as well, until its execve.
    let heir = unsafe {
        place.write(Heir {
            person,
            seed: random.next(),
            vmspace,
            took: *took,
            leaving: AtomicBool::new(false),
            left: AtomicBool::new(false),
        });
        &*place
    };
    let child = share_memory(&stack, Descriptors::Copied, inherit, place as usize)?;
    heir.leaving.store(true, Ordering::Release);
    time::spin(random.below(*took + 1));
    let begun = time::nanoseconds();
    if let Err(error) = unshare_memory() {
        // It is the child's too.
        core::mem::forget(stack);
        return Err(error);
    }
    heir.left.store(true, Ordering::Release);
    *took = time::nanoseconds() - begun;
    Ok(child)
}

extern "C" fn inherit(argument: usize) -> ! {
    // SAFETY: `leave` passes the address of an Heir, which stays mapped here until this process executes something.
    let heir = unsafe { &*(argument as *const Heir<'_>) };
    let board = heir.person.board;
    let mut random = Random::new(heir.seed);
    while !heir.leaving.load(Ordering::Acquire) && !board.over() {
        spin_loop();
    }
    // An execve at the very moment that the parent leaves, or certainly after it.
    if random.one_in(2) {
        time::spin(random.below(2 * heir.took + 1));
    } else {
        while !heir.left.load(Ordering::Acquire) && !board.over() {
            spin_loop();
        }
        if random.one_in(2) {
            time::pause(random.below(2000) as u32);
        }
    }
    if let Err(error) = heir.person.turn_set_uid(random.next(), heir.vmspace) {
        board.wrong(format_args!("an heir cannot go on: {error}"));
    }
    process::exit(1)
}
