// SPDX-License-Identifier: BSD-2-Clause
//! Per-CPU counters (`counter(9)`): adding to one costs an instruction, whatever other processors do.
use core::ffi::c_int;
use core::ptr;
use core::sync::atomic::{AtomicPtr, Ordering};

use crate::errno::Errno;
use crate::sys;

/// A counter_u64_t, for a static: null before it is allocated and after it is freed.
///
/// # Invariants
/// What is not null came from `counter_u64_alloc` and has not been freed.
#[repr(transparent)]
pub struct Counter(AtomicPtr<u64>);

impl Counter {
    /// One that is not allocated yet.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Counter {
        Counter(AtomicPtr::new(ptr::null_mut()))
    }

    /// `counter_u64_alloc`: it begins at zero. May sleep. ENOMEM.
    pub fn alloc(&self) -> Result<(), Errno> {
        // SAFETY: no lock that forbids sleeping is held.
        let c = unsafe { sys::counter_u64_alloc(sys::M_WAITOK as c_int) };
        if c.is_null() {
            return Err(Errno::ENOMEM);
        }
        // INVARIANT: just allocated.
        self.0.store(c, Ordering::Relaxed);
        Ok(())
    }

    /// `counter_u64_free`; nothing, where it is not allocated.
    ///
    /// # Safety
    /// Nobody adds to it or reads it any more: the devices and sysctls that did are gone.
    pub unsafe fn free(&self) {
        let c = self.0.swap(ptr::null_mut(), Ordering::Relaxed);
        if !c.is_null() {
            // SAFETY: the type's invariant, and the caller's promise.
            unsafe { sys::counter_u64_free(c) }
        }
    }

    /// Adds `n` to this CPU's part.
    ///
    /// # Safety
    /// It is allocated.
    #[inline(always)]
    pub unsafe fn add(&self, n: u64) {
        let c = self.0.load(Ordering::Relaxed);
        // SAFETY: the caller's promise, and the type's invariant.
        unsafe { counter_u64_add(c, n) }
    }

    /// Its place, as the sysctl handler takes it; None where it is not allocated.
    pub(crate) fn place(&self) -> Option<*mut *mut u64> {
        let allocated = !self.0.load(Ordering::Relaxed).is_null();
        allocated.then_some(self.0.as_ptr())
    }
}

/// counter(9)'s addition, where it is a single instruction: `c` is relative to this CPU's data.
///
/// # Safety
/// `c` came from `counter_u64_alloc`.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn counter_u64_add(c: *mut u64, n: u64) {
    // SAFETY: the caller's promise; one instruction cannot be moved to another CPU half way.
    unsafe { core::arch::asm!("add gs:[{c}], {n}", c = in(reg) c, n = in(reg) n, options(nostack)) }
}

/// counter(9)'s addition, by the shim.
///
/// # Safety
/// `c` came from `counter_u64_alloc`.
#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
unsafe fn counter_u64_add(c: *mut u64, n: u64) {
    // SAFETY: the caller's promise.
    unsafe { sys::kpi_counter_u64_add(c, n as i64) }
}
