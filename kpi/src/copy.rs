// SPDX-License-Identifier: BSD-2-Clause
//! The caller's memory (`copy(9)`): that of the process whose thread runs in the kernel.
use core::ffi::{c_int, c_void};
use core::mem::MaybeUninit;
use core::ptr;

use crate::sys;

/// The bytes of a page.
pub const PAGE_SIZE: usize = sys::PAGE_SIZE as usize;

/// An address in the caller's memory, as copyin(9) and copyout(9) take it; they check it themselves.
#[inline(always)]
pub fn user(address: u64) -> *mut c_void {
    ptr::without_provenance_mut(address as usize)
}

/// Copies `len` bytes at `from` to the caller's memory at `local`. Returns how many, exact to the byte where that memory
/// ends: within a page of it, all bytes are accessible or none. May sleep.
///
/// # Safety
/// `len` initialised bytes of kernel memory are at `from`.
#[inline(always)]
pub unsafe fn copyout(from: *const u8, local: u64, len: usize) -> usize {
    // SAFETY: the caller's promise; copyout checks the user address itself.
    if unsafe { sys::copyout(from.cast(), user(local), len as _) } == 0 {
        return len;
    }
    by_page(local, len, |offset, piece| {
        // SAFETY: as above, for a part.
        unsafe {
            sys::copyout(
                from.wrapping_add(offset).cast(),
                user(local.wrapping_add(offset as u64)),
                piece as _,
            )
        }
    })
}

/// Copies from the caller's memory at `local` to `room`. Returns what was copied, exact to the byte where that memory ends.
/// May sleep.
#[inline(always)]
pub fn copyin(local: u64, room: &mut [MaybeUninit<u8>]) -> &[u8] {
    let to = room.as_mut_ptr();
    // SAFETY: there is room for `room.len()` bytes; copyin checks the user address itself.
    let len = if unsafe { sys::copyin(user(local), to.cast(), room.len() as _) } == 0 {
        room.len()
    } else {
        by_page(local, room.len(), |offset, piece| {
            // SAFETY: as above, for a part.
            unsafe {
                sys::copyin(
                    user(local.wrapping_add(offset as u64)),
                    to.wrapping_add(offset).cast(),
                    piece as _,
                )
            }
        })
    };
    // SAFETY: the first `len` bytes have just been written.
    unsafe { core::slice::from_raw_parts(to.cast(), len) }
}

/// Copies piece by piece, each within a page of the caller's memory at `local`, until one fails. Returns how far it came.
#[cold]
#[inline(never)]
fn by_page(local: u64, len: usize, mut copy: impl FnMut(usize, usize) -> c_int) -> usize {
    let mut offset = 0;
    while offset < len {
        let address = local.wrapping_add(offset as u64);
        let piece = (PAGE_SIZE - address as usize % PAGE_SIZE).min(len - offset);
        if copy(offset, piece) != 0 {
            break;
        }
        offset += piece;
    }
    offset
}
