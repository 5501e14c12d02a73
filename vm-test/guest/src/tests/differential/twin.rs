// SPDX-License-Identifier: BSD-2-Clause
//! One of several processes that are alike to the byte, and the one way in which it is accessed.

use super::demand::{Demand, Local, MOST, STACK};
use super::large;
use super::layout::Layout;
use crate::console::remark;
use crate::device::{Device, Direction, Moved, Request};
use crate::path::PATHS;
use crate::random::Random;
use crate::sys::Errno;
use crate::sys::file::{Fd, Vectored};
use crate::sys::memory::{PAGE, Region};
use crate::sys::ptrace::{Io, Stopped};
use crate::target::Target;
use core::hint::black_box;
use rwmem_abi::{Batch, PID_ATTACHED, RWMEM_READV, RWMEM_WRITEV, Seg};

/// How a twin is accessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// RWMEM_READ and RWMEM_WRITE.
    Single,
    /// RWMEM_READV and RWMEM_WRITEV, all transfers in one request.
    Batch,
    /// pread and the like, or any request, on a descriptor that is attached.
    Attached,
    /// `ptrace(PT_IO)`: what the others are measured by.
    PtIo,
}

impl Way {
    pub const ALL: [Way; 4] = [Way::PtIo, Way::Single, Way::Batch, Way::Attached];
}

/// Questions to the process itself.
const DIGEST: u64 = 0;
const STACK_ADDRESS: u64 = 1;
const LARGE_PAGES: u64 = 2;
/// All others are seeds for a change of the mosaic.
const CHANGE: u64 = 1 << 63;

pub struct Twin {
    pub way: Way,
    /// Only while it is accessed by ptrace. Let go before the process is ended.
    stopped: Option<Stopped>,
    target: Target,
    device: Device,
    pub local: Local,
}

pub type Results = [Option<Result<Moved, Errno>>; MOST];

impl Twin {
    pub fn start(
        way: Way,
        layout: Layout,
        mosaic: &Region,
        large: &Region,
        file: &Fd,
    ) -> Result<Twin, Errno> {
        let target = Target::start(|link| {
            let mut stack = [0u8; STACK];
            for (place, byte) in stack.iter_mut().enumerate() {
                *byte = place as u8;
            }
            let on_stack = black_box(&mut stack).as_mut_ptr() as u64;
            if let Err(error) = layout.make(mosaic, large, file) {
                return remark!("a twin cannot make its memory: {error}");
            }
            let mut layout = layout;
            link.serve(|question| match question {
                DIGEST => layout.digest(mosaic),
                STACK_ADDRESS => on_stack,
                LARGE_PAGES => large::count(large),
                seed => match layout.change(&mut Random::new(seed), Some((mosaic, file))) {
                    Ok(()) => 0,
                    Err(error) => error.0 as u64,
                },
            });
            // In use until here, although only others look at it.
            black_box(&stack);
        })?;
        let device = Device::open()?;
        if way == Way::Attached {
            device.attach(target.pid())?;
        }
        Ok(Twin {
            way,
            target,
            device,
            stopped: None,
            local: Local::new(file)?,
        })
    }

    pub fn stack(&self) -> Result<u64, Errno> {
        self.target.ask(STACK_ADDRESS)
    }

    pub fn large_pages(&self) -> Result<u64, Errno> {
        self.target.ask(LARGE_PAGES)
    }

    /// Has the process change something, and returns what came of that.
    pub fn change(&mut self, seed: u64) -> Result<u64, Errno> {
        self.stopped = None;
        self.target.ask(seed | CHANGE)
    }

    pub fn digest(&mut self) -> Result<u64, Errno> {
        self.stopped = None;
        self.target.ask(DIGEST)
    }

    /// Reads by ptrace, whatever the twin's own way is.
    pub fn look(&mut self, remote: u64, into: &Region) -> Result<Moved, Errno> {
        let stopped = stop(&mut self.stopped, &self.target)?;
        Ok(by_ptrace(
            stopped,
            Io::Read,
            remote,
            into.at(0),
            PAGE as u64,
        ))
    }

    /// Runs the demands in the twin's own way.
    pub fn run(&mut self, demands: &[Option<Demand>], form: u64) -> Result<Results, Errno> {
        let mut results = [None; MOST];
        let pid = self.target.pid();
        match (self.way, form) {
            (Way::Batch, _) => self.batch(pid, demands, &mut results)?,
            (Way::Attached, 0) => self.batch(PID_ATTACHED, demands, &mut results)?,
            _ => {
                for (demand, result) in demands.iter().flatten().zip(&mut results) {
                    *result = Some(self.one(pid, demand, form)?);
                }
            }
        }
        Ok(results)
    }

