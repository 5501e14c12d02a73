// SPDX-License-Identifier: BSD-2-Clause
//! RWMEM_READ and RWMEM_WRITE by pid: transfers with a process that must run the image that was checked, from beginning to
//! end.
//!
//! Where the kernel's `proc_rwmem` takes a reference on the address space, it does the read. Where it takes none, the address
//! space could be freed under it, so the core reads from the referenced address space, the one that was checked. Either way
//! the bytes reach the caller only after a check that the process still runs the same image. For a write such a check would
//! come too late: it goes to the referenced address space, and the checks around it only tell the caller that the process
//! runs another image now.
use core::slice;

use freebsd_kpi::copy::copyout;
use freebsd_kpi::errno::Errno;
use freebsd_kpi::process::LockedProc;
use freebsd_kpi::race::{self, Point};
use freebsd_kpi::thread::CurThread;
use freebsd_kpi::vmspace::VmspaceRef;

use crate::memory::Buffer;
use crate::request::{Direction, Range};
use crate::sink::Room;
use crate::sys;
use crate::target;
use crate::transfer::{self, CHUNK, Outcome};

/// Whether `proc_rwmem` does the reads: where this kernel's takes a reference by itself. Not on arm64, where it panics at
/// a device's page.
pub fn uses_proc_rwmem() -> bool {
    // SAFETY: looks at an address that the linker has resolved.
    cfg!(not(target_arch = "aarch64")) && unsafe { sys::kpi_proc_rwmem_references() }
}

/// A process and the address space it had when it was acquired.
pub struct Target<'call> {
    td: CurThread<'call>,
    pid: i32,
    vm: VmspaceRef,
}

impl<'call> Target<'call> {
    /// As [`target::acquire`].
    pub fn acquire(td: CurThread<'call>, pid: i32) -> Result<Target<'call>, Errno> {
        Ok(Target {
            td,
            pid,
            vm: target::acquire(td, pid)?,
        })
    }

    /// Transfers `range`, in pieces. Fails, with nothing done, only where there is no memory for the buffer (ENOMEM).
    pub fn transfer(&self, direction: Direction, range: Range) -> Result<Outcome, Errno> {
        let mut buffer = match direction {
            Direction::Read if range.len() > 0 => {
                Some(Buffer::new(range.len().min(CHUNK) as usize)?)
            }
            _ => None,
        };
        let mut total = Outcome {
            done: 0,
            stopped: Ok(()),
        };
        while total.stopped.is_ok() && total.done < range.len() {
            if total.done > 0
                && let Err(errno) = self.td.yield_or_eintr()
            {
                total.stopped = Err(errno);
                break;
            }
            let piece = range.after(total.done).first(CHUNK);
            let transferred = match &mut buffer {
                Some(buffer) => self.read(buffer, piece),
                None => self.write(piece),
            };
            match transferred {
                Ok(outcome) => {
                    total.done = total.done.saturating_add(outcome.done);
                    total.stopped = outcome.stopped;
                }
                Err(errno) => total.stopped = Err(errno),
            }
        }
        Ok(total)
    }

    fn read(&self, buffer: &mut Buffer, range: Range) -> Result<Outcome, Errno> {
        let room = buffer
            .room()
            .get_mut(..range.len() as usize)
            .unwrap_or_default();
        let (bytes, stopped) = if uses_proc_rwmem() {
            race::sleep(Point::ReferenceHold);
            let held = self.find()?.hold();
            let read = held.proc_rwmem(self.td, range.remote(), room);
            race::sleep(Point::ReadCheck);
            self.check_image(&held.lock())?;
            // The hold ends before anything is copied: the caller's memory may be slow, and the process may want to exit.
            read
        } else {
            let outcome = transfer::read_to(self.td, &self.vm, range.to_offset(), &mut Room(room));
            race::sleep(Point::ReadCheck);
            drop(self.find()?);
            // SAFETY: `read_to` has written the first `done` bytes.
            let bytes =
                unsafe { slice::from_raw_parts(room.as_ptr().cast(), outcome.done as usize) };
            (bytes, outcome.stopped)
        };
        // SAFETY: the bytes are kernel memory of that length.
        let done = unsafe { copyout(bytes.as_ptr(), range.local(), bytes.len()) };
        Ok(Outcome {
            done: done as u64,
            stopped: if done < bytes.len() {
                Err(Errno::EFAULT)
            } else {
                stopped
            },
        })
    }

    fn write(&self, range: Range) -> Result<Outcome, Errno> {
        drop(self.find()?);
        race::sleep(Point::ReferenceHold);
        let outcome = transfer::transfer_by_runs(self.td, &self.vm, Direction::Write, range);
        drop(self.find()?);
        Ok(outcome)
    }

    /// The process, locked. ESTALE if it has another image or address space by now, ESRCH if it is gone or exiting.
    #[inline(never)]
    #[optimize(size)]
    fn find(&self) -> Result<LockedProc, Errno> {
        let locked = target::find(self.pid)?;
        self.check_image(&locked)?;
        Ok(locked)
    }

    fn check_image(&self, locked: &LockedProc) -> Result<(), Errno> {
        if !locked.is_in(&self.vm) {
            Err(Errno::ESTALE)
        } else if locked.is_exiting() {
            Err(Errno::ESRCH)
        } else {
            Ok(())
        }
    }
}
