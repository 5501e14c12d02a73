// SPDX-License-Identifier: BSD-2-Clause
//! A pair of local sockets, and descriptors sent over them.

use super::file::Fd;
use super::{Errno, number, syscall};

/// Two sockets that are connected with each other.
pub fn pair() -> Result<[Fd; 2], Errno> {
    const PF_LOCAL: usize = 1;
    const SOCK_STREAM: usize = 1;
    let mut ends = [0i32; 2];
    // SAFETY: the kernel fills two ints.
    unsafe {
        syscall(
            number::SOCKETPAIR,
            [PF_LOCAL, SOCK_STREAM, 0, ends.as_mut_ptr() as usize, 0, 0],
        )
    }?;
    Ok(ends.map(Fd::from_number))
}

/// `struct msghdr`.
#[repr(C)]
struct Message {
    name: usize,
    name_len: u32,
    iovecs: *const [usize; 2],
    iovecs_len: i32,
    control: *mut Control,
    control_len: u32,
    flags: i32,
}

/// `struct cmsghdr` with one descriptor behind it, both aligned to 8 bytes.
#[repr(C, align(8))]
struct Control {
    len: u32,
    level: i32,
    kind: i32,
    padding: i32,
    descriptor: i32,
}
const _: () = assert!(size_of::<Control>() == 24);

/// `sendmsg(2)` or `recvmsg(2)` with a message of one byte and one descriptor.
fn message(byte: &mut u8, control: &mut Control, call: usize, socket: &Fd) -> Result<usize, Errno> {
    let iovec = [core::ptr::from_mut(byte) as usize, 1];
    let mut message = Message {
        name: 0,
        name_len: 0,
        iovecs: &raw const iovec,
        iovecs_len: 1,
        control,
        control_len: size_of::<Control>() as u32,
        flags: 0,
    };
    // SAFETY: the kernel reads and fills the message, the byte and the control data, all of which live here.
    unsafe {
        syscall(
            call,
            [
                socket.number() as usize,
                core::ptr::from_mut(&mut message) as usize,
                0,
                0,
                0,
                0,
            ],
        )
    }
}

const SOL_SOCKET: i32 = 0xffff;
const SCM_RIGHTS: i32 = 1;
/// The header and the descriptor, without what comes after.
const CONTROL_LEN: u32 = 20;

/// Sends a descriptor.
pub fn send(socket: &Fd, descriptor: i32) -> Result<(), Errno> {
    let mut control = Control {
        len: CONTROL_LEN,
        level: SOL_SOCKET,
        kind: SCM_RIGHTS,
        padding: 0,
        descriptor,
    };
    message(&mut 0, &mut control, number::SENDMSG, socket).map(drop)
}

/// Receives a descriptor; EBADF if none came.
pub fn receive(socket: &Fd) -> Result<Fd, Errno> {
    let mut control = Control {
        len: 0,
        level: 0,
        kind: 0,
        padding: 0,
        descriptor: -1,
    };
    message(&mut 0, &mut control, number::RECVMSG, socket)?;
    match (control.len, control.level, control.kind) {
        (CONTROL_LEN, SOL_SOCKET, SCM_RIGHTS) => Ok(Fd::from_number(control.descriptor)),
        _ => Err(Errno::EBADF),
    }
}
