// SPDX-License-Identifier: BSD-2-Clause
//! Where a process's memory has contents: lseek(2) with SEEK_DATA and SEEK_HOLE on the attached descriptor.
use std::io;
use std::ops::Range;

use crate::info::Features;
use crate::memory::next_page;
use crate::process::RemoteProcess;

/// The parts of a range of addresses that have contents, one after the other. Made by [`RemoteProcess::data`].
#[derive(Clone, Debug)]
pub struct Data<'process> {
    process: &'process RemoteProcess,
    rest: Range<u64>,
}

impl<'process> Data<'process> {
    pub(crate) fn new(process: &'process RemoteProcess, range: Range<u64>) -> Data<'process> {
        Data {
            process,
            rest: range,
        }
    }
}

impl Iterator for Data<'_> {
    type Item = Range<u64>;

    fn next(&mut self) -> Option<Range<u64>> {
        let rest = self.rest.clone();
        let next = match self.process.features().contains(Features::SEEK) {
            true => next_data(rest, |address, whence| {
                self.process.device().seek(address, whence)
            }),
            false => Some(rest).filter(|rest| !rest.is_empty()),
        };
        self.rest.start = next.as_ref().map_or(self.rest.end, |next| next.end);
        next
    }
}

impl std::iter::FusedIterator for Data<'_> {}

/// The first part of `range` that has contents, which `seek` finds. Where it fails for another reason than that there is
/// nothing, all that is left is taken to have some: reading it will tell.
fn next_data(
    range: Range<u64>,
    seek: impl Fn(u64, std::ffi::c_int) -> io::Result<u64>,
) -> Option<Range<u64>> {
    if range.is_empty() {
        return None;
    }
    let start = match patiently(|| seek(range.start, libc::SEEK_DATA)) {
        Ok(start) => start.max(range.start),
        Err(error) if error.raw_os_error() == Some(libc::ENXIO) => return None,
        Err(_) => return Some(range),
    };
    if start >= range.end {
        return None;
    }
    let end = match patiently(|| seek(start, libc::SEEK_HOLE)) {
        // At least a page, whatever became of it meanwhile, so that it always goes on.
        Ok(end) => end.max(next_page(start)).min(range.end),
        Err(_) => range.end,
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

    /// As a kernel seeks that has contents in these ranges.
    fn parts(contents: &[Range<u64>], range: Range<u64>) -> Vec<Range<u64>> {
        let signal = Cell::new(false);
        let seek = |address, whence| {
            // Every other call is interrupted.
            signal.set(!signal.get());
            if signal.get() {
                return Err(io::Error::from_raw_os_error(libc::EINTR));
            }
            let next = contents.iter().find(|part| part.end > address);
            match (next, whence) {
                (Some(part), libc::SEEK_DATA) => Ok(part.start.max(address)),
                (Some(part), libc::SEEK_HOLE) if part.start <= address => Ok(part.end),
                (_, libc::SEEK_HOLE) => Ok(address),
                _ => Err(io::Error::from_raw_os_error(libc::ENXIO)),
            }
        };
        let mut rest = range;
        let mut all = Vec::new();
        while let Some(part) = next_data(rest.clone(), seek) {
            rest.start = part.end;
            all.push(part);
        }
        all
    }

    #[test]
    fn what_has_contents_is_found_within_the_range() {
        let contents = [0x1000..0x3000, 0x8000..0x9000, 0x20000..u64::MAX];
        assert_eq!(
            parts(&contents, 0..0x10000),
            [0x1000..0x3000, 0x8000..0x9000]
        );
        assert_eq!(
            parts(&contents, 0x2010..0x8010),
            [0x2010..0x3000, 0x8000..0x8010]
        );
        for nothing in [0..0x1000, 0x3000..0x8000, 0x5000..0x5000] {
            assert_eq!(parts(&contents, nothing.clone()), [], "{nothing:?}");
        }
        let last = u64::MAX - 0x10..u64::MAX;
        assert_eq!(parts(&contents, last.clone()), [last]);
        assert_eq!(parts(&[], 0..u64::MAX), []);
    }

    #[test]
    fn contents_that_change_meanwhile_do_not_hold_it_up() {
        // They are gone when their end is asked for; and the kernel goes back.
        let seek = |address: u64, whence| match whence {
            libc::SEEK_DATA => Ok(address.saturating_sub(0x5000)),
            _ => Ok(0x10),
        };
        assert_eq!(next_data(0x8000..0xa000, seek), Some(0x8000..0x9000));
    }

    #[test]
    fn a_module_that_fails_leaves_the_range_to_reading() {
        for broken in [libc::SEEK_DATA, libc::SEEK_HOLE] {
            let seek = |address, whence| match whence == broken {
                true => Err(io::Error::from_raw_os_error(libc::EINVAL)),
                false => Ok(address),
            };
            assert_eq!(next_data(0x1000..0x5000, seek), Some(0x1000..0x5000));
        }
    }
}
