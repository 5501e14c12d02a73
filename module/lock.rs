// SPDX-License-Identifier: BSD-2-Clause
//! The kernel's locks, with the names of its macros (`sys/mutex.h`, `vm/vm_map.h`). They are functions, not guards:
//! the types that own a lock (LockedProc, LockedMap, File) are the guards.
use core::ffi::{CStr, c_int};

use crate::kpi;

/// Where a lock was taken, for WITNESS: this file, for all of them.
const FILE: &CStr = c"rwmem";
const LINE: c_int = 0;

/// # Safety
/// `m` is an initialised mutex that this thread does not hold.
#[inline(always)]
pub unsafe fn mtx_lock(m: *mut kpi::mtx) {
    // SAFETY: the caller's promise.
    unsafe { kpi::__mtx_lock_flags((&raw mut (*m).mtx_lock).cast(), 0, FILE.as_ptr(), LINE) }
}

/// # Safety
/// This thread holds `m`.
#[inline(always)]
pub unsafe fn mtx_unlock(m: *mut kpi::mtx) {
    // SAFETY: the caller's promise.
    unsafe { kpi::__mtx_unlock_flags((&raw mut (*m).mtx_lock).cast(), 0, FILE.as_ptr(), LINE) }
}

/// # Safety
/// `map` stays, and this thread does not hold its lock. May sleep.
#[inline(always)]
pub unsafe fn vm_map_lock_read(map: *mut kpi::vm_map) {
    // SAFETY: the caller's promise.
    unsafe { kpi::_vm_map_lock_read(map, FILE.as_ptr(), LINE) }
}

/// # Safety
/// This thread holds the read lock of `map`.
#[inline(always)]
pub unsafe fn vm_map_unlock_read(map: *mut kpi::vm_map) {
    // SAFETY: the caller's promise.
    unsafe { kpi::_vm_map_unlock_read(map, FILE.as_ptr(), LINE) }
}
