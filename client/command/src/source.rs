// SPDX-License-Identifier: BSD-2-Clause
//! Where memory is read from.

use rwmem::RemoteProcess;

/// The memory of a process.
pub trait Source {
    /// Why nothing can be read from it any more.
    type Error;

    /// Reads from `address` on, and says how far it came: less than what was asked for only where the next byte
    /// cannot be read.
    fn read_at(&mut self, address: u64, buffer: &mut [u8]) -> Result<usize, Self::Error>;
}

impl Source for RemoteProcess {
    type Error = rwmem::Error;

    fn read_at(&mut self, address: u64, buffer: &mut [u8]) -> Result<usize, rwmem::Error> {
        match RemoteProcess::read_at(self, address, buffer) {
            Err(error) if error.is_fault() => Ok(0),
            other => other,
        }
    }
}

#[cfg(test)]
pub mod fake {
    use super::Source;
    use std::convert::Infallible;
    use std::ops::Range;

    /// Memory for tests: one range, with holes.
    #[derive(Debug)]
    pub struct Memory {
        begin: u64,
        bytes: Vec<u8>,
        holes: Vec<Range<u64>>,
    }

    impl Memory {
        pub fn zeros(begin: u64, len: u64) -> Memory {
            Memory {
                begin,
                bytes: vec![0; len as usize],
                holes: Vec::new(),
            }
        }

        pub fn put(&mut self, address: u64, bytes: &[u8]) {
            let place = (address - self.begin) as usize;
            self.bytes[place..place + bytes.len()].copy_from_slice(bytes);
        }

        pub fn hole(&mut self, range: Range<u64>) {
            self.holes.push(range);
        }
    }

    impl Source for Memory {
        type Error = Infallible;

        fn read_at(&mut self, address: u64, buffer: &mut [u8]) -> Result<usize, Infallible> {
            let end = self.begin + self.bytes.len() as u64;
            if !(self.begin..end).contains(&address) {
                return Ok(0);
            }
            let next_hole = self
                .holes
                .iter()
                .filter(|hole| hole.end > address)
                .map(|hole| hole.start.max(address))
                .min()
                .unwrap_or(end);
            let len = buffer.len().min((next_hole - address) as usize);
            let place = (address - self.begin) as usize;
            buffer[..len].copy_from_slice(&self.bytes[place..place + len]);
            Ok(len)
        }
    }
}
