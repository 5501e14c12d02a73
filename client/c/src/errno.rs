// SPDX-License-Identifier: BSD-2-Clause
//! Error numbers (errno(2)).
use core::ffi::c_int;

/// An error number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub c_int);

impl Errno {
    /// `errno`, after a call of libc has failed.
    pub fn last() -> Errno {
        // SAFETY: the calling thread's own.
        Errno(unsafe { *place() })
    }

    /// What a system call answered.
    pub fn check(answer: c_int) -> Result<c_int, Errno> {
        if answer == -1 {
            Err(Errno::last())
        } else {
            Ok(answer)
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

/// What C programs get: -1 and `errno`, or the value.
pub fn answer<T: From<i8>>(result: Result<T, Errno>) -> T {
    result.unwrap_or_else(|errno| {
        errno.set();
        T::from(-1)
    })
}

fn place() -> *mut c_int {
    // SAFETY: takes nothing, and always answers the calling thread's place.
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
