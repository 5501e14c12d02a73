// SPDX-License-Identifier: BSD-2-Clause
//! The simulated kernel functions, by the names under which the module asks for them.
mod copying;
mod credentials;
mod device;
mod locking;
mod memory;
mod module;
mod pages;
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
    copying: copyin copyout uiomove_fromphys;
    device: make_dev_p destroy_dev devfs_set_cdevpriv devfs_get_cdevpriv devfs_clear_cdevpriv;
    locking: _mtx_init _mtx_destroy __mtx_lock_flags __mtx_unlock_flags _vm_map_lock_read _vm_map_unlock_read
        sema_init sema_destroy _sema_post _sema_trywait;
    memory: malloc zfree malloc_init malloc_uninit memcpy memmove memset memcmp;
    module: module_register_init printf panic;
    pages: __rw_rlock _rw_runlock_cookie pager_haspage vm_page_find_least swap_pager_find_least vm_page_lookup vm_page_lookup_unlocked vm_page_trysbusy
        vm_page_sunbusy vm_page_tryxbusy vm_page_xunbusy_hard vm_page_wire vm_page_unwire vm_page_dirty_KBI
        vm_object_set_writeable_dirty pmap_map_io_transient pmap_unmap_io_transient;
    paging: vm_fault vm_map_lookup_entry vm_sync_icache pmap_pinit vmspace_alloc vmspace_fork swap_reserve swap_reserve_force vmspace_acquire_ref vm_map_fixed
        pmap_extract_and_hold;
    process: pget wakeup vmspace_free sig_intr maybe_yield pause_sbt;
    credentials: priv_check prison_hold prison_free;
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
