// SPDX-License-Identifier: BSD-2-Clause
//! Kernel memory that data pass through (`malloc(9)`, type `rwmem`), and its way to the caller.
use core::ffi::{c_int, c_void};
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

/// Copies `len` bytes at `from` to the caller's memory at `local`. Returns how many, exact to the byte where that memory
/// ends: within a page of it, all bytes are accessible or none.
///
/// # Safety
/// `len` initialised bytes of kernel memory are at `from`.
#[inline(always)]
pub unsafe fn copyout(from: *const u8, local: u64, len: usize) -> usize {
    // SAFETY: the caller's promise; copyout checks the user address itself.
    if unsafe { kpi::copyout(from.cast(), user(local), len as _) } == 0 {
        return len;
    }
    by_page(local, len, |offset, piece| {
        // SAFETY: as above, for a part.
        unsafe {
            kpi::copyout(
                from.wrapping_add(offset).cast(),
                user(local.wrapping_add(offset as u64)),
                piece as _,
            )
        }
    })
}

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

/// Puts so many zeros, a page at most. Returns how many arrived.
pub fn put_zeros(sink: &mut dyn Sink, at: u64, len: usize) -> usize {
    // SAFETY: the kernel's zero_region is at least a page of zeros, and never changes.
    unsafe { sink.put(kpi::zero_region.cast(), at, len.min(PAGE_SIZE)) }
}

/// Copies from the caller's memory at `local` to `room`. Returns what was copied, exact to the byte where that memory ends.
#[inline(always)]
pub fn copyin(local: u64, room: &mut [MaybeUninit<u8>]) -> &[u8] {
    let to = room.as_mut_ptr();
    // SAFETY: there is room for so many bytes; copyin checks the user address itself.
    let len = if unsafe { kpi::copyin(user(local), to.cast(), room.len() as _) } == 0 {
        room.len()
    } else {
        by_page(local, room.len(), |offset, piece| {
            // SAFETY: as above, for a part.
            unsafe {
                kpi::copyin(
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

    /// The memory, for bytes.
    pub fn room(&mut self) -> &mut [MaybeUninit<u8>] {
        // SAFETY: the type's invariant.
        unsafe { core::slice::from_raw_parts_mut(self.ptr.as_ptr().cast(), self.len) }
    }

    /// The memory, for segments.
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
