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
