// SPDX-License-Identifier: BSD-2-Clause
//! Kernel memory (`malloc(9)`), of a type that `vmstat -m` counts. It is zeroed when it is freed.
use core::ffi::{CStr, c_void};
use core::marker::PhantomData;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ops::{Deref, DerefMut};
use core::ptr::NonNull;

use crate::errno::Errno;
use crate::linker_set::Shared;
use crate::sys;

/// What malloc(9) aligns any allocation to, at the least; bytes.
const ALIGNMENT: usize = 8;

/// A type of memory; [`malloc_type!`](crate::malloc_type) makes one.
///
/// # Safety
/// What `as_ptr` returns is registered (`malloc_init`) before the module can be called, until nothing of it is allocated.
pub unsafe trait MallocType {
    /// The kernel's own of it.
    fn as_ptr() -> *mut sys::malloc_type;
}

/// For [`malloc_type!`](crate::malloc_type).
pub const fn new_type(name: &'static CStr) -> Shared<sys::malloc_type> {
    // SAFETY: integers and pointers, for which zero is a value.
    let mut this: sys::malloc_type = unsafe { MaybeUninit::zeroed().assume_init() };
    this.ks_version = sys::M_VERSION as _;
    this.ks_shortdesc = name.as_ptr();
    Shared::new(this)
}

/// For [`malloc_type!`](crate::malloc_type).
///
/// # Safety
/// Called by the kernel as a SYSINIT, with a static type of memory.
pub unsafe extern "C" fn init(data: *const c_void) {
    // SAFETY: the caller's promise.
    unsafe { sys::malloc_init(data.cast_mut()) }
}

/// For [`malloc_type!`](crate::malloc_type).
///
/// # Safety
/// As for [`init`]; the module is unloaded by then, so nothing of the type is allocated.
pub unsafe extern "C" fn uninit(data: *const c_void) {
    // SAFETY: the caller's promise.
    unsafe { sys::malloc_uninit(data.cast_mut()) }
}

/// MALLOC_DEFINE: `malloc_type!(M_NAME, c"name")` makes a type of memory that `vmstat -m` shows by that name.
#[macro_export]
macro_rules! malloc_type {
    ($(#[$doc:meta])* $vis:vis $type:ident, $name:expr) => {
        $(#[$doc])*
        #[allow(non_camel_case_types)]
        $vis enum $type {}

        const _: () = {
            use $crate::linker_set::Shared;
            use $crate::{kld, malloc, sys};

            static TYPE: Shared<sys::malloc_type> = malloc::new_type($name);

            // SAFETY: the two SYSINITs below; they enclose those of a module.
            unsafe impl malloc::MallocType for $type {
                #[inline(always)]
                fn as_ptr() -> *mut sys::malloc_type {
                    TYPE.get()
                }
            }

            // SAFETY: `init` and `uninit` want just this.
            static INIT: Shared<sys::sysinit> = unsafe {
                kld::sysinit(
                    sys::sysinit_sub_id_SI_SUB_KMEM,
                    sys::sysinit_elem_order_SI_ORDER_THIRD,
                    malloc::init,
                    TYPE.get().cast(),
                )
            };
            // SAFETY: as above.
            static UNINIT: Shared<sys::sysinit> = unsafe {
                kld::sysinit(
                    sys::sysinit_sub_id_SI_SUB_KMEM,
                    sys::sysinit_elem_order_SI_ORDER_THIRD,
                    malloc::uninit,
                    TYPE.get().cast(),
                )
            };
            $crate::linker_set!("set_sysinit_set", [*mut sys::sysinit; 1] = [INIT.get()]);
            $crate::linker_set!("set_sysuninit_set", [*mut sys::sysinit; 1] = [UNINIT.get()]);
        };
    };
}

/// Bytes of kernel memory.
///
/// # Invariants
/// `ptr` is an allocation of type `M` of `len` bytes. They may be uninitialised, so no slice of bytes exists.
pub struct Buffer<M: MallocType> {
    ptr: NonNull<c_void>,
    len: usize,
    _type: PhantomData<M>,
}

impl<M: MallocType> Buffer<M> {
    /// Allocates `len` bytes; may sleep, so no lock may be held. ENOMEM where there are none.
    #[inline]
    pub fn new(len: usize) -> Result<Buffer<M>, Errno> {
        // SAFETY: the type is registered.
        let ptr = unsafe { sys::malloc(len as _, M::as_ptr(), sys::M_WAITOK as _) };
        // INVARIANT: malloc returned `len` bytes of that type.
        NonNull::new(ptr)
            .map(|ptr| Buffer {
                ptr,
                len,
                _type: PhantomData,
            })
            .ok_or(Errno::ENOMEM)
    }

    /// The memory, for bytes.
    #[inline]
    pub fn room(&mut self) -> &mut [MaybeUninit<u8>] {
        self.room_for()
    }

    /// The memory, for as many `T` as fit.
    #[inline]
    pub fn room_for<T>(&mut self) -> &mut [MaybeUninit<T>] {
        const { assert!(align_of::<T>() <= ALIGNMENT && size_of::<T>() > 0) };
        let n = self.len / size_of::<T>();
        // SAFETY: the type's invariant; aligned, and `n` of them fit.
        unsafe { core::slice::from_raw_parts_mut(self.ptr.as_ptr().cast(), n) }
    }
}

impl<M: MallocType> Drop for Buffer<M> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the type's invariant; nobody else has the pointer.
        unsafe { sys::zfree(self.ptr.as_ptr(), M::as_ptr()) }
    }
}

