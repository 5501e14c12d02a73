// SPDX-License-Identifier: BSD-2-Clause
//! What the kernel's linker sees of the module: pointers in linker sets, found by section name, that say what
//! this file is, what it depends on, and what to call. And the module's events: load, quiesce, unload.
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_int, c_void};
use core::mem::MaybeUninit;
use core::ptr;

use crate::checked;
use crate::counters::Counters;
use crate::device::Device;
use crate::errno::{Errno, answer};
use crate::file::{self, OpenFiles};
use crate::kpi;
use crate::layout;

const NAME: &CStr = c"rwmem";

/// Everything the module has while it is loaded. The device goes first: nobody is left inside the rest then.
struct Loaded {
    _device: Device,
    _counters: Counters,
    _files: OpenFiles,
}

impl Loaded {
    fn new() -> Result<Loaded, Errno> {
        layout::check()?;
        let files = OpenFiles::new();
        let counters = Counters::new()?;
        // Last, for from here on the module can be called.
        let device = Device::new()?;
        Ok(Loaded {
            _device: device,
            _counters: counters,
            _files: files,
        })
    }
}

/// The module's one state.
struct State(UnsafeCell<Option<Loaded>>);

// SAFETY: only loading and unloading touch it, and the kernel's linker does one at a time (kld_busy).
unsafe impl Sync for State {}

static STATE: State = State(UnsafeCell::new(None));

#[optimize(size)]
extern "C" fn event(_module: *mut kpi::module, what: c_int, _arg: *mut c_void) -> c_int {
    answer(match what as kpi::modeventtype {
        // SAFETY: see State: no other load or unload runs.
        kpi::modeventtype_MOD_LOAD => load(unsafe { &mut *STATE.0.get() }),
        kpi::modeventtype_MOD_QUIESCE if file::any_open() => Err(Errno::EBUSY),
        // SAFETY: as above.
        kpi::modeventtype_MOD_UNLOAD => unload(unsafe { &mut *STATE.0.get() }),
        kpi::modeventtype_MOD_QUIESCE | kpi::modeventtype_MOD_SHUTDOWN => Ok(()),
        _ => Err(Errno::EOPNOTSUPP),
    })
}

fn load(state: &mut Option<Loaded>) -> Result<(), Errno> {
    *state = Some(Loaded::new()?);
    let reads = if checked::uses_proc_rwmem() {
        c"proc_rwmem"
    } else {
        c"its own reference"
    };
    let format = c"rwmem: version %s for FreeBSD %d; RWMEM_READ by %s\n";
    let version = concat!(env!("CARGO_PKG_VERSION"), "\0");
    let major = kpi::kpi_version_KPI_FREEBSD_VERSION / 100_000;
    // SAFETY: the format takes two NUL-terminated strings, and an int between them.
    unsafe { kpi::printf(format.as_ptr(), version.as_ptr(), major, reads.as_ptr()) };
    Ok(())
}

/// Also called by the kernel after a load that failed: then there is nothing to do.
fn unload(state: &mut Option<Loaded>) -> Result<(), Errno> {
    if state.is_some() {
        file::refuse_opens()?;
        *state = None;
    }
    Ok(())
}

/// A static that the kernel reads, and in places writes, by its address.
#[repr(transparent)]
pub struct Shared<T>(UnsafeCell<T>);

// SAFETY: we only hand out the address; the kernel guards what is behind it with its own locks.
unsafe impl<T> Sync for Shared<T> {}

impl<T> Shared<T> {
    pub const fn new(value: T) -> Shared<T> {
        Shared(UnsafeCell::new(value))
    }

    pub const fn get(&self) -> *mut T {
        self.0.get()
    }
}

/// The kernel memory that this module allocates (vmstat -m).
pub static M_RWMEM: Shared<kpi::malloc_type> = Shared::new({
    // SAFETY: integers and pointers, for which zero is a value.
    let mut this: kpi::malloc_type = unsafe { MaybeUninit::zeroed().assume_init() };
    this.ks_version = kpi::M_VERSION as _;
    this.ks_shortdesc = NAME.as_ptr();
    this
});

