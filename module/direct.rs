// SPDX-License-Identifier: BSD-2-Clause
//! The quickest way to another address space: under its locks, through the kernel's direct map, without faults.
//!
//! What the map allows to be read and the page tables have present is copied straight between the direct map and
//! the caller. The map's read lock keeps protections as they are, the pmap's lock keeps a present page from being
//! freed, and page faults are disabled, so that nothing can sleep meanwhile. Whatever is not present, on either
//! side, ends a copy early, and `page` goes on from there without any lock.
//!
//! Reading needs VM_PROT_READ, and so does writing: those are the rules of `proc_rwmem`.
use core::ffi::c_int;

use crate::buffer::{PAGE_SIZE, user};
use crate::kpi;
use crate::lock::{mtx_lock, mtx_unlock, vm_map_lock_read, vm_map_unlock_read};
use crate::pmap::{Mapping, Walker};
use crate::process::CurThread;
use crate::request::{Direction, Range};
use crate::vmspace::VmspaceRef;

/// An address space whose map and page tables stand still.
///
/// # Invariants
/// The map is read-locked and the pmap locked, page faults of this thread are disabled.
struct Still<'a> {
    td: CurThread,
    vm: &'a VmspaceRef,
    faults: c_int,
}

impl<'a> Still<'a> {
    /// Takes the locks. May sleep before it has them.
    #[inline(always)]
    fn new(td: CurThread, vm: &'a VmspaceRef) -> Still<'a> {
        // SAFETY: the reference keeps both; this thread holds neither, for a Still is never made inside another.
        // The kernel's order is the map, then the pmap.
        unsafe {
            vm_map_lock_read(vm.map());
            mtx_lock(&raw mut (*vm.pmap()).pm_mtx);
        }
        // INVARIANT: just done.
        Still {
            td,
            vm,
            faults: td.disable_pagefaults(),
        }
    }

    /// The first address and the end of the map entry that holds `address`, if there is one that may be read.
    #[inline(always)]
    fn readable(&self, address: u64) -> Option<(u64, u64)> {
        // SAFETY: the map is read-locked, so its entries stay and may be looked at.
        unsafe {
            // What was looked up last is at the root.
            let mut entry = (*self.vm.map()).root;
            let found = !entry.is_null() && (*entry).start <= address && address < (*entry).end;
            if !found && kpi::vm_map_lookup_entry(self.vm.map(), address, &mut entry) == 0 {
                return None;
            }
            if u32::from((*entry).protection) & kpi::kpi_vm_prot_KPI_VM_PROT_READ == 0 {
                return None;
            }
            Some(((*entry).start, (*entry).end))
        }
    }
}

impl Drop for Still<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        self.td.enable_pagefaults(self.faults);
        // SAFETY: the type's invariant; in the reverse order.
        unsafe {
            mtx_unlock(&raw mut (*self.vm.pmap()).pm_mtx);
            vm_map_unlock_read(self.vm.map());
        }
    }
}

/// Copies `len` bytes between the direct map and the caller. Fails where the caller's memory would fault.
///
/// # Safety
/// `place` is that of `len` bytes of a mapping that was found in a Still, which is there still.
#[inline(always)]
unsafe fn copy(direction: Direction, place: *mut u8, local: u64, len: u64) -> bool {
    // SAFETY: the caller's promise; a fault on the caller's address fails the copy instead of sleeping.
    let error = unsafe {
        match direction {
            Direction::Read => kpi::copyout(place.cast(), user(local), len as _),
            Direction::Write => kpi::copyin(user(local), place.cast(), len as _),
        }
    };
    error == 0
}

/// Copies `range` if it is all in one mapping and present on both sides: the short way for what is small.
#[inline(always)]
pub fn copy_once(td: CurThread, vm: &VmspaceRef, direction: Direction, range: Range) -> bool {
    once(
        td,
        vm,
        direction,
        range.remote(),
        range.local(),
        range.len(),
    )
}

