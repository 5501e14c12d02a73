// SPDX-License-Identifier: BSD-2-Clause
//! Values for sysctl(8), made while the module runs (`sysctl_ctx_init(9)`).
use core::cell::UnsafeCell;
use core::ffi::{CStr, c_int, c_void};
use core::mem::MaybeUninit;
use core::ptr;
use core::sync::atomic::{AtomicU32, AtomicU64};

use crate::counter::Counter;
use crate::errno::Errno;
use crate::malloc::{Box, MallocType};
use crate::sys;

type Handler =
    unsafe extern "C" fn(*mut sys::sysctl_oid, *mut c_void, i64, *mut sys::sysctl_req) -> c_int;

/// A node below `kern`, with its values; all of it goes when this is dropped, which waits for whoever reads a value.
///
/// # Invariants
/// `context` is initialised, and lists what has been added here; `children` is the node's.
pub struct Node<M: MallocType> {
    context: Box<Context, M>,
    children: *mut sys::sysctl_oid_list,
}

/// The kernel's list of what a node has added.
struct Context(UnsafeCell<MaybeUninit<sys::sysctl_ctx_list>>);

impl Context {
    fn as_ptr(&self) -> *mut sys::sysctl_ctx_list {
        self.0.get().cast()
    }
}

// SAFETY: the pointers are to what the kernel guards with its own lock; adding takes the node exclusively.
unsafe impl<M: MallocType> Send for Node<M> {}
// SAFETY: as above.
unsafe impl<M: MallocType> Sync for Node<M> {}

/// What sysctl(9) wants to know of a value.
struct Kind {
    flags: u32,
    format: &'static CStr,
}

const STATISTIC: Kind = Kind {
    flags: sys::CTLTYPE_U64 | sys::CTLFLAG_RD | sys::CTLFLAG_MPSAFE | sys::CTLFLAG_STATS,
    format: c"QU",
};

/// One that can be set, by the loader too.
const SETTING: Kind = Kind {
    flags: sys::CTLTYPE_UINT | sys::CTLFLAG_RWTUN | sys::CTLFLAG_MPSAFE,
    format: c"IU",
};

impl<M: MallocType> Node<M> {
    /// Adds the node `kern.NAME`. May sleep. ENOMEM, also where there is another one of that name.
    #[optimize(size)]
    pub fn new(name: &CStr, description: &CStr) -> Result<Node<M>, Errno> {
        let context = Box::new(Context(UnsafeCell::new(MaybeUninit::uninit())))?;
        // SAFETY: it stays where it is; nothing else touches it before.
        Errno::check(unsafe { sys::sysctl_ctx_init(context.as_ptr()) })?;
        // INVARIANT: initialised. From here on, dropping `node` undoes what has been done so far.
        let mut node = Node {
            context,
            children: ptr::null_mut(),
        };
        let kind = sys::CTLTYPE_NODE | sys::CTLFLAG_RD | sys::CTLFLAG_MPSAFE;
        // SAFETY: the kern node is the kernel's own and stays; adding takes the sysctl lock itself.
        unsafe {
            let kern = &raw mut sys::sysctl___kern.oid_children;
            let oid = sys::sysctl_add_oid(
                node.context.as_ptr(),
                kern,
                sys::OID_AUTO,
                name.as_ptr(),
                kind as c_int,
                ptr::null_mut(),
                0,
                None,
                c"N".as_ptr(),
                description.as_ptr(),
                ptr::null(),
            );
            if oid.is_null() {
                return Err(Errno::ENOMEM);
            }
            node.children = &raw mut (*oid).oid_children;
        }
        Ok(node)
    }

    /// Adds a counter, which can be read; it is not freed before this node is gone. ENOMEM; EINVAL where it is not allocated.
    pub fn counter(
        &mut self,
        name: &CStr,
        description: &CStr,
        counter: &'static Counter,
    ) -> Result<(), Errno> {
        // The handler takes the address of the counter's pointer.
        let place = counter.place().ok_or(Errno::EINVAL)?.cast();
        self.leaf(
            name,
            description,
            &STATISTIC,
            place,
            sys::sysctl_handle_counter_u64,
        )
    }

    /// Adds a number that can be read. ENOMEM.
    pub fn u64(
        &mut self,
        name: &CStr,
        description: &CStr,
        value: &'static AtomicU64,
    ) -> Result<(), Errno> {
        let place = value.as_ptr().cast();
        self.leaf(name, description, &STATISTIC, place, sys::sysctl_handle_64)
    }

    /// Adds a number that can be set: by root, and as a tunable in loader.conf(5), which this takes over at once. ENOMEM.
    pub fn tunable_u32(
        &mut self,
        name: &CStr,
        description: &CStr,
        value: &'static AtomicU32,
    ) -> Result<(), Errno> {
        let place = value.as_ptr().cast();
        self.leaf(name, description, &SETTING, place, sys::sysctl_handle_int)
    }

    /// Adds a value. `handler` may be called with `value` as long as the node is there.
    #[optimize(size)]
    fn leaf(
        &mut self,
        name: &CStr,
        description: &CStr,
        kind: &Kind,
        value: *mut c_void,
        handler: Handler,
    ) -> Result<(), Errno> {
        // SAFETY: the type's invariant; `value` is a static of the type that `handler` reads, and outlives the sysctl,
        // which is removed when the node is dropped. The kernel copies the name and the description.
        let oid = unsafe {
            sys::sysctl_add_oid(
                self.context.as_ptr(),
                self.children,
                sys::OID_AUTO,
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
}

impl<M: MallocType> Drop for Node<M> {
    #[optimize(size)]
    fn drop(&mut self) {
        // SAFETY: the type's invariant. Removing the nodes waits for handlers that run; ENOENT or EBUSY
        // would mean that others removed our nodes or added theirs below them, which they cannot.
        unsafe { sys::sysctl_ctx_free(self.context.as_ptr()) };
    }
}
