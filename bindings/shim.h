/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Functions for the macros and inlines of the kernel that have no symbol, not
 * even that of a function that does all their work.
 * Each is named kpi_ and the lower-case name of what it stands for.
 */
#ifndef FREEBSD_KPI_SHIM_H
#define	FREEBSD_KPI_SHIM_H

/*
 * refcount_acquire_if_not_zero of vm->vm_refcnt: whether a reference was taken.
 * The storage of a vmspace stays for ever.
 */
bool	kpi_vmspace_acquire(struct vmspace *vm);

/* VM_OBJECT_RLOCK and VM_OBJECT_RUNLOCK */
void	kpi_vm_object_rlock(vm_object_t object);
void	kpi_vm_object_runlock(vm_object_t object);

/* vm_pager_has_page: the object is locked. */
bool	kpi_vm_pager_has_page(vm_object_t object, vm_pindex_t pindex);

/*
 * The first index from pindex on at which the object, which is swap's and
 * locked, has a page, resident or swapped out; its size or more where none
 * follows.
 */
vm_pindex_t kpi_swap_pager_seek_data(vm_object_t object, vm_pindex_t pindex);

/* vm_map_entry_succ: the map is locked. */
vm_map_entry_t kpi_vm_map_entry_succ(vm_map_entry_t entry);

/*
 * When the process was made, in microseconds since the boot; with its pid, that
 * tells it from any other. p is locked.
 */
int64_t	kpi_proc_start(struct proc *p);

/*
 * Whether pmap_map_io_transient can give the page an address: on arm64 only
 * memory, for anything else it panics.
 */
bool	kpi_vm_page_is_mappable(vm_page_t m);

/*
 * What ends a shared or exclusive busy of a page that turned out to be another
 * one than was looked for: its owner may have freed it meanwhile.
 */
void	kpi_vm_page_busy_release(vm_page_t m);

/*
 * priv_check of PRIV_PROC_MEM_WRITE, which this kernel's proc_rwmem asks for
 * before it writes: 0 or an errno. 0 where it asks for nothing, in 14.
 */
int	kpi_priv_proc_mem_write(void);

/*
 * The outermost of the jails that the credentials are in; NULL outside of jails.
 */
struct prison *kpi_prison_outermost(struct ucred *cred);

/* vm_page_xunbusy */
void	kpi_vm_page_xunbusy(vm_page_t m);

/*
 * The destructor of data that begin with this (devfs_set_cdevpriv): calls
 * destroy, then posts closed by a jump, so that after a wait for that the code
 * of both may be unloaded.
 */
struct kpi_cdevpriv {
	void		(*destroy)(void *);
	struct sema	*closed;
};
void	kpi_cdevpriv_dtor(void *data);

/* counter_u64_add */
void	kpi_counter_u64_add(counter_u64_t c, int64_t n);

/* SDT_PROBE6, where the probe is known to be enabled, by its id. */
void	kpi_sdt_probe6(uint32_t id, uintptr_t arg0, uintptr_t arg1,
	    uintptr_t arg2, uintptr_t arg3, uintptr_t arg4, uintptr_t arg5);

#endif /* FREEBSD_KPI_SHIM_H */
