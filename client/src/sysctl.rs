// SPDX-License-Identifier: BSD-2-Clause
//! sysctl(3), as far as this crate and the command `rwmem` need it.
use std::ffi::{CStr, c_int, c_void};
use std::io;
use std::ptr;

use zerocopy::FromBytes;

/// The value of a name such as `kern.rwmem.reads`, which must be as long as a `T`.
///
/// # Errors
/// ENOENT where there is no such name, EINVAL where its value has another length.
pub fn value<T: FromBytes>(name: &CStr) -> io::Result<T> {
    // One more: a value that is longer is seen to be.
    let mut bytes = vec![0; size_of::<T>() + 1];
    let mut len = bytes.len();
    ask(by_name(name), &mut bytes, &mut len)?;
    T::read_from_bytes(&bytes[..len]).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))
}

/// The value of a name, however long it is.
///
/// # Errors
/// ENOENT where there is no such name, or what the kernel says.
pub fn bytes(name: &CStr) -> io::Result<Vec<u8>> {
    whole(by_name(name))
}

/// The value of a name in numbers (`CTL_*`), however long it is.
///
/// # Errors
/// What the kernel says: ESRCH for a process that is not there, EPERM.
pub fn bytes_of(name: &[c_int]) -> io::Result<Vec<u8>> {
    whole(|value, len| {
        // SAFETY: the name is as long as is said; at `value` is room for `len` bytes, or it is null.
        unsafe { libc::sysctl(name.as_ptr(), name.len() as u32, value, len, ptr::null(), 0) }
    })
}

fn by_name(name: &CStr) -> impl Fn(*mut c_void, *mut usize) -> c_int {
    move |value, len| {
        // SAFETY: the name ends with NUL; at `value` is room for `len` bytes, or it is null.
        unsafe { libc::sysctlbyname(name.as_ptr(), value, len, ptr::null(), 0) }
    }
}

/// Asks how long it is, and then for it.
fn whole(call: impl Fn(*mut c_void, *mut usize) -> c_int) -> io::Result<Vec<u8>> {
    loop {
        let mut len = 0;
        ask(&call, &mut [], &mut len)?;
        // What there is may have grown until the second question.
        len += len / 4 + 64;
        let mut value = vec![0; len];
        match ask(&call, &mut value, &mut len) {
            Ok(()) => {
                value.truncate(len);
                return Ok(value);
            }
            Err(error) if error.raw_os_error() == Some(libc::ENOMEM) => (),
            Err(error) => return Err(error),
        }
    }
}

/// `len` is the room in `value`, then the length of what is there.
fn ask(
    call: impl Fn(*mut c_void, *mut usize) -> c_int,
    value: &mut [u8],
    len: &mut usize,
) -> io::Result<()> {
    let place = match value.is_empty() {
        true => ptr::null_mut(),
        false => value.as_mut_ptr().cast(),
    };
    match call(place, len) {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}
