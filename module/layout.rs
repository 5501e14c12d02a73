// SPDX-License-Identifier: BSD-2-Clause
//! Checks the kernel's structures before any of them is used. A module for a major is loaded into kernels that are years apart:
//! each structure that is used here is held against functions of the running kernel that know it, on objects of our own
//! where that can be. Whatever differs, the module is refused.
use core::ffi::CStr;
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};

use freebsd_kpi::copy::PAGE_SIZE;
use freebsd_kpi::errno::Errno;
use freebsd_kpi::lock::mtx_unlock;
use freebsd_kpi::vm_map::LockedMap;
use freebsd_kpi::vm_page::{DirectMap, Want, WiredPage};
use freebsd_kpi::vmspace::VmspaceRef;

use crate::page::{self, Found, Run};
use crate::sys;

/// A structure that is not as it should be.
type Moved = &'static CStr;

/// ENOEXEC, and a line in the log that names it, where a structure of this kernel is laid out otherwise than the module
/// was built for. ENOMEM where there is no memory to see it.
#[optimize(size)]
pub fn check() -> Result<(), Errno> {
    check_process().and_then(|()| check_address_space()).map_err(|moved| {
        let format = c"rwmem: not loaded: %s in this kernel is not what the module was built for (FreeBSD %d)\n";
        // SAFETY: the format takes one NUL-terminated string and one int.
        unsafe { sys::printf(format.as_ptr(), moved.as_ptr(), sys::kpi_version_KPI_FREEBSD_VERSION) };
        Errno::ENOEXEC
    })
}

fn expect(right: bool, moved: Moved) -> Result<(), Moved> {
    if right { Ok(()) } else { Err(moved) }
}

/// The thread that loads the module, and its process, compared with what functions of the kernel return for them.
#[inline(never)]
#[optimize(size)]
fn check_process() -> Result<(), Moved> {
    // SAFETY: curthread and its process stay. What is looked at is part of them, whatever it is.
    unsafe {
        let td = curthread();
        let p = (*td).td_proc;
        expect(!p.is_null(), c"td_proc")?;
        // First of all: what pget locks below can only be unlocked where p_mtx is.
        expect(
            mutex_kind(&raw const (*p).p_mtx) == own_mutex_kind(),
            c"p_mtx",
        )?;
        let mut found = ptr::null_mut();
        let error = sys::pget((*p).p_pid, sys::PGET_NOTID as _, &mut found);
        expect(error == 0, c"p_pid")?;
        let owner = ptr::read_volatile(&raw const (*found).p_mtx.mtx_lock) as usize & !7;
        expect(owner == td.addr(), c"p_mtx")?;
        mtx_unlock(&raw mut (*found).p_mtx);
        expect(found == p, c"td_proc")?;
        expect((*td).td_ucred == (*p).p_ucred, c"td_ucred")?;
        let vm = NonNull::new(sys::vmspace_acquire_ref(p)).ok_or(c"p_vmspace")?;
        let same = vm.as_ptr() == (*p).p_vmspace;
        sys::vmspace_free(vm.as_ptr());
        expect(same, c"p_vmspace")
    }
}

/// What the flags of a lock say of its kind: whether it is initialised, and its class (LO_INITIALIZED, LO_CLASSMASK).
/// No other lock in a process's structure is of the kind of p_mtx.
///
/// # Safety
/// `m` is memory, of whatever kind.
unsafe fn mutex_kind(m: *const sys::mtx) -> u32 {
    const KIND: u32 = 0x0f01_0000;
    // SAFETY: the flags follow the name, in every lock_object.
    unsafe { m.cast::<*const u8>().add(1).cast::<u32>().read_volatile() & KIND }
}

/// What those of a mutex are that the kernel has just initialised.
fn own_mutex_kind() -> u32 {
    // SAFETY: a mutex is initialised from zeroes, and destroyed before it goes.
    unsafe {
        let mut m: sys::mtx = MaybeUninit::zeroed().assume_init();
        sys::_mtx_init(
            (&raw mut m.mtx_lock).cast(),
            c"rwmem".as_ptr(),
            ptr::null(),
            sys::MTX_DEF as _,
        );
        let kind = mutex_kind(&raw const m);
        sys::_mtx_destroy((&raw mut m.mtx_lock).cast());
        kind
    }
}

/// Where the page is mapped.
const START: u64 = 0x10_0000;
const LEN: u64 = 4 * PAGE_SIZE as u64;
const MARK: [u8; 8] = *b"rwmem.ko";
const OFFSET: usize = 24;