static MODULE: Shared<kpi::moduledata_t> = Shared::new(kpi::moduledata_t {
    name: NAME.as_ptr(),
    evhand: Some(event),
    priv_: ptr::null_mut(),
});

static VERSION: Shared<kpi::mod_version> = Shared::new(kpi::mod_version { mv_version: 1 });

/// The kernels that will load this: the release compiled for and all later ones of its major.
static KERNEL: Shared<kpi::mod_depend> = Shared::new({
    let minimum = kpi::kpi_version_KPI_FREEBSD_VERSION as c_int;
    kpi::mod_depend {
        md_ver_minimum: minimum,
        md_ver_preferred: minimum,
        md_ver_maximum: minimum / 100_000 * 100_000 + 99_999,
    }
});

const fn metadata(kind: u32, data: *mut c_void, name: &CStr) -> Shared<kpi::mod_metadata> {
    Shared::new(kpi::mod_metadata {
        md_version: kpi::MDT_STRUCT_VERSION as c_int,
        md_type: kind as c_int,
        md_data: data,
        md_cval: name.as_ptr(),
    })
}

const fn sysinit(
    subsystem: kpi::sysinit_sub_id,
    order: kpi::sysinit_elem_order,
    func: unsafe extern "C" fn(*const c_void),
    data: *mut c_void,
) -> Shared<kpi::sysinit> {
    // SAFETY: integers, pointers and an optional function, for which zero is a value.
    let mut this: kpi::sysinit = unsafe { MaybeUninit::zeroed().assume_init() };
    this.subsystem = subsystem as _;
    this.order = order as _;
    this.func = Some(func);
    this.udata = data;
    Shared::new(this)
}

/// Puts pointers to statics into a linker set, as the kernel's DATA_SET does.
macro_rules! linker_set {
    ($set:literal, $type:ty = $value:expr) => {
        const _: () = {
            #[used(linker)]
            #[unsafe(link_section = $set)]
            static ENTRIES: $crate::kld::Shared<$type> = $crate::kld::Shared::new($value);
        };
    };
}
pub(crate) use linker_set;

static DEPENDS: Shared<kpi::mod_metadata> =
    metadata(kpi::MDT_DEPEND, KERNEL.get().cast(), c"kernel");
static IS: Shared<kpi::mod_metadata> = metadata(kpi::MDT_MODULE, MODULE.get().cast(), NAME);
static HAS: Shared<kpi::mod_metadata> = metadata(kpi::MDT_VERSION, VERSION.get().cast(), NAME);
linker_set!("set_modmetadata_set", [*mut kpi::mod_metadata; 3] = [DEPENDS.get(), IS.get(), HAS.get()]);

static REGISTER: Shared<kpi::sysinit> = sysinit(
    kpi::sysinit_sub_id_SI_SUB_DRIVERS,
    kpi::sysinit_elem_order_SI_ORDER_MIDDLE,
    kpi::module_register_init,
    MODULE.get().cast(),
);
static MALLOC: Shared<kpi::sysinit> = sysinit(
    kpi::sysinit_sub_id_SI_SUB_KMEM,
    kpi::sysinit_elem_order_SI_ORDER_THIRD,
    malloc_init,
    M_RWMEM.get().cast(),
);
static FREE: Shared<kpi::sysinit> = sysinit(
    kpi::sysinit_sub_id_SI_SUB_KMEM,
    kpi::sysinit_elem_order_SI_ORDER_THIRD,
    malloc_uninit,
    M_RWMEM.get().cast(),
);
linker_set!("set_sysinit_set", [*mut kpi::sysinit; 2] = [REGISTER.get(), MALLOC.get()]);
linker_set!("set_sysuninit_set", [*mut kpi::sysinit; 1] = [FREE.get()]);

unsafe extern "C" fn malloc_init(data: *const c_void) {
    // SAFETY: the kernel passes what the set says, M_RWMEM.
    unsafe { kpi::malloc_init(data.cast_mut()) }
}

unsafe extern "C" fn malloc_uninit(data: *const c_void) {
    // SAFETY: as malloc_init; the module is unloaded by then, so nothing of the type is allocated.
    unsafe { kpi::malloc_uninit(data.cast_mut()) }
}
