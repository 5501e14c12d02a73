// SPDX-License-Identifier: BSD-2-Clause
//! Kernel memory that data pass through (`malloc(9)`, type `rwmem`), and its way to the caller.
use core::ffi::c_void;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ptr::{self, NonNull};

use rwmem_abi::Seg;

use crate::errno::Errno;
use crate::kld::M_RWMEM;
use crate::kpi;

/// The bytes of a page.
pub const PAGE_SIZE: usize = kpi::PAGE_SIZE as usize;

/// An address in the caller's memory, as copyin(9) and copyout(9) take it; they check it themselves.
pub fn user(address: u64) -> *mut c_void {
    ptr::without_provenance_mut(address as usize)
}

/// Bytes of kernel memory. Zeroed when freed: what passed through was another process's.
///
/// # Invariants
/// `ptr` is an allocation of `M_RWMEM` of `len` bytes. They may be uninitialised, so no slice of bytes exists.
pub struct Buffer {
    ptr: NonNull<c_void>,
    len: usize,
}

impl Buffer {
    /// Allocates `len` bytes; may sleep, so no lock may be held. ENOMEM where there are none.
    pub fn new(len: usize) -> Result<Buffer, Errno> {
        // SAFETY: M_RWMEM was registered before the device that leads here could be opened.
        let ptr = unsafe { kpi::malloc(len as _, M_RWMEM.get(), kpi::M_WAITOK as _) };
        // INVARIANT: malloc gave `len` bytes of that type.
        NonNull::new(ptr)
            .map(|ptr| Buffer { ptr, len })
            .ok_or(Errno::ENOMEM)
    }

    /// Its address, for the kernel to copy to or from.
    pub fn as_ptr(&self) -> *mut c_void {
        self.ptr.as_ptr()
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// Copies the first `len` bytes to the caller's memory at `local`, one page of it after the other, so that the
    /// count of those that arrived is exact where that memory ends: within a page, all bytes are accessible or none.
    pub fn copyout(&self, local: u64, len: usize) -> usize {
        let len = len.min(self.len);
        let mut offset = 0;
        while offset < len {
            // The request was checked not to wrap: local + len fits.
            let address = local.wrapping_add(offset as u64);
            let piece = (PAGE_SIZE - address as usize % PAGE_SIZE).min(len - offset);
            // SAFETY: offset + piece is at most `len`, thus within the allocation; the caller of this has filled it.
            // copyout checks the user address itself.
            if unsafe {
                kpi::copyout(
                    self.ptr.as_ptr().byte_add(offset),
                    user(address),
                    piece as _,
                )
            } != 0
            {
                break;
            }
            offset += piece;
        }
        offset
    }

    /// The buffer as room for segments.
    pub fn as_segs(&mut self) -> &mut [MaybeUninit<Seg>] {
        let n = self.len / size_of::<Seg>();
        // SAFETY: malloc aligns for any type; `n` segments fit.
        unsafe { core::slice::from_raw_parts_mut(self.ptr.as_ptr().cast(), n) }
    }

    /// Gives the memory away; [`Buffer::from_raw`] takes it back.
    pub fn into_raw(self) -> *mut c_void {
        ManuallyDrop::new(self).ptr.as_ptr()
    }

    /// # Safety
    /// `ptr` came from [`Buffer::into_raw`] of a buffer of `len` bytes, and is not used any more.
    pub unsafe fn from_raw(ptr: NonNull<c_void>, len: usize) -> Buffer {
        // INVARIANT: the caller's promise.
        Buffer { ptr, len }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: the type's invariant; nobody else has the pointer.
        unsafe { kpi::zfree(self.ptr.as_ptr(), M_RWMEM.get()) }
    }
}
