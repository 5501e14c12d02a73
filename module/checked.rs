// SPDX-License-Identifier: BSD-2-Clause
//! RWMEM_READ and RWMEM_WRITE by pid: transfers with a process that must run the image that was checked, from beginning to
//! end.
//!
//! What is read reaches the caller only after a check that the process still runs that image. For a write such a check would
//! come too late: it goes to the referenced address space, the one that was checked, and the checks around it only tell the
//! caller that the process runs another image now.
//!
//! The kernel's `proc_rwmem` is not called, though from 15.1 on it keeps the address space by itself: it unwires each page by
//! `vm_page_unwire`, which several that read one page at a time must not (see [`WiredPage`](freebsd_kpi::vm_page::WiredPage)).
use freebsd_kpi::copy::copyout;
use freebsd_kpi::errno::Errno;
use freebsd_kpi::race::{self, Point};
use freebsd_kpi::thread::CurThread;
use freebsd_kpi::vmspace::VmspaceRef;

use crate::memory::Buffer;
use crate::request::{Direction, Range};
use crate::sink::Room;
use crate::target;
use crate::transfer::{self, CHUNK, Outcome};

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
        let outcome = transfer::read_to(self.td, &self.vm, range.to_offset(), &mut Room(room));
        race::sleep(Point::ReadCheck);
        self.check_image()?;
        // SAFETY: `read_to` has written the first `done` bytes of the buffer.
        let done = unsafe {
            let bytes = room.as_ptr().cast();
            copyout(bytes, range.local(), outcome.done as usize) as u64
        };
        Ok(Outcome {
            done,
            stopped: if done < outcome.done {
                Err(Errno::EFAULT)
            } else {
                outcome.stopped
            },
        })
    }

    fn write(&self, range: Range) -> Result<Outcome, Errno> {
        self.check_image()?;
        race::sleep(Point::ReferenceLock);
        let outcome = transfer::transfer_by_runs(self.td, &self.vm, Direction::Write, range);
        self.check_image()?;
        Ok(outcome)
    }

    /// ESTALE if the process has another image or address space by now, ESRCH if it is gone or exiting.
    #[inline(never)]
    #[optimize(size)]
    fn check_image(&self) -> Result<(), Errno> {
        if target::find(self.pid)?.is_in(&self.vm) {
            Ok(())
        } else {
            Err(Errno::ESTALE)
        }
    }
}