/// The same. A range travels in registers only in pieces.
#[inline(never)]
fn once(
    td: CurThread,
    vm: &VmspaceRef,
    direction: Direction,
    remote: u64,
    local: u64,
    len: u64,
) -> bool {
    let still = Still::new(td, vm);
    // One way out, for what Still does as it goes is compiled into every one.
    'copy: {
        let Some((_, entry_end)) = still.readable(remote) else {
            break 'copy false;
        };
        let write = direction == Direction::Write;
        // SAFETY: the pmap is locked, and the address is in one of the map's entries.
        let Some(mapping) = (unsafe { Walker::new(vm.pmap()).find(remote, write) }) else {
            break 'copy false;
        };
        let in_mapping = remote.wrapping_sub(mapping.start);
        // A Range does not wrap.
        let end = remote.wrapping_add(len);
        if in_mapping.wrapping_add(len) > mapping.size || end > entry_end {
            break 'copy false;
        }
        let place = mapping.first.wrapping_add(in_mapping as usize);
        // SAFETY: the range is in the mapping.
        unsafe { copy(direction, place, local, len) }
    }
}

/// A series of copies, which keeps what it has found.
///
/// # Invariants
/// As long as `still` is, the map allows what is from `entry` to `entry_end` to be read, and `mapping` is present for
/// `direction`.
pub struct Direct<'a> {
    still: Still<'a>,
    direction: Direction,
    entry: u64,
    entry_end: u64,
    mapping: Mapping,
    walker: Walker,
    /// When the locks were taken.
    since: c_int,
}

/// The kernel's clock, in ticks of 1/hz seconds.
#[inline(always)]
fn now() -> c_int {
    // SAFETY: the kernel's own counter, read as a whole.
    unsafe { (&raw const kpi::ticks).read_volatile() }
}

impl<'a> Direct<'a> {
    /// Takes the locks. May sleep before it has them.
    #[inline(always)]
    pub fn enter(td: CurThread, vm: &'a VmspaceRef, direction: Direction) -> Direct<'a> {
        let still = Still::new(td, vm);
        // INVARIANT: nothing found yet.
        Direct {
            still,
            direction,
            entry: 0,
            entry_end: 0,
            mapping: Mapping::NONE,
            walker: Walker::new(vm.pmap()),
            since: now(),
        }
    }

    /// Whether the locks have been held for more than a tick. The caller's memory may be a slow device's.
    #[inline(always)]
    pub fn is_overdue(&self) -> bool {
        now().wrapping_sub(self.since) > 1
    }

    /// Copies from the start of `range` as far as that goes without a fault on either side, and without holding the
    /// locks for long. Answers how many bytes.
    #[inline]
    pub fn copy(&mut self, range: Range) -> u64 {
        let mut done = 0;
        while done < range.len() {
            let rest = range.after(done);
            let (remote, local) = (rest.remote(), rest.local());
            let in_entry = self.entry <= remote && remote < self.entry_end;
            if !in_entry && !self.find_entry(remote) {
                break;
            }
            let mut in_mapping = remote.wrapping_sub(self.mapping.start);
            if in_mapping >= self.mapping.size {
                if !self.find(remote) {
                    break;
                }
                in_mapping = remote.wrapping_sub(self.mapping.start);
            }
            // Within a page of the caller's, all bytes are accessible or none: what fails has copied nothing.
            let len = rest
                .len()
                .min(self.mapping.size.wrapping_sub(in_mapping))
                .min(self.entry_end.wrapping_sub(remote))
                .min(PAGE_SIZE as u64 - local % PAGE_SIZE as u64);
            let place = self.mapping.first.wrapping_add(in_mapping as usize);
            // SAFETY: `len` bytes from there are in the mapping.
            if !unsafe { copy(self.direction, place, local, len) } {
                break;
            }
            done = done.wrapping_add(len);
            if self.is_overdue() {
                break;
            }
        }
        done
    }

    /// Makes `mapping` the one that holds `address`, if there is one.
    #[inline(always)]
    fn find(&mut self, address: u64) -> bool {
        let write = self.direction == Direction::Write;
        // SAFETY: the pmap has been locked since the walker was made, and the address is in the map entry.
        match unsafe { self.walker.find(address, write) } {
            Some(mapping) => {
                // INVARIANT: present for the direction.
                self.mapping = mapping;
                true
            }
            None => false,
        }
    }

    /// Makes `entry` the map entry that holds `address`, if there is one that may be read.
    #[inline(always)]
    fn find_entry(&mut self, address: u64) -> bool {
        match self.still.readable(address) {
            Some(entry) => {
                // INVARIANT: found, and readable.
                (self.entry, self.entry_end) = entry;
                true
            }
            None => false,
        }
    }
}
