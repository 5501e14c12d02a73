// SPDX-License-Identifier: BSD-2-Clause
//! Many small transfers at once.
use std::io;
use std::marker::PhantomData;

use rwmem_abi::{PID_ATTACHED, Seg};

use crate::access::Direction;
use crate::error::{Error, Result};
use crate::process::RemoteProcess;

/// Reads that are done together, in the order in which they were added. Each succeeds or fails by itself.
///
/// ```no_run
/// # fn main() -> rwmem::Result<()> {
/// # let process = rwmem::RemoteProcess::open(1234)?;
/// let (mut name, mut count) = ([0; 16], [0; 8]);
/// let mut batch = process.read_batch();
/// batch.read(0x1000, &mut name).read(0x2000, &mut count);
/// for element in batch.run()?.elements() {
///     println!("{:#x}: {} of {} bytes", element.address(), element.done(), element.len());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[must_use = "nothing is read before run()"]
pub struct ReadBatch<'process, 'buffers> {
    process: &'process RemoteProcess,
    segs: Vec<Seg>,
    buffers: PhantomData<&'buffers mut [u8]>,
}

impl<'process, 'buffers> ReadBatch<'process, 'buffers> {
    pub(crate) fn new(process: &'process RemoteProcess) -> ReadBatch<'process, 'buffers> {
        ReadBatch {
            process,
            segs: Vec::new(),
            buffers: PhantomData,
        }
    }

    /// Adds a read of what is at `address` into `buffer`. There is no limit on how many.
    pub fn read(&mut self, address: u64, buffer: &'buffers mut [u8]) -> &mut Self {
        self.segs
            .push(seg(address, buffer.as_mut_ptr() as u64, buffer.len()));
        self
    }

    /// Does them all. No signal ends it.
    ///
    /// # Errors
    /// [`Error::Request`] where nothing at all could be done (ENOMEM). What fails later is in the report.
    pub fn run(self) -> Result<Report> {
        // SAFETY: every segment came from `read`, whose buffers are borrowed until after this.
        unsafe { run(self.process, Direction::Read, self.segs) }
    }
}

/// Writes that are done together, in the order in which they were added. Each succeeds or fails by itself.
#[derive(Debug)]
#[must_use = "nothing is written before run()"]
pub struct WriteBatch<'process, 'buffers> {
    process: &'process RemoteProcess,
    segs: Vec<Seg>,
    buffers: PhantomData<&'buffers [u8]>,
}

impl<'process, 'buffers> WriteBatch<'process, 'buffers> {
    pub(crate) fn new(process: &'process RemoteProcess) -> WriteBatch<'process, 'buffers> {
        WriteBatch {
            process,
            segs: Vec::new(),
            buffers: PhantomData,
        }
    }

    /// Adds a write of `bytes` to `address`. There is no limit on how many.
    pub fn write(&mut self, address: u64, bytes: &'buffers [u8]) -> &mut Self {
        self.segs
            .push(seg(address, bytes.as_ptr() as u64, bytes.len()));
        self
    }

    /// Does them all. No signal ends it.
    ///
    /// # Errors
    /// [`Error::Request`] where nothing at all could be done: the process was opened for reading only (EBADF), ENOMEM.
    /// What fails later is in the report.
    pub fn run(self) -> Result<Report> {
        // SAFETY: every segment came from `write`, whose bytes are borrowed until after this.
        unsafe { run(self.process, Direction::Write, self.segs) }
    }
}

/// What became of a batch.
#[derive(Clone, Debug)]
#[must_use = "elements of a batch fail one by one"]
pub struct Report {
    elements: Vec<Element>,
}

impl Report {
    /// Each element, in the order in which they were added.
    pub fn elements(&self) -> &[Element] {
        &self.elements
    }

    /// Those that stopped early.
    pub fn failed(&self) -> impl Iterator<Item = &Element> {
        self.elements.iter().filter(|element| !element.is_whole())
    }

    /// The bytes that were transferred, of all elements together.
    pub fn done(&self) -> u64 {
        self.elements.iter().map(|element| element.seg.done).sum()
    }

    /// The first element's error, if any stopped early.
    ///
    /// # Errors
    /// [`Error::Transfer`].
    pub fn all_whole(&self) -> Result<()> {
        match self.failed().next().and_then(Element::error) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }
}

/// One transfer of a batch, done.
#[derive(Clone, Copy, Debug)]
pub struct Element {
    seg: Seg,
    direction: Direction,
    pid: i32,
}

impl Element {
    /// Where it begins, in the target.
    pub fn address(&self) -> u64 {
        self.seg.remote
    }

    /// How many bytes were wanted.
    pub fn len(&self) -> usize {
        self.seg.len as usize
    }

    /// Whether none were wanted.
    pub fn is_empty(&self) -> bool {
        self.seg.len == 0
    }

    /// How many bytes were transferred.
    pub fn done(&self) -> usize {
        self.seg.done as usize
    }

    /// Whether all were.
    pub fn is_whole(&self) -> bool {
        self.seg.error == 0
    }

    /// The error number that stopped it, 0 for none: EFAULT, ENOMEM.
    pub fn errno(&self) -> i32 {
        self.seg.error
    }

    /// The same as an [`Error::Transfer`].
    pub fn error(&self) -> Option<Error> {
        (!self.is_whole()).then(|| Error::Transfer {
            direction: self.direction,
            pid: self.pid,
            address: self.seg.remote,
            len: self.seg.len,
            done: self.seg.done,
            cause: io::Error::from_raw_os_error(self.seg.error),
        })
    }
}

fn seg(remote: u64, local: u64, len: usize) -> Seg {
    Seg {
        remote,
        local,
        len: len as u64,
        ..Seg::default()
    }
}

/// # Safety
/// As for [`Device::batch`](crate::device::Device::batch).
unsafe fn run(process: &RemoteProcess, direction: Direction, mut segs: Vec<Seg>) -> Result<Report> {
    // SAFETY: the caller's promise.
    let all_or_nothing = unsafe { process.device().batch(direction, PID_ATTACHED, &mut segs) };
    all_or_nothing.map_err(|cause| Error::Request {
        what: match direction {
            Direction::Read => "RWMEM_READV",
            Direction::Write => "RWMEM_WRITEV (was the process opened for writing?)",
        },
        cause,
    })?;
    let pid = process.pid();
    let elements = segs.into_iter().map(|seg| Element {
        seg,
        direction,
        pid,
    });
    Ok(Report {
        elements: elements.collect(),
    })
}
