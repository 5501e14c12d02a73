// SPDX-License-Identifier: BSD-2-Clause
//! An agent's side: carries out the orders of [`super::order`].

use super::order::*;
use crate::device::{Device, Direction, Moved, Request};
use crate::path::PATHS;
use crate::sys::capability::{self, Rights};
use crate::sys::file::Fd;
use crate::sys::jail;
use crate::sys::mac;
use crate::sys::memory::{PAGE, Region};
use crate::sys::process::{self, Patience, Tracing};
use crate::sys::ptrace::{self, Io, Stopped};
use crate::sys::{Errno, socket, sysctl};
use crate::target::{Link, Role};
use core::ffi::CStr;
use rwmem_abi::{Batch, Seg};

/// Carries out orders until none come any more.
pub fn obey(program: &CStr, link: &Link) {
    let mut held = None;
    link.say(0);
    while let Some(order) = link.listen_all::<6>() {
        if order[0] == EXECUTE {
            let path = match PROGRAMS.get(order[1] as usize) {
                Some(path) if !path.is_empty() => path,
                _ => program,
            };
            // The next image says that it is ready, with a 0.
            link.become_role_in(path, program, Role::Agent);
            link.say(Errno::ENOEXEC.0 as u64);
            continue;
        }
        let answer = match carry_out(order, &mut held) {
            Ok([value, more]) => [0, value, more],
            Err(error) => [error.0 as u64, 0, 0],
        };
        link.say_all(answer);
    }
}

