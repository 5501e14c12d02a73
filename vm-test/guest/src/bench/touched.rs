// SPDX-License-Identifier: BSD-2-Clause
//! Memory that a process has touched so much of, in pages of one sort: what its address space costs to copy.

use crate::console::remark;
use crate::sys::mapping::Residency;
use crate::sys::memory::{ALIAS, PAGE, Region};
use crate::sys::{Errno, sysctl};
use rwmem_vm_protocol::bench::Pages;

pub struct Touched {
    region: Region,
    bytes: usize,
    pages: Pages,
}

/// Of so many pages in a row one stays untouched where the kernel shall not make them larger ones: arm64 takes sixteen for one.
const GROUP: usize = 16;

impl Touched {
    /// ENOMEM where there is not enough memory to write it all twice over, EIO where the kernel has not mapped it in such
    /// pages.
    pub fn new(bytes: u64, pages: Pages) -> Result<Touched, Errno> {
        let bytes = bytes as usize;
        let free = sysctl::number(c"vm.stats.vm.v_free_count")? as usize * PAGE;
        if free < 2 * bytes {
            return Err(Errno::ENOMEM);
        }
        let region = match pages {
            Pages::Small => Region::private(bytes + bytes / (GROUP - 1) + PAGE),
            Pages::Super => Region::private_aligned(bytes),
        };
        let touched = Touched {
            region: region?,
            bytes,
            pages,
        };
        (0..touched.len()).for_each(|page| touched.write(page, 1));
        touched.check()?;
        Ok(touched)
    }

    /// How many pages.
    pub fn len(&self) -> usize {
        self.bytes / PAGE
    }

    /// Where it begins.
    pub fn at(&self) -> u64 {
        self.region.at(0)
    }

    pub fn write(&self, page: usize, word: u64) {
        self.region.put_word(self.offset(page), word);
    }

    fn offset(&self, page: usize) -> usize {
        match self.pages {
            Pages::Small => (page + page / (GROUP - 1)) * PAGE,
            Pages::Super => page * PAGE,
        }
    }

    fn check(&self) -> Result<(), Errno> {
        let (mut looked_at, mut large) = (0, 0);
        for page in (0..self.len()).step_by(ALIAS / PAGE) {
            let mut seen = [Residency::default(); 1];
            self.region.residency(self.offset(page), &mut seen)?;
            looked_at += 1;
            large += usize::from(seen[0].is_large());
        }
        let right = match self.pages {
            Pages::Small => large == 0,
            // A few may not be had.
            Pages::Super => large * 10 >= looked_at * 9,
        };
        if !right {
            remark!("{large} of {looked_at} pages that were looked at are large");
        }
        right.then_some(()).ok_or(Errno::EIO)
    }
}
