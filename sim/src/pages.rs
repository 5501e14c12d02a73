// SPDX-License-Identifier: BSD-2-Clause
//! Pages that the module has wired (`vm_page_t`): each wiring has an address of its own, behind which is nothing.
use std::collections::{HashMap, HashSet};
use std::io;

use crate::memory::{Mapping, PAGE};

/// One wiring of a page.
pub struct Page {
    /// The space and the address that it is of; it stays that, whatever its process does.
    pub space: usize,
    pub at: u64,
    /// Its bytes when it was wired, for when the process has unmapped it.
    pub bytes: Vec<u8>,
    pub executable: bool,
    pub written: bool,
    pub dirty: bool,
    pub synced: bool,
}

/// A page that page tables have, and not wired yet: known only while their lock is held.
#[derive(Clone, Copy)]
pub struct Found {
    pub pmap: usize,
    pub space: usize,
    pub at: u64,
    pub managed: bool,
}

pub struct Pages {
    addresses: Mapping,
    pages: HashMap<usize, Page>,
    found: HashMap<usize, Found>,
    next: usize,
    /// Spaces and addresses of pages that the kernel was told to be modified.
    pub dirtied: HashSet<(usize, u64)>,
}

const STEP: usize = 64;

impl Pages {
    pub fn new() -> io::Result<Pages> {
        let addresses = Mapping::reserve(0x6000_0000_0000, 4096 * PAGE)?;
        Ok(Pages {
            addresses,
            pages: HashMap::new(),
            found: HashMap::new(),
            next: 0,
            dirtied: HashSet::new(),
        })
    }

    fn address(&mut self) -> usize {
        self.next = (self.next + 1) % (self.addresses.len() / STEP);
        self.addresses.addr() + self.next * STEP
    }

    pub fn wire(&mut self, page: Page) -> usize {
        let addr = self.address();
        self.pages.insert(addr, page);
        addr
    }

    pub fn find(&mut self, found: Found) -> usize {
        let addr = self.address();
        self.found.insert(addr, found);
        addr
    }

    pub fn found(&self, addr: usize) -> Option<Found> {
        self.found.get(&addr).copied()
    }

    /// Wires a page that was found.
    pub fn wire_found(&mut self, addr: usize, page: Page) {
        self.found.remove(&addr);
        self.pages.insert(addr, page);
    }

    /// The page tables are unlocked: what was found in them may be gone.
    pub fn forget_found(&mut self, pmap: usize) {
        self.found.retain(|_, found| found.pmap != pmap);
    }

    pub fn get(&mut self, addr: usize) -> Option<&mut Page> {
        self.pages.get_mut(&addr)
    }

    pub fn unwire(&mut self, addr: usize) -> Option<Page> {
        let page = self.pages.remove(&addr)?;
        if page.dirty {
            self.dirtied.insert((page.space, page.at));
        }
        Some(page)
    }

    /// The instruction cache is made coherent for what was written at `at`.
    pub fn sync(&mut self, space: usize, at: u64) {
        let page = |at: u64| at / PAGE as u64;
        for wired in self
            .pages
            .values_mut()
            .filter(|p| p.space == space && page(p.at) == page(at))
        {
            wired.synced = true;
        }
    }

    /// The pages that are wired now.
    pub fn wired(&self) -> Vec<String> {
        self.pages
            .values()
            .map(|page| format!("the page at {:#x} is still wired", page.at))
            .collect()
    }

    pub fn reset(&mut self) {
        self.pages.clear();
        self.found.clear();
        self.dirtied.clear();
        self.next = 0;
    }
}
