// SPDX-License-Identifier: BSD-2-Clause
//! FreeBSD's error numbers (`sys/errno.h`).
use core::ffi::c_int;
use core::num::NonZero;

use crate::kpi;

/// An error number; never zero.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Errno(NonZero<c_int>);

macro_rules! errnos {
    ($($name:ident)*) => {
        impl Errno {
            $(pub const $name: Errno = match NonZero::new(kpi::$name as c_int) {
                Some(number) => Errno(number),
                // Evaluated by the compiler: this is a compile error, no code.
                None => panic!("an errno is never zero"),
            };)*
        }
    };
}

errnos! { EBADF EBUSY ECANCELED ECAPMODE EFAULT EINTR EINVAL ENFILE ENOEXEC ENOMEM ENOTTY ENXIO EOPNOTSUPP ESRCH ESTALE }

impl Errno {
    /// What a kernel function answered: zero is success.
    pub fn check(answer: c_int) -> Result<(), Errno> {
        match NonZero::new(answer) {
            None => Ok(()),
            Some(number) => Err(Errno(number)),
        }
    }

    pub fn get(self) -> c_int {
        self.0.get()
    }
}

/// What a callback answers to the kernel.
pub fn answer(result: Result<(), Errno>) -> c_int {
    match result {
        Ok(()) => 0,
        Err(errno) => errno.get(),
    }
}
