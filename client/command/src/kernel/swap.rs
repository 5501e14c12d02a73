// SPDX-License-Identifier: BSD-2-Clause
//! What of anonymous memory is in the swap area: the list of all objects of such memory (sysctl(3) `vm.swap_objects`).

use std::collections::HashMap;

/// Which object is a copy of which (0 for none), and how many pages it has in the swap area.
#[derive(Debug, Default)]
pub struct Swap(HashMap<u64, (u64, u64)>);

/// Where a `struct kinfo_vmobject` (sys/user.h) has what is of interest; it begins with its length, an int.
const BACKING: usize = 64;
const OBJECT: usize = 72;
const SWAPPED: usize = 128;

/// More copies of copies than a kernel makes: what changes while it is listed may look like a circle.
const DEEPEST: usize = 100;

impl Swap {
    /// From objects, each with the one it copies and its pages in the swap area.
    pub fn of(objects: impl IntoIterator<Item = (u64, (u64, u64))>) -> Swap {
        Swap(objects.into_iter().collect())
    }

    /// From the kernel's list.
    pub fn read(mut list: &[u8]) -> Swap {
        let mut objects = HashMap::new();
        while let Some((len, _)) = list.split_first_chunk() {
            let len = usize::try_from(i32::from_ne_bytes(*len)).unwrap_or(0);
            let Some((entry, rest)) = list.split_at_checked(len).filter(|_| len > 0) else {
                break;
            };
            list = rest;
            let word = |at| Some(u64::from_ne_bytes(*entry.get(at..)?.first_chunk()?));
            let half = |at| Some(u32::from_ne_bytes(*entry.get(at..)?.first_chunk()?));
            if let (Some(object @ 1..), Some(backing), Some(pages)) =
                (word(OBJECT), word(BACKING), half(SWAPPED))
            {
                objects.insert(object, (backing, u64::from(pages)));
            }
        }
        Swap(objects)
    }

    /// The pages that an object and those that it copies have in the swap area.
    pub fn pages(&self, object: u64) -> u64 {
        let of = |object: u64| self.0.get(&object);
        std::iter::successors(of(object), |&&(backing, _)| of(backing))
            .take(DEEPEST)
            .map(|&(_, pages)| pages)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(object: u64, backing: u64, pages: u32, path: usize) -> Vec<u8> {
        let len = 160 + path;
        let mut bytes = vec![0xee; len];
        bytes[..4].copy_from_slice(&(len as i32).to_ne_bytes());
        bytes[BACKING..BACKING + 8].copy_from_slice(&backing.to_ne_bytes());
        bytes[OBJECT..OBJECT + 8].copy_from_slice(&object.to_ne_bytes());
        bytes[SWAPPED..SWAPPED + 4].copy_from_slice(&pages.to_ne_bytes());
        bytes
    }

    #[test]
    fn the_kernels_list_is_read() {
        let list = [
            entry(10, 20, 5, 8),
            entry(0, 0, 99, 8),
            entry(20, 0, 7, 40),
            entry(30, 31, 1, 8),
            entry(31, 30, 1, 8),
        ];
        let swap = Swap::read(&list.concat());
        assert_eq!(
            [10, 20, 40, 0].map(|object| swap.pages(object)),
            [12, 7, 0, 0]
        );
        // A circle ends.
        assert_eq!(swap.pages(30), DEEPEST as u64);
        for len in 0..list[0].len() {
            assert_eq!(Swap::read(&list[0][..len]).pages(10), 0);
        }
    }
}
