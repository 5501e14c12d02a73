// SPDX-License-Identifier: BSD-2-Clause
//! The DTrace provider `rwmem` (SDT(9)), with two probes for each transfer of a range:
//!
//! | probe           | args[0]   | args[1]        | args[2] | args[3]                  | args[4]           | args[5]    |
//! | --------------- | --------- | -------------- | ------- | ------------------------ | ----------------- | ---------- |
//! | `rwmem:::start` | its pid   | remote address | bytes   | 0 for a read, 1 for a write |                |            |
//! | `rwmem:::done`  | the same  | the same       | the same | the same                | bytes transferred | 0 or errno |
//!
//! These are the statics that the kernel's macros SDT_PROVIDER_DEFINE and SDT_PROBE_DEFINE make in C. sdt.ko finds them
//! when it or this module is loaded, and sets a probe's id while somebody traces it. So as long as nobody does, a probe
//! costs the look at its id: on FreeBSD 15 too, where C code jumps over its probes and is patched to reach them.
use core::ffi::{CStr, c_int};
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicI64, Ordering};

use rwmem_abi::PID_ATTACHED;

use crate::errno::{Errno, answer};
use crate::file::File;
use crate::kld::{Shared, linker_set};
use crate::kpi;
use crate::process::CurThread;
use crate::request::Direction;

/// What the probes say of a transfer.
pub struct Transfer {
    /// The process as the request names it.
    pub pid: i32,
    pub remote: u64,
    pub len: u64,
    pub direction: Direction,
}

/// Whether somebody traces transfers.
#[inline(always)]
pub fn is_traced() -> bool {
    id(&START) | id(&DONE) != 0
}

impl Transfer {
    /// Fires `rwmem:::start`.
    #[inline(always)]
    pub fn start(&self, td: CurThread<'_>) {
        self.fire(td, id(&START), 0, Ok(()));
    }

    /// Fires `rwmem:::done`.
    #[inline(always)]
    pub fn done(&self, td: CurThread<'_>, done: u64, stopped: Result<(), Errno>) {
        self.fire(td, id(&DONE), done, stopped);
    }

    #[inline(always)]
    fn fire(&self, td: CurThread<'_>, id: i64, done: u64, stopped: Result<(), Errno>) {
        if id != 0 {
            self.fire_traced(td, id, done, stopped);
        }
    }

    #[cold]
    #[inline(never)]
    #[optimize(size)]
    fn fire_traced(&self, td: CurThread<'_>, id: i64, done: u64, stopped: Result<(), Errno>) {
        let pid = if self.pid == PID_ATTACHED {
            File::current(td).map_or(PID_ATTACHED, File::pid)
        } else {
            self.pid
        };
        // SAFETY: sdt.ko has set this id, so there is one who takes it, whatever the arguments.
        unsafe {
            kpi::kpi_sdt_probe6(
                id as _,
                pid as _,
                self.remote as _,
                self.len as _,
                (self.direction == Direction::Write) as _,
                done as _,
                answer(stopped) as _,
            )
        }
    }
}

#[inline(always)]
fn id(probe: &Shared<kpi::sdt_probe>) -> i64 {
    // SAFETY: the static lives as long as this code; sdt.ko writes the id as a whole.
    unsafe { AtomicI64::from_ptr(&raw mut (*probe.get()).id) }.load(Ordering::Relaxed)
}

const fn probe(name: &CStr) -> Shared<kpi::sdt_probe> {
    // SAFETY: integers and pointers, for which zero is a value.
    let mut this: kpi::sdt_probe = unsafe { MaybeUninit::zeroed().assume_init() };
    this.version = size_of::<kpi::sdt_probe>() as c_int;
    this.prov = PROVIDER.get();
    // Without a name here, it is that of the file: rwmem.
    this.mod_ = c"".as_ptr();
    this.func = c"transfer".as_ptr();
    this.name = name.as_ptr();
    Shared::new(this)
}

static PROVIDER: Shared<kpi::sdt_provider> = Shared::new({
    // SAFETY: as in `probe`.
    let mut this: kpi::sdt_provider = unsafe { MaybeUninit::zeroed().assume_init() };
    this.name = c"rwmem".as_ptr().cast_mut();
    this
});
static START: Shared<kpi::sdt_probe> = probe(c"start");
static DONE: Shared<kpi::sdt_probe> = probe(c"done");

const TYPES: [&CStr; 6] = [
    c"pid_t",
    c"uint64_t",
    c"uint64_t",
    c"int",
    c"uint64_t",
    c"int",
];
/// The last two are `done`'s alone.
const START_TYPES: usize = 4;
const COUNT: usize = START_TYPES + TYPES.len();

static ARGTYPES: Shared<[kpi::sdt_argtype; COUNT]> = Shared::new({
    // SAFETY: as in `probe`.
    let mut all: [kpi::sdt_argtype; COUNT] = unsafe { MaybeUninit::zeroed().assume_init() };
    let mut i = 0;
    while i < COUNT {
        let (probe, ndx) = if i < START_TYPES {
            (&START, i)
        } else {
            (&DONE, i - START_TYPES)
        };
        all[i].probe = probe.get();
        all[i].ndx = ndx as c_int;
        all[i].type_ = TYPES[ndx].as_ptr();
        i += 1;
    }
    all
});

linker_set!("set_sdt_providers_set", [*mut kpi::sdt_provider; 1] = [PROVIDER.get()]);
linker_set!("set_sdt_probes_set", [*mut kpi::sdt_probe; 2] = [START.get(), DONE.get()]);
linker_set!("set_sdt_argtypes_set", [*mut kpi::sdt_argtype; COUNT] = {
    let mut all = [ARGTYPES.get().cast::<kpi::sdt_argtype>(); COUNT];
    let mut i = 0;
    while i < COUNT {
        all[i] = all[i].wrapping_add(i);
        i += 1;
    }
    all
});
