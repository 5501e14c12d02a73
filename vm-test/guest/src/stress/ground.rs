// SPDX-License-Identifier: BSD-2-Clause
//! What both tests begin with, and how both are judged.

use super::board::Board;
use crate::console::remark;
use crate::sys::{Errno, mount, node, process, sysctl};
use crate::tap::{Outcome, Test};
use core::ffi::CStr;

/// A folder on a file system in memory: it has set-uid programs, and files that can be truncated.
pub const FOLDER: &CStr = c"/mnt";
pub const PLAIN: &CStr = c"/mnt/plain";
pub const SET_UID: &CStr = c"/mnt/set-uid";

/// The folder while there is something in it.
pub struct Folder;

impl Folder {
    pub fn fill(program: &CStr) -> Result<Folder, Errno> {
        mount::mount(c"tmpfs", FOLDER)?;
        let folder = Folder;
        node::copy(program, PLAIN, 0o755)?;
        node::copy(program, SET_UID, 0o4755)?;
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = mount::unmount(FOLDER) {
            remark!("{FOLDER:?} cannot be unmounted: {error}");
        }
    }
}

/// Where some of what must happen has not happened when the time is over, for the machine is slow, it goes on, but not longer
/// than so many times that.
pub const MORE: u64 = 6;

/// The seed, before anything that it leads to; and the process is made ready to have many others.
pub fn begin(t: &mut Test) -> Outcome {
    remark!("seed {}", t.seed);
    // A module that waits on purpose has this.
    let _ = sysctl::set(c"kern.rwmem.races_seed", t.seed as i32);
    t.can("becoming a reaper", process::adopt_descendants())?;
    t.can("procctl", process::protect())
}

pub fn nothing_wrong(t: &mut Test, board: &Board) -> Outcome {
    let (count, text) = board.trouble();
    if count > 0 {
        let seed = t.seed;
        t.note(format_args!("seed {seed}: {}", text.as_str()));
    }
    t.equal("things that went wrong", count, 0)
}
