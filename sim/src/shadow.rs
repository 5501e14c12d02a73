// SPDX-License-Identifier: BSD-2-Clause
//! What every process's memory should hold: what its program started with, and what was written since.
use std::collections::BTreeMap;

use crate::memory::PAGE;
use crate::processes::Processes;
use crate::regions::ARGUMENTS;
use crate::space::Space;

const P: u64 = PAGE as u64;

/// The pages of a range, of one byte at least.
fn pages(start: u64, len: u64) -> impl Iterator<Item = u64> {
    let last = start.saturating_add(len.max(1) - 1) / P;
    (start / P..=last).map(|page| page * P)
}

/// The pages that were written, by space and address.
#[derive(Default)]
pub struct Shadow {
    pages: BTreeMap<(usize, u64), Vec<u8>>,
}

impl Shadow {
    fn page(&mut self, spaces: &[Space], space: usize, page: u64) -> &mut Vec<u8> {
        self.pages
            .entry((space, page))
            .or_insert_with(|| spaces[space].pristine_page(page))
    }

    pub fn read(&self, spaces: &[Space], space: usize, start: u64, len: u64) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(len as usize);
        while (bytes.len() as u64) < len {
            let at = start + bytes.len() as u64;
            let offset = (at % P) as usize;
            let piece = (PAGE - offset).min(len as usize - bytes.len());
            match self.pages.get(&(space, at / P * P)) {
                Some(page) => bytes.extend_from_slice(&page[offset..offset + piece]),
                None => bytes.extend_from_slice(
                    &spaces[space].pristine_page(at / P * P)[offset..offset + piece],
                ),
            }
        }
        bytes
    }

    pub fn write(&mut self, spaces: &[Space], space: usize, start: u64, bytes: &[u8]) {
        let mut done = 0;
        while done < bytes.len() {
            let at = start + done as u64;
            let offset = (at % P) as usize;
            let piece = (PAGE - offset).min(bytes.len() - done);
            self.page(spaces, space, at / P * P)[offset..offset + piece]
                .copy_from_slice(&bytes[done..done + piece]);
            done += piece;
        }
    }

    /// The first address in the range, widened to whole pages, that does not hold what it should.
    pub fn difference(&self, spaces: &[Space], space: usize, start: u64, len: u64) -> Option<u64> {
        let mut bytes = vec![0; PAGE];
        for page in pages(start, len) {
            let arguments = space == 0 && (ARGUMENTS.start..ARGUMENTS.end()).contains(&page);
            if !arguments && spaces[space].read(page, &mut bytes) {
                let should = self.read(spaces, space, page, P);
                if bytes != should {
                    return (0..P)
                        .find(|i| bytes[*i as usize] != should[*i as usize])
                        .map(|i| page + i);
                }
            }
        }
        None
    }

    /// Takes what is there in the range as what should be.
    pub fn accept(&mut self, spaces: &[Space], space: usize, start: u64, len: u64) {
        let mut bytes = vec![0; PAGE];
        for page in pages(start, len) {
            if spaces[space].read(page, &mut bytes) {
                self.write(spaces, space, page, &bytes);
            }
        }
    }

    /// Takes all that is in an address space that was just copied as what should be.
    pub fn accept_all(&mut self, processes: &Processes, vm: Option<usize>) {
        if let Some(vm) = vm.and_then(|vm| processes.vmspace(vm)) {
            self.pages.retain(|(space, _), _| *space != vm.space);
            for entry in &processes.spaces[vm.space].entries {
                let len = entry.end - entry.start;
                self.accept(&processes.spaces, vm.space, entry.start, len);
            }
        }
    }

    /// A written page that does not hold what it should.
    pub fn any_difference(&self, spaces: &[Space]) -> Option<(usize, u64)> {
        self.pages
            .keys()
            .find_map(|&(space, page)| Some((space, self.difference(spaces, space, page, P)?)))
    }
}
