// SPDX-License-Identifier: BSD-2-Clause
//! Descriptors of the device: some that threads share and close under each other, some that are attached and kept.

use super::board::Board;
use super::count::Event;
use crate::device::Device;
use crate::random::Random;
use crate::sys::file::Fd;
use crate::sys::{Errno, socket};
use core::mem::ManuallyDrop;

/// Files that the threads of a process share.
pub const POOL: usize = SHARED + SPARE;
const SHARED: usize = 4;
const SPARE: usize = 2;
/// The pool's numbers begin here: others are given the lowest that is free, so none of them becomes one of the pool's
/// while that is closed.
const FIRST: i32 = 200;
/// Files that a thread keeps.
pub const HOARD: usize = 24;

/// So few attached descriptors that the limit is reached.
pub const FEW: u64 = 16;

/// What the threads of a process share. The numbers stay, what is open under them does not.
pub struct Pool {
    devices: [Device; SHARED],
    /// Nobody closes these.
    spare: [Device; SPARE],
}

impl Pool {
    pub fn open() -> Result<Pool, Errno> {
        let open = |place: i32| -> Result<Device, Errno> {
            let number = FIRST + place;
            Device::open()?.fd().duplicate_to(number)?;
            Ok(Device::from_fd(Fd::from_number(number)))
        };
        Ok(Pool {
            devices: [open(0)?, open(1)?, open(2)?, open(3)?],
            spare: [Device::open()?, Device::open()?],
        })
    }

    pub fn pick(&self, random: &mut Random) -> &Device {
        &self.devices[random.below(SHARED as u64) as usize]
    }

    /// Puts another file under a number, attached to `pid` in most cases, perhaps with a moment in which nothing is open
    /// there. Who may not open the device uses a file that was opened before.
    pub fn replace(&self, board: &Board, random: &mut Random, may_open: bool, pid: i32) {
        let number = self.pick(random).fd().number();
        let fresh;
        let other = if may_open && random.one_in(2) {
            match Device::open() {
                Ok(device) => {
                    if !random.one_in(4) && device.attach(pid).is_ok() {
                        board.count(Event::Attach);
                    }
                    fresh = device;
                    fresh.fd()
                }
                // Another thread has given root's rights up for a moment.
                Err(Errno::EACCES) => return,
                Err(error) => return board.wrong(format_args!("open of the device: {error}")),
            }
        } else {
            self.spare[random.below(SPARE as u64) as usize].fd()
        };
        if random.one_in(2) {
            // For a moment nothing is open under the number.
            ManuallyDrop::new(Fd::from_number(number)).close_early();
        }
        if other.duplicate_to(number).is_ok() {
            board.count(Event::Reopen);
        }
    }

    /// Sends a descriptor through a socket, and uses what arrives; or leaves it in the socket, which is closed.
    pub fn pass(&self, board: &Board, random: &mut Random) {
        let Ok([near, far]) = socket::pair() else {
            return;
        };
        if socket::send(&near, self.pick(random).fd().number()).is_err() {
            // Closed by another thread at this moment.
            return;
        }
        board.count(Event::Pass);
        if random.one_in(3) {
            return;
        }
        if let Ok(fd) = socket::receive(&far) {
            let _ = Device::from_fd(fd).detach();
        }
    }
}

/// Descriptors that stay attached to what their processes were, long after those are gone.
pub struct Hoard {
    fds: [Option<Fd>; HOARD],
}

impl Hoard {
    pub fn new() -> Hoard {
        Hoard {
            fds: [const { None }; HOARD],
        }
    }

    /// Attaches another descriptor, in the place of one that is closed.
    pub fn keep(&mut self, board: &Board, random: &mut Random, pid: i32) {
        let place = &mut self.fds[random.below(HOARD as u64) as usize];
        *place = None;
        // Not everybody may open the device.
        if pid != 0
            && let Ok(device) = Device::open()
        {
            match device.attach(pid) {
                Ok(()) => {
                    board.count(Event::Hoard);
                    *place = Some(device.into_fd());
                }
                Err(Errno::ENFILE) => board.count(Event::Limit),
                Err(_) => (),
            }
        }
    }

    pub fn close_all(&mut self) {
        self.fds = [const { None }; HOARD];
    }
}
