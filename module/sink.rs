// SPDX-License-Identifier: BSD-2-Clause
//! Where what is read goes: to the caller's memory, or to the kernel's own.
use core::mem::MaybeUninit;
use core::ptr;

use freebsd_kpi::copy::{PAGE_SIZE, copyout};

use crate::sys;

/// Where what is read goes.
pub trait Sink {
    /// Copies `len` bytes at `from` to place `at`. Returns how many, fewer only where the place ends.
    ///
    /// # Safety
    /// `len` initialised bytes of kernel memory are at `from`.
    unsafe fn put(&mut self, from: *const u8, at: u64, len: usize) -> usize;
}

/// The caller's memory; a place is an address in it.
pub struct User;

impl Sink for User {
    #[inline(always)]
    unsafe fn put(&mut self, from: *const u8, at: u64, len: usize) -> usize {
        // SAFETY: the caller's promise.
        unsafe { copyout(from, at, len) }
    }
}

/// Memory of the kernel's own; a place is an offset in it.
pub struct Room<'a>(pub &'a mut [MaybeUninit<u8>]);

impl Sink for Room<'_> {
    unsafe fn put(&mut self, from: *const u8, at: u64, len: usize) -> usize {
        let room = self.0.get_mut(at as usize..).unwrap_or_default();
        let len = len.min(room.len());
        // SAFETY: the caller's promise, and there is room.
        unsafe { ptr::copy_nonoverlapping(from, room.as_mut_ptr().cast(), len) };
        len
    }
}

/// Puts `len` zeros, a page at most. Returns how many were copied.
pub fn put_zeros(sink: &mut dyn Sink, at: u64, len: usize) -> usize {
    // SAFETY: the kernel's zero_region is at least a page of zeros, and never changes.
    unsafe { sink.put(sys::zero_region.cast(), at, len.min(PAGE_SIZE)) }
}
