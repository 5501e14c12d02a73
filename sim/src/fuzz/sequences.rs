// SPDX-License-Identifier: BSD-2-Clause
//! Arbitrary sequences of what a caller can do, and of what happens to the target meanwhile.
use arbitrary::{Result, Unstructured};

use super::Course;
use super::choices::*;
use crate::call::Event;
use crate::run::READ_WRITE;
use crate::step::{SLOTS, Step};
use crate::who::Who;

/// The most steps that one input makes.
const STEPS: usize = 24;

pub fn course(u: &mut Unstructured) -> Result<Course> {
    let (setting, injection) = (setting(u)?, injection(u)?);
    let mut steps = vec![Step::Open {
        slot: 0,
        flags: READ_WRITE,
    }];
    while !u.is_empty() && steps.len() < STEPS {
        steps.push(step(u)?);
    }
    Ok(Course {
        setting,
        steps,
        injection,
    })
}

fn step(u: &mut Unstructured) -> Result<Step> {
    let slot = u.choose_index(SLOTS)?;
    Ok(match u.int_in_range(0..=15)? {
        0 | 1 => Step::Open {
            slot,
            flags: *u.choose(&[3, 3, 1, 2])?,
        },
        2 => Step::Close { slot },
        3..=5 => Step::of_xfer(slot, u.arbitrary()?, &xfer(u)?),
        6..=8 => {
            let (mut batch, segs) = batch(u)?;
            let segments = place(&mut batch, segs);
            Step::of_batch(slot, u.arbitrary()?, &batch, segments)
        }
        9 | 10 => Step::attach(slot, u.arbitrary::<Pid>()?.0),
        11 => Step::detach(slot),
        12 | 13 => {
            let (write, Remote(offset)) = (u.arbitrary()?, u.arbitrary()?);
            let mut buffers = Vec::new();
            for _ in 0..u.int_in_range(0..=4)? {
                buffers.push((u.arbitrary::<Local>()?.0, u.arbitrary::<Len>()?.0));
            }
            Step::Io {
                slot,
                write,
                offset,
                buffers,
            }
        }
        14 => Step::Happen(*u.choose(&[
            Event::Exec,
            Event::Unmap,
            Event::Exit,
            Event::Trace,
            Event::Untrace,
            Event::Capability,
        ])?),
        _ => match u.int_in_range(0..=9)? {
            9 => Step::Become(*u.choose(&[
                Who::Root,
                Who::User(7),
                Who::User(8),
                Who::Jail(0),
                Who::Jail(2),
                Who::Jail(3),
            ])?),
            8 => Step::snapshot(slot, u.arbitrary::<Pid>()?.0),
            5 => Step::current(slot),
            6 => Step::seek(slot, u.arbitrary()?, u.arbitrary::<Remote>()?.0),
            7 => Step::Happen(Event::Reuse),
            2 => Step::SetMaxAttached(u.int_in_range(0..=4)?),
            0 => Step::Unload {
                force: u.arbitrary()?,
            },
            1 => Step::Revoke { slot },
            _ => Step::info(slot),
        },
    })
}
