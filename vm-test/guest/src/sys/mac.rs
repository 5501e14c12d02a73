// SPDX-License-Identifier: BSD-2-Clause
//! Labels of mandatory access control (mac(3)).

use super::{Errno, number, syscall};

/// `struct mac`.
#[repr(C)]
struct Label {
    room: usize,
    text: *const u8,
}

/// Puts the process into a partition of mac_partition(4), from which there is no way back. 1 to 9, else EINVAL; ENOSYS or
/// EINVAL where the policy is not loaded.
pub fn enter_partition(partition: u64) -> Result<(), Errno> {
    let mut text = *b"partition/0\0";
    match (partition, &mut text) {
        (1..=9, [.., digit, _]) => *digit += partition as u8,
        _ => return Err(Errno::EINVAL),
    }
    let label = Label {
        room: text.len(),
        text: text.as_ptr(),
    };
    let at = core::ptr::from_ref(&label) as usize;
    // SAFETY: the kernel reads the structure, and the text that it names up to its NUL.
    unsafe { syscall(number::MAC_SET_PROC, [at, 0, 0, 0, 0, 0]) }.map(drop)
}
