// SPDX-License-Identifier: BSD-2-Clause
//! A shell on the console, for a person who wants to look around.

use super::place::{self, SEARCH, SHELL};
use crate::console::{self, remark};
use crate::sys::Errno;
use crate::sys::file::{self, Fd};
use crate::sys::process;
use core::ffi::{CStr, c_ulong};

const ENVIRONMENT: [&CStr; 5] = [
    SEARCH[0],
    SEARCH[1],
    c"HOME=/tmp",
    c"TERM=xterm",
    c"PS1=rwmem# ",
];

/// `_IO('t', 97)`: makes a terminal the one that this session's signals come from.
const TIOCSCTTY: c_ulong = 0x2000_7461;

/// Becomes the shell; the exit code if that is not possible.
pub fn shell() -> i32 {
    if file::stat(SHELL).is_err() {
        remark!("there is no {SHELL:?} on this disc");
        return 127;
    }
    place::prepare();
    let error = become_shell();
    remark!("cannot execute {SHELL:?}: {error}");
    127
}

fn become_shell() -> Errno {
    let begun = process::begin_session().and_then(|()| {
        console::open();
        let console = core::mem::ManuallyDrop::new(Fd::from_number(0));
        console.ioctl_at(TIOCSCTTY, 0)
    });
    if let Err(error) = begun {
        remark!("no job control: {error}");
    }
    let _ = process::change_directory(c"/tmp");
    process::execute_in(SHELL, [SHELL, c"-i"], ENVIRONMENT)
}
