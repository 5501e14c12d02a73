// SPDX-License-Identifier: BSD-2-Clause
//! Error numbers, with their names for messages.

use core::fmt;

/// What a failed system call, or a transfer's `error`, says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Errno(pub i32);

macro_rules! errnos {
    ($($name:ident = $number:literal,)*) => {
        impl Errno {
            /// No error: a transfer's `error` when it went through.
            pub const NONE: Errno = Errno(0);
            $(
                #[allow(dead_code, reason = "some are only there for their names")]
                pub const $name: Errno = Errno($number);
            )*

            fn name(self) -> &'static str {
                match self.0 {
                    0 => "no error",
                    $($number => stringify!($name),)*
                    _ => "errno",
                }
            }
        }
    };
}

// Those that the tests expect or that are likely in a diagnostic (FreeBSD's sys/errno.h).
errnos! {
    EPERM = 1,
    ENOENT = 2,
    ESRCH = 3,
    EINTR = 4,
    EIO = 5,
    ENXIO = 6,
    ENOEXEC = 8,
    EBADF = 9,
    ECHILD = 10,
    ENOMEM = 12,
    EACCES = 13,
    EFAULT = 14,
    EBUSY = 16,
    EEXIST = 17,
    ENODEV = 19,
    EINVAL = 22,
    ENFILE = 23,
    EMFILE = 24,
    ENOTTY = 25,
    EROFS = 30,
    EAGAIN = 35,
    ENOSYS = 78,
    EOPNOTSUPP = 45,
    ESTALE = 70,
    ENOTCAPABLE = 93,
    ECAPMODE = 94,
    ETIMEDOUT = 60,
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.0)
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
