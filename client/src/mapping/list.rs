// SPDX-License-Identifier: BSD-2-Clause
//! The kernel's list of what a process has mapped.
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use libc::{CTL_KERN, KERN_PROC, KERN_PROC_VMMAP};

use super::{FileId, Kind, Mapping, MappingFlags, Protection};
use crate::error::{Error, Result};
use crate::sysctl;

pub fn list(pid: i32) -> Result<Vec<Mapping>> {
    // Not kinfo_getvmmap(3): libutil, where it is, has another version in each major of FreeBSD.
    match sysctl::bytes_of(&[CTL_KERN, KERN_PROC, KERN_PROC_VMMAP, pid]) {
        Ok(entries) => Ok(Entries(&entries)
            .map(|entry| Mapping::from_kernel(&entry))
            .collect()),
        Err(cause) => Err(match Error::of_target("", pid, cause) {
            Error::Request { cause, .. } => Error::Mappings { pid, cause },
            other => other,
        }),
    }
}

/// The structures that the kernel's list consists of. Each says how long it is: they end with their paths.
struct Entries<'list>(&'list [u8]);

impl Iterator for Entries<'_> {
    type Item = libc::kinfo_vmentry;

    fn next(&mut self) -> Option<libc::kinfo_vmentry> {
        let (len, _) = self.0.split_first_chunk()?;
        let len = usize::try_from(i32::from_ne_bytes(*len))
            .ok()
            .filter(|&len| len > 0)?;
        let (entry, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        // SAFETY: a kinfo_vmentry is integers throughout, which may all be 0 ...
        let mut whole: libc::kinfo_vmentry = unsafe { std::mem::zeroed() };
        let len = entry.len().min(size_of_val(&whole));
        // SAFETY: ... and may be any bytes; both sides have that many.
        unsafe { std::ptr::copy_nonoverlapping(entry.as_ptr(), (&raw mut whole).cast(), len) };
        Some(whole)
    }
}

impl Mapping {
    fn from_kernel(entry: &libc::kinfo_vmentry) -> Mapping {
        let path: Vec<u8> = entry
            .kve_path
            .as_flattened()
            .iter()
            .map(|&byte| byte as u8)
            .take_while(|&byte| byte != 0)
            .collect();
        let kind = Kind::from_kernel(entry.kve_type);
        // KF_ATTR_VALID: the file was asked who it is. The number of a file system and that of an object have one place.
        let file = (kind == Kind::File && entry.kve_status & 1 != 0).then_some(FileId {
            device: entry.kve_vn_fsid,
            inode: entry.kve_vn_fileid,
        });
        let object =
            (kind == Kind::Anonymous && entry.kve_vn_fsid != 0).then_some(entry.kve_vn_fsid);
        let pages = |number| u64::try_from(number).unwrap_or(0);
        Mapping {
            start: entry.kve_start,
            end: entry.kve_end,
            protection: Protection::from_bits_truncate(entry.kve_protection as u32),
            kind,
            flags: MappingFlags::from_bits_retain(entry.kve_flags as u32),
            offset: entry.kve_offset,
            path: (!path.is_empty()).then(|| OsString::from_vec(path).into()),
            file,
            resident_pages: pages(entry.kve_resident),
            private_pages: pages(entry.kve_private_resident),
            object,
        }
    }
}
