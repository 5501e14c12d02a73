// SPDX-License-Identifier: BSD-2-Clause
//! The one descriptor of `/dev/rwmem` that process_vm_readv and process_vm_writev share, and nobody sees.
//!
//! The program may close it without knowing (closefrom(2), as daemons do), and may then get its number for a file of its
//! own. A request fails on such a file; only then is the descriptor asked whether it is still the device, so that this
//! costs nothing otherwise.
use core::ffi::{CStr, c_int, c_ulong};
use core::sync::atomic::{AtomicU64, Ordering};

use rwmem_abi::{BATCH_STOP, FEATURE_STOP, RWMEM_READV, RWMEM_WRITEV, Seg};

use crate::errno::Errno;
use crate::requests::{batch, info};

pub const DEVICE: &CStr = c"/dev/rwmem";

/// Which way the bytes go, seen from the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Read,
    Write,
}

impl Direction {
    /// RWMEM_READV or RWMEM_WRITEV.
    pub fn batch_request(self) -> c_ulong {
        match self {
            Direction::Read => RWMEM_READV,
            Direction::Write => RWMEM_WRITEV,
        }
    }
}

/// The shared descriptor: zero while there is none, else see `Shared`. One word, so that threads need no lock, and a
/// child of fork(2) finds it whole.
static SHARED: AtomicU64 = AtomicU64::new(0);

/// A descriptor, and how often it was replaced before: a number alone may be the old one or a new one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shared {
    fd: c_int,
    read_only: bool,
    /// The module knows RWMEM_BATCH_STOP.
    stops: bool,
    generation: u32,
}

impl Shared {
    /// In the low half the descriptor plus one, and above it whether it is read-only and whether the module stops; in the
    /// high half the generation.
    fn from_word(word: u64) -> Option<Shared> {
        let low = word as u32;
        (low != 0).then(|| Shared {
            fd: (low & !(READ_ONLY | STOPS)) as c_int - 1,
            read_only: low & READ_ONLY != 0,
            stops: low & STOPS != 0,
            generation: (word >> 32) as u32,
        })
    }

    fn to_word(self) -> u64 {
        let mut low = (self.fd + 1) as u32;
        if self.read_only {
            low |= READ_ONLY;
        }
        if self.stops {
            low |= STOPS;
        }
        u64::from(self.generation) << 32 | u64::from(low)
    }

    fn can(self, direction: Direction) -> bool {
        direction == Direction::Read || !self.read_only
    }
}

/// No descriptor is so high.
const READ_ONLY: u32 = 1 << 31;
const STOPS: u32 = 1 << 30;

/// Transfers the segments with process `pid` (RWMEM_READV, RWMEM_WRITEV), at most MAX_SEGS, up to the first that stops
/// early. Returns how many were tried.
///
/// A module that knows no RWMEM_BATCH_STOP goes on after it: it gets a single segment to write, for nothing may be
/// written after the bytes that the caller is told of.
///
/// # Safety
/// As for [`batch`].
pub unsafe fn transfer(direction: Direction, pid: i32, segs: &mut [Seg]) -> Result<usize, Errno> {
    let mut patience = Patience::new();
    let mut replaced = 0;
    loop {
        let shared = acquire(direction)?;
        let (flags, count) = match (shared.stops, direction) {
            (true, _) => (BATCH_STOP, segs.len()),
            (false, Direction::Read) => (0, segs.len()),
            (false, Direction::Write) => (0, segs.len().min(1)),
        };
        let segs = segs.get_mut(..count).unwrap_or_default();
        // SAFETY: the caller's promise.
        match unsafe { batch(shared.fd, direction.batch_request(), pid, flags, segs) } {
            Ok(()) => return Ok(count),
            Err(libc::EINTR) => (),
            // The target is in the middle of execve(2). Linux waits for that.
            Err(libc::EBUSY) if is_device(shared.fd) && patience.wait() => (),
            // EBADF, though it is the device: the program has opened it itself, for one direction, under our number.
            Err(errno) if errno != libc::EBADF && is_device(shared.fd) => return Err(Errno(errno)),
            Err(errno) if replaced == OFTEN => return Err(Errno(errno)),
            Err(_) => {
                replaced += 1;
                replace(shared, direction)?;
            }
        }
    }
}

/// After this many times, what is at `/dev/rwmem` is not the device, or another thread closes every descriptor.
const OFTEN: u32 = 10;

