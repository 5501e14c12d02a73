// SPDX-License-Identifier: BSD-2-Clause
//! Moves bytes in each of the ways, with as few instructions around the system calls as can be.

use super::subject::{Sides, Subject};
use super::work::Work;
use crate::device::{Device, Direction};
use crate::sys::Errno;
use crate::sys::file::{self, Fd};
use crate::sys::ptrace::{Io, Stopped};
use crate::text::Text;
use rwmem_abi::{
    Batch, MAX_SEGS, PID_ATTACHED, RWMEM_READ, RWMEM_READV, RWMEM_WRITE, RWMEM_WRITEV, Seg, Xfer,
};
use rwmem_vm_protocol::bench::Way;

/// A way that is ready to be gone.
pub enum Mover<'a> {
    /// READV and WRITEV, for a pid or PID_ATTACHED.
    Batch(&'a Device, i32),
    /// READ and WRITE.
    Xfer(&'a Device, i32),
    /// `pread` and `pwrite` on the attached device.
    Attached(&'a Device),
    /// The same on /proc/PID/mem.
    Procfs(Fd),
    PtIo(Stopped),
}

impl<'a> Mover<'a> {
    /// Prepares a way: attaches, opens or stops what it needs.
    pub fn new(
        way: Way,
        work: &Work,
        device: &'a Device,
        subject: &Subject,
    ) -> Result<Mover<'a>, Errno> {
        let pid = subject.pid();
        Ok(match way {
            Way::Pid => Mover::Batch(device, pid),
            Way::Checked => Mover::Xfer(device, pid),
            Way::Attached => {
                device.attach(pid)?;
                match work.row.elements {
                    1 => Mover::Attached(device),
                    _ => Mover::Batch(device, PID_ATTACHED),
                }
            }
            Way::Procfs => Mover::Procfs(open_procfs(pid)?),
            Way::Kernel | Way::Snapshot | Way::Fork => return Err(Errno::EINVAL),
            Way::PtIo => Mover::PtIo(Stopped::attach(pid)?),
        })
    }

    /// Does so many operations. EIO where one of them moves less than it should.
    pub fn run(&self, work: &Work, operations: u64, sides: &Sides<'_>) -> Result<(), Errno> {
        let write = work.direction == Direction::Write;
        match self {
            Mover::Batch(device, pid) => {
                let request = if write { RWMEM_WRITEV } else { RWMEM_READV };
                let call = |batch: &mut Batch| device.batch(request, batch);
                match work.row.elements {
                    1 => batches_of_one(work, operations, sides, *pid, call),
                    _ => batches(work, operations, sides, *pid, call),
                }
            }
            Mover::Xfer(device, pid) => {
                let request = if write { RWMEM_WRITE } else { RWMEM_READ };
                each(work, operations, sides, |remote, local, len| {
                    let mut xfer = Xfer {
                        pid: *pid,
                        remote,
                        local,
                        len,
                        ..Xfer::default()
                    };
                    device.transfer(request, &mut xfer).map(|()| xfer.done)
                })
            }
            Mover::Attached(device) => positioned(work, operations, sides, device.fd()),
            Mover::Procfs(file) => positioned(work, operations, sides, file),
            Mover::PtIo(stopped) => {
                let operation = if write { Io::Write } else { Io::Read };
                each(work, operations, sides, |remote, local, len| {
                    stopped.io(operation, remote, local, len)
                })
            }
        }
    }
}

fn open_procfs(pid: i32) -> Result<Fd, Errno> {
    let path = Text::<32>::of(format_args!("/proc/{pid}/mem"));
    file::open(path.as_c_str(), file::READ_ONLY)
}

fn positioned(work: &Work, operations: u64, sides: &Sides<'_>, file: &Fd) -> Result<(), Errno> {
    match work.direction {
        Direction::Read => each(work, operations, sides, |remote, local, len| {
            file.read_to(local, len, remote)
        }),
        Direction::Write => each(work, operations, sides, |remote, local, len| {
            file.write_from(local, len, remote)
        }),
    }
}

/// One call for each element of each operation.
fn each(
    work: &Work,
    operations: u64,
    sides: &Sides<'_>,
    mut call: impl FnMut(u64, u64, u64) -> Result<u64, Errno>,
) -> Result<(), Errno> {
    for operation in 0..operations {
        for element in 0..work.row.elements {
            let offset = work.offset(operation, element);
            let local = sides.local(work, offset, element);
            let done = call(sides.subject.at(offset), local, work.row.bytes)?;
            if done != work.row.bytes {
                return Err(Errno::EIO);
            }
        }
    }
    Ok(())
}

fn segment(work: &Work, sides: &Sides<'_>, operation: u64, element: u64) -> Seg {
    let offset = work.offset(operation, element);
    Seg {
        remote: sides.subject.at(offset),
        local: sides.local(work, offset, element),
        len: work.row.bytes,
        ..Seg::default()
    }
}

fn batches_of_one(
    work: &Work,
    operations: u64,
    sides: &Sides<'_>,
    pid: i32,
    mut call: impl FnMut(&mut Batch) -> Result<(), Errno>,
) -> Result<(), Errno> {
    let mut seg = segment(work, sides, 0, 0);
    let mut batch = Batch {
        pid,
        nsegs: 1,
        ..Batch::default()
    };
    for operation in 0..operations {
        let offset = work.offset(operation, 0);
        seg.remote = sides.subject.at(offset);
        seg.local = sides.local(work, offset, 0);
        batch.segs = core::ptr::from_mut(&mut seg) as u64;
        call(&mut batch)?;
        if batch.done != work.row.bytes {
            return Err(Errno::EIO);
        }
    }
    Ok(())
}

fn batches(
    work: &Work,
    operations: u64,
    sides: &Sides<'_>,
    pid: i32,
    mut call: impl FnMut(&mut Batch) -> Result<(), Errno>,
) -> Result<(), Errno> {
    let mut room = [Seg::default(); MAX_SEGS as usize];
    let segs = room
        .get_mut(..work.row.elements as usize)
        .ok_or(Errno::EINVAL)?;
    for (seg, element) in segs.iter_mut().zip(0..) {
        *seg = segment(work, sides, 0, element);
    }
    let mut batch = Batch {
        pid,
        segs: segs.as_mut_ptr() as u64,
        nsegs: segs.len() as u32,
        ..Batch::default()
    };
    for _ in 0..operations {
        call(&mut batch)?;
        if batch.done != work.row.bytes * work.row.elements {
            return Err(Errno::EIO);
        }
    }
    Ok(())
}
