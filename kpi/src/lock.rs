// SPDX-License-Identifier: BSD-2-Clause
//! Mutexes (`mtx(9)`). Other locks are where what they lock is: a process in [`process`](crate::process), a map in
//! [`vm_map`](crate::vm_map).
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_int};
use core::mem::MaybeUninit;
use core::ops::{Deref, DerefMut};
use core::ptr;

use crate::errno::Errno;
use crate::malloc::{Box, MallocType};
use crate::sys;

/// Where a lock was taken, for WITNESS: this file, for all of them.
pub(crate) const FILE: &CStr = c"freebsd-kpi";
pub(crate) const LINE: c_int = 0;

/// # Safety
/// `m` is an initialised mutex that this thread does not hold.
#[inline(always)]
unsafe fn mtx_lock(m: *mut sys::mtx) {
    // SAFETY: the caller's promise.
    unsafe { sys::__mtx_lock_flags((&raw mut (*m).mtx_lock).cast(), 0, FILE.as_ptr(), LINE) }
}

/// # Safety
/// This thread holds `m`.
#[inline(always)]
pub unsafe fn mtx_unlock(m: *mut sys::mtx) {
    // SAFETY: the caller's promise.
    unsafe { sys::__mtx_unlock_flags((&raw mut (*m).mtx_lock).cast(), 0, FILE.as_ptr(), LINE) }
}

/// A value that one thread at a time has, under a mutex of the kernel's (MTX_DEF). It may not move, so there is none but in
/// allocated memory.
///
/// # Invariants
/// The mutex is initialised, and whoever has a reference to the value holds it.
pub struct Mutex<T> {
    mtx: UnsafeCell<sys::mtx>,
    value: UnsafeCell<T>,
}

// SAFETY: the mutex gives the value to one thread at a time.
unsafe impl<T: Send> Send for Mutex<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// A mutex that nobody holds; `name` is for WITNESS and debuggers. May sleep. ENOMEM.
    pub fn new<M: MallocType>(name: &'static CStr, value: T) -> Result<Box<Mutex<T>, M>, Errno> {
        // SAFETY: it is initialised as soon as it is in its place.
        let mutex = Box::new_with(|| unsafe { Mutex::uninit(value) })?;
        // SAFETY: just made, and it stays there.
        unsafe { mutex.init(name) };
        Ok(mutex)
    }

    /// One that has no place yet.
    ///
    /// # Safety
    /// It is moved to its place, and there [`Mutex::init`] comes first of all.
    pub(crate) unsafe fn uninit(value: T) -> Mutex<T> {
        Mutex {
            // SAFETY: a mutex is initialised from zeroes.
            mtx: UnsafeCell::new(unsafe { MaybeUninit::zeroed().assume_init() }),
            value: UnsafeCell::new(value),
        }
    }

    /// `mtx_init`.
    ///
    /// # Safety
    /// It comes from [`Mutex::uninit`], is not moved any more, and no other thread can reach it yet.
    pub(crate) unsafe fn init(&self, name: &'static CStr) {
        // INVARIANT: initialised here.
        // SAFETY: the caller's promise.
        unsafe {
            sys::_mtx_init(
                (&raw mut (*self.mtx.get()).mtx_lock).cast(),
                name.as_ptr(),
                ptr::null(),
                sys::MTX_DEF as _,
            );
        }
    }

    /// `mtx_lock`. This thread does not hold it already; while it does, it does not sleep.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // SAFETY: the type's invariant.
        unsafe { mtx_lock(self.mtx.get()) };
        // INVARIANT: just locked.
        MutexGuard { mutex: self }
    }
}

impl<T> Drop for Mutex<T> {
    fn drop(&mut self) {
        // SAFETY: the type's invariant; as there is no guard any more, nobody holds it.
        unsafe { sys::_mtx_destroy((&raw mut (*self.mtx.get()).mtx_lock).cast()) }
    }
}

/// The value under a [`Mutex`], until it is dropped, which unlocks.
///
/// # Invariants
/// This thread holds the mutex.
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: the type's invariant.
        unsafe { &*self.mutex.value.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the type's invariant.
        unsafe { &mut *self.mutex.value.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        // SAFETY: the type's invariant.
        unsafe { mtx_unlock(self.mutex.mtx.get()) }
    }
}