fn acquire(direction: Direction) -> Result<Shared, Errno> {
    loop {
        let word = SHARED.load(Ordering::Acquire);
        match Shared::from_word(word) {
            Some(shared) if shared.can(direction) => return Ok(shared),
            // The first use, or the first write after the device could only be opened to read.
            _ => install(word, direction)?,
        }
    }
}

/// Opens the device again, in the place of a descriptor that is no longer ours. That one is not closed: it may be
/// another file of the program's by now.
fn replace(lost: Shared, direction: Direction) -> Result<(), Errno> {
    install(lost.to_word(), direction)
}

/// Opens the device and makes that the shared descriptor, if that is still what `seen` says; else another thread was
/// first, and the new one is closed again.
fn install(seen: u64, direction: Direction) -> Result<(), Errno> {
    let (fd, read_only) = open(direction)?;
    let generation = ((seen >> 32) as u32).wrapping_add(1);
    let new = Shared {
        fd,
        read_only,
        stops: info(fd).is_ok_and(|info| info.features & FEATURE_STOP != 0),
        generation,
    };
    if SHARED
        .compare_exchange(seen, new.to_word(), Ordering::AcqRel, Ordering::Acquire)
        .is_err()
    {
        // SAFETY: opened here, and nobody else knows it.
        unsafe { libc::close(fd) };
    }
    Ok(())
}

/// Opens the device for both directions; to read, for reading only where it may not be written. Returns whether the
/// latter was the case.
fn open(direction: Direction) -> Result<(c_int, bool), Errno> {
    match open_for(libc::O_RDWR) {
        Ok(fd) => Ok((fd, false)),
        Err(Errno(libc::EACCES)) if direction == Direction::Read => {
            open_for(libc::O_RDONLY).map(|fd| (fd, true))
        }
        Err(errno) => Err(errno),
    }
}

/// The numbers of standard input, output and error are not taken, should the program have closed those.
fn open_for(flags: c_int) -> Result<c_int, Errno> {
    // SAFETY: the path ends with NUL.
    let fd = Errno::check(unsafe { libc::open(DEVICE.as_ptr(), flags | libc::O_CLOEXEC) })?;
    if fd > libc::STDERR_FILENO {
        return Ok(fd);
    }
    // SAFETY: `fd` was opened here and is closed here.
    unsafe {
        let higher = Errno::check(libc::fcntl(
            fd,
            libc::F_DUPFD_CLOEXEC,
            libc::STDERR_FILENO + 1,
        ));
        libc::close(fd);
        higher
    }
}

/// Whether the descriptor is one of the device: nothing else knows RWMEM_INFO.
fn is_device(fd: c_int) -> bool {
    info(fd).is_ok_and(|info| info.abi_version != 0)
}

/// How long to wait for a target that is inside execve(2).
struct Patience(u32);

impl Patience {
    /// A second; longer takes only a program on a file server that does not respond.
    fn new() -> Patience {
        Patience(1000)
    }

    /// Waits a millisecond. False when that was enough.
    fn wait(&mut self) -> bool {
        let Some(left) = self.0.checked_sub(1) else {
            return false;
        };
        self.0 = left;
        let millisecond = libc::timespec {
            tv_sec: 0,
            tv_nsec: 1_000_000,
        };
        // SAFETY: reads the time; to be interrupted by a signal is no harm.
        unsafe { libc::nanosleep(&raw const millisecond, core::ptr::null_mut()) };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shared_word_holds_all_of_a_descriptor() {
        assert!(Shared::from_word(0).is_none());
        for fd in [0, 1, 77, (1 << 30) - 2] {
            for read_only in [false, true] {
                for (generation, stops) in [(0, true), (1, false), (u32::MAX, true)] {
                    let shared = Shared {
                        fd,
                        read_only,
                        stops,
                        generation,
                    };
                    assert!(Shared::from_word(shared.to_word()) == Some(shared));
                }
            }
        }
    }

    #[test]
    fn other_files_are_not_taken_for_the_device() {
        for path in [c"/dev/null", c"/", c"/dev/zero"] {
            // SAFETY: the path ends with NUL.
            let fd = unsafe { libc::open(path.as_ptr(), libc::O_RDONLY) };
            assert!(fd >= 0 && !is_device(fd));
            // SAFETY: opened above.
            unsafe { libc::close(fd) };
        }
        assert!(!is_device(-1));
    }
}
