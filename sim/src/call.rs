// SPDX-License-Identifier: BSD-2-Clause
//! The calls that a module can make, and how each of them can fail.
use crate::layout::*;

/// Added to an errno: it fails after half of the bytes were moved.
pub const HALFWAY: i32 = 0x100;
/// A failure of `pget`: success, but the last reference on the address space has just been released.
pub const DEAD: i32 = 0x200;
/// Another one: success, but the process moves to another address space (rfork without RFPROC) while it is looked at.
pub const MOVED: i32 = 0x400;

macro_rules! calls {
    ($($variant:ident $name:literal $failures:expr,)*) => {
        /// A kernel function that was called.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Call { $($variant),* }

        impl Call {
            pub fn name(self) -> &'static str {
                match self { $(Call::$variant => $name),* }
            }

            /// What it can return where it fails. A NULL from malloc(M_WAITOK), sysctl_add_oid and their like
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
    Pget "pget" [ESRCH, EPERM, EACCES, EBUSY, DEAD, MOVED],
    Wakeup "wakeup" [],
    VmspaceFree "vmspace_free" [],
    VmFault "vm_fault" [
        KERN_INVALID_ADDRESS, KERN_PROTECTION_FAILURE, KERN_FAILURE, KERN_RESOURCE_SHORTAGE, KERN_OUT_OF_BOUNDS
    ],
    LookupEntry "vm_map_lookup_entry" [0],
    SyncIcache "vm_sync_icache" [],
    VmspaceAlloc "vmspace_alloc" [0],
    VmspaceFork "vmspace_fork" [0],
    SwapReserve "swap_reserve" [0],
    SwapReserveForce "swap_reserve_force" [],
    VmspaceAcquire "vmspace_acquire_ref" [0],
    MapFixed "vm_map_fixed" [KERN_NO_SPACE, KERN_RESOURCE_SHORTAGE],
    ExtractAndHold "pmap_extract_and_hold" [0],
    ObjectLock "__rw_rlock" [],
    ObjectUnlock "_rw_runlock_cookie" [],
    HasPage "pgo_haspage" [],
    SetWriteableDirty "vm_object_set_writeable_dirty" [],
    PageFindLeast "vm_page_find_least" [],
    SwapFindLeast "swap_pager_find_least" [],
    PageLookup "vm_page_lookup" [],
    PageLookupUnlocked "vm_page_lookup_unlocked" [0],
    TrySharedBusy "vm_page_trysbusy" [0],
    SharedUnbusy "vm_page_sunbusy" [],
    TryExclusiveBusy "vm_page_tryxbusy" [0],
    ExclusiveUnbusy "vm_page_xunbusy_hard" [],
    PageWire "vm_page_wire" [],
    PageUnwire "vm_page_unwire" [],
    PageDirty "vm_page_dirty_KBI" [],
    MapTransient "pmap_map_io_transient" [],
    UnmapTransient "pmap_unmap_io_transient" [],
    SemaInit "sema_init" [],
    SemaDestroy "sema_destroy" [],
    SemaPost "_sema_post" [],
    SemaTrywait "_sema_trywait" [],
    PrivCheck "priv_check" [],
    PrisonHold "prison_hold" [],
    PrisonFree "prison_free" [],
    SigIntr "sig_intr" [EINTR, ERESTART],
    MaybeYield "maybe_yield" [],
    Pause "pause_sbt" [],
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
    /// What a failure means for a request: the errno that it stops with. None where the module goes on.
    pub fn stops_with(self, failure: i32) -> Option<i32> {
        match (self, failure) {
            (Call::Malloc | Call::CounterAlloc | Call::SysctlAdd, _) => Some(ENOMEM),
            (Call::PageLookupUnlocked | Call::TrySharedBusy | Call::TryExclusiveBusy, _) => None,
            (Call::VmspaceFork | Call::SwapReserve, _) => Some(ENOMEM),
            (Call::LookupEntry, _) => Some(EFAULT),
            (Call::VmFault, KERN_RESOURCE_SHORTAGE) => Some(ENOMEM),
            (Call::VmFault, _) => Some(EFAULT),
            (Call::Pget, DEAD | MOVED) => Some(ESRCH),
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
    /// It exits.
    Exit,
    /// It unmaps a part of its memory.
    Unmap,
    /// It forks: what is its own is its child's, too.
    Fork,
    /// The kernel takes every page that nobody keeps, and uses it for something else.
    PageOut,
    /// A signal is posted to the caller.
    Signal,
    /// A debugger attaches to it, and it stops.
    Trace,
    /// The debugger detaches.
    Untrace,
    /// The caller enters capability mode.
    Capability,
    /// Another process begins, which gets the pid of the target that is gone.
    Reuse,
}

impl Event {
    /// Those that happen by themselves, at any time.
    pub const ALL: [Event; 6] = [
        Event::Exec,
        Event::Exit,
        Event::Unmap,
        Event::Signal,
        Event::Fork,
        Event::PageOut,
    ];

    /// The errno by which it may stop a request; 0 where it makes no difference.
    pub fn errno(self) -> i32 {
        match self {
            Event::Exec => ESTALE,
            Event::Exit => ESRCH,
            Event::Unmap => EFAULT,
            Event::Signal => EINTR,
            Event::Capability => ECAPMODE,
            Event::Trace | Event::Untrace | Event::Fork | Event::PageOut | Event::Reuse => 0,
        }
    }

    /// Whether nobody may notice it.
    pub fn is_unnoticed(self) -> bool {
        matches!(self, Event::Fork | Event::PageOut)
    }
}

/// What to do at one call of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Fail(i32),
    /// It fails in one of the ways it has, if it has any: which one, and with what, is known once it is made.
    FailSomehow(u8),
    Happen(Event),
}

impl Action {
    /// Whether the results must be the same.
    pub fn is_unnoticed(self) -> bool {
        matches!(self, Action::Happen(event) if event.is_unnoticed())
    }
}
