// SPDX-License-Identifier: BSD-2-Clause
//! `kern.rwmem`: what the module has done since it was loaded, in per-CPU counters (counter(9)).
use core::ffi::CStr;
use core::hint;

use freebsd_kpi::counter;
use freebsd_kpi::errno::Errno;
use freebsd_kpi::sysctl::Node;

use crate::memory::M_RWMEM;
use crate::share::{ATTACHED, MAX_ATTACHED};

/// The counters, in the order of [`NAMES`].
#[derive(Clone, Copy)]
pub enum Counter {
    Reads,
    Writes,
    BytesRead,
    BytesWritten,
    Faults,
    Denied,
    Stale,
}

const COUNT: usize = 7;

/// Each counter's name and description for sysctl(8).
const NAMES: [(&CStr, &CStr); COUNT] = [
    (c"reads", c"Read requests with an acquired target"),
    (c"writes", c"Write requests with an acquired target"),
    (c"bytes_read", c"Bytes read from other address spaces"),
    (c"bytes_written", c"Bytes written to other address spaces"),
    (c"faults", c"Transfers stopped by an inaccessible address"),
    (c"denied", c"Requests refused for lack of permission"),
    (c"stale", c"Transfers stopped by the target's execve"),
];

/// The counters themselves: allocated while the module is loaded.
static COUNTERS: [counter::Counter; COUNT] = [const { counter::Counter::new() }; COUNT];

/// Adds `n` to a counter of this CPU.
pub fn add(counter: Counter, n: u64) {
    if let Some(counter) = COUNTERS.get(counter as usize) {
        // SAFETY: allocated before the device exists and freed after it is gone (see `kld`), and only the device's
        // calls lead here.
        unsafe { counter.add(n) }
    }
}

/// The counters and their sysctls, while they exist. The sysctls go first.
pub struct Counters {
    _node: Node<M_RWMEM>,
    _counters: Allocated,
}

/// The counters, while they are allocated.
struct Allocated(());

impl Counters {
    /// Allocates the counters and adds `kern.rwmem`. ENOMEM, and nothing is left, where that fails.
    #[optimize(size)]
    pub fn new() -> Result<Counters, Errno> {
        // From here on, dropping what there is undoes what has been done so far.
        let counters = Allocated(());
        let mut node = Node::new(c"rwmem", c"Reading and writing other processes' memory")?;
        // black_box, or the compiler would unroll the loop.
        for ((name, description), counter) in hint::black_box(&NAMES[..]).iter().zip(&COUNTERS) {
            counter.alloc()?;
            node.counter(name, description, counter)?;
        }
        node.u64(c"attached", c"Attached descriptors", &ATTACHED)?;
        #[cfg(feature = "races")]
        {
            use freebsd_kpi::race::{FREEBSD_KPI_RACES_SEED, POINTS};
            node.tunable_u32(
                c"races_seed",
                c"Seed of pauses on purpose",
                &FREEBSD_KPI_RACES_SEED,
            )?;
            node.tunable_u32(c"races_points", c"Places of those, as bits", &POINTS)?;
        }
        node.tunable_u32(c"max_attached", c"Most attached descriptors", &MAX_ATTACHED)?;
        Ok(Counters {
            _node: node,
            _counters: counters,
        })
    }
}

impl Drop for Allocated {
    #[optimize(size)]
    fn drop(&mut self) {
        // As above.
        for counter in hint::black_box(&COUNTERS[..]) {
            // SAFETY: the device and the sysctls, all that used it, are gone.
            unsafe { counter.free() }
        }
    }
}
