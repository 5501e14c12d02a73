// SPDX-License-Identifier: BSD-2-Clause
//! Where a process's memory has contents: lseek(2) with SEEK_DATA and SEEK_HOLE on the attached descriptor.
use std::io;
use std::ops::Range;

use rwmem_abi::MAX_SEGS;

use crate::error::Error;
use crate::features::Features;
use crate::memory::{Memory, next_page};
use crate::process::RemoteProcess;

/// The parts of a range of addresses that have contents, one after the other. Made by [`RemoteProcess::data`].
#[derive(Clone, Debug)]
pub struct Data<'process> {
    process: &'process RemoteProcess,
    rest: Range<u64>,
    contents: Contents,
}

impl<'process> Data<'process> {
    pub(crate) fn new(process: &'process RemoteProcess, range: Range<u64>) -> Data<'process> {
        Data {
            process,
            rest: range,
            contents: Contents::default(),
        }
    }
}

impl Iterator for Data<'_> {
    type Item = Range<u64>;

    fn next(&mut self) -> Option<Range<u64>> {
        let next = self.contents.next(self.process, self.rest.clone());
        self.rest.start = next.as_ref().map_or(self.rest.end, |next| next.end);
        next
    }
}

impl std::iter::FusedIterator for Data<'_> {}

/// Contents that were found, so that those of many ranges beside each other are sought once.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// From where on they were sought: before them there is nothing.
    from: u64,
    found: Range<u64>,
}

impl Contents {
    /// The first part of `range` that has contents.
    pub fn next<M: Memory + ?Sized>(
        &mut self,
        memory: &M,
        range: Range<u64>,
    ) -> Option<Range<u64>> {
        if range.is_empty() {
            return None;
        }
        if !(self.from..self.found.end).contains(&range.start) {
            let nothing = u64::MAX..u64::MAX;
            self.from = range.start;
            self.found = memory.next_contents(range.start).unwrap_or(nothing);
        }
        let part = self.found.start.max(range.start)..self.found.end.min(range.end);
        (!part.is_empty()).then_some(part)
    }
}

impl Memory for RemoteProcess {
    type Error = Error;

    fn read_at(&self, address: u64, buffer: &mut [u8]) -> Result<usize, Error> {
        match RemoteProcess::read_at(self, address, buffer) {
            Err(error) if error.is_fault() => Ok(0),
            other => other,
        }
    }

    fn next_contents(&self, address: u64) -> Option<Range<u64>> {
        match self.features().contains(Features::SEEK) {
            true => next_contents(address, |address, whence| {
                self.device().seek(address, whence)
            }),
            false => Some(address..u64::MAX),
        }
    }

    /// Asks for a byte of each of many pages at once.
    fn end_of_hole(&self, range: Range<u64>) -> u64 {
        let mut next = range.start;
        while next < range.end {
            let mut bytes = [[0; 1]; MAX_SEGS as usize];
            let mut batch = self.read_batch();
            let mut after = next;
            for byte in &mut bytes {
                if after >= range.end {
                    break;
                }
                batch.read(after, byte);
                after = next_page(after);
            }
            let Ok(report) = batch.run() else { return next };
            if let Some(element) = report.elements().iter().find(|element| element.is_whole()) {
                return element.address();
            }
            next = after;
        }
        range.end
    }
}

/// The first contents from `address` on, which `seek` finds. Where it fails for another reason than that there are none,
/// everything is taken to have some: reading it will tell.
fn next_contents(
    address: u64,
    seek: impl Fn(u64, std::ffi::c_int) -> io::Result<u64>,
) -> Option<Range<u64>> {
    let start = match patiently(|| seek(address, libc::SEEK_DATA)) {
        Ok(start) => start.max(address),
        Err(error) if error.raw_os_error() == Some(libc::ENXIO) => return None,
        Err(_) => return Some(address..u64::MAX),
    };
    let end = match patiently(|| seek(start, libc::SEEK_HOLE)) {
        // At least a page, whatever became of it meanwhile, so that it always goes on.
        Ok(end) => end.max(next_page(start)),
        Err(_) => u64::MAX,
    };
    Some(start..end)
}

