// SPDX-License-Identifier: BSD-2-Clause
//! Error numbers (errno(2)).
use core::ffi::c_int;

/// An error number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub c_int);

impl Errno {
    /// What a system call returned.
    pub fn check(result: c_int) -> Result<c_int, Errno> {
        if result == -1 {
            Err(Errno(last_errno()))
        } else {
            Ok(result)
        }
    }

    /// Sets `errno`.
    pub fn set(self) {
        // SAFETY: the calling thread's own.
        unsafe { *place() = self.0 }
    }

    /// What a program written for Linux expects of process_vm_readv(2) instead. librwmem(3) lists this.
    pub fn of_process_vm(self) -> Errno {
        Errno(match self.0 {
            // There is no device: the system does not have the call.
            libc::ENOENT | libc::ENXIO | libc::ENOTTY => libc::ENOSYS,
            // The device's mode, or p_candebug(), says no; EBADF is a write where the device could only be opened to
            // read. The arguments are checked before, so that EINVAL is the refusal of a system process.
            libc::EACCES | libc::EBADF | libc::EINVAL => libc::EPERM,
            #[cfg(target_os = "freebsd")]
            libc::ECAPMODE => libc::EPERM,
            other => other,
        })
    }
}

/// What a C function returns: -1 with `errno` set, or the value.
pub fn returned<T: From<i8>>(result: Result<T, Errno>) -> T {
    result.unwrap_or_else(|errno| {
        errno.set();
        T::from(-1)
    })
}

/// `errno`, after a call of libc has failed.
pub fn last_errno() -> c_int {
    // SAFETY: the calling thread's own.
    unsafe { *place() }
}

fn place() -> *mut c_int {
    // SAFETY: takes nothing, and always returns the calling thread's place.
    #[cfg(target_os = "freebsd")]
    unsafe {
        libc::__error()
    }
    // SAFETY: as above.
    #[cfg(not(target_os = "freebsd"))]
    unsafe {
        libc::__errno_location()
    }
}
