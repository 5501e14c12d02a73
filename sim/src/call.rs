// SPDX-License-Identifier: BSD-2-Clause
//! The calls that a module can make, and how each of them can fail.
use crate::layout::*;

/// Added to an errno: it fails after half of the bytes were moved.
pub const HALFWAY: i32 = 0x100;
/// An answer of `pget`: success, but the last reference on the address space has just been given up.
pub const DEAD: i32 = 0x200;

macro_rules! calls {
    ($($variant:ident $name:literal $failures:expr,)*) => {
        /// A kernel function that was called.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Call { $($variant),* }

        impl Call {
            pub fn name(self) -> &'static str {
                match self { $(Call::$variant => $name),* }
            }

            /// The answers by which it can fail. A NULL from malloc(M_WAITOK), sysctl_add_oid and their like
            /// cannot be had from the kernel; they must be survived all the same.
            pub fn failures(self) -> &'static [i32] {
                match self { $(Call::$variant => &$failures),* }
            }
        }
    };
}

calls! {
    MtxInit "_mtx_init" [],
    MtxDestroy "_mtx_destroy" [],
    MtxLock "__mtx_lock_flags" [],
    MtxUnlock "__mtx_unlock_flags" [],
    MapLock "_vm_map_lock_read" [],
    MapUnlock "_vm_map_unlock_read" [],
    Malloc "malloc" [0],
    Zfree "zfree" [],
    MallocInit "malloc_init" [],
    MallocUninit "malloc_uninit" [],
    Copyin "copyin" [EFAULT],
    Copyout "copyout" [EFAULT],
    Uiomove "uiomove_fromphys" [EFAULT, EFAULT | HALFWAY],
    Pget "pget" [ESRCH, EPERM, EACCES, EBUSY, DEAD],
    Faultin "faultin" [],
    Wakeup "wakeup" [],
    ProcRwmem "proc_rwmem" [EFAULT, ENOMEM, EFAULT | HALFWAY],
    VmspaceFree "vmspace_free" [],
    VmFault "vm_fault" [
        KERN_INVALID_ADDRESS, KERN_PROTECTION_FAILURE, KERN_FAILURE, KERN_RESOURCE_SHORTAGE, KERN_OUT_OF_BOUNDS
    ],
    DisableFaults "vm_fault_disable_pagefaults" [],
    EnableFaults "vm_fault_enable_pagefaults" [],
    LookupEntry "vm_map_lookup_entry" [0],
    CheckProtection "vm_map_check_protection" [0],
    SyncIcache "vm_sync_icache" [],
    PhysToPage "PHYS_TO_VM_PAGE" [0],
    WireMapped "vm_page_wire_mapped" [0],
    PageUnwire "vm_page_unwire" [],
    SigIntr "sig_intr" [EINTR, ERESTART],
    MaybeYield "maybe_yield" [],
    PauseSbt "pause_sbt" [],
    MakeDev "make_dev_p" [EINVAL, EEXIST, ENXIO, ENOMEM],
    DestroyDev "destroy_dev" [],
    SetCdevpriv "devfs_set_cdevpriv" [ENOENT, EBUSY],
    GetCdevpriv "devfs_get_cdevpriv" [EBADF, ENOENT],
    ClearCdevpriv "devfs_clear_cdevpriv" [],
    CounterAlloc "counter_u64_alloc" [0],
    CounterFree "counter_u64_free" [],
    SysctlInit "sysctl_ctx_init" [ENOMEM],
    SysctlAdd "sysctl_add_oid" [0],
    SysctlFree "sysctl_ctx_free" [],
    Probe "dtrace_probe" [],
    ModuleRegister "module_register_init" [],
    Printf "printf" [],
    Panic "panic" [],
}

impl Call {
    /// What a failure means for a request: the errno that it stops with. None where the module may go on.
    pub fn stops_with(self, failure: i32) -> Option<i32> {
        match (self, failure) {
            (Call::Malloc | Call::CounterAlloc | Call::SysctlAdd, _) => Some(ENOMEM),
            (
                Call::LookupEntry | Call::CheckProtection | Call::PhysToPage | Call::WireMapped,
                _,
            ) => None,
            (Call::VmFault, KERN_RESOURCE_SHORTAGE) => Some(ENOMEM),
            (Call::VmFault, _) => Some(EFAULT),
            (Call::Pget, DEAD) => Some(ESRCH),
            (Call::SigIntr, _) => Some(EINTR),
            (_, errno) => Some(errno & 0xff),
        }
    }
}

/// Something that happens to the target while a request is under way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Event {
    /// It runs another program.
    Exec,
    /// It exits, as soon as nobody holds it.
    Exit,
    /// It unmaps a part of its memory.
    Unmap,
    /// A signal is posted to the caller.
    Signal,
    /// A debugger attaches to it, and it stops.
    Trace,
    /// The debugger lets it go.
    Untrace,
    /// The caller enters capability mode.
    Capability,
}

impl Event {
    /// Those that happen by themselves, at any time.
    pub const ALL: [Event; 4] = [Event::Exec, Event::Exit, Event::Unmap, Event::Signal];
}

/// What to do at one call of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Fail(i32),
    /// It fails in one of the ways it has, if it has any: which one, and with what, is known once it is made.
    FailSomehow(u8),
    Happen(Event),
}
