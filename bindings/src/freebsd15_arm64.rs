// SPDX-License-Identifier: BSD-2-Clause
pub type __uint16_t = ::core::ffi::c_ushort;
pub type __int32_t = ::core::ffi::c_int;
pub type __uint32_t = ::core::ffi::c_uint;
pub type __int64_t = ::core::ffi::c_long;
pub type __uint64_t = ::core::ffi::c_ulong;
pub type __intmax_t = __int64_t;
pub type __uintptr_t = __uint64_t;
pub type __vm_offset_t = __uint64_t;
pub type __vm_size_t = __uint64_t;
pub type __register_t = __int64_t;
pub type __segsz_t = __int64_t;
pub type __vm_paddr_t = __uint64_t;
pub type __gid_t = __uint32_t;
pub type __id_t = __int64_t;
pub type __lwpid_t = __int32_t;
pub type __mode_t = __uint16_t;
pub type __off_t = __int64_t;
pub type __pid_t = __int32_t;
pub type __sbintime_t = __int64_t;
pub type __rlim_t = __int64_t;
pub type __uid_t = __uint32_t;
pub type u_char = ::core::ffi::c_uchar;
pub type u_short = ::core::ffi::c_ushort;
pub type u_int = ::core::ffi::c_uint;
pub type u_long = ::core::ffi::c_ulong;
pub type intmax_t = __intmax_t;
pub type caddr_t = *mut ::core::ffi::c_char;
pub type gid_t = __gid_t;
pub type id_t = __id_t;
pub type lwpid_t = __lwpid_t;
pub type mode_t = __mode_t;
pub type off_t = __off_t;
pub type pid_t = __pid_t;
pub type rlim_t = __rlim_t;
pub type sbintime_t = __sbintime_t;
pub type segsz_t = __segsz_t;
pub type uid_t = __uid_t;
pub type vm_offset_t = __vm_offset_t;
pub type vm_ooffset_t = __uint64_t;
pub type vm_paddr_t = __vm_paddr_t;
pub type vm_pindex_t = __uint64_t;
pub type vm_size_t = __vm_size_t;
pub type syscallarg_t = __register_t;
pub type boolean_t = ::core::ffi::c_uint;
pub type vm_memattr_t = ::core::ffi::c_char;
pub type vm_page_t = *mut vm_page;
pub type bool_ = bool;
pub type __sigset_t = __sigset;
pub type sigset_t = __sigset_t;
pub type stack_t = sigaltstack;
pub type siginfo_t = __siginfo;
pub type sysinit_sub_id = ::core::ffi::c_uint;
pub type sysinit_elem_order = ::core::ffi::c_uint;
pub type sysinit_cfunc_t = ::core::option::Option<
    unsafe extern "C" fn(arg1: *const ::core::ffi::c_void),
>;
pub type d_open_t = ::core::option::Option<
    unsafe extern "C" fn(
        dev: *mut cdev,
        oflags: ::core::ffi::c_int,
        devtype: ::core::ffi::c_int,
        td: *mut thread,
    ) -> ::core::ffi::c_int,
>;
pub type d_fdopen_t = ::core::option::Option<
    unsafe extern "C" fn(
        dev: *mut cdev,
        oflags: ::core::ffi::c_int,
        td: *mut thread,
        fp: *mut file,
    ) -> ::core::ffi::c_int,
>;
pub type d_close_t = ::core::option::Option<
    unsafe extern "C" fn(
        dev: *mut cdev,
        fflag: ::core::ffi::c_int,
        devtype: ::core::ffi::c_int,
        td: *mut thread,
    ) -> ::core::ffi::c_int,
>;
pub type d_strategy_t = ::core::option::Option<unsafe extern "C" fn(bp: *mut bio)>;
pub type d_ioctl_t = ::core::option::Option<
    unsafe extern "C" fn(
        dev: *mut cdev,
        cmd: u_long,
        data: caddr_t,
        fflag: ::core::ffi::c_int,
        td: *mut thread,
    ) -> ::core::ffi::c_int,
>;
pub type d_read_t = ::core::option::Option<
    unsafe extern "C" fn(
        dev: *mut cdev,
        uio: *mut uio,
        ioflag: ::core::ffi::c_int,
    ) -> ::core::ffi::c_int,
>;
pub type d_write_t = ::core::option::Option<
    unsafe extern "C" fn(
        dev: *mut cdev,
        uio: *mut uio,
        ioflag: ::core::ffi::c_int,
    ) -> ::core::ffi::c_int,
>;
pub type d_poll_t = ::core::option::Option<
    unsafe extern "C" fn(
        dev: *mut cdev,
        events: ::core::ffi::c_int,
        td: *mut thread,
    ) -> ::core::ffi::c_int,
>;
pub type d_kqfilter_t = ::core::option::Option<
    unsafe extern "C" fn(dev: *mut cdev, kn: *mut knote) -> ::core::ffi::c_int,
>;
pub type d_mmap_t = ::core::option::Option<
    unsafe extern "C" fn(
        dev: *mut cdev,
        offset: vm_ooffset_t,
        paddr: *mut vm_paddr_t,
        nprot: ::core::ffi::c_int,
        memattr: *mut vm_memattr_t,
    ) -> ::core::ffi::c_int,
>;
pub type d_mmap_single_t = ::core::option::Option<
    unsafe extern "C" fn(
        cdev: *mut cdev,
        offset: *mut vm_ooffset_t,
        size: vm_size_t,
        object: *mut *mut vm_object,
        nprot: ::core::ffi::c_int,
    ) -> ::core::ffi::c_int,
>;
pub type d_purge_t = ::core::option::Option<unsafe extern "C" fn(dev: *mut cdev)>;
pub type d_priv_dtor_t = ::core::option::Option<
    unsafe extern "C" fn(data: *mut ::core::ffi::c_void),
>;
pub type counter_u64_t = *mut u64;
pub type modeventtype = ::core::ffi::c_uint;
pub type module_t = *mut module;
pub type modeventhand_t = ::core::option::Option<
    unsafe extern "C" fn(
        arg1: module_t,
        arg2: ::core::ffi::c_int,
        arg3: *mut ::core::ffi::c_void,
    ) -> ::core::ffi::c_int,
>;
pub type moduledata_t = moduledata;
pub type sigqueue_t = sigqueue;
pub type thread_td_states = ::core::ffi::c_uint;
pub type proc_p_states = ::core::ffi::c_uint;
pub type vm_inherit_t = ::core::ffi::c_char;
pub type vm_prot_t = u_char;
pub type objtype_t = u_char;
pub type vm_map_entry_t = *mut vm_map_entry;
pub type vm_map_t = *mut vm_map;
pub type vm_object_t = *mut vm_object;
pub type uio_rw = ::core::ffi::c_uint;
pub type uio_seg = ::core::ffi::c_uint;
pub type pmap_t = *mut pmap;
pub type vm_eflags_t = u_int;
pub type pmap_pinit_t = ::core::option::Option<
    unsafe extern "C" fn(pmap: *mut pmap) -> ::core::ffi::c_int,
