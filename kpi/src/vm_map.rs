// SPDX-License-Identifier: BSD-2-Clause
//! The map of an address space (`vm/vm_map.h`): what is mapped where, from which object.
use core::marker::PhantomData;
use core::ptr::NonNull;

use crate::copy::PAGE_SIZE;
use crate::lock::{FILE, LINE};
use crate::sys;
use crate::vmspace::VmspaceRef;

const READ: sys::vm_prot_t = sys::kpi_vm_prot_KPI_VM_PROT_READ as _;
const WRITE: sys::vm_prot_t = sys::kpi_vm_prot_KPI_VM_PROT_WRITE as _;
const EXECUTE: sys::vm_prot_t = sys::kpi_vm_prot_KPI_VM_PROT_EXECUTE as _;

/// A map that is read-locked: its process can run and fault, but not map, unmap, protect, fork or execute meanwhile.
///
/// # Invariants
/// This thread holds the read lock, for as long as the value lives.
pub struct LockedMap<'a> {
    vm: &'a VmspaceRef,
}

impl<'a> LockedMap<'a> {
    /// `vm_map_lock_read`. May sleep; this thread holds no other lock.
    #[inline(always)]
    pub fn new(vm: &'a VmspaceRef) -> LockedMap<'a> {
        // SAFETY: the reference keeps the map, and a LockedMap is never made inside another.
        unsafe { sys::_vm_map_lock_read(vm.map(), FILE.as_ptr(), LINE) };
        // INVARIANT: just locked.
        LockedMap { vm }
    }

    /// The entry that holds `address`, if there is one that may be read. Writing through `proc_rwmem` needs no more
    /// than reading either.
    #[inline(always)]
    pub fn readable(&self, address: u64) -> Option<Entry<'_>> {
        // SAFETY: the map is locked, so its entries stay.
        let entry = unsafe {
            // What was looked up last is at the root.
            let mut entry = (*self.vm.map()).root;
            let found = !entry.is_null() && (*entry).start <= address && address < (*entry).end;
            if !found && sys::vm_map_lookup_entry(self.vm.map(), address, &mut entry) == 0 {
                return None;
            }
            &raw mut *entry
        };
        // INVARIANT: found in the locked map.
        let entry = Entry {
            entry,
            _map: PhantomData,
        };
        entry.is_readable().then_some(entry)
    }

    /// The first entry that ends behind `address`.
    pub fn first_from(&self, address: u64) -> Option<Entry<'_>> {
        let mut entry = core::ptr::null_mut();
        // SAFETY: the map is locked, so its entries stay.
        if unsafe { sys::vm_map_lookup_entry(self.vm.map(), address, &mut entry) } == 0 {
            // The one before the address, or the map's header.
            self.successor(entry)
        } else {
            // INVARIANT: found in the locked map.
            Some(Entry {
                entry,
                _map: PhantomData,
            })
        }
    }

    /// The entry behind `entry`.
    pub fn next(&self, entry: Entry<'_>) -> Option<Entry<'_>> {
        self.successor(entry.entry)
    }

    /// `vm_map_entry_succ` of one of the map's entries, or of its header; None where that is the header again.
    fn successor(&self, entry: *mut sys::vm_map_entry) -> Option<Entry<'_>> {
        // SAFETY: the map is locked, so its entries stay. The header is a part of the map.
        let (entry, header) = unsafe {
            let entry = sys::kpi_vm_map_entry_succ(entry);
            (entry, &raw mut (*self.vm.map()).header)
        };
        // INVARIANT: an entry of the locked map.
        (entry != header).then_some(Entry {
            entry,
            _map: PhantomData,
        })
    }

    /// `vm_sync_icache`: makes the I-cache coherent with `len` bytes at `address`, for breakpoints.
    pub fn sync_icache(&self, address: u64, len: usize) {
        // SAFETY: the map is locked, and the range is in one of its entries.
        unsafe { sys::vm_sync_icache(self.vm.map(), address, len as _) }
    }
}

impl Drop for LockedMap<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the type's invariant.
        unsafe { sys::_vm_map_unlock_read(self.vm.map(), FILE.as_ptr(), LINE) }
    }
}

