// SPDX-License-Identifier: BSD-2-Clause
//! The simulated kernel functions, by the names under which the module asks for them.
mod copying;
mod device;
mod locking;
mod memory;
mod module;
mod paging;
mod process;
mod sysctl;
mod tracing;

pub use device::run_destructor;

macro_rules! functions {
    ($($module:ident: $($name:ident)*;)*) => {
        /// Every function and where it is.
        pub fn functions() -> Vec<(&'static str, usize)> {
            vec![$($((stringify!($name), $module::$name as *const () as usize),)*)*]
        }
    };
}

functions! {
    copying: copyin copyout uiomove_fromphys vm_fault_disable_pagefaults vm_fault_enable_pagefaults;
    device: make_dev_p destroy_dev devfs_set_cdevpriv devfs_get_cdevpriv devfs_clear_cdevpriv;
    locking: _mtx_init _mtx_destroy __mtx_lock_flags __mtx_unlock_flags _vm_map_lock_read _vm_map_unlock_read;
    memory: malloc zfree malloc_init malloc_uninit memcpy memmove memset memcmp;
    module: module_register_init printf panic;
    paging: vm_fault vm_map_lookup_entry vm_map_check_protection vm_sync_icache PHYS_TO_VM_PAGE
        vm_page_wire_mapped vm_page_unwire;
    process: pget faultin wakeup proc_rwmem vmspace_free sig_intr maybe_yield pause_sbt;
    sysctl: sysctl_ctx_init sysctl_ctx_free sysctl_add_oid sysctl_handle_64 sysctl_handle_int
        sysctl_handle_counter_u64 counter_u64_alloc counter_u64_free;
    tracing: dtrace_probe;
}

/// The text of a C string of the module's.
///
/// # Safety
/// `text` is NUL-terminated, or null.
unsafe fn text(text: *const core::ffi::c_char) -> String {
    if text.is_null() {
        return "(null)".into();
    }
    // SAFETY: the caller's promise.
    unsafe { core::ffi::CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned()
}
