// SPDX-License-Identifier: BSD-2-Clause
//! What an agent can be ordered to do. An order is six words: its number and what it acts on; the answer three: an errno,
//! and what the order says. The 32-bit agent (`agent32.c`) knows those below 20.

use crate::sys::jail::Parameter;
use core::ffi::{CStr, c_ulong};
use rwmem_abi::{
    RWMEM_ATTACH, RWMEM_DETACH, RWMEM_INFO, RWMEM_READ, RWMEM_READV, RWMEM_SNAPSHOT, RWMEM_WRITE,
    RWMEM_WRITEV,
};

pub type Order = [u64; 6];
pub type Answer = [u64; 3];

/// Where its memory is.
pub const MEMORY: u64 = 1;
/// The byte of its memory at an offset.
pub const PEEK: u64 = 2;
/// An offset and what to put there.
pub const POKE: u64 = 3;
/// A number in [`REQUESTS`], and a transfer: pid, remote, local, length. Says how far it came, and its `error`.
pub const TRANSFER: u64 = 4;
/// Whether to write, pid, remote, the distance of the bytes to move, how many. Says `done` and `failed`.
pub const BATCH: u64 = 5;
/// Remote, local, length; says how far it came.
pub const PREAD: u64 = 6;
pub const PWRITE: u64 = 7;
pub const ATTACH: u64 = 8;
pub const DETACH: u64 = 9;
/// `PT_ATTACH` and, if that works, `PT_DETACH`.
pub const PT_ATTACH: u64 = 10;
/// `PT_IO` between the two: what it does, pid, remote, local, length. Says how far it came.
pub const PT_IO: u64 = 11;
/// Version and features, and the most segments and the size of a page, each two in a word.
pub const INFO: u64 = 12;
/// Pid.
pub const SNAPSHOT: u64 = 13;

/// Opens the device: for reading, writing, or both.
pub const OPEN: u64 = 20;
/// Executes a [`PROGRAMS`] number. Answers with one word.
pub const EXECUTE: u64 = 21;
/// Goes on as a child of itself; says its pid.
pub const FORK: u64 = 22;
pub const UIDS: u64 = 23;
pub const GIDS: u64 = 24;
/// How many, and which, four at most.
pub const GROUPS: u64 = 25;
/// A number of [`Tracing`].
pub const TRACING: u64 = 26;
/// [`JAILS`] as bits; says the jail's id.
pub const JAIL: u64 = 27;
pub const JOIN: u64 = 28;
pub const CAPABILITY_MODE: u64 = 29;
/// Both words of [`Rights`].
pub const RIGHTS: u64 = 30;
/// [`IOCTLS`] as bits.
pub const LIMIT_IOCTLS: u64 = 31;
pub const SECURELEVEL: u64 = 32;
/// Sends or receives the device over a socket.
pub const SEND: u64 = 33;
pub const RECEIVE: u64 = 34;
/// `PT_ATTACH`, to stay so until [`PT_DETACH`].
pub const HOLD: u64 = 35;
pub const PT_DETACH: u64 = 36;
/// `PT_ATTACH` to what may not stop for long, for good.
pub const SEIZE: u64 = 37;
/// Lets the one that is traced run on, still traced.
pub const CONTINUE: u64 = 39;
/// Maps a page where the kernel likes; says where.
pub const MAP: u64 = 38;
/// Enters a partition of mac_partition(4), by its number (1 to 9).
pub const PARTITION: u64 = 40;

/// Where an agent has the device open, also after an execve.
pub const DEVICE: i32 = 20;

pub const REQUESTS: [c_ulong; 4] = [RWMEM_READ, RWMEM_WRITE, RWMEM_READV, RWMEM_WRITEV];

pub const IOCTLS: [c_ulong; 8] = [
    RWMEM_READ,
    RWMEM_WRITE,
    RWMEM_READV,
    RWMEM_WRITEV,
    RWMEM_ATTACH,
    RWMEM_DETACH,
    RWMEM_INFO,
    RWMEM_SNAPSHOT,
];

/// What an agent can execute beside its own program (0): the same in a file with set-id bits, and the 32-bit agent.
pub const PROGRAMS: [&CStr; 3] = [c"", c"/tmp/rwmem-set-id", c"/agent32"];
pub const OWN: u64 = 0;
pub const SET_ID: u64 = 1;
pub const BITS_32: u64 = 2;

/// The root of a jail that does not see all files.
pub const JAIL_ROOT: &CStr = c"/tmp/rwmem-jail";

pub const JAILS: [Parameter; 4] = [
    Parameter::Number(c"children.max", &4),
    Parameter::Flag(c"allow.nounprivileged_proc_debug"),
    Parameter::Number(c"securelevel", &3),
    Parameter::Text(c"path", JAIL_ROOT),
];
pub const PLAIN: u64 = 0;
pub const MAY_HAVE_CHILDREN: u64 = 1;
pub const NO_DEBUG: u64 = 2;
pub const SECURE: u64 = 4;
pub const OWN_ROOT: u64 = 8;

/// Where in an agent's memory a batch's bytes go to or come from.
pub const BATCH_BYTES: usize = 4096;
/// The most segments that an agent is asked for.
pub const BATCH_MAX: usize = 64;
