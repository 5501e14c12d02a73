// SPDX-License-Identifier: BSD-2-Clause
//! A referenced address space (`vm/vm_map.h`).
use core::mem::ManuallyDrop;
use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicU32, Ordering};

use crate::kpi;

/// `REFCOUNT_SATURATED`
const SATURATED: u32 = 1 << 31;

/// A live reference on an address space: it is neither torn down nor reused for another image.
///
/// # Invariants
/// Owns one count of `vm_refcnt`.
pub struct VmspaceRef {
    vm: NonNull<kpi::vmspace>,
}

impl VmspaceRef {
    /// `vmspace_reference_live`, which is `refcount_acquire_if_not_zero`: a reference, unless the count has already
    /// reached zero.
    ///
    /// # Safety
    /// The storage of `vm` stays for the time of this call.
    pub unsafe fn reference_live(vm: NonNull<kpi::vmspace>) -> Option<VmspaceRef> {
        // SAFETY: the caller's promise; the kernel, too, changes the count by atomic operations only.
        let count = unsafe { AtomicU32::from_ptr(&raw mut (*vm.as_ptr()).vm_refcnt) };
        let raised = count.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| match n {
            0 => None,
            // refcount(9): one that has overflowed stays as it is, and is never given back.
            n if n & SATURATED != 0 => Some(n),
            n => Some(n.wrapping_add(1)),
        });
        // INVARIANT: the reference just taken is the value's own.
        raised.ok().map(|_| VmspaceRef { vm })
    }

    /// One more reference on the same address space.
    pub fn another(&self) -> Option<VmspaceRef> {
        // SAFETY: our own reference keeps the storage.
        unsafe { VmspaceRef::reference_live(self.vm) }
    }

    /// Gives the reference away as an address; [`VmspaceRef::from_address`] takes it back.
    pub fn into_address(self) -> usize {
        ManuallyDrop::new(self).vm.as_ptr().expose_provenance()
    }

    /// # Safety
    /// `address` came from [`VmspaceRef::into_address`], and its reference has not been taken back since.
    pub unsafe fn from_address(address: usize) -> Option<VmspaceRef> {
        // INVARIANT: the caller's promise.
        NonNull::new(ptr::with_exposed_provenance_mut(address)).map(|vm| VmspaceRef { vm })
    }

    pub fn as_ptr(&self) -> *mut kpi::vmspace {
        self.vm.as_ptr()
    }

    /// Its map of address ranges.
    pub fn map(&self) -> *mut kpi::vm_map {
        // SAFETY: the reference keeps the vmspace; this only computes an address.
        unsafe { &raw mut (*self.vm.as_ptr()).vm_map }
    }

    /// Its page tables.
    pub fn pmap(&self) -> *mut kpi::pmap {
        // SAFETY: as above; vm_pmap is constant.
        unsafe { (*self.map()).pmap }
    }
}

impl Drop for VmspaceRef {
    fn drop(&mut self) {
        // SAFETY: the type's invariant. This may tear the whole address space down, which sleeps: no lock is
        // held wherever a reference is dropped (LockedProc, Direct and the file's mutex end before).
        unsafe { kpi::vmspace_free(self.vm.as_ptr()) }
    }
}
