// SPDX-License-Identifier: BSD-2-Clause
//! A referenced address space (`vm/vm_map.h`).
use core::mem::ManuallyDrop;
use core::ptr::{self, NonNull};

use crate::sys;
use crate::thread::CurThread;

/// A live reference on an address space: it is neither torn down nor reused for another image.
///
/// # Invariants
/// Owns one count of `vm_refcnt`.
pub struct VmspaceRef {
    vm: NonNull<sys::vmspace>,
}

// SAFETY: the count is atomic, and any thread may release a reference.
unsafe impl Send for VmspaceRef {}
// SAFETY: as above; a shared reference only takes more references.
unsafe impl Sync for VmspaceRef {}

impl VmspaceRef {
    /// `refcount_acquire_if_not_zero`: a reference, unless the count has already reached zero.
    ///
    /// # Safety
    /// `vm` points to a vmspace, of whatever process, or to one that is free: the kernel keeps their storage for ever.
    #[inline(always)]
    pub unsafe fn acquire(vm: NonNull<sys::vmspace>) -> Option<VmspaceRef> {
        // SAFETY: the caller's promise.
        let acquired = unsafe { sys::kpi_vmspace_acquire(vm.as_ptr()) };
        // INVARIANT: the reference just taken is the value's own. Without one no value may be made: dropping it would
        // release one that was not taken.
        acquired.then(|| VmspaceRef { vm })
    }

    /// A new address space with nothing mapped, from page `min` to `max`; ENOMEM is None.
    pub fn allocate(min: u64, max: u64) -> Option<VmspaceRef> {
        // SAFETY: no lock is held.
        let vm = unsafe { sys::vmspace_alloc(min, max, Some(sys::pmap_pinit)) };
        // INVARIANT: it comes with one reference.
        NonNull::new(vm).map(|vm| VmspaceRef { vm })
    }

    /// `vmspace_fork`: a copy of it as it is now, copy-on-write, as fork(2) makes one, with its map locked meanwhile. The swap
    /// that the copy may come to need is reserved, for this thread's user. None where there is no memory, or no such swap.
    /// May sleep; no lock may be held.
    pub fn fork(&self, _td: CurThread<'_>) -> Option<VmspaceRef> {
        let mut charge = 0;
        // SAFETY: our own reference keeps it, whatever its process does; no lock is held. It wants nothing of curthread but
        // its credentials, to which the copy is charged.
        let copy = unsafe { sys::vmspace_fork(self.vm.as_ptr(), &mut charge) };
        // INVARIANT: it comes with one reference.
        let copy = VmspaceRef {
            vm: NonNull::new(copy)?,
        };
        // SAFETY: numbers only; this thread's credentials are its own.
        if unsafe { sys::swap_reserve(charge) } {
            return Some(copy);
        }
        // Dropping the copy takes back what its entries say that was reserved for them.
        // SAFETY: as above.
        unsafe { sys::swap_reserve_force(charge) };
        drop(copy);
        None
    }

    /// One more reference on the same address space.
    #[inline]
    pub fn try_clone(&self) -> Option<VmspaceRef> {
        // SAFETY: our own reference keeps it.
        unsafe { VmspaceRef::acquire(self.vm) }
    }

    /// Gives the reference away as an address; [`VmspaceRef::from_address`] takes it back.
    #[inline]
    pub fn into_address(self) -> usize {
        ManuallyDrop::new(self).vm.as_ptr().expose_provenance()
    }

    /// Takes back what [`VmspaceRef::into_address`] gave away.
    ///
    /// # Safety
    /// `address` came from [`VmspaceRef::into_address`], and its reference has not been taken back since.
    #[inline]
    pub unsafe fn from_address(address: usize) -> Option<VmspaceRef> {
        // INVARIANT: the caller's promise.
        NonNull::new(ptr::with_exposed_provenance_mut(address)).map(|vm| VmspaceRef { vm })
    }

    /// The kernel's pointer.
    #[inline]
    pub fn as_ptr(&self) -> *mut sys::vmspace {
        self.vm.as_ptr()
    }

    /// Whether it is the one that `td`'s process has.
    #[inline]
    pub fn is_of(&self, td: CurThread<'_>) -> bool {
        // SAFETY: the process of a running thread stays, and td_proc never changes.
        unsafe { (*(*td.as_ptr()).td_proc).p_vmspace == self.vm.as_ptr() }
    }

    /// `vm_map_max`: the first address behind all that can be mapped.
    pub fn max(&self) -> u64 {
        // SAFETY: the reference keeps the vmspace; this never changes.
        unsafe { (*self.vm.as_ptr()).vm_map.header.start }
    }

    /// Its map of address ranges.
    #[inline]
    pub fn map(&self) -> *mut sys::vm_map {
        // SAFETY: the reference keeps the vmspace; this only computes an address.
        unsafe { &raw mut (*self.vm.as_ptr()).vm_map }
    }
}

impl Drop for VmspaceRef {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the type's invariant. This may tear the whole address space down, which sleeps: no lock is
        // held wherever a reference is dropped.
        unsafe { sys::vmspace_free(self.vm.as_ptr()) }
    }
}
