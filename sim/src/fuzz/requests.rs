// SPDX-License-Identifier: BSD-2-Clause
//! Arbitrary ioctl requests: any number with any bytes as its argument, more often a known one with a few bytes of its
//! argument changed.
use arbitrary::{Result, Unstructured};
use rwmem_abi as abi;

use super::Course;
use super::choices::*;
use crate::layout::{FIOASYNC, FIONBIO};
use crate::processes::TARGET;
use crate::step::{Step, bytes_of, from_bytes};
use crate::syscalls::argument_len;

/// The most requests that one input makes.
const REQUESTS: usize = 16;

const KNOWN: [u32; 11] = [
    abi::RWMEM_READ as u32,
    abi::RWMEM_WRITE as u32,
    abi::RWMEM_READV as u32,
    abi::RWMEM_WRITEV as u32,
    abi::RWMEM_ATTACH as u32,
    abi::RWMEM_DETACH as u32,
    abi::RWMEM_CURRENT as u32,
    abi::RWMEM_SNAPSHOT as u32,
    abi::RWMEM_INFO as u32,
    FIONBIO,
    FIOASYNC,
];

pub fn course(u: &mut Unstructured) -> Result<Course> {
    let setting = setting(u)?;
    let flags = *u.choose(&[3, 3, 1, 2])?;
    let mut steps = vec![Step::Open { slot: 0, flags }];
    if u.arbitrary()? {
        steps.push(Step::attach(0, TARGET));
    }
    while !u.is_empty() && steps.len() < REQUESTS {
        steps.push(request(u)?);
    }
    Ok(Course {
        setting,
        steps,
        injection: None,
    })
}

fn request(u: &mut Unstructured) -> Result<Step> {
    let request = match u.int_in_range(0..=9)? {
        0 => u.arbitrary()?,
        1 => *u.choose(&KNOWN)? ^ 1 << u.int_in_range(0..=31)?,
        _ => *u.choose(&KNOWN)?,
    };
    let mut segs = Vec::new();
    let mut argument = match u64::from(request) {
        abi::RWMEM_READ | abi::RWMEM_WRITE => bytes_of(&xfer(u)?),
        abi::RWMEM_READV | abi::RWMEM_WRITEV => {
            let (batch, array) = batch(u)?;
            segs = array;
            bytes_of(&batch)
        }
        abi::RWMEM_ATTACH | abi::RWMEM_SNAPSHOT => bytes_of(&u.arbitrary::<Pid>()?.0),
        _ => u.bytes(argument_len(request).min(u.len()))?.to_vec(),
    };
    argument.resize(argument_len(request), 0);
    for _ in 0..u.int_in_range(0..=2)? {
        let (at, byte) = (u.choose_index(argument.len().max(1))?, u.arbitrary()?);
        if let Some(place) = argument.get_mut(at) {
            *place = byte;
        }
    }
    let batched = [abi::RWMEM_READV, abi::RWMEM_WRITEV].contains(&u64::from(request));
    let segments = if batched {
        let mut batch: abi::Batch = from_bytes(&argument);
        let segments = place(&mut batch, segs);
        argument = bytes_of(&batch);
        segments
    } else {
        None
    };
    Ok(Step::Ioctl {
        slot: 0,
        request,
        argument,
        segments,
    })
}