    fn one(&mut self, pid: i32, demand: &Demand, form: u64) -> Result<Result<Moved, Errno>, Errno> {
        let local = self.local.0.at(demand.local);
        let request = Request {
            direction: demand.direction,
            pid,
            remote: demand.remote,
            local,
            len: demand.len as u64,
        };
        let attached = Request {
            pid: PID_ATTACHED,
            ..request
        };
        Ok(match (self.way, form) {
            (Way::PtIo, _) => {
                let operation = match demand.direction {
                    Direction::Read => Io::Read,
                    Direction::Write => Io::Write,
                };
                let stopped = stop(&mut self.stopped, &self.target)?;
                Ok(by_ptrace(
                    stopped,
                    operation,
                    request.remote,
                    local,
                    request.len,
                ))
            }
            (Way::Attached, 1) => self.vectored(attached),
            (Way::Attached, form) => {
                let attaching = PATHS.iter().filter(|path| path.attaches);
                match attaching.cycle().nth(form as usize) {
                    Some(path) => (path.transfer)(&self.device, attached),
                    None => Err(Errno::ENOSYS),
                }
            }
            _ => (PATHS[0].transfer)(&self.device, request),
        })
    }

    fn batch(
        &self,
        pid: i32,
        demands: &[Option<Demand>],
        results: &mut Results,
    ) -> Result<(), Errno> {
        let mut segs = [Seg::default(); MOST];
        let mut batch = Batch {
            pid,
            segs: segs.as_mut_ptr() as u64,
            ..Batch::default()
        };
        let mut command = RWMEM_READV;
        for (demand, seg) in demands.iter().flatten().zip(&mut segs) {
            *seg = Seg {
                remote: demand.remote,
                local: self.local.0.at(demand.local),
                len: demand.len as u64,
                ..Seg::default()
            };
            batch.nsegs += 1;
            if demand.direction == Direction::Write {
                command = RWMEM_WRITEV;
            }
        }
        self.device.batch(command, &mut batch)?;
        for (seg, result) in segs.iter().zip(results).take(batch.nsegs as usize) {
            *result = Some(Ok(Moved {
                done: seg.done,
                error: Errno(seg.error),
            }));
        }
        Ok(())
    }

    /// preadv or pwritev with the local memory in three parts. What stopped it is told by the next call.
    fn vectored(&self, request: Request) -> Result<Moved, Errno> {
        let direction = match request.direction {
            Direction::Read => Vectored::Read,
            Direction::Write => Vectored::Write,
        };
        let first = request.len / 3;
        let buffers = [
            [request.local, first],
            [request.local + first, 0],
            [request.local + first, request.len - first],
        ];
        let done = match self
            .device
            .fd()
            .vectored(direction, &buffers, request.remote)
        {
            Ok(done) => done,
            Err(Errno::EFAULT) => 0,
            Err(error) => return Err(error),
        };
        if done == request.len {
            let error = Errno::NONE;
            return Ok(Moved { done, error });
        }
        let rest = [[request.local + done, 1]];
        match self
            .device
            .fd()
            .vectored(direction, &rest, request.remote + done)
        {
            Ok(_) => Err(Errno::EIO),
            Err(error) => Ok(Moved { done, error }),
        }
    }
}

fn stop<'a>(stopped: &'a mut Option<Stopped>, target: &Target) -> Result<&'a Stopped, Errno> {
    let now = match stopped.take() {
        Some(stopped) => stopped,
        None => Stopped::attach(target.pid())?,
    };
    Ok(stopped.insert(now))
}

/// PT_IO does not tell how far it came when it fails. Asked again for pieces that are each in one page on either
/// side, it tells by which of them fails. EIO where the two do not fit together.
fn by_ptrace(stopped: &Stopped, operation: Io, remote: u64, local: u64, len: u64) -> Moved {
    // Of no bytes at all it would ask for the page all the same.
    if len == 0 {
        let error = Errno::NONE;
        return Moved { done: 0, error };
    }
    let Err(whole) = stopped.io(operation, remote, local, len) else {
        let error = Errno::NONE;
        return Moved { done: len, error };
    };
    let mut done = 0;
    while done < len {
        let page = PAGE as u64;
        let room = page - ((remote + done) % page).max((local + done) % page);
        let piece = room.min(len - done);
        match stopped.io(operation, remote + done, local + done, piece) {
            Ok(moved) if moved == piece => done += piece,
            Err(error) if error == whole => return Moved { done, error },
            _ => break,
        }
    }
    let error = Errno::EIO;
    Moved { done, error }
}
