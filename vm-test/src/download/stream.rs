// SPDX-License-Identifier: BSD-2-Clause
//! The tar archive within a set: decompressed, bounded, and followed to its very end.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use liblzma::bufread::XzDecoder;
use liblzma::stream::{CONCATENATED, Stream};

/// What the decoder may take; the strongest preset of xz(1) needs 65 MiB.
const MEMORY: u64 = 256 << 20;
/// What an archive may come to; base.txz comes to 0.7 GB.
const LONGEST: u64 = 8 << 30;
/// What may stand between two entries: names, extended headers. The tar crate keeps it in memory.
const LONGEST_HEADER: u64 = 1 << 20;
/// How tar archives end, at least: two blocks of zeros.
const END: u64 = 1024;

/// Shared by the reader, which is deep in the tar crate, and by who drives that.
#[derive(Clone, Debug, Default)]
pub struct Gauge {
    compressed: Rc<Cell<u64>>,
    header: Rc<Cell<Option<u64>>>,
}

impl Gauge {
    /// How much of the set has been read.
    pub fn compressed(&self) -> u64 {
        self.compressed.get()
    }

    /// A header is read next.
    pub fn header(&self) {
        self.header.set(Some(LONGEST_HEADER));
    }

    /// Data are read next, of which there may be much.
    pub fn data(&self) {
        self.header.set(None);
    }
}

/// A set's file, which counts.
struct Compressed {
    file: File,
    gauge: Gauge,
}

impl Read for Compressed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.gauge
            .compressed
            .set(self.gauge.compressed() + n as u64);
        Ok(n)
    }
}

/// The archive's bytes.
pub struct Archive {
    decoder: XzDecoder<BufReader<Compressed>>,
    gauge: Gauge,
    length: u64,
    /// How many zeros were the last.
    zeros: u64,
}

impl Archive {
    pub fn new(file: File) -> io::Result<(Self, Gauge)> {
        let gauge = Gauge::default();
        let compressed = Compressed {
            file,
            gauge: gauge.clone(),
        };
        // CONCATENATED: nothing may follow but another stream.
        let stream = Stream::new_stream_decoder(MEMORY, CONCATENATED)?;
        let archive = Archive {
            decoder: XzDecoder::new_stream(BufReader::with_capacity(64 * 1024, compressed), stream),
            gauge: gauge.clone(),
            length: 0,
            zeros: 0,
        };
        Ok((archive, gauge))
    }

    /// Reads what is left when the entries are through: that makes the decoder look at its checksums, and shows
    /// whether the archive really ends here.
    pub fn finish(mut self) -> Result<(), String> {
        self.gauge.data();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match self.read(&mut buffer) {
                Ok(0) => break,
                Ok(n) if buffer[..n].iter().any(|byte| *byte != 0) => {
                    return Err("the archive goes on after its end".into());
                }
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.to_string()),
            }
        }
        if self.zeros < END {
            return Err("the archive has no end".into());
        }
        Ok(())
    }
}

impl Read for Archive {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.decoder.read(buffer)?;
        self.length += n as u64;
        if self.length > LONGEST {
            return Err(io::Error::other("the archive is too long"));
        }
        if let Some(left) = self.gauge.header.get() {
            let Some(left) = left.checked_sub(n as u64) else {
                return Err(io::Error::other("an entry's header is too long"));
            };
            self.gauge.header.set(Some(left));
        }
        self.zeros = match buffer[..n].iter().rposition(|byte| *byte != 0) {
            Some(last) => (n - 1 - last) as u64,
            None => self.zeros + n as u64,
        };
        Ok(n)
    }
}
