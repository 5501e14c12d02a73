// SPDX-License-Identifier: BSD-2-Clause
//! What a run must measure, by the guest's names, in the order of the table.

use super::measurement::Way;

pub const GETPID: &str = "getpid";
pub const FAILING_IOCTL: &str = "ioctl that fails with ENOTTY";
pub const READ_8: &str = "read 8 bytes";
pub const READ_16M: &str = "read 16 MiB";
pub const READ_100: &str = "read 100 x 8 bytes, scattered";

pub const SEARCH: &str = "search 256 MiB";

pub const FLOORS: &[&str] = &[GETPID, FAILING_IOCTL];
pub const READS: &[&str] = &[
    READ_8,
    "read 64 bytes",
    "read a page",
    "read 64 KiB",
    READ_16M,
    READ_100,
    "read 1000 x 8 bytes, scattered",
    "read 100 x 8 bytes, stride 64",
    "read 1000 x 8 bytes, stride 64",
];
pub const WRITES: &[&str] = &["write 8 bytes", "write a page", "write 16 MiB"];
/// By whole programs, from their start to their end.
pub const SEARCHES: &[&str] = &[SEARCH];

/// Not all kernels have procfs, so nothing is required of it.
pub fn required() -> impl Iterator<Item = (&'static str, Way)> {
    let each = |names: &'static [&str], ways: &'static [Way]| {
        names
            .iter()
            .flat_map(move |&name| ways.iter().map(move |&way| (name, way)))
    };
    each(FLOORS, &[Way::Kernel])
        .chain(each(
            READS,
            &[Way::Pid, Way::Attached, Way::Reference, Way::PtIo],
        ))
        .chain(each(WRITES, &[Way::Pid, Way::Attached, Way::PtIo]))
        .chain(each(SEARCHES, &[Way::Attached, Way::PtIo]))
}
