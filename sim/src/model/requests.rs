// SPDX-License-Identifier: BSD-2-Clause
//! What each request returns, and what preadv and pwritev do.
use rwmem_abi as abi;

use super::*;
use crate::step::from_bytes;
use crate::syscalls::well_formed;

pub fn ioctl(
    sim: &Sim,
    full: bool,
    file: ModelFile,
    request: u32,
    argument: &[u8],
    segments: Option<&Segments>,
    result: &mut Prediction,
) -> Result<(), i32> {
    if !well_formed(request) {
        return Err(ENOTTY);
    }
    not_revoked(file)?;
    // fcntl(2)'s: nothing here ever blocks, nothing is asynchronous.
    match request {
        FIONBIO => return Ok(()),
        FIOASYNC if from_bytes::<i32>(argument) == 0 => return Ok(()),
        FIOASYNC => return Err(EINVAL),
        _ => (),
    }
    let known = [
        abi::RWMEM_INFO,
        abi::RWMEM_READ,
        abi::RWMEM_WRITE,
        abi::RWMEM_READV,
        abi::RWMEM_WRITEV,
        abi::RWMEM_ATTACH,
        abi::RWMEM_DETACH,
        abi::RWMEM_CURRENT,
        FIOSEEKDATA.into(),
        FIOSEEKHOLE.into(),
        abi::RWMEM_SNAPSHOT,
    ];
    let Some(number) = known.iter().position(|known| *known as u32 == request) else {
        return Err(ENOTTY);
    };
    debug_assert!(argument.len() >= argument_len(request));
    let write = number == 2 || number == 4;
    if (1..=4).contains(&number) | (8..=9).contains(&number)
        && file.flags & if write { kpi::FWRITE } else { kpi::FREAD } == 0
    {
        return Err(EBADF);
    }
    match number {
        1 | 2 => {
            let xfer: abi::Xfer = from_bytes(argument);
            if xfer.flags != 0 || xfer.reserved != 0 || invalid(xfer.remote, xfer.local, xfer.len) {
                return Err(EINVAL);
            }
            let vm = acquire(sim, file, (xfer.pid, write), result)?;
            count_request(result, write);
            let (moved, error) = transfer(sim, vm, write, xfer.remote, xfer.local, xfer.len);
            count(result, &moved, error);
            (result.outcome.done, result.outcome.error) = (moved.len, error);
        }
        3 | 4 => {
            let batch: abi::Batch = from_bytes(argument);
            let array = u64::from(batch.nsegs) * size_of::<abi::Seg>() as u64;
            let wraps = batch.segs.checked_add(array).is_none();
            if batch.flags & !abi::BATCH_STOP != 0
                || batch.reserved != 0
                || batch.nsegs > abi::MAX_SEGS
                || wraps
            {
                return Err(EINVAL);
            }
            let vm = acquire(sim, file, (batch.pid, write), result)?;
            count_request(result, write);
            let spaces = &sim.processes.spaces;
            let reachable =
                |need| accessible(&spaces[0], batch.segs, array, Access::Own(need)) == array;
            if !reachable(READ) || !reachable(WRITE) {
                return Err(EFAULT);
            }
            let segs = segments
                .map(|segments| segments.segs.as_slice())
                .unwrap_or_default();
            let stops = batch.flags & abi::BATCH_STOP != 0;
            for seg in segs.iter().take(batch.nsegs as usize) {
                let last = result.outcome.segs.last();
                if stops && last.is_some_and(|(_, error)| *error != 0) {
                    result.outcome.segs.push((0, ECANCELED));
                    continue;
                }
                let error = if seg.reserved != 0 || invalid(seg.remote, seg.local, seg.len) {
                    result.outcome.segs.push((0, EINVAL));
                    continue;
                } else {
                    let (moved, error) = transfer(sim, vm, write, seg.remote, seg.local, seg.len);
                    count(result, &moved, error);
                    result.outcome.done += moved.len;
                    (moved.len, error)
                };
                result.outcome.segs.push(error);
            }
        }
        5 | 10 => {
            let pid: i32 = from_bytes(argument);
            // As any pid that is not there: there is nothing to be attached to.
            let vm = find(sim, pid).inspect_err(|errno| {
                result.counts.denied += u64::from(![ESRCH, EBUSY, EINVAL].contains(errno))
            })?;
            result.snapshot = number == 10;
            if result.snapshot && sim.processes.free_copy().is_none() {
                return Err(ENOMEM);
            }
            if full {
                return Err(ENFILE);
            }
            result.attach = Some(Some(vm));
            result.process = sim.processes.by_pid(pid).map(|process| process.addr());
        }
        6 => {
            file.attached.ok_or(ENXIO)?;
            result.attach = Some(None);
        }
        7 => {
            let vm = file.attached.ok_or(ENXIO)?;
            if file.snapshot {
                return Err(EOPNOTSUPP);
            }
            let process = file
                .process
                .and_then(|process| sim.processes.by_addr(process));
            let process = process
                .filter(|process| !process.zombie && process.flag() & P_WEXIT == 0)
                .ok_or(ESRCH)?;
            if process.vmspace() != vm {
                return Err(ESTALE);
            }
        }
        8 | 9 => {
            let vm = file.attached.ok_or(ENXIO)?;
            let space = sim.processes.vmspace(vm).map_or(0, |vm| vm.space);
            let from: u64 = from_bytes(argument);
            let found = seek(&sim.processes.spaces[space], from, number == 8);
            result.outcome.done = found.ok_or(ENXIO)?;
        }
        _ => (),
    }
    Ok(())
}

