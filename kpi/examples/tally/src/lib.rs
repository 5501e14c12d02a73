// SPDX-License-Identifier: BSD-2-Clause
//! tally.ko: `/dev/tally` counts the bytes that are written to it. Reading it gives the count, as `kern.tally.bytes` does,
//! and dtrace(1) sees each write as `tally:::write`.
#![no_std]
#![feature(used_with_arg)]

use core::sync::atomic::{AtomicU64, Ordering};

use freebsd_kpi::cdev::{Call, Cdev, Device};
use freebsd_kpi::errno::Errno;
use freebsd_kpi::kld::Kld;
use freebsd_kpi::sysctl::Node;
use freebsd_kpi::thread::CurThread;
use freebsd_kpi::uio::UserIo;
use freebsd_kpi::{kld, malloc_type, sdt_provider};

malloc_type! {
    /// What `vmstat -m` shows as `tally`.
    M_TALLY, c"tally"
}

sdt_provider! { c"tally" {
    /// args[0] is how many bytes were written, args[1] how many that makes.
    WRITE = c"write", c"write" (c"uint64_t", c"uint64_t");
} }

static BYTES: AtomicU64 = AtomicU64::new(0);

/// What the device does. Its files have nothing of their own.
struct Tally;

impl Cdev for Tally {
    type File = ();
    type Locked = ();
    type Malloc = M_TALLY;

    fn open(&self, _td: CurThread<'_>) -> Result<((), ()), Errno> {
        Ok(((), ()))
    }

    fn read(&self, _call: Call<'_, Tally>, mut io: UserIo<'_>) -> Result<(), Errno> {
        let mut room = [0; 21];
        let line = line(BYTES.load(Ordering::Relaxed), &mut room);
        // A second read returns what is left of the line: usually nothing.
        let from = io.offset().min(line.len() as u64) as usize;
        io.put(line.get(from..).unwrap_or_default())
    }

    fn write(&self, _call: Call<'_, Tally>, mut io: UserIo<'_>) -> Result<(), Errno> {
        let written = io.resid();
        io.skip();
        let sum = BYTES
            .fetch_add(written, Ordering::Relaxed)
            .wrapping_add(written);
        WRITE.fire(|| [written, sum]);
        Ok(())
    }
}

/// `n` in decimal, and the end of the line.
fn line(mut n: u64, room: &mut [u8; 21]) -> &[u8] {
    let mut len: usize = 1;
    let [digits @ .., end] = room;
    *end = b'\n';
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (n % 10) as u8;
        n /= 10;
        len = len.wrapping_add(1);
        if n == 0 {
            break;
        }
    }
    room.get(room.len().saturating_sub(len)..)
        .unwrap_or_default()
}

/// What the module has while it is loaded. The device is dropped first: no thread uses the rest after that.
struct Loaded {
    device: Device<Tally>,
    _node: Node<M_TALLY>,
}

kld!(Loaded, c"tally", 1);

impl Kld for Loaded {
    fn load() -> Result<Loaded, Errno> {
        let mut node = Node::new(c"tally", c"An example of a kld in Rust")?;
        node.u64(c"bytes", c"Bytes written to /dev/tally", &BYTES)?;
        // Last, for from here on it can be opened.
        let device = Device::new(c"tally", 0o600, Tally)?;
        Ok(Loaded {
            device,
            _node: node,
        })
    }

    fn quiesce(&self) -> Result<(), Errno> {
        self.device.quiesce()
    }

    fn unload(&self) -> Result<(), Errno> {
        self.device.refuse_opens()
    }
}
