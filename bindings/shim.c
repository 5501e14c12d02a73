/* SPDX-License-Identifier: BSD-2-Clause */
#include "kpi.h"

bool
kpi_vmspace_acquire(struct vmspace *vm)
{
	return (refcount_acquire_if_not_zero(&vm->vm_refcnt));
}

void
kpi_vm_object_rlock(vm_object_t object)
{
	VM_OBJECT_RLOCK(object);
}

void
kpi_vm_object_runlock(vm_object_t object)
{
	VM_OBJECT_RUNLOCK(object);
}

bool
kpi_vm_pager_has_page(vm_object_t object, vm_pindex_t pindex)
{
	return (vm_pager_has_page(object, pindex, NULL, NULL));
}

vm_pindex_t
kpi_swap_pager_seek_data(vm_object_t object, vm_pindex_t pindex)
{
#if __FreeBSD_version < 1500000
	vm_page_t m;
	vm_pindex_t next;

	next = swap_pager_find_least(object, pindex);
	m = vm_page_find_least(object, pindex);
	/* Few are not valid: those that are just being paged in. */
	while (m != NULL && m->pindex < next && !vm_page_any_valid(m))
		m = TAILQ_NEXT(m, listq);
	return (m != NULL && m->pindex < next ? m->pindex : next);
#else
	return (swap_pager_seek_data(object, pindex));
#endif
}

vm_map_entry_t
kpi_vm_map_entry_succ(vm_map_entry_t entry)
{
	return (vm_map_entry_succ(entry));
}

int64_t
kpi_proc_start(struct proc *p)
{
	const struct timeval *start = &p->p_stats->p_start;

	return ((int64_t)start->tv_sec * 1000000 + start->tv_usec);
}

bool
kpi_vm_page_is_mappable(vm_page_t m)
{
#ifdef __aarch64__
	return (PHYS_IN_DMAP(VM_PAGE_TO_PHYS(m)));
#else
	return (m != NULL);
#endif
}

void
kpi_vm_page_busy_release(vm_page_t m)
{
	u_int old, new;

	old = atomic_load_int(&m->busy_lock);
	do {
		if (old == VPB_FREED)
			return;
		if ((old & VPB_BIT_SHARED) != 0 && VPB_SHARERS(old) > 1)
			new = old - VPB_ONE_SHARER;
		else
			new = VPB_UNBUSIED;
	} while (!atomic_fcmpset_rel_int(&m->busy_lock, &old, new));
	if (new == VPB_UNBUSIED && (old & VPB_BIT_WAITERS) != 0)
		wakeup(m);
}

int
kpi_priv_proc_mem_write(void)
{
#ifdef PRIV_PROC_MEM_WRITE
	return (priv_check(curthread, PRIV_PROC_MEM_WRITE));
#else
	return (0);
#endif
}

struct prison *
kpi_prison_outermost(struct ucred *cred)
{
	struct prison *pr = NULL, *around;

	for (around = cred->cr_prison; around != &prison0;
	    around = around->pr_parent)
		pr = around;
	return (pr);
}

void
kpi_vm_page_xunbusy(vm_page_t m)
{
	vm_page_xunbusy(m);
}

/*
 * A call that must be a jump needs a callee of the same type. The kernel calls
 * this with one argument; the other two are registers, whatever is in them.
 */
void	dtor_and_post(void *data, const char *file, int line)
	    __asm__("kpi_cdevpriv_dtor");

void
dtor_and_post(void *data, const char *file __unused, int line __unused)
{
	struct sema *closed = ((struct kpi_cdevpriv *)data)->closed;

	((struct kpi_cdevpriv *)data)->destroy(data);
	__attribute__((musttail)) return (((void (*)(void *, const char *,
	    int))_sema_post)(closed, "kpi_cdevpriv_dtor", 0));
}

void
kpi_counter_u64_add(counter_u64_t c, int64_t n)
{
	counter_u64_add(c, n);
}

/*
 * Weak, for a kernel that is made without DTrace has neither of them, and never
 * enables a probe.
 */
#if __FreeBSD_version < 1500000
#pragma weak sdt_probe_func
#else
#pragma weak sdt_probe6
#endif

void
kpi_sdt_probe6(uint32_t id, uintptr_t arg0, uintptr_t arg1, uintptr_t arg2,
    uintptr_t arg3, uintptr_t arg4, uintptr_t arg5)
{
#if __FreeBSD_version < 1500000
	/*
	 * Declared with five arguments; dtrace reads the sixth where the ABI
	 * puts it.
	 */
	void (*probe6)(uint32_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t,
	    uintptr_t, uintptr_t) = (void *)sdt_probe_func;

	probe6(id, arg0, arg1, arg2, arg3, arg4, arg5);
#else
	sdt_probe6(id, arg0, arg1, arg2, arg3, arg4, arg5);
#endif
}
