// SPDX-License-Identifier: BSD-2-Clause
//! Areas of memory as they are mapped, and places in them.

use crate::sys::memory::{Region, pattern};
use crate::tap::{Stop, Test};
use rwmem_cases::{Area, PAGE, Place};

pub const P: usize = PAGE as usize;

/// An area with nothing before and after it.
pub struct Mapped {
    pub area: &'static Area,
    pub region: Region,
}

impl Mapped {
    pub fn new(t: &mut Test, area: &'static Area) -> Result<Mapped, Stop> {
        let len = area.pages as usize * P;
        let region = t.can("mmap", Region::private(len + 2 * P))?;
        for edge in [0, len + P] {
            t.can("munmap", region.unmap(edge, P))?;
        }
        Ok(Mapped { area, region })
    }

    pub fn len(&self) -> usize {
        self.area.pages as usize * P
    }

    pub fn at(&self, offset: u64) -> u64 {
        self.region.at(P + offset as usize)
    }

    /// Fills it, and gives it its protection; whether that worked.
    pub fn furnish(&self, seed: u8) -> bool {
        self.region.fill(P, self.len(), pattern(seed));
        let protection = usize::from(self.area.protection);
        let forbidden = self.area.forbidden.map_or(Ok(()), |page| {
            self.region.protect(P + page as usize * P, P, 0)
        });
        let protected = match self.area.forbidden {
            Some(_) => Ok(()),
            None => self.region.protect(P, self.len(), protection),
        };
        protected.and(forbidden).is_ok()
    }

    /// Whether it has an accessible byte there.
    pub fn has(&self, offset: u64) -> bool {
        offset < self.area.pages * PAGE && self.area.forbidden != Some(offset / PAGE)
    }
}

/// The place so many bytes on.
pub fn further(place: Place, by: u64) -> Place {
    match place {
        Place::Memory(offset) => Place::Memory(offset + by),
        Place::Text(offset) => Place::Text(offset + by),
        Place::Constants(offset) => Place::Constants(offset + by),
        Place::Broken(offset) => Place::Broken(offset + by),
        Place::Ours(offset) => Place::Ours(offset + by),
        Place::OursReadOnly(offset) => Place::OursReadOnly(offset + by),
        Place::At(address) => Place::At(address.wrapping_add(by)),
    }
}

/// The place before it, if its area has one.
pub fn before(place: Place) -> Option<Place> {
    match place {
        Place::Memory(offset) => offset.checked_sub(1).map(Place::Memory),
        Place::Text(offset) => offset.checked_sub(1).map(Place::Text),
        Place::Constants(offset) => offset.checked_sub(1).map(Place::Constants),
        Place::Broken(offset) => offset.checked_sub(1).map(Place::Broken),
        Place::Ours(offset) => offset.checked_sub(1).map(Place::Ours),
        _ => None,
    }
}
