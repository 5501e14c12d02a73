// SPDX-License-Identifier: BSD-2-Clause
//! `kern.rwmem`: what the module has done since it was loaded, in per-CPU counters (counter(9)).
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_int, c_void};
use core::hint;
use core::mem::MaybeUninit;
use core::ptr;
use core::sync::atomic::{AtomicPtr, AtomicU32, AtomicU64, Ordering};

use crate::errno::Errno;
use crate::kpi;

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

/// The counters themselves: null before the module is loaded and after it is unloaded.
static COUNTERS: [AtomicPtr<u64>; COUNT] = [const { AtomicPtr::new(ptr::null_mut()) }; COUNT];

/// `kern.rwmem.attached`: descriptors that are attached to an address space now.
static ATTACHED: AtomicU64 = AtomicU64::new(0);

/// `kern.rwmem.max_attached`: how many there may be. Each keeps the memory of a whole process, even of one that has
/// exited; what watches every process of an ordinary machine has enough of them.
static MAX_ATTACHED: AtomicU32 = AtomicU32::new(256);

/// The kernel's list of our sysctl nodes.
struct Context(UnsafeCell<MaybeUninit<kpi::sysctl_ctx_list>>);

// SAFETY: touched only by `Counters`, of which one exists at a time, while the module is loaded or unloaded.
unsafe impl Sync for Context {}

static CONTEXT: Context = Context(UnsafeCell::new(MaybeUninit::uninit()));

/// Adds `n` to a counter of this CPU.
pub fn add(counter: Counter, n: u64) {
    if let Some(slot) = COUNTERS.get(counter as usize) {
        let c = slot.load(Ordering::Relaxed);
        // SAFETY: set before the device exists and cleared after it is gone (see `kld`), and only the device's
        // calls lead here.
        unsafe { counter_u64_add(c, n) }
    }
}

/// counter(9)'s addition, where it is a single instruction: `c` is relative to this CPU's data.
///
/// # Safety
/// `c` came from `counter_u64_alloc`.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
unsafe fn counter_u64_add(c: *mut u64, n: u64) {
    // SAFETY: the caller's promise; one instruction cannot be moved to another CPU half way.
    unsafe { core::arch::asm!("add gs:[{c}], {n}", c = in(reg) c, n = in(reg) n, options(nostack)) }
}

/// counter(9)'s addition, by the shim.
///
/// # Safety
/// `c` came from `counter_u64_alloc`.
#[cfg(not(target_arch = "x86_64"))]
unsafe fn counter_u64_add(c: *mut u64, n: u64) {
    // SAFETY: the caller's promise.
    unsafe { kpi::kpi_counter_u64_add(c, n as i64) }
}

/// Counts one more attached descriptor. ENFILE, and nothing is counted, where there are as many as may be.
pub fn count_attached() -> Result<(), Errno> {
    let max = u64::from(MAX_ATTACHED.load(Ordering::Relaxed));
    ATTACHED
        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |n| {
            (n < max).then(|| n.wrapping_add(1))
        })
        .map(drop)
        .map_err(|_| Errno::ENFILE)
}

/// Counts one fewer.
pub fn uncount_attached() {
    ATTACHED.fetch_sub(1, Ordering::Relaxed);
}

/// The counters and their sysctls, while they exist.
pub struct Counters(());

impl Counters {
    /// Allocates the counters and adds `kern.rwmem`. ENOMEM, and nothing is left, where that fails.
    #[optimize(size)]
    pub fn new() -> Result<Counters, Errno> {
        // SAFETY: one Counters at a time; the list is initialised before anything else touches it.
        Errno::check(unsafe { kpi::sysctl_ctx_init(CONTEXT.0.get().cast()) })?;
        // From here on, dropping `counters` undoes what has been done so far.
        let counters = Counters(());
        ATTACHED.store(0, Ordering::Relaxed);
        let parent = node()?;
        // Hidden from the compiler: it would write the loop out.
        for ((name, description), slot) in hint::black_box(&NAMES[..]).iter().zip(&COUNTERS) {
            // SAFETY: may sleep; loading a module holds no lock that forbids it.
            let c = unsafe { kpi::counter_u64_alloc(kpi::M_WAITOK as c_int) };
            if c.is_null() {
                return Err(Errno::ENOMEM);
            }
            slot.store(c, Ordering::Relaxed);
            // The handler takes the address of the counter's pointer.
            let place = slot.as_ptr().cast();
            leaf(
                parent,
                name,
                description,
                &STATISTIC,
                place,
                kpi::sysctl_handle_counter_u64,
            )?;
        }
        leaf(
            parent,
            c"attached",
            c"Attached descriptors",
            &STATISTIC,
            ATTACHED.as_ptr().cast(),
            kpi::sysctl_handle_64,
        )?;
        leaf(
            parent,
            c"max_attached",
            c"Most attached descriptors",
            &SETTING,
            MAX_ATTACHED.as_ptr().cast(),
            kpi::sysctl_handle_int,
        )?;
        Ok(counters)
    }
}