/// A page in a new address space: mapped, written to by us, read by the kernel.
#[inline(never)]
#[optimize(size)]
fn check_address_space() -> Result<(), Moved> {
    let vm = VmspaceRef::allocate(PAGE_SIZE as u64, START + 2 * LEN).ok_or(c"vmspace")?;
    // SAFETY: the vmspace is ours alone; what is looked at is part of it, whatever it is.
    unsafe {
        let count = || ptr::read_volatile(&raw const (*vm.as_ptr()).vm_refcnt);
        expect(count() == 1, c"vm_refcnt")?;
        drop(
            vm.try_clone()
                .filter(|_| count() == 2)
                .ok_or(c"vm_refcnt")?,
        );
        expect(
            (*vm.map()).pmap == &raw mut (*vm.as_ptr()).vm_pmap,
            c"vm_map.pmap",
        )?;

        const PROT: u8 =
            (sys::kpi_vm_prot_KPI_VM_PROT_READ | sys::kpi_vm_prot_KPI_VM_PROT_WRITE) as u8;
        let error = sys::vm_map_fixed(
            vm.map(),
            ptr::null_mut(),
            0,
            START,
            LEN,
            PROT,
            PROT,
            sys::MAP_ACC_NO_CHARGE as _,
        );
        expect(error as u32 == sys::KERN_SUCCESS, c"vm_map")?;
        let entry = (*vm.map()).root;
        expect(
            !entry.is_null() && (*entry).start == START && (*entry).end == START + LEN,
            c"vm_map_entry",
        )?;
        expect(
            (*entry).protection == PROT && (*entry).max_protection == PROT,
            c"vm_map_entry.protection",
        )?;
    }
    // From the second page on, so that an index is not zero by chance.
    let at = START + PAGE_SIZE as u64;
    let fault = |at| {
        let page = WiredPage::fault(&vm, at, Want::Write).map_err(|_| c"vm_fault")?;
        page.counted().ok_or(c"vm_page.ref_count")
    };
    let page = fault(at)?;
    let next = fault(at + PAGE_SIZE as u64)?;
    let m = page.as_ptr();
    {
        let map = LockedMap::new(&vm);
        let entry = map.readable(at).ok_or(c"vm_map_entry")?;
        let place = entry.place(at).ok_or(c"vm_map_entry.object")?;
        expect(place.is_managed(), c"vm_object.flags")?;
        expect(place.has(m), c"vm_page")?;
        expect(
            entry.owns_contents() && !entry.is_executable(),
            c"vm_map_entry.eflags",
        )?;
        // Found by our own way, too; and the page after them by going through the object: nothing.
        expect(
            Run::new().fill(&map, at, 1, page::SHALLOW) == Found::Pages,
            c"vm_page.valid",
        )?;
        expect(
            Run::new().fill(&map, at + 2 * PAGE_SIZE as u64, 1, page::SHALLOW) == Found::Zeros,
            c"vm_object",
        )?;
    }
    let mut bytes = MARK;
    // SAFETY: the pmap is the new address space's; what is found is wired for us. The uio describes `bytes`.
    unsafe {
        let held = sys::pmap_extract_and_hold(
            (*vm.map()).pmap,
            at,
            sys::kpi_vm_prot_KPI_VM_PROT_READ as _,
        );
        if held != m.as_ptr() {
            if !held.is_null() {
                sys::vm_page_unwire(held, sys::PQ_ACTIVE as _);
            }
            return Err(c"pmap");
        }
        let mut iov = sys::iovec {
            iov_base: bytes.as_mut_ptr().cast(),
            iov_len: bytes.len() as _,
        };
        let mut uio: sys::uio = MaybeUninit::zeroed().assume_init();
        uio.uio_iov = &mut iov;
        uio.uio_iovcnt = 1;
        uio.uio_resid = bytes.len() as _;
        uio.uio_segflg = sys::uio_seg_UIO_SYSSPACE;
        uio.uio_rw = sys::uio_rw_UIO_WRITE;
        let mut pages = [held];
        let error =
            sys::uiomove_fromphys(pages.as_mut_ptr(), OFFSET as _, bytes.len() as _, &mut uio);
        sys::vm_page_unwire(held, sys::PQ_ACTIVE as _);
        expect(error == 0 && uio.uio_resid == 0, c"uio")?;
    }
    // What the kernel has stored there is read where we take the page to be: until that is so, nothing is stored there.
    expect(DirectMap::find(&page, &next), c"vm_page.phys_addr")?;
    let mut seen = [MaybeUninit::uninit(); MARK.len()];
    // SAFETY: a few bytes of a page of our own; `read` fills what it is given.
    let same = unsafe {
        page.read(OFFSET, &mut seen);
        seen.map(|byte| byte.assume_init()) == MARK
    };
    expect(same, c"the direct map")
}

/// The thread that runs this.
fn curthread() -> *mut sys::thread {
    let td;
    // SAFETY: the kernel keeps it there, and reading it has no effect.
    unsafe {
        #[cfg(target_arch = "x86_64")]
        core::arch::asm!("mov {}, gs:[0]", out(reg) td, options(nostack, readonly, preserves_flags));
        #[cfg(target_arch = "aarch64")]
        core::arch::asm!("ldr {}, [x18]", out(reg) td, options(nostack, readonly, preserves_flags));
    }
    td
}
