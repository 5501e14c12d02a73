// SPDX-License-Identifier: BSD-2-Clause
//! Where FreeBSD 14 on amd64 has the fields that the module's C shim reaches (its macros and inlines), and the
//! constants that go with them. What the module's Rust code uses comes from the vendored bindings instead.
pub use freebsd_kpi_sys::freebsd14_amd64 as kpi;

/// `mtx_lock` in `struct mtx`: what the mutex functions are handed.
pub const MTX_LOCK: usize = 0x18;
/// `p_mtx` and `p_lock` in `struct proc`.
pub const P_MTX: usize = 0x128;
pub const P_LOCK: usize = 0x368;
/// `td_ucred` in `struct thread`; `cr_flags` in `struct ucred`.
pub const TD_UCRED: usize = 0x180;
pub const CR_FLAGS: usize = 0x2c;
pub const UCRED_SIZE: usize = 256;
/// CRED_FLAG_CAPMODE
pub const CAPMODE: u32 = 1;
/// `vm_refcnt` in `struct vmspace`.
pub const VM_REFCNT: usize = 0x128;
/// `pm_mtx`, `pm_pmltop` and `pm_cr3` in `struct pmap`; `pm_type` is zero for PT_X86.
pub const PM_MTX: usize = 0;
pub const PM_PMLTOP: usize = 0x20;
pub const PM_CR3: usize = 0x30;

/// `p_flag`
pub const P_SYSTEM: i32 = 0x0000_0200;
pub const P_TRACED: i32 = 0x0000_0800;
pub const P_STOPPED_TRACE: i32 = 0x0004_0000;
/// Traced, and stopped because of it.
pub const STOPPED: i32 = P_TRACED | P_STOPPED_TRACE;
pub const P_WEXIT: i32 = 0x0000_2000;
pub const P_INEXEC: i32 = 0x0400_0000;
pub const P_INMEM: i32 = 0x1000_0000;

/// `td_pflags`: page faults fail; and what goes with it.
pub const TDP_NOFAULTING: i32 = 0x80;
pub const TDP_RESETSPUR: i32 = 0x0400_0000;

/// x86 page table entries.
pub const PG_V: u64 = 0x001;
pub const PG_RW: u64 = 0x002;
pub const PG_U: u64 = 0x004;
pub const PG_A: u64 = 0x020;
pub const PG_M: u64 = 0x040;
pub const PG_PS: u64 = 0x080;
pub const PG_MANAGED: u64 = 0x400;

/// `vm_prot_t`
pub const READ: u8 = 1;
pub const WRITE: u8 = 2;
pub const EXECUTE: u8 = 4;
pub const COPY: u8 = 8;

/// What vm_fault answers.
pub const KERN_SUCCESS: i32 = 0;
pub const KERN_INVALID_ADDRESS: i32 = 1;
pub const KERN_PROTECTION_FAILURE: i32 = 2;
pub const KERN_FAILURE: i32 = 5;
pub const KERN_RESOURCE_SHORTAGE: i32 = 6;
pub const KERN_OUT_OF_BOUNDS: i32 = 9;

/// The requests by which fcntl(2) sets a file's flags.
pub const FIONBIO: u32 = 0x8004_667e;
pub const FIOASYNC: u32 = 0x8004_667d;

/// Error numbers of FreeBSD (some differ from Linux's).
pub const EPERM: i32 = 1;
pub const ENOENT: i32 = 2;
pub const ESRCH: i32 = 3;
pub const EINTR: i32 = 4;
pub const ENXIO: i32 = 6;
pub const EBADF: i32 = 9;
pub const ENOMEM: i32 = 12;
pub const EACCES: i32 = 13;
pub const EFAULT: i32 = 14;
pub const EBUSY: i32 = 16;
pub const EEXIST: i32 = 17;
pub const EINVAL: i32 = 22;
pub const ENFILE: i32 = 23;
pub const ENOTTY: i32 = 25;
pub const EWOULDBLOCK: i32 = 35;
pub const ESTALE: i32 = 70;
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
