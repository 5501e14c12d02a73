/* SPDX-License-Identifier: BSD-2-Clause */
#include "kpi.h"

void
kpi_phold_locked(struct proc *p)
{
	_PHOLD(p);
}

void
kpi_prele(struct proc *p)
{
	PRELE(p);
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
	/* Its type has no sixth argument, which is found nevertheless. */
	void (*probe6)(uint32_t, uintptr_t, uintptr_t, uintptr_t, uintptr_t,
	    uintptr_t, uintptr_t) = (void *)sdt_probe_func;

	probe6(id, arg0, arg1, arg2, arg3, arg4, arg5);
#else
	sdt_probe6(id, arg0, arg1, arg2, arg3, arg4, arg5);
#endif
}
