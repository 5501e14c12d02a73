// SPDX-License-Identifier: BSD-2-Clause
//! Probes for DTrace (`SDT(9)`), made by [`sdt_provider!`](crate::sdt_provider).
//!
//! These are the statics that the kernel's macros SDT_PROVIDER_DEFINE and SDT_PROBE_DEFINE make in C. sdt.ko finds them
//! when it or the module is loaded, and sets a probe's id while somebody traces it. So as long as nobody does, a probe
//! costs a load and a test of its id: on FreeBSD 15 too, where C code jumps over its probes and is patched to reach them.
use core::ffi::{CStr, c_int};
use core::mem::MaybeUninit;
use core::num::NonZero;
use core::sync::atomic::{AtomicI64, Ordering};

use crate::linker_set::Shared;
use crate::sys;

/// The most arguments that a probe has.
pub const MAX_ARGS: usize = 6;

/// A probe that has N arguments.
#[repr(transparent)]
pub struct Probe<const N: usize>(Shared<sys::sdt_probe>);

impl<const N: usize> Probe<N> {
    /// For [`sdt_provider!`](crate::sdt_provider).
    pub const fn new(
        provider: &'static Shared<sys::sdt_provider>,
        function: &'static CStr,
        name: &'static CStr,
    ) -> Probe<N> {
        const { assert!(N <= MAX_ARGS) };
        // SAFETY: integers and pointers, for which zero is a value.
        let mut this: sys::sdt_probe = unsafe { MaybeUninit::zeroed().assume_init() };
        this.version = size_of::<sys::sdt_probe>() as c_int;
        this.prov = provider.get();
        // Without a name here, it is that of the file.
        this.mod_ = c"".as_ptr();
        this.func = function.as_ptr();
        this.name = name.as_ptr();
        Probe(Shared::new(this))
    }

    /// Its address, for the kernel.
    pub const fn get(&self) -> *mut sys::sdt_probe {
        self.0.get()
    }

    /// Its id; 0 while nobody traces it.
    #[inline(always)]
    fn id(&self) -> i64 {
        // SAFETY: the static lives as long as this code; sdt.ko writes the id as a whole.
        unsafe { AtomicI64::from_ptr(&raw mut (*self.get()).id) }.load(Ordering::Relaxed)
    }

    /// Whether somebody traces it.
    #[inline(always)]
    pub fn is_enabled(&self) -> bool {
        self.id() != 0
    }

    /// Some while somebody traces it.
    #[inline(always)]
    pub fn enabled(&self) -> Option<Enabled> {
        NonZero::new(self.id()).map(Enabled)
    }

    /// Fires it with what `args` returns, which is called only while somebody traces it.
    #[inline(always)]
    pub fn fire(&self, args: impl FnOnce() -> [u64; N]) {
        if let Some(enabled) = self.enabled() {
            let mut all = [0; MAX_ARGS];
            for (to, from) in all.iter_mut().zip(args()) {
                *to = from;
            }
            enabled.fire(all);
        }
    }
}

/// A probe that somebody traces.
#[derive(Clone, Copy)]
pub struct Enabled(NonZero<i64>);

impl Enabled {
    /// Fires it. Those beyond the probe's own arguments are ignored.
    #[cold]
    #[inline]
    pub fn fire(self, [a, b, c, d, e, f]: [u64; MAX_ARGS]) {
        // SAFETY: sdt.ko has set this id, so there is one who takes it, whatever the arguments.
        unsafe {
            sys::kpi_sdt_probe6(
                self.0.get() as _,
                a as _,
                b as _,
                c as _,
                d as _,
                e as _,
                f as _,
            )
        }
    }
}

/// For [`sdt_provider!`](crate::sdt_provider).
pub const fn provider(name: &'static CStr) -> Shared<sys::sdt_provider> {
    // SAFETY: integers and pointers, for which zero is a value.
    let mut this: sys::sdt_provider = unsafe { MaybeUninit::zeroed().assume_init() };
    this.name = name.as_ptr().cast_mut();
    Shared::new(this)
}

/// For [`sdt_provider!`](crate::sdt_provider).
pub const fn argtypes<const N: usize>(
    probe: &'static Probe<N>,
    types: [&'static CStr; N],
) -> Shared<[sys::sdt_argtype; N]> {
    // SAFETY: integers and pointers, for which zero is a value.
    let mut all: [sys::sdt_argtype; N] = unsafe { MaybeUninit::zeroed().assume_init() };
    let mut i = 0;
    while i < N {
        all[i].probe = probe.get();
        all[i].ndx = i as c_int;
        all[i].type_ = types[i].as_ptr();
        i += 1;
    }
    Shared::new(all)
}

/// For [`sdt_provider!`](crate::sdt_provider): the address of each.
pub const fn each<const N: usize>(
    all: &'static Shared<[sys::sdt_argtype; N]>,
) -> [*mut sys::sdt_argtype; N] {
    let mut each = [all.get().cast::<sys::sdt_argtype>(); N];
    let mut i = 0;
    while i < N {
        each[i] = each[i].wrapping_add(i);
        i += 1;
    }
    each
}

/// Makes a provider, and a static of type [`Probe`](crate::sdt::Probe) for each of its probes, with the C types of its
/// arguments:
///
/// ```ignore
/// sdt_provider! { c"name" {
///     /// `name:::start`
///     START = c"function", c"start" (c"pid_t", c"uint64_t");
/// } }
/// ```
///
/// At most six arguments. A name's `__` is what dtrace(1) shows as `-`.
#[macro_export]
macro_rules! sdt_provider {
    ($provider:literal {
        $($(#[$doc:meta])* $vis:vis $probe:ident = $function:literal, $name:literal ($($type:literal),*);)+
    }) => {
        static SDT_PROVIDER: $crate::linker_set::Shared<$crate::sys::sdt_provider> =
            $crate::sdt::provider($provider);
        $crate::linker_set!(
            "set_sdt_providers_set",
            [*mut $crate::sys::sdt_provider; 1] = [SDT_PROVIDER.get()]
        );
        $(
            $(#[$doc])*
            $vis static $probe: $crate::sdt::Probe<{ <[&str]>::len(&[$(stringify!($type)),*]) }> =
                $crate::sdt::Probe::new(&SDT_PROVIDER, $function, $name);
            const _: () = {
                use $crate::linker_set::Shared;
                use $crate::{sdt, sys};

                const COUNT: usize = <[&str]>::len(&[$(stringify!($type)),*]);
                static TYPES: Shared<[sys::sdt_argtype; COUNT]> =
                    sdt::argtypes(&$probe, [$($type),*]);
                $crate::linker_set!(
                    "set_sdt_probes_set",
                    [*mut sys::sdt_probe; 1] = [$probe.get()]
                );
                $crate::linker_set!(
                    "set_sdt_argtypes_set",
                    [*mut sys::sdt_argtype; COUNT] = sdt::each(&TYPES)
                );
            };
        )+
    };
}
