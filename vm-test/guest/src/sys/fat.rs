// SPDX-License-Identifier: BSD-2-Clause
//! An empty FAT file system: the one that every kernel here knows, writes to, and that is made with a sector and two
//! tables.

use super::Errno;
use super::disk::Disk;
use super::file::{self, Fd};

/// What [`make`] wants of a disk.
pub const SECTOR: u32 = 512;
pub const SIZE: u64 = SECTORS as u64 * SECTOR as u64;

/// As many as a number of 16 bits can say, in clusters of 8.
const SECTORS: u16 = 0xfff8;
const IN_A_CLUSTER: u8 = 8;
const TABLES: u16 = 2;
/// Of a table: two bytes for each cluster.
const TABLE_SECTORS: u16 = 32;
const ROOT_ENTRIES: u16 = 512;
const RESERVED: u16 = 1;
/// A disk that is fixed, here and in the first entry of each table.
const MEDIA: u8 = 0xf8;

/// Makes the file system on a disk whose bytes are all zero.
pub fn make(disk: &Disk) -> Result<(), Errno> {
    let disk = file::open(disk.path(), file::READ_WRITE)?;
    let mut sector = [0u8; SECTOR as usize];
    let fields: [(usize, &[u8]); 12] = [
        (0, &[0xeb, 0x3c, 0x90]),
        (3, b"rwmem   "),
        (11, &(SECTOR as u16).to_le_bytes()),
        (13, &[IN_A_CLUSTER]),
        (14, &RESERVED.to_le_bytes()),
        (16, &[TABLES as u8]),
        (17, &ROOT_ENTRIES.to_le_bytes()),
        (19, &SECTORS.to_le_bytes()),
        (21, &[MEDIA]),
        (22, &TABLE_SECTORS.to_le_bytes()),
        // Sectors of a track, and heads: no more than plausible.
        (24, &[63, 0, 16, 0]),
        (510, &[0x55, 0xaa]),
    ];
    for (at, bytes) in fields {
        sector[at..at + bytes.len()].copy_from_slice(bytes);
    }
    put(&disk, 0, &sector)?;
    for table in 0..TABLES {
        let mut sector = [0u8; SECTOR as usize];
        sector[..4].copy_from_slice(&[MEDIA, 0xff, 0xff, 0xff]);
        put(&disk, RESERVED + table * TABLE_SECTORS, &sector)?;
    }
    Ok(())
}

fn put(disk: &Fd, sector: u16, bytes: &[u8; SECTOR as usize]) -> Result<(), Errno> {
    let offset = u64::from(sector) * u64::from(SECTOR);
    let done = disk.write_from(bytes.as_ptr() as u64, bytes.len() as u64, offset)?;
    (done == bytes.len() as u64).then_some(()).ok_or(Errno::EIO)
}
