/* SPDX-License-Identifier: BSD-2-Clause
 *
 * Functions for the macros and inlines of the kernel that have no symbol, not
 * even that of a function that does all their work.
 * Each is named kpi_ and the lower-case name of what it stands for.
 */
#ifndef FREEBSD_KPI_SHIM_H
#define	FREEBSD_KPI_SHIM_H

/* _PHOLD: p is locked on entry and return; may drop the lock to swap it in. */
void	kpi_phold_locked(struct proc *p);

/* PRELE: p is not locked. */
void	kpi_prele(struct proc *p);

/* counter_u64_add */
void	kpi_counter_u64_add(counter_u64_t c, int64_t n);

/* SDT_PROBE6, where the probe is known to be enabled, by its id. */
void	kpi_sdt_probe6(uint32_t id, uintptr_t arg0, uintptr_t arg1,
	    uintptr_t arg2, uintptr_t arg3, uintptr_t arg4, uintptr_t arg5);

#endif /* FREEBSD_KPI_SHIM_H */
