// SPDX-License-Identifier: BSD-2-Clause
//! The module's events: load, quiesce, unload.
use freebsd_kpi::errno::Errno;
use freebsd_kpi::kld::{self, Kld};

use crate::counters::Counters;
use crate::device::{self, Device};
use crate::layout;
use crate::share::Shares;
use crate::sys;

/// Everything the module has while it is loaded. The device is dropped first: no thread uses the rest after that.
struct Rwmem {
    device: Device,
    _counters: Counters,
    _shares: Shares,
}

freebsd_kpi::kld!(Rwmem, c"rwmem", 1);

impl Kld for Rwmem {
    #[optimize(size)]
    fn load() -> Result<Rwmem, Errno> {
        layout::check()?;
        let shares = Shares::new()?;
        let counters = Counters::new()?;
        // Last, for from here on the module can be called.
        let device = device::make()?;
        log();
        Ok(Rwmem {
            device,
            _counters: counters,
            _shares: shares,
        })
    }

    fn quiesce(&self) -> Result<(), Errno> {
        self.device.quiesce()
    }

    fn unload(&self) -> Result<(), Errno> {
        self.device.refuse_opens()
    }
}

#[optimize(size)]
fn log() {
    #[cfg(feature = "races")]
    // SAFETY: the format takes a NUL-terminated string.
    unsafe {
        let races = c"waits on purpose, for tests; not to be used";
        sys::printf(c"rwmem: %s\n".as_ptr(), races.as_ptr())
    };
    let format = c"rwmem: version %s for FreeBSD %d\n";
    let version = concat!(env!("CARGO_PKG_VERSION"), "\0");
    // SAFETY: the format takes a NUL-terminated string and an int.
    unsafe { sys::printf(format.as_ptr(), version.as_ptr(), kld::MAJOR) };
}