/// Again after each signal.
fn patiently(mut seek: impl FnMut() -> io::Result<u64>) -> io::Result<u64> {
    loop {
        match seek() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    /// Memory with contents in these ranges, which counts how often it is asked.
    struct Seeking {
        contents: Vec<Range<u64>>,
        asked: Cell<u32>,
    }

    impl Memory for Seeking {
        type Error = ();

        fn read_at(&self, _: u64, _: &mut [u8]) -> Result<usize, ()> {
            Err(())
        }

        /// As a kernel finds them; every other call is interrupted.
        fn next_contents(&self, address: u64) -> Option<Range<u64>> {
            self.asked.set(self.asked.get() + 1);
            let signal = Cell::new(false);
            next_contents(address, |address, whence| {
                signal.set(!signal.get());
                if signal.get() {
                    return Err(io::Error::from_raw_os_error(libc::EINTR));
                }
                let next = self.contents.iter().find(|part| part.end > address);
                match (next, whence) {
                    (Some(part), libc::SEEK_DATA) => Ok(part.start.max(address)),
                    (Some(part), libc::SEEK_HOLE) if part.start <= address => Ok(part.end),
                    (_, libc::SEEK_HOLE) => Ok(address),
                    _ => Err(io::Error::from_raw_os_error(libc::ENXIO)),
                }
            })
        }
    }

    fn memory(contents: &[Range<u64>]) -> Seeking {
        Seeking {
            contents: contents.to_vec(),
            asked: Cell::new(0),
        }
    }

    fn parts(memory: &Seeking, mut rest: Range<u64>) -> Vec<Range<u64>> {
        let mut contents = Contents::default();
        std::iter::from_fn(|| {
            let part = contents.next(memory, rest.clone())?;
            rest.start = part.end;
            Some(part)
        })
        .collect()
    }

    #[test]
    fn what_has_contents_is_found_within_the_range() {
        let memory = memory(&[0x1000..0x3000, 0x8000..0x9000, 0x20000..u64::MAX]);
        assert_eq!(parts(&memory, 0..0x10000), [0x1000..0x3000, 0x8000..0x9000]);
        assert_eq!(
            parts(&memory, 0x2010..0x8010),
            [0x2010..0x3000, 0x8000..0x8010]
        );
        for nothing in [0..0x1000, 0x3000..0x8000, 0x5000..0x5000] {
            assert_eq!(parts(&memory, nothing.clone()), [], "{nothing:?}");
        }
        let last = u64::MAX - 0x10..u64::MAX;
        assert_eq!(parts(&memory, last.clone()), [last]);
        assert_eq!(parts(&super::tests::memory(&[]), 0..u64::MAX), []);
    }

    #[test]
    fn what_is_known_is_not_sought_again() {
        let memory = memory(&[0x10000..0x50000, 0x80000..0x90000]);
        let mut contents = Contents::default();
        // As mappings beside each other, of which each has contents, and some behind that have none.
        for page in 0x10..0x50 {
            let range = page << 12..(page + 1) << 12;
            assert_eq!(contents.next(&memory, range.clone()), Some(range));
        }
        assert_eq!(memory.asked.get(), 1);
        for page in 0x50..0x80 {
            assert_eq!(contents.next(&memory, page << 12..(page + 1) << 12), None);
        }
        assert_eq!(memory.asked.get(), 2);
        // Back again.
        assert_eq!(
            contents.next(&memory, 0x4f000..0x60000),
            Some(0x4f000..0x50000)
        );
        assert_eq!(contents.next(&memory, 0xa0000..0xb0000), None);
        assert_eq!(contents.next(&memory, 0xc0000..0xd0000), None);
        assert_eq!(memory.asked.get(), 4);
    }

    #[test]
    fn contents_that_change_meanwhile_do_not_hold_it_up() {
        // They are gone when their end is asked for; and the kernel goes back.
        let seek = |address: u64, whence| match whence {
            libc::SEEK_DATA => Ok(address.saturating_sub(0x5000)),
            _ => Ok(0x10),
        };
        assert_eq!(next_contents(0x8000, seek), Some(0x8000..0x9000));
    }

    #[test]
    fn a_module_that_fails_leaves_it_to_reading() {
        for broken in [libc::SEEK_DATA, libc::SEEK_HOLE] {
            let seek = |address, whence| match whence == broken {
                true => Err(io::Error::from_raw_os_error(libc::EINVAL)),
                false => Ok(address),
            };
            assert_eq!(next_contents(0x1000, seek), Some(0x1000..u64::MAX));
        }
    }
}
