// SPDX-License-Identifier: BSD-2-Clause
//! Linker sets (`sys/linker_set.h`): pointers to statics, in sections that the kernel finds by their names. By them it
//! learns what a module is and has.
use core::cell::UnsafeCell;

/// A static that the kernel reads, and in places writes, by its address.
#[repr(transparent)]
pub struct Shared<T>(UnsafeCell<T>);

// SAFETY: we only hand out the address; the kernel guards what is behind it with its own locks.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    /// Holds `value` from the beginning.
    pub const fn new(value: T) -> Shared<T> {
        Shared(UnsafeCell::new(value))
    }

    /// Its address, for the kernel.
    #[inline(always)]
    pub const fn get(&self) -> *mut T {
        self.0.get()
    }
}

/// Puts pointers to statics into a linker set, as the kernel's DATA_SET does: `linker_set!("set_NAME", TYPE = VALUE)`, with
/// an array of pointers. The crate that does needs `#![feature(used_with_arg)]`.
#[macro_export]
macro_rules! linker_set {
    ($set:literal, $type:ty = $value:expr) => {
        const _: () = {
            #[used(linker)]
            #[unsafe(link_section = $set)]
            static ENTRIES: $crate::linker_set::Shared<$type> =
                $crate::linker_set::Shared::new($value);
        };
    };
}
