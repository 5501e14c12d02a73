// SPDX-License-Identifier: BSD-2-Clause
//! What can go wrong.
use std::io;

use crate::access::{Access, Direction};

/// The result of this crate's calls.
pub type Result<T> = std::result::Result<T, Error>;

/// What was tried, on what, and why it failed. The text says also what to do about it.
///
/// [`errno`](Error::errno), [`address`](Error::address) and [`done`](Error::done) are there for every kind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no `/dev/rwmem` (ENOENT): the module is not loaded, or a jail's devfs rules hide the device.
    #[error(
        "there is no /dev/rwmem: the module rwmem is not loaded; load it as root with 'kldload rwmem' (or 'kldload \
         ./rwmem.ko' where it was built); in a jail, its devfs rules must show the device"
    )]
    NotLoaded,
    /// The device may not be opened by this user (EACCES, EPERM). This is about the device's mode, not about the target.
    #[error(
        "no permission to open /dev/rwmem {access}: it is root's (0600) unless devfs.rules(5) say otherwise; be root, \
         or a member of the group that they name"
    )]
    DevicePermission {
        /// What it was to be opened for.
        access: Access,
        /// EACCES or EPERM.
        cause: io::Error,
    },
    /// The device could not be opened for another reason: too many open files (EMFILE, ENFILE), say.
    #[error("cannot open /dev/rwmem {access}: {cause}")]
    Device {
        /// What it was to be opened for.
        access: Access,
        /// What open(2) returned.
        cause: io::Error,
    },
    /// No such process, or it is exiting, or a zombie (ESRCH). Also what the kernel returns where the caller may not
    /// even see the process (`security.bsd.see_other_uids`, jails).
    #[error("there is no process {pid}, or it is exiting, or this user may not see it")]
    NoSuchProcess {
        /// The process that was asked for.
        pid: i32,
    },
    /// The kernel's rule for debuggers, `p_candebug()`, refuses (EPERM, EACCES; ECAPMODE in capability mode).
    #[error(
        "no permission to access process {pid} ({cause}): the kernel allows what it allows a debugger, one's own \
         processes that are not set-uid and not protected (procctl(1), jails, securelevel), and root the others"
    )]
    NotPermitted {
        /// The process that was asked for.
        pid: i32,
        /// EPERM, EACCES or ECAPMODE.
        cause: io::Error,
    },
    /// The process is inside execve(2) at this moment (EBUSY): try again.
    #[error("process {pid} is just executing another program; try again")]
    Executing {
        /// The process that was asked for.
        pid: i32,
    },
    /// A process of the kernel, or init: its memory may not be touched (EINVAL).
    #[error("process {pid} is a system process, whose memory the kernel gives to nobody")]
    SystemProcess {
        /// The process that was asked for.
        pid: i32,
    },
    /// A transfer stopped early.
    #[error(
        "cannot {direction} {len} bytes at {address:#x} of process {pid}: stopped after {done}, at {:#x}: {}",
        address.wrapping_add(*done), explain(*direction, cause)
    )]
    Transfer {
        /// Which way.
        direction: Direction,
        /// The process.
        pid: i32,
        /// Where the transfer began, in the target.
        address: u64,
        /// How many bytes were wanted.
        len: u64,
        /// How many were transferred.
        done: u64,
        /// EFAULT where the next byte is not mapped, or not with the protection needed; EINVAL where the range goes
        /// around the end of the address space; EBADF for a write through a process that was opened for reading only; ENOMEM.
        cause: io::Error,
    },
    /// The target's mappings could not be listed, and not for one of the reasons above.
    #[error("cannot list the mappings of process {pid}: {cause}")]
    Mappings {
        /// The process.
        pid: i32,
        /// What the kernel returned.
        cause: io::Error,
    },
    /// The swap that a snapshot may come to need cannot be reserved (ENOMEM).
    #[error(
        "the swap that a snapshot of process {pid} may come to need cannot be had (see RLIMIT_SWAP in getrlimit(2), and \
         vm.overcommit in tuning(7))"
    )]
    NoSwap {
        /// The process that was asked for.
        pid: i32,
    },
    /// The loaded module is older than what was asked of it ([`Info::features`](crate::Info::features)).
    #[error("the loaded module rwmem does not know {what}; a newer one does (see 'rwmem info')")]
    Unsupported {
        /// The request, and what it does.
        what: &'static str,
    },
    /// Another request failed: the module is of another ABI version (ENOTTY), there is no memory (ENOMEM).
    #[error("{what} failed: {cause}")]
    Request {
        /// The request.
        what: &'static str,
        /// What the kernel returned.
        cause: io::Error,
    },
}

/// EFAULT's own text, "Bad address", says little.
fn explain(direction: Direction, cause: &io::Error) -> String {
    match (cause.raw_os_error(), direction) {
        (Some(libc::EFAULT), Direction::Read) => {
            "nothing is mapped there, or nothing that can be read".into()
        }
        (Some(libc::EFAULT), Direction::Write) => {
            "nothing is mapped there, or nothing that can be written".into()
        }
        (Some(libc::EINVAL), _) => "the range goes around the end of the address space".into(),
        (Some(libc::EBADF), Direction::Write) => {
            "the process was opened for reading only (use RemoteProcess::open_writable)".into()
        }
        _ => cause.to_string(),
    }
}

