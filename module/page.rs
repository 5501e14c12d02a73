// SPDX-License-Identifier: BSD-2-Clause
//! One page of another address space at a time, with faults on both sides: what `proc_rwmem` does, on an address
//! space that is pinned instead of a process.
use core::mem::MaybeUninit;
use core::ptr::{self, NonNull};

use crate::buffer::{PAGE_SIZE, user};
use crate::errno::Errno;
use crate::kpi;
use crate::lock::{mtx_lock, mtx_unlock, vm_map_lock_read, vm_map_unlock_read};
use crate::pmap::Walker;
use crate::process::CurThread;
use crate::request::{Direction, Range};
use crate::vmspace::VmspaceRef;

const READ: kpi::vm_prot_t = kpi::kpi_vm_prot_KPI_VM_PROT_READ as _;
const COPY: kpi::vm_prot_t = kpi::kpi_vm_prot_KPI_VM_PROT_COPY as _;
const EXECUTE: kpi::vm_prot_t = kpi::kpi_vm_prot_KPI_VM_PROT_EXECUTE as _;

/// A page that stays in memory.
///
/// # Invariants
/// Owns one wiring of `m`.
struct WiredPage {
    m: NonNull<kpi::vm_page>,
}

impl Drop for WiredPage {
    fn drop(&mut self) {
        // SAFETY: the type's invariant.
        unsafe { kpi::vm_page_unwire(self.m.as_ptr(), kpi::PQ_ACTIVE as _) }
    }
}

/// Copies the first bytes of `range`, up to the end of a page of the target or of the caller. Answers how many; EFAULT
/// where either side cannot be accessed, ENOMEM where the kernel gives up for want of memory.
#[optimize(size)]
pub fn copy(
    td: CurThread,
    vm: &VmspaceRef,
    direction: Direction,
    range: Range,
) -> Result<u64, Errno> {
    let offset = range.remote() % PAGE_SIZE as u64;
    let room = PAGE_SIZE as u64 - offset.max(range.local() % PAGE_SIZE as u64);
    let len = range.len().min(room);
    let page = match present(vm, direction, range.remote()) {
        Some(page) => page,
        None => fault(vm, direction, range.remote())?,
    };

    let mut iov = kpi::iovec {
        iov_base: user(range.local()),
        iov_len: len as _,
    };
    // SAFETY: a uio is integers and pointers, for which zero is a value.
    let mut uio: kpi::uio = unsafe { MaybeUninit::zeroed().assume_init() };
    uio.uio_iov = &mut iov;
    uio.uio_iovcnt = 1;
    uio.uio_resid = len as _;
    uio.uio_segflg = kpi::uio_seg_UIO_USERSPACE;
    uio.uio_rw = direction.uio_rw();
    uio.uio_td = td.as_ptr();
    let mut m = page.m.as_ptr();
    // SAFETY: the page is wired, `len` bytes at `offset` are within it; no lock is held, so it may fault and sleep.
    Errno::check(unsafe { kpi::uiomove_fromphys(&mut m, offset, len as _, &mut uio) })?;

    if direction == Direction::Write {
        sync_icache(vm, range.remote(), len);
    }
    Ok(len)
}

/// The page at `address` if it is mapped as `direction` needs it: no fault then. Only what the walker finds, for a page
/// that the kernel does not manage (a device's) must not be wired.
fn present(vm: &VmspaceRef, direction: Direction, address: u64) -> Option<WiredPage> {
    let write = direction == Direction::Write;
    let mut entry = ptr::null_mut();
    let mut m = ptr::null_mut();
    // SAFETY: the reference keeps map and pmap, which are locked in the kernel's order. An entry may be looked at
    // while the map is locked; a managed mapping keeps its page while the pmap is, until it is wired.
    unsafe {
        vm_map_lock_read(vm.map());
        if kpi::vm_map_lookup_entry(vm.map(), address, &mut entry) != 0
            && (*entry).protection & READ != 0
        {
            mtx_lock(&raw mut (*vm.pmap()).pm_mtx);
            if let Some(mapping) = Walker::new(vm.pmap()).find(address, write) {
                let found = kpi::PHYS_TO_VM_PAGE(mapping.physical_of(address));
                if !found.is_null() && kpi::vm_page_wire_mapped(found) {
                    m = found;
                }
            }
            mtx_unlock(&raw mut (*vm.pmap()).pm_mtx);
        }
        vm_map_unlock_read(vm.map());
    }
    // INVARIANT: vm_page_wire_mapped wired it for us.
    NonNull::new(m).map(|m| WiredPage { m })
}

/// Faults the page at `address` in, as `proc_rwmem` does: for a write, as a private copy where the mapping is not
/// shared, even if it is read-only.
fn fault(vm: &VmspaceRef, direction: Direction, address: u64) -> Result<WiredPage, Errno> {
    let (prot, flags) = match direction {
        Direction::Read => (READ, kpi::VM_FAULT_NORMAL),
        Direction::Write => (READ | COPY, kpi::VM_FAULT_DIRTY),
    };
    let start = address & !(PAGE_SIZE as u64 - 1);
    let mut m = ptr::null_mut();
    // SAFETY: the reference keeps the map; no lock is held.
    let answer = unsafe { kpi::vm_fault(vm.map(), start, prot, flags as _, &mut m) };
    match (answer as u32, NonNull::new(m)) {
        // INVARIANT: vm_fault wired it for us.
        (kpi::KERN_SUCCESS, Some(m)) => Ok(WiredPage { m }),
        (kpi::KERN_RESOURCE_SHORTAGE, _) => Err(Errno::ENOMEM),
        _ => Err(Errno::EFAULT),
    }
}

/// What was written is executed as it is: breakpoints are written into text.
fn sync_icache(vm: &VmspaceRef, address: u64, len: u64) {
    let start = address & !(PAGE_SIZE as u64 - 1);
    // SAFETY: the reference keeps the map, which is locked while it is asked.
    unsafe {
        vm_map_lock_read(vm.map());
        if kpi::vm_map_check_protection(vm.map(), start, start + PAGE_SIZE as u64, EXECUTE) != 0 {
            kpi::vm_sync_icache(vm.map(), address, len);
        }
        vm_map_unlock_read(vm.map());
    }
}
