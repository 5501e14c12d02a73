// SPDX-License-Identifier: BSD-2-Clause
//! Many bytes with pread(2) and pwrite(2), which take so many at once, and which signals interrupt.
use std::io;

/// As many bytes go in one system call: the kernel refuses more than INT_MAX to a device.
const MOST: usize = 1 << 30;

/// How far a transfer came, and what stopped it, if anything did.
pub struct Moved {
    done: usize,
    stopped: Option<io::Error>,
}

pub struct Stop {
    pub done: usize,
    pub cause: io::Error,
}

impl Moved {
    pub fn partly(self) -> std::result::Result<usize, Stop> {
        match self.stopped {
            Some(cause) if self.done == 0 => Err(Stop { done: 0, cause }),
            _ => Ok(self.done),
        }
    }

    pub fn wholly(self) -> std::result::Result<(), Stop> {
        match self.stopped {
            Some(cause) => Err(Stop {
                done: self.done,
                cause,
            }),
            None => Ok(()),
        }
    }
}

/// Calls `step(done, len, offset)`, a pread(2) or pwrite(2), until all is moved or something other than a signal stops it.
pub fn move_all(
    address: u64,
    len: usize,
    mut step: impl FnMut(usize, usize, libc::off_t) -> libc::ssize_t,
) -> Moved {
    let mut done = 0;
    while done < len {
        // Addresses above the middle are negative offsets, which the kernel takes for a device.
        let offset = address.wrapping_add(done as u64) as libc::off_t;
        let want = (len - done).min(MOST);
        let cause = match step(done, want, offset) {
            // Not more than was wanted, whatever is behind the descriptor.
            n @ 1.. => {
                done += want.min(n as usize);
                continue;
            }
            0 => io::Error::from_raw_os_error(libc::EIO),
            _ => io::Error::last_os_error(),
        };
        if cause.kind() != io::ErrorKind::Interrupted {
            return Moved {
                done,
                stopped: Some(cause),
            };
        }
    }
    Moved {
        done,
        stopped: None,
    }
}
