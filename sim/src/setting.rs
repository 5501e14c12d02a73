// SPDX-License-Identifier: BSD-2-Clause
//! The kernel, the target and the caller as a run is to find them.

/// What a scenario wants to be different.
#[derive(Clone, Copy, Debug, Default)]
pub struct Setting {
    /// Pages are outside the direct map: they have an address only for a while.
    pub transient: bool,
    /// Somebody waits for each page that the module has busy.
    pub waiters: bool,
    pub capability_mode: bool,
    /// Somebody traces the module with DTrace.
    pub probed: bool,
    /// What is laid out otherwise than the module was built for.
    pub moved: Option<Moved>,
}

/// Structures of a kernel that are not where the module expects them, each by what the module sees then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moved {
    /// td_proc is no pointer, or to another process.
    NoThreadProcess,
    ThreadProcess,
    Pid,
    ProcessMutex,
    Credentials,
    /// p_vmspace
    ProcessVmspace,
    References,
    /// vm_map.pmap
    MapPmap,
    /// vm_map.root, and what it points to
    Entry,
    Protection,
    SubMap,
    EntryObject,
    Flags,
    /// vm_fault gives no page.
    Fault,
    ObjectFlags,
    ObjectType,
    PageObject,
    PageIndex,
    PageValid,
    PagePhysAddr,
    PageRefCount,
    Pmap,
    Uio,
    DirectMap,
}