impl Error {
    /// The error number (errno(2)), as the kernel gave it.
    pub fn errno(&self) -> i32 {
        match self {
            Error::NotLoaded => libc::ENOENT,
            Error::NoSuchProcess { .. } => libc::ESRCH,
            Error::Executing { .. } => libc::EBUSY,
            Error::SystemProcess { .. } => libc::EINVAL,
            Error::Unsupported { .. } => libc::ENOTTY,
            Error::NoSwap { .. } => libc::ENOMEM,
            Error::DevicePermission { cause, .. }
            | Error::Device { cause, .. }
            | Error::NotPermitted { cause, .. }
            | Error::Transfer { cause, .. }
            | Error::Mappings { cause, .. }
            | Error::Request { cause, .. } => cause.raw_os_error().unwrap_or(0),
        }
    }

    /// The address in the target of the first byte that was not transferred; `None` where the error is not about one.
    pub fn address(&self) -> Option<u64> {
        match self {
            Error::Transfer { address, done, .. } => Some(address.wrapping_add(*done)),
            _ => None,
        }
    }

    /// How many bytes were transferred before it stopped.
    pub fn done(&self) -> u64 {
        match self {
            Error::Transfer { done, .. } => *done,
            _ => 0,
        }
    }

    /// Whether a transfer stopped at an address that is not mapped, or not with the protection needed.
    pub fn is_fault(&self) -> bool {
        matches!(self, Error::Transfer { .. }) && self.errno() == libc::EFAULT
    }

    /// What a request that names a process returned before anything was transferred.
    pub(crate) fn of_target(what: &'static str, pid: i32, cause: io::Error) -> Error {
        match cause.raw_os_error() {
            Some(libc::ESRCH) => Error::NoSuchProcess { pid },
            Some(libc::EBUSY) => Error::Executing { pid },
            Some(libc::EINVAL) => Error::SystemProcess { pid },
            Some(libc::EPERM | libc::EACCES) => Error::NotPermitted { pid, cause },
            #[cfg(target_os = "freebsd")]
            Some(libc::ECAPMODE) => Error::NotPermitted { pid, cause },
            _ => Error::Request { what, cause },
        }
    }
}

impl From<Error> for io::Error {
    /// Keeps the kind, and the whole error as its source.
    fn from(error: Error) -> io::Error {
        let kind = io::Error::from_raw_os_error(error.errno()).kind();
        io::Error::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transfer_says_where_it_stopped_and_why() {
        let error = Error::Transfer {
            direction: Direction::Read,
            pid: 18,
            address: 0x1000,
            len: 64,
            done: 0x10,
            cause: io::Error::from_raw_os_error(libc::EFAULT),
        };
        assert_eq!(
            error.to_string(),
            "cannot read 64 bytes at 0x1000 of process 18: stopped after 16, at 0x1010: nothing is mapped there, or \
             nothing that can be read"
        );
        assert_eq!((error.errno(), error.done()), (libc::EFAULT, 16));
        assert_eq!(error.address(), Some(0x1010));
        assert!(error.is_fault());
    }

    #[test]
    fn what_a_request_returns_becomes_the_error_that_it_means() {
        let of = |errno| Error::of_target("RWMEM_ATTACH", 7, io::Error::from_raw_os_error(errno));
        assert!(matches!(of(libc::ESRCH), Error::NoSuchProcess { pid: 7 }));
        assert!(matches!(of(libc::EBUSY), Error::Executing { pid: 7 }));
        assert!(matches!(of(libc::EINVAL), Error::SystemProcess { pid: 7 }));
        assert!(matches!(
            of(libc::EPERM),
            Error::NotPermitted { pid: 7, .. }
        ));
        assert!(matches!(
            of(libc::EACCES),
            Error::NotPermitted { pid: 7, .. }
        ));
        assert!(matches!(of(libc::ENOTTY), Error::Request { .. }));
        for errno in [
            libc::ESRCH,
            libc::EBUSY,
            libc::EINVAL,
            libc::EPERM,
            libc::EACCES,
            libc::ENOTTY,
        ] {
            assert_eq!(of(errno).errno(), errno);
        }
    }

    #[test]
    fn io_error_keeps_kind_and_text() {
        let error = io::Error::from(Error::NoSuchProcess { pid: 7 });
        assert!(error.to_string().contains("no process 7"));
        let error = io::Error::from(Error::NotLoaded);
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    #[cfg(not(target_os = "freebsd"))]
    fn elsewhere_the_device_is_missing() {
        use crate::{Counters, Info, Mappings, RemoteProcess};
        let pid = std::process::id() as i32;
        assert!(matches!(RemoteProcess::open(pid), Err(Error::NotLoaded)));
        assert!(matches!(Info::query(), Err(Error::NotLoaded)));
        assert!(matches!(Counters::query(), Err(Error::NotLoaded)));
        assert_eq!(
            Mappings::of(pid).map_err(|error| error.errno()).err(),
            Some(libc::ENOSYS)
        );
    }
}
