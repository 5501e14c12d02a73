// SPDX-License-Identifier: BSD-2-Clause
//! What is counted.

use crate::sys::Errno;

/// An enumeration with a name for each of its values.
macro_rules! named {
    ($(#[$meta:meta])* $type:ident { $($value:ident = $name:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $type { $($value,)* }

        impl $type {
            pub const ALL: &'static [$type] = &[$($type::$value,)*];
            pub const COUNT: usize = Self::ALL.len();

            pub fn name(self) -> &'static str {
                match self { $($type::$value => $name,)* }
            }
        }
    };
}

named! {
    /// The ways to move bytes.
    Way {
        Read = "READ",
        Write = "WRITE",
        Readv = "READV",
        Writev = "WRITEV",
        AttachedRead = "attached READ",
        AttachedWrite = "attached WRITE",
        AttachedReadv = "attached READV",
        AttachedWritev = "attached WRITEV",
        Pread = "pread",
        Pwrite = "pwrite",
        Preadv = "preadv",
        Pwritev = "pwritev",
    }
}

impl Way {
    pub fn reads(self) -> bool {
        (self as usize).is_multiple_of(2)
    }

    pub fn is_attached(self) -> bool {
        self as usize >= Way::AttachedRead as usize
    }
}

named! {
    /// How a request ended.
    Ending {
        Whole = "whole",
        Fault = "EFAULT",
        Stale = "ESTALE",
        Gone = "ESRCH",
        Busy = "EBUSY",
        Denied = "EPERM",
        Interrupted = "EINTR",
        NoMemory = "ENOMEM",
        Unattached = "ENXIO",
        ReadOnly = "EROFS",
        Closed = "EBADF",
        System = "EINVAL",
        Unexpected = "unexpected",
    }
}

impl Ending {
    pub fn of(error: Errno) -> Ending {
        match error {
            Errno::NONE => Ending::Whole,
            Errno::EFAULT => Ending::Fault,
            Errno::ESTALE => Ending::Stale,
            Errno::ESRCH => Ending::Gone,
            Errno::EBUSY => Ending::Busy,
            Errno::EPERM => Ending::Denied,
            Errno::EINTR => Ending::Interrupted,
            Errno::ENOMEM => Ending::NoMemory,
            Errno::ENXIO => Ending::Unattached,
            Errno::EROFS => Ending::ReadOnly,
            Errno::EBADF => Ending::Closed,
            Errno::EINVAL => Ending::System,
            _ => Ending::Unexpected,
        }
    }
}

named! {
    /// What else happens.
    Event {
        Target = "targets begun",
        Exit = "exits of targets",
        Kill = "targets killed",
        Stop = "targets stopped and continued",
        Exec = "execs",
        SetUidExec = "execs of a set-uid program",
        ThreadedExec = "execs and exits among other threads",
        Fork = "forks of targets",
        Vfork = "vforks",
        Rfork = "rforks with shared memory",
        Remap = "mappings changed",
        Lock = "mlocks",
        Truncate = "files truncated",
        Sync = "msyncs",
        Trace = "ptrace stops",
        Crash = "crashes among sharers of memory",
        Caller = "callers begun",
        CallerKill = "callers killed",
        Seteuid = "seteuids of callers",
        Jail = "callers moved to a jail",
        CallerStop = "callers stopped and continued",
        Attach = "attached",
        Snapshot = "snapshots",
        Hoard = "descriptors attached and kept",
        Limit = "refused for kern.rwmem.max_attached",
        Reopen = "descriptors closed under others",
        Pass = "descriptors sent over a socket",
        Share = "forks with descriptors",
        ShareKill = "such children killed",
        Vandal = "own buffers unmapped",
        LargeBatch = "batches of 1,024 segments",
        Resumed = "batches resumed after a signal",
        Patch = "text rewritten",
        Memory = "pieces of memory at most that were the module's",
        Unload = "unload attempts, EBUSY",
        InPlace = "set-uid programs executed in an address space that was shared",
        Check = "checks of set-uid images",
        SeenChange = "ordinary images that were written",
        Theft = "reads that brought a secret",
        Intrusion = "set-uid images that were written",
        SwappedOut = "pages swapped out",
        SwappedIn = "pages swapped in",
    }
}