>;
pub type blockcount_t = _blockcount;
pub type vm_page_bits_t = u8;
pub type kpi_version = ::core::ffi::c_uint;
pub type kpi_fcntl = ::core::ffi::c_uint;
pub type kpi_sbt = ::core::ffi::c_uint;
pub type kpi_vm_prot = ::core::ffi::c_uint;
#[derive(PartialEq, Eq, Copy, Clone, Debug, Hash)]
#[repr(C, align(8))]
pub struct __BindgenOpaqueArray8<T>(pub T);
#[repr(C)]
#[repr(align(4))]
#[derive(Copy, Clone)]
pub struct __sigset {
    pub _bindgen_opaque_blob: [u32; 4usize],
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct timespec {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 16usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct itimerval {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 32usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct callout {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 64usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct lock_object {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 24usize]>,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mtx {
    pub lock_object: lock_object,
    pub mtx_lock: __uintptr_t,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct sx {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 32usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct rusage {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 144usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct sigaltstack {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 24usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct __siginfo {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 80usize]>,
}
#[repr(C)]
pub struct trapframe {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct pcb {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sysinit {
    pub subsystem: sysinit_sub_id,
    pub order: sysinit_elem_order,
    pub next: sysinit__bindgen_ty_1,
    pub func: sysinit_cfunc_t,
    pub udata: *const ::core::ffi::c_void,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sysinit__bindgen_ty_1 {
    pub stqe_next: *mut sysinit,
}
#[repr(C)]
#[derive(Debug)]
pub struct lock_list_entry {
    _unused: [u8; 0],
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct lpohead {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 8usize]>,
}
#[repr(C)]
pub struct sdt_tracepoint {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct linker_file {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sdt_argtype {
    pub ndx: ::core::ffi::c_int,
    pub type_: *const ::core::ffi::c_char,
    pub xtype: *const ::core::ffi::c_char,
    pub argtype_entry: sdt_argtype__bindgen_ty_1,
    pub probe: *mut sdt_probe,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sdt_argtype__bindgen_ty_1 {
    pub tqe_next: *mut sdt_argtype,
    pub tqe_prev: *mut *mut sdt_argtype,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sdt_probe {
    pub version: ::core::ffi::c_int,
    pub prov: *mut sdt_provider,
    pub probe_entry: sdt_probe__bindgen_ty_1,
    pub argtype_list: sdt_probe__bindgen_ty_2,
    pub tracepoint_list: sdt_probe__bindgen_ty_3,
    pub mod_: *const ::core::ffi::c_char,
    pub func: *const ::core::ffi::c_char,
    pub name: *const ::core::ffi::c_char,
    pub id: id_t,
    pub n_args: ::core::ffi::c_int,
    pub sdtp_lf: *mut linker_file,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sdt_probe__bindgen_ty_1 {
    pub tqe_next: *mut sdt_probe,
    pub tqe_prev: *mut *mut sdt_probe,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sdt_probe__bindgen_ty_2 {
    pub tqh_first: *mut sdt_argtype,
    pub tqh_last: *mut *mut sdt_argtype,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sdt_probe__bindgen_ty_3 {
    pub stqh_first: *mut sdt_tracepoint,
    pub stqh_last: *mut *mut sdt_tracepoint,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sdt_provider {
    pub name: *mut ::core::ffi::c_char,
    pub prov_entry: sdt_provider__bindgen_ty_1,
    pub id: usize,
    pub sdt_refs: ::core::ffi::c_int,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sdt_provider__bindgen_ty_1 {
    pub tqe_next: *mut sdt_provider,
    pub tqe_prev: *mut *mut sdt_provider,
}
#[repr(C)]
#[derive(Debug)]
pub struct snapdata {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct cdev {
    pub si_spare0: *mut ::core::ffi::c_void,
    pub si_flags: u_int,
    pub si_atime: timespec,
    pub si_ctime: timespec,
    pub si_mtime: timespec,
    pub si_uid: uid_t,
    pub si_gid: gid_t,
    pub si_mode: mode_t,
    pub si_cred: *mut ucred,
    pub si_drv0: ::core::ffi::c_int,
    pub si_refcount: ::core::ffi::c_int,
    pub si_list: cdev__bindgen_ty_1,
    pub si_clone: cdev__bindgen_ty_2,
    pub si_children: cdev__bindgen_ty_3,
    pub si_siblings: cdev__bindgen_ty_4,
    pub si_parent: *mut cdev,
    pub si_mountpt: *mut mount,
    pub si_drv1: *mut ::core::ffi::c_void,
    pub si_drv2: *mut ::core::ffi::c_void,
    pub si_devsw: *mut cdevsw,
    pub si_iosize_max: ::core::ffi::c_int,
    pub si_usecount: u_long,
    pub si_threadcount: u_long,
    pub __si_u: cdev__bindgen_ty_5,
    pub si_name: [::core::ffi::c_char; 256usize],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct cdev__bindgen_ty_1 {
    pub le_next: *mut cdev,
    pub le_prev: *mut *mut cdev,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct cdev__bindgen_ty_2 {
    pub le_next: *mut cdev,
    pub le_prev: *mut *mut cdev,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct cdev__bindgen_ty_3 {
    pub lh_first: *mut cdev,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct cdev__bindgen_ty_4 {
    pub le_next: *mut cdev,
    pub le_prev: *mut *mut cdev,
}
#[repr(C)]
#[derive(Debug)]
pub struct bio {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct vnode {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct cdevsw {
    pub d_version: ::core::ffi::c_int,
    pub d_flags: u_int,
    pub d_name: *const ::core::ffi::c_char,
    pub d_open: d_open_t,
    pub d_fdopen: d_fdopen_t,
    pub d_close: d_close_t,
    pub d_read: d_read_t,
    pub d_write: d_write_t,
    pub d_ioctl: d_ioctl_t,
    pub d_poll: d_poll_t,
    pub d_mmap: d_mmap_t,
    pub d_strategy: d_strategy_t,
    pub d_spare0: *mut ::core::ffi::c_void,
    pub d_kqfilter: d_kqfilter_t,
    pub d_purge: d_purge_t,
    pub d_mmap_single: d_mmap_single_t,
    pub d_spare1: [i32; 3usize],
    pub d_spare2: [*mut ::core::ffi::c_void; 3usize],
    pub d_devs: cdevsw__bindgen_ty_1,
    pub d_spare3: ::core::ffi::c_int,
    pub __d_giant: cdevsw__bindgen_ty_2,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct cdevsw__bindgen_ty_1 {
    pub lh_first: *mut cdev,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct cdevsw__bindgen_ty_2__bindgen_ty_1 {
    pub sle_next: *mut cdevsw,
}
#[repr(C)]
#[derive(Debug)]
pub struct module {
    _unused: [u8; 0],
}
#[repr(C)]
pub struct sysctl_req {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sysctl_oid_list {
    pub rbh_root: *mut sysctl_oid,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sysctl_oid {
    pub oid_children: sysctl_oid_list,
    pub oid_parent: *mut sysctl_oid_list,
    pub oid_link: sysctl_oid__bindgen_ty_1,
    pub oid_number: ::core::ffi::c_int,
    pub oid_kind: u_int,
    pub oid_arg1: *mut ::core::ffi::c_void,
    pub oid_arg2: intmax_t,
    pub oid_name: *const ::core::ffi::c_char,
    pub oid_handler: ::core::option::Option<
        unsafe extern "C" fn(
            oidp: *mut sysctl_oid,
            arg1: *mut ::core::ffi::c_void,
            arg2: intmax_t,
            req: *mut sysctl_req,
        ) -> ::core::ffi::c_int,
    >,
    pub oid_fmt: *const ::core::ffi::c_char,
    pub oid_refcnt: ::core::ffi::c_int,
    pub oid_running: u_int,
    pub oid_descr: *const ::core::ffi::c_char,
    pub oid_label: *const ::core::ffi::c_char,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sysctl_oid__bindgen_ty_1 {
    pub rbe_link: [*mut sysctl_oid; 3usize],
}
#[repr(C)]
pub struct sysctl_ctx_entry {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sysctl_ctx_list {
    pub tqh_first: *mut sysctl_ctx_entry,
    pub tqh_last: *mut *mut sysctl_ctx_entry,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct osd {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 32usize]>,
}
#[repr(C)]
#[derive(Debug)]
pub struct racct {
    _unused: [u8; 0],
}
#[repr(C)]
pub struct prison {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct mount {
    _unused: [u8; 0],
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct malloc_type_internal {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 88usize]>,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct malloc_type {
    pub ks_next: *mut malloc_type,
    pub ks_version: u_long,
    pub ks_shortdesc: *const ::core::ffi::c_char,
    pub ks_mti: malloc_type_internal,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct moduledata {
    pub name: *const ::core::ffi::c_char,
    pub evhand: modeventhand_t,
    pub priv_: *mut ::core::ffi::c_void,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mod_depend {
    pub md_ver_minimum: ::core::ffi::c_int,
    pub md_ver_preferred: ::core::ffi::c_int,
    pub md_ver_maximum: ::core::ffi::c_int,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mod_version {
    pub mv_version: ::core::ffi::c_int,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct mod_metadata {
    pub md_version: ::core::ffi::c_int,
    pub md_type: ::core::ffi::c_int,
    pub md_data: *const ::core::ffi::c_void,
    pub md_cval: *const ::core::ffi::c_char,
}
#[repr(C)]
pub struct knlist {
    _unused: [u8; 0],
}
#[repr(C)]
pub struct knote {
    _unused: [u8; 0],
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct kexterr {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 40usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct cv {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 16usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct sigiolst {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 8usize]>,
}
#[repr(C)]
pub struct sigacts {
    _unused: [u8; 0],
}
#[repr(C)]
pub struct ksiginfo {
    _unused: [u8; 0],
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct sigqueue {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 80usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct auditinfo_addr {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 48usize]>,
}
#[repr(C)]
#[derive(Debug)]
pub struct label {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct loginclass {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct ucred {
    pub cr_mtx: mtx,
    pub cr_ref: ::core::ffi::c_long,
    pub cr_users: u_int,
    pub cr_flags: u_int,
    pub cr_audit: auditinfo_addr,
    pub cr_ngroups: ::core::ffi::c_int,
    pub cr_uid: uid_t,
    pub cr_ruid: uid_t,
    pub cr_svuid: uid_t,
    pub cr_gid: gid_t,
    pub cr_rgid: gid_t,
    pub cr_svgid: gid_t,
    pub cr_uidinfo: *mut uidinfo,
    pub cr_ruidinfo: *mut uidinfo,
    pub cr_prison: *mut prison,
    pub cr_loginclass: *mut loginclass,
    pub cr_pspare2: [*mut ::core::ffi::c_void; 2usize],
    pub cr_label: *mut label,
    pub cr_groups: *mut gid_t,
    pub cr_agroups: ::core::ffi::c_int,
    pub cr_smallgroups: [gid_t; 16usize],
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct domainset_ref {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 16usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct mdthread {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 152usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct mdproc {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 24usize]>,
}
#[repr(C)]
pub struct pgrp {
    _unused: [u8; 0],
}
#[repr(C)]
pub struct pargs {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct cpuset {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct filemon {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct kaioinfo {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct kaudit_record {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct kcov_info {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct kdtrace_proc {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct kdtrace_thread {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct kmsan_td {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct kq_timer_cb_data {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct mqueue_notifier {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct procdesc {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct sleepqueue {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct turnstile {
    _unused: [u8; 0],
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct syscall_args {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 80usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct rusage_ext {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 56usize]>,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct thread {
    pub td_lock: *mut mtx,
    pub td_proc: *mut proc_,
    pub td_plist: thread__bindgen_ty_1,
    pub td_runq: thread__bindgen_ty_2,
    pub __bindgen_anon_1: thread__bindgen_ty_3,
    pub td_lockq: thread__bindgen_ty_4,
    pub td_hash: thread__bindgen_ty_5,
    pub td_cpuset: *mut cpuset,
    pub td_domain: domainset_ref,
    pub td_sel: *mut seltd,
    pub td_sleepqueue: *mut sleepqueue,
    pub td_turnstile: *mut turnstile,
    pub td_pad1: *mut ::core::ffi::c_void,
    pub td_umtxq: *mut umtx_q,
    pub td_tid: lwpid_t,
    pub td_sigqueue: sigqueue_t,
    pub td_lend_user_pri: u_char,
    pub td_allocdomain: u_char,
    pub td_base_ithread_pri: u_char,
    pub td_kmsan: *mut kmsan_td,
    pub td_flags: ::core::ffi::c_int,
    pub td_ast: ::core::ffi::c_int,
    pub td_inhibitors: ::core::ffi::c_int,
    pub td_pflags: ::core::ffi::c_int,
    pub td_pflags2: ::core::ffi::c_int,
    pub td_dupfd: ::core::ffi::c_int,
    pub td_sqqueue: ::core::ffi::c_int,
    pub td_wchan: *const ::core::ffi::c_void,
    pub td_wmesg: *const ::core::ffi::c_char,
    pub td_owepreempt: u_char,
    pub td_tsqueue: u_char,
    pub _td_pad0: [u_char; 2usize],
    pub td_locks: ::core::ffi::c_int,
    pub td_rw_rlocks: ::core::ffi::c_int,
    pub td_sx_slocks: ::core::ffi::c_int,
    pub td_lk_slocks: ::core::ffi::c_int,
    pub td_wantedlock: *mut lock_object,
    pub td_blocked: *mut turnstile,
    pub td_lockname: *const ::core::ffi::c_char,
    pub td_contested: thread__bindgen_ty_6,
    pub td_sleeplocks: *mut lock_list_entry,
    pub td_intr_nesting_level: ::core::ffi::c_int,
    pub td_pinned: ::core::ffi::c_int,
    pub td_realucred: *mut ucred,
    pub td_ucred: *mut ucred,
    pub td_limit: *mut plimit,
    pub td_slptick: ::core::ffi::c_int,
    pub td_blktick: ::core::ffi::c_int,
    pub td_swvoltick: ::core::ffi::c_int,
    pub td_swinvoltick: ::core::ffi::c_int,
    pub td_cow: u_int,
    pub td_ru: rusage,
    pub td_rux: rusage_ext,
    pub td_incruntime: u64,
    pub td_runtime: u64,
    pub td_pticks: u_int,
    pub td_sticks: u_int,
    pub td_iticks: u_int,
    pub td_uticks: u_int,
    pub td_intrval: ::core::ffi::c_int,
    pub td_oldsigmask: sigset_t,
    pub td_generation: u_int,
    pub td_sigstk: stack_t,
    pub td_xsig: ::core::ffi::c_int,
    pub td_profil_addr: u_long,
    pub td_profil_ticks: u_int,
    pub td_name: [::core::ffi::c_char; 20usize],
    pub td_fpop: *mut file,
    pub td_dbgflags: ::core::ffi::c_int,
    pub td_si: siginfo_t,
    pub td_ng_outbound: ::core::ffi::c_int,
    pub td_osd: osd,
    pub td_map_def_user: *mut vm_map_entry,
    pub td_dbg_forked: pid_t,
    pub td_no_sleeping: u_int,
    pub td_vp_reserved: *mut vnode,
    pub td_su: *mut ::core::ffi::c_void,
    pub td_sleeptimo: sbintime_t,
    pub td_rtcgen: ::core::ffi::c_int,
    pub td_errno: ::core::ffi::c_int,
    pub td_vslock_sz: usize,
    pub td_kcov_info: *mut kcov_info,
    pub td_ucredref: ::core::ffi::c_long,
    pub td_kexterr: kexterr,
    pub td_sigmask: sigset_t,
    pub td_rqindex: u_char,
    pub td_base_pri: u_char,
    pub td_priority: u_char,
    pub td_pri_class: u_char,
    pub td_user_pri: u_char,
    pub td_base_user_pri: u_char,
    pub td_rb_list: usize,
    pub td_rbp_list: usize,
    pub td_rb_inact: usize,
    pub td_sa: syscall_args,
    pub td_sigblock_ptr: *mut ::core::ffi::c_void,
    pub td_sigblock_val: u32,
    pub td_exterr_ptr: *mut ::core::ffi::c_void,
    pub td_pcb: *mut pcb,
    pub td_state: thread_td_states,
    pub td_uretoff: thread__bindgen_ty_7,
    pub td_cowgen: u_int,
    pub td_slpcallout: callout,
    pub td_frame: *mut trapframe,
    pub td_kstack: vm_offset_t,
    pub td_kstack_pages: u_short,
    pub td_kstack_domain: u_short,
    pub td_critnest: u_int,
    pub td_md: mdthread,
    pub td_ar: *mut kaudit_record,
    pub td_lprof: [lpohead; 2usize],
    pub td_dtrace: *mut kdtrace_thread,
    pub td_vnet: *mut vnet,
    pub td_vnet_lpush: *const ::core::ffi::c_char,
    pub td_intr_frame: *mut trapframe,
    pub td_rfppwait_p: *mut proc_,
    pub td_ma: *mut *mut vm_page,
    pub td_ma_cnt: ::core::ffi::c_int,
    pub td_emuldata: *mut ::core::ffi::c_void,
    pub td_lastcpu: ::core::ffi::c_int,
    pub td_oncpu: ::core::ffi::c_int,
    pub td_lkpi_task: *mut ::core::ffi::c_void,
    pub td_pmcpend: ::core::ffi::c_int,
    pub td_remotereq: *mut ::core::ffi::c_void,
    pub td_ktr_io_lim: off_t,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct thread__bindgen_ty_1 {
    pub tqe_next: *mut thread,
    pub tqe_prev: *mut *mut thread,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct thread__bindgen_ty_2 {
    pub tqe_next: *mut thread,
    pub tqe_prev: *mut *mut thread,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct thread__bindgen_ty_3__bindgen_ty_1 {
    pub tqe_next: *mut thread,
    pub tqe_prev: *mut *mut thread,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct thread__bindgen_ty_4 {
    pub tqe_next: *mut thread,
    pub tqe_prev: *mut *mut thread,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct thread__bindgen_ty_5 {
    pub le_next: *mut thread,
    pub le_prev: *mut *mut thread,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct thread__bindgen_ty_6 {
    pub lh_first: *mut turnstile,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc_ {
    pub p_list: proc__bindgen_ty_1,
    pub p_threads: proc__bindgen_ty_2,
    pub p_slock: mtx,
    pub p_ucred: *mut ucred,
    pub p_fd: *mut filedesc,
    pub p_fdtol: *mut filedesc_to_leader,
    pub p_pd: *mut pwddesc,
    pub p_stats: *mut pstats,
    pub p_limit: *mut plimit,
    pub p_limco: callout,
    pub p_sigacts: *mut sigacts,
    pub p_flag: ::core::ffi::c_int,
    pub p_flag2: ::core::ffi::c_int,
    pub p_state: proc_p_states,
    pub p_pid: pid_t,
    pub p_hash: proc__bindgen_ty_3,
    pub p_pglist: proc__bindgen_ty_4,
    pub p_pptr: *mut proc_,
    pub p_sibling: proc__bindgen_ty_5,
    pub p_children: proc__bindgen_ty_6,
    pub p_reaper: *mut proc_,
    pub p_reaplist: proc__bindgen_ty_7,
    pub p_reapsibling: proc__bindgen_ty_8,
    pub p_mtx: mtx,
    pub p_statmtx: mtx,
    pub p_itimmtx: mtx,
    pub p_profmtx: mtx,
    pub p_ksi: *mut ksiginfo,
    pub p_sigqueue: sigqueue_t,
    pub p_oppid: pid_t,
    pub p_vmspace: *mut vmspace,
    pub p_swtick: u_int,
    pub p_cowgen: u_int,
    pub p_realtimer: itimerval,
    pub p_ru: rusage,
    pub p_rux: rusage_ext,
    pub p_crux: rusage_ext,
    pub p_profthreads: ::core::ffi::c_int,
    pub p_exitthreads: ::core::ffi::c_int,
    pub p_traceflag: ::core::ffi::c_int,
    pub p_ktrioparms: *mut ktr_io_params,
    pub p_textvp: *mut vnode,
    pub p_textdvp: *mut vnode,
    pub p_binname: *mut ::core::ffi::c_char,
    pub p_lock: u_int,
    pub p_sigiolst: sigiolst,
    pub p_sigparent: ::core::ffi::c_int,
    pub p_sig: ::core::ffi::c_int,
    pub p_ptevents: u_int,
    pub p_aioinfo: *mut kaioinfo,
    pub p_singlethread: *mut thread,
    pub p_suspcount: ::core::ffi::c_int,
    pub p_xthread: *mut thread,
    pub p_boundary_count: ::core::ffi::c_int,
    pub p_pendingcnt: ::core::ffi::c_int,
    pub p_itimers: *mut itimers,
    pub p_procdesc: *mut procdesc,
    pub p_treeflag: u_int,
    pub p_pendingexits: ::core::ffi::c_int,
    pub p_filemon: *mut filemon,
    pub p_pdeathsig: ::core::ffi::c_int,
    pub p_magic: u_int,
    pub p_osrel: ::core::ffi::c_int,
    pub p_fctl0: u32,
    pub p_comm: [::core::ffi::c_char; 20usize],
    pub p_sysent: *mut sysentvec,
    pub p_args: *mut pargs,
    pub p_cpulimit: rlim_t,
    pub p_nice: ::core::ffi::c_schar,
    pub p_fibnum: ::core::ffi::c_int,
    pub p_reapsubtree: pid_t,
    pub p_elf_flags: u64,
    p_elf_brandinfo: *mut ::core::ffi::c_void,
    pub p_umtx_min_timeout: sbintime_t,
    pub p_xexit: u_int,
    pub p_xsig: u_int,
    pub p_pgrp: *mut pgrp,
    pub p_klist: *mut knlist,
    pub p_numthreads: ::core::ffi::c_int,
    pub p_md: mdproc,
    pub p_itcallout: callout,
    pub p_acflag: u_short,
    pub p_peers: *mut proc_,
    pub p_leader: *mut proc_,
    pub p_emuldata: *mut ::core::ffi::c_void,
    pub p_label: *mut label,
    pub p_ktr: proc__bindgen_ty_9,
    pub p_mqnotifier: proc__bindgen_ty_10,
    pub p_dtrace: *mut kdtrace_proc,
    pub p_pwait: cv,
    pub p_racct: *mut racct,
    pub p_throttled: ::core::ffi::c_int,
    pub p_orphan: proc__bindgen_ty_11,
    pub p_orphans: proc__bindgen_ty_12,
    pub p_kqtim_stop: proc__bindgen_ty_13,
    pub p_jaillist: proc__bindgen_ty_14,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_1 {
    pub le_next: *mut proc_,
    pub le_prev: *mut *mut proc_,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_2 {
    pub tqh_first: *mut thread,
    pub tqh_last: *mut *mut thread,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_3 {
    pub le_next: *mut proc_,
    pub le_prev: *mut *mut proc_,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_4 {
    pub le_next: *mut proc_,
    pub le_prev: *mut *mut proc_,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_5 {
    pub le_next: *mut proc_,
    pub le_prev: *mut *mut proc_,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_6 {
    pub lh_first: *mut proc_,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_7 {
    pub lh_first: *mut proc_,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_8 {
    pub le_next: *mut proc_,
    pub le_prev: *mut *mut proc_,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_9 {
    pub stqh_first: *mut ktr_request,
    pub stqh_last: *mut *mut ktr_request,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_10 {
    pub lh_first: *mut mqueue_notifier,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_11 {
    pub le_next: *mut proc_,
    pub le_prev: *mut *mut proc_,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_12 {
    pub lh_first: *mut proc_,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_13 {
    pub tqh_first: *mut kq_timer_cb_data,
    pub tqh_last: *mut *mut kq_timer_cb_data,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct proc__bindgen_ty_14 {
    pub le_next: *mut proc_,
    pub le_prev: *mut *mut proc_,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vmspace {
    pub vm_map: vm_map,
    pub vm_shm: *mut shmmap_state,
    pub vm_swrss: segsz_t,
    pub vm_tsize: segsz_t,
    pub vm_dsize: segsz_t,
    pub vm_ssize: segsz_t,
    pub vm_taddr: caddr_t,
    pub vm_daddr: caddr_t,
    pub vm_maxsaddr: caddr_t,
    pub vm_stacktop: vm_offset_t,
    pub vm_shp_base: vm_offset_t,
    pub vm_refcnt: u_int,
    pub vm_pmap: pmap,
}
#[repr(C)]
pub struct pstats {
    _unused: [u8; 0],
}
#[repr(C)]
pub struct plimit {
    _unused: [u8; 0],
}
#[repr(C)]
pub struct uidinfo {
    _unused: [u8; 0],
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct rwlock {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 32usize]>,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct sema {
    pub sema_mtx: mtx,
    pub sema_cv: cv,
    pub sema_waiters: ::core::ffi::c_int,
    pub sema_value: ::core::ffi::c_int,
}
#[repr(C)]
#[derive(Debug)]
pub struct vm_reserv {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct filedesc {
    _unused: [u8; 0],
}
#[repr(C)]
pub struct file {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct iovec {
    pub iov_base: *mut ::core::ffi::c_void,
    pub iov_len: usize,
}
#[repr(C)]
#[derive(Debug)]
pub struct sysentvec {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Debug)]
pub struct ktr_io_params {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct uio {
    pub uio_iov: *mut iovec,
    pub uio_iovcnt: ::core::ffi::c_int,
    pub uio_offset: off_t,
    pub uio_resid: isize,
    pub uio_segflg: uio_seg,
    pub uio_rw: uio_rw,
    pub uio_td: *mut thread,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct pctrie {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 8usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct vm_radix {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 8usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct md_page {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 24usize]>,
}
#[repr(C)]
#[repr(align(8))]
#[derive(Copy, Clone)]
pub struct pmap {
    pub _bindgen_opaque_blob: __BindgenOpaqueArray8<[u8; 152usize]>,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_map_entry {
    pub left: *mut vm_map_entry,
    pub right: *mut vm_map_entry,
    pub start: vm_offset_t,
    pub end: vm_offset_t,
    pub next_read: vm_offset_t,
    pub max_free: vm_size_t,
    pub object: vm_map_object,
    pub offset: vm_ooffset_t,
    pub eflags: vm_eflags_t,
    pub protection: vm_prot_t,
    pub max_protection: vm_prot_t,
    pub inheritance: vm_inherit_t,
    pub read_ahead: u8,
    pub wired_count: ::core::ffi::c_int,
    pub cred: *mut ucred,
    pub wiring_thread: *mut thread,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_map {
    pub header: vm_map_entry,
    pub __bindgen_anon_1: vm_map__bindgen_ty_1,
    pub nentries: ::core::ffi::c_int,
    pub size: vm_size_t,
    pub timestamp: u_int,
    pub flags: u_int,
    pub root: vm_map_entry_t,
    pub pmap: pmap_t,
    pub anon_loc: vm_offset_t,
    pub busy: ::core::ffi::c_int,
}
#[repr(C)]
#[repr(align(4))]
#[derive(Copy, Clone)]
pub struct _blockcount {
    pub _bindgen_opaque_blob: u32,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_object {
    pub lock: rwlock,
    pub object_list: vm_object__bindgen_ty_1,
    pub shadow_head: vm_object__bindgen_ty_2,
    pub shadow_list: vm_object__bindgen_ty_3,
    pub rtree: vm_radix,
    pub size: vm_pindex_t,
    pub domain: domainset_ref,
    pub generation: ::core::ffi::c_int,
    pub cleangeneration: ::core::ffi::c_int,
    pub ref_count: u_int,
    pub shadow_count: ::core::ffi::c_int,
    pub memattr: vm_memattr_t,
    pub type_: objtype_t,
    pub pg_color: u_short,
    pub flags: u_int,
    pub paging_in_progress: blockcount_t,
    pub busy: blockcount_t,
    pub resident_page_count: ::core::ffi::c_int,
    pub backing_object: *mut vm_object,
    pub backing_object_offset: vm_ooffset_t,
    pub pager_object_list: vm_object__bindgen_ty_4,
    pub rvq: vm_object__bindgen_ty_5,
    pub handle: *mut ::core::ffi::c_void,
    pub un_pager: vm_object__bindgen_ty_6,
    pub cred: *mut ucred,
    charge: vm_ooffset_t,
    umtx_data: *mut ::core::ffi::c_void,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_object__bindgen_ty_1 {
    pub tqe_next: *mut vm_object,
    pub tqe_prev: *mut *mut vm_object,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_object__bindgen_ty_2 {
    pub lh_first: *mut vm_object,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_object__bindgen_ty_3 {
    pub le_next: *mut vm_object,
    pub le_prev: *mut *mut vm_object,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_object__bindgen_ty_4 {
    pub tqe_next: *mut vm_object,
    pub tqe_prev: *mut *mut vm_object,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_object__bindgen_ty_5 {
    pub lh_first: *mut vm_reserv,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_object__bindgen_ty_6__bindgen_ty_1 {
    pub vnp_size: off_t,
    pub writemappings: vm_ooffset_t,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_object__bindgen_ty_6__bindgen_ty_2 {
    devp_pglist: vm_object__bindgen_ty_6__bindgen_ty_2__bindgen_ty_1,
    pub ops: *const cdev_pager_ops,
    handle: *mut ::core::ffi::c_void,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_object__bindgen_ty_6__bindgen_ty_2__bindgen_ty_1 {
    pub tqh_first: *mut vm_page,
    pub tqh_last: *mut *mut vm_page,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_object__bindgen_ty_6__bindgen_ty_3 {
    pub sgp_pglist: vm_object__bindgen_ty_6__bindgen_ty_3__bindgen_ty_1,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_object__bindgen_ty_6__bindgen_ty_3__bindgen_ty_1 {
    pub tqh_first: *mut vm_page,
    pub tqh_last: *mut *mut vm_page,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_object__bindgen_ty_6__bindgen_ty_4 {
    pub swp_priv: *mut ::core::ffi::c_void,
    pub swp_blks: pctrie,
    pub writemappings: vm_ooffset_t,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_object__bindgen_ty_6__bindgen_ty_5 {
    pub ops: *const phys_pager_ops,
    pub __bindgen_anon_1: vm_object__bindgen_ty_6__bindgen_ty_5__bindgen_ty_1,
    pub phys_priv: *mut ::core::ffi::c_void,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_page {
    pub plinks: vm_page__bindgen_ty_1,
    pub object: vm_object_t,
    pub pindex: vm_pindex_t,
    pub phys_addr: vm_paddr_t,
    pub md: md_page,
    pub ref_count: u_int,
    pub busy_lock: u_int,
    pub a: vm_page_astate,
    pub order: u8,
    pub pool: u8,
    pub flags: u8,
    pub oflags: u8,
    pub psind: i8,
    pub segind: i8,
    pub valid: vm_page_bits_t,
    pub dirty: vm_page_bits_t,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_page__bindgen_ty_1__bindgen_ty_1 {
    pub tqe_next: *mut vm_page,
    pub tqe_prev: *mut *mut vm_page,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_page__bindgen_ty_1__bindgen_ty_2 {
    pub ss: vm_page__bindgen_ty_1__bindgen_ty_2__bindgen_ty_1,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_page__bindgen_ty_1__bindgen_ty_2__bindgen_ty_1 {
    pub sle_next: *mut vm_page,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_page__bindgen_ty_1__bindgen_ty_3 {
    pub p: u_long,
    pub v: u_long,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vm_page__bindgen_ty_1__bindgen_ty_4 {
    pub slab: *mut ::core::ffi::c_void,
    pub zone: *mut ::core::ffi::c_void,
}
#[repr(C)]
pub struct cdev_pager_ops {
    _unused: [u8; 0],
}
#[repr(C)]
pub struct phys_pager_ops {
    _unused: [u8; 0],
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct kpi_cdevpriv {
    pub destroy: ::core::option::Option<
        unsafe extern "C" fn(arg1: *mut ::core::ffi::c_void),
    >,
    pub closed: *mut sema,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct vnet {
    pub _address: u8,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct seltd {
    pub _address: u8,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct umtx_q {
    pub _address: u8,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct filedesc_to_leader {
    pub _address: u8,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct pwddesc {
    pub _address: u8,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct itimers {
    pub _address: u8,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct ktr_request {
    pub _address: u8,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub struct shmmap_state {
    pub _address: u8,
}
pub const EPERM: u32 = 1;
pub const ENOENT: u32 = 2;
pub const ESRCH: u32 = 3;
pub const EINTR: u32 = 4;
pub const EIO: u32 = 5;
pub const ENXIO: u32 = 6;
pub const E2BIG: u32 = 7;
pub const ENOEXEC: u32 = 8;
pub const EBADF: u32 = 9;
pub const ECHILD: u32 = 10;
pub const EDEADLK: u32 = 11;
pub const ENOMEM: u32 = 12;
pub const EACCES: u32 = 13;
pub const EFAULT: u32 = 14;
pub const ENOTBLK: u32 = 15;
pub const EBUSY: u32 = 16;
pub const EEXIST: u32 = 17;
pub const EXDEV: u32 = 18;
pub const ENODEV: u32 = 19;
pub const ENOTDIR: u32 = 20;
pub const EISDIR: u32 = 21;
pub const EINVAL: u32 = 22;
pub const ENFILE: u32 = 23;
pub const EMFILE: u32 = 24;
pub const ENOTTY: u32 = 25;
pub const ETXTBSY: u32 = 26;
pub const EFBIG: u32 = 27;
pub const ENOSPC: u32 = 28;
pub const ESPIPE: u32 = 29;
pub const EROFS: u32 = 30;
pub const EMLINK: u32 = 31;
pub const EPIPE: u32 = 32;
pub const EDOM: u32 = 33;
pub const ERANGE: u32 = 34;
pub const EAGAIN: u32 = 35;
pub const EWOULDBLOCK: u32 = 35;
pub const EINPROGRESS: u32 = 36;
pub const EALREADY: u32 = 37;
pub const ENOTSOCK: u32 = 38;
pub const EDESTADDRREQ: u32 = 39;
pub const EMSGSIZE: u32 = 40;
pub const EPROTOTYPE: u32 = 41;
pub const ENOPROTOOPT: u32 = 42;
pub const EPROTONOSUPPORT: u32 = 43;
pub const ESOCKTNOSUPPORT: u32 = 44;
pub const EOPNOTSUPP: u32 = 45;
pub const ENOTSUP: u32 = 45;
pub const EPFNOSUPPORT: u32 = 46;
pub const EAFNOSUPPORT: u32 = 47;
pub const EADDRINUSE: u32 = 48;
pub const EADDRNOTAVAIL: u32 = 49;
pub const ENETDOWN: u32 = 50;
pub const ENETUNREACH: u32 = 51;
pub const ENETRESET: u32 = 52;
pub const ECONNABORTED: u32 = 53;
pub const ECONNRESET: u32 = 54;
pub const ENOBUFS: u32 = 55;
pub const EISCONN: u32 = 56;
pub const ENOTCONN: u32 = 57;
pub const ESHUTDOWN: u32 = 58;
pub const ETOOMANYREFS: u32 = 59;
pub const ETIMEDOUT: u32 = 60;
pub const ECONNREFUSED: u32 = 61;
pub const ELOOP: u32 = 62;
pub const ENAMETOOLONG: u32 = 63;
pub const EHOSTDOWN: u32 = 64;
pub const EHOSTUNREACH: u32 = 65;
pub const ENOTEMPTY: u32 = 66;
pub const EPROCLIM: u32 = 67;
pub const EUSERS: u32 = 68;
pub const EDQUOT: u32 = 69;
pub const ESTALE: u32 = 70;
pub const EREMOTE: u32 = 71;
pub const EBADRPC: u32 = 72;
pub const ERPCMISMATCH: u32 = 73;
pub const EPROGUNAVAIL: u32 = 74;
pub const EPROGMISMATCH: u32 = 75;
pub const EPROCUNAVAIL: u32 = 76;
pub const ENOLCK: u32 = 77;
pub const ENOSYS: u32 = 78;
pub const EFTYPE: u32 = 79;
pub const EAUTH: u32 = 80;
pub const ENEEDAUTH: u32 = 81;
pub const EIDRM: u32 = 82;
pub const ENOMSG: u32 = 83;
pub const EOVERFLOW: u32 = 84;
pub const ECANCELED: u32 = 85;
pub const EILSEQ: u32 = 86;
pub const ENOATTR: u32 = 87;
pub const EDOOFUS: u32 = 88;
pub const EBADMSG: u32 = 89;
pub const EMULTIHOP: u32 = 90;
pub const ENOLINK: u32 = 91;
pub const EPROTO: u32 = 92;
pub const ENOTCAPABLE: u32 = 93;
pub const ECAPMODE: u32 = 94;
pub const ENOTRECOVERABLE: u32 = 95;
pub const EOWNERDEAD: u32 = 96;
pub const EINTEGRITY: u32 = 97;
pub const ERESTART: i32 = -1;
pub const EJUSTRETURN: i32 = -2;
pub const ENOIOCTL: i32 = -3;
pub const EDIRIOCTL: i32 = -4;
pub const ERELOOKUP: i32 = -5;
pub const PAGE_SHIFT: u32 = 12;
pub const PAGE_SIZE: u32 = 4096;
pub const MTX_DEF: u32 = 0;
pub const UID_ROOT: u32 = 0;
pub const GID_WHEEL: u32 = 0;
pub const D_TRACKCLOSE: u32 = 524288;
pub const D_VERSION: u32 = 1548272467;
pub const MAKEDEV_WAITOK: u32 = 8;
pub const MAKEDEV_CHECKNAME: u32 = 32;
pub const FREAD: u32 = 1;
pub const FWRITE: u32 = 2;
pub const CTLTYPE_NODE: u32 = 1;
pub const CTLTYPE_UINT: u32 = 6;
pub const CTLTYPE_U64: u32 = 9;
pub const CTLFLAG_RD: u32 = 2147483648;
pub const CTLFLAG_RWTUN: u32 = 3221749760;
pub const CTLFLAG_MPSAFE: u32 = 262144;
pub const CTLFLAG_STATS: u32 = 8192;
pub const OID_AUTO: i32 = -1;
pub const M_WAITOK: u32 = 2;
pub const M_VERSION: u32 = 2024073001;
pub const MDT_DEPEND: u32 = 1;
pub const MDT_MODULE: u32 = 2;
pub const MDT_VERSION: u32 = 3;
pub const MDT_STRUCT_VERSION: u32 = 1;
pub const PRIV_MAXFILES: u32 = 3;
pub const CRED_FLAG_CAPMODE: u32 = 1;
pub const P_SYSTEM: u32 = 512;
pub const PGET_CANSEE: u32 = 2;
pub const PGET_CANDEBUG: u32 = 4;
pub const PGET_NOTWEXIT: u32 = 16;
pub const PGET_NOTID: u32 = 64;
pub const KERN_SUCCESS: u32 = 0;
pub const KERN_RESOURCE_SHORTAGE: u32 = 6;
pub const KERN_OUT_OF_BOUNDS: u32 = 9;
pub const MAP_ENTRY_IS_SUB_MAP: u32 = 2;
pub const MAP_ENTRY_COW: u32 = 4;
pub const MAP_ENTRY_NEEDS_COPY: u32 = 8;
pub const MAP_ACC_NO_CHARGE: u32 = 32768;
pub const VM_FAULT_DIRTY: u32 = 2;
pub const VM_FAULT_NOFILL: u32 = 4;
pub const OBJ_FICTITIOUS: u32 = 1;
pub const OBJ_UNMANAGED: u32 = 2;
pub const OBJ_DEAD: u32 = 8;
pub const OBJ_SWAP: u32 = 512;
pub const VM_PAGE_BITS_ALL: u32 = 255;
pub const VPRC_BLOCKED: u32 = 1073741824;
pub const VPRC_OBJREF: u32 = 2147483648;
pub const VPO_UNMANAGED: u32 = 4;
pub const PQ_ACTIVE: u32 = 1;
pub const PG_FICTITIOUS: u32 = 2;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of __sigset"][::core::mem::size_of::<__sigset>() - 16usize];
    ["Alignment of __sigset"][::core::mem::align_of::<__sigset>() - 4usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of timespec"][::core::mem::size_of::<timespec>() - 16usize];
    ["Alignment of timespec"][::core::mem::align_of::<timespec>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of itimerval"][::core::mem::size_of::<itimerval>() - 32usize];
    ["Alignment of itimerval"][::core::mem::align_of::<itimerval>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of callout"][::core::mem::size_of::<callout>() - 64usize];
    ["Alignment of callout"][::core::mem::align_of::<callout>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of lock_object"][::core::mem::size_of::<lock_object>() - 24usize];
    ["Alignment of lock_object"][::core::mem::align_of::<lock_object>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mtx"][::core::mem::size_of::<mtx>() - 32usize];
    ["Alignment of mtx"][::core::mem::align_of::<mtx>() - 8usize];
    [
        "Offset of field: mtx::lock_object",
    ][::core::mem::offset_of!(mtx, lock_object) - 0usize];
    ["Offset of field: mtx::mtx_lock"][::core::mem::offset_of!(mtx, mtx_lock) - 24usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of sx"][::core::mem::size_of::<sx>() - 32usize];
    ["Alignment of sx"][::core::mem::align_of::<sx>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage"][::core::mem::size_of::<rusage>() - 144usize];
    ["Alignment of rusage"][::core::mem::align_of::<rusage>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of sigaltstack"][::core::mem::size_of::<sigaltstack>() - 24usize];
    ["Alignment of sigaltstack"][::core::mem::align_of::<sigaltstack>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of __siginfo"][::core::mem::size_of::<__siginfo>() - 80usize];
    ["Alignment of __siginfo"][::core::mem::align_of::<__siginfo>() - 8usize];
};
pub const sysinit_sub_id_SI_SUB_DUMMY: sysinit_sub_id = 0;
pub const sysinit_sub_id_SI_SUB_TUNABLES: sysinit_sub_id = 7340032;
pub const sysinit_sub_id_SI_SUB_COPYRIGHT: sysinit_sub_id = 8388609;
pub const sysinit_sub_id_SI_SUB_VM: sysinit_sub_id = 16777216;
pub const sysinit_sub_id_SI_SUB_COUNTER: sysinit_sub_id = 17825792;
pub const sysinit_sub_id_SI_SUB_KMEM: sysinit_sub_id = 25165824;
pub const sysinit_sub_id_SI_SUB_HYPERVISOR: sysinit_sub_id = 27525120;
pub const sysinit_sub_id_SI_SUB_WITNESS: sysinit_sub_id = 27787264;
pub const sysinit_sub_id_SI_SUB_MTX_POOL_DYNAMIC: sysinit_sub_id = 28049408;
pub const sysinit_sub_id_SI_SUB_LOCK: sysinit_sub_id = 28311552;
pub const sysinit_sub_id_SI_SUB_EVENTHANDLER: sysinit_sub_id = 29360128;
pub const sysinit_sub_id_SI_SUB_VNET_PRELINK: sysinit_sub_id = 31457280;
pub const sysinit_sub_id_SI_SUB_KLD: sysinit_sub_id = 33554432;
pub const sysinit_sub_id_SI_SUB_KHELP: sysinit_sub_id = 34078720;
pub const sysinit_sub_id_SI_SUB_CPU: sysinit_sub_id = 34603008;
pub const sysinit_sub_id_SI_SUB_RACCT: sysinit_sub_id = 34668544;
pub const sysinit_sub_id_SI_SUB_KDTRACE: sysinit_sub_id = 34865152;
pub const sysinit_sub_id_SI_SUB_RANDOM: sysinit_sub_id = 34996224;
pub const sysinit_sub_id_SI_SUB_MAC: sysinit_sub_id = 35127296;
pub const sysinit_sub_id_SI_SUB_MAC_POLICY: sysinit_sub_id = 35389440;
pub const sysinit_sub_id_SI_SUB_MAC_LATE: sysinit_sub_id = 35454976;
pub const sysinit_sub_id_SI_SUB_VNET: sysinit_sub_id = 35520512;
pub const sysinit_sub_id_SI_SUB_INTRINSIC: sysinit_sub_id = 35651584;
pub const sysinit_sub_id_SI_SUB_VM_CONF: sysinit_sub_id = 36700160;
pub const sysinit_sub_id_SI_SUB_DDB_SERVICES: sysinit_sub_id = 37224448;
pub const sysinit_sub_id_SI_SUB_RUN_QUEUE: sysinit_sub_id = 37748736;
pub const sysinit_sub_id_SI_SUB_KTRACE: sysinit_sub_id = 38273024;
pub const sysinit_sub_id_SI_SUB_OPENSOLARIS: sysinit_sub_id = 38338560;
pub const sysinit_sub_id_SI_SUB_AUDIT: sysinit_sub_id = 38535168;
pub const sysinit_sub_id_SI_SUB_CREATE_INIT: sysinit_sub_id = 38797312;
pub const sysinit_sub_id_SI_SUB_SCHED_IDLE: sysinit_sub_id = 39845888;
pub const sysinit_sub_id_SI_SUB_MBUF: sysinit_sub_id = 40894464;
pub const sysinit_sub_id_SI_SUB_INTR: sysinit_sub_id = 41943040;
pub const sysinit_sub_id_SI_SUB_TASKQ: sysinit_sub_id = 42467328;
pub const sysinit_sub_id_SI_SUB_EPOCH: sysinit_sub_id = 42500096;
pub const sysinit_sub_id_SI_SUB_SOFTINTR: sysinit_sub_id = 44040192;
pub const sysinit_sub_id_SI_SUB_DEVFS: sysinit_sub_id = 49283072;
pub const sysinit_sub_id_SI_SUB_INIT_IF: sysinit_sub_id = 50331648;
pub const sysinit_sub_id_SI_SUB_NETGRAPH: sysinit_sub_id = 50397184;
pub const sysinit_sub_id_SI_SUB_DTRACE: sysinit_sub_id = 50462720;
pub const sysinit_sub_id_SI_SUB_DTRACE_PROVIDER: sysinit_sub_id = 50626560;
pub const sysinit_sub_id_SI_SUB_DTRACE_ANON: sysinit_sub_id = 50905088;
pub const sysinit_sub_id_SI_SUB_DRIVERS: sysinit_sub_id = 51380224;
pub const sysinit_sub_id_SI_SUB_CONFIGURE: sysinit_sub_id = 58720256;
pub const sysinit_sub_id_SI_SUB_VFS: sysinit_sub_id = 67108864;
pub const sysinit_sub_id_SI_SUB_CLOCKS: sysinit_sub_id = 75497472;
pub const sysinit_sub_id_SI_SUB_SYSV_SHM: sysinit_sub_id = 104857600;
pub const sysinit_sub_id_SI_SUB_SYSV_SEM: sysinit_sub_id = 109051904;
pub const sysinit_sub_id_SI_SUB_SYSV_MSG: sysinit_sub_id = 113246208;
pub const sysinit_sub_id_SI_SUB_P1003_1B: sysinit_sub_id = 115343360;
pub const sysinit_sub_id_SI_SUB_PSEUDO: sysinit_sub_id = 117440512;
pub const sysinit_sub_id_SI_SUB_EXEC: sysinit_sub_id = 121634816;
pub const sysinit_sub_id_SI_SUB_PROTO_BEGIN: sysinit_sub_id = 134217728;
pub const sysinit_sub_id_SI_SUB_PROTO_PFIL: sysinit_sub_id = 135266304;
pub const sysinit_sub_id_SI_SUB_PROTO_IF: sysinit_sub_id = 138412032;
pub const sysinit_sub_id_SI_SUB_PROTO_DOMAININIT: sysinit_sub_id = 140509184;
pub const sysinit_sub_id_SI_SUB_PROTO_MC: sysinit_sub_id = 141557760;
pub const sysinit_sub_id_SI_SUB_PROTO_DOMAIN: sysinit_sub_id = 142606336;
pub const sysinit_sub_id_SI_SUB_PROTO_FIREWALL: sysinit_sub_id = 142630912;
pub const sysinit_sub_id_SI_SUB_PROTO_IFATTACHDOMAIN: sysinit_sub_id = 142639104;
pub const sysinit_sub_id_SI_SUB_PROTO_END: sysinit_sub_id = 150994943;
pub const sysinit_sub_id_SI_SUB_KPROF: sysinit_sub_id = 150994944;
pub const sysinit_sub_id_SI_SUB_KICK_SCHEDULER: sysinit_sub_id = 167772160;
pub const sysinit_sub_id_SI_SUB_INT_CONFIG_HOOKS: sysinit_sub_id = 176160768;
pub const sysinit_sub_id_SI_SUB_ROOT_CONF: sysinit_sub_id = 184549376;
pub const sysinit_sub_id_SI_SUB_INTRINSIC_POST: sysinit_sub_id = 218103808;
pub const sysinit_sub_id_SI_SUB_SYSCALLS: sysinit_sub_id = 226492416;
pub const sysinit_sub_id_SI_SUB_VNET_DONE: sysinit_sub_id = 230686720;
pub const sysinit_sub_id_SI_SUB_KTHREAD_INIT: sysinit_sub_id = 234881024;
pub const sysinit_sub_id_SI_SUB_KTHREAD_PAGE: sysinit_sub_id = 239075328;
pub const sysinit_sub_id_SI_SUB_KTHREAD_VM: sysinit_sub_id = 243269632;
pub const sysinit_sub_id_SI_SUB_KTHREAD_BUF: sysinit_sub_id = 245366784;
pub const sysinit_sub_id_SI_SUB_KTHREAD_UPDATE: sysinit_sub_id = 247463936;
pub const sysinit_sub_id_SI_SUB_KTHREAD_IDLE: sysinit_sub_id = 249561088;
pub const sysinit_sub_id_SI_SUB_SMP: sysinit_sub_id = 251658240;
pub const sysinit_sub_id_SI_SUB_RACCTD: sysinit_sub_id = 252706816;
pub const sysinit_sub_id_SI_SUB_LAST: sysinit_sub_id = 268435455;
pub const sysinit_elem_order_SI_ORDER_FIRST: sysinit_elem_order = 0;
pub const sysinit_elem_order_SI_ORDER_SECOND: sysinit_elem_order = 1;
pub const sysinit_elem_order_SI_ORDER_THIRD: sysinit_elem_order = 2;
pub const sysinit_elem_order_SI_ORDER_FOURTH: sysinit_elem_order = 3;
pub const sysinit_elem_order_SI_ORDER_FIFTH: sysinit_elem_order = 4;
pub const sysinit_elem_order_SI_ORDER_SIXTH: sysinit_elem_order = 5;
pub const sysinit_elem_order_SI_ORDER_SEVENTH: sysinit_elem_order = 6;
pub const sysinit_elem_order_SI_ORDER_EIGHTH: sysinit_elem_order = 7;
pub const sysinit_elem_order_SI_ORDER_MIDDLE: sysinit_elem_order = 16777216;
pub const sysinit_elem_order_SI_ORDER_ANY: sysinit_elem_order = 268435455;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of sysinit__bindgen_ty_1",
    ][::core::mem::size_of::<sysinit__bindgen_ty_1>() - 8usize];
    [
        "Alignment of sysinit__bindgen_ty_1",
    ][::core::mem::align_of::<sysinit__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: sysinit__bindgen_ty_1::stqe_next",
    ][::core::mem::offset_of!(sysinit__bindgen_ty_1, stqe_next) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of sysinit"][::core::mem::size_of::<sysinit>() - 32usize];
    ["Alignment of sysinit"][::core::mem::align_of::<sysinit>() - 8usize];
    [
        "Offset of field: sysinit::subsystem",
    ][::core::mem::offset_of!(sysinit, subsystem) - 0usize];
    [
        "Offset of field: sysinit::order",
    ][::core::mem::offset_of!(sysinit, order) - 4usize];
    ["Offset of field: sysinit::next"][::core::mem::offset_of!(sysinit, next) - 8usize];
    ["Offset of field: sysinit::func"][::core::mem::offset_of!(sysinit, func) - 16usize];
    [
        "Offset of field: sysinit::udata",
    ][::core::mem::offset_of!(sysinit, udata) - 24usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of lpohead"][::core::mem::size_of::<lpohead>() - 8usize];
    ["Alignment of lpohead"][::core::mem::align_of::<lpohead>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of sdt_argtype__bindgen_ty_1",
    ][::core::mem::size_of::<sdt_argtype__bindgen_ty_1>() - 16usize];
    [
        "Alignment of sdt_argtype__bindgen_ty_1",
    ][::core::mem::align_of::<sdt_argtype__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: sdt_argtype__bindgen_ty_1::tqe_next",
    ][::core::mem::offset_of!(sdt_argtype__bindgen_ty_1, tqe_next) - 0usize];
    [
        "Offset of field: sdt_argtype__bindgen_ty_1::tqe_prev",
    ][::core::mem::offset_of!(sdt_argtype__bindgen_ty_1, tqe_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of sdt_argtype"][::core::mem::size_of::<sdt_argtype>() - 48usize];
    ["Alignment of sdt_argtype"][::core::mem::align_of::<sdt_argtype>() - 8usize];
    [
        "Offset of field: sdt_argtype::ndx",
    ][::core::mem::offset_of!(sdt_argtype, ndx) - 0usize];
    [
        "Offset of field: sdt_argtype::type_",
    ][::core::mem::offset_of!(sdt_argtype, type_) - 8usize];
    [
        "Offset of field: sdt_argtype::xtype",
    ][::core::mem::offset_of!(sdt_argtype, xtype) - 16usize];
    [
        "Offset of field: sdt_argtype::argtype_entry",
    ][::core::mem::offset_of!(sdt_argtype, argtype_entry) - 24usize];
    [
        "Offset of field: sdt_argtype::probe",
    ][::core::mem::offset_of!(sdt_argtype, probe) - 40usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of sdt_probe__bindgen_ty_1",
    ][::core::mem::size_of::<sdt_probe__bindgen_ty_1>() - 16usize];
    [
        "Alignment of sdt_probe__bindgen_ty_1",
    ][::core::mem::align_of::<sdt_probe__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: sdt_probe__bindgen_ty_1::tqe_next",
    ][::core::mem::offset_of!(sdt_probe__bindgen_ty_1, tqe_next) - 0usize];
    [
        "Offset of field: sdt_probe__bindgen_ty_1::tqe_prev",
    ][::core::mem::offset_of!(sdt_probe__bindgen_ty_1, tqe_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of sdt_probe__bindgen_ty_2",
    ][::core::mem::size_of::<sdt_probe__bindgen_ty_2>() - 16usize];
    [
        "Alignment of sdt_probe__bindgen_ty_2",
    ][::core::mem::align_of::<sdt_probe__bindgen_ty_2>() - 8usize];
    [
        "Offset of field: sdt_probe__bindgen_ty_2::tqh_first",
    ][::core::mem::offset_of!(sdt_probe__bindgen_ty_2, tqh_first) - 0usize];
    [
        "Offset of field: sdt_probe__bindgen_ty_2::tqh_last",
    ][::core::mem::offset_of!(sdt_probe__bindgen_ty_2, tqh_last) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of sdt_probe__bindgen_ty_3",
    ][::core::mem::size_of::<sdt_probe__bindgen_ty_3>() - 16usize];
    [
        "Alignment of sdt_probe__bindgen_ty_3",
    ][::core::mem::align_of::<sdt_probe__bindgen_ty_3>() - 8usize];
    [
        "Offset of field: sdt_probe__bindgen_ty_3::stqh_first",
    ][::core::mem::offset_of!(sdt_probe__bindgen_ty_3, stqh_first) - 0usize];
    [
        "Offset of field: sdt_probe__bindgen_ty_3::stqh_last",
    ][::core::mem::offset_of!(sdt_probe__bindgen_ty_3, stqh_last) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of sdt_probe"][::core::mem::size_of::<sdt_probe>() - 112usize];
    ["Alignment of sdt_probe"][::core::mem::align_of::<sdt_probe>() - 8usize];
    [
        "Offset of field: sdt_probe::version",
    ][::core::mem::offset_of!(sdt_probe, version) - 0usize];
    [
        "Offset of field: sdt_probe::prov",
    ][::core::mem::offset_of!(sdt_probe, prov) - 8usize];
    [
        "Offset of field: sdt_probe::probe_entry",
    ][::core::mem::offset_of!(sdt_probe, probe_entry) - 16usize];
    [
        "Offset of field: sdt_probe::argtype_list",
    ][::core::mem::offset_of!(sdt_probe, argtype_list) - 32usize];
    [
        "Offset of field: sdt_probe::tracepoint_list",
    ][::core::mem::offset_of!(sdt_probe, tracepoint_list) - 48usize];
    [
        "Offset of field: sdt_probe::mod_",
    ][::core::mem::offset_of!(sdt_probe, mod_) - 64usize];
    [
        "Offset of field: sdt_probe::func",
    ][::core::mem::offset_of!(sdt_probe, func) - 72usize];
    [
        "Offset of field: sdt_probe::name",
    ][::core::mem::offset_of!(sdt_probe, name) - 80usize];
    ["Offset of field: sdt_probe::id"][::core::mem::offset_of!(sdt_probe, id) - 88usize];
    [
        "Offset of field: sdt_probe::n_args",
    ][::core::mem::offset_of!(sdt_probe, n_args) - 96usize];
    [
        "Offset of field: sdt_probe::sdtp_lf",
    ][::core::mem::offset_of!(sdt_probe, sdtp_lf) - 104usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of sdt_provider__bindgen_ty_1",
    ][::core::mem::size_of::<sdt_provider__bindgen_ty_1>() - 16usize];
    [
        "Alignment of sdt_provider__bindgen_ty_1",
    ][::core::mem::align_of::<sdt_provider__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: sdt_provider__bindgen_ty_1::tqe_next",
    ][::core::mem::offset_of!(sdt_provider__bindgen_ty_1, tqe_next) - 0usize];
    [
        "Offset of field: sdt_provider__bindgen_ty_1::tqe_prev",
    ][::core::mem::offset_of!(sdt_provider__bindgen_ty_1, tqe_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of sdt_provider"][::core::mem::size_of::<sdt_provider>() - 40usize];
    ["Alignment of sdt_provider"][::core::mem::align_of::<sdt_provider>() - 8usize];
    [
        "Offset of field: sdt_provider::name",
    ][::core::mem::offset_of!(sdt_provider, name) - 0usize];
    [
        "Offset of field: sdt_provider::prov_entry",
    ][::core::mem::offset_of!(sdt_provider, prov_entry) - 8usize];
    [
        "Offset of field: sdt_provider::id",
    ][::core::mem::offset_of!(sdt_provider, id) - 24usize];
    [
        "Offset of field: sdt_provider::sdt_refs",
    ][::core::mem::offset_of!(sdt_provider, sdt_refs) - 32usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of cdev__bindgen_ty_1",
    ][::core::mem::size_of::<cdev__bindgen_ty_1>() - 16usize];
    [
        "Alignment of cdev__bindgen_ty_1",
    ][::core::mem::align_of::<cdev__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: cdev__bindgen_ty_1::le_next",
    ][::core::mem::offset_of!(cdev__bindgen_ty_1, le_next) - 0usize];
    [
        "Offset of field: cdev__bindgen_ty_1::le_prev",
    ][::core::mem::offset_of!(cdev__bindgen_ty_1, le_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of cdev__bindgen_ty_2",
    ][::core::mem::size_of::<cdev__bindgen_ty_2>() - 16usize];
    [
        "Alignment of cdev__bindgen_ty_2",
    ][::core::mem::align_of::<cdev__bindgen_ty_2>() - 8usize];
    [
        "Offset of field: cdev__bindgen_ty_2::le_next",
    ][::core::mem::offset_of!(cdev__bindgen_ty_2, le_next) - 0usize];
    [
        "Offset of field: cdev__bindgen_ty_2::le_prev",
    ][::core::mem::offset_of!(cdev__bindgen_ty_2, le_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of cdev__bindgen_ty_3",
    ][::core::mem::size_of::<cdev__bindgen_ty_3>() - 8usize];
    [
        "Alignment of cdev__bindgen_ty_3",
    ][::core::mem::align_of::<cdev__bindgen_ty_3>() - 8usize];
    [
        "Offset of field: cdev__bindgen_ty_3::lh_first",
    ][::core::mem::offset_of!(cdev__bindgen_ty_3, lh_first) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of cdev__bindgen_ty_4",
    ][::core::mem::size_of::<cdev__bindgen_ty_4>() - 16usize];
    [
        "Alignment of cdev__bindgen_ty_4",
    ][::core::mem::align_of::<cdev__bindgen_ty_4>() - 8usize];
    [
        "Offset of field: cdev__bindgen_ty_4::le_next",
    ][::core::mem::offset_of!(cdev__bindgen_ty_4, le_next) - 0usize];
    [
        "Offset of field: cdev__bindgen_ty_4::le_prev",
    ][::core::mem::offset_of!(cdev__bindgen_ty_4, le_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of cdev__bindgen_ty_5",
    ][::core::mem::size_of::<cdev__bindgen_ty_5>() - 8usize];
    [
        "Alignment of cdev__bindgen_ty_5",
    ][::core::mem::align_of::<cdev__bindgen_ty_5>() - 8usize];
    [
        "Offset of field: cdev__bindgen_ty_5::__sid_snapdata",
    ][::core::mem::offset_of!(cdev__bindgen_ty_5, __sid_snapdata) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cdev"][::core::mem::size_of::<cdev>() - 480usize];
    ["Alignment of cdev"][::core::mem::align_of::<cdev>() - 8usize];
    [
        "Offset of field: cdev::si_spare0",
    ][::core::mem::offset_of!(cdev, si_spare0) - 0usize];
    [
        "Offset of field: cdev::si_flags",
    ][::core::mem::offset_of!(cdev, si_flags) - 8usize];
    [
        "Offset of field: cdev::si_atime",
    ][::core::mem::offset_of!(cdev, si_atime) - 16usize];
    [
        "Offset of field: cdev::si_ctime",
    ][::core::mem::offset_of!(cdev, si_ctime) - 32usize];
    [
        "Offset of field: cdev::si_mtime",
    ][::core::mem::offset_of!(cdev, si_mtime) - 48usize];
    ["Offset of field: cdev::si_uid"][::core::mem::offset_of!(cdev, si_uid) - 64usize];
    ["Offset of field: cdev::si_gid"][::core::mem::offset_of!(cdev, si_gid) - 68usize];
    ["Offset of field: cdev::si_mode"][::core::mem::offset_of!(cdev, si_mode) - 72usize];
    ["Offset of field: cdev::si_cred"][::core::mem::offset_of!(cdev, si_cred) - 80usize];
    ["Offset of field: cdev::si_drv0"][::core::mem::offset_of!(cdev, si_drv0) - 88usize];
    [
        "Offset of field: cdev::si_refcount",
    ][::core::mem::offset_of!(cdev, si_refcount) - 92usize];
    ["Offset of field: cdev::si_list"][::core::mem::offset_of!(cdev, si_list) - 96usize];
    [
        "Offset of field: cdev::si_clone",
    ][::core::mem::offset_of!(cdev, si_clone) - 112usize];
    [
        "Offset of field: cdev::si_children",
    ][::core::mem::offset_of!(cdev, si_children) - 128usize];
    [
        "Offset of field: cdev::si_siblings",
    ][::core::mem::offset_of!(cdev, si_siblings) - 136usize];
    [
        "Offset of field: cdev::si_parent",
    ][::core::mem::offset_of!(cdev, si_parent) - 152usize];
    [
        "Offset of field: cdev::si_mountpt",
    ][::core::mem::offset_of!(cdev, si_mountpt) - 160usize];
    [
        "Offset of field: cdev::si_drv1",
    ][::core::mem::offset_of!(cdev, si_drv1) - 168usize];
    [
        "Offset of field: cdev::si_drv2",
    ][::core::mem::offset_of!(cdev, si_drv2) - 176usize];
    [
        "Offset of field: cdev::si_devsw",
    ][::core::mem::offset_of!(cdev, si_devsw) - 184usize];
    [
        "Offset of field: cdev::si_iosize_max",
    ][::core::mem::offset_of!(cdev, si_iosize_max) - 192usize];
    [
        "Offset of field: cdev::si_usecount",
    ][::core::mem::offset_of!(cdev, si_usecount) - 200usize];
    [
        "Offset of field: cdev::si_threadcount",
    ][::core::mem::offset_of!(cdev, si_threadcount) - 208usize];
    ["Offset of field: cdev::__si_u"][::core::mem::offset_of!(cdev, __si_u) - 216usize];
    [
        "Offset of field: cdev::si_name",
    ][::core::mem::offset_of!(cdev, si_name) - 224usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of cdevsw__bindgen_ty_1",
    ][::core::mem::size_of::<cdevsw__bindgen_ty_1>() - 8usize];
    [
        "Alignment of cdevsw__bindgen_ty_1",
    ][::core::mem::align_of::<cdevsw__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: cdevsw__bindgen_ty_1::lh_first",
    ][::core::mem::offset_of!(cdevsw__bindgen_ty_1, lh_first) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of cdevsw__bindgen_ty_2__bindgen_ty_1",
    ][::core::mem::size_of::<cdevsw__bindgen_ty_2__bindgen_ty_1>() - 8usize];
    [
        "Alignment of cdevsw__bindgen_ty_2__bindgen_ty_1",
    ][::core::mem::align_of::<cdevsw__bindgen_ty_2__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: cdevsw__bindgen_ty_2__bindgen_ty_1::sle_next",
    ][::core::mem::offset_of!(cdevsw__bindgen_ty_2__bindgen_ty_1, sle_next) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of cdevsw__bindgen_ty_2",
    ][::core::mem::size_of::<cdevsw__bindgen_ty_2>() - 8usize];
    [
        "Alignment of cdevsw__bindgen_ty_2",
    ][::core::mem::align_of::<cdevsw__bindgen_ty_2>() - 8usize];
    [
        "Offset of field: cdevsw__bindgen_ty_2::gianttrick",
    ][::core::mem::offset_of!(cdevsw__bindgen_ty_2, gianttrick) - 0usize];
    [
        "Offset of field: cdevsw__bindgen_ty_2::postfree_list",
    ][::core::mem::offset_of!(cdevsw__bindgen_ty_2, postfree_list) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cdevsw"][::core::mem::size_of::<cdevsw>() - 184usize];
    ["Alignment of cdevsw"][::core::mem::align_of::<cdevsw>() - 8usize];
    [
        "Offset of field: cdevsw::d_version",
    ][::core::mem::offset_of!(cdevsw, d_version) - 0usize];
    [
        "Offset of field: cdevsw::d_flags",
    ][::core::mem::offset_of!(cdevsw, d_flags) - 4usize];
    [
        "Offset of field: cdevsw::d_name",
    ][::core::mem::offset_of!(cdevsw, d_name) - 8usize];
    [
        "Offset of field: cdevsw::d_open",
    ][::core::mem::offset_of!(cdevsw, d_open) - 16usize];
    [
        "Offset of field: cdevsw::d_fdopen",
    ][::core::mem::offset_of!(cdevsw, d_fdopen) - 24usize];
    [
        "Offset of field: cdevsw::d_close",
    ][::core::mem::offset_of!(cdevsw, d_close) - 32usize];
    [
        "Offset of field: cdevsw::d_read",
    ][::core::mem::offset_of!(cdevsw, d_read) - 40usize];
    [
        "Offset of field: cdevsw::d_write",
    ][::core::mem::offset_of!(cdevsw, d_write) - 48usize];
    [
        "Offset of field: cdevsw::d_ioctl",
    ][::core::mem::offset_of!(cdevsw, d_ioctl) - 56usize];
    [
        "Offset of field: cdevsw::d_poll",
    ][::core::mem::offset_of!(cdevsw, d_poll) - 64usize];
    [
        "Offset of field: cdevsw::d_mmap",
    ][::core::mem::offset_of!(cdevsw, d_mmap) - 72usize];
    [
        "Offset of field: cdevsw::d_strategy",
    ][::core::mem::offset_of!(cdevsw, d_strategy) - 80usize];
    [
        "Offset of field: cdevsw::d_spare0",
    ][::core::mem::offset_of!(cdevsw, d_spare0) - 88usize];
    [
        "Offset of field: cdevsw::d_kqfilter",
    ][::core::mem::offset_of!(cdevsw, d_kqfilter) - 96usize];
    [
        "Offset of field: cdevsw::d_purge",
    ][::core::mem::offset_of!(cdevsw, d_purge) - 104usize];
    [
        "Offset of field: cdevsw::d_mmap_single",
    ][::core::mem::offset_of!(cdevsw, d_mmap_single) - 112usize];
    [
        "Offset of field: cdevsw::d_spare1",
    ][::core::mem::offset_of!(cdevsw, d_spare1) - 120usize];
    [
        "Offset of field: cdevsw::d_spare2",
    ][::core::mem::offset_of!(cdevsw, d_spare2) - 136usize];
    [
        "Offset of field: cdevsw::d_devs",
    ][::core::mem::offset_of!(cdevsw, d_devs) - 160usize];
    [
        "Offset of field: cdevsw::d_spare3",
    ][::core::mem::offset_of!(cdevsw, d_spare3) - 168usize];
    [
        "Offset of field: cdevsw::__d_giant",
    ][::core::mem::offset_of!(cdevsw, __d_giant) - 176usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of sysctl_oid_list"][::core::mem::size_of::<sysctl_oid_list>() - 8usize];
    [
        "Alignment of sysctl_oid_list",
    ][::core::mem::align_of::<sysctl_oid_list>() - 8usize];
    [
        "Offset of field: sysctl_oid_list::rbh_root",
    ][::core::mem::offset_of!(sysctl_oid_list, rbh_root) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of sysctl_oid__bindgen_ty_1",
    ][::core::mem::size_of::<sysctl_oid__bindgen_ty_1>() - 24usize];
    [
        "Alignment of sysctl_oid__bindgen_ty_1",
    ][::core::mem::align_of::<sysctl_oid__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: sysctl_oid__bindgen_ty_1::rbe_link",
    ][::core::mem::offset_of!(sysctl_oid__bindgen_ty_1, rbe_link) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of sysctl_oid"][::core::mem::size_of::<sysctl_oid>() - 112usize];
    ["Alignment of sysctl_oid"][::core::mem::align_of::<sysctl_oid>() - 8usize];
    [
        "Offset of field: sysctl_oid::oid_children",
    ][::core::mem::offset_of!(sysctl_oid, oid_children) - 0usize];
    [
        "Offset of field: sysctl_oid::oid_parent",
    ][::core::mem::offset_of!(sysctl_oid, oid_parent) - 8usize];
    [
        "Offset of field: sysctl_oid::oid_link",
    ][::core::mem::offset_of!(sysctl_oid, oid_link) - 16usize];
    [
        "Offset of field: sysctl_oid::oid_number",
    ][::core::mem::offset_of!(sysctl_oid, oid_number) - 40usize];
    [
        "Offset of field: sysctl_oid::oid_kind",
    ][::core::mem::offset_of!(sysctl_oid, oid_kind) - 44usize];
    [
        "Offset of field: sysctl_oid::oid_arg1",
    ][::core::mem::offset_of!(sysctl_oid, oid_arg1) - 48usize];
    [
        "Offset of field: sysctl_oid::oid_arg2",
    ][::core::mem::offset_of!(sysctl_oid, oid_arg2) - 56usize];
    [
        "Offset of field: sysctl_oid::oid_name",
    ][::core::mem::offset_of!(sysctl_oid, oid_name) - 64usize];
    [
        "Offset of field: sysctl_oid::oid_handler",
    ][::core::mem::offset_of!(sysctl_oid, oid_handler) - 72usize];
    [
        "Offset of field: sysctl_oid::oid_fmt",
    ][::core::mem::offset_of!(sysctl_oid, oid_fmt) - 80usize];
    [
        "Offset of field: sysctl_oid::oid_refcnt",
    ][::core::mem::offset_of!(sysctl_oid, oid_refcnt) - 88usize];
    [
        "Offset of field: sysctl_oid::oid_running",
    ][::core::mem::offset_of!(sysctl_oid, oid_running) - 92usize];
    [
        "Offset of field: sysctl_oid::oid_descr",
    ][::core::mem::offset_of!(sysctl_oid, oid_descr) - 96usize];
    [
        "Offset of field: sysctl_oid::oid_label",
    ][::core::mem::offset_of!(sysctl_oid, oid_label) - 104usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of sysctl_ctx_list"][::core::mem::size_of::<sysctl_ctx_list>() - 16usize];
    [
        "Alignment of sysctl_ctx_list",
    ][::core::mem::align_of::<sysctl_ctx_list>() - 8usize];
    [
        "Offset of field: sysctl_ctx_list::tqh_first",
    ][::core::mem::offset_of!(sysctl_ctx_list, tqh_first) - 0usize];
    [
        "Offset of field: sysctl_ctx_list::tqh_last",
    ][::core::mem::offset_of!(sysctl_ctx_list, tqh_last) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of osd"][::core::mem::size_of::<osd>() - 32usize];
    ["Alignment of osd"][::core::mem::align_of::<osd>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of malloc_type_internal",
    ][::core::mem::size_of::<malloc_type_internal>() - 88usize];
    [
        "Alignment of malloc_type_internal",
    ][::core::mem::align_of::<malloc_type_internal>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of malloc_type"][::core::mem::size_of::<malloc_type>() - 112usize];
    ["Alignment of malloc_type"][::core::mem::align_of::<malloc_type>() - 8usize];
    [
        "Offset of field: malloc_type::ks_next",
    ][::core::mem::offset_of!(malloc_type, ks_next) - 0usize];
    [
        "Offset of field: malloc_type::ks_version",
    ][::core::mem::offset_of!(malloc_type, ks_version) - 8usize];
    [
        "Offset of field: malloc_type::ks_shortdesc",
    ][::core::mem::offset_of!(malloc_type, ks_shortdesc) - 16usize];
    [
        "Offset of field: malloc_type::ks_mti",
    ][::core::mem::offset_of!(malloc_type, ks_mti) - 24usize];
};
pub const modeventtype_MOD_LOAD: modeventtype = 0;
pub const modeventtype_MOD_UNLOAD: modeventtype = 1;
pub const modeventtype_MOD_SHUTDOWN: modeventtype = 2;
pub const modeventtype_MOD_QUIESCE: modeventtype = 3;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of moduledata"][::core::mem::size_of::<moduledata>() - 24usize];
    ["Alignment of moduledata"][::core::mem::align_of::<moduledata>() - 8usize];
    [
        "Offset of field: moduledata::name",
    ][::core::mem::offset_of!(moduledata, name) - 0usize];
    [
        "Offset of field: moduledata::evhand",
    ][::core::mem::offset_of!(moduledata, evhand) - 8usize];
    [
        "Offset of field: moduledata::priv_",
    ][::core::mem::offset_of!(moduledata, priv_) - 16usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mod_depend"][::core::mem::size_of::<mod_depend>() - 12usize];
    ["Alignment of mod_depend"][::core::mem::align_of::<mod_depend>() - 4usize];
    [
        "Offset of field: mod_depend::md_ver_minimum",
    ][::core::mem::offset_of!(mod_depend, md_ver_minimum) - 0usize];
    [
        "Offset of field: mod_depend::md_ver_preferred",
    ][::core::mem::offset_of!(mod_depend, md_ver_preferred) - 4usize];
    [
        "Offset of field: mod_depend::md_ver_maximum",
    ][::core::mem::offset_of!(mod_depend, md_ver_maximum) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mod_version"][::core::mem::size_of::<mod_version>() - 4usize];
    ["Alignment of mod_version"][::core::mem::align_of::<mod_version>() - 4usize];
    [
        "Offset of field: mod_version::mv_version",
    ][::core::mem::offset_of!(mod_version, mv_version) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mod_metadata"][::core::mem::size_of::<mod_metadata>() - 24usize];
    ["Alignment of mod_metadata"][::core::mem::align_of::<mod_metadata>() - 8usize];
    [
        "Offset of field: mod_metadata::md_version",
    ][::core::mem::offset_of!(mod_metadata, md_version) - 0usize];
    [
        "Offset of field: mod_metadata::md_type",
    ][::core::mem::offset_of!(mod_metadata, md_type) - 4usize];
    [
        "Offset of field: mod_metadata::md_data",
    ][::core::mem::offset_of!(mod_metadata, md_data) - 8usize];
    [
        "Offset of field: mod_metadata::md_cval",
    ][::core::mem::offset_of!(mod_metadata, md_cval) - 16usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of kexterr"][::core::mem::size_of::<kexterr>() - 40usize];
    ["Alignment of kexterr"][::core::mem::align_of::<kexterr>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of cv"][::core::mem::size_of::<cv>() - 16usize];
    ["Alignment of cv"][::core::mem::align_of::<cv>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of sigiolst"][::core::mem::size_of::<sigiolst>() - 8usize];
    ["Alignment of sigiolst"][::core::mem::align_of::<sigiolst>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of sigqueue"][::core::mem::size_of::<sigqueue>() - 80usize];
    ["Alignment of sigqueue"][::core::mem::align_of::<sigqueue>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of auditinfo_addr"][::core::mem::size_of::<auditinfo_addr>() - 48usize];
    ["Alignment of auditinfo_addr"][::core::mem::align_of::<auditinfo_addr>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of ucred"][::core::mem::size_of::<ucred>() - 264usize];
    ["Alignment of ucred"][::core::mem::align_of::<ucred>() - 8usize];
    ["Offset of field: ucred::cr_mtx"][::core::mem::offset_of!(ucred, cr_mtx) - 0usize];
    ["Offset of field: ucred::cr_ref"][::core::mem::offset_of!(ucred, cr_ref) - 32usize];
    [
        "Offset of field: ucred::cr_users",
    ][::core::mem::offset_of!(ucred, cr_users) - 40usize];
    [
        "Offset of field: ucred::cr_flags",
    ][::core::mem::offset_of!(ucred, cr_flags) - 44usize];
    [
        "Offset of field: ucred::cr_audit",
    ][::core::mem::offset_of!(ucred, cr_audit) - 48usize];
    [
        "Offset of field: ucred::cr_ngroups",
    ][::core::mem::offset_of!(ucred, cr_ngroups) - 96usize];
    [
        "Offset of field: ucred::cr_uid",
    ][::core::mem::offset_of!(ucred, cr_uid) - 100usize];
    [
        "Offset of field: ucred::cr_ruid",
    ][::core::mem::offset_of!(ucred, cr_ruid) - 104usize];
    [
        "Offset of field: ucred::cr_svuid",
    ][::core::mem::offset_of!(ucred, cr_svuid) - 108usize];
    [
        "Offset of field: ucred::cr_gid",
    ][::core::mem::offset_of!(ucred, cr_gid) - 112usize];
    [
        "Offset of field: ucred::cr_rgid",
    ][::core::mem::offset_of!(ucred, cr_rgid) - 116usize];
    [
        "Offset of field: ucred::cr_svgid",
    ][::core::mem::offset_of!(ucred, cr_svgid) - 120usize];
    [
        "Offset of field: ucred::cr_uidinfo",
    ][::core::mem::offset_of!(ucred, cr_uidinfo) - 128usize];
    [
        "Offset of field: ucred::cr_ruidinfo",
    ][::core::mem::offset_of!(ucred, cr_ruidinfo) - 136usize];
    [
        "Offset of field: ucred::cr_prison",
    ][::core::mem::offset_of!(ucred, cr_prison) - 144usize];
    [
        "Offset of field: ucred::cr_loginclass",
    ][::core::mem::offset_of!(ucred, cr_loginclass) - 152usize];
    [
        "Offset of field: ucred::cr_pspare2",
    ][::core::mem::offset_of!(ucred, cr_pspare2) - 160usize];
    [
        "Offset of field: ucred::cr_label",
    ][::core::mem::offset_of!(ucred, cr_label) - 176usize];
    [
        "Offset of field: ucred::cr_groups",
    ][::core::mem::offset_of!(ucred, cr_groups) - 184usize];
    [
        "Offset of field: ucred::cr_agroups",
    ][::core::mem::offset_of!(ucred, cr_agroups) - 192usize];
    [
        "Offset of field: ucred::cr_smallgroups",
    ][::core::mem::offset_of!(ucred, cr_smallgroups) - 196usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of domainset_ref"][::core::mem::size_of::<domainset_ref>() - 16usize];
    ["Alignment of domainset_ref"][::core::mem::align_of::<domainset_ref>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mdthread"][::core::mem::size_of::<mdthread>() - 152usize];
    ["Alignment of mdthread"][::core::mem::align_of::<mdthread>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of mdproc"][::core::mem::size_of::<mdproc>() - 24usize];
    ["Alignment of mdproc"][::core::mem::align_of::<mdproc>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of syscall_args"][::core::mem::size_of::<syscall_args>() - 80usize];
    ["Alignment of syscall_args"][::core::mem::align_of::<syscall_args>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rusage_ext"][::core::mem::size_of::<rusage_ext>() - 56usize];
    ["Alignment of rusage_ext"][::core::mem::align_of::<rusage_ext>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of thread__bindgen_ty_1",
    ][::core::mem::size_of::<thread__bindgen_ty_1>() - 16usize];
    [
        "Alignment of thread__bindgen_ty_1",
    ][::core::mem::align_of::<thread__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: thread__bindgen_ty_1::tqe_next",
    ][::core::mem::offset_of!(thread__bindgen_ty_1, tqe_next) - 0usize];
    [
        "Offset of field: thread__bindgen_ty_1::tqe_prev",
    ][::core::mem::offset_of!(thread__bindgen_ty_1, tqe_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of thread__bindgen_ty_2",
    ][::core::mem::size_of::<thread__bindgen_ty_2>() - 16usize];
    [
        "Alignment of thread__bindgen_ty_2",
    ][::core::mem::align_of::<thread__bindgen_ty_2>() - 8usize];
    [
        "Offset of field: thread__bindgen_ty_2::tqe_next",
    ][::core::mem::offset_of!(thread__bindgen_ty_2, tqe_next) - 0usize];
    [
        "Offset of field: thread__bindgen_ty_2::tqe_prev",
    ][::core::mem::offset_of!(thread__bindgen_ty_2, tqe_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of thread__bindgen_ty_3__bindgen_ty_1",
    ][::core::mem::size_of::<thread__bindgen_ty_3__bindgen_ty_1>() - 16usize];
    [
        "Alignment of thread__bindgen_ty_3__bindgen_ty_1",
    ][::core::mem::align_of::<thread__bindgen_ty_3__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: thread__bindgen_ty_3__bindgen_ty_1::tqe_next",
    ][::core::mem::offset_of!(thread__bindgen_ty_3__bindgen_ty_1, tqe_next) - 0usize];
    [
        "Offset of field: thread__bindgen_ty_3__bindgen_ty_1::tqe_prev",
    ][::core::mem::offset_of!(thread__bindgen_ty_3__bindgen_ty_1, tqe_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of thread__bindgen_ty_3",
    ][::core::mem::size_of::<thread__bindgen_ty_3>() - 16usize];
    [
        "Alignment of thread__bindgen_ty_3",
    ][::core::mem::align_of::<thread__bindgen_ty_3>() - 8usize];
    [
        "Offset of field: thread__bindgen_ty_3::td_slpq",
    ][::core::mem::offset_of!(thread__bindgen_ty_3, td_slpq) - 0usize];
    [
        "Offset of field: thread__bindgen_ty_3::td_zombie",
    ][::core::mem::offset_of!(thread__bindgen_ty_3, td_zombie) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of thread__bindgen_ty_4",
    ][::core::mem::size_of::<thread__bindgen_ty_4>() - 16usize];
    [
        "Alignment of thread__bindgen_ty_4",
    ][::core::mem::align_of::<thread__bindgen_ty_4>() - 8usize];
    [
        "Offset of field: thread__bindgen_ty_4::tqe_next",
    ][::core::mem::offset_of!(thread__bindgen_ty_4, tqe_next) - 0usize];
    [
        "Offset of field: thread__bindgen_ty_4::tqe_prev",
    ][::core::mem::offset_of!(thread__bindgen_ty_4, tqe_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of thread__bindgen_ty_5",
    ][::core::mem::size_of::<thread__bindgen_ty_5>() - 16usize];
    [
        "Alignment of thread__bindgen_ty_5",
    ][::core::mem::align_of::<thread__bindgen_ty_5>() - 8usize];
    [
        "Offset of field: thread__bindgen_ty_5::le_next",
    ][::core::mem::offset_of!(thread__bindgen_ty_5, le_next) - 0usize];
    [
        "Offset of field: thread__bindgen_ty_5::le_prev",
    ][::core::mem::offset_of!(thread__bindgen_ty_5, le_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of thread__bindgen_ty_6",
    ][::core::mem::size_of::<thread__bindgen_ty_6>() - 8usize];
    [
        "Alignment of thread__bindgen_ty_6",
    ][::core::mem::align_of::<thread__bindgen_ty_6>() - 8usize];
    [
        "Offset of field: thread__bindgen_ty_6::lh_first",
    ][::core::mem::offset_of!(thread__bindgen_ty_6, lh_first) - 0usize];
};
pub const thread_td_states_TDS_INACTIVE: thread_td_states = 0;
pub const thread_td_states_TDS_INHIBITED: thread_td_states = 1;
pub const thread_td_states_TDS_CAN_RUN: thread_td_states = 2;
pub const thread_td_states_TDS_RUNQ: thread_td_states = 3;
pub const thread_td_states_TDS_RUNNING: thread_td_states = 4;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of thread__bindgen_ty_7",
    ][::core::mem::size_of::<thread__bindgen_ty_7>() - 16usize];
    [
        "Alignment of thread__bindgen_ty_7",
    ][::core::mem::align_of::<thread__bindgen_ty_7>() - 8usize];
    [
        "Offset of field: thread__bindgen_ty_7::tdu_retval",
    ][::core::mem::offset_of!(thread__bindgen_ty_7, tdu_retval) - 0usize];
    [
        "Offset of field: thread__bindgen_ty_7::tdu_off",
    ][::core::mem::offset_of!(thread__bindgen_ty_7, tdu_off) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of thread"][::core::mem::size_of::<thread>() - 1560usize];
    ["Alignment of thread"][::core::mem::align_of::<thread>() - 8usize];
    [
        "Offset of field: thread::td_lock",
    ][::core::mem::offset_of!(thread, td_lock) - 0usize];
    [
        "Offset of field: thread::td_proc",
    ][::core::mem::offset_of!(thread, td_proc) - 8usize];
    [
        "Offset of field: thread::td_plist",
    ][::core::mem::offset_of!(thread, td_plist) - 16usize];
    [
        "Offset of field: thread::td_runq",
    ][::core::mem::offset_of!(thread, td_runq) - 32usize];
    [
        "Offset of field: thread::td_lockq",
    ][::core::mem::offset_of!(thread, td_lockq) - 64usize];
    [
        "Offset of field: thread::td_hash",
    ][::core::mem::offset_of!(thread, td_hash) - 80usize];
    [
        "Offset of field: thread::td_cpuset",
    ][::core::mem::offset_of!(thread, td_cpuset) - 96usize];
    [
        "Offset of field: thread::td_domain",
    ][::core::mem::offset_of!(thread, td_domain) - 104usize];
    [
        "Offset of field: thread::td_sel",
    ][::core::mem::offset_of!(thread, td_sel) - 120usize];
    [
        "Offset of field: thread::td_sleepqueue",
    ][::core::mem::offset_of!(thread, td_sleepqueue) - 128usize];
    [
        "Offset of field: thread::td_turnstile",
    ][::core::mem::offset_of!(thread, td_turnstile) - 136usize];
    [
        "Offset of field: thread::td_pad1",
    ][::core::mem::offset_of!(thread, td_pad1) - 144usize];
    [
        "Offset of field: thread::td_umtxq",
    ][::core::mem::offset_of!(thread, td_umtxq) - 152usize];
    [
        "Offset of field: thread::td_tid",
    ][::core::mem::offset_of!(thread, td_tid) - 160usize];
    [
        "Offset of field: thread::td_sigqueue",
    ][::core::mem::offset_of!(thread, td_sigqueue) - 168usize];
    [
        "Offset of field: thread::td_lend_user_pri",
    ][::core::mem::offset_of!(thread, td_lend_user_pri) - 248usize];
    [
        "Offset of field: thread::td_allocdomain",
    ][::core::mem::offset_of!(thread, td_allocdomain) - 249usize];
    [
        "Offset of field: thread::td_base_ithread_pri",
    ][::core::mem::offset_of!(thread, td_base_ithread_pri) - 250usize];
    [
        "Offset of field: thread::td_kmsan",
    ][::core::mem::offset_of!(thread, td_kmsan) - 256usize];
    [
        "Offset of field: thread::td_flags",
    ][::core::mem::offset_of!(thread, td_flags) - 264usize];
    [
        "Offset of field: thread::td_ast",
    ][::core::mem::offset_of!(thread, td_ast) - 268usize];
    [
        "Offset of field: thread::td_inhibitors",
    ][::core::mem::offset_of!(thread, td_inhibitors) - 272usize];
    [
        "Offset of field: thread::td_pflags",
    ][::core::mem::offset_of!(thread, td_pflags) - 276usize];
    [
        "Offset of field: thread::td_pflags2",
    ][::core::mem::offset_of!(thread, td_pflags2) - 280usize];
    [
        "Offset of field: thread::td_dupfd",
    ][::core::mem::offset_of!(thread, td_dupfd) - 284usize];
    [
        "Offset of field: thread::td_sqqueue",
    ][::core::mem::offset_of!(thread, td_sqqueue) - 288usize];
    [
        "Offset of field: thread::td_wchan",
    ][::core::mem::offset_of!(thread, td_wchan) - 296usize];
    [
        "Offset of field: thread::td_wmesg",
    ][::core::mem::offset_of!(thread, td_wmesg) - 304usize];
    [
        "Offset of field: thread::td_owepreempt",
    ][::core::mem::offset_of!(thread, td_owepreempt) - 312usize];
    [
        "Offset of field: thread::td_tsqueue",
    ][::core::mem::offset_of!(thread, td_tsqueue) - 313usize];
    [
        "Offset of field: thread::_td_pad0",
    ][::core::mem::offset_of!(thread, _td_pad0) - 314usize];
    [
        "Offset of field: thread::td_locks",
    ][::core::mem::offset_of!(thread, td_locks) - 316usize];
    [
        "Offset of field: thread::td_rw_rlocks",
    ][::core::mem::offset_of!(thread, td_rw_rlocks) - 320usize];
    [
        "Offset of field: thread::td_sx_slocks",
    ][::core::mem::offset_of!(thread, td_sx_slocks) - 324usize];
    [
        "Offset of field: thread::td_lk_slocks",
    ][::core::mem::offset_of!(thread, td_lk_slocks) - 328usize];
    [
        "Offset of field: thread::td_wantedlock",
    ][::core::mem::offset_of!(thread, td_wantedlock) - 336usize];
    [
        "Offset of field: thread::td_blocked",
    ][::core::mem::offset_of!(thread, td_blocked) - 344usize];
    [
        "Offset of field: thread::td_lockname",
    ][::core::mem::offset_of!(thread, td_lockname) - 352usize];
    [
        "Offset of field: thread::td_contested",
    ][::core::mem::offset_of!(thread, td_contested) - 360usize];
    [
        "Offset of field: thread::td_sleeplocks",
    ][::core::mem::offset_of!(thread, td_sleeplocks) - 368usize];
    [
        "Offset of field: thread::td_intr_nesting_level",
    ][::core::mem::offset_of!(thread, td_intr_nesting_level) - 376usize];
    [
        "Offset of field: thread::td_pinned",
    ][::core::mem::offset_of!(thread, td_pinned) - 380usize];
    [
        "Offset of field: thread::td_realucred",
    ][::core::mem::offset_of!(thread, td_realucred) - 384usize];
    [
        "Offset of field: thread::td_ucred",
    ][::core::mem::offset_of!(thread, td_ucred) - 392usize];
    [
        "Offset of field: thread::td_limit",
    ][::core::mem::offset_of!(thread, td_limit) - 400usize];
    [
        "Offset of field: thread::td_slptick",
    ][::core::mem::offset_of!(thread, td_slptick) - 408usize];
    [
        "Offset of field: thread::td_blktick",
    ][::core::mem::offset_of!(thread, td_blktick) - 412usize];
    [
        "Offset of field: thread::td_swvoltick",
    ][::core::mem::offset_of!(thread, td_swvoltick) - 416usize];
    [
        "Offset of field: thread::td_swinvoltick",
    ][::core::mem::offset_of!(thread, td_swinvoltick) - 420usize];
    [
        "Offset of field: thread::td_cow",
    ][::core::mem::offset_of!(thread, td_cow) - 424usize];
    [
        "Offset of field: thread::td_ru",
    ][::core::mem::offset_of!(thread, td_ru) - 432usize];
    [
        "Offset of field: thread::td_rux",
    ][::core::mem::offset_of!(thread, td_rux) - 576usize];
    [
        "Offset of field: thread::td_incruntime",
    ][::core::mem::offset_of!(thread, td_incruntime) - 632usize];
    [
        "Offset of field: thread::td_runtime",
    ][::core::mem::offset_of!(thread, td_runtime) - 640usize];
    [
        "Offset of field: thread::td_pticks",
    ][::core::mem::offset_of!(thread, td_pticks) - 648usize];
    [
        "Offset of field: thread::td_sticks",
    ][::core::mem::offset_of!(thread, td_sticks) - 652usize];
    [
        "Offset of field: thread::td_iticks",
    ][::core::mem::offset_of!(thread, td_iticks) - 656usize];
    [
        "Offset of field: thread::td_uticks",
    ][::core::mem::offset_of!(thread, td_uticks) - 660usize];
    [
        "Offset of field: thread::td_intrval",
    ][::core::mem::offset_of!(thread, td_intrval) - 664usize];
    [
        "Offset of field: thread::td_oldsigmask",
    ][::core::mem::offset_of!(thread, td_oldsigmask) - 668usize];
    [
        "Offset of field: thread::td_generation",
    ][::core::mem::offset_of!(thread, td_generation) - 684usize];
    [
        "Offset of field: thread::td_sigstk",
    ][::core::mem::offset_of!(thread, td_sigstk) - 688usize];
    [
        "Offset of field: thread::td_xsig",
    ][::core::mem::offset_of!(thread, td_xsig) - 712usize];
    [
        "Offset of field: thread::td_profil_addr",
    ][::core::mem::offset_of!(thread, td_profil_addr) - 720usize];
    [
        "Offset of field: thread::td_profil_ticks",
    ][::core::mem::offset_of!(thread, td_profil_ticks) - 728usize];
    [
        "Offset of field: thread::td_name",
    ][::core::mem::offset_of!(thread, td_name) - 732usize];
    [
        "Offset of field: thread::td_fpop",
    ][::core::mem::offset_of!(thread, td_fpop) - 752usize];
    [
        "Offset of field: thread::td_dbgflags",
    ][::core::mem::offset_of!(thread, td_dbgflags) - 760usize];
    [
        "Offset of field: thread::td_si",
    ][::core::mem::offset_of!(thread, td_si) - 768usize];
    [
        "Offset of field: thread::td_ng_outbound",
    ][::core::mem::offset_of!(thread, td_ng_outbound) - 848usize];
    [
        "Offset of field: thread::td_osd",
    ][::core::mem::offset_of!(thread, td_osd) - 856usize];
    [
        "Offset of field: thread::td_map_def_user",
    ][::core::mem::offset_of!(thread, td_map_def_user) - 888usize];
    [
        "Offset of field: thread::td_dbg_forked",
    ][::core::mem::offset_of!(thread, td_dbg_forked) - 896usize];
    [
        "Offset of field: thread::td_no_sleeping",
    ][::core::mem::offset_of!(thread, td_no_sleeping) - 900usize];
    [
        "Offset of field: thread::td_vp_reserved",
    ][::core::mem::offset_of!(thread, td_vp_reserved) - 904usize];
    [
        "Offset of field: thread::td_su",
    ][::core::mem::offset_of!(thread, td_su) - 912usize];
    [
        "Offset of field: thread::td_sleeptimo",
    ][::core::mem::offset_of!(thread, td_sleeptimo) - 920usize];
    [
        "Offset of field: thread::td_rtcgen",
    ][::core::mem::offset_of!(thread, td_rtcgen) - 928usize];
    [
        "Offset of field: thread::td_errno",
    ][::core::mem::offset_of!(thread, td_errno) - 932usize];
    [
        "Offset of field: thread::td_vslock_sz",
    ][::core::mem::offset_of!(thread, td_vslock_sz) - 936usize];
    [
        "Offset of field: thread::td_kcov_info",
    ][::core::mem::offset_of!(thread, td_kcov_info) - 944usize];
    [
        "Offset of field: thread::td_ucredref",
    ][::core::mem::offset_of!(thread, td_ucredref) - 952usize];
    [
        "Offset of field: thread::td_kexterr",
    ][::core::mem::offset_of!(thread, td_kexterr) - 960usize];
    [
        "Offset of field: thread::td_sigmask",
    ][::core::mem::offset_of!(thread, td_sigmask) - 1000usize];
    [
        "Offset of field: thread::td_rqindex",
    ][::core::mem::offset_of!(thread, td_rqindex) - 1016usize];
    [
        "Offset of field: thread::td_base_pri",
    ][::core::mem::offset_of!(thread, td_base_pri) - 1017usize];
    [
        "Offset of field: thread::td_priority",
    ][::core::mem::offset_of!(thread, td_priority) - 1018usize];
    [
        "Offset of field: thread::td_pri_class",
    ][::core::mem::offset_of!(thread, td_pri_class) - 1019usize];
    [
        "Offset of field: thread::td_user_pri",
    ][::core::mem::offset_of!(thread, td_user_pri) - 1020usize];
    [
        "Offset of field: thread::td_base_user_pri",
    ][::core::mem::offset_of!(thread, td_base_user_pri) - 1021usize];
    [
        "Offset of field: thread::td_rb_list",
    ][::core::mem::offset_of!(thread, td_rb_list) - 1024usize];
    [
        "Offset of field: thread::td_rbp_list",
    ][::core::mem::offset_of!(thread, td_rbp_list) - 1032usize];
    [
        "Offset of field: thread::td_rb_inact",
    ][::core::mem::offset_of!(thread, td_rb_inact) - 1040usize];
    [
        "Offset of field: thread::td_sa",
    ][::core::mem::offset_of!(thread, td_sa) - 1048usize];
    [
        "Offset of field: thread::td_sigblock_ptr",
    ][::core::mem::offset_of!(thread, td_sigblock_ptr) - 1128usize];
    [
        "Offset of field: thread::td_sigblock_val",
    ][::core::mem::offset_of!(thread, td_sigblock_val) - 1136usize];
    [
        "Offset of field: thread::td_exterr_ptr",
    ][::core::mem::offset_of!(thread, td_exterr_ptr) - 1144usize];
    [
        "Offset of field: thread::td_pcb",
    ][::core::mem::offset_of!(thread, td_pcb) - 1152usize];
    [
        "Offset of field: thread::td_state",
    ][::core::mem::offset_of!(thread, td_state) - 1160usize];
    [
        "Offset of field: thread::td_uretoff",
    ][::core::mem::offset_of!(thread, td_uretoff) - 1168usize];
    [
        "Offset of field: thread::td_cowgen",
    ][::core::mem::offset_of!(thread, td_cowgen) - 1184usize];
    [
        "Offset of field: thread::td_slpcallout",
    ][::core::mem::offset_of!(thread, td_slpcallout) - 1192usize];
    [
        "Offset of field: thread::td_frame",
    ][::core::mem::offset_of!(thread, td_frame) - 1256usize];
    [
        "Offset of field: thread::td_kstack",
    ][::core::mem::offset_of!(thread, td_kstack) - 1264usize];
    [
        "Offset of field: thread::td_kstack_pages",
    ][::core::mem::offset_of!(thread, td_kstack_pages) - 1272usize];
    [
        "Offset of field: thread::td_kstack_domain",
    ][::core::mem::offset_of!(thread, td_kstack_domain) - 1274usize];
    [
        "Offset of field: thread::td_critnest",
    ][::core::mem::offset_of!(thread, td_critnest) - 1276usize];
    [
        "Offset of field: thread::td_md",
    ][::core::mem::offset_of!(thread, td_md) - 1280usize];
    [
        "Offset of field: thread::td_ar",
    ][::core::mem::offset_of!(thread, td_ar) - 1432usize];
    [
        "Offset of field: thread::td_lprof",
    ][::core::mem::offset_of!(thread, td_lprof) - 1440usize];
    [
        "Offset of field: thread::td_dtrace",
    ][::core::mem::offset_of!(thread, td_dtrace) - 1456usize];
    [
        "Offset of field: thread::td_vnet",
    ][::core::mem::offset_of!(thread, td_vnet) - 1464usize];
    [
        "Offset of field: thread::td_vnet_lpush",
    ][::core::mem::offset_of!(thread, td_vnet_lpush) - 1472usize];
    [
        "Offset of field: thread::td_intr_frame",
    ][::core::mem::offset_of!(thread, td_intr_frame) - 1480usize];
    [
        "Offset of field: thread::td_rfppwait_p",
    ][::core::mem::offset_of!(thread, td_rfppwait_p) - 1488usize];
    [
        "Offset of field: thread::td_ma",
    ][::core::mem::offset_of!(thread, td_ma) - 1496usize];
    [
        "Offset of field: thread::td_ma_cnt",
    ][::core::mem::offset_of!(thread, td_ma_cnt) - 1504usize];
    [
        "Offset of field: thread::td_emuldata",
    ][::core::mem::offset_of!(thread, td_emuldata) - 1512usize];
    [
        "Offset of field: thread::td_lastcpu",
    ][::core::mem::offset_of!(thread, td_lastcpu) - 1520usize];
    [
        "Offset of field: thread::td_oncpu",
    ][::core::mem::offset_of!(thread, td_oncpu) - 1524usize];
    [
        "Offset of field: thread::td_lkpi_task",
    ][::core::mem::offset_of!(thread, td_lkpi_task) - 1528usize];
    [
        "Offset of field: thread::td_pmcpend",
    ][::core::mem::offset_of!(thread, td_pmcpend) - 1536usize];
    [
        "Offset of field: thread::td_remotereq",
    ][::core::mem::offset_of!(thread, td_remotereq) - 1544usize];
    [
        "Offset of field: thread::td_ktr_io_lim",
    ][::core::mem::offset_of!(thread, td_ktr_io_lim) - 1552usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_1",
    ][::core::mem::size_of::<proc__bindgen_ty_1>() - 16usize];
    [
        "Alignment of proc__bindgen_ty_1",
    ][::core::mem::align_of::<proc__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_1::le_next",
    ][::core::mem::offset_of!(proc__bindgen_ty_1, le_next) - 0usize];
    [
        "Offset of field: proc__bindgen_ty_1::le_prev",
    ][::core::mem::offset_of!(proc__bindgen_ty_1, le_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_2",
    ][::core::mem::size_of::<proc__bindgen_ty_2>() - 16usize];
    [
        "Alignment of proc__bindgen_ty_2",
    ][::core::mem::align_of::<proc__bindgen_ty_2>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_2::tqh_first",
    ][::core::mem::offset_of!(proc__bindgen_ty_2, tqh_first) - 0usize];
    [
        "Offset of field: proc__bindgen_ty_2::tqh_last",
    ][::core::mem::offset_of!(proc__bindgen_ty_2, tqh_last) - 8usize];
};
pub const proc_p_states_PRS_NEW: proc_p_states = 0;
pub const proc_p_states_PRS_NORMAL: proc_p_states = 1;
pub const proc_p_states_PRS_ZOMBIE: proc_p_states = 2;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_3",
    ][::core::mem::size_of::<proc__bindgen_ty_3>() - 16usize];
    [
        "Alignment of proc__bindgen_ty_3",
    ][::core::mem::align_of::<proc__bindgen_ty_3>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_3::le_next",
    ][::core::mem::offset_of!(proc__bindgen_ty_3, le_next) - 0usize];
    [
        "Offset of field: proc__bindgen_ty_3::le_prev",
    ][::core::mem::offset_of!(proc__bindgen_ty_3, le_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_4",
    ][::core::mem::size_of::<proc__bindgen_ty_4>() - 16usize];
    [
        "Alignment of proc__bindgen_ty_4",
    ][::core::mem::align_of::<proc__bindgen_ty_4>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_4::le_next",
    ][::core::mem::offset_of!(proc__bindgen_ty_4, le_next) - 0usize];
    [
        "Offset of field: proc__bindgen_ty_4::le_prev",
    ][::core::mem::offset_of!(proc__bindgen_ty_4, le_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_5",
    ][::core::mem::size_of::<proc__bindgen_ty_5>() - 16usize];
    [
        "Alignment of proc__bindgen_ty_5",
    ][::core::mem::align_of::<proc__bindgen_ty_5>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_5::le_next",
    ][::core::mem::offset_of!(proc__bindgen_ty_5, le_next) - 0usize];
    [
        "Offset of field: proc__bindgen_ty_5::le_prev",
    ][::core::mem::offset_of!(proc__bindgen_ty_5, le_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_6",
    ][::core::mem::size_of::<proc__bindgen_ty_6>() - 8usize];
    [
        "Alignment of proc__bindgen_ty_6",
    ][::core::mem::align_of::<proc__bindgen_ty_6>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_6::lh_first",
    ][::core::mem::offset_of!(proc__bindgen_ty_6, lh_first) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_7",
    ][::core::mem::size_of::<proc__bindgen_ty_7>() - 8usize];
    [
        "Alignment of proc__bindgen_ty_7",
    ][::core::mem::align_of::<proc__bindgen_ty_7>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_7::lh_first",
    ][::core::mem::offset_of!(proc__bindgen_ty_7, lh_first) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_8",
    ][::core::mem::size_of::<proc__bindgen_ty_8>() - 16usize];
    [
        "Alignment of proc__bindgen_ty_8",
    ][::core::mem::align_of::<proc__bindgen_ty_8>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_8::le_next",
    ][::core::mem::offset_of!(proc__bindgen_ty_8, le_next) - 0usize];
    [
        "Offset of field: proc__bindgen_ty_8::le_prev",
    ][::core::mem::offset_of!(proc__bindgen_ty_8, le_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_9",
    ][::core::mem::size_of::<proc__bindgen_ty_9>() - 16usize];
    [
        "Alignment of proc__bindgen_ty_9",
    ][::core::mem::align_of::<proc__bindgen_ty_9>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_9::stqh_first",
    ][::core::mem::offset_of!(proc__bindgen_ty_9, stqh_first) - 0usize];
    [
        "Offset of field: proc__bindgen_ty_9::stqh_last",
    ][::core::mem::offset_of!(proc__bindgen_ty_9, stqh_last) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_10",
    ][::core::mem::size_of::<proc__bindgen_ty_10>() - 8usize];
    [
        "Alignment of proc__bindgen_ty_10",
    ][::core::mem::align_of::<proc__bindgen_ty_10>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_10::lh_first",
    ][::core::mem::offset_of!(proc__bindgen_ty_10, lh_first) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_11",
    ][::core::mem::size_of::<proc__bindgen_ty_11>() - 16usize];
    [
        "Alignment of proc__bindgen_ty_11",
    ][::core::mem::align_of::<proc__bindgen_ty_11>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_11::le_next",
    ][::core::mem::offset_of!(proc__bindgen_ty_11, le_next) - 0usize];
    [
        "Offset of field: proc__bindgen_ty_11::le_prev",
    ][::core::mem::offset_of!(proc__bindgen_ty_11, le_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_12",
    ][::core::mem::size_of::<proc__bindgen_ty_12>() - 8usize];
    [
        "Alignment of proc__bindgen_ty_12",
    ][::core::mem::align_of::<proc__bindgen_ty_12>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_12::lh_first",
    ][::core::mem::offset_of!(proc__bindgen_ty_12, lh_first) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_13",
    ][::core::mem::size_of::<proc__bindgen_ty_13>() - 16usize];
    [
        "Alignment of proc__bindgen_ty_13",
    ][::core::mem::align_of::<proc__bindgen_ty_13>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_13::tqh_first",
    ][::core::mem::offset_of!(proc__bindgen_ty_13, tqh_first) - 0usize];
    [
        "Offset of field: proc__bindgen_ty_13::tqh_last",
    ][::core::mem::offset_of!(proc__bindgen_ty_13, tqh_last) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of proc__bindgen_ty_14",
    ][::core::mem::size_of::<proc__bindgen_ty_14>() - 16usize];
    [
        "Alignment of proc__bindgen_ty_14",
    ][::core::mem::align_of::<proc__bindgen_ty_14>() - 8usize];
    [
        "Offset of field: proc__bindgen_ty_14::le_next",
    ][::core::mem::offset_of!(proc__bindgen_ty_14, le_next) - 0usize];
    [
        "Offset of field: proc__bindgen_ty_14::le_prev",
    ][::core::mem::offset_of!(proc__bindgen_ty_14, le_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of proc_"][::core::mem::size_of::<proc_>() - 1360usize];
    ["Alignment of proc_"][::core::mem::align_of::<proc_>() - 8usize];
    ["Offset of field: proc_::p_list"][::core::mem::offset_of!(proc_, p_list) - 0usize];
    [
        "Offset of field: proc_::p_threads",
    ][::core::mem::offset_of!(proc_, p_threads) - 16usize];
    [
        "Offset of field: proc_::p_slock",
    ][::core::mem::offset_of!(proc_, p_slock) - 32usize];
    [
        "Offset of field: proc_::p_ucred",
    ][::core::mem::offset_of!(proc_, p_ucred) - 64usize];
    ["Offset of field: proc_::p_fd"][::core::mem::offset_of!(proc_, p_fd) - 72usize];
    [
        "Offset of field: proc_::p_fdtol",
    ][::core::mem::offset_of!(proc_, p_fdtol) - 80usize];
    ["Offset of field: proc_::p_pd"][::core::mem::offset_of!(proc_, p_pd) - 88usize];
    [
        "Offset of field: proc_::p_stats",
    ][::core::mem::offset_of!(proc_, p_stats) - 96usize];
    [
        "Offset of field: proc_::p_limit",
    ][::core::mem::offset_of!(proc_, p_limit) - 104usize];
    [
        "Offset of field: proc_::p_limco",
    ][::core::mem::offset_of!(proc_, p_limco) - 112usize];
    [
        "Offset of field: proc_::p_sigacts",
    ][::core::mem::offset_of!(proc_, p_sigacts) - 176usize];
    [
        "Offset of field: proc_::p_flag",
    ][::core::mem::offset_of!(proc_, p_flag) - 184usize];
    [
        "Offset of field: proc_::p_flag2",
    ][::core::mem::offset_of!(proc_, p_flag2) - 188usize];
    [
        "Offset of field: proc_::p_state",
    ][::core::mem::offset_of!(proc_, p_state) - 192usize];
    ["Offset of field: proc_::p_pid"][::core::mem::offset_of!(proc_, p_pid) - 196usize];
    [
        "Offset of field: proc_::p_hash",
    ][::core::mem::offset_of!(proc_, p_hash) - 200usize];
    [
        "Offset of field: proc_::p_pglist",
    ][::core::mem::offset_of!(proc_, p_pglist) - 216usize];
    [
        "Offset of field: proc_::p_pptr",
    ][::core::mem::offset_of!(proc_, p_pptr) - 232usize];
    [
        "Offset of field: proc_::p_sibling",
    ][::core::mem::offset_of!(proc_, p_sibling) - 240usize];
    [
        "Offset of field: proc_::p_children",
    ][::core::mem::offset_of!(proc_, p_children) - 256usize];
    [
        "Offset of field: proc_::p_reaper",
    ][::core::mem::offset_of!(proc_, p_reaper) - 264usize];
    [
        "Offset of field: proc_::p_reaplist",
    ][::core::mem::offset_of!(proc_, p_reaplist) - 272usize];
    [
        "Offset of field: proc_::p_reapsibling",
    ][::core::mem::offset_of!(proc_, p_reapsibling) - 280usize];
    ["Offset of field: proc_::p_mtx"][::core::mem::offset_of!(proc_, p_mtx) - 296usize];
    [
        "Offset of field: proc_::p_statmtx",
    ][::core::mem::offset_of!(proc_, p_statmtx) - 328usize];
    [
        "Offset of field: proc_::p_itimmtx",
    ][::core::mem::offset_of!(proc_, p_itimmtx) - 360usize];
    [
        "Offset of field: proc_::p_profmtx",
    ][::core::mem::offset_of!(proc_, p_profmtx) - 392usize];
    ["Offset of field: proc_::p_ksi"][::core::mem::offset_of!(proc_, p_ksi) - 424usize];
    [
        "Offset of field: proc_::p_sigqueue",
    ][::core::mem::offset_of!(proc_, p_sigqueue) - 432usize];
    [
        "Offset of field: proc_::p_oppid",
    ][::core::mem::offset_of!(proc_, p_oppid) - 512usize];
    [
        "Offset of field: proc_::p_vmspace",
    ][::core::mem::offset_of!(proc_, p_vmspace) - 520usize];
    [
        "Offset of field: proc_::p_swtick",
    ][::core::mem::offset_of!(proc_, p_swtick) - 528usize];
    [
        "Offset of field: proc_::p_cowgen",
    ][::core::mem::offset_of!(proc_, p_cowgen) - 532usize];
    [
        "Offset of field: proc_::p_realtimer",
    ][::core::mem::offset_of!(proc_, p_realtimer) - 536usize];
    ["Offset of field: proc_::p_ru"][::core::mem::offset_of!(proc_, p_ru) - 568usize];
    ["Offset of field: proc_::p_rux"][::core::mem::offset_of!(proc_, p_rux) - 712usize];
    [
        "Offset of field: proc_::p_crux",
    ][::core::mem::offset_of!(proc_, p_crux) - 768usize];
    [
        "Offset of field: proc_::p_profthreads",
    ][::core::mem::offset_of!(proc_, p_profthreads) - 824usize];
    [
        "Offset of field: proc_::p_exitthreads",
    ][::core::mem::offset_of!(proc_, p_exitthreads) - 828usize];
    [
        "Offset of field: proc_::p_traceflag",
    ][::core::mem::offset_of!(proc_, p_traceflag) - 832usize];
    [
        "Offset of field: proc_::p_ktrioparms",
    ][::core::mem::offset_of!(proc_, p_ktrioparms) - 840usize];
    [
        "Offset of field: proc_::p_textvp",
    ][::core::mem::offset_of!(proc_, p_textvp) - 848usize];
    [
        "Offset of field: proc_::p_textdvp",
    ][::core::mem::offset_of!(proc_, p_textdvp) - 856usize];
    [
        "Offset of field: proc_::p_binname",
    ][::core::mem::offset_of!(proc_, p_binname) - 864usize];
    [
        "Offset of field: proc_::p_lock",
    ][::core::mem::offset_of!(proc_, p_lock) - 872usize];
    [
        "Offset of field: proc_::p_sigiolst",
    ][::core::mem::offset_of!(proc_, p_sigiolst) - 880usize];
    [
        "Offset of field: proc_::p_sigparent",
    ][::core::mem::offset_of!(proc_, p_sigparent) - 888usize];
    ["Offset of field: proc_::p_sig"][::core::mem::offset_of!(proc_, p_sig) - 892usize];
    [
        "Offset of field: proc_::p_ptevents",
    ][::core::mem::offset_of!(proc_, p_ptevents) - 896usize];
    [
        "Offset of field: proc_::p_aioinfo",
    ][::core::mem::offset_of!(proc_, p_aioinfo) - 904usize];
    [
        "Offset of field: proc_::p_singlethread",
    ][::core::mem::offset_of!(proc_, p_singlethread) - 912usize];
    [
        "Offset of field: proc_::p_suspcount",
    ][::core::mem::offset_of!(proc_, p_suspcount) - 920usize];
    [
        "Offset of field: proc_::p_xthread",
    ][::core::mem::offset_of!(proc_, p_xthread) - 928usize];
    [
        "Offset of field: proc_::p_boundary_count",
    ][::core::mem::offset_of!(proc_, p_boundary_count) - 936usize];
    [
        "Offset of field: proc_::p_pendingcnt",
    ][::core::mem::offset_of!(proc_, p_pendingcnt) - 940usize];
    [
        "Offset of field: proc_::p_itimers",
    ][::core::mem::offset_of!(proc_, p_itimers) - 944usize];
    [
        "Offset of field: proc_::p_procdesc",
    ][::core::mem::offset_of!(proc_, p_procdesc) - 952usize];
    [
        "Offset of field: proc_::p_treeflag",
    ][::core::mem::offset_of!(proc_, p_treeflag) - 960usize];
    [
        "Offset of field: proc_::p_pendingexits",
    ][::core::mem::offset_of!(proc_, p_pendingexits) - 964usize];
    [
        "Offset of field: proc_::p_filemon",
    ][::core::mem::offset_of!(proc_, p_filemon) - 968usize];
    [
        "Offset of field: proc_::p_pdeathsig",
    ][::core::mem::offset_of!(proc_, p_pdeathsig) - 976usize];
    [
        "Offset of field: proc_::p_magic",
    ][::core::mem::offset_of!(proc_, p_magic) - 980usize];
    [
        "Offset of field: proc_::p_osrel",
    ][::core::mem::offset_of!(proc_, p_osrel) - 984usize];
    [
        "Offset of field: proc_::p_fctl0",
    ][::core::mem::offset_of!(proc_, p_fctl0) - 988usize];
    [
        "Offset of field: proc_::p_comm",
    ][::core::mem::offset_of!(proc_, p_comm) - 992usize];
    [
        "Offset of field: proc_::p_sysent",
    ][::core::mem::offset_of!(proc_, p_sysent) - 1016usize];
    [
        "Offset of field: proc_::p_args",
    ][::core::mem::offset_of!(proc_, p_args) - 1024usize];
    [
        "Offset of field: proc_::p_cpulimit",
    ][::core::mem::offset_of!(proc_, p_cpulimit) - 1032usize];
    [
        "Offset of field: proc_::p_nice",
    ][::core::mem::offset_of!(proc_, p_nice) - 1040usize];
    [
        "Offset of field: proc_::p_fibnum",
    ][::core::mem::offset_of!(proc_, p_fibnum) - 1044usize];
    [
        "Offset of field: proc_::p_reapsubtree",
    ][::core::mem::offset_of!(proc_, p_reapsubtree) - 1048usize];
    [
        "Offset of field: proc_::p_elf_flags",
    ][::core::mem::offset_of!(proc_, p_elf_flags) - 1056usize];
    [
        "Offset of field: proc_::p_elf_brandinfo",
    ][::core::mem::offset_of!(proc_, p_elf_brandinfo) - 1064usize];
    [
        "Offset of field: proc_::p_umtx_min_timeout",
    ][::core::mem::offset_of!(proc_, p_umtx_min_timeout) - 1072usize];
    [
        "Offset of field: proc_::p_xexit",
    ][::core::mem::offset_of!(proc_, p_xexit) - 1080usize];
    [
        "Offset of field: proc_::p_xsig",
    ][::core::mem::offset_of!(proc_, p_xsig) - 1084usize];
    [
        "Offset of field: proc_::p_pgrp",
    ][::core::mem::offset_of!(proc_, p_pgrp) - 1088usize];
    [
        "Offset of field: proc_::p_klist",
    ][::core::mem::offset_of!(proc_, p_klist) - 1096usize];
    [
        "Offset of field: proc_::p_numthreads",
    ][::core::mem::offset_of!(proc_, p_numthreads) - 1104usize];
    ["Offset of field: proc_::p_md"][::core::mem::offset_of!(proc_, p_md) - 1112usize];
    [
        "Offset of field: proc_::p_itcallout",
    ][::core::mem::offset_of!(proc_, p_itcallout) - 1136usize];
    [
        "Offset of field: proc_::p_acflag",
    ][::core::mem::offset_of!(proc_, p_acflag) - 1200usize];
    [
        "Offset of field: proc_::p_peers",
    ][::core::mem::offset_of!(proc_, p_peers) - 1208usize];
    [
        "Offset of field: proc_::p_leader",
    ][::core::mem::offset_of!(proc_, p_leader) - 1216usize];
    [
        "Offset of field: proc_::p_emuldata",
    ][::core::mem::offset_of!(proc_, p_emuldata) - 1224usize];
    [
        "Offset of field: proc_::p_label",
    ][::core::mem::offset_of!(proc_, p_label) - 1232usize];
    ["Offset of field: proc_::p_ktr"][::core::mem::offset_of!(proc_, p_ktr) - 1240usize];
    [
        "Offset of field: proc_::p_mqnotifier",
    ][::core::mem::offset_of!(proc_, p_mqnotifier) - 1256usize];
    [
        "Offset of field: proc_::p_dtrace",
    ][::core::mem::offset_of!(proc_, p_dtrace) - 1264usize];
    [
        "Offset of field: proc_::p_pwait",
    ][::core::mem::offset_of!(proc_, p_pwait) - 1272usize];
    [
        "Offset of field: proc_::p_racct",
    ][::core::mem::offset_of!(proc_, p_racct) - 1288usize];
    [
        "Offset of field: proc_::p_throttled",
    ][::core::mem::offset_of!(proc_, p_throttled) - 1296usize];
    [
        "Offset of field: proc_::p_orphan",
    ][::core::mem::offset_of!(proc_, p_orphan) - 1304usize];
    [
        "Offset of field: proc_::p_orphans",
    ][::core::mem::offset_of!(proc_, p_orphans) - 1320usize];
    [
        "Offset of field: proc_::p_kqtim_stop",
    ][::core::mem::offset_of!(proc_, p_kqtim_stop) - 1328usize];
    [
        "Offset of field: proc_::p_jaillist",
    ][::core::mem::offset_of!(proc_, p_jaillist) - 1344usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of vmspace"][::core::mem::size_of::<vmspace>() - 424usize];
    ["Alignment of vmspace"][::core::mem::align_of::<vmspace>() - 8usize];
    [
        "Offset of field: vmspace::vm_map",
    ][::core::mem::offset_of!(vmspace, vm_map) - 0usize];
    [
        "Offset of field: vmspace::vm_shm",
    ][::core::mem::offset_of!(vmspace, vm_shm) - 184usize];
    [
        "Offset of field: vmspace::vm_swrss",
    ][::core::mem::offset_of!(vmspace, vm_swrss) - 192usize];
    [
        "Offset of field: vmspace::vm_tsize",
    ][::core::mem::offset_of!(vmspace, vm_tsize) - 200usize];
    [
        "Offset of field: vmspace::vm_dsize",
    ][::core::mem::offset_of!(vmspace, vm_dsize) - 208usize];
    [
        "Offset of field: vmspace::vm_ssize",
    ][::core::mem::offset_of!(vmspace, vm_ssize) - 216usize];
    [
        "Offset of field: vmspace::vm_taddr",
    ][::core::mem::offset_of!(vmspace, vm_taddr) - 224usize];
    [
        "Offset of field: vmspace::vm_daddr",
    ][::core::mem::offset_of!(vmspace, vm_daddr) - 232usize];
    [
        "Offset of field: vmspace::vm_maxsaddr",
    ][::core::mem::offset_of!(vmspace, vm_maxsaddr) - 240usize];
    [
        "Offset of field: vmspace::vm_stacktop",
    ][::core::mem::offset_of!(vmspace, vm_stacktop) - 248usize];
    [
        "Offset of field: vmspace::vm_shp_base",
    ][::core::mem::offset_of!(vmspace, vm_shp_base) - 256usize];
    [
        "Offset of field: vmspace::vm_refcnt",
    ][::core::mem::offset_of!(vmspace, vm_refcnt) - 264usize];
    [
        "Offset of field: vmspace::vm_pmap",
    ][::core::mem::offset_of!(vmspace, vm_pmap) - 272usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of rwlock"][::core::mem::size_of::<rwlock>() - 32usize];
    ["Alignment of rwlock"][::core::mem::align_of::<rwlock>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of sema"][::core::mem::size_of::<sema>() - 56usize];
    ["Alignment of sema"][::core::mem::align_of::<sema>() - 8usize];
    [
        "Offset of field: sema::sema_mtx",
    ][::core::mem::offset_of!(sema, sema_mtx) - 0usize];
    ["Offset of field: sema::sema_cv"][::core::mem::offset_of!(sema, sema_cv) - 32usize];
    [
        "Offset of field: sema::sema_waiters",
    ][::core::mem::offset_of!(sema, sema_waiters) - 48usize];
    [
        "Offset of field: sema::sema_value",
    ][::core::mem::offset_of!(sema, sema_value) - 52usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of iovec"][::core::mem::size_of::<iovec>() - 16usize];
    ["Alignment of iovec"][::core::mem::align_of::<iovec>() - 8usize];
    [
        "Offset of field: iovec::iov_base",
    ][::core::mem::offset_of!(iovec, iov_base) - 0usize];
    [
        "Offset of field: iovec::iov_len",
    ][::core::mem::offset_of!(iovec, iov_len) - 8usize];
};
pub const uio_rw_UIO_READ: uio_rw = 0;
pub const uio_rw_UIO_WRITE: uio_rw = 1;
pub const uio_seg_UIO_USERSPACE: uio_seg = 0;
pub const uio_seg_UIO_SYSSPACE: uio_seg = 1;
pub const uio_seg_UIO_NOCOPY: uio_seg = 2;
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of uio"][::core::mem::size_of::<uio>() - 48usize];
    ["Alignment of uio"][::core::mem::align_of::<uio>() - 8usize];
    ["Offset of field: uio::uio_iov"][::core::mem::offset_of!(uio, uio_iov) - 0usize];
    [
        "Offset of field: uio::uio_iovcnt",
    ][::core::mem::offset_of!(uio, uio_iovcnt) - 8usize];
    [
        "Offset of field: uio::uio_offset",
    ][::core::mem::offset_of!(uio, uio_offset) - 16usize];
    [
        "Offset of field: uio::uio_resid",
    ][::core::mem::offset_of!(uio, uio_resid) - 24usize];
    [
        "Offset of field: uio::uio_segflg",
    ][::core::mem::offset_of!(uio, uio_segflg) - 32usize];
    ["Offset of field: uio::uio_rw"][::core::mem::offset_of!(uio, uio_rw) - 36usize];
    ["Offset of field: uio::uio_td"][::core::mem::offset_of!(uio, uio_td) - 40usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of pctrie"][::core::mem::size_of::<pctrie>() - 8usize];
    ["Alignment of pctrie"][::core::mem::align_of::<pctrie>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of vm_radix"][::core::mem::size_of::<vm_radix>() - 8usize];
    ["Alignment of vm_radix"][::core::mem::align_of::<vm_radix>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of md_page"][::core::mem::size_of::<md_page>() - 24usize];
    ["Alignment of md_page"][::core::mem::align_of::<md_page>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of pmap"][::core::mem::size_of::<pmap>() - 152usize];
    ["Alignment of pmap"][::core::mem::align_of::<pmap>() - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of vm_map_object"][::core::mem::size_of::<vm_map_object>() - 8usize];
    ["Alignment of vm_map_object"][::core::mem::align_of::<vm_map_object>() - 8usize];
    [
        "Offset of field: vm_map_object::vm_object",
    ][::core::mem::offset_of!(vm_map_object, vm_object) - 0usize];
    [
        "Offset of field: vm_map_object::sub_map",
    ][::core::mem::offset_of!(vm_map_object, sub_map) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of vm_map_entry"][::core::mem::size_of::<vm_map_entry>() - 96usize];
    ["Alignment of vm_map_entry"][::core::mem::align_of::<vm_map_entry>() - 8usize];
    [
        "Offset of field: vm_map_entry::left",
    ][::core::mem::offset_of!(vm_map_entry, left) - 0usize];
    [
        "Offset of field: vm_map_entry::right",
    ][::core::mem::offset_of!(vm_map_entry, right) - 8usize];
    [
        "Offset of field: vm_map_entry::start",
    ][::core::mem::offset_of!(vm_map_entry, start) - 16usize];
    [
        "Offset of field: vm_map_entry::end",
    ][::core::mem::offset_of!(vm_map_entry, end) - 24usize];
    [
        "Offset of field: vm_map_entry::next_read",
    ][::core::mem::offset_of!(vm_map_entry, next_read) - 32usize];
    [
        "Offset of field: vm_map_entry::max_free",
    ][::core::mem::offset_of!(vm_map_entry, max_free) - 40usize];
    [
        "Offset of field: vm_map_entry::object",
    ][::core::mem::offset_of!(vm_map_entry, object) - 48usize];
    [
        "Offset of field: vm_map_entry::offset",
    ][::core::mem::offset_of!(vm_map_entry, offset) - 56usize];
    [
        "Offset of field: vm_map_entry::eflags",
    ][::core::mem::offset_of!(vm_map_entry, eflags) - 64usize];
    [
        "Offset of field: vm_map_entry::protection",
    ][::core::mem::offset_of!(vm_map_entry, protection) - 68usize];
    [
        "Offset of field: vm_map_entry::max_protection",
    ][::core::mem::offset_of!(vm_map_entry, max_protection) - 69usize];
    [
        "Offset of field: vm_map_entry::inheritance",
    ][::core::mem::offset_of!(vm_map_entry, inheritance) - 70usize];
    [
        "Offset of field: vm_map_entry::read_ahead",
    ][::core::mem::offset_of!(vm_map_entry, read_ahead) - 71usize];
    [
        "Offset of field: vm_map_entry::wired_count",
    ][::core::mem::offset_of!(vm_map_entry, wired_count) - 72usize];
    [
        "Offset of field: vm_map_entry::cred",
    ][::core::mem::offset_of!(vm_map_entry, cred) - 80usize];
    [
        "Offset of field: vm_map_entry::wiring_thread",
    ][::core::mem::offset_of!(vm_map_entry, wiring_thread) - 88usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_map__bindgen_ty_1",
    ][::core::mem::size_of::<vm_map__bindgen_ty_1>() - 32usize];
    [
        "Alignment of vm_map__bindgen_ty_1",
    ][::core::mem::align_of::<vm_map__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: vm_map__bindgen_ty_1::lock",
    ][::core::mem::offset_of!(vm_map__bindgen_ty_1, lock) - 0usize];
    [
        "Offset of field: vm_map__bindgen_ty_1::system_mtx",
    ][::core::mem::offset_of!(vm_map__bindgen_ty_1, system_mtx) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of vm_map"][::core::mem::size_of::<vm_map>() - 184usize];
    ["Alignment of vm_map"][::core::mem::align_of::<vm_map>() - 8usize];
    [
        "Offset of field: vm_map::header",
    ][::core::mem::offset_of!(vm_map, header) - 0usize];
    [
        "Offset of field: vm_map::nentries",
    ][::core::mem::offset_of!(vm_map, nentries) - 128usize];
    ["Offset of field: vm_map::size"][::core::mem::offset_of!(vm_map, size) - 136usize];
    [
        "Offset of field: vm_map::timestamp",
    ][::core::mem::offset_of!(vm_map, timestamp) - 144usize];
    [
        "Offset of field: vm_map::flags",
    ][::core::mem::offset_of!(vm_map, flags) - 148usize];
    ["Offset of field: vm_map::root"][::core::mem::offset_of!(vm_map, root) - 152usize];
    ["Offset of field: vm_map::pmap"][::core::mem::offset_of!(vm_map, pmap) - 160usize];
    [
        "Offset of field: vm_map::anon_loc",
    ][::core::mem::offset_of!(vm_map, anon_loc) - 168usize];
    ["Offset of field: vm_map::busy"][::core::mem::offset_of!(vm_map, busy) - 176usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of _blockcount"][::core::mem::size_of::<_blockcount>() - 4usize];
    ["Alignment of _blockcount"][::core::mem::align_of::<_blockcount>() - 4usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_1",
    ][::core::mem::size_of::<vm_object__bindgen_ty_1>() - 16usize];
    [
        "Alignment of vm_object__bindgen_ty_1",
    ][::core::mem::align_of::<vm_object__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_1::tqe_next",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_1, tqe_next) - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_1::tqe_prev",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_1, tqe_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_2",
    ][::core::mem::size_of::<vm_object__bindgen_ty_2>() - 8usize];
    [
        "Alignment of vm_object__bindgen_ty_2",
    ][::core::mem::align_of::<vm_object__bindgen_ty_2>() - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_2::lh_first",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_2, lh_first) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_3",
    ][::core::mem::size_of::<vm_object__bindgen_ty_3>() - 16usize];
    [
        "Alignment of vm_object__bindgen_ty_3",
    ][::core::mem::align_of::<vm_object__bindgen_ty_3>() - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_3::le_next",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_3, le_next) - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_3::le_prev",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_3, le_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_4",
    ][::core::mem::size_of::<vm_object__bindgen_ty_4>() - 16usize];
    [
        "Alignment of vm_object__bindgen_ty_4",
    ][::core::mem::align_of::<vm_object__bindgen_ty_4>() - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_4::tqe_next",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_4, tqe_next) - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_4::tqe_prev",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_4, tqe_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_5",
    ][::core::mem::size_of::<vm_object__bindgen_ty_5>() - 8usize];
    [
        "Alignment of vm_object__bindgen_ty_5",
    ][::core::mem::align_of::<vm_object__bindgen_ty_5>() - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_5::lh_first",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_5, lh_first) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_6__bindgen_ty_1",
    ][::core::mem::size_of::<vm_object__bindgen_ty_6__bindgen_ty_1>() - 16usize];
    [
        "Alignment of vm_object__bindgen_ty_6__bindgen_ty_1",
    ][::core::mem::align_of::<vm_object__bindgen_ty_6__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_1::vnp_size",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6__bindgen_ty_1, vnp_size) - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_1::writemappings",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6__bindgen_ty_1, writemappings)
        - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_6__bindgen_ty_2__bindgen_ty_1",
    ][::core::mem::size_of::<vm_object__bindgen_ty_6__bindgen_ty_2__bindgen_ty_1>()
        - 16usize];
    [
        "Alignment of vm_object__bindgen_ty_6__bindgen_ty_2__bindgen_ty_1",
    ][::core::mem::align_of::<vm_object__bindgen_ty_6__bindgen_ty_2__bindgen_ty_1>()
        - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_2__bindgen_ty_1::tqh_first",
    ][::core::mem::offset_of!(
        vm_object__bindgen_ty_6__bindgen_ty_2__bindgen_ty_1, tqh_first
    ) - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_2__bindgen_ty_1::tqh_last",
    ][::core::mem::offset_of!(
        vm_object__bindgen_ty_6__bindgen_ty_2__bindgen_ty_1, tqh_last
    ) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_6__bindgen_ty_2",
    ][::core::mem::size_of::<vm_object__bindgen_ty_6__bindgen_ty_2>() - 32usize];
    [
        "Alignment of vm_object__bindgen_ty_6__bindgen_ty_2",
    ][::core::mem::align_of::<vm_object__bindgen_ty_6__bindgen_ty_2>() - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_2::devp_pglist",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6__bindgen_ty_2, devp_pglist)
        - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_2::ops",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6__bindgen_ty_2, ops) - 16usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_2::handle",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6__bindgen_ty_2, handle) - 24usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_6__bindgen_ty_3__bindgen_ty_1",
    ][::core::mem::size_of::<vm_object__bindgen_ty_6__bindgen_ty_3__bindgen_ty_1>()
        - 16usize];
    [
        "Alignment of vm_object__bindgen_ty_6__bindgen_ty_3__bindgen_ty_1",
    ][::core::mem::align_of::<vm_object__bindgen_ty_6__bindgen_ty_3__bindgen_ty_1>()
        - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_3__bindgen_ty_1::tqh_first",
    ][::core::mem::offset_of!(
        vm_object__bindgen_ty_6__bindgen_ty_3__bindgen_ty_1, tqh_first
    ) - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_3__bindgen_ty_1::tqh_last",
    ][::core::mem::offset_of!(
        vm_object__bindgen_ty_6__bindgen_ty_3__bindgen_ty_1, tqh_last
    ) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_6__bindgen_ty_3",
    ][::core::mem::size_of::<vm_object__bindgen_ty_6__bindgen_ty_3>() - 16usize];
    [
        "Alignment of vm_object__bindgen_ty_6__bindgen_ty_3",
    ][::core::mem::align_of::<vm_object__bindgen_ty_6__bindgen_ty_3>() - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_3::sgp_pglist",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6__bindgen_ty_3, sgp_pglist)
        - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_6__bindgen_ty_4",
    ][::core::mem::size_of::<vm_object__bindgen_ty_6__bindgen_ty_4>() - 24usize];
    [
        "Alignment of vm_object__bindgen_ty_6__bindgen_ty_4",
    ][::core::mem::align_of::<vm_object__bindgen_ty_6__bindgen_ty_4>() - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_4::swp_priv",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6__bindgen_ty_4, swp_priv) - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_4::swp_blks",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6__bindgen_ty_4, swp_blks) - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_4::writemappings",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6__bindgen_ty_4, writemappings)
        - 16usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_6__bindgen_ty_5__bindgen_ty_1",
    ][::core::mem::size_of::<vm_object__bindgen_ty_6__bindgen_ty_5__bindgen_ty_1>()
        - 8usize];
    [
        "Alignment of vm_object__bindgen_ty_6__bindgen_ty_5__bindgen_ty_1",
    ][::core::mem::align_of::<vm_object__bindgen_ty_6__bindgen_ty_5__bindgen_ty_1>()
        - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_5__bindgen_ty_1::data_ptr",
    ][::core::mem::offset_of!(
        vm_object__bindgen_ty_6__bindgen_ty_5__bindgen_ty_1, data_ptr
    ) - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_5__bindgen_ty_1::data_val",
    ][::core::mem::offset_of!(
        vm_object__bindgen_ty_6__bindgen_ty_5__bindgen_ty_1, data_val
    ) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_6__bindgen_ty_5",
    ][::core::mem::size_of::<vm_object__bindgen_ty_6__bindgen_ty_5>() - 24usize];
    [
        "Alignment of vm_object__bindgen_ty_6__bindgen_ty_5",
    ][::core::mem::align_of::<vm_object__bindgen_ty_6__bindgen_ty_5>() - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_5::ops",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6__bindgen_ty_5, ops) - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_6__bindgen_ty_5::phys_priv",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6__bindgen_ty_5, phys_priv)
        - 16usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_object__bindgen_ty_6",
    ][::core::mem::size_of::<vm_object__bindgen_ty_6>() - 32usize];
    [
        "Alignment of vm_object__bindgen_ty_6",
    ][::core::mem::align_of::<vm_object__bindgen_ty_6>() - 8usize];
    [
        "Offset of field: vm_object__bindgen_ty_6::vnp",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6, vnp) - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_6::devp",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6, devp) - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_6::sgp",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6, sgp) - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_6::swp",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6, swp) - 0usize];
    [
        "Offset of field: vm_object__bindgen_ty_6::phys",
    ][::core::mem::offset_of!(vm_object__bindgen_ty_6, phys) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of vm_object"][::core::mem::size_of::<vm_object>() - 248usize];
    ["Alignment of vm_object"][::core::mem::align_of::<vm_object>() - 8usize];
    [
        "Offset of field: vm_object::lock",
    ][::core::mem::offset_of!(vm_object, lock) - 0usize];
    [
        "Offset of field: vm_object::object_list",
    ][::core::mem::offset_of!(vm_object, object_list) - 32usize];
    [
        "Offset of field: vm_object::shadow_head",
    ][::core::mem::offset_of!(vm_object, shadow_head) - 48usize];
    [
        "Offset of field: vm_object::shadow_list",
    ][::core::mem::offset_of!(vm_object, shadow_list) - 56usize];
    [
        "Offset of field: vm_object::rtree",
    ][::core::mem::offset_of!(vm_object, rtree) - 72usize];
    [
        "Offset of field: vm_object::size",
    ][::core::mem::offset_of!(vm_object, size) - 80usize];
    [
        "Offset of field: vm_object::domain",
    ][::core::mem::offset_of!(vm_object, domain) - 88usize];
    [
        "Offset of field: vm_object::generation",
    ][::core::mem::offset_of!(vm_object, generation) - 104usize];
    [
        "Offset of field: vm_object::cleangeneration",
    ][::core::mem::offset_of!(vm_object, cleangeneration) - 108usize];
    [
        "Offset of field: vm_object::ref_count",
    ][::core::mem::offset_of!(vm_object, ref_count) - 112usize];
    [
        "Offset of field: vm_object::shadow_count",
    ][::core::mem::offset_of!(vm_object, shadow_count) - 116usize];
    [
        "Offset of field: vm_object::memattr",
    ][::core::mem::offset_of!(vm_object, memattr) - 120usize];
    [
        "Offset of field: vm_object::type_",
    ][::core::mem::offset_of!(vm_object, type_) - 121usize];
    [
        "Offset of field: vm_object::pg_color",
    ][::core::mem::offset_of!(vm_object, pg_color) - 122usize];
    [
        "Offset of field: vm_object::flags",
    ][::core::mem::offset_of!(vm_object, flags) - 124usize];
    [
        "Offset of field: vm_object::paging_in_progress",
    ][::core::mem::offset_of!(vm_object, paging_in_progress) - 128usize];
    [
        "Offset of field: vm_object::busy",
    ][::core::mem::offset_of!(vm_object, busy) - 132usize];
    [
        "Offset of field: vm_object::resident_page_count",
    ][::core::mem::offset_of!(vm_object, resident_page_count) - 136usize];
    [
        "Offset of field: vm_object::backing_object",
    ][::core::mem::offset_of!(vm_object, backing_object) - 144usize];
    [
        "Offset of field: vm_object::backing_object_offset",
    ][::core::mem::offset_of!(vm_object, backing_object_offset) - 152usize];
    [
        "Offset of field: vm_object::pager_object_list",
    ][::core::mem::offset_of!(vm_object, pager_object_list) - 160usize];
    [
        "Offset of field: vm_object::rvq",
    ][::core::mem::offset_of!(vm_object, rvq) - 176usize];
    [
        "Offset of field: vm_object::handle",
    ][::core::mem::offset_of!(vm_object, handle) - 184usize];
    [
        "Offset of field: vm_object::un_pager",
    ][::core::mem::offset_of!(vm_object, un_pager) - 192usize];
    [
        "Offset of field: vm_object::cred",
    ][::core::mem::offset_of!(vm_object, cred) - 224usize];
    [
        "Offset of field: vm_object::charge",
    ][::core::mem::offset_of!(vm_object, charge) - 232usize];
    [
        "Offset of field: vm_object::umtx_data",
    ][::core::mem::offset_of!(vm_object, umtx_data) - 240usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of vm_page_astate"][::core::mem::size_of::<vm_page_astate>() - 4usize];
    ["Alignment of vm_page_astate"][::core::mem::align_of::<vm_page_astate>() - 4usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_page__bindgen_ty_1__bindgen_ty_1",
    ][::core::mem::size_of::<vm_page__bindgen_ty_1__bindgen_ty_1>() - 16usize];
    [
        "Alignment of vm_page__bindgen_ty_1__bindgen_ty_1",
    ][::core::mem::align_of::<vm_page__bindgen_ty_1__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: vm_page__bindgen_ty_1__bindgen_ty_1::tqe_next",
    ][::core::mem::offset_of!(vm_page__bindgen_ty_1__bindgen_ty_1, tqe_next) - 0usize];
    [
        "Offset of field: vm_page__bindgen_ty_1__bindgen_ty_1::tqe_prev",
    ][::core::mem::offset_of!(vm_page__bindgen_ty_1__bindgen_ty_1, tqe_prev) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_page__bindgen_ty_1__bindgen_ty_2__bindgen_ty_1",
    ][::core::mem::size_of::<vm_page__bindgen_ty_1__bindgen_ty_2__bindgen_ty_1>()
        - 8usize];
    [
        "Alignment of vm_page__bindgen_ty_1__bindgen_ty_2__bindgen_ty_1",
    ][::core::mem::align_of::<vm_page__bindgen_ty_1__bindgen_ty_2__bindgen_ty_1>()
        - 8usize];
    [
        "Offset of field: vm_page__bindgen_ty_1__bindgen_ty_2__bindgen_ty_1::sle_next",
    ][::core::mem::offset_of!(
        vm_page__bindgen_ty_1__bindgen_ty_2__bindgen_ty_1, sle_next
    ) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_page__bindgen_ty_1__bindgen_ty_2",
    ][::core::mem::size_of::<vm_page__bindgen_ty_1__bindgen_ty_2>() - 8usize];
    [
        "Alignment of vm_page__bindgen_ty_1__bindgen_ty_2",
    ][::core::mem::align_of::<vm_page__bindgen_ty_1__bindgen_ty_2>() - 8usize];
    [
        "Offset of field: vm_page__bindgen_ty_1__bindgen_ty_2::ss",
    ][::core::mem::offset_of!(vm_page__bindgen_ty_1__bindgen_ty_2, ss) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_page__bindgen_ty_1__bindgen_ty_3",
    ][::core::mem::size_of::<vm_page__bindgen_ty_1__bindgen_ty_3>() - 16usize];
    [
        "Alignment of vm_page__bindgen_ty_1__bindgen_ty_3",
    ][::core::mem::align_of::<vm_page__bindgen_ty_1__bindgen_ty_3>() - 8usize];
    [
        "Offset of field: vm_page__bindgen_ty_1__bindgen_ty_3::p",
    ][::core::mem::offset_of!(vm_page__bindgen_ty_1__bindgen_ty_3, p) - 0usize];
    [
        "Offset of field: vm_page__bindgen_ty_1__bindgen_ty_3::v",
    ][::core::mem::offset_of!(vm_page__bindgen_ty_1__bindgen_ty_3, v) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_page__bindgen_ty_1__bindgen_ty_4",
    ][::core::mem::size_of::<vm_page__bindgen_ty_1__bindgen_ty_4>() - 16usize];
    [
        "Alignment of vm_page__bindgen_ty_1__bindgen_ty_4",
    ][::core::mem::align_of::<vm_page__bindgen_ty_1__bindgen_ty_4>() - 8usize];
    [
        "Offset of field: vm_page__bindgen_ty_1__bindgen_ty_4::slab",
    ][::core::mem::offset_of!(vm_page__bindgen_ty_1__bindgen_ty_4, slab) - 0usize];
    [
        "Offset of field: vm_page__bindgen_ty_1__bindgen_ty_4::zone",
    ][::core::mem::offset_of!(vm_page__bindgen_ty_1__bindgen_ty_4, zone) - 8usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    [
        "Size of vm_page__bindgen_ty_1",
    ][::core::mem::size_of::<vm_page__bindgen_ty_1>() - 16usize];
    [
        "Alignment of vm_page__bindgen_ty_1",
    ][::core::mem::align_of::<vm_page__bindgen_ty_1>() - 8usize];
    [
        "Offset of field: vm_page__bindgen_ty_1::q",
    ][::core::mem::offset_of!(vm_page__bindgen_ty_1, q) - 0usize];
    [
        "Offset of field: vm_page__bindgen_ty_1::s",
    ][::core::mem::offset_of!(vm_page__bindgen_ty_1, s) - 0usize];
    [
        "Offset of field: vm_page__bindgen_ty_1::memguard",
    ][::core::mem::offset_of!(vm_page__bindgen_ty_1, memguard) - 0usize];
    [
        "Offset of field: vm_page__bindgen_ty_1::uma",
    ][::core::mem::offset_of!(vm_page__bindgen_ty_1, uma) - 0usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of vm_page"][::core::mem::size_of::<vm_page>() - 88usize];
    ["Alignment of vm_page"][::core::mem::align_of::<vm_page>() - 8usize];
    [
        "Offset of field: vm_page::plinks",
    ][::core::mem::offset_of!(vm_page, plinks) - 0usize];
    [
        "Offset of field: vm_page::object",
    ][::core::mem::offset_of!(vm_page, object) - 16usize];
    [
        "Offset of field: vm_page::pindex",
    ][::core::mem::offset_of!(vm_page, pindex) - 24usize];
    [
        "Offset of field: vm_page::phys_addr",
    ][::core::mem::offset_of!(vm_page, phys_addr) - 32usize];
    ["Offset of field: vm_page::md"][::core::mem::offset_of!(vm_page, md) - 40usize];
    [
        "Offset of field: vm_page::ref_count",
    ][::core::mem::offset_of!(vm_page, ref_count) - 64usize];
    [
        "Offset of field: vm_page::busy_lock",
    ][::core::mem::offset_of!(vm_page, busy_lock) - 68usize];
    ["Offset of field: vm_page::a"][::core::mem::offset_of!(vm_page, a) - 72usize];
    [
        "Offset of field: vm_page::order",
    ][::core::mem::offset_of!(vm_page, order) - 76usize];
    ["Offset of field: vm_page::pool"][::core::mem::offset_of!(vm_page, pool) - 77usize];
    [
        "Offset of field: vm_page::flags",
    ][::core::mem::offset_of!(vm_page, flags) - 78usize];
    [
        "Offset of field: vm_page::oflags",
    ][::core::mem::offset_of!(vm_page, oflags) - 79usize];
    [
        "Offset of field: vm_page::psind",
    ][::core::mem::offset_of!(vm_page, psind) - 80usize];
    [
        "Offset of field: vm_page::segind",
    ][::core::mem::offset_of!(vm_page, segind) - 81usize];
    [
        "Offset of field: vm_page::valid",
    ][::core::mem::offset_of!(vm_page, valid) - 82usize];
    [
        "Offset of field: vm_page::dirty",
    ][::core::mem::offset_of!(vm_page, dirty) - 83usize];
};
#[allow(clippy::unnecessary_operation, clippy::identity_op)]
const _: () = {
    ["Size of kpi_cdevpriv"][::core::mem::size_of::<kpi_cdevpriv>() - 16usize];
    ["Alignment of kpi_cdevpriv"][::core::mem::align_of::<kpi_cdevpriv>() - 8usize];
    [
        "Offset of field: kpi_cdevpriv::destroy",
    ][::core::mem::offset_of!(kpi_cdevpriv, destroy) - 0usize];
    [
        "Offset of field: kpi_cdevpriv::closed",
    ][::core::mem::offset_of!(kpi_cdevpriv, closed) - 8usize];
};
pub const kpi_version_KPI_FREEBSD_VERSION: kpi_version = 1500068;
pub const kpi_fcntl_KPI_FIONBIO: kpi_fcntl = 2147772030;
pub const kpi_fcntl_KPI_FIOASYNC: kpi_fcntl = 2147772029;
pub const kpi_fcntl_KPI_FIOSEEKDATA: kpi_fcntl = 3221775969;
pub const kpi_fcntl_KPI_FIOSEEKHOLE: kpi_fcntl = 3221775970;
pub const kpi_sbt_KPI_SBT_1MS: kpi_sbt = 4294967;
pub const kpi_vm_prot_KPI_VM_PROT_READ: kpi_vm_prot = 1;
pub const kpi_vm_prot_KPI_VM_PROT_WRITE: kpi_vm_prot = 2;
pub const kpi_vm_prot_KPI_VM_PROT_EXECUTE: kpi_vm_prot = 4;
pub const kpi_vm_prot_KPI_VM_PROT_COPY: kpi_vm_prot = 8;
#[repr(C)]
#[derive(Copy, Clone)]
pub union cdev__bindgen_ty_5 {
    pub __sid_snapdata: *mut snapdata,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union cdevsw__bindgen_ty_2 {
    pub gianttrick: *mut cdevsw,
    pub postfree_list: cdevsw__bindgen_ty_2__bindgen_ty_1,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union thread__bindgen_ty_3 {
    pub td_slpq: thread__bindgen_ty_3__bindgen_ty_1,
    pub td_zombie: *mut thread,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union thread__bindgen_ty_7 {
    pub tdu_retval: [syscallarg_t; 2usize],
    pub tdu_off: off_t,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union vm_map_object {
    pub vm_object: *mut vm_object,
    pub sub_map: *mut vm_map,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union vm_map__bindgen_ty_1 {
    pub lock: sx,
    pub system_mtx: mtx,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union vm_object__bindgen_ty_6 {
    pub vnp: vm_object__bindgen_ty_6__bindgen_ty_1,
    pub devp: vm_object__bindgen_ty_6__bindgen_ty_2,
    pub sgp: vm_object__bindgen_ty_6__bindgen_ty_3,
    pub swp: vm_object__bindgen_ty_6__bindgen_ty_4,
    pub phys: vm_object__bindgen_ty_6__bindgen_ty_5,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union vm_object__bindgen_ty_6__bindgen_ty_5__bindgen_ty_1 {
    pub data_ptr: *mut ::core::ffi::c_void,
    pub data_val: usize,
}
#[repr(C)]
#[repr(align(4))]
#[derive(Copy, Clone)]
pub union vm_page_astate {
    pub _bindgen_opaque_blob: u32,
}
#[repr(C)]
#[derive(Copy, Clone)]
pub union vm_page__bindgen_ty_1 {
    pub q: vm_page__bindgen_ty_1__bindgen_ty_1,
    pub s: vm_page__bindgen_ty_1__bindgen_ty_2,
    pub memguard: vm_page__bindgen_ty_1__bindgen_ty_3,
    pub uma: vm_page__bindgen_ty_1__bindgen_ty_4,
}
impl<T: Copy + Default, const N: usize> Default for __BindgenOpaqueArray8<[T; N]> {
    fn default() -> Self {
        Self([<T as Default>::default(); N])
    }
}
unsafe extern "C" {
    pub fn panic(arg1: *const ::core::ffi::c_char, ...) -> !;
    pub static mut zero_region: *const ::core::ffi::c_void;
    pub fn printf(arg1: *const ::core::ffi::c_char, ...) -> ::core::ffi::c_int;
    #[must_use]
    pub fn copyin(
        udaddr: *const ::core::ffi::c_void,
        kaddr: *mut ::core::ffi::c_void,
        len: usize,
    ) -> ::core::ffi::c_int;
    #[must_use]
    pub fn copyout(
        kaddr: *const ::core::ffi::c_void,
        udaddr: *mut ::core::ffi::c_void,
        len: usize,
    ) -> ::core::ffi::c_int;
    pub fn pause_sbt(
        wmesg: *const ::core::ffi::c_char,
        sbt: sbintime_t,
        pr: sbintime_t,
        flags: ::core::ffi::c_int,
    ) -> ::core::ffi::c_int;
    pub fn _mtx_init(
        c: *mut usize,
        name: *const ::core::ffi::c_char,
        type_: *const ::core::ffi::c_char,
        opts: ::core::ffi::c_int,
    );
    pub fn _mtx_destroy(c: *mut usize);
    pub fn __mtx_lock_flags(
        c: *mut usize,
        opts: ::core::ffi::c_int,
        file: *const ::core::ffi::c_char,
        line: ::core::ffi::c_int,
    );
    pub fn __mtx_unlock_flags(
        c: *mut usize,
        opts: ::core::ffi::c_int,
        file: *const ::core::ffi::c_char,
        line: ::core::ffi::c_int,
    );
    pub fn destroy_dev(_dev: *mut cdev);
    pub fn make_dev_p(
        _flags: ::core::ffi::c_int,
        _cdev: *mut *mut cdev,
        _devsw: *mut cdevsw,
        _cr: *mut ucred,
        _uid: uid_t,
        _gid: gid_t,
        _mode: ::core::ffi::c_int,
        _fmt: *const ::core::ffi::c_char,
        ...
    ) -> ::core::ffi::c_int;
    pub fn devfs_get_cdevpriv(
        datap: *mut *mut ::core::ffi::c_void,
    ) -> ::core::ffi::c_int;
    pub fn devfs_set_cdevpriv(
        priv_: *mut ::core::ffi::c_void,
        dtr: d_priv_dtor_t,
    ) -> ::core::ffi::c_int;
    pub fn devfs_clear_cdevpriv();
    pub fn counter_u64_alloc(arg1: ::core::ffi::c_int) -> counter_u64_t;
    pub fn counter_u64_free(arg1: counter_u64_t);
    pub fn sysctl_handle_64(
        oidp: *mut sysctl_oid,
        arg1: *mut ::core::ffi::c_void,
        arg2: intmax_t,
        req: *mut sysctl_req,
    ) -> ::core::ffi::c_int;
    pub fn sysctl_handle_int(
        oidp: *mut sysctl_oid,
        arg1: *mut ::core::ffi::c_void,
        arg2: intmax_t,
        req: *mut sysctl_req,
    ) -> ::core::ffi::c_int;
    pub fn sysctl_handle_counter_u64(
        oidp: *mut sysctl_oid,
        arg1: *mut ::core::ffi::c_void,
        arg2: intmax_t,
        req: *mut sysctl_req,
    ) -> ::core::ffi::c_int;
    pub static mut sysctl___kern: sysctl_oid;
    pub fn sysctl_add_oid(
        clist: *mut sysctl_ctx_list,
        parent: *mut sysctl_oid_list,
        nbr: ::core::ffi::c_int,
        name: *const ::core::ffi::c_char,
        kind: ::core::ffi::c_int,
        arg1: *mut ::core::ffi::c_void,
        arg2: intmax_t,
        handler: ::core::option::Option<
            unsafe extern "C" fn(
                oidp: *mut sysctl_oid,
                arg1: *mut ::core::ffi::c_void,
                arg2: intmax_t,
                req: *mut sysctl_req,
            ) -> ::core::ffi::c_int,
        >,
        fmt: *const ::core::ffi::c_char,
        descr: *const ::core::ffi::c_char,
        label: *const ::core::ffi::c_char,
    ) -> *mut sysctl_oid;
    pub fn sysctl_ctx_init(clist: *mut sysctl_ctx_list) -> ::core::ffi::c_int;
    pub fn sysctl_ctx_free(clist: *mut sysctl_ctx_list) -> ::core::ffi::c_int;
    pub fn prison_free(pr: *mut prison);
    pub fn prison_hold(pr: *mut prison);
    pub fn zfree(addr: *mut ::core::ffi::c_void, type_: *mut malloc_type);
    #[must_use]
    pub fn malloc(
        size: usize,
        type_: *mut malloc_type,
        flags: ::core::ffi::c_int,
    ) -> *mut ::core::ffi::c_void;
    pub fn malloc_init(arg1: *mut ::core::ffi::c_void);
    pub fn malloc_uninit(arg1: *mut ::core::ffi::c_void);
    pub fn module_register_init(arg1: *const ::core::ffi::c_void);
    pub fn priv_check(td: *mut thread, priv_: ::core::ffi::c_int) -> ::core::ffi::c_int;
    pub fn sig_intr() -> ::core::ffi::c_int;
    pub fn pget(
        pid: pid_t,
        flags: ::core::ffi::c_int,
        pp: *mut *mut proc_,
    ) -> ::core::ffi::c_int;
    pub fn maybe_yield();
    pub fn sema_init(
        sema: *mut sema,
        value: ::core::ffi::c_int,
        description: *const ::core::ffi::c_char,
    );
    pub fn sema_destroy(sema: *mut sema);
    pub fn _sema_post(
        sema: *mut sema,
        file: *const ::core::ffi::c_char,
        line: ::core::ffi::c_int,
    );
    pub fn _sema_trywait(
        sema: *mut sema,
        file: *const ::core::ffi::c_char,
        line: ::core::ffi::c_int,
    ) -> ::core::ffi::c_int;
    pub fn swap_reserve(incr: vm_ooffset_t) -> bool_;
    pub fn swap_reserve_force(incr: vm_ooffset_t);
    pub fn uiomove_fromphys(
        ma: *mut *mut vm_page,
        offset: vm_offset_t,
        n: ::core::ffi::c_int,
        uio: *mut uio,
    ) -> ::core::ffi::c_int;
    pub fn pmap_map_io_transient(
        arg1: *mut vm_page_t,
        arg2: *mut vm_offset_t,
        arg3: ::core::ffi::c_int,
        arg4: bool_,
    ) -> bool_;
    pub fn pmap_unmap_io_transient(
        arg1: *mut vm_page_t,
        arg2: *mut vm_offset_t,
        arg3: ::core::ffi::c_int,
        arg4: bool_,
    );
    pub fn pmap_extract_and_hold(
        pmap: pmap_t,
        va: vm_offset_t,
        prot: vm_prot_t,
    ) -> vm_page_t;
    pub fn pmap_pinit(arg1: pmap_t) -> ::core::ffi::c_int;
    pub fn _vm_map_lock_read(
        map: vm_map_t,
        file: *const ::core::ffi::c_char,
        line: ::core::ffi::c_int,
    );
    pub fn _vm_map_unlock_read(
        map: vm_map_t,
        file: *const ::core::ffi::c_char,
        line: ::core::ffi::c_int,
    );
    pub fn vm_map_fixed(
        arg1: vm_map_t,
        arg2: vm_object_t,
        arg3: vm_ooffset_t,
        arg4: vm_offset_t,
        arg5: vm_size_t,
        arg6: vm_prot_t,
        arg7: vm_prot_t,
        arg8: ::core::ffi::c_int,
    ) -> ::core::ffi::c_int;
    pub fn vm_map_lookup_entry(
        arg1: vm_map_t,
        arg2: vm_offset_t,
        arg3: *mut vm_map_entry_t,
    ) -> boolean_t;
    pub fn vm_fault(
        map: vm_map_t,
        vaddr: vm_offset_t,
        fault_type: vm_prot_t,
        fault_flags: ::core::ffi::c_int,
        m_hold: *mut vm_page_t,
    ) -> ::core::ffi::c_int;
    pub fn vm_sync_icache(arg1: vm_map_t, arg2: vm_offset_t, arg3: vm_size_t);
    pub fn vmspace_alloc(
        arg1: vm_offset_t,
        arg2: vm_offset_t,
        arg3: pmap_pinit_t,
    ) -> *mut vmspace;
    pub fn vmspace_fork(arg1: *mut vmspace, arg2: *mut vm_ooffset_t) -> *mut vmspace;
    pub fn vmspace_acquire_ref(arg1: *mut proc_) -> *mut vmspace;
    pub fn vmspace_free(arg1: *mut vmspace);
    pub fn vm_object_set_writeable_dirty(arg1: vm_object_t);
    pub fn vm_page_lookup(arg1: vm_object_t, arg2: vm_pindex_t) -> vm_page_t;
    pub fn vm_page_lookup_unlocked(arg1: vm_object_t, arg2: vm_pindex_t) -> vm_page_t;
    pub fn vm_page_sunbusy(m: vm_page_t);
    pub fn vm_page_trysbusy(m: vm_page_t) -> ::core::ffi::c_int;
    pub fn vm_page_tryxbusy(m: vm_page_t) -> ::core::ffi::c_int;
    pub fn vm_page_unwire(m: vm_page_t, queue: u8);
    pub fn vm_page_wire(arg1: vm_page_t);
    pub fn vm_page_dirty_KBI(m: vm_page_t);
    pub fn kpi_vmspace_acquire(vm: *mut vmspace) -> bool_;
    pub fn kpi_vm_object_rlock(object: vm_object_t);
    pub fn kpi_vm_object_runlock(object: vm_object_t);
    pub fn kpi_vm_pager_has_page(object: vm_object_t, pindex: vm_pindex_t) -> bool_;
    pub fn kpi_swap_pager_seek_data(
        object: vm_object_t,
        pindex: vm_pindex_t,
    ) -> vm_pindex_t;
    pub fn kpi_vm_map_entry_succ(entry: vm_map_entry_t) -> vm_map_entry_t;
    pub fn kpi_proc_start(p: *mut proc_) -> i64;
    pub fn kpi_vm_page_is_mappable(m: vm_page_t) -> bool_;
    pub fn kpi_vm_page_busy_release(m: vm_page_t);
    pub fn kpi_priv_proc_mem_write() -> ::core::ffi::c_int;
    pub fn kpi_prison_outermost(cred: *mut ucred) -> *mut prison;
    pub fn kpi_vm_page_xunbusy(m: vm_page_t);
    pub fn kpi_cdevpriv_dtor(data: *mut ::core::ffi::c_void);
    pub fn kpi_counter_u64_add(c: counter_u64_t, n: i64);
    pub fn kpi_sdt_probe6(
        id: u32,
        arg0: usize,
        arg1: usize,
        arg2: usize,
        arg3: usize,
        arg4: usize,
        arg5: usize,
    );
}