fn carry_out(order: Order, held: &mut Option<Stopped>) -> Result<[u64; 2], Errno> {
    let [number, first, second, third, fourth, fifth] = order;
    // Stays open: its number is all that there is of it.
    let device = core::mem::ManuallyDrop::new(Device::from_fd(Fd::from_number(DEVICE)));
    let ids = [first, second, third].map(|id| id as u32);
    let nothing = [0, 0];
    Ok(match number {
        MEMORY => [Region::arena().at(0), 0],
        PEEK => [u64::from(Region::arena().get(first as usize)), 0],
        POKE => {
            Region::arena().put(first as usize, second as u8);
            nothing
        }
        TRANSFER => {
            let request = Request {
                direction: direction(first % 2 == 1),
                pid: second as i32,
                remote: third,
                local: fourth,
                len: fifth,
            };
            let path = if first < 2 { &PATHS[0] } else { &PATHS[1] };
            let Moved { done, error } = (path.transfer)(&device, request)?;
            [done, error.0 as u64]
        }
        BATCH => batch(&device, order)?,
        PREAD => [device.fd().read_to(second, third, first)?, 0],
        PWRITE => [device.fd().write_from(second, third, first)?, 0],
        ATTACH => device.attach(first as i32).map(|()| nothing)?,
        SNAPSHOT => device.snapshot(first as i32).map(|()| nothing)?,
        DETACH => device.detach().map(|()| nothing)?,
        PT_ATTACH => Stopped::attach(first as i32).map(|_| nothing)?,
        PT_IO => {
            let operation = if first == 1 { Io::Write } else { Io::Read };
            [
                Stopped::attach(second as i32)?.io(operation, third, fourth, fifth)?,
                0,
            ]
        }
        INFO => {
            let info = device.info()?;
            let two = |high, low| u64::from(high) << 32 | u64::from(low);
            [
                two(info.abi_version, info.features),
                two(info.max_segs, info.page_size),
            ]
        }
        OPEN => {
            Device::open_for(first as usize)?
                .fd()
                .duplicate_to(DEVICE)?;
            nothing
        }
        FORK => {
            let child = process::fork()?;
            if child != 0 {
                let _ = process::reap(child, Patience::Wait);
                process::exit(0);
            }
            [process::own_pid() as u64, 0]
        }
        UIDS => process::set_user_ids(ids).map(|()| nothing)?,
        GIDS => process::set_group_ids(ids).map(|()| nothing)?,
        GROUPS => {
            let groups = [second, third, fourth, fifth].map(|id| id as u32);
            let groups = groups.get(..first as usize).ok_or(Errno::EINVAL)?;
            process::set_groups(groups).map(|()| nothing)?
        }
        TRACING => {
            let tracing = [
                Tracing::Enabled,
                Tracing::Disabled,
                Tracing::DisabledForGood,
            ];
            let tracing = tracing.into_iter().find(|&tracing| tracing as u64 == first);
            process::allow_tracing(tracing.ok_or(Errno::EINVAL)?).map(|()| nothing)?
        }
        JAIL => {
            let chosen = JAILS
                .iter()
                .enumerate()
                .filter(|(bit, _)| first >> bit & 1 == 1);
            let mut parameters = JAILS;
            let mut count = 0;
            for (_, parameter) in chosen {
                parameters[count] = *parameter;
                count += 1;
            }
            [jail::enter_new(&parameters[..count])? as u64, 0]
        }
        JOIN => jail::enter(first as i32).map(|()| nothing)?,
        CAPABILITY_MODE => capability::enter().map(|()| nothing)?,
        RIGHTS => {
            capability::limit_rights(device.fd(), Rights([first, second])).map(|()| nothing)?
        }
        LIMIT_IOCTLS => {
            let mut requests = IOCTLS;
            let mut count = 0;
            for (bit, request) in IOCTLS.into_iter().enumerate() {
                if first >> bit & 1 == 1 {
                    requests[count] = request;
                    count += 1;
                }
            }
            capability::limit_ioctls(device.fd(), &requests[..count]).map(|()| nothing)?
        }
        SECURELEVEL => sysctl::set(c"kern.securelevel", first as i32).map(|()| nothing)?,
        SEND => socket::send(&descriptor(first), DEVICE).map(|()| nothing)?,
        RECEIVE => {
            socket::receive(&descriptor(first))?.duplicate_to(DEVICE)?;
            nothing
        }
        HOLD => {
            *held = Some(Stopped::attach(first as i32)?);
            nothing
        }
        PT_DETACH => {
            *held = None;
            nothing
        }
        CONTINUE => held
            .as_ref()
            .ok_or(Errno::ESRCH)?
            .go_on()
            .map(|()| nothing)?,
        SEIZE => ptrace::seize(first as i32).map(|()| nothing)?,
        MAP => {
            // Stays mapped.
            let page = core::mem::ManuallyDrop::new(Region::private(PAGE)?);
            [page.at(0), 0]
        }
        PARTITION => mac::enter_partition(first).map(|()| nothing)?,
        _ => return Err(Errno::ENOSYS),
    })
}

fn direction(write: bool) -> Direction {
    if write {
        Direction::Write
    } else {
        Direction::Read
    }
}

/// A descriptor that was inherited, by its number, and stays open.
fn descriptor(number: u64) -> core::mem::ManuallyDrop<Fd> {
    core::mem::ManuallyDrop::new(Fd::from_number(number as i32))
}

fn batch(device: &Device, order: Order) -> Result<[u64; 2], Errno> {
    let [_, write, pid, remote, distance, count] = order;
    let mut segs = [Seg::default(); BATCH_MAX];
    let segs = segs.get_mut(..count as usize).ok_or(Errno::EINVAL)?;
    for (place, seg) in segs.iter_mut().enumerate() {
        seg.remote = remote.wrapping_add(distance.wrapping_mul(place as u64));
        seg.local = Region::arena().at(BATCH_BYTES + place);
        seg.len = 1;
    }
    let mut batch = Batch {
        pid: pid as i32,
        segs: segs.as_mut_ptr() as u64,
        nsegs: segs.len() as u32,
        ..Batch::default()
    };
    device.batch(REQUESTS[2 + usize::from(write == 1)], &mut batch)?;
    Ok([batch.done, u64::from(batch.failed)])
}