/// One range of a locked map. What [`LockedMap::readable`] returns may be read.
///
/// # Invariants
/// `entry` is in the map that is locked for `'m`.
#[derive(Clone, Copy)]
pub struct Entry<'m> {
    entry: *mut sys::vm_map_entry,
    _map: PhantomData<&'m ()>,
}

impl<'m> Entry<'m> {
    /// Whether it may be read, and is no map of its own.
    #[inline(always)]
    pub fn is_readable(&self) -> bool {
        // SAFETY: the type's invariant.
        let (protection, eflags) = unsafe { ((*self.entry).protection, (*self.entry).eflags) };
        protection & READ != 0 && eflags & sys::MAP_ENTRY_IS_SUB_MAP as sys::vm_eflags_t == 0
    }

    /// Its first address.
    pub fn start(&self) -> u64 {
        // SAFETY: the type's invariant.
        unsafe { (*self.entry).start }
    }

    /// The first address after it.
    #[inline(always)]
    pub fn end(&self) -> u64 {
        // SAFETY: the type's invariant.
        unsafe { (*self.entry).end }
    }

    /// Whether it may be executed.
    pub fn is_executable(&self) -> bool {
        // SAFETY: the type's invariant.
        unsafe { (*self.entry).protection & EXECUTE != 0 }
    }

    /// Where the contents of `address` are; None as long as nothing has been put into the entry.
    #[inline(always)]
    pub fn place(&self, address: u64) -> Option<Place<'m>> {
        // SAFETY: the type's invariant; this is no submap, so the object is a vm_object.
        let (object, offset) = unsafe {
            let in_entry = address.wrapping_sub((*self.entry).start);
            let offset = (*self.entry).offset.wrapping_add(in_entry);
            ((*self.entry).object.vm_object, offset)
        };
        // INVARIANT: a locked map keeps its entries' objects.
        NonNull::new(object).map(|object| Place {
            object,
            pindex: offset / PAGE_SIZE as u64,
            _map: PhantomData,
        })
    }

    /// Whether what is written there belongs to this entry, and not to those that it was copied from: then
    /// `vm_fault` would not make a copy of the page before it is written. And whether it would let it be written at
    /// all, as `proc_rwmem` asks: what is private always, what is shared only if it could be mapped for writing.
    #[inline(always)]
    pub fn owns_contents(&self) -> bool {
        const COW: sys::vm_eflags_t = sys::MAP_ENTRY_COW as _;
        const NEEDS_COPY: sys::vm_eflags_t = sys::MAP_ENTRY_NEEDS_COPY as _;
        // SAFETY: the type's invariant.
        let (eflags, max) = unsafe { ((*self.entry).eflags, (*self.entry).max_protection) };
        eflags & NEEDS_COPY == 0 && (eflags & COW != 0 || max & WRITE != 0)
    }
}

/// What marks objects whose pages are not the kernel's to manage.
const UNMANAGED: u32 = sys::OBJ_FICTITIOUS | sys::OBJ_UNMANAGED;

/// A page's place in an object that a locked map keeps.
///
/// # Invariants
/// `object` stays for `'m`.
#[derive(Clone, Copy)]
pub struct Place<'m> {
    object: NonNull<sys::vm_object>,
    pindex: u64,
    _map: PhantomData<&'m ()>,
}

impl Place<'_> {
    /// The object.
    #[inline(always)]
    pub fn object(&self) -> *mut sys::vm_object {
        self.object.as_ptr()
    }

    /// The page's number in the object.
    #[inline(always)]
    pub fn pindex(&self) -> u64 {
        self.pindex
    }

    /// Whether the object's pages are the kernel's to manage: not device memory, nor pages that an object was made of.
    #[inline(always)]
    pub fn is_managed(&self) -> bool {
        // SAFETY: the type's invariant; these flags never change.
        unsafe { (*self.object.as_ptr()).flags & UNMANAGED == 0 }
    }

    /// The place of the next page.
    #[inline(always)]
    pub fn next(&mut self) {
        self.pindex = self.pindex.wrapping_add(1);
    }

    /// Whether `m` is the page at this place just now.
    #[inline(always)]
    pub fn has(&self, m: NonNull<sys::vm_page>) -> bool {
        // SAFETY: the kernel keeps the storage of a vm_page for ever.
        unsafe {
            let (object, pindex) = ((*m.as_ptr()).object, (*m.as_ptr()).pindex);
            // Both at once: they lie side by side.
            (object == self.object.as_ptr()) & (pindex == self.pindex)
        }
    }
}