/// A value in kernel memory, which does not move.
///
/// # Invariants
/// `ptr` is an allocation of type `M`, with an initialised `T`.
pub struct Box<T, M: MallocType> {
    ptr: NonNull<T>,
    _type: PhantomData<(T, M)>,
}

// SAFETY: it owns the value.
unsafe impl<T: Send, M: MallocType> Send for Box<T, M> {}
// SAFETY: as above.
unsafe impl<T: Sync, M: MallocType> Sync for Box<T, M> {}

impl<T, M: MallocType> Box<T, M> {
    /// Moves `value` to allocated memory; may sleep. ENOMEM, and `value` is dropped, where there is none.
    pub fn new(value: T) -> Result<Box<T, M>, Errno> {
        Box::new_with(|| value)
    }

    /// The same, with a value that is made only if there is memory for it.
    pub fn new_with(make: impl FnOnce() -> T) -> Result<Box<T, M>, Errno> {
        const { assert!(align_of::<T>() <= ALIGNMENT) };
        let buffer = ManuallyDrop::new(Buffer::<M>::new(size_of::<T>())?);
        let ptr = buffer.ptr.cast::<T>();
        // SAFETY: fresh memory of that size, aligned.
        unsafe { ptr.write(make()) };
        // INVARIANT: just done.
        Ok(Box {
            ptr,
            _type: PhantomData,
        })
    }

    /// Gives the value away; [`Box::from_raw`] takes it back.
    pub fn into_raw(self) -> NonNull<T> {
        ManuallyDrop::new(self).ptr
    }

    /// # Safety
    /// `ptr` came from [`Box::into_raw`] of the same type, and is not used any more.
    pub unsafe fn from_raw(ptr: NonNull<T>) -> Box<T, M> {
        // INVARIANT: the caller's promise.
        Box {
            ptr,
            _type: PhantomData,
        }
    }
}

impl<T, M: MallocType> Deref for Box<T, M> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: the type's invariant.
        unsafe { self.ptr.as_ref() }
    }
}

impl<T, M: MallocType> DerefMut for Box<T, M> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: the type's invariant.
        unsafe { self.ptr.as_mut() }
    }
}

impl<T, M: MallocType> Drop for Box<T, M> {
    fn drop(&mut self) {
        // SAFETY: the type's invariant; nobody else has the pointer.
        unsafe {
            self.ptr.drop_in_place();
            sys::zfree(self.ptr.as_ptr().cast(), M::as_ptr());
        }
    }
}
