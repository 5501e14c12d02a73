// SPDX-License-Identifier: BSD-2-Clause
//! What a caller puts into a request: mostly something near what is there, sometimes anything.
use arbitrary::{Arbitrary, Result, Unstructured};
use rwmem_abi as abi;

use crate::call::{Action, Event};
use crate::processes::*;
use crate::regions::*;
use crate::setting::Setting;
use crate::step::Segments;

const P: u64 = 4096;

/// One in `n`.
pub fn rarely(u: &mut Unstructured, n: u32) -> Result<bool> {
    u.ratio(1, n)
}

fn address(u: &mut Unstructured, near: &[u64]) -> Result<u64> {
    let base = *u.choose(near)?;
    let small = |u: &mut Unstructured| u.arbitrary::<u8>().map(u64::from);
    Ok(match u.int_in_range(0..=7)? {
        0 => base.wrapping_add(small(u)?),
        1 => base.wrapping_sub(small(u)?),
        2 => base.wrapping_add(u64::from(u.arbitrary::<u32>()?) % (1 << 18)),
        3 => base.wrapping_add(small(u)? * P).wrapping_sub(small(u)? % 9),
        4 => u.arbitrary()?,
        _ => base,
    })
}

/// An address of the target's.
pub struct Remote(pub u64);

impl<'a> Arbitrary<'a> for Remote {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Remote> {
        let near = [
            MAIN.start,
            MAIN.end(),
            TEXT.start,
            CONSTANTS.start,
            FORBIDDEN.start,
            NOTHING.start,
            SHADOWED.start,
            FORKED.start,
            FILE.start,
            ONLY_READABLE.start,
            SHARED.start,
            DEVICE.start,
            DEEP.start,
            BUFFER.start,
            u64::MAX,
        ];
        address(u, &near).map(Remote)
    }
}

/// An address of the caller's. Not where its segment arrays are: what a request that overwrites its own segments does is
/// nobody's promise.
pub struct Local(pub u64);

impl<'a> Arbitrary<'a> for Local {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Local> {
        let near = [
            BUFFER.start,
            BUFFER.end(),
            ONLY_READ.start,
            BUFFER.start + 9 * P,
            u64::MAX,
        ];
        let at = address(u, &near)?;
        Ok(Local(match at >> 28 == ARGUMENTS.start >> 28 {
            true => BUFFER.start,
            false => at,
        }))
    }
}

pub struct Len(pub u64);

impl<'a> Arbitrary<'a> for Len {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Len> {
        let any: u32 = u.arbitrary()?;
        let any = u64::from(any);
        Ok(Len(match u.int_in_range(0..=5)? {
            0 => any % 256,
            1 => any % (4 * P),
            2 => any % (1 << 18),
            3 => any % 10 * P,
            4 => u.arbitrary()?,
            _ => 0,
        }))
    }
}

pub struct Pid(pub i32);

impl<'a> Arbitrary<'a> for Pid {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Pid> {
        let known = [
            TARGET,
            abi::PID_ATTACHED,
            TARGET,
            abi::PID_ATTACHED,
            CALLER,
            DENIED,
            EXITING,
            EXECING,
            ZOMBIE,
            TORN,
            HIDDEN,
            SYSTEM,
            NOBODY,
        ];
        Ok(Pid(match rarely(u, 16)? {
            true => u.arbitrary()?,
            false => *u.choose(&known)?,
        }))
    }
}

/// Flags and reserved fields: mostly zero.
pub struct Unused(pub u32);

impl<'a> Arbitrary<'a> for Unused {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Unused> {
        Ok(Unused(match rarely(u, 24)? {
            true => u.arbitrary()?,
            false => 0,
        }))
    }
}

pub fn xfer(u: &mut Unstructured) -> Result<abi::Xfer> {
    let (Pid(pid), Unused(flags), Unused(reserved)) = u.arbitrary()?;
    let (Remote(remote), Local(local), Len(len)) = u.arbitrary()?;
    Ok(abi::Xfer {
        pid,
        flags,
        remote,
        local,
        len,
        reserved,
        ..abi::Xfer::default()
    })
}

fn seg(u: &mut Unstructured) -> Result<abi::Seg> {
    let (Remote(remote), Local(local)) = u.arbitrary()?;
    let (Len(len), Unused(reserved)) = u.arbitrary()?;
    Ok(abi::Seg {
        remote,
        local,
        len,
        reserved,
        ..abi::Seg::default()
    })
}

/// A batch and the segments that it points to.
pub fn batch(u: &mut Unstructured) -> Result<(abi::Batch, Vec<abi::Seg>)> {
    let (Pid(pid), Unused(flags), Unused(reserved)) = u.arbitrary()?;
    let at = ARGUMENTS.start + u64::from(u.arbitrary::<u8>()?) * 17;
    let segs = match rarely(u, 12)? {
        true => u.arbitrary::<Local>()?.0,
        false => at,
    };
    let mut array = Vec::new();
    for _ in 0..u.int_in_range(0..=13)? {
        array.push(seg(u)?);
    }
    let more: u32 = match rarely(u, 30)? {
        true => u.arbitrary()?,
        false => 0,
    };
    let batch = abi::Batch {
        pid,
        flags,
        segs,
        nsegs: more.max(array.len() as u32),
        reserved,
        ..abi::Batch::default()
    };
    Ok((batch, array))
}

/// Where the segments are put. The batch is changed where it points to what nobody has put there, for then nobody knows
/// what must come of it; but it may point to what cannot be accessed.
pub fn place(batch: &mut abi::Batch, segs: Vec<abi::Seg>) -> Option<Segments> {
    let end = ARGUMENTS.end() - segs.len() as u64 * size_of::<abi::Seg>() as u64;
    if !(ARGUMENTS.start..=end).contains(&batch.segs) {
        let readable = CALLER_LAYOUT.iter().any(|region| {
            region.prot & crate::layout::WRITE != 0
                && (region.start..region.end()).contains(&batch.segs)
        });
        if !readable {
            return None;
        }
        batch.segs = ARGUMENTS.start;
    }
    if batch.nsegs <= abi::MAX_SEGS {
        batch.nsegs = segs.len() as u32;
    }
    Some(Segments {
        at: batch.segs,
        segs,
    })
}

/// The setting of a run.
pub fn setting(u: &mut Unstructured) -> Result<Setting> {
    let bits: u8 = u.arbitrary()?;
    // The lowest two say nothing.
    let set = |bit: u8| bits & bit != 0;
    Ok(Setting {
        transient: set(4),
        waiters: set(8),
        capability_mode: bits >> 4 == 5,
        probed: bits >> 5 == 6,
        moved: None,
    })
}

pub fn event(u: &mut Unstructured) -> Result<Event> {
    u.choose(&Event::ALL).copied()
}

/// What may go wrong at a kernel call. Loading takes the first ones.
pub fn injection(u: &mut Unstructured) -> Result<Option<(usize, Action)>> {
    let at = usize::from(u.arbitrary::<u8>()?);
    Ok(match u.int_in_range(0..=7)? {
        0 => Some((at, Action::FailSomehow(u.arbitrary()?))),
        1 => Some((31 + at, Action::Happen(event(u)?))),
        _ => None,
    })
}