/// An object that is read-locked, on the way from one that shadows to those that are shadowed.
///
/// # Invariants
/// `object` stays, and this thread holds its read lock.
pub struct LockedObject {
    object: NonNull<sys::vm_object>,
}

impl LockedObject {
    /// The object of `place`, locked.
    pub fn new(place: &Place<'_>) -> LockedObject {
        LockedObject::lock(place.object)
    }

    /// `object` stays until it is locked: by the map, or by the lock of the one that shadows it.
    fn lock(object: NonNull<sys::vm_object>) -> LockedObject {
        // SAFETY: the caller's promise; a thread locks a chain's objects from the front to the back, as vm_fault does.
        unsafe { sys::kpi_vm_object_rlock(object.as_ptr()) };
        // INVARIANT: just locked.
        LockedObject { object }
    }

    fn get(&self) -> &sys::vm_object {
        // SAFETY: the type's invariant: what is read here is protected by the lock.
        unsafe { self.object.as_ref() }
    }

    /// Whether it holds memory without a file: what neither it nor its pager has is zeros.
    pub fn is_memory(&self) -> bool {
        self.get().flags & (sys::OBJ_SWAP | UNMANAGED) == sys::OBJ_SWAP
    }

    /// As [`Place::is_managed`].
    pub fn is_managed(&self) -> bool {
        self.get().flags & UNMANAGED == 0
    }

    /// Whether it is being merged into the one that shadows it: for a while, neither may have what was swapped out.
    pub fn is_dead(&self) -> bool {
        self.get().flags & sys::OBJ_DEAD != 0
    }

    /// Pages from its beginning to its end.
    pub fn size(&self) -> u64 {
        self.get().size
    }

    /// Its resident page at `pindex`.
    pub fn page(&self, pindex: u64) -> Option<NonNull<sys::vm_page>> {
        // SAFETY: the object is locked.
        NonNull::new(unsafe { sys::vm_page_lookup(self.object.as_ptr(), pindex) })
    }

    /// Whether its pager has the page at `pindex`: for memory, whether it is swapped out.
    pub fn pager_has_page(&self, pindex: u64) -> bool {
        // SAFETY: the object is locked.
        unsafe { sys::kpi_vm_pager_has_page(self.object.as_ptr(), pindex) }
    }

    /// Of memory: the first index from `pindex` on at which it has a page, resident or swapped out; behind its end where
    /// none follows.
    pub fn next_page(&self, pindex: u64) -> u64 {
        // SAFETY: the object is locked, and memory is swap's.
        unsafe { sys::kpi_swap_pager_seek_data(self.object.as_ptr(), pindex) }
    }

    /// Of memory: how many pages it has, one behind the other from `pindex` on, resident or swapped out; `most` at most.
    pub fn pages_in_a_row(&self, pindex: u64, most: u64) -> u64 {
        let mut count = 0;
        while count < most {
            let at = pindex.wrapping_add(count);
            // SAFETY: the object is locked, so its page stays.
            let valid = |m: NonNull<sys::vm_page>| unsafe { (*m.as_ptr()).valid } != 0;
            if !self.page(at).is_some_and(valid) && !self.pager_has_page(at) {
                break;
            }
            count = count.wrapping_add(1);
        }
        count
    }

    /// The object that it shadows, locked in its stead, and how many pages into that it begins.
    pub fn backing(self) -> Option<(LockedObject, u64)> {
        let first = self.get().backing_object_offset / PAGE_SIZE as u64;
        let next = LockedObject::lock(NonNull::new(self.get().backing_object)?);
        Some((next, first))
    }
}

impl Drop for LockedObject {
    fn drop(&mut self) {
        // SAFETY: the type's invariant.
        unsafe { sys::kpi_vm_object_runlock(self.object.as_ptr()) }
    }
}
