// SPDX-License-Identifier: BSD-2-Clause
//! Shared memory that is no file: System V segments, and objects of large pages.

use super::file::Fd;
use super::memory::Region;
use super::{Errno, node, number, syscall};
use core::ffi::c_ulong;

const IPC_RMID: usize = 0;
const IPC_STAT: usize = 2;

/// A System V segment, removed on drop: it lives on as long as it is attached.
pub struct Segment(usize);

impl Segment {
    pub fn new(len: usize) -> Result<Segment, Errno> {
        const IPC_PRIVATE: usize = 0;
        // SAFETY: numbers only.
        unsafe { syscall(number::SHMGET, [IPC_PRIVATE, len, 0o600, 0, 0, 0]) }.map(Segment)
    }

    /// Attaches it at that offset, in the place of what is mapped there.
    pub fn attach(&self, region: &Region, offset: usize, len: usize) -> Result<(), Errno> {
        region.unmap(offset, len)?;
        let at = region.at(offset) as usize;
        // SAFETY: fills the hole, which is a part of this region.
        unsafe { syscall(number::SHMAT, [self.0, at, 0, 0, 0, 0]) }.map(drop)
    }

    /// How many attachments there are, as `shmctl(2)` counts them.
    pub fn attachments(&self) -> Result<i32, Errno> {
        /// `struct shmid_ds` (sys/shm.h).
        #[derive(Default)]
        #[repr(C)]
        struct Status {
            permissions: [u64; 4],
            size: u64,
            last_and_creator: [i32; 2],
            attachments: i32,
            times: [i64; 3],
        }
        const _: () = assert!(size_of::<Status>() == 80);
        let mut status = Status::default();
        let status_at = core::ptr::from_mut(&mut status) as usize;
        // SAFETY: the kernel fills a shmid_ds.
        unsafe { syscall(number::SHMCTL, [self.0, IPC_STAT, status_at, 0, 0, 0]) }?;
        Ok(status.attachments)
    }
}

impl Drop for Segment {
    fn drop(&mut self) {
        // SAFETY: a number and no structure.
        let _ = unsafe { syscall(number::SHMCTL, [self.0, IPC_RMID, 0, 0, 0, 0]) };
    }
}

/// An object of large pages, as `shm_create_largepage(3)` makes it. `len` is a multiple of 2 MiB.
pub fn large_page_object(len: usize) -> Result<Fd, Errno> {
    const SHM_ANON: usize = 1;
    const READ_WRITE: usize = 2;
    const SHM_LARGEPAGE: usize = 4;
    /// `_IOW('f', 100, struct shm_largepage_conf)`
    const FIOSSHMLPGCNF: c_ulong = 0x8030_6664;
    // SAFETY: SHM_ANON stands for a path; there is no name.
    let object = unsafe {
        syscall(
            number::SHM_OPEN2,
            [SHM_ANON, READ_WRITE, 0o600, SHM_LARGEPAGE, 0, 0],
        )
    };
    let object = Fd::from_number(object? as i32);
    // struct shm_largepage_conf: the size's index, the policy, room.
    let mut configuration = [0i32; 12];
    configuration[0] = 1;
    object.ioctl(FIOSSHMLPGCNF, &mut configuration)?;
    node::resize(&object, len)?;
    Ok(object)
}
