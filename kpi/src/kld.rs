// SPDX-License-Identifier: BSD-2-Clause
//! What the kernel's linker sees of a module (`sys/module.h`): its name, what it depends on, and what to call when it is
//! loaded and unloaded.
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_int, c_void};
use core::mem::{self, MaybeUninit};

use crate::errno::{Errno, errno_or_zero};
use crate::linker_set::Shared;
use crate::sys;

/// A module. Its value is what the module has while it is loaded: it is made by [`Kld::load`], and dropped when the module is
/// unloaded. Fields are dropped in their order: a device, through which the rest is reached, comes first.
pub trait Kld: Sized + Send {
    /// MOD_LOAD. Whatever fails, nothing is left behind: what has been made so far is dropped.
    fn load() -> Result<Self, Errno>;

    /// MOD_QUIESCE: whether the module may be unloaded now; EBUSY where not. `kldunload -f` goes on nevertheless.
    fn quiesce(&self) -> Result<(), Errno> {
        Ok(())
    }

    /// MOD_UNLOAD, before the value is dropped: where this fails, the module stays.
    fn unload(&self) -> Result<(), Errno> {
        Ok(())
    }
}

/// The place of a module's one value.
pub struct State<K>(UnsafeCell<Option<K>>);

// SAFETY: only loading and unloading touch it, and the kernel's linker does one at a time (kld_busy).
unsafe impl<K> Sync for State<K> {}

impl<K: Kld> State<K> {
    /// Of a module that is not loaded.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> State<K> {
        State(UnsafeCell::new(None))
    }
}

/// The module's event handler.
#[optimize(size)]
unsafe extern "C" fn event<K: Kld>(
    _module: *mut sys::module,
    what: c_int,
    state: *mut c_void,
) -> c_int {
    // SAFETY: the kernel passes what `moduledata` says; see State: no other load or unload runs.
    let state = unsafe { &mut *(*state.cast::<State<K>>()).0.get() };
    errno_or_zero(match what as sys::modeventtype {
        // There is none yet: nothing to drop.
        sys::modeventtype_MOD_LOAD => K::load().map(|loaded| mem::forget(state.replace(loaded))),
        sys::modeventtype_MOD_QUIESCE => state.as_ref().map_or(Ok(()), K::quiesce),
        sys::modeventtype_MOD_UNLOAD => unload(state),
        sys::modeventtype_MOD_SHUTDOWN => Ok(()),
        _ => Err(Errno::EOPNOTSUPP),
    })
}

/// Also called by the kernel after a load that failed: then there is nothing to do.
fn unload<K: Kld>(state: &mut Option<K>) -> Result<(), Errno> {
    if let Some(loaded) = state {
        loaded.unload()?;
        *state = None;
    }
    Ok(())
}

/// Of the module called `name` whose value is in `state`.
pub const fn moduledata<K: Kld>(
    name: &'static CStr,
    state: &'static State<K>,
) -> Shared<sys::moduledata_t> {
    Shared::new(sys::moduledata_t {
        name: name.as_ptr(),
        evhand: Some(event::<K>),
        priv_: (&raw const *state).cast_mut().cast(),
    })
}

/// The kernels that will load a module: the release compiled for and all later ones of its major.
pub const fn mod_depend() -> Shared<sys::mod_depend> {
    let minimum = sys::kpi_version_KPI_FREEBSD_VERSION as c_int;
    Shared::new(sys::mod_depend {
        md_ver_minimum: minimum,
        md_ver_preferred: minimum,
        md_ver_maximum: minimum / 100_000 * 100_000 + 99_999,
    })
}

/// The major that the module is built for.
pub const MAJOR: u32 = sys::kpi_version_KPI_FREEBSD_VERSION / 100_000;

/// One `struct mod_metadata`: `data` is what `kind`, one of MDT_…, wants.
pub const fn mod_metadata(
    kind: u32,
    data: *mut c_void,
    name: &'static CStr,
) -> Shared<sys::mod_metadata> {
    Shared::new(sys::mod_metadata {
        md_version: sys::MDT_STRUCT_VERSION as c_int,
        md_type: kind as c_int,
        md_data: data,
        md_cval: name.as_ptr(),
    })
}

/// A `struct sysinit`: calls `func` with `data`.
///
/// # Safety
/// `func` may be called so, when the module is loaded or unloaded, in that order among all.
pub const unsafe fn sysinit(
    subsystem: sys::sysinit_sub_id,
    order: sys::sysinit_elem_order,
    func: unsafe extern "C" fn(*const c_void),
    data: *mut c_void,
) -> Shared<sys::sysinit> {
    // SAFETY: integers, pointers and an optional function, for which zero is a value.
    let mut this: sys::sysinit = unsafe { MaybeUninit::zeroed().assume_init() };
    this.subsystem = subsystem as _;
    this.order = order as _;
    this.func = Some(func);
    this.udata = data;
    Shared::new(this)
}

/// Makes a type that implements [`Kld`] the module of this file: `kld!(TYPE, NAME, VERSION)`, where NAME is a C string and
/// VERSION the one that other modules may depend on. A file has one. The module depends on the kernels of the major that it is
/// built for, from that major's first release on.
#[macro_export]
macro_rules! kld {
    ($kld:ty, $name:expr, $version:expr) => {
        const _: () = {
            use $crate::kld::{self, State};
            use $crate::linker_set::Shared;
            use $crate::sys;

            static STATE: State<$kld> = State::new();
            static MODULE: Shared<sys::moduledata_t> = kld::moduledata($name, &STATE);
            static MOD_DEPEND: Shared<sys::mod_depend> = kld::mod_depend();
            static MOD_VERSION: Shared<sys::mod_version> = Shared::new(sys::mod_version {
                mv_version: $version,
            });

            static METADATA_DEPEND: Shared<sys::mod_metadata> =
                kld::mod_metadata(sys::MDT_DEPEND, MOD_DEPEND.get().cast(), c"kernel");
            static METADATA_MODULE: Shared<sys::mod_metadata> =
                kld::mod_metadata(sys::MDT_MODULE, MODULE.get().cast(), $name);
            static METADATA_VERSION: Shared<sys::mod_metadata> =
                kld::mod_metadata(sys::MDT_VERSION, MOD_VERSION.get().cast(), $name);
            $crate::linker_set!(
                "set_modmetadata_set",
                [*mut sys::mod_metadata; 3] = [METADATA_DEPEND.get(), METADATA_MODULE.get(), METADATA_VERSION.get()]
            );

            // SAFETY: it is what registers a module, and MODULE is one.
            static SYSINIT: Shared<sys::sysinit> = unsafe {
                kld::sysinit(
                    sys::sysinit_sub_id_SI_SUB_DRIVERS,
                    sys::sysinit_elem_order_SI_ORDER_MIDDLE,
                    sys::module_register_init,
                    MODULE.get().cast(),
                )
            };
            $crate::linker_set!("set_sysinit_set", [*mut sys::sysinit; 1] = [SYSINIT.get()]);
        };
    };
}
