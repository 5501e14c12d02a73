// SPDX-License-Identifier: BSD-2-Clause
//! FreeBSD's error numbers (`sys/errno.h`).
use core::ffi::c_int;
use core::num::NonZero;

use crate::sys;

/// An error number; never zero.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Errno(NonZero<c_int>);

macro_rules! errnos {
    ($($name:ident)*) => {
        impl Errno {
            $(
                #[doc = stringify!($name)]
                // SAFETY: no error number is zero: that would not compile, for a constant is evaluated then.
                pub const $name: Errno = Errno(unsafe { NonZero::new_unchecked(sys::$name as c_int) });
            )*
        }
    };
}

errnos! {
    EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EDEADLK ENOMEM EACCES EFAULT ENOTBLK EBUSY
    EEXIST EXDEV ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK
    EPIPE EDOM ERANGE EAGAIN EWOULDBLOCK EINPROGRESS EALREADY ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE
    ENOPROTOOPT EPROTONOSUPPORT ESOCKTNOSUPPORT EOPNOTSUPP ENOTSUP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE
    EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN
    ETOOMANYREFS ETIMEDOUT ECONNREFUSED ELOOP ENAMETOOLONG EHOSTDOWN EHOSTUNREACH ENOTEMPTY EPROCLIM EUSERS
    EDQUOT ESTALE EREMOTE EBADRPC ERPCMISMATCH EPROGUNAVAIL EPROGMISMATCH EPROCUNAVAIL ENOLCK ENOSYS EFTYPE
    EAUTH ENEEDAUTH EIDRM ENOMSG EOVERFLOW ECANCELED EILSEQ ENOATTR EDOOFUS EBADMSG EMULTIHOP ENOLINK EPROTO
    ENOTCAPABLE ECAPMODE ENOTRECOVERABLE EOWNERDEAD EINTEGRITY
    // The kernel's own, which no program sees.
    ERESTART EJUSTRETURN ENOIOCTL EDIRIOCTL ERELOOKUP
}

impl Errno {
    /// What a kernel function returned: zero is success.
    #[inline(always)]
    pub fn check(error: c_int) -> Result<(), Errno> {
        match NonZero::new(error) {
            None => Ok(()),
            Some(number) => Err(Errno(number)),
        }
    }

    /// Its number.
    #[inline(always)]
    pub fn get(self) -> c_int {
        self.0.get()
    }
}

/// What a callback returns to the kernel.
#[inline(always)]
pub fn errno_or_zero(result: Result<(), Errno>) -> c_int {
    match result {
        Ok(()) => 0,
        Err(errno) => errno.get(),
    }
}
