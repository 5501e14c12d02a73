// SPDX-License-Identifier: BSD-2-Clause
//! What a userland expects beside its files: the disc is read-only, and everything that is written must have
//! a place in memory.

use crate::console::remark;
use crate::sys::{Errno, directory, file, mount, node};
use core::ffi::CStr;

pub const SHELL: &CStr = c"/bin/sh";
/// Where programs find programs and libraries.
pub const SEARCH: [&CStr; 2] = [
    c"PATH=/userland/bin:/bin:/sbin:/usr/bin:/usr/sbin",
    c"LD_LIBRARY_PATH=/userland/lib",
];

/// File systems, each with its place.
const MOUNTS: &[(&CStr, &CStr)] = &[
    (c"tmpfs", c"/tmp"),
    (c"tmpfs", c"/var"),
    (c"procfs", c"/proc"),
];
/// Folders on them.
const FOLDERS: &[(&CStr, u16)] = &[
    (c"/var/run", 0o755),
    (c"/var/log", 0o755),
    (c"/var/db", 0o755),
];
/// Folders that anybody may write to, but remove only their own files from.
const SHARED: &[&CStr] = &[c"/var/tmp"];
const STICKY: u16 = 0o1777;

/// Makes them, unless they are there already. What cannot be made is reported, and the tests that need it fail.
pub fn prepare() {
    if file::stat(SHARED[0]).is_ok() {
        return;
    }
    for (kind, place) in MOUNTS {
        tell(place, mount::mount(kind, place));
    }
    for (folder, mode) in FOLDERS {
        tell(folder, directory::make(folder, *mode));
    }
    for folder in SHARED {
        tell(folder, directory::make(folder, STICKY));
    }
    for folder in [c"/tmp"].iter().chain(SHARED) {
        tell(folder, node::set_mode(folder, usize::from(STICKY)));
    }
}

fn tell(place: &CStr, done: Result<(), Errno>) {
    if let Err(error) = done {
        remark!("{place:?} cannot be made: {error}");
    }
}
