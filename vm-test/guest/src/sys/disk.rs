// SPDX-License-Identifier: BSD-2-Clause
//! A disk in kernel memory (`md(4)`) and swapping to it.

use super::memory::PAGE;
use super::{Errno, file, number, syscall};
use crate::text::Text;
use core::ffi::{CStr, c_ulong};

/// `struct md_ioctl` (sys/mdioctl.h).
#[repr(C)]
struct MdIoctl {
    version: u32,
    unit: u32,
    kind: u32,
    file: u64,
    size: u64,
    sector: u32,
    options: u32,
    base: u64,
    heads_and_sectors: [i32; 2],
    label: u64,
    padding: [i32; 96],
}
const _: () = assert!(size_of::<MdIoctl>() == 448);

/// `_IOWR('m', 0, struct md_ioctl)` and `_IOWR('m', 1, struct md_ioctl)`
const MDIOCATTACH: c_ulong = 0xc1c0_6d00;
const MDIOCDETACH: c_ulong = 0xc1c0_6d01;

const CONTROL: &CStr = c"/dev/mdctl";

/// `MD_RESERVE`: its memory is taken away from everybody else from the beginning.
const RESERVED: u32 = 0x02;

pub struct Disk {
    unit: u32,
    path: Text<24>,
}

fn control(
    request: c_ulong,
    unit: u32,
    size: u64,
    sector: u32,
    options: u32,
) -> Result<u32, Errno> {
    const MD_MALLOC: u32 = 0;
    let mut argument = MdIoctl {
        version: 0,
        unit,
        kind: MD_MALLOC,
        file: 0,
        size,
        sector,
        options,
        base: 0,
        heads_and_sectors: [0; 2],
        label: 0,
        padding: [0; 96],
    };
    file::open(CONTROL, file::READ_WRITE)?.ioctl(request, &mut argument)?;
    Ok(argument.unit)
}

impl Disk {
    /// Makes one of `size` bytes, all zeros, with sectors of so many.
    pub fn make(size: u64, sector: u32) -> Result<Disk, Errno> {
        Self::attach(size, sector, 0)
    }

    fn attach(size: u64, sector: u32, options: u32) -> Result<Disk, Errno> {
        const ANY_UNIT: u32 = 0x04;
        let unit = control(MDIOCATTACH, 0, size, sector, options | ANY_UNIT)?;
        let path = Text::of(format_args!("/dev/md{unit}"));
        Ok(Disk { unit, path })
    }

    pub fn path(&self) -> &CStr {
        self.path.as_c_str()
    }

    /// Gives its memory back. EBUSY where it is in use.
    pub fn end(self) -> Result<(), Errno> {
        control(MDIOCDETACH, self.unit, 0, 0, 0).map(drop)
    }
}

/// Swap in memory that is taken away from everybody else from the beginning: so much less is left, and swapping
/// itself needs none.
pub struct Swap(Disk);

impl Swap {
    /// Makes a disk of `size` bytes and swaps to it.
    pub fn begin(size: u64) -> Result<Swap, Errno> {
        let disk = Disk::attach(size, PAGE as u32, RESERVED)?;
        let at = disk.path().as_ptr() as usize;
        // SAFETY: the path ends with a NUL.
        let swapped = unsafe { syscall(number::SWAPON, [at, 0, 0, 0, 0, 0]) };
        if let Err(error) = swapped {
            let _ = disk.end();
            return Err(error);
        }
        Ok(Swap(disk))
    }

    /// Brings back what was swapped out, and gives the memory back.
    pub fn end(self) -> Result<(), Errno> {
        let at = self.0.path().as_ptr() as usize;
        // SAFETY: the path ends with a NUL.
        unsafe { syscall(number::SWAPOFF, [at, 0, 0, 0, 0, 0]) }?;
        self.0.end()
    }
}