/// The first address from `from` on that has contents, or has none, page by page.
fn seek(space: &Space, from: u64, contents: bool) -> Option<u64> {
    let first = (from < MAXUSER).then_some(from)?;
    let pages = space.entries.iter().flat_map(|entry| {
        let pages = (entry.start..entry.end).step_by(PAGE as usize);
        pages.map(move |page| (page, space.has_contents(entry, page)))
    });
    let mut has: Vec<_> = pages.filter(|(_, has)| *has).map(|it| it.0).collect();
    has.sort_unstable();
    if contents {
        let next = has.iter().find(|page| **page + PAGE > first);
        return next.map(|page| first.max(*page));
    }
    let mut at = first;
    while has.binary_search(&(at / PAGE * PAGE)).is_ok() {
        at = at / PAGE * PAGE + PAGE;
    }
    Some(at)
}

pub fn io(
    sim: &Sim,
    file: ModelFile,
    write: bool,
    offset: u64,
    buffers: &[(u64, u64)],
    result: &mut Prediction,
) -> Result<(), i32> {
    if file.flags & if write { kpi::FWRITE } else { kpi::FREAD } == 0 {
        return Err(EBADF);
    }
    let mut total = 0u64;
    for (_, len) in buffers {
        total = total
            .checked_add(*len)
            .filter(|sum| *sum <= abi::MAX_LEN)
            .ok_or(EINVAL)?;
    }
    if total == 0 {
        return Ok(());
    }
    not_revoked(file)?;
    let vm = attached(file, write)?;
    count_request(result, write);
    let mut remote = offset;
    for (local, len) in buffers.iter().filter(|(_, len)| *len > 0) {
        let (moved, error) = match invalid(remote, *local, *len) {
            true => (None, EINVAL),
            false => {
                let (moved, error) = transfer(sim, vm, write, remote, *local, *len);
                (Some(moved), error)
            }
        };
        if let Some(moved) = moved {
            count(result, &moved, error);
            result.outcome.done += moved.len;
            remote = remote.wrapping_add(moved.len);
        }
        if error != 0 {
            return if result.outcome.done > 0 {
                Ok(())
            } else {
                Err(error)
            };
        }
    }
    Ok(())
}
