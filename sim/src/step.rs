// SPDX-License-Identifier: BSD-2-Clause
//! What a caller of the device does, one thing after the other: scenarios, schedules and fuzzing all consist of these.
use rwmem_abi as abi;

use crate::call::Event;
use crate::layout::{ECANCELED, FIOSEEKDATA, FIOSEEKHOLE};
use crate::who::Who;

/// Descriptors that a run may use.
pub const SLOTS: usize = 4;

/// Where a batch's segments are put in the caller's memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segments {
    pub at: u64,
    pub segs: Vec<abi::Seg>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// kldload; the first step of a run.
    Load,
    /// kldunload, perhaps with LINKER_UNLOAD_FORCE.
    Unload {
        force: bool,
    },
    Open {
        slot: usize,
        flags: u32,
    },
    Close {
        slot: usize,
    },
    /// revoke(2) of the device while the file is open. Nothing but Close can follow on that.
    Revoke {
        slot: usize,
    },
    Ioctl {
        slot: usize,
        request: u32,
        argument: Vec<u8>,
        segments: Option<Segments>,
    },
    /// preadv or pwritev.
    Io {
        slot: usize,
        write: bool,
        offset: u64,
        buffers: Vec<(u64, u64)>,
    },
    Happen(Event),
    /// sysctl(8) sets kern.rwmem.max_attached.
    SetMaxAttached(u32),
    /// The caller changes its user, or is moved to a jail.
    Become(Who),
}

/// What a step returned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub errno: i32,
    pub done: u64,
    pub error: i32,
    /// `done` and `error` of each segment.
    pub segs: Vec<(u64, i32)>,
}

impl Outcome {
    pub fn errno(errno: i32) -> Outcome {
        Outcome {
            errno,
            ..Outcome::default()
        }
    }

    /// Every errno in it; not that of segments that were not tried because one before them stopped.
    pub fn errors(&self) -> Vec<i32> {
        let stopped = |seg: &(u64, i32)| ![0, ECANCELED].contains(&seg.1);
        let consequence = self.segs.iter().any(stopped).then_some(ECANCELED);
        let all = [self.errno, self.error]
            .into_iter()
            .chain(self.segs.iter().map(|(_, error)| *error));
        all.filter(|error| *error != 0 && Some(*error) != consequence)
            .collect()
    }
}

/// The bytes of one of the interface's structures, which are integers without padding.
pub fn bytes_of<T: Copy>(value: &T) -> Vec<u8> {
    let place = std::ptr::from_ref(value).cast::<u8>();
    // SAFETY: a value without padding is `size_of` initialised bytes.
    unsafe { std::slice::from_raw_parts(place, size_of::<T>()) }.to_vec()
}

/// One of the interface's structures from its bytes.
pub fn from_bytes<T: Copy + Default>(bytes: &[u8]) -> T {
    let mut value = T::default();
    let len = size_of::<T>().min(bytes.len());
    let place = std::ptr::from_mut(&mut value).cast::<u8>();
    // SAFETY: no more bytes than the value has, and every bit pattern is one (integers throughout).
    unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), place, len) };
    value
}

impl Step {
    pub fn xfer(slot: usize, write: bool, pid: i32, remote: u64, local: u64, len: u64) -> Step {
        let xfer = abi::Xfer {
            pid,
            remote,
            local,
            len,
            ..abi::Xfer::default()
        };
        Step::of_xfer(slot, write, &xfer)
    }

    pub fn of_xfer(slot: usize, write: bool, xfer: &abi::Xfer) -> Step {
        let request = (if write {
            abi::RWMEM_WRITE
        } else {
            abi::RWMEM_READ
        }) as u32;
        Step::Ioctl {
            slot,
            request,
            argument: bytes_of(xfer),
            segments: None,
        }
    }

    pub fn read(slot: usize, pid: i32, remote: u64, local: u64, len: u64) -> Step {
        Step::xfer(slot, false, pid, remote, local, len)
    }

    pub fn write(slot: usize, pid: i32, remote: u64, local: u64, len: u64) -> Step {
        Step::xfer(slot, true, pid, remote, local, len)
    }

    /// A batch of (remote, local, len), its array at `at`.
    pub fn batch(slot: usize, write: bool, pid: i32, at: u64, parts: &[(u64, u64, u64)]) -> Step {
        let seg = |&(remote, local, len): &(u64, u64, u64)| abi::Seg {
            remote,
            local,
            len,
            ..abi::Seg::default()
        };
        let segs: Vec<_> = parts.iter().map(seg).collect();
        let batch = abi::Batch {
            pid,
            segs: at,
            nsegs: segs.len() as u32,
            ..abi::Batch::default()
        };
        Step::of_batch(slot, write, &batch, Some(Segments { at, segs }))
    }

    pub fn of_batch(
        slot: usize,
        write: bool,
        batch: &abi::Batch,
        segments: Option<Segments>,
    ) -> Step {
        let request = (if write {
            abi::RWMEM_WRITEV
        } else {
            abi::RWMEM_READV
        }) as u32;
        Step::Ioctl {
            slot,
            request,
            argument: bytes_of(batch),
            segments,
        }
    }

    pub fn attach(slot: usize, pid: i32) -> Step {
        let argument = pid.to_le_bytes().to_vec();
        Step::Ioctl {
            slot,
            request: abi::RWMEM_ATTACH as u32,
            argument,
            segments: None,
        }
    }

    pub fn snapshot(slot: usize, pid: i32) -> Step {
        let argument = pid.to_le_bytes().to_vec();
        Step::Ioctl {
            slot,
            request: abi::RWMEM_SNAPSHOT as u32,
            argument,
            segments: None,
        }
    }

    pub fn detach(slot: usize) -> Step {
        Step::Ioctl {
            slot,
            request: abi::RWMEM_DETACH as u32,
            argument: Vec::new(),
            segments: None,
        }
    }

    pub fn current(slot: usize) -> Step {
        Step::Ioctl {
            slot,
            request: abi::RWMEM_CURRENT as u32,
            argument: Vec::new(),
            segments: None,
        }
    }

    /// lseek(2) with SEEK_DATA or SEEK_HOLE; the outcome's `done` is the place.
    pub fn seek(slot: usize, data: bool, from: u64) -> Step {
        Step::Ioctl {
            slot,
            request: if data { FIOSEEKDATA } else { FIOSEEKHOLE },
            argument: from.to_le_bytes().to_vec(),
            segments: None,
        }
    }

    pub fn info(slot: usize) -> Step {
        let argument = vec![0; size_of::<abi::Info>()];
        Step::Ioctl {
            slot,
            request: abi::RWMEM_INFO as u32,
            argument,
            segments: None,
        }
    }

    pub fn pread(slot: usize, offset: u64, local: u64, len: u64) -> Step {
        Step::Io {
            slot,
            write: false,
            offset,
            buffers: vec![(local, len)],
        }
    }

    pub fn pwrite(slot: usize, offset: u64, local: u64, len: u64) -> Step {
        Step::Io {
            slot,
            write: true,
            offset,
            buffers: vec![(local, len)],
        }
    }
}
