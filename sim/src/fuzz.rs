// SPDX-License-Identifier: BSD-2-Clause
//! Fuzzing: arbitrary bytes become steps, each of which must be answered as the model says. `explore` makes the bytes up.
use rwmem_abi as abi;

use crate::call::{Action, Event};
use crate::object_file::ObjectFile;
use crate::processes::*;
use crate::run::{Report, run};
use crate::space::*;
use crate::step::{SLOTS, Segments, Step};
use crate::syscalls::argument_len;

/// The most steps that one input makes.
const STEPS: usize = 24;
const P: u64 = 4096;

/// Reads choices off the input; zeroes when it has ended.
struct Input<'a> {
    bytes: &'a [u8],
}

impl Input<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.bytes.split_first() else {
            return 0;
        };
        self.bytes = rest;
        *first
    }

    fn below(&mut self, n: usize) -> usize {
        usize::from(self.byte()) % n
    }

    fn number(&mut self) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|_| self.byte()))
    }

    /// An address: mostly near something.
    fn address(&mut self, near: &[u64]) -> u64 {
        let base = near[self.below(near.len())];
        match self.below(8) {
            0 => self.number(),
            1 => base.wrapping_sub(u64::from(self.byte())),
            2 => base.wrapping_add(self.number() % (1 << 18)),
            3 => base
                .wrapping_add(u64::from(self.byte()) * P)
                .wrapping_sub(u64::from(self.byte() % 9)),
            _ => base.wrapping_add(u64::from(self.byte())),
        }
    }

    fn remote(&mut self) -> u64 {
        let end = MAIN.start + MAIN.len;
        self.address(&[
            MAIN.start,
            end,
            MAIN.start,
            TEXT.start,
            CONSTANTS.start,
            FORBIDDEN.start,
            LARGE.start,
            LARGE_REST.start,
            u64::MAX,
        ])
    }

    fn local(&mut self) -> u64 {
        self.address(&[
            BUFFER.start,
            BUFFER.start,
            BUFFER.start + BUFFER.len,
            ONLY_READ.start,
            BUFFER.start + 9 * P,
            u64::MAX,
        ])
    }

    fn len(&mut self) -> u64 {
        match self.below(8) {
            0 => 0,
            1 => self.number(),
            2 | 3 => self.number() % (1 << 18),
            4 => self.number() % (4 * P),
            _ => u64::from(self.byte()),
        }
    }

    fn pid(&mut self) -> i32 {
        let pids = [
            TARGET, TARGET, -1, -1, CALLER, DENIED, EXITING, EXECING, ZOMBIE, TORN, SYSTEM, NOBODY,
        ];
        match self.below(16) {
            15 => self.number() as i32,
            n => pids[n % pids.len()],
        }
    }

    /// Mostly zero.
    fn flag(&mut self) -> u32 {
        if self.below(24) == 0 {
            self.number() as u32
        } else {
            0
        }
    }

    fn seg(&mut self) -> abi::Seg {
        let (remote, local, len, reserved) = (self.remote(), self.local(), self.len(), self.flag());
        abi::Seg {
            remote,
            local,
            len,
            reserved,
            ..abi::Seg::default()
        }
    }

    fn step(&mut self) -> Step {
        let slot = self.below(SLOTS);
        match self.below(16) {
            0 | 1 => Step::Open {
                slot,
                flags: [3, 3, 1, 2][self.below(4)],
            },
            2 => Step::Close { slot },
            3..=5 => {
                let (write, pid, flags) = (self.byte() & 1 != 0, self.pid(), self.flag());
                let seg = self.seg();
                let abi::Seg {
                    remote,
                    local,
                    len,
                    reserved,
                    ..
                } = seg;
                let xfer = abi::Xfer {
                    pid,
                    flags,
                    remote,
                    local,
                    len,
                    reserved,
                    ..abi::Xfer::default()
                };
                Step::of_xfer(slot, write, &xfer)
            }
            6..=8 => {
                let (write, pid, flags, reserved) =
                    (self.byte() & 1 != 0, self.pid(), self.flag(), self.flag());
                let segs: Vec<_> = (0..self.below(14)).map(|_| self.seg()).collect();
                let good = ARGUMENTS.start + u64::from(self.byte()) * 17;
                let at = if self.below(12) == 0 {
                    self.local()
                } else {
                    good
                };
                let nsegs = segs.len() as u32
                    + if self.below(30) == 0 {
                        self.number() as u32
                    } else {
                        0
                    };
                let batch = abi::Batch {
                    pid,
                    flags,
                    segs: at,
                    nsegs,
                    reserved,
                    ..abi::Batch::default()
                };
                let put = at == good && (nsegs as usize == segs.len() || nsegs > abi::MAX_SEGS);
                // What was not put there is not known to the model, unless it cannot be read or written at all.
                let nowhere = !(BUFFER.start..BUFFER.end()).contains(&at) && at != good;
                match put || nowhere {
                    true => {
                        let segments = put.then_some(Segments { at, segs });
                        Step::of_batch(slot, write, &batch, segments)
                    }
                    false => Step::info(slot),
                }
            }
            9 | 10 => Step::attach(slot, self.pid()),
            11 => Step::detach(slot),
            12 | 13 => {
                let (write, offset) = (self.byte() & 1 != 0, self.remote());
                let buffers = (0..self.below(5))
                    .map(|_| (self.local(), self.len()))
                    .collect();
                Step::Io {
                    slot,
                    write,
                    offset,
                    buffers,
                }
            }
            14 => {
                let request = self.number() as u32;
                let argument = (0..argument_len(request)).map(|_| self.byte()).collect();
                let known = request >> 8 & 0xff == u32::from(b'R') && request & 0xff < 7;
                if known {
                    Step::info(slot)
                } else {
                    Step::Ioctl {
                        slot,
                        request,
                        argument,
                        segments: None,
                    }
                }
            }
            _ => match self.below(6) {
                0 => Step::Happen(Event::Exec),
                1 => Step::Happen(Event::Unmap),
                2 => Step::Happen(Event::Exit),
                3 => Step::Unload {
                    force: self.byte() & 1 != 0,
                },
                _ => Step::info(slot),
            },
        }
    }
}

/// What an input means: the setting, the steps, and perhaps something that goes wrong.
pub fn decode(bytes: &[u8]) -> (Setting, Vec<Step>, Option<(usize, Action)>) {
    let mut input = Input { bytes };
    let bits = input.byte();
    let set = |bit: u8| bits & bit != 0;
    let setting = Setting {
        direct: !set(1),
        swapped: set(2),
        capability_mode: bits >> 4 == 5,
        absent: set(4),
        slow: set(8),
    };
    let injection = (bits >> 5 == 6).then(|| {
        let action = match input.below(4) {
            0 => Action::Happen(Event::Exec),
            1 => Action::Happen(Event::Exit),
            2 => Action::Happen(Event::Unmap),
            _ => Action::Happen(Event::Signal),
        };
        (31 + input.below(120), action)
    });
    let mut steps = vec![Step::Open { slot: 0, flags: 3 }];
    while !input.bytes.is_empty() && steps.len() < STEPS {
        steps.push(input.step());
    }
    (setting, steps, injection)
}

/// Runs one input.
pub fn one(object: &ObjectFile, bytes: &[u8], title: &str) -> Report {
    let (setting, steps, injection) = decode(bytes);
    run(object, setting, &steps, injection, title)
}
