// SPDX-License-Identifier: BSD-2-Clause
//! Kernels that are laid out otherwise than the module was built for: each of its looks at one is made to fail.
use super::*;
use crate::setting::Moved;

/// Each structure, with what the module must call it in the kernel's log.
const STRUCTURES: [(&str, Moved, &str); 24] = [
    ("moved_td_proc", Moved::NoThreadProcess, "td_proc"),
    ("moved_td_proc_other", Moved::ThreadProcess, "td_proc"),
    ("moved_p_pid", Moved::Pid, "p_pid"),
    ("moved_p_mtx", Moved::ProcessMutex, "p_mtx"),
    ("moved_td_ucred", Moved::Credentials, "td_ucred"),
    ("moved_p_vmspace", Moved::ProcessVmspace, "p_vmspace"),
    ("moved_vm_refcnt", Moved::References, "vm_refcnt"),
    ("moved_vm_map_pmap", Moved::MapPmap, "vm_map.pmap"),
    ("moved_vm_map_entry", Moved::Entry, "vm_map_entry"),
    (
        "moved_protection",
        Moved::Protection,
        "vm_map_entry.protection",
    ),
    ("moved_submap", Moved::SubMap, "vm_map_entry"),
    (
        "moved_entry_object",
        Moved::EntryObject,
        "vm_map_entry.object",
    ),
    ("moved_eflags", Moved::Flags, "vm_map_entry.eflags"),
    ("moved_vm_fault", Moved::Fault, "vm_fault"),
    ("moved_object_flags", Moved::ObjectFlags, "vm_object.flags"),
    ("moved_object_type", Moved::ObjectType, "vm_object"),
    ("moved_page_object", Moved::PageObject, "vm_page"),
    ("moved_page_pindex", Moved::PageIndex, "vm_page"),
    ("moved_page_valid", Moved::PageValid, "vm_page.valid"),
    (
        "moved_page_phys_addr",
        Moved::PagePhysAddr,
        "vm_page.phys_addr",
    ),
    (
        "moved_page_ref_count",
        Moved::PageRefCount,
        "vm_page.ref_count",
    ),
    ("moved_pmap", Moved::Pmap, "pmap"),
    ("moved_uio", Moved::Uio, "uio"),
    ("moved_direct_map", Moved::DirectMap, "the direct map"),
];

impl Moved {
    /// What the module must call it.
    pub fn word(self) -> &'static str {
        let found = STRUCTURES.iter().find(|(_, moved, _)| *moved == self);
        found.map_or("", |(.., word)| word)
    }
}

pub fn structures() -> Vec<Scenario> {
    let all = STRUCTURES.iter().map(|(name, moved, _)| {
        let setting = Setting {
            moved: Some(*moved),
            ..PLAIN
        };
        scenario(name, setting, vec![])
    });
    all.collect()
}
