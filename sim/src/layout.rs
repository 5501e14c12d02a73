// SPDX-License-Identifier: BSD-2-Clause
//! Where FreeBSD 14 on amd64 has the fields that the module's C shim reaches (its macros and inlines), and the
//! constants that go with them. What the module's Rust code uses comes from the vendored bindings instead.
pub use freebsd_kpi_sys::freebsd14_amd64 as kpi;

/// How many threads the simulated kernel has.
pub const THREADS: usize = 6;
/// `mtx_lock` in `struct mtx`: what the mutex functions are handed.
pub const MTX_LOCK: usize = 0x18;
/// `lo_flags` in `struct lock_object`, with which each lock begins, and LO_INITIALIZED with a sleep mutex's class.
pub const LO_FLAGS: usize = 8;
pub const LO_MUTEX: u32 = 0x0101_0000;
/// `p_mtx` in `struct proc`.
pub const P_MTX: usize = 0x128;
/// `p_start` in `struct pstats`, and the size of that.
pub const P_START: usize = 0x110;
pub const PSTATS_SIZE: usize = 0x120;
/// The first address behind a process's (VM_MAXUSER_ADDRESS_LA48).
pub const MAXUSER: u64 = 0x8000_0000_0000;
/// `cr_flags` in `struct ucred`.
pub const CR_FLAGS: usize = 0x2c;
pub const UCRED_SIZE: usize = 256;
/// `pr_ref` and `pr_parent` in `struct prison`, and as much of it as there needs to be.
pub const PR_REF: usize = 0x14;
pub const PR_PARENT: usize = 0x40;
pub const PRISON_SIZE: usize = 0x48;
/// CRED_FLAG_CAPMODE
pub const CAPMODE: u32 = 1;
/// `vm_refcnt` in `struct vmspace`.
pub const VM_REFCNT: usize = 0x128;
/// `rw_lock` in `struct rwlock`, with which a vm_object begins.
pub const RW_LOCK: usize = 0x18;
/// `pgo_haspage` in `struct pagerops`, and the size of all of it.
pub const PGO_HASPAGE: usize = 0x38;
pub const PAGEROPS: usize = 0x98;

/// `p_flag`
pub const P_SYSTEM: i32 = 0x0000_0200;
pub const P_TRACED: i32 = 0x0000_0800;
pub const P_STOPPED_TRACE: i32 = 0x0004_0000;
/// Traced, and stopped because of it.
pub const STOPPED: i32 = P_TRACED | P_STOPPED_TRACE;
pub const P_WEXIT: i32 = 0x0000_2000;
pub const P_INEXEC: i32 = 0x0400_0000;

/// `busy_lock` in `struct vm_page`: VPB_UNBUSIED, VPB_SINGLE_EXCLUSIVE, VPB_BIT_WAITERS, VPB_ONE_SHARER.
pub const UNBUSIED: u32 = 1;
pub const EXCLUSIVE: u32 = 2;
pub const WAITERS: u32 = 4;
pub const ONE_SHARER: u32 = 8;
/// VPB_FREED: the page is nobody's.
pub const FREED: u32 = 0xffff_fffe;

/// `objtype_t`
pub const OBJT_SWAP: u8 = 1;
pub const OBJT_VNODE: u8 = 2;
pub const OBJT_DEVICE: u8 = 3;

/// d_close's flag that says that the file is revoked.
pub const FREVOKE: u32 = 0x0020_0000;

/// `vm_prot_t`
pub const READ: u8 = 1;
pub const WRITE: u8 = 2;
pub const EXECUTE: u8 = 4;
pub const COPY: u8 = 8;

/// What vm_fault returns.
pub const KERN_SUCCESS: i32 = 0;
pub const KERN_INVALID_ADDRESS: i32 = 1;
pub const KERN_PROTECTION_FAILURE: i32 = 2;
pub const KERN_NO_SPACE: i32 = 3;
pub const KERN_FAILURE: i32 = 5;
pub const KERN_RESOURCE_SHORTAGE: i32 = 6;
pub const KERN_OUT_OF_BOUNDS: i32 = 9;

/// The requests by which fcntl(2) sets a file's flags.
pub const FIONBIO: u32 = 0x8004_667e;
pub const FIOASYNC: u32 = 0x8004_667d;

/// lseek(2)'s SEEK_DATA and SEEK_HOLE.
pub const FIOSEEKDATA: u32 = 0xc008_6661;
pub const FIOSEEKHOLE: u32 = 0xc008_6662;

/// Error numbers of FreeBSD (some differ from Linux's).
pub const EPERM: i32 = 1;
pub const ENOENT: i32 = 2;
pub const ESRCH: i32 = 3;
pub const EINTR: i32 = 4;
pub const ENXIO: i32 = 6;
pub const ENOEXEC: i32 = 8;
pub const EBADF: i32 = 9;
pub const ENOMEM: i32 = 12;
pub const EACCES: i32 = 13;
pub const EFAULT: i32 = 14;
pub const EBUSY: i32 = 16;
pub const EEXIST: i32 = 17;
pub const EINVAL: i32 = 22;
pub const EROFS: i32 = 30;
pub const EOPNOTSUPP: i32 = 45;
pub const ENFILE: i32 = 23;
pub const ENOTTY: i32 = 25;
pub const ESTALE: i32 = 70;
pub const ECANCELED: i32 = 85;
pub const ECAPMODE: i32 = 94;
/// The kernel's own "restart the call".
pub const ERESTART: i32 = -1;

/// Reads a field that the shim knows.
///
/// # Safety
/// `base` is an object that has a `T` at `offset`.
pub unsafe fn get<T: Copy>(base: usize, offset: usize) -> T {
    // SAFETY: the caller's promise; volatile, for the module changes it behind the compiler's back.
    unsafe { ((base + offset) as *const T).read_volatile() }
}

/// Writes one.
///
/// # Safety
/// As [`get`], and nobody refers to it.
pub unsafe fn set<T: Copy>(base: usize, offset: usize, value: T) {
    // SAFETY: as above.
    unsafe { ((base + offset) as *mut T).write_volatile(value) }
}