impl Drop for Counters {
    #[optimize(size)]
    fn drop(&mut self) {
        // SAFETY: `new` initialised the list. Removing the nodes waits for handlers that run; ENOENT or EBUSY
        // would mean that somebody else took our nodes or hung theirs below them, which nobody can.
        unsafe { kpi::sysctl_ctx_free(CONTEXT.0.get().cast()) };
        // As above.
        for slot in hint::black_box(&COUNTERS[..]) {
            let c = slot.swap(ptr::null_mut(), Ordering::Relaxed);
            if !c.is_null() {
                // SAFETY: allocated in `new`; the device and the sysctls, all that used it, are gone.
                unsafe { kpi::counter_u64_free(c) }
            }
        }
    }
}

type Handler =
    unsafe extern "C" fn(*mut kpi::sysctl_oid, *mut c_void, i64, *mut kpi::sysctl_req) -> c_int;

/// Adds the node `kern.rwmem` and answers its list of children.
fn node() -> Result<*mut kpi::sysctl_oid_list, Errno> {
    let kind = kpi::CTLTYPE_NODE | kpi::CTLFLAG_RD | kpi::CTLFLAG_MPSAFE;
    // SAFETY: the kern node is the kernel's own and stays; adding takes the sysctl lock itself.
    unsafe {
        let kern = &raw mut kpi::sysctl___kern.oid_children;
        let oid = kpi::sysctl_add_oid(
            CONTEXT.0.get().cast(),
            kern,
            kpi::OID_AUTO,
            c"rwmem".as_ptr(),
            kind as c_int,
            ptr::null_mut(),
            0,
            None,
            c"N".as_ptr(),
            c"Reading and writing other processes' memory".as_ptr(),
            ptr::null(),
        );
        if oid.is_null() {
            Err(Errno::ENOMEM)
        } else {
            Ok(&raw mut (*oid).oid_children)
        }
    }
}

/// What sysctl(9) wants to know of a value.
struct Kind {
    flags: u32,
    format: &'static CStr,
}

const STATISTIC: Kind = Kind {
    flags: kpi::CTLTYPE_U64 | kpi::CTLFLAG_RD | kpi::CTLFLAG_MPSAFE | kpi::CTLFLAG_STATS,
    format: c"QU",
};

/// One that can be set, by the loader too.
const SETTING: Kind = Kind {
    flags: kpi::CTLTYPE_UINT | kpi::CTLFLAG_RWTUN | kpi::CTLFLAG_MPSAFE,
    format: c"IU",
};

/// Adds a value below `parent`.
#[optimize(size)]
fn leaf(
    parent: *mut kpi::sysctl_oid_list,
    name: &CStr,
    description: &CStr,
    kind: &Kind,
    value: *mut c_void,
    handler: Handler,
) -> Result<(), Errno> {
    // SAFETY: `parent` is the node that `node` added; `value` is a static of the type that `handler` reads, and
    // outlives the sysctl, which is removed in Counters::drop. The kernel copies the strings or they are static.
    let oid = unsafe {
        kpi::sysctl_add_oid(
            CONTEXT.0.get().cast(),
            parent,
            kpi::OID_AUTO,
            name.as_ptr(),
            kind.flags as c_int,
            value,
            0,
            Some(handler),
            kind.format.as_ptr(),
            description.as_ptr(),
            ptr::null(),
        )
    };
    if oid.is_null() {
        Err(Errno::ENOMEM)
    } else {
        Ok(())
    }
}
